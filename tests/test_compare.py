"""How two runs of a cell are compared."""

import pytest

from course_utils import bars
from course_utils.notebook.results import RECORD_MIME, VERDICTS_MIME
from course_utils.tools import results
from course_utils.tools.compare import differences, row_differences, text_difference

TABLE = bars.parse('["accuracy"]\nwithin = 0.01\n["speed"]\ntimed = true\n', "9z")
NONE = bars.parse("", "9z")


def displayed(**data):
    """Outputs that show one thing, as text_plain="…"."""
    return [{"output_type": "display_data", "data": {key.replace("_", "/"): text for key, text in data.items()}}]


def recorded(name, value, rival=None, **changed):
    """The outputs of `record`."""
    row = {"name": name, "value": value, "rival": rival, "data": "toy", "profile": "quick", "lesson": "9z"} | changed
    return [{"output_type": "display_data", "data": {"text/plain": f"{name} {value}", RECORD_MIME: row}}]


def judged(text, **verdicts):
    """The outputs of `verdicts`."""
    return [{"output_type": "display_data", "data": {"text/plain": text, VERDICTS_MIME: verdicts}}]


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


# --- printed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "fresh", "tolerance", "agree"),
    [
        ("0.330", "0.329", None, True),  # one in the last place
        ("0.330", "0.328", None, False),
        ("1234.5", "1235.6", None, True),  # a thousandth
        ("1234.5", "1236.5", None, False),
        ("9e-4", "3e-8", None, False),
        ("3e-8", "9e-4", None, False),
        ("0.0009", "0.0000", None, False),
        ("3.8e-10", "4.5e-11", None, False),
        ("2.3e-09", "3.0e-09", None, False),
        ("2.3e-09", "2.4e-09", None, True),
        ("0.0", "1.0e-10", None, True),  # it was printed with one digit after the point
        ("0.0e+00", "1.0e-10", None, True),
        ("1e-3", "2e-3", None, True),
        ("1.5e3", "1.6e3", None, True),
        ("1.5e3", "1.7e3", None, False),
        ("0.50", "0.54", 0.05, True),
        ("0.50", "0.56", 0.05, False),
        ("1234.5", "1235.6", 0.05, False),  # a tag's tolerance is absolute, and takes the place of the default
        ("12", "13", 5.0, False),  # whole numbers are exact
        ("1.", "1", None, False),
        ("nan", "0.0", None, False),
        ("2b.1", "2b.2", 1.0, False),  # not numbers
        ("3.13.2", "3.13.3", 1.0, False),
        ("accuracy 0.5.", "accuracy 0.5!", None, False),
        ("[ 0.0004 0.1]", "[-0.0004 0.1]", 0.001, True),
        ("0.5\n0.5", "0.5 0.5", None, False),
        ("12.5ms", "12.5s", None, False),
    ],
)
def test_text_is_compared_with_a_tolerance_for_floats(reference, fresh, tolerance, agree):
    assert (text_difference(reference, fresh, tolerance) is None) == agree


@pytest.mark.parametrize(
    ("reference", "fresh", "sentence"),
    [
        ("a 0.5\nb 0.5", "a 0.5\nb 0.7", "the reference has 0.5, this run 0.7"),
        ("a 0.5\nb 0.5", "a 0.5\nc 0.5", "the reference has the line 'b 0.5', this run 'c 0.5'"),
        ("a", "a\nb", "the reference has 1 lines, this run 2"),
    ],
)
def test_what_differs_is_said(reference, fresh, sentence):
    assert text_difference(reference, fresh) == sentence


def test_streams_are_compared_whole_and_standard_error_is_not():
    pieces = [stream("a\n"), stream("1/2\r"), stream("2/2\n"), stream("a warning", "stderr")]
    assert differences([stream("a\n2/2\n")], pieces, NONE) == []
    assert differences([stream("a\n")], pieces, NONE) == ["printed: the reference has the line '', this run '2/2'"]


# --- displayed ------------------------------------------------------------------------------------------------


def test_html_is_compared_where_nothing_else_stands_for_it():
    assert differences(displayed(text_html="<b>1</b>"), displayed(text_html="<b>2</b>"), NONE)
    both = displayed(text_html="<b>1</b>", text_plain="t"), displayed(text_html="<b>2</b>", text_plain="t")
    assert differences(*both, NONE) == []


def test_pictures_are_compared_in_their_number_and_place_only():
    old, new = displayed(image_png="a", text_plain="t"), displayed(image_png="b", text_plain="t")
    assert differences(old, new, NONE) == []
    assert differences(old, displayed(text_plain="t"), NONE)
    assert differences(old, new + new, NONE) == ["the reference displays 1 outputs, this run 2"]


