"""What one lesson alone needs and would distract there, or hands on: a module, or a folder, for each lesson."""
