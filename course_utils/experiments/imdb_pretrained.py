"""Read first, judge then: an LSTM that was a language model of IMDB's reviews before it is told their labels.

    TFDS_DATA_DIR=FOLDER python -m course_utils.experiments.imdb_pretrained

needs imdb_reviews (TFDS). One LSTM of 256 units reads 72,500 reviews without their labels, 22,500 that are to be
learnt from and 50,000 that have none, and predicts each next word among 20,000 (sampled softmax, tied to the
embedding). A term of its loss keeps its cells small: without it they grow without bounds and close the gates for good.
Then the same layers, and for comparison untrained ones, learn to judge the reviews, with 500, 2,500 and all 22,500
labels; rate and epoch are chosen on 2,500 validation reviews, and only the chosen network reads the 25,000 test
reviews. Writes results/imdb_pretrained.json. About two hours of one core; interrupted, it goes on from build/imdb.

Source: A. Dai, Q. Le, "Semi-supervised sequence learning", 2015.
"""

import json
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from course_utils.datasets import load
from course_utils.experiments import imdb_reviews
from course_utils.experiments.carried_lstm import CarriedLSTM
from course_utils.experiments.imdb_reviews import END, PADDING, STATE, VOCABULARY_SIZE
from course_utils.experiments.result_file import write_result
from course_utils.stats import paired_difference
from course_utils.text import words_and_labels
from course_utils.tools.notebooks import write_text

SEED, EMBEDDING, UNITS = 0, 128, 256
STREAMS, WINDOW, EPOCHS, RATE, SAMPLED, CELLS = 64, 30, 2, 3e-3, 512, 1e-3
SAVED_EVERY = 1000  # steps
DROPOUT, BATCH = 0.4, 32
RATES = {"pretrained": (2e-3, 4e-3), "from scratch": (2e-3, 4e-3)}
READINGS = {500: 8, 2_500: 4, 22_500: 2}  # epochs for each number of labels


class LanguageModel(keras.Model):
    """Token ids (batch, T) to vectors (batch, T, EMBEDDING); products with the embedding's rows are logits."""

    def __init__(self):
        super().__init__()
        self.embedding = layers.Embedding(
            VOCABULARY_SIZE, EMBEDDING, embeddings_initializer=keras.initializers.RandomNormal(stddev=0.05)
        )
        self.lstm = CarriedLSTM(UNITS)
        self.project = layers.Dense(EMBEDDING)
        self.bias = self.add_weight(shape=(VOCABULARY_SIZE,), initializer="zeros", name="bias")

    def call(self, token_ids, state):
        h, *state = self.lstm([self.embedding(token_ids), *state])
        return self.project(h), state

    def sampled_loss(self, token_ids, targets, state):
        """(Mean loss in nats a word against SAMPLED words, mean square of the last cells, state after the window)."""
        vectors, state = self(token_ids, state)
        nats = tf.nn.sampled_softmax_loss(
            self.embedding.embeddings.value,
            self.bias.value,
            tf.reshape(targets, (-1, 1)),
            tf.reshape(vectors, (-1, EMBEDDING)),
            SAMPLED,
            VOCABULARY_SIZE,
        )
        return tf.reduce_mean(nats), tf.reduce_mean(tf.square(state[1])), state

    def nats(self, token_ids, targets, state):
        """(Loss of each target among all words, (batch, T), state after the window)."""
        vectors, state = self(token_ids, state)
        logits = ops.matmul(vectors, ops.transpose(self.embedding.embeddings)) + self.bias
        return keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True), state


def streams(codes, count, start=0):
    """Texts one after the other in `count` rows, (count, length)."""
    text = np.concatenate(codes)[start:]
    length = (len(text) - 1) // count
    return text[: count * length].reshape(count, length)


def windows(rows):
    """(inputs, targets), each (rows, WINDOW), from left to right."""
    for begin in range(0, rows.shape[1] - WINDOW - 1, WINDOW):
        yield rows[:, begin : begin + WINDOW], rows[:, begin + 1 : begin + WINDOW + 1]


def blank_state(count):
    return [tf.zeros((count, UNITS)), tf.zeros((count, UNITS))]


