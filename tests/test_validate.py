"""Every guard of the validation bites: notebooks are executed for real, spoilt, and validated with nbval."""

import copy
import json
import xml.etree.ElementTree as ElementTree

import pytest

from course_utils.tools import runner, validate
from course_utils.tools.notebooks import dumps, read

IGNORE = ["nbval-ignore-output"]
RECORD = (
    'record("accuracy", 0.9, data="toy", floor=0.8, beats=("chance", 0.5), claim="C5", holds=[True], tolerance=0.05)'
)
GOOD = [  # cells 4, 5, ...
    'print("loss 0.2330 after", 120, "steps")',
    "import numpy as np\nnp.array([9.999, 0.5]), {'words': 7}",
    RECORD,
    ("print(0.5)", ["tolerance=0.05"]),
    'import sys\nprint("a warning of this machine", file=sys.stderr)',
    ("import time\nprint(time.time())", IGNORE),
    (RECORD, IGNORE),
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nprint('from 1 to 2')",
]


def cell(notebook, number):
    return notebook["cells"][number - 1]


def replace(notebook, number, old, new):
    """Change the outputs of one cell in the reference."""
    text = json.dumps(cell(notebook, number)["outputs"])
    assert old in text
    cell(notebook, number)["outputs"] = json.loads(text.replace(old, new))


def row(notebook, number):
    """The record row in the reference outputs of a cell."""
    return cell(notebook, number)["outputs"][0]["data"][validate.RECORD_MIME]


def noisy(notebook):
    """What another machine may do to floats."""
    replace(notebook, 4, "0.2330", "0.2338")
    replace(notebook, 5, "[9.999, 0.5  ]", "[10.001, 0.5   ]")
    row(notebook, 6)["value"] = 0.93
    row(notebook, 6)["beats"][1] = 0.46
    replace(notebook, 7, "0.5", "0.54")
    replace(notebook, 9, "1", "2")


def altered(notebook):
    """One change in most cells that the comparison must notice; {cell number: what it should say}."""
    replace(notebook, 4, "120", "121")
    replace(notebook, 5, "9.999", "9.98")
    row(notebook, 6)["value"] = 0.96
    replace(notebook, 7, "0.5", "0.56")
    row(notebook, 10)["verdict"] = "does not hold here"
    replace(notebook, 11, "from", "From")
    return {4: "120", 5: "9.98", 6: "value is 0.96", 7: "0.56", 10: "verdict is 'does not hold here'", 11: "From"}


def altered_more(notebook):
    """Another change in each of them."""
    replace(notebook, 4, "0.2330", "0.2350")
    replace(notebook, 5, "words", "letters")
    row(notebook, 6)["floor"] = 0.7
    cell(notebook, 7)["outputs"] = []
    cell(notebook, 9)["outputs"] = []
    cell(notebook, 10)["outputs"] = []
    del cell(notebook, 11)["outputs"][0]
    return {
        4: "0.2350",
        5: "letters",
        6: "floor is 0.7",
        7: "this run '0.5'",
        9: "stripped",
        10: "stripped",
        11: "displays 0",
    }


def stripped(notebook):
    """What `jupyter nbconvert --clear-output` leaves."""
    for each in notebook["cells"]:
        if each["cell_type"] == "code":
            each |= {"outputs": [], "execution_count": None}


UNGUARDED = [  # cells that nbval alone would let pass
    "!false",
    ("1 / 0", ["raises-exception"]),
    ("1 / 0", ["nbval-skip"]),
    "# NBVAL_SKIP\n1 / 0",
    "x = 1;",
    "x = 2;  # quietly",
    ("x = 3", ["tolerance=much"]),
    "x = 4",
    "x = 5",
    "%matplotlib inline",
]


