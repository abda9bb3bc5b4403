"""What is still to be taken so that both degrees are met, and in which terms? Searched as an integer program."""
