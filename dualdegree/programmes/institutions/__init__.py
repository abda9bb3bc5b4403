"""Who is an institution to this system, how does it decide, and what is it told about mobility?"""
