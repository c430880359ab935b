"""The package behind the notebooks of the course. A lesson imports its front from here."""

from course_utils.datasets import load
from course_utils.notebook import check, experiment, quiet, record, setup, show_goal, trained_weights

__all__ = ["check", "experiment", "load", "quiet", "record", "setup", "show_goal", "trained_weights"]