def perplexity(model, codes, rows=32, words=120_000):
    """Of the validation reviews, or of their first `words` words; and the mean square of the cells."""
    text = np.concatenate(codes)[:words]
    compiled, state, losses, squares = tf.function(model.nats), blank_state(rows), [], []
    for inputs, targets in windows(streams([text], rows)):
        nats, state = compiled(inputs, targets, state)
        losses.append(float(tf.reduce_mean(nats)))
        squares.append(float(tf.reduce_mean(tf.square(state[1]))))
    return float(np.exp(np.mean(losses))), float(np.sqrt(np.mean(squares)))


def train_language_model(model, codes, validation):
    """Train it, going on from what an earlier start has saved. Returns the curve, a row every SAVED_EVERY steps."""
    per_epoch = sum(1 for _ in windows(streams(codes, STREAMS)))
    steps = EPOCHS * per_epoch
    schedule = keras.optimizers.schedules.CosineDecay(0.0, steps - 100, warmup_target=RATE, warmup_steps=100)
    optimizer = keras.optimizers.Adam(schedule, global_clipnorm=1.0)
    optimizer.build(model.trainable_variables)

    @tf.function
    def step(inputs, targets, state):
        with tf.GradientTape() as tape:
            loss, squares, state = model.sampled_loss(inputs, targets, state)
            total = loss + CELLS * squares
        optimizer.apply(tape.gradient(total, model.trainable_variables), model.trainable_variables)
        return loss, [tf.stop_gradient(part) for part in state]

    saved, notes = STATE / "language_model.npz", STATE / "language_model.curve.json"
    curve, done = [], 0
    if saved.is_file():
        curve = json.loads(notes.read_text(encoding="utf-8"))
        done = curve[-1]["step"]
        with np.load(saved) as arrays:
            for n, variable in enumerate(model.variables + optimizer.variables):
                variable.assign(arrays[f"a{n}"])
    earlier, begun, losses, number = (curve[-1]["cpu_seconds"] if curve else 0), time.process_time(), [], 0
    for epoch in range(EPOCHS):
        state = blank_state(STREAMS)
        order = np.random.default_rng([SEED, epoch]).permutation(len(codes))
        for inputs, targets in windows(streams([codes[n] for n in order], STREAMS)):
            number += 1
            if number <= done or number > steps:
                continue
            loss, state = step(inputs, targets, state)
            losses.append(float(loss))
            if number % SAVED_EVERY == 0 or number == steps:
                now, cells = perplexity(model, validation, words=20_000)
                spent = earlier + time.process_time() - begun
                curve.append({"step": number, "cpu_seconds": round(spent), "sampled": round(np.mean(losses), 4)})
                curve[-1] |= {"perplexity": round(now, 2), "cells": round(cells, 3)}
                left = (spent / number) * (steps - number) / 60
                print(*curve[-1].values(), f"{left:.0f} minutes to go", flush=True)
                losses = []
                arrays = {f"a{n}": v.numpy() for n, v in enumerate(model.variables + optimizer.variables)}
                np.savez(saved.with_suffix(".new.npz"), **arrays)
                saved.with_suffix(".new.npz").replace(saved)
                write_text(notes, json.dumps(curve))
    return curve


def classifier(language_model, seed=SEED):
    """Token ids (batch, T) to one logit; embedding and LSTM begin as the language model's, or, for None, untrained."""
    keras.utils.set_random_seed(seed)
    embedding, lstm = layers.Embedding(VOCABULARY_SIZE, EMBEDDING), CarriedLSTM(UNITS)
    token_ids = keras.Input((None,), dtype="int32")
    words = token_ids != PADDING
    x = layers.SpatialDropout1D(DROPOUT)(embedding(token_ids))
    blank = ops.repeat(ops.zeros_like(x[:, :1, 0]), UNITS, axis=1)
    h, _, _ = lstm([x, blank, blank])  # padding stands on the right, and is not pooled
    kept = ops.cast(words, "float32")[..., None]
    mean = ops.sum(h * kept, axis=1) / ops.sum(kept, axis=1)
    largest = ops.max(h - 10.0 * (1.0 - kept), axis=1)
    pooled = layers.Dropout(DROPOUT)(ops.concatenate([mean, largest], axis=-1))
    model = keras.Model(token_ids, layers.Dense(1)(pooled))
    if language_model is not None:
        embedding.set_weights(language_model.embedding.get_weights())
        lstm.set_weights(language_model.lstm.get_weights())
    return model


