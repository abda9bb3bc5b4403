"""How is a proposed equivalence table changed entry by entry, and compared with another version?"""