VERDICT = "“A sentence.” (Harvard)\n    accuracy: 0.750 (bag: 0.500) on toy\n  → true here"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.750 (bag", "9.9e-05 (bag", None),  # the results themselves are compared where they are recorded
        ("A sentence", "Another sentence", "verdicts: the reference has the line '“A sentence.”"),
        ("(bag:", "(chance:", "verdicts: the reference has the line"),
        ("→ true here", "→ partly true", "verdicts: the reference has the line '  → true here'"),
    ],
)
def test_of_verdicts_every_word_counts_but_no_number(old, new, said):
    assert old in VERDICT
    found = differences(judged(VERDICT, C5="holds here"), judged(VERDICT.replace(old, new), C5="holds here"), NONE)
    assert bool(found) == bool(said) and all(one.startswith(said) for one in found)


def test_another_verdict_is_named():
    found = differences(judged(VERDICT, C5="holds here", C2=None), judged(VERDICT, C5="holds in part", C2=None), NONE)
    assert found == [f"the verdict on C5 is {verdict} in one run only" for verdict in ("holds here", "holds in part")]


def test_a_verdict_that_rests_on_the_clock_is_not_compared_but_the_others_beside_it_are():
    claim = '[claims.C42]\nshows = "speed"\nholds = ["r[\'speed\'] < 1"]'
    table, clocked = (bars.parse(f'["speed"]\ntimed = {timed}\n{claim}', "9z") for timed in ("false", "true"))
    faster = judged(f"{VERDICT}\n\n{VERDICT}", C5="holds here", C42="holds here")
    slower = judged(f"{VERDICT}\n\n{VERDICT[:-4]} in part", C5="holds here", C42="holds in part")
    assert differences(faster, slower, clocked) == []
    assert differences(faster, slower, table)[0] == "the verdict on C42 is holds here in one run only"
    other = judged(f"{VERDICT}\n\n{VERDICT}", C5="holds in part", C42="holds here")
    assert differences(faster, other, clocked)[0] == "the verdict on C5 is holds here in one run only"
    reworded = judged(f"{VERDICT}\n\n{VERDICT}".replace("A", "An"), C5="holds here", C42="holds here")
    assert differences(faster, reworded, clocked)


# --- recorded -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "agree"),
    [
        ({"name": "other"}, False),
        ({"data": "imdb_reviews"}, False),
        ({"profile": "full"}, False),
        ({"lesson": "9y"}, False),
        ({"value": 0.909}, True),
        ({"value": 0.911}, False),
        ({"value": None}, False),
        ({"rival": ["chance", 0.509]}, True),
        ({"rival": ["chance", 0.511]}, False),
        ({"rival": ["chance", None]}, False),
        ({"rival": ["other", 0.5]}, False),
        ({"rival": None}, False),
    ],
)
def test_results_are_compared_field_by_field_as_their_entry_says(changed, agree):
    row = {"name": "accuracy", "value": 0.9, "rival": ["chance", 0.5]}
    assert differences(recorded(**row), recorded(**row), TABLE) == []
    found = differences(recorded(**row), recorded(**row | changed), TABLE)
    assert (found == []) == agree


@pytest.mark.parametrize(
    ("entry", "ours", "theirs", "agree"),
    [
        ("", 0.9, 0.9008, True),  # a thousandth, where nothing is said
        ("", 0.9, 0.902, False),
        ("", 9e-4, 3e-8, False),
        ("", 3e-8, 9e-4, False),
        ("", 5e-10, 0.0, False),
        ("", 5e-10, 5.003e-10, True),
        ("", 0.0, 0.0, True),
        ("", 0.0, 1e-12, False),
        ("within = 1e-9", 0.0, 1e-12, True),
        ("within = 0.001", 0.330, 0.329, True),  # though 0.330 - 0.329 is a little more
        ('within = "5 %"', 2.0, 2.1, True),
        ('within = "5 %"', 2.0, 2.11, False),
        ("", 5000, 5001, False),  # whole numbers
        ("", 10**10, 10**10 + 1, False),
        ("within = 1", 5000, 5001, True),
        ("within = 1", True, False, False),
        ("within = 1", True, 1.0, False),
        ("", None, None, True),
    ],
)
def test_a_result_may_be_off_by_its_tolerance(entry, ours, theirs, agree):
    table = bars.parse(f'["a"]\n{entry}', "9z")
    found = row_differences(recorded("a", ours), recorded("a", theirs), table)
    assert (found == []) == agree and all("result 'a': the value is " in one for one in found)


def test_the_clock_is_not_compared_but_the_names_and_the_number_of_results_are():
    assert differences(recorded("speed", 10.0), recorded("speed", 99.0), TABLE) == []
    assert differences(recorded("speed", 10.0), recorded("accuracy", 10.0), TABLE)
    assert row_differences(recorded("speed", 10.0), [], TABLE) == ["the reference records 1 results, this run 0"]


def test_a_result_recorded_twice_is_found():
    cells = [{"outputs": recorded(name, 1.0)} for name in ("a", "b", "a")]
    assert results.twice({"cells": cells}) == ["a"] and list(results.rows_in({"cells": cells})) == ["a", "b"]
