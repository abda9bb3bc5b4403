"""In which formats does a learning agreement leave?"""
