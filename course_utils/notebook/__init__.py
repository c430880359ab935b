"""The notebook front: all that a lesson imports from the course besides data, plots and helpers of its subject."""

from course_utils.notebook.checking import check
from course_utils.notebook.predictions import compare, predict
from course_utils.notebook.results import full_results, record, verdicts
from course_utils.notebook.session import setup
from course_utils.notebook.showing import experiment, quiet, show_goal, trained_weights

__all__ = [
    "check",
    "compare",
    "experiment",
    "full_results",
    "predict",
    "quiet",
    "record",
    "setup",
    "show_goal",
    "trained_weights",
    "verdicts",
]
