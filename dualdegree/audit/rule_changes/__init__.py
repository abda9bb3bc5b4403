"""What would other rules do to students, before they are published, approved or applied to one of them?"""
