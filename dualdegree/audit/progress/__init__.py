"""How far is a student towards both degrees, what has changed since last time, and what still waits?"""
