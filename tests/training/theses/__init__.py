"""Theses and practice achievements: gates, reviews, defences, and what they yield."""
