"""Markers are found in what students hand in, whatever their editors made of the lines."""

import pytest

from course_utils import exercises


@pytest.mark.parametrize(
    "source",
    [
        "# exercise: 2b.1\npass",
        "\n   \n# exercise: 2b.1\npass",
        "# my answer, at last\n# exercise: 2b.1\npass",
        "%%time\n# exercise: 2b.1\npass",
        "  # exercise: 2b.1  \npass",
        "#exercise:2b.1\npass",
        "# Exercise: 2b.1\t\npass",
        "\ufeff# exercise: 2b.1\r\npass",
        ["# exercise: 2b.1\n", "pass"],
        ["# exercise: 2b.1", "pass"],
    ],
)
def test_a_marker_survives_editors(source):
    text = exercises.source_of({"source": source})
    assert exercises.marker(text) == ("exercise", "2b.1")
    assert "\r" not in text and text.endswith("\npass")


@pytest.mark.parametrize("source", ["", "pass", "x = 1\n# exercise: 2b.1", "# an exercise: not a marker", None])
def test_what_is_not_a_marker_is_none(source):
    assert exercises.marker(exercises.source_of({"source": source})) == (None, None)


def test_a_lesson_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(FileNotFoundError, match=r"no lesson '9z'.*2b_sentiment_simple_rnn"):
        exercises.solution_path("9z")
