"""Lesson 3d: it watches a network learn to write, and its figures tell what they show."""

import numpy as np
import pytest

from course_utils import plots
from course_utils.lesson_helpers import lesson_3d


@pytest.fixture
def told(monkeypatch):
    """The alt texts of the figures that were shown."""
    texts = []
    monkeypatch.setattr(plots, "show", texts.append)
    return texts


def test_watching_says_how_far_it_is_and_keeps_a_curve_without_its_own_time(capsys):
    def look():
        sum(range(2_000_000))  # takes processor time, which is not the training's
        return 2.5, "a line"

    watch = lesson_3d.WatchItWrite(look, updates=3, times=1)
    watch.on_train_begin()
    for batch in range(3):
        watch.on_train_batch_end(batch)
    assert capsys.readouterr().out == "     3 of 3 updates  2.50 bits  a line\n"
    ((updates, seconds, bits),) = watch.curve
    assert (updates, bits) == (3, 2.5) and 0 <= seconds < 0.02


def test_the_curve_of_learning_has_the_network_in_advance_only_where_it_read_the_same(told):
    rows = [{"cpu_seconds": 10, "validation": 2.0}, {"cpu_seconds": 20, "validation": 1.5}]
    lesson_3d.draw_learning([(1, 2.0, 3.0), (2, 4.0, 2.25)], rows, 1.66)
    lesson_3d.draw_learning([(1, 2.0, 3.0), (2, 4.0, 2.25)], None, 1.66)
    assert "from 3.00 to 2.25 bits" in told[0] and "from 2.00 to 1.50" in told[0] and "at 1.66" in told[0]
    assert "in advance" not in told[1]


def test_lines_of_a_page_break_between_words_and_lose_nothing():
    text = "one two three " + "x" * 30 + " four"
    lines = lesson_3d.lines_of(text, width=12)
    assert "".join(text[start:end] for start, end in lines) == text
    assert [text[start:end] for start, end in lines][:2] == ["one two ", "three "]
    assert max(end - start for start, end in lines) <= 12


def test_a_page_tells_its_text_and_the_cell_inside_and_outside(told):
    text = "we go. [applause] on."
    inside = np.array([6 < n < 16 for n in range(len(text))])
    lesson_3d.draw_page(text, np.where(inside, 2.0, -1.0), "A page", inside)
    assert "2.00 between square brackets and -1.00 elsewhere" in told[0] and text in told[0]


def test_windows_are_drawn_for_both_ways(told):
    curve = {"cpu_seconds": [0.0, 1.0, 2.0], "training": [None, 2.0, 1.0], "validation": [3.0, 2.0, 2.5]}
    curve["seen"] = [3.0, 1.5, 0.5]
    lesson_3d.draw_windows({"curves": {"last": curve, "every": curve}})
    assert told[0].count("held out 3.00 at first, 2.00 at best, 2.50 at the end; windows seen 0.50 at the end") == 2


def test_a_judge_s_bits_are_told_by_distance(told):
    bits = np.array([[2.0, 2.5], [2.2, 2.7]])
    lesson_3d.draw_judged([0, 50, 100], {"true": bits, "drawn": bits + 1, "own": bits + 2})
    assert "true 2.10, 2.60; drawn 3.10, 3.60; own 4.10, 4.60" in told[0]


def test_lengths_have_a_mean_for_each_way(told):
    p = np.zeros(40)
    p[[9, 29]] = 0.5
    lesson_3d.draw_lengths({"a": p, "b": p / 2}, held_out=[10, 20, 30])
    assert "whose mean is 20.0 characters" in told[0] and "a 20.00; b 20.00" in told[0]


def test_a_wrong_name_is_drawn_where_the_network_is_told_one(told):
    def worth(*places):
        found = {"edges": [0, 4, 16], "kept": [0.9, 0.99]}
        return found | {p: [0.2, 0.1] for p in places} | {f"{p}, margin": [0.01, 0.01] for p in places}

    ways = {"extra input": worth("input"), "initial state": worth("first state"), "both": worth("first state", "input")}
    lesson_3d.draw_fading(ways)
    for name in ("extra input", "initial state", "told both ways, wrong first state", "told both ways, wrong input"):
        assert f"{name} 0.200, 0.100" in told[0]
    assert "1–4, 5–16" in told[0]


def test_shakespeare_stands_beside_what_others_report(told):
    curve = [{"epoch": n, "training": 2 / n, "validation": 1.5 + 1 / n} for n in (1, 2, 3)]
    lesson_3d.draw_shakespeare({"curve": curve, "kneser_ney": {"validation": 1.42}}, ("a book", 1.4786))
    assert "from 2.50 to 1.83 nats" in told[0] and "a book 1.479" in told[0] and "validation 1.420" in told[0]
