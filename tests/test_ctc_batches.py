"""Padded batches with masks, and lesson 5b's readers: padding changes neither its loss nor its transcripts."""

import numpy as np
import pytest

from course_utils import ctc
from course_utils.references import exports


def rows_of(lengths, features=3):
    rng = np.random.default_rng(0)
    return [rng.normal(size=(length, features)).astype("float32") for length in lengths]


def test_padded():
    together, mask = ctc.padded(rows_of([5, 9, 1]), multiple=20)
    assert together.shape == (3, 20, 3) and mask.shape == (3, 20)
    np.testing.assert_array_equal(mask.sum(axis=1), [5, 9, 1])
    np.testing.assert_array_equal(together[1, :9], rows_of([5, 9, 1])[1])
    assert not together[mask == 0].any()


def test_batches_hold_rows_of_like_length_with_their_labels():
    lengths = [3, 4, 5, 17, 18, 19, 20]
    rows, labels = rows_of(lengths), np.array(lengths)[:, None]
    seen = set()
    for (together, mask), label in ctc.masked_batches(rows, labels, batch_size=2, multiple=8).take(20):
        assert together.shape[1] % 8 == 0 and together.shape[1] - label.numpy().min() < 8
        np.testing.assert_array_equal(mask.numpy().sum(axis=1), label.numpy()[:, 0])
        for row, length in zip(together.numpy(), label.numpy()[:, 0], strict=True):
            np.testing.assert_array_equal(row[:length], rows[lengths.index(length)])
        seen |= set(label.numpy()[:, 0].tolist())
    assert seen == set(lengths)


@pytest.mark.parametrize(("lengths", "reason"), [([], "no rows"), ([4, 0], "row 1 is empty")])
def test_rows_that_make_no_batch(lengths, reason):
    with pytest.raises(ValueError, match=reason):
        ctc.padded(rows_of(lengths))
    with pytest.raises(ValueError, match=reason):
        ctc.masked_batches(rows_of(lengths), np.ones((len(lengths), 1)), batch_size=2)


@pytest.fixture(scope="module")
def lesson():
    """What lesson 5b exports: its exercises, its loss and its readers."""
    return exports("5b")


@pytest.mark.parametrize(
    ("build", "features", "options"),
    [
        ("image_reader", 32, {"channels": (4, 4, 4)}),
        ("image_reader", 32, {"channels": (4, 4, 4), "masked": False}),
        ("pen_reader", 3, {"channels": 4}),
    ],
)
def test_padding_a_batch_further_changes_neither_loss_nor_transcript(lesson, build, features, options):
    """Only with the ConvNet masked; its biases are not zero here, as after training."""
    import keras

    keras.utils.set_random_seed(0)
    reader, masked = getattr(lesson, build)(classes=6, units=8, **options), options.get("masked", True)
    reader.set_weights(
        [weights + 0.3 * np.random.default_rng(1).normal(size=weights.shape) for weights in reader.get_weights()]
    )
    lines = [np.abs(row) for row in rows_of([37, 64, 50], features)]
    labels = np.array([[1, 2, 2, 0], [3, 0, 0, 0], [5, 4, 5, 4]], "int32")
    frames, losses, texts = lesson.valid_frames(np.array([37, 64, 50]), lesson.STRIDES), [], []
    for multiple in (4, 96, 160):
        logits = np.array(reader(ctc.padded(lines, multiple)))
        losses.append(lesson.ctc_loss(labels, logits, frames))
        texts.append(ctc.greedy(logits, frames))
    same = np.allclose(losses[0], losses[1], atol=1e-4) and np.allclose(losses[0], losses[2], atol=1e-4)
    assert same == masked
    assert not masked or texts[0] == texts[1] == texts[2]
