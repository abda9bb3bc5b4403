"""What would files of grades and milestones change?"""
