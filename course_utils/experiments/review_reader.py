"""The SimpleRNN of lesson 2b, five seeds, trained with the mask and without.

    python -m course_utils.experiments.review_reader

trains the lesson's own network on course_reviews in four ways: "masked" and "sorted", with and without the mask, on
batches of reviews of similar length; "masked_padded" and "padded", with and without it, every review padded to the
longest of all. Of each network it
measures the accuracy on the test reviews, padded as in training, by their length too; that without any padding; and
how much of the distance between the states of 200 reviews is left after 60 positions of padding. Of the masked ones
it also measures what neutral sentences before and after short reviews do, and the lesson's probes. Writes
results/review_reader.json, with the vocabulary, and in half precision the masked network of the first seed,
results/review_reader.npz, which lessons 3a and 3c take up. About ten minutes on two cores.
"""

import argparse
import time

import keras
import numpy as np
from keras import layers

from course_utils import trained_weights
from course_utils.datasets import load
from course_utils.experiments.result_file import write_result, write_weights
from course_utils.references import exports
from course_utils.stats import share_by_bin
from course_utils.text import add_neutral, batches_by_length, word_encoder, words_and_labels

CORPUS, VOCABULARY_SIZE, MAX_WORDS = "course_reviews", 4_000, 120
EMBEDDING_SIZE, UNITS, EPOCHS = 64, 64, 10
SENTENCES = (0, 1, 2, 4)
GROUPS = 6  # of the test reviews, by length
WORDS, PADDING = 12, 60  # that are read before the distance of the states is measured, and that follow


def classifier(lesson, vocabulary_size, masked):
    """The lesson's network, or the same without its mask."""
    if masked:
        return lesson.build_classifier(vocabulary_size, EMBEDDING_SIZE, UNITS)
    token_ids = keras.Input((None,), dtype="int32")
    h = layers.SimpleRNN(UNITS)(layers.Embedding(vocabulary_size, EMBEDDING_SIZE)(token_ids))
    return keras.Model(token_ids, layers.Dense(1)(h))


def logits_of(model, token_ids, batches):
    """The logits of reviews, (n,).

    batches: of row numbers; a batch is as long as its longest review. None for all reviews at their full padded length.
    """
    if batches is None:
        return model.predict(token_ids, batch_size=256, verbose=0)[:, 0]
    logits = np.zeros(len(token_ids))
    for rows in batches:
        steps = np.count_nonzero(token_ids[rows], axis=1).max()
        logits[rows] = model.predict_on_batch(token_ids[rows, :steps])[:, 0]
    return logits


def batches_of_similar_length(token_ids, width=20, size=32):
    """Batches of the numbers of reviews whose lengths fall into the same group, as `batches_by_length` makes them.

    width: of a group, in words; 1 for reviews of equal length, which need no padding.
    """
    groups = np.count_nonzero(token_ids, axis=1) // width
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        yield from np.array_split(rows, range(size, len(rows), size))


def distance_left(model, openings):
    """The share of the mean distance between the states of reviews that is left after padding, with no mask.

    openings: (n, WORDS + PADDING) token ids, padded from position WORDS on.
    """
    embedding, W_xh, W_hh, b_h, *_ = model.get_weights()
    h, spread = np.zeros((len(openings), UNITS)), []
    for ids in openings.T:
        h = np.tanh(embedding[ids] @ W_xh + h @ W_hh + b_h)
        spread.append(np.linalg.norm(h - h.mean(axis=0), axis=1).mean())
    return spread[-1] / spread[WORDS - 1]


