"""The small modules of floor 1."""

import numpy as np
import pytest
import scipy

from course_utils import plots, stats, text
from course_utils.datasets import load


def test_words_of_drops_case_punctuation_and_markup():
    assert text.words_of("A hot dog, not a <br />HOT-dog!") == ["a", "hot", "dog", "not", "a", "hotdog"]
    assert text.words_of("...") == []


def test_the_encoder_pads_cuts_and_knows_unknown_words():
    encode, vocabulary = text.word_encoder([["good", "good", "film"], ["bad"]], vocabulary_size=10, max_words=3)
    assert vocabulary[:3] == ["", "[UNK]", "good"]
    good, bad = vocabulary.index("good"), vocabulary.index("bad")
    np.testing.assert_array_equal(encode([["good", "zyzzyva"], ["bad"] * 5]), [[good, 1, 0], [bad, bad, bad]])


def test_batches_by_length_hold_every_text_once_and_little_padding():
    lengths = np.random.default_rng(0).integers(1, 61, size=200)
    ids = np.where(np.arange(60) < lengths[:, None], np.arange(1, 201)[:, None], 0)
    batches = text.batches_by_length(ids, np.arange(200) % 2, batch_size=10).as_numpy_iterator()
    seen, count = [], 0
    while count < 200:  # they go on for ever; each text comes once before any comes again
        batch, labels = next(batches)
        count += len(batch)
        seen += batch[:, 0].tolist()
        kept = (batch > 0).sum(axis=1)
        assert batch.shape[1] == kept.max() and kept.max() - kept.min() < 21
        np.testing.assert_array_equal(labels, ((batch[:, :1] - 1) % 2).astype("float32"))
    assert sorted(seen) == list(range(1, 201))


def test_neutral_sentences_are_the_same_before_and_after():
    reviews = [["superb"], ["dull", "film"]]
    before, after = (text.add_neutral(reviews, 2, place, seed=3) for place in ("before", "after"))
    for words, first, last in zip(reviews, before, after, strict=True):
        assert first == last[len(words) :] + words and last[: len(words)] == words
    assert before[0][:-1] != before[1][:-2]  # another draw for each review
    assert text.add_neutral(reviews, 0, "after") == reviews
    with pytest.raises(ValueError, match="'between'"):
        text.add_neutral(reviews, 1, "between")


def test_neutral_sentences_stand_in_training_reviews_of_both_classes():
    found = {sentence: set() for sentence in text.NEUTRAL}
    for review in load("course_reviews", "train").as_numpy_iterator():
        for sentence in found:
            if sentence in review["text"].decode():
                found[sentence].add(int(review["label"]))
    assert all(labels == {0, 1} for labels in found.values())


def test_wilson_interval_against_published_values():
    # Newcombe 1998, table I, method 3: 81 of 263 and 15 of 148.
    np.testing.assert_allclose(stats.wilson_interval(81, 263), (0.2553, 0.3662), atol=1e-4)
    np.testing.assert_allclose(stats.wilson_interval(15, 148), (0.0624, 0.1605), atol=1e-4)


def test_wilson_interval_is_nan_without_trials():
    assert np.isnan(stats.wilson_interval(0, 0)).all()


def test_share_by_bin_counts_edges_once_and_keeps_empty_bins_apart():
    share, count = stats.share_by_bin([1, 10, 10, 19, 40, 40], [1, 0, 1, 1, 1, 0], [0, 10, 20, 30, 40])
    np.testing.assert_array_equal(count, [1, 3, 0, 2])
    np.testing.assert_allclose(share, [1, 2 / 3, np.nan, 0.5])


def test_a_paired_difference_is_narrower_than_that_of_two_samples():
    right = np.arange(100) < 80
    difference, low, high = stats.paired_difference(right, np.arange(100) < 70)
    each = np.repeat([1.0, 0.0], [10, 90])
    expected = scipy.stats.norm.interval(0.95, loc=0.1, scale=scipy.stats.sem(each))
    np.testing.assert_allclose((difference, low, high), (0.1, *expected), atol=1e-4)
    assert stats.paired_difference(right, right) == (0, 0, 0)


def legend_of(axes):
    return [entry.get_text() for entry in axes.get_legend().get_texts()]


def test_accuracy_by_length_draws_every_model_and_the_other_seeds():
    edges, count = np.array([0, 10, 20]), np.array([50, 50])
    models = {"network": np.array([0.8, 0.6]), "bag": np.array([0.7, 0.7])}
    axes = plots.accuracy_by_length(edges, models, count, seeds=[[0.8, 0.5], [0.7, 0.6], [0.9, 0.6]])
    assert legend_of(axes) == ["network", "bag", "network, 95 % interval", "network, 3 seeds", "chance"]
    assert [list(line.get_ydata()) for line in axes.lines[:2]] == [[0.8, 0.6], [0.7, 0.7]]
    assert len(axes.lines) == 6 and len(plots.accuracy_by_length(edges, models, count).lines) == 3


