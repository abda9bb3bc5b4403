"""How does the body that decides on degrees hold a session?"""
