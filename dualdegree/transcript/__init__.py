"""Which official documents have been issued?"""
