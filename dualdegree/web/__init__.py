"""What does every page share?"""
