"""How does a request go on, step by step: written, endorsed, decided, entered, appealed against?"""
