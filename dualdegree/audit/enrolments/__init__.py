"""How does each enrolment of a student stand, and what would another state do to both degrees?"""
