"""In which state is each enrolment of a student, and what holds them back?"""
