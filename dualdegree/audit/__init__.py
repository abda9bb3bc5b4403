"""Has this student met both degrees' rules, and if not, why not?"""
