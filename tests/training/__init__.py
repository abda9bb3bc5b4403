"""Do enterprises, mentors and placements become what the audit reads?"""
