"""Plausible wrong answers, at least four for each exercise: lesson_<number>.py holds those of one lesson.

MUTANTS is a list of (exercise, what is wrong, part of the hint that must be given, source of the cell);
RIGHT_BUT_UNUSUAL of (exercise, source of a cell that is right in another form than the solution).
"""
