"""May both degrees be conferred, and who has signed for that?"""
