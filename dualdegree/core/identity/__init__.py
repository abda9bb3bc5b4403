"""Who is a person in two registers, and what of their papers may be kept?"""
