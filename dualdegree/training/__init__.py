"""What is done beside courses, and how does it come to count: practice, theses and achievements, certificates?"""
