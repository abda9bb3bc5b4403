"""What is each course, degree and office called in every language, and who has approved that?"""
