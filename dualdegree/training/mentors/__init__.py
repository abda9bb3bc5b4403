"""Who may guide students at an enterprise or on its behalf, by whose appointment, and how do they sign in?"""
