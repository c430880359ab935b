"""Decoding of CTC's frames: collapse, feasibility, greedy and prefix beam search, each against enumeration."""

import itertools
import math

import numpy as np
import pytest

from course_utils import ctc
from course_utils.text.ngrams import NGramModel


def collapsed_by_hand(path):
    """Merge repeats, then drop blanks, with itertools."""
    return tuple(label for label, _ in itertools.groupby(path) if label != 0)


def probabilities_of_labels(log_p):
    """{label: probability}, every path added up."""
    found = {}
    for path in itertools.product(range(log_p.shape[1]), repeat=len(log_p)):
        label = collapsed_by_hand(path)
        found[label] = found.get(label, 0.0) + math.exp(sum(log_p[t, c] for t, c in enumerate(path)))
    return found


def random_log_p(seed, frames=6, classes=4, sharpness=1.5):
    return ctc.log_softmax(sharpness * np.random.default_rng(seed).normal(size=(frames, classes)))


def test_collapse():
    rng = np.random.default_rng(0)
    for _ in range(200):
        path = rng.integers(0, 3, size=rng.integers(0, 9))
        assert ctc.collapse(path) == collapsed_by_hand(path)


def test_frames_needed_is_the_length_of_the_shortest_path():
    labels = np.array([[1, 1, 1], [1, 2, 1], [2, 2, 2], [2, 1, 1], [1, 0, 0]])
    lengths = np.array([3, 3, 2, 3, 1])
    for label, length, needed in zip(labels, lengths, ctc.frames_needed(labels, lengths), strict=True):
        spelled = [
            min(
                (t for t in range(1, 7) if tuple(label[:length]) in probabilities_of_labels(np.zeros((t, 3)))),
                default=0,
            )
        ]
        assert spelled == [needed]


def test_an_infeasible_example_is_named():
    labels, lengths = np.array([[1, 2, 3, 0, 0], [1, 2, 3, 3, 4]]), np.array([3, 5])
    ctc.assert_feasible(labels, lengths, [3, 6])
    with pytest.raises(ctc.NotFeasible, match=r"example 1 \('hello'\) has 5 frames.* needs 6: 5 .*, 1 here"):
        ctc.assert_feasible(labels, lengths, [3, 5], names=["hat", "hello"])


def test_texts_and_codes_that_do_not_match_are_named():
    codes = ctc.label_codes(["cab", "b"], "abc")
    np.testing.assert_array_equal(codes, [[3, 1, 2], [2, 0, 0]])
    assert ctc.label_texts([(3, 1, 2), ()], "abc") == ["cab", ""]
    assert ctc.label_codes([], "abc").shape == (0, 0) and ctc.label_texts([], "abc") == []
    with pytest.raises(ValueError, match="'X' of the text 'abX'"):
        ctc.label_codes(["a", "abX"], "abc")
    for code in (0, 4, -1):
        with pytest.raises(ValueError, match=f"label 1 holds {code}"):
            ctc.label_texts([(1,), (1, code, 2)], "abc")


def test_the_loss_is_the_sum_over_all_paths_of_the_valid_frames():
    log_p = np.stack([random_log_p(seed) for seed in (0, 1)])
    losses = ctc.ctc_loss(np.array([[1, 1, 2], [3, 0, 0]], "int32"), log_p.astype("float32"), [6, 4])
    expected = [
        -math.log(probabilities_of_labels(log_p[n, :T])[label]) for n, T, label in [(0, 6, (1, 1, 2)), (1, 4, (3,))]
    ]
    np.testing.assert_allclose(losses, expected, rtol=1e-5)


def test_greedy_looks_at_valid_frames_only():
    scores = np.eye(3)[[[1, 0, 1, 2], [2, 2, 0, 1]]]
    assert ctc.greedy(scores, [4, 3]) == [(1, 1, 2), (2,)]


@pytest.mark.parametrize("seed", range(20))
def test_a_wide_beam_finds_the_most_likely_label(seed):
    log_p = random_log_p(seed)
    truth = probabilities_of_labels(log_p)
    found = ctc.prefix_beam_search(log_p, beam_width=10_000, least=0)
    assert found[0][0] == max(truth, key=truth.get)
    assert len(found) == len(truth)
    for label, score in found:
        assert score == pytest.approx(math.log(truth[label]))


def log_probability(log_p, label):
    """log p(label) by the forward recursion: all its paths, over any number of frames."""
    symbols = [0]
    for symbol in label:
        symbols += [symbol, 0]
    skips = [n > 1 and symbols[n] != symbols[n - 2] for n in range(len(symbols))]
    alpha = [log_p[0, symbol] if n < 2 else -np.inf for n, symbol in enumerate(symbols)]
    for frame in log_p[1:]:
        alpha = [
            frame[symbol] + np.logaddexp.reduce(alpha[max(0, n - 1 - skips[n]) : n + 1])
            for n, symbol in enumerate(symbols)
        ]
    return np.logaddexp.reduce(alpha[-2:])


