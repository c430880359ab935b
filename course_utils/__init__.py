"""The package behind the notebooks of the course. A lesson imports its front from here."""

from course_utils import keras_settings
from course_utils.datasets import load
from course_utils.notebook import (
    check,
    compare,
    experiment,
    full_results,
    predict,
    quiet,
    record,
    setup,
    show_goal,
    trained_weights,
    verdicts,
)

keras_settings.pin()

__all__ = [
    "check",
    "compare",
    "experiment",
    "full_results",
    "load",
    "predict",
    "quiet",
    "record",
    "setup",
    "show_goal",
    "trained_weights",
    "verdicts",
]
