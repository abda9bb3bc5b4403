"""The law: what a joint degree means, in plain Python. No clock, database, request or path comes in here."""
