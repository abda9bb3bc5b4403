"""What stands between a request and the pages: what is refused at the door, who guesses, repeats, files too large."""
