"""Speeches by six imagined speakers, written for this course (data/speeches)."""
