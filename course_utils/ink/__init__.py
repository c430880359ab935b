"""Ink: lines of handwriting composed of real characters, windows on them, and a line of the student's own."""

from course_utils.ink.lines import (
    BETWEEN,
    compose_lines,
    composed_corpus,
    digit_images,
    digit_lines,
    stretched,
    window_classifier,
    windows,
)
from course_utils.ink.own import LineNotUsable, line_of, own_line

__all__ = [
    "BETWEEN",
    "LineNotUsable",
    "compose_lines",
    "composed_corpus",
    "digit_images",
    "digit_lines",
    "line_of",
    "own_line",
    "stretched",
    "window_classifier",
    "windows",
]
