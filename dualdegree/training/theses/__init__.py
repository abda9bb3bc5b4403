"""How far has a thesis or practice achievement come, and when does its defence meet both degrees' milestones?"""
