"""When may a degree be conferred, by which steps, under which number, and how far has a student come?"""
