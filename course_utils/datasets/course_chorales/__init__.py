"""Pieces for four voices, made for this course by rules (data/chorales)."""
