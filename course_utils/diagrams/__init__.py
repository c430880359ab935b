"""Machines drawn in one style, as SVG with alt text, from a few shared parts."""

from course_utils.diagrams.drawing import Drawing, Panel
from course_utils.diagrams.gates import cells, lstm_cell
from course_utils.diagrams.recurrence import masked_recurrence, padding, unrolled
from course_utils.diagrams.sharing import shapes, sharing

__all__ = ["Drawing", "Panel", "cells", "lstm_cell", "masked_recurrence", "padding", "shapes", "sharing", "unrolled"]
