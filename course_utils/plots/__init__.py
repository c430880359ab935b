"""Charts: the house style, and the drawings that have a name."""

from course_utils.plots.curves import (
    accuracy_by_bin,
    accuracy_by_gap,
    accuracy_by_length,
    accuracy_by_sentences,
    points_by_seed,
    shares_by_kind,
    step_of_one_unit,
)
from course_utils.plots.scores import piano_rolls, voices
from course_utils.plots.showing import show, told
from course_utils.plots.signals import lines_in_windows, posteriors, speech
from course_utils.plots.style import DIVERGING, FIGURE_SIZE, PALETTE, use_house_style
from course_utils.plots.text import TintedText, probability_table, votes_through_text

__all__ = [
    "DIVERGING",
    "FIGURE_SIZE",
    "PALETTE",
    "TintedText",
    "accuracy_by_bin",
    "accuracy_by_gap",
    "accuracy_by_length",
    "accuracy_by_sentences",
    "lines_in_windows",
    "piano_rolls",
    "points_by_seed",
    "posteriors",
    "probability_table",
    "shares_by_kind",
    "show",
    "speech",
    "step_of_one_unit",
    "told",
    "use_house_style",
    "voices",
    "votes_through_text",
]
