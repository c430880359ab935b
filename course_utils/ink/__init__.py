"""Ink: lines of handwriting composed of real characters, and windows on them."""

from course_utils.ink.lines import (
    compose_lines,
    composed_corpus,
    digit_images,
    digit_lines,
    stretched,
    window_classifier,
    windows,
)

__all__ = [
    "compose_lines",
    "composed_corpus",
    "digit_images",
    "digit_lines",
    "stretched",
    "window_classifier",
    "windows",
]
