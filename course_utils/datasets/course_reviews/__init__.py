"""Short reviews of courses, films, places and meals, written for this course (data/reviews)."""
