"""Machines drawn in one style, as SVG with alt text, from a few shared parts."""

from course_utils.diagrams.alignment import ctc_lattice, ctc_moves, prefix_merging
from course_utils.diagrams.characters import character_model, streams, ways_to_tell
from course_utils.diagrams.directions import bidirectional, stacked, two_readers
from course_utils.diagrams.drawing import Drawing, Panel
from course_utils.diagrams.gates import cells, lstm_cell
from course_utils.diagrams.gradients import jacobian_chain
from course_utils.diagrams.recurrence import masked_recurrence, padding, unrolled
from course_utils.diagrams.sharing import shapes, sharing
from course_utils.diagrams.through_time import back_through_time, patterns, truncation
from course_utils.diagrams.translation import encoder_decoder, search_tree

__all__ = [
    "Drawing",
    "Panel",
    "back_through_time",
    "bidirectional",
    "cells",
    "character_model",
    "ctc_lattice",
    "ctc_moves",
    "encoder_decoder",
    "jacobian_chain",
    "lstm_cell",
    "masked_recurrence",
    "padding",
    "patterns",
    "prefix_merging",
    "search_tree",
    "shapes",
    "sharing",
    "stacked",
    "streams",
    "truncation",
    "two_readers",
    "unrolled",
    "ways_to_tell",
]