def unguarded(notebook):
    """References that nbval alone would not compare; {cell number: what the guards should say}."""
    for number in (5, 6, 7):
        error = {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []}
        cell(notebook, number)["outputs"] = [error]
    cell(notebook, 11)["execution_count"] = None
    cell(notebook, 12)["execution_count"] = 99
    return {
        4: ["line 1 is not plain Python"],
        5: ["an error, ZeroDivisionError", "'raises-exception'"],
        6: ["an error, ZeroDivisionError", "'nbval-skip'"],
        7: ["an error, ZeroDivisionError", "'# NBVAL_SKIP'"],
        8: ["ends with ';'"],
        9: ["ends with ';'"],
        10: ["tolerance= tag"],
        11: ["no execution count"],
        12: ["execution count is 99, not 11"],
        13: ["line 1 is not plain Python"],
    }


@pytest.fixture(scope="module")
def validated(tmp_path_factory, write_notebook):
    """(pytest's exit code, {(notebook, test): its failure message or None}, {notebook: what it should say})."""
    folder = tmp_path_factory.mktemp("validated")
    good = write_notebook(folder / "good.ipynb", *GOOD)
    node, run = runner.run_notebook(good, folder / "build", None, {})
    assert run["outcome"] == "ok"
    reference = runner.updated(node, {}, read(good))
    cell(reference, 8)["outputs"] = []  # a stderr output: the reference has none, this run will
    expected = {}
    for change in (lambda notebook: None, noisy, altered, altered_more, stripped):
        notebook = copy.deepcopy(reference)
        name = "good" if change.__name__ == "<lambda>" else change.__name__
        expected[name] = change(notebook)
        (folder / f"{name}.ipynb").write_text(dumps(notebook))

    notebook = read(write_notebook(folder / "unguarded.ipynb", *UNGUARDED))
    notebook = runner.updated(notebook, {}, {"cells": []})
    expected["unguarded"] = unguarded(notebook)
    (folder / "unguarded.ipynb").write_text(dumps(notebook))

    report = folder / "report.xml"
    code = validate.validate(sorted(folder.glob("*.ipynb")), 60, ["--junitxml", str(report)])
    results = {}
    for case in ElementTree.parse(report).iter("testcase"):
        failure = case.find("failure")
        text = None if failure is None else f"{failure.get('message')}\n{failure.text}"
        results[case.get("classname").removesuffix(".ipynb"), case.get("name")] = text
    return code, results, expected


def failures(validated, notebook):
    """{test: failure message} of one notebook's failed tests."""
    found = {test: text for (name, test), text in validated[1].items() if name == notebook}
    assert "guards" in found and len(found) > 10
    return {test: text for test, text in found.items() if text is not None}


@pytest.mark.parametrize("notebook", ["good", "noisy"])
def test_a_faithful_reference_passes(validated, notebook):
    assert failures(validated, notebook) == {}


@pytest.mark.parametrize("notebook", ["altered", "altered_more"])
def test_every_change_is_noticed_and_named(validated, notebook):
    found, expected = failures(validated, notebook), validated[2][notebook]
    assert found.keys() == {f"cell {number}" for number in expected}
    for number, words in expected.items():
        assert words in found[f"cell {number}"]


def test_a_stripped_notebook_fails(validated):
    guards = failures(validated, "stripped")["guards"]
    for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11):
        assert f"cell {number}: it has no execution count" in guards


def test_what_nbval_alone_would_pass_is_guarded(validated):
    found = failures(validated, "unguarded")
    assert found.keys() == {"guards", "cell 10"}  # but for the unreadable tolerance, no cell fails by itself
    sentences = found["guards"].strip().split("\n")
    for number, words in validated[2]["unguarded"].items():
        for word in words:
            assert any(line.startswith(f"cell {number}: ") and word in line for line in sentences), (number, word)


def test_one_failure_fails_the_command(validated):
    assert validated[0] == 1


@pytest.mark.parametrize(
    ("source", "text", "word"),
    [
        (
            "# check: 9z.1\nf = check('9z.1', f)",
            "✗ 9z.1 f: the hint",
            "does not pass its own check: ✗ 9z.1 f: the hint",
        ),
        ("# check: 9z.1\nf = check('9z.1', f)", "○ 9z.1 f not attempted yet", "does not pass its own check"),
        ("x", "<History at 0x7f4c91bfd0>", "an address in memory"),
    ],
)
def test_a_reference_that_nobody_should_publish_is_guarded(source, text, word):
    def notebook(text):
        stream = {"output_type": "stream", "name": "stdout", "text": text + "\n"}
        cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": [stream], "execution_count": 1}
        return {"cells": [cell]}

    assert [word in sentence for sentence in validate.guard(notebook(text))] == [True]
    assert list(validate.guard(notebook("✓ 9z.1 f"))) == []


