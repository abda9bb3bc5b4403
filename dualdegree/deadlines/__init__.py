"""What is due by when at an institution, and who is told once a day has passed?"""
