"""Where an equivalence is the student's choice, how does the student choose?"""
