"""What one lesson alone needs and would distract there: a module, or a folder, for each lesson."""
