"""Lesson 3b: its figures tell what they show, and its table of networks takes each at its better rate."""

import numpy as np
import pytest

from course_utils import plots
from course_utils.experiments import gradient_paths
from course_utils.lesson_helpers import lesson_3b


@pytest.fixture
def told(monkeypatch):
    """The alt texts of the figures that were shown."""
    texts = []
    monkeypatch.setattr(plots, "show", texts.append)
    return texts


def test_gradients_are_told_in_powers_of_ten(told):
    names = ["one, straight", "one", "two, straight", "two", "three"]
    lesson_3b.draw_gradients({name: np.array([1, 0.1, 10.0**-n]) for n, name in enumerate(names)})
    assert "After 2 steps: one, straight 10^0.0; one 10^-1.0; two, straight 10^-2.0" in told[0]


def test_the_map_of_update_gates_counts_the_units_that_keep(told):
    steps = np.arange(-2, 3)
    gates = np.full((5, 6), 0.2)
    gates[:, 1] = 0.95
    gates[2] = 0.1
    lesson_3b.draw_update_gates(gates, steps)
    assert "6 units by 5 steps" in told[0] and "above 0.9 at every step after it: 1." in told[0]


def rows(name, rate, validation, seeds=(0, 1, 2), slope=-0.1):
    """Rows of a network as gradient_paths writes them."""
    measured = {"accuracy": 0.7, "0 sentences": 0.8, "4 sentences": 0.5, "slope": slope, "left": 0.01, "cosine": 0.2}
    measured |= {"left before training": 0.002}
    return [
        {"network": name, "rate": rate, "seed": seed, "validation": validation, "seconds": 1.0} | measured
        for seed in seeds
    ]


def test_a_network_is_taken_at_the_rate_that_validates_best_once_all_seeds_are_there():
    tried = rows("GRU", 1e-3, 0.8, seeds=[0]) + rows("GRU", 5e-3, 0.9, slope=-0.02) + rows("LSTM", 1e-3, 0.9, [0, 1])
    assert gradient_paths.best_rate(tried, "GRU") == 5e-3
    found = gradient_paths.summary(tried)
    assert list(found) == ["GRU"] and found["GRU"]["rate"] == 5e-3 and found["GRU"]["slope"] == [-0.02] * 3
    assert "seconds" not in found["GRU"]


def test_the_table_of_networks_has_a_row_and_a_marker_for_each(told, capsys):
    networks = gradient_paths.summary(rows("SimpleRNN of 2b", 1e-3, 0.7) + rows("λ-gated", 5e-3, 0.9, slope=-0.03))
    lesson_3b.print_networks(networks)
    lesson_3b.draw_networks(networks)
    printed = capsys.readouterr().out.splitlines()
    row = ["λ-gated", "2.0e-03", "0.01", "0.20", "0.700", "0.80", "0.50", "0.005"]
    assert len(printed) == 4 and printed[3].split() == row
    assert "λ-gated 2.0e-03, 0.01, 0.70, 0.50" in told[0]


def test_variants_are_given_back_by_task(told, capsys):
    of = {"variant": "LSTM", "recall": {"accuracy": 1.0}, "sentiment": {"accuracy": 0.9}}
    scores = lesson_3b.draw_variants([of, of | {"variant": "GRU", "sentiment": {"accuracy": 0.95}}])
    assert scores["sentiment"] == {"LSTM": [0.9], "GRU": [0.95]}
    assert "LSTM 0.90; GRU 0.95" in told[0] and "GRU" in capsys.readouterr().out
