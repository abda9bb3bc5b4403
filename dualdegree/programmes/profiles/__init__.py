"""What was an institution's profile before, and how does an earlier state come back?"""
