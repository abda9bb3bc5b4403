"""Who awards together, under which agreement, by which rules?"""
