"""What does each person see first?"""
