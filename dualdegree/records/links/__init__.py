"""Which student of one register is which of the other, and what becomes of a link that was wrong?"""
