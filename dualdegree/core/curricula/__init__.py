"""What do the texts of curricula, agreements and equivalence tables say, and can they do what they say?"""
