"""What does an equivalence table map as a whole, and what does it leave out?"""
