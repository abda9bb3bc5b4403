"""How do the bytes of an export become typed rows?"""
