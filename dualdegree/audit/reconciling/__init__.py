"""Where do the registers and this record disagree about what is recognised?"""