def train(lesson, way, seed, splits, vocabulary_size):
    """A network that was trained in one of the four ways. splits: {name: (token ids, labels)}."""
    keras.utils.set_random_seed(seed)
    model = classifier(lesson, vocabulary_size, way.startswith("masked"))
    (x, y), (validation_x, validation_y) = splits["train"], splits["validation"]
    validation = (validation_x, validation_y[:, None].astype("float32"))
    if way == "sorted":
        validation = batches_by_length(*splits["validation"], 32).take(len(validation_x) // 32)
    batches = padded_batches(x, y, seed) if way.endswith("padded") else batches_by_length(x, y, 32)
    lesson.train_reader(model, batches, len(x) // 32, validation, EPOCHS, verbose=0)
    return model


def padded_batches(x, y, seed):
    """Batches of 32 reviews at their full padded length, in a new order each time, without end."""
    import tensorflow as tf

    reviews = tf.data.Dataset.from_tensor_slices((x, y[:, None].astype("float32")))
    return reviews.shuffle(len(x), seed=seed).batch(32, drop_remainder=True).repeat()


def rounded(values):
    """Numbers as the result file holds them."""
    return [round(float(value), 4) for value in values]


def measure(way, model, test, openings):
    """What is measured of every network. test: (token ids, labels)."""
    token_ids, labels = test
    batches = batches_of_similar_length(token_ids) if way == "sorted" else None  # as in training
    correct = (logits_of(model, token_ids, batches) > 0) == labels
    alone = (logits_of(model, token_ids, batches_of_similar_length(token_ids, width=1)) > 0) == labels
    lengths = np.count_nonzero(token_ids, axis=1)
    by_length = share_by_bin(lengths, correct, np.quantile(lengths, np.linspace(0, 1, GROUPS + 1)))[0]
    return {
        "accuracy": round(float(correct.mean()), 4),
        "alone": round(float(alone.mean()), 4),
        "by_length": rounded(by_length),
        "left": round(float(distance_left(model, openings)), 4),
    }


def measure_reading(lesson, model, encode, reviews, labels):
    """What neutral sentences do to the shortest quarter of the reviews, and the share of each probe that is right."""

    def right(texts, answers):
        return float(np.mean((logits_of(model, encode(texts), None) > 0) == answers))

    lengths = np.array([len(words) for words in reviews])
    short = np.flatnonzero(lengths <= np.quantile(lengths, 0.25))
    texts, answers = [reviews[n] for n in short], labels[short]
    neutral = {
        place: rounded(right(add_neutral(texts, sentences, place), answers) for sentences in SENTENCES)
        for place in ("before", "after")
    }
    probes = {kind: right(*lesson.fill(templates)) for kind, templates in lesson.PROBES.items()}
    return {"neutral": neutral, "probes": {kind: round(share, 4) for kind, share in probes.items()}}


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    lesson, begun = exports("2b"), time.monotonic()
    texts, labels = {}, {}
    for name, part in zip(("train", "validation", "test"), load(CORPUS, ["train", "validation", "test"]), strict=True):
        texts[name], labels[name] = words_and_labels(part)
    encode, vocabulary = word_encoder(texts["train"], VOCABULARY_SIZE, MAX_WORDS)
    splits = {name: (encode(texts[name]), labels[name]) for name in texts}
    openings = encode([words[:WORDS] for words in texts["test"] if len(words) >= WORDS][:200])[:, : WORDS + PADDING]

    rows = {"masked": [], "masked_padded": [], "sorted": [], "padded": []}
    reading, start = [], []
    for seed in range(options.seeds):
        keras.utils.set_random_seed(seed)
        start.append(round(float(distance_left(classifier(lesson, len(vocabulary), True), openings)), 4))
        for way, row in rows.items():
            model = train(lesson, way, seed, splits, len(vocabulary))
            if way == "masked" and seed == 0:
                write_weights("review_reader", "reader", model.get_weights())
                model.set_weights(trained_weights("review_reader", "reader"))
            row.append(measure(way, model, splits["test"], openings))
            print(f"seed {seed}, {way}: {row[-1]}", flush=True)
            if way == "masked":
                reading.append(measure_reading(lesson, model, encode, texts["test"], labels["test"]))
                print(reading[-1], flush=True)

    measured = {way: {name: [one[name] for one in row] for name in row[0]} for way, row in rows.items()}
    for name in reading[0]:
        kinds = reading[0][name]
        measured["masked"][name] = {kind: [one[name][kind] for one in reading] for kind in kinds}
    write_result(
        "review_reader",
        data=f"{CORPUS}, {len(texts['train']):,} to train on",
        seeds=range(options.seeds),
        seconds=time.monotonic() - begun,
        left_at_the_start=start,
        sentences=SENTENCES,
        **measured,
        vocabulary=vocabulary,
    )


if __name__ == "__main__":
    main()
