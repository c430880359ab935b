"""What lesson 1 shows and trains on: the gallery, and the generated sentences."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.lesson_helpers.lesson_1 import gallery, toy_sentences
from course_utils.lesson_helpers.lesson_1.markov import MarkovModel
from course_utils.paths import resource


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_year_stands_where_it_is_asked_for(rng):
    positions = [2, 5, 9, 14]
    sentences, years, places = toy_sentences.year_sentences(rng, 202, (6, 14), positions)
    assert sorted(np.bincount(places)[positions]) == [50, 50, 51, 51]
    for words, year, place in zip(sentences, years, places, strict=True):
        assert words[place - 1] == toy_sentences.YEARS[year] and words[place - 2] == "in"
        assert 6 <= len(words) <= 14 and sum(word in toy_sentences.YEARS for word in words) == 1


def test_the_years_of_a_diary_are_as_far_apart_as_is_asked_for(rng):
    diaries, first, apart = toy_sentences.diaries(rng, 120, [1, 4, 12])
    for words, year, gap in zip(diaries, first, apart, strict=True):
        noted = [n for n, word in enumerate(words) if word in toy_sentences.YEARS]
        assert noted[1] - noted[0] == gap and len(noted) == 2 and words[noted[0]] == toy_sentences.YEARS[year]
        assert noted[0] >= 3 and len(words) - 1 - noted[1] >= 3
    assert (np.bincount(apart)[[1, 4, 12]] == 40).all()


def test_a_meal_and_its_twin_have_the_same_words(rng):
    sentences, labels = toy_sentences.meals(rng, [("man", "hot dog"), ("poet", "soup")], 50)
    for usual, news in zip(sentences[::2], sentences[1::2], strict=True):
        assert sorted(usual) == sorted(news) and usual != news
        eater = usual[usual.index("by") :] if "by" in usual else usual[:4]
        assert {"man", "poet"} & set(eater)
    assert labels.tolist() == [0, 1] * 50


def test_the_clip_is_short_and_loud_enough():
    samples = gallery.speech()
    assert 1.5 < len(samples) / gallery.RATE < 4 and 0.5 < abs(samples).max() <= 1
    assert (resource("data") / "gallery" / "speech.wav").stat().st_size < 60_000


def test_a_markov_model_mixes_its_contexts_and_sums_to_1():
    model = MarkovModel([["a", "b", "c", "d"], ["b", "c", "e"]], order=2)
    vocabulary = [*"abcde", "unknown"]
    for context in [(), ("b",), ("b", "c"), ("x", "c"), ("never", "seen")]:
        assert sum(model.conditional(word, context) for word in vocabulary) == pytest.approx(1)
    assert model.conditional("d", ("b", "c")) == model.conditional("e", ("b", "c")) > model.conditional("a", ("b", "c"))
    assert model.conditional("d", ("x", "c")) == model.conditional("d", ("c",))
    assert model.knows(["b", "c"]) and not model.knows(["c", "b"])


def test_a_text_goes_on_with_words_that_followed(rng):
    model = MarkovModel([["a", "b", "c", "d"], ["b", "c", "e"]], order=2)
    words = model.continued(["a", "b"], 2, 7, rng)
    assert words[:3] == ["a", "b", "c"] and words[3] in "de" and len(words) == 4


def test_words_stay_inside_the_axes():
    _, axes = plt.subplots(figsize=(8, 2))
    places = gallery.write_words(axes, ["word"] * 60, tags=["tag"] * 60, title="60 words")
    assert len(places) == 60 and all(0 <= x <= 1 and 0 < y < 1 for x, y in places)
    plt.close("all")
