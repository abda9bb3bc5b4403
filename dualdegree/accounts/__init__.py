"""Who are the people, which roles do they hold at which institution, and how do they sign in?"""
