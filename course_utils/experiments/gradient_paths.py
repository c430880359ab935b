"""Which recurrent network carries a gradient back, and which one reads? The networks of lessons 3a and 3b in one table.

    python -m course_utils.experiments.gradient_paths

trains on course_reviews, in the way of lesson 2b: 2b's own SimpleRNN at its own learning rate and at a larger one, the
same without clipping, from a uniform start and as a ReLU network that starts from the identity (lesson 3a), and lesson
3b's residual, leaky, gated, GRU and LSTM cells; the residual one from orthogonal U and from U = 0. All but the first
two are trained with the first seed at two learning rates, and with the other seeds at the better one, by its accuracy
on the validation reviews. Writes results/gradient_paths.json after each network, and goes on where it was stopped.
About half an hour of processor time.
"""

import json
import time

import keras
import numpy as np
from keras import layers, ops

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result
from course_utils.paths import PACKAGE
from course_utils.references import exports
from course_utils.text import add_neutral, word_encoder, words_and_labels

NAME = "gradient_paths"
SEEDS = (0, 1, 2)
RATES = (1e-3, 5e-3)
UNITS, EPOCHS = 64, 6
VOCABULARY_SIZE, MAX_WORDS = 4_000, 120
LONG, FAR = 60, 40  # words of the reviews on which gradients are measured; how far back the farthest of them is told
TURNED = 20  # words back at which the direction of the gradient is told
SENTENCES = (0, 4)
SETTINGS = {"rates": list(RATES), "units": UNITS, "epochs": EPOCHS, "sentences": list(SENTENCES)}


def uniform(units):
    """A SimpleRNN that starts as PyTorch's does."""
    start = keras.initializers.RandomUniform(-(units**-0.5), units**-0.5)
    return layers.SimpleRNN(units, recurrent_initializer=start)


def starting_at_zero(cell):
    """The same cell with recurrent weights U that are 0 at the start, and are trained as all others are."""
    build = cell.build

    def build_with_zeros(input_shape):
        build(input_shape)
        cell.U.assign(ops.zeros_like(cell.U))

    cell.build = build_with_zeros
    return cell


def networks(lesson):
    """{name: (a maker of its recurrent layer, the norm at which gradients are clipped, its learning rates)}."""
    rnn = layers.RNN
    return {
        "SimpleRNN of 2b": (layers.SimpleRNN, 1.0, RATES[:1]),
        "LSTM": (lambda units: rnn(lesson.LSTMCell(units)), 1.0, RATES),
        "λ-gated": (lambda units: rnn(lesson.GatedCell(units)), 1.0, RATES),
        "residual": (lambda units: rnn(lesson.ResidualCell(units)), 1.0, RATES),
        "leaky, α fixed": (lambda units: rnn(lesson.LeakyCell(units)), 1.0, RATES),
        "GRU": (lambda units: rnn(lesson.GRUCell(units)), 1.0, RATES),
        "leaky, α learned": (lambda units: rnn(lesson.LeakyCell(units, learned=True)), 1.0, RATES),
        "SimpleRNN, uniform start": (uniform, 1.0, RATES),
        "SimpleRNN, larger rate": (layers.SimpleRNN, 1.0, RATES[1:]),
        "SimpleRNN, not clipped": (layers.SimpleRNN, None, RATES),
        "ReLU, identity start": (
            lambda units: layers.SimpleRNN(units, activation="relu", recurrent_initializer="identity"),
            1.0,
            RATES,
        ),
        "residual, U from 0": (lambda units: rnn(starting_at_zero(lesson.ResidualCell(units))), 1.0, RATES),
    }


def corpus():
    """Token ids and labels: {split: (ids, labels)}, the long reviews, and {sentences: the short ones with them}."""
    texts, labels = {}, {}
    for name in ("train", "validation", "test"):
        texts[name], labels[name] = words_and_labels(load("course_reviews", name))
    encode, vocabulary = word_encoder(texts["train"], VOCABULARY_SIZE, MAX_WORDS)
    ids = {name: (encode(texts[name]), labels[name]) for name in texts}
    lengths = np.array([len(words) for words in texts["test"]])
    long = ids["test"][0][lengths >= LONG][:200, :LONG]
    short = np.flatnonzero(lengths <= np.quantile(lengths, 0.25))
    reviews = [texts["test"][n] for n in short]
    longer = {n: (encode(add_neutral(reviews, n, "after")), labels["test"][short]) for n in SENTENCES}
    return ids, long, longer, len(vocabulary)


