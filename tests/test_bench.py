"""`make bench`: what it takes from the lessons is still there, it times nothing unequal, and its page is in step."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_utils.experiments.bench import page
from course_utils.experiments.bench.__main__ import REPOSITORY, TOLERANCE, difference


@pytest.mark.slow
def test_the_courses_side_runs_on_tiny_works(tmp_path):
    """The works that use functions of the lessons, on TensorFlow alone; their outputs are compared on the way."""
    works = ["attention", "ctc", "wavenet"]
    out, written = tmp_path / "results.json", tmp_path / "page.md"
    options = ["--size", "tiny", "--rounds", "2", "--least", "0", "--out", out, "--page", written, "--works", *works]
    done = subprocess.run(
        [sys.executable, "-m", "course_utils.experiments.bench", *map(str, options)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text(encoding="utf-8"))
    assert list(result["works"]) == works
    for measured in result["works"].values():
        assert len(measured["contenders"]) >= 2
        assert all(len(about["seconds"]) == 2 for about in measured["contenders"].values())
    assert "| Keras on TensorFlow, naive, jit_compile=True |" in written.read_text(encoding="utf-8")


@pytest.mark.parametrize("other", [{"x": np.ones((2, 1))}, {"x": np.array([1, np.nan])}, {"y": np.ones(2)}])
def test_what_is_unequal_is_noticed(other):
    ones = {"x": np.ones(2)}
    assert difference(ones, ones) == 0
    assert not difference(other, ones) <= TOLERANCE


def test_the_page_is_that_of_the_results():
    result = json.loads(page.RESULTS.read_text(encoding="utf-8"))
    assert page.PAGE.read_text(encoding="utf-8") == page.of(result), (
        "python -m course_utils.experiments.bench.page writes it anew"
    )


@pytest.mark.slow
def test_the_snippet_of_the_report_on_keras_ctc_runs_and_both_losses_agree():
    """On a tiny batch; the report's own sizes take half a minute."""
    report = (Path(page.__file__).parent / "upstream_ctc.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(.*?)```", report, flags=re.DOTALL)
    tiny, replaced = re.subn(r"in \[\(16, 64, .*\]:", "in [(3, 20, 5, 4)]:", snippet)
    assert replaced == 1
    done = subprocess.run([sys.executable, "-c", tiny], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    gaps = [float(gap) for gap in re.findall(r"differ by (\S+) at most", done.stdout)]
    assert len(gaps) == 2 and max(gaps) < 1e-4
    assert len(re.findall(r"^\(3, 20, 5, 4\) (?:keras.ops|sparse) +[\d.]+ ms$", done.stdout, flags=re.MULTILINE)) == 2
