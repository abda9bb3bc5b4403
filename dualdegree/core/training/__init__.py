"""What does training at enterprises ask for? Periods, months, mentors, forms, checklists, panels, theses."""
