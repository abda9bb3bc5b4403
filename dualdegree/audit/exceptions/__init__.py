"""What is decided for one student against the rules' letter: asked for, shown with its effect, decided, entered?"""
