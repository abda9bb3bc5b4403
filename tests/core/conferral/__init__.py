"""The law of conferral: the gate, steps, numbers, hearings and sessions."""
