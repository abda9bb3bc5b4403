"""Which equivalences did a student choose, where it is the student's choice whether one is applied?"""
