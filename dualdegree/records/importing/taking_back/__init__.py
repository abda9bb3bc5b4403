"""How is a confirmed import taken back as a whole, as long as nothing rests on it?"""
