"""Bach's chorales, four voices and piano rolls (JSB Chorales)."""
