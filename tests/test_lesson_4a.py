"""Lesson 4a: padding changes nothing, its searches find what they should, and its helpers tell what they show."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils import plots, references
from course_utils.experiments import context_vector
from course_utils.lesson_helpers import lesson_4a as helpers
from course_utils.translation import END, PAD, bleu, bleu_difference, teacher_forced


@pytest.fixture(scope="module")
def solved():
    return references.solved("4a")


@pytest.fixture(scope="module")
def exported():
    return references.exports("4a")


@pytest.fixture(scope="module")
def translator(exported):
    """A small one, with random weights."""
    keras.utils.set_random_seed(0)
    made = exported.Translator(9, 8, 5, 6)
    made([np.int32([[4, 2]]), np.int32([[1, 4]])])
    return made


SOURCE = np.int32([[4, 5, 6, 7, 2], [8, 2, 0, 0, 0], [5, 4, 2, 0, 0]])
TARGET = np.int32([[4, 7, 6, 2], [5, 2, 0, 0], [7, 2, 0, 0]])


def test_padding_a_batch_further_changes_no_loss_and_no_gradient(solved, translator):
    def results(more):
        source, target = (np.pad(ids, [(0, 0), (0, more)]) for ids in (SOURCE, TARGET))
        target_in, target_out = teacher_forced(target)
        with tf.GradientTape() as tape:
            logits = translator([source, target_in])
            loss = solved["sequence_loss"](target_out, logits)
        gradients = [tf.convert_to_tensor(g) for g in tape.gradient(loss, translator.trainable_weights)]
        return [logits[:, : TARGET.shape[1]], loss, *gradients]

    for once, further in zip(results(0), results(7), strict=True):
        np.testing.assert_allclose(once, further, atol=1e-6)


def test_the_loop_is_keras_with_padding_and_without(solved):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 3, 6, 4)).astype("float32")
    mask = np.arange(6) < np.array([[6], [1], [4]])
    reading, writing = layers.LSTM(5, return_state=True), layers.LSTM(5, return_sequences=True)
    _, h, c = reading(x, mask=mask)
    expected = writing(y, initial_state=[h, c])
    steps = [lambda x, h, c, cell=layer.cell: cell(x, [h, c])[1] for layer in (reading, writing)]
    zeros = np.zeros((3, 5), "float32")
    for more in (0, 4):
        padded, real = np.pad(x, [(0, 0), (0, more), (0, 0)]), np.pad(mask, [(0, 0), (0, more)])
        outputs = solved["encode_decode"](*steps, padded, real, y, zeros, zeros)
        np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_a_step_of_the_cell_is_a_step_of_the_layer(translator):
    target_in, _ = teacher_forced(TARGET)
    logits = np.array(translator([SOURCE, target_in]))
    states = translator.encode(SOURCE)
    for t in range(TARGET.shape[1]):
        step, states = translator.step(target_in[:, t], states)
        real = TARGET[:, t] != PAD
        np.testing.assert_allclose(np.array(step)[real], logits[real, t], atol=1e-5)


def test_greedy_decoding_says_the_likeliest_word_until_its_end(exported, translator):
    said = np.array(exported.greedy_translator(translator, 7)(SOURCE))
    logits = np.array(translator([SOURCE, teacher_forced(said)[0]]))
    for row, of_row in zip(said, logits, strict=True):
        ended = np.argmax(row == END) + 1 if END in row else len(row)
        np.testing.assert_array_equal(row[:ended], of_row.argmax(axis=-1)[:ended])
        assert not row[ended:].any()


def test_one_beam_is_greedy_and_its_score_is_the_teachers(exported, translator):
    greedy = np.array(exported.greedy_translator(translator, 7)(SOURCE))
    one, scores = (np.array(part) for part in exported.beam_translator(translator, 7, width=1)(SOURCE))
    np.testing.assert_array_equal(one, greedy)
    losses = exported.word_losses(translator, SOURCE, one)
    np.testing.assert_allclose(scores, -losses.sum(axis=1), atol=1e-4)
    assert losses.shape == one.shape and not losses[one == PAD].any()


def test_more_beams_find_what_is_at_least_as_likely_here(exported, translator):
    scores = [np.array(exported.beam_translator(translator, 7, width)(SOURCE)[1]) for width in (1, 6)]
    assert np.all(scores[1] >= scores[0] - 1e-5)


def test_one_beam_step_is_a_greedy_step_and_a_finished_one_keeps_its_score(solved):
    rng = np.random.default_rng(0)
    log_p = np.log(rng.dirichlet(np.ones(7), size=(5, 1))).astype("float32")
    scores, finished = -rng.random((5, 1)).astype("float32"), np.array([[True], [False], [False], [True], [False]])
    new, parents, tokens = (np.array(value) for value in solved["beam_step"](scores, log_p, finished))
    said, _ = solved["greedy_step"](log_p[:, 0], finished[:, 0])
    np.testing.assert_array_equal(tokens[:, 0], said)
    np.testing.assert_array_equal(parents, 0)
    np.testing.assert_allclose(new, np.where(finished, scores, scores + log_p.max(axis=-1)), rtol=1e-6)


def test_a_narrow_context_is_handed_over_in_the_same_form(exported, monkeypatch):
    monkeypatch.setattr(context_vector, "NARROW", 2)
    narrow = context_vector.narrow(exported, 9, 8, 5, 6)
    logits = narrow([SOURCE, teacher_forced(TARGET)[0]])
    assert logits.shape == (3, 4, 8)
    contexts = np.concatenate(narrow.encode(SOURCE), axis=1)
    assert contexts.shape == (3, 12) and np.linalg.matrix_rank(contexts - contexts.mean(axis=0)) <= 2


def test_an_autoencoder_has_to_say_all_of_its_symbols_or_the_first(exported):
    rows = exported.random_sequences(4, np.random.default_rng(0), length=3)
    assert rows.shape == (4, 4) and np.all(rows[:, 3] == END) and rows[:, :3].min() >= 4
    assert context_vector.first_symbols(rows, None) is rows
    np.testing.assert_array_equal(context_vector.first_symbols(rows, 1), np.stack([rows[:, 0], rows[:, 3]], axis=1))
    lengths = np.argmax(exported.random_sequences(200, np.random.default_rng(0)) == END, axis=1)
    assert (lengths.min(), lengths.max()) == (1, 16)


# --- searches through few words -----------------------------------------------------------------------------------


def test_the_network_asked_prefix_by_prefix_says_what_it_says_in_a_row(translator):
    prefixes = np.array([[5, 6], [7, 7], [6, 5]])
    target = np.concatenate([prefixes, np.full((3, 1), END)], axis=1)
    logits = translator([np.repeat(SOURCE[:1], 3, axis=0), teacher_forced(target)[0]])
    model = helpers.NextWords(translator, SOURCE[:1], 8)
    np.testing.assert_allclose(model(prefixes), keras.ops.log_softmax(logits)[:, 2], atol=1e-5)
    np.testing.assert_allclose(model(np.zeros((1, 0), int)), keras.ops.log_softmax(logits)[:1, 0], atol=1e-5)


def test_searches_are_counted(solved):
    counted = helpers.Counted(of_table(TABLE))
    best, score = solved["exhaustive_search"](counted, END, 2)
    assert best == [4, 2] and score == pytest.approx(np.log(0.27)) and counted.asked == 1 + 4


def of_table(table):
    """next_log_p of a table {prefix: probabilities}."""

    def next_log_p(prefixes):
        with np.errstate(divide="ignore"):
            return np.log([table[tuple(prefix)] for prefix in np.asarray(prefixes).tolist()])

    return next_log_p


TABLE = {(): [0, 0, 0.1, 0.6, 0.3], (3,): [0, 0, 0.4, 0.3, 0.3], (4,): [0, 0, 0.9, 0.05, 0.05]}
TABLE |= {key: [0, 0, 1, 0, 0] for key in [(0,), (1,)]}  # which nothing leads to


def test_the_tree_of_a_beam_search_shows_what_was_kept_and_what_was_dropped(solved):
    tree = helpers.beam_tree(solved["beam_step"], of_table(TABLE), ["-", "<", ".", "a", "b"], width=2, steps=2)
    assert repr(tree) == (
        "A beam of 2. Step 1: a 0.6, kept; b 0.3, best. Step 2: b . 0.27, best; a . 0.24, kept; a a 0.18, dropped; "
        "b a 0.015, dropped."
    )


# --- what a student types -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["the", "cat", "sleeps", "."], ""),
        ([], "type an English sentence"),
        (["...", "!"], "type an English sentence"),
        (
            ["the", "cats", "penguin", "."],
            "It has never read cats, penguin; it knows 4 English words. Like cats are cat.",
        ),
        (["xyzzy", "xyzzy"], "It has never read xyzzy; it knows 4 English words. Some of them: sleeps."),
    ],
)
def test_what_cannot_be_read_is_said_clearly(words, said):
    found = helpers.cannot_read(words, {"the", "cat", "sleeps", "."})
    assert said in found if said else found == ""


def test_sentences_come_back_in_their_order():
    ids = np.int32([[5, 2, 0], [4, 5, 2], [2, 0, 0], [6, 6, 2]])
    np.testing.assert_array_equal(helpers.in_batches(lambda rows: rows[:, 0], ids, 2), ids[:, 0])
    first, lengths = helpers.in_batches(lambda rows: (rows[:, 0], (rows != 0).sum(axis=1)), ids, 3)
    assert first.tolist() == [5, 4, 2, 6] and lengths.tolist() == [2, 3, 1, 3]


def test_the_ten_translations_are_the_best_the_worst_and_some_between():
    rows = helpers.chosen_rows(np.arange(20), np.arange(20) % 10)
    assert len(set(rows)) == 10 and [rows[0], rows[4], rows[5], rows[9]] == [9, 0, 19, 10]


# --- BLEU ---------------------------------------------------------------------------------------------------------


def test_a_sentence_with_one_wrong_word_of_eight_has_a_bleu_of_fifty(solved):
    said = "son frère obéit aux vieux princes anglais .".split()  # noqa: SIM905
    wanted = [word.replace("vieux", "jeunes") for word in said]
    assert [solved["clipped_matches"](said, wanted, n) for n in (1, 2, 3, 4)] == [(7, 8), (5, 7), (3, 6), (1, 5)]
    assert solved["bleu_by_hand"]([said], [wanted]) == pytest.approx(50)


def test_a_difference_of_bleu_has_an_interval_that_is_paired():
    references = [f"Le chat noir numéro {n} dort dans la maison." for n in range(40)]
    worse = [text.replace("dort", "mange") if n % 2 else text for n, text in enumerate(references)]
    difference, low, high = bleu_difference(references, worse, references, rounds=200)
    assert difference == pytest.approx(bleu(references, references) - bleu(worse, references))
    assert 0 < low < difference < high
    assert bleu_difference(worse, worse, references, rounds=20) == (0, 0, 0)


# --- a sequence in one number -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("precision", "certain"), [("float16", 3), ("float32", 8), ("float64", 17)])
def test_a_number_holds_as_many_symbols_as_its_digits_allow(solved, precision, certain):
    push, pop = solved["stack_in_a_number"](8)
    for count in (certain, certain + 1):
        symbols = np.random.default_rng(0).integers(8, size=(count, 1000)).astype(precision)
        h, right = np.zeros(1000, precision), []
        for symbol in symbols:
            h = push(h, symbol).astype(precision)
        for symbol in symbols[::-1]:
            said, h = pop(h)
            right.append(np.all(said == symbol))
        assert all(right) == (count == certain)


# --- figures ------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(monkeypatch):
    """The alt texts of the figures that were shown."""
    texts = []
    monkeypatch.setattr(plots, "show", texts.append)
    return texts


def networks():
    """Rows of the result file context_vector."""
    values = {"by_quarter": [50.0, 30.0, 20.0, 10.0], "edges": [4.0, 12.0, 18.0, 26.0, 34.0]}
    return [
        {"variant": variant, "seed": seed, "bits_by_position": [1.0, 2.0 + seed]} | values
        for variant in ("forwards", "reversed")
        for seed in (0, 1)
    ]


def test_a_figure_by_length_names_the_quarters_and_gives_the_means(told):
    means = helpers.draw_by_length(networks(), ["forwards", "reversed"], "by_quarter", "BLEU", "?", ("memory", [1] * 4))
    assert means["forwards"].tolist() == [50, 30, 20, 10]
    for said in ("4 to 11; 12 to 17; 18 to 25; 26 to 34 words", "each of 2 networks", "memory 1.0, 1.0, 1.0, 1.0"):
        assert said in told[0]


def test_a_figure_by_position_gives_the_means(told):
    assert helpers.draw_by_position(networks(), ["forwards"])["forwards"].tolist() == [1, 2.5]
    assert "positions 1 to 2: forwards 1.00, 2.50" in told[0]


def test_a_figure_of_what_is_given_back_and_one_of_learning(told):
    rows = [
        {"autoencoder": kind, "seed": 0, "symbols": [1.0, 0.5], "whole": [1.0, 0.25]} for kind in helpers.AUTOENCODERS
    ]
    means = helpers.draw_given_back(rows, [2, 4], 1 / 8)
    assert means["all, 16 units"] == {"symbols": {2: 1.0, 4: 0.5}, "whole": {2: 1.0, 4: 0.25}}
    helpers.draw_learning([10, 20], [3.0, 2.0], [[2.0, 1.0], [4.0, 1.0]], 100)
    helpers.draw_digits({"float16": np.array([1.0, 0.5])})
    assert "the first symbol, 64 units, whole: 1.00, 0.25" in told[0]
    assert "Here: 3.00, 2.00." in told[1] and "mean of 2 networks: 3.00, 1.00" in told[1]
    assert "float16 1.00, 0.50" in told[2]