def train_classifier(name, start, labels, rate, data):
    """Train a classifier on the first `labels` reviews and save it. Returns its accuracy on the validation reviews."""
    begun = time.process_time()
    model = classifier(start)
    x, y = data["train"]
    batch = BATCH if labels > 2_500 else 16
    curve = imdb_reviews.fit(model, (x[:labels], y[:labels]), data["validation"], rate, READINGS[labels], batch)
    model.save_weights(STATE / f"{name}.weights.h5")
    return {"validation": curve, "cpu_seconds": round(time.process_time() - begun)}


def judge(name, data):
    """Which test reviews a trained classifier gets right, packed."""
    model = classifier(None)
    model.load_weights(STATE / f"{name}.weights.h5")
    return {"right": imdb_reviews.packed(imdb_reviews.correct(model, *data["test"]))}


def main():
    begun = time.process_time()
    STATE.mkdir(parents=True, exist_ok=True)
    reviews = imdb_reviews.labelled()
    unlabelled, _ = words_and_labels(load("imdb_reviews", "unsupervised"))
    ids = imdb_reviews.word_ids(reviews["train"][0] + unlabelled)
    codes = {name: imdb_reviews.encode(texts, ids) for name, (texts, _) in reviews.items()}
    data = {name: (imdb_reviews.padded(codes[name]), labels) for name, (_, labels) in reviews.items()}
    read = codes["train"] + imdb_reviews.encode(unlabelled, ids)
    count = sum(map(len, read))
    print(f"{len(read):,} reviews of {count:,} words to read, {len(ids):,} words known", flush=True)
    del reviews, unlabelled

    keras.utils.set_random_seed(SEED)
    model = LanguageModel()
    model(np.full((1, 2), END, "int32"), blank_state(1))
    curve = train_language_model(model, read, codes["validation"])

    def measured_language_model():
        value, cells = perplexity(model, codes["validation"])
        return {"perplexity": round(value, 2), "cells": round(cells, 3)}

    language_model = imdb_reviews.remembered("language_model", measured_language_model)
    labels, total = data["test"][1], language_model | {"curve": curve, "words": count}
    rows, right = {}, {}
    for amount in sorted(READINGS, reverse=True):
        for way, rates in RATES.items():
            start, tried = (model if way == "pretrained" else None), {}
            for rate in rates:
                name = f"{way.replace(' ', '_')}_{amount}_{rate:g}"
                tried[rate] = imdb_reviews.remembered(
                    name, lambda n=name, r=rate, s=start, a=amount: train_classifier(n, s, a, r, data)
                )
            best = max(tried, key=lambda rate: max(tried[rate]["validation"]))
            name = f"{way.replace(' ', '_')}_{amount}_{best:g}"
            found = imdb_reviews.remembered(f"{name}_test", lambda n=name: judge(n, data))
            right[way, amount] = imdb_reviews.unpacked(found["right"], len(labels))
            rows.setdefault(way, {})[str(amount)] = {
                "test": round(float(right[way, amount].mean()), 4),
                "validation": {f"{rate:g}": one["validation"] for rate, one in tried.items()},
                "rate": best,
                "cpu_seconds": {f"{rate:g}": one["cpu_seconds"] for rate, one in tried.items()},
            }
    from course_utils.experiments.imdb_rivals import right_of_pairs

    differences = {}
    for amount in READINGS:
        mine = right["pretrained", amount]
        rivals = {"from scratch": right["from scratch", amount], "weighted pairs": right_of_pairs(amount, len(labels))}
        for rival, theirs in rivals.items():
            differences.setdefault(rival, {})[str(amount)] = [
                round(float(v), 4) for v in paired_difference(mine, theirs)
            ]
    write_result(
        "imdb_pretrained",
        data="imdb_reviews, 22,500 labelled and 50,000 unlabelled reviews to read, 2,500 to validate, 25,000 to test",
        seeds=[SEED],
        seconds=curve[-1]["cpu_seconds"]
        + sum(sum(row["cpu_seconds"].values()) for way in rows.values() for row in way.values()),
        settings={
            "embedding": EMBEDDING,
            "units": UNITS,
            "streams": STREAMS,
            "window": WINDOW,
            "epochs": EPOCHS,
            "rate": RATE,
            "sampled": SAMPLED,
            "cells": CELLS,
            "dropout": DROPOUT,
            "epochs_by_labels": {str(n): e for n, e in READINGS.items()},
        },
        language_model=total,
        classifiers=rows,
        pretrained_minus=differences,
    )
    print(f"{(time.process_time() - begun) / 60:.0f} minutes of processor time in this start")


if __name__ == "__main__":
    main()
