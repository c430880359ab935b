"""Three years of hourly temperatures, made for this course (data/series)."""
