"""Is the document in a stranger's hand genuine?"""
