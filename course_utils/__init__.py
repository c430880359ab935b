"""The package behind the notebooks of the course. A lesson imports its front: check, load, record, setup, show_goal."""

from course_utils.datasets import load
from course_utils.notebook import check, record, setup, show_goal

__all__ = ["check", "load", "record", "setup", "show_goal"]
