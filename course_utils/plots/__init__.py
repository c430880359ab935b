"""Charts: the house style, and the drawings that have a name."""

from course_utils.plots.curves import accuracy_by_bin, descents_on_a_loss
from course_utils.plots.machines import recurrent_graph
from course_utils.plots.showing import show
from course_utils.plots.signals import lines_in_windows, posteriors, speech
from course_utils.plots.style import DIVERGING, FIGURE_SIZE, PALETTE, use_house_style
from course_utils.plots.text import TintedText, probability_table, votes_through_text

__all__ = [
    "DIVERGING",
    "FIGURE_SIZE",
    "PALETTE",
    "TintedText",
    "accuracy_by_bin",
    "descents_on_a_loss",
    "lines_in_windows",
    "posteriors",
    "probability_table",
    "recurrent_graph",
    "show",
    "speech",
    "use_house_style",
    "votes_through_text",
]
