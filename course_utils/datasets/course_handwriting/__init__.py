"""Lines of handwriting, as pixels and as pen strokes, made for this course (data/handwriting)."""
