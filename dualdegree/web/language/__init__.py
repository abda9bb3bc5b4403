"""In which language does a reader read, and how are words, figures, days and pictures set in it?"""
