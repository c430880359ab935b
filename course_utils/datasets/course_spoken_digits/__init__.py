"""The ten digits spoken by 40 synthetic voices, made for this course (data/spoken_digits)."""