def test_stderr_in_the_reference_is_guarded():
    stream = {"output_type": "stream", "name": "stderr", "text": "a warning\n"}
    spoilt = {"cell_type": "code", "source": "x", "metadata": {}, "outputs": [stream], "execution_count": 1}
    assert ["stderr" in sentence for sentence in validate.guard({"cells": [spoilt]})] == [True]
    assert list(validate.guard({"cells": [spoilt | {"outputs": []}]})) == []
    assert list(validate.guard({"cells": []})) == ["there is no code cell to validate"]


@pytest.mark.parametrize(
    ("reference", "fresh", "tolerance", "agree"),
    [
        ("0.330", "0.329", None, True),
        ("0.330", "0.328", None, False),
        ("1234.5", "1235.6", None, True),  # relative: within a thousandth
        ("1234.5", "1236.5", None, False),
        ("1e-3", "2e-3", None, True),
        ("1.5e3", "1.6e3", None, False),
        ("0.50", "0.54", 0.05, True),
        ("0.50", "0.56", 0.05, False),
        ("1234.5", "1235.6", 0.05, False),  # a tag's tolerance is absolute, and takes the place of the default
        ("12", "13", 5.0, False),  # integers are exact
        ("1.", "1", None, False),
        ("nan", "0.0", None, False),
        ("2b.1", "2b.2", 1.0, False),  # not numbers
        ("3.13.2", "3.13.3", 1.0, False),
        ("accuracy 0.5.", "accuracy 0.5!", None, False),
        ("[ 0.0004 0.1]", "[-0.0004 0.1]", None, True),
        ("0.5\n0.5", "0.5 0.5", None, False),
        ("12.5ms", "12.5s", None, False),
    ],
)
def test_text_is_compared_with_tolerance(reference, fresh, tolerance, agree):
    assert (validate.text_difference(reference, fresh, tolerance) is None) == agree


@pytest.mark.parametrize(
    ("key", "value", "agree"),
    [
        ("name", "other", False),
        ("data", "imdb_reviews", False),
        ("profile", "full", False),
        ("floor", None, False),
        ("claim", None, False),
        ("verdict", "holds in part", False),
        ("met", False, False),
        ("value", 0.903, True),
        ("value", 0.92, False),
        ("beats", ["chance", 0.505], True),
        ("beats", ["chance", 0.52], False),
        ("beats", ["other", 0.5], False),
        ("beats", None, False),
    ],
)
def test_records_are_compared_field_by_field(key, value, agree):
    reference = {"name": "a", "data": "d", "profile": "quick", "floor": 0.8, "claim": "C5", "verdict": "holds here"}
    reference |= {"met": True, "value": 0.9, "beats": ["chance", 0.5], "tolerance": 0.01}
    assert validate.record_difference(reference, dict(reference)) is None
    assert (validate.record_difference(reference, reference | {key: value}) is None) == agree


def test_html_is_compared_where_nothing_else_stands_for_it():
    def shown(**data):
        return [{"output_type": "display_data", "data": {key.replace("_", "/"): text for key, text in data.items()}}]

    assert validate.differences(shown(text_html="<b>1</b>"), shown(text_html="<b>2</b>"))
    both = shown(text_html="<b>1</b>", text_plain="t"), shown(text_html="<b>2</b>", text_plain="t")
    assert validate.differences(*both) == []
    assert validate.differences(shown(image_png="a", text_plain="t"), shown(image_png="b", text_plain="t")) == []
    assert validate.differences(shown(image_png="a", text_plain="t"), shown(text_plain="t"))


def test_without_nbval_one_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(validate.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(validate.CourseError, match=r"pip install nbval pytest"):
        validate.validate([tmp_path / "any.ipynb"])
