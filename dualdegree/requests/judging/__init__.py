"""Can a request be granted, what would it do to both degrees, and what was decided before on the same?"""
