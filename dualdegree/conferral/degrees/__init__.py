"""What do a student and the offices do on the way to a degree, beside the session that decides?"""
