"""Plausible wrong answers, at least four for each exercise: lesson_<number>.py holds those of one lesson.

MUTANTS is a list of (exercise, what is wrong, part of the hint that must be given, source of the cell);
RIGHT_BUT_UNUSUAL of (exercise, source of a cell that is right in another form than the solution).
"""


def changed(source, *pairs):
    """The source with each (old, new) exchanged; every old must be there."""
    for old, new in pairs:
        assert old in source, old
        source = source.replace(old, new)
    return source
