"""What does a student ask to have recognised, who decides on it, and what does it do to both degrees?"""
