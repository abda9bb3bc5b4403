"""Where do students train? Enterprises and agreements, mentors of both kinds, placements, theses, certificates."""
