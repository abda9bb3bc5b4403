"""How does a curriculum read, how do two versions differ, and how is one published?"""
