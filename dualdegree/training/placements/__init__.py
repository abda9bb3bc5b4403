"""What does a student do at an enterprise: planned, agreed, written about, evaluated, certified, counted?"""
