"""Predictions: said back when they are made, set beside what was measured, and whatever stands there, no error."""

import numpy as np
import pytest

from course_utils.notebook import compare, predict
from course_utils.notebook.session import session


@pytest.fixture(autouse=True)
def lesson():
    session.__init__("9z_small")
    yield
    session.__init__()


class Tensor:
    """As a tensor of TensorFlow: its number comes out by way of NumPy."""

    def __init__(self, value):
        self.value = np.array(value)

    def numpy(self):
        return self.value


class Sphinx:
    """It says nothing of itself."""

    def __repr__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("guess", "measured", "said"),
    [
        (0.9, 0.9, "measured 0.900, you predicted 0.900: exactly as you said."),
        (0.9, np.float32(0.93), "measured 0.930, you predicted 0.900: close to what you said."),
        (0.9, Tensor(0.5), "measured 0.500, you predicted 0.900: less than you said, by 0.400."),
        (10, 45.0, "measured 45, you predicted 10: more than you said, by 35, a factor of 4."),
        (-3, -13.59, "measured -13.6, you predicted -3: less than you said, by 10.6."),
        (0.001, 3e-8, "measured 3.0e-08, you predicted 0.001: less than you said, by 0.001, a factor of 33333."),
        (0, 0.25, "measured 0.250, you predicted 0: off by 0.250."),
        (-1.0, 0.5, "measured 0.500, you predicted -1: off by 1.500."),
        ("LSTM ", "lstm", "measured lstm, you predicted LSTM: as you said."),
        ("GRU", "LSTM", "measured LSTM, you predicted GRU: not as you said."),
        (True, np.bool_(True), "measured yes, you predicted yes: as you said."),
        ("no", True, "measured yes, you predicted no: not as you said."),
        (["a", "B", "c"], ("A", "b", "d"), "measured A, b, d, you predicted a, B, c: 2 of 3 as you said."),
        ([0.5, 0.25], np.array([0.5, 0.125]), "measured 0.500, 0.125, you predicted 0.500, 0.250."),
        (["a"], ["a", "b"], "measured a, b, you predicted a."),
        ("much", 0.5, "measured 0.500, you predicted much."),
        (0.5, [0.5], "measured 0.500, you predicted 0.500."),
        (0.5, float("nan"), "measured nan, you predicted 0.500."),
    ],
)
def test_a_prediction_stands_beside_what_was_measured(capsys, guess, measured, said):
    assert predict("9z.A", guess) is guess
    assert capsys.readouterr().out.startswith("9z.A: you predict ")
    compare("9z.A", measured)
    assert capsys.readouterr().out == f"9z.A: {said}\n"


@pytest.mark.parametrize("guess", [..., None, "", "  ", [], (), [0.5, ...]])
def test_no_prediction_is_said_and_not_compared(capsys, guess):
    assert predict("9z.A", guess) is guess
    assert capsys.readouterr().out.startswith("9z.A: no prediction yet. ")
    for name in ("9z.A", "9z.B"):  # one left open, one whose cell was skipped
        compare(name, 0.5)
        assert capsys.readouterr().out == f"{name}: measured 0.500; you made no prediction.\n"


LOOP = []
LOOP.append(LOOP)
NONSENSE = [Sphinx(), [Sphinx()], LOOP, 10**5000, {"a": 1}, print, 1j, b"x", np.eye(9), np.array(None), "a\nb" * 999]


@pytest.mark.parametrize("guess", NONSENSE, ids=lambda guess: type(guess).__name__)
def test_nonsense_is_one_short_line_and_no_error(capsys, guess):
    assert predict("9z.A", guess) is guess
    for measured in (0.5, "LSTM", ["a", "b"], *NONSENSE):
        compare("9z.A", measured)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4 + len(NONSENSE) and max(map(len, lines)) < 500


def test_a_prediction_can_be_changed(capsys):
    predict("9z.A", 0.1)
    predict("9z.A", 0.5)
    compare("9z.A", 0.5)
    assert "exactly as you said" in capsys.readouterr().out
