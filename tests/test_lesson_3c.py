"""Lesson 3c: its rivals are lesson 2b's, and its figures tell what they show."""

import numpy as np
import pytest

from course_utils import plots
from course_utils.lesson_helpers import lesson_2b, lesson_3c


@pytest.fixture
def told(monkeypatch):
    """The alt texts of the figures that were shown."""
    texts = []
    monkeypatch.setattr(plots, "show", texts.append)
    return texts


def test_pairs_tell_what_words_alone_cannot():
    sentences = ["not good but bad", "not bad but good"] * 20
    train = [words.split() for words in sentences], np.array([0, 1] * 20)
    shares = {
        name: lesson_3c.train_bag(counted, train, train).score(*train) for name, counted in lesson_3c.BAGS.items()
    }
    assert shares == {"bag of words": 0.5, "words and pairs": 1.0}


def test_probes_are_those_of_lesson_2b():
    probes = lesson_2b.probes()
    assert list(probes) == ["plain", "own opinion last", "own opinion first", "negation"]
    for reviews, labels in probes.values():
        assert len(reviews) == len(labels) and labels.mean() == 0.5


def readers():
    """What lstm_readers measures, of two readers on course_reviews."""
    right = np.ones(1200, bool)
    right[::4] = False
    digits = "".join("1" if one else "0" for one in right)
    row = {"right": [digits] * 3, "parameters": 1000, "best_rate": 0.01, "probes": {}}
    return {"readers": {"bag of words": {"right": [digits]}, "LSTM": row}}


def test_readers_are_given_back_as_arrays_with_the_longest_sixth(told, capsys):
    found = lesson_3c.readers_of(readers())
    assert found["LSTM"]["right"].shape == (3, 1200) and found["LSTM"]["right"].mean() == 0.75
    assert found["LSTM"]["longest"].shape == (3,) and 0.6 < found["LSTM"]["longest"][0] < 0.9
    lesson_3c.draw_readers(found)
    assert "LSTM 0.75, 0." in told[0] and "0.750 0.750 0.750" in capsys.readouterr().out


def test_gates_are_told_after_the_place_where_the_answer_settles(told):
    opened = np.zeros((6, 3))
    opened[4:] = 1
    lesson_3c.draw_gates(["word"] * 6, {"forget gate f: what is kept": opened}, opened - 3, [5, 40, 7], held=2)
    assert "2 panels of 3 units by 6 words" in told[0] and "2 words before the end" in told[0]
    assert "forget gate f 1.00." in told[0]


def test_an_exchange_is_told_in_shares(told):
    lesson_3c.draw_exchange([0, 64], [0.0, 0.9], [[0.0, 0.7], [0.0, 0.9]])
    assert "by 0, 64 cell states: most separated first 0.00, 0.90; at random 0.00, 0.80." in told[0]


def test_models_of_imdb_are_listed_the_best_first(told, capsys):
    names = ["bag of words", *(name for name in lesson_3c.OF_IMDB if name != "bag of words"), "bidirectional LSTM"]
    rivals = {
        name: {"test": {"22500": 0.8 + n / 100}, "by_quarter_of_length": [0.8] * 4, "minus_bag": [n / 100, 0, 0.1]}
        for n, name in enumerate(names)
    }
    lesson_3c.draw_imdb({"quarters": [10, 100, 200, 300, 2000], "rivals": rivals})
    printed = capsys.readouterr().out.splitlines()
    assert [line[:30].strip() for line in printed[1:]] == names[::-1]
    assert printed[-1].split() == ["bag", "of", "words", "0.8000"]
    assert "LSTM, words in random order 0.80, 0.80, 0.80, 0.80" in told[0]


def test_pretraining_is_told_by_the_number_of_labels(told, capsys):
    row = {"100": {"test": [0.5, 0.6, 0.7]}, "400": {"test": [0.8] * 3}}
    models = {"0.001": {"test": [2.5], "cells": [2.0], "gates at an end": [0.3]}}
    ways = dict.fromkeys(["from scratch", "pretrained", "pretrained, free cells", "words and pairs"], row)
    lesson_3c.draw_pretrained({"language_models": models, "counting_model": {"test": 2.3, "order": 4}, "readers": ways})
    assert "with 100, 400 labels. from scratch 0.60, 0.80; pretrained 0.60, 0.80" in told[0]
    assert "n up to 4" in capsys.readouterr().out


def test_pretraining_on_imdb_is_told_with_its_intervals(told, capsys):
    row = {"500": {"test": 0.8}, "22500": {"test": 0.9}}
    lesson_3c.draw_imdb_pretrained(
        {
            "language_model": {"words": 1000, "perplexity": 90.0, "cells": 0.5},
            "classifiers": {"from scratch": row, "pretrained": row},
            "pretrained_minus": {"from scratch": {"500": [0.1, 0.05, 0.15], "22500": [0.01, 0.005, 0.015]}},
        }
    )
    assert "with 500, 22500 labels. from scratch 0.80, 0.90; pretrained 0.80, 0.90." in told[0]
    assert "22,500 labels: pretrained - from scratch    = +0.0100" in capsys.readouterr().out