def accuracy(model, ids, labels):
    """The share of reviews that are classified rightly."""
    return round(float(np.mean((model.predict(ids, batch_size=256, verbose=0)[:, 0] > 0) == labels)), 4)


def tanh_slope(model, long):
    """1 - tanh^2 of a residual network's candidates, its mean over words and units: near 0, they are saturated."""
    embedding, rnn, _ = [layer for layer in model.layers if layer.weights]
    x, cell = embedding(long), rnn.cell
    h = ops.zeros((len(long), cell.units))
    slopes = []
    for t in range(long.shape[1]):
        new_h, _ = cell(x[:, t], [h])
        slopes.append(float(ops.mean(1 - (new_h - h) ** 2)))
        h = new_h
    return {"tanh slope": float(f"{np.mean(slopes):.4g}")}


def gradients(lesson, model, long):
    """What is measured of a network's gradient: its slope, what is left far back, and its direction."""
    by_lag = lesson.gradient_by_lag(model, long)
    norms = lesson.relative_norms(by_lag)
    cell = getattr(model.layers[-2], "cell", None)
    return (tanh_slope(model, long) if isinstance(cell, lesson.ResidualCell) else {}) | {
        "slope": round(float(lesson.slope_per_word(norms)), 5),
        "left": float(f"{norms[FAR]:.4g}"),
        "cosine": round(float(lesson.cosines(by_lag)[TURNED]), 4),
    }


def measure(lesson, name, rate, seed, ids, long, longer, words):
    """One network: trained, and what is measured of it before and after."""
    make_layer, clipnorm, _ = networks(lesson)[name]
    begun = time.process_time()
    keras.utils.set_random_seed(seed)
    model = lesson.review_model(make_layer(UNITS), words)
    before = {f"{key} before training": value for key, value in gradients(lesson, model, long).items()}
    x, y = ids["validation"]
    validation = (x, y[:, None].astype("float32"))
    history = lesson.train_reader(model, ids["train"], validation, rate, EPOCHS, clipnorm)
    return {
        "network": name,
        "rate": rate,
        "seed": seed,
        "validation": round(max(history.history["val_accuracy"]), 4),
        "accuracy": accuracy(model, *ids["test"]),
        **{f"{n} sentences": accuracy(model, *longer[n]) for n in SENTENCES},
        **gradients(lesson, model, long),
        **before,
        "seconds": round(time.process_time() - begun, 1),
    }


def measured_before():
    """The rows of the result file, where it was measured with the same settings."""
    path = PACKAGE / "experiments" / "results" / f"{NAME}.json"
    result = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return result["rows"] if result.get("settings") == SETTINGS else []


def best_rate(rows, name):
    """The rate at which the first seed's network is best on the validation reviews."""
    tried = [row for row in rows if row["network"] == name and row["seed"] == SEEDS[0]]
    return max(tried, key=lambda row: row["validation"])["rate"]


def summary(rows):
    """{network: {"rate": its rate, measure: one value for each seed}} of the networks that all seeds have trained."""
    found = {}
    for name in dict.fromkeys(row["network"] for row in rows):
        rate = best_rate(rows, name)
        chosen = [row for row in rows if row["network"] == name and row["rate"] == rate]
        if len(chosen) == len(SEEDS):
            measures = [key for key in chosen[0] if key not in ("network", "rate", "seed", "seconds")]
            found[name] = {"rate": rate} | {key: [row[key] for row in chosen] for key in measures}
    return found


def main():
    lesson = exports("3b")
    ids, long, longer, words = corpus()
    rows = measured_before()
    begun_before = bool(rows)

    def run(name, rate, seed):
        if any((row["network"], row["rate"], row["seed"]) == (name, rate, seed) for row in rows):
            return
        rows.append(measure(lesson, name, rate, seed, ids, long, longer, words))
        print(rows[-1], flush=True)
        write_result(
            NAME,
            data=f"course_reviews, {len(ids['train'][0]):,} to train on",
            seeds=SEEDS,
            seconds=sum(row["seconds"] for row in rows),
            goes_on=begun_before,
            settings=SETTINGS,
            networks=summary(rows),
            rows=rows,
        )

    for name, (*_, rates) in networks(lesson).items():
        for rate in rates:
            run(name, rate, SEEDS[0])
        for seed in SEEDS[1:]:
            run(name, best_rate(rows, name), seed)


if __name__ == "__main__":
    main()
