"""How is an equivalence table written as rows or as YAML, and read back?"""