def test_accuracy_by_sentences_draws_the_network_the_rule_and_other_seeds():
    accuracy = {"before": [0.8, 0.7], "after": [0.8, 0.5]}
    seeds = {place: [[0.8, 0.7], [0.6, 0.5]] for place in accuracy}
    axes = plots.accuracy_by_sentences([0, 4], accuracy, [0.9, 0.9], seeds)
    network = ["SimpleRNN, before", "2 seeds, before", "SimpleRNN, after", "2 seeds, after"]
    assert legend_of(axes) == [*network, "last opinion word, after", "chance"]
    assert len(plots.accuracy_by_sentences([0, 4], accuracy, [0.9, 0.9]).lines) == 4


def points_of(axes):
    return next(line.get_xdata() for line in axes.lines if line.get_marker() == "o")


def test_accuracy_by_gap_draws_each_network_its_band_and_chance():
    accuracy = {"SimpleRNN": [0.9, 0.2], "LSTM": [1.0, 0.95]}
    axes = plots.accuracy_by_gap([1, 100], accuracy, 0.125, {"LSTM": [[1, 0.9], [1, 1], [0.98, 1]]})
    assert [line.get_label() for line in axes.lines] == ["SimpleRNN", "LSTM", "chance"]
    (band,) = axes.collections
    assert band.get_label() == "LSTM, worst to best of 3 seeds"
    assert band.get_paths()[0].get_extents().ymin == pytest.approx(0.9)
    assert [text.get_text() for text in axes.get_xticklabels()] == ["1", "100"]


def test_the_step_of_one_unit_marks_where_it_stands_still():
    points = points_of(plots.step_of_one_unit(4, 2, 0))
    np.testing.assert_allclose(points, [-0.9575, 0, 0.9575], atol=0.006)
    points = points_of(plots.step_of_one_unit(4, 0.5, 0))
    np.testing.assert_allclose(points, [0], atol=0.006)


def test_points_and_bars_stand_beside_their_names():
    axes = plots.points_by_seed({"with": [0.7, 0.9], "without": [0.5, 0.5]}, chance=0.5, xlabel="accuracy")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["with", "without"]
    assert axes.lines[1].get_xdata() == pytest.approx([0.8, 0.8])  # the mean
    shares = {"network": [1.0, 0.2], "rule": [0.9, 0.0]}
    axes = plots.shares_by_kind(["plain", "negation"], shares, chance=0.5, seeds=[[0.9, 1.0], [0.2, 0.3]])
    assert legend_of(axes) == ["network, 2 seeds", "network", "rule"]
    assert [text.get_text() for text in axes.texts] == ["1.00", "0.20", "0.90", "0.00"]


def test_numbers_are_told_for_those_who_cannot_see_them():
    assert plots.told({"network": [0.8, 0.654], "chance": 0.5}) == "network 0.80, 0.65; chance 0.50."


def test_tinted_text_escapes_what_students_write():
    shown = plots.TintedText(["<script>", "good"], [0.1, 0.9], "a < b")._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "a &lt; b" in shown


def test_tinted_text_wants_one_value_for_each_word():
    with pytest.raises(ValueError):
        plots.TintedText(["good"], [0.1, 0.9])._repr_html_()


def test_a_call_takes_its_time_and_quick_calls_are_repeated():
    import time

    assert 0.01 <= stats.seconds_of(time.sleep, 0.01, rounds=1, least=0.02) < 1
    calls = []
    assert 0 < stats.seconds_of(calls.append, 1, rounds=1, least=0.02) < 0.02
    assert len(calls) > 10


def test_calls_are_timed_in_turn():
    import time

    order = []
    calls = {"long": lambda: (order.append("long"), time.sleep(0.02)), "short": lambda: order.append("short")}
    seconds = stats.seconds_in_turn(calls, rounds=2, least=0.001)
    assert seconds["long"] > 0.019 > seconds["short"] > 0
    assert order.index("short") < len(order) - 1 - order[::-1].index("long")  # not all of one, then all of the other


def test_the_peak_is_what_a_call_allocates():
    assert 1e6 <= stats.peak_bytes_of(np.ones, 125_000) < 1.1e6
    disturbed = iter([300_000, 125_000, 200_000, 125_000, 250_000])
    assert 1e6 <= stats.peak_bytes_of(lambda: np.ones(next(disturbed))) < 1.1e6  # the least of five calls


def test_a_probability_table_names_every_probability_and_frames_the_targets():
    import matplotlib.pyplot as plt

    _, axes = plt.subplots()
    plots.probability_table(axes, np.array([[0.25, 0.75], [1.0, 0.0]]), [1, 0], ["first", "second"], "ab")
    assert [text.get_text() for text in axes.texts] == ["0.25", "0.75", "1.00", "0.00"]
    assert len(axes.patches) == 2
    plt.close("all")


def test_posteriors_name_each_spike_once_where_it_is_highest():
    import matplotlib.pyplot as plt

    best = [0, 1, 1, 0, 2, 1, 0, 1]
    p = np.full((8, 3), 0.2)
    p[np.arange(8), best] = [0.6, 0.5, 0.7, 0.6, 0.6, 0.6, 0.6, 0.9]
    _, axes = plt.subplots()
    plots.posteriors(axes, p, 4 * np.arange(8), "a ")
    assert [(text.get_text(), text.get_position()[0]) for text in axes.texts] == [
        ("a", 8),
        ("␣", 16),
        ("a", 20),
        ("a", 28),
    ]
    assert [entry.get_text() for entry in axes.get_legend().get_texts()] == ["blank"]
    plt.close("all")