def twice_counted(log_p, beam_width):
    """A wrong beam search: a symbol that comes again after a blank begins a new one, and goes on as well."""
    beams = {(): (1.0, 0.0)}
    for p in np.exp(log_p):
        grown = {}
        for prefix, (in_blank, in_label) in beams.items():
            total = in_blank + in_label
            grown.setdefault(prefix, np.zeros(2))[0] += total * p[0]
            if prefix:
                grown[prefix][1] += total * p[prefix[-1]]
            for symbol in range(1, len(p)):
                repeated = prefix[-1:] == (symbol,)
                grown.setdefault((*prefix, symbol), np.zeros(2))[1] += (in_blank if repeated else total) * p[symbol]
        ranked = sorted(grown.items(), key=lambda item: -item[1].sum())[:beam_width]
        beams = {prefix: tuple(parts) for prefix, parts in ranked}
    return [(prefix, math.log(sum(parts))) for prefix, parts in beams.items()]


def largest_excess(search, beam_width, frames, classes=4, seeds=10):
    """By how much the score of a prefix in the last beam exceeds log p of that label, at most, over random problems."""
    excess = -math.inf
    for seed in range(seeds):
        log_p = random_log_p(seed, frames, classes, sharpness=1 + seed / 3)
        for label, score in search(log_p, beam_width=beam_width):
            excess = max(excess, score - log_probability(log_p, label))
    return excess


def test_the_forward_recursion_is_the_sum_over_all_paths():
    log_p = random_log_p(0)
    for label, probability in probabilities_of_labels(log_p).items():
        assert log_probability(log_p, label) == pytest.approx(math.log(probability))


@pytest.mark.parametrize("beam_width", [1, 2, 5, 25])
@pytest.mark.parametrize("frames", [6, 40])
def test_a_beam_never_scores_more_than_the_true_probability_of_its_label(beam_width, frames):
    """Pruning can only lose paths (A. Hannun, Distill 2017, has this test)."""
    assert largest_excess(ctc.prefix_beam_search, beam_width, frames) < 1e-9


def test_a_beam_that_counts_paths_twice_scores_more():
    assert largest_excess(twice_counted, 25, 6) > 0.01


@pytest.mark.parametrize("seed", range(10))
def test_a_language_model_and_a_bonus_count_once_per_symbol(seed):
    log_p, rng = random_log_p(seed), np.random.default_rng(seed)
    table = np.log(rng.dirichlet(np.ones(4), size=5))

    def language_model(history):
        return table[history[-1] if history else 4]

    def score(label):
        prior = sum(0.7 * language_model(label[:n])[symbol] + 0.3 for n, symbol in enumerate(label))
        return math.log(truth[label]) + prior

    truth = probabilities_of_labels(log_p)
    options = {"beam_width": 10_000, "language_model": language_model, "weight": 0.7, "bonus": 0.3, "least": 0}
    found = dict(ctc.prefix_beam_search(log_p, **options))
    assert found == pytest.approx({label: score(label) for label in truth})


def test_a_beam_over_many_frames_does_not_underflow():
    log_p = ctc.log_softmax(np.random.default_rng(0).normal(size=(3000, 5)))
    ((_, score), *_) = ctc.prefix_beam_search(log_p, beam_width=4)
    assert -6000 < score < 0


def test_frames_beyond_the_valid_ones_change_no_transcript():
    logits = 3 * np.random.default_rng(1).normal(size=(3, 8, 5))
    frames, longer = [8, 5, 6], np.concatenate([logits, np.full((3, 4, 5), 7.0)], axis=1)
    assert ctc.beam_decode(logits, frames) == ctc.beam_decode(longer, frames)
    assert ctc.beam_decode(logits, frames)[1] == ctc.beam_decode(logits[1:2, :5], [5])[0]


@pytest.mark.parametrize("decode", [ctc.greedy, ctc.beam_decode])
def test_an_example_that_cannot_be_decoded_is_named(decode):
    logits = np.zeros((2, 4, 3))
    for wrong in (5, -1):
        with pytest.raises(ValueError, match=f"example 1 has scores for 4 frames, and {wrong} "):
            decode(logits, [4, wrong])
    logits[1, 2, 1] = np.nan
    with pytest.raises(ValueError, match="example 1 hold NaN"):
        decode(logits, [4, 3])
    assert len(decode(logits, [4, 2])) == 2  # the NaN is not in a valid frame


def test_a_beam_without_prefixes_or_possible_classes_is_an_error():
    log_p = random_log_p(0)
    with pytest.raises(ValueError, match="beam_width is 0"):
        ctc.prefix_beam_search(log_p, beam_width=0)
    for impossible in (np.nan, -np.inf):
        log_p[3] = impossible
        with pytest.raises(ValueError, match="frame 3"):
            ctc.prefix_beam_search(log_p)


def test_an_n_gram_model_gives_probabilities_and_knows_the_beginning():
    model = NGramModel([np.array([1, 2, 3, 1, 2, 3, 1]), np.array([1, 2, 2])], 5, order=3)
    for history in [(), (1,), (3, 1), (4, 4, 4), (1, 2, 3, 1, 2)]:
        assert np.exp(model(history)).sum() == pytest.approx(1)
    assert np.argmax(model(())) == 1  # both texts begin with 1
    assert np.argmax(model((3, 1))) == 2
    np.testing.assert_array_equal(model((1, 2, 3, 1, 2)), model((1, 2)))
