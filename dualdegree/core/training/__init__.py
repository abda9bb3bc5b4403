"""What does the law say of what is done beside courses: practice, theses and achievements, language certificates?"""
