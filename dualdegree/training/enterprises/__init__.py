"""With which enterprises has an institution agreed on training, for which period and which areas?"""
