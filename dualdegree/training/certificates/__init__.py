"""Which language certificates has a student, who has seen them, and towards what do they count?"""
