"""How hard is course_reviews? A bag of words, a SimpleRNN and LSTMs on it, by length of the review.

    python -m course_utils.experiments.course_reviews_baselines

trains them (some minutes on two cores), writes data/reviews/baselines.json with date, hardware, versions and
seeds, and renews the table of the datasheet from it.
"""

import json
import time

import keras
import numpy as np
from keras import layers
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from course_utils.datasets import load
from course_utils.experiments.result_file import circumstances
from course_utils.paths import resource
from course_utils.stats import share_by_bin
from course_utils.text import batches_by_length, word_encoder, words_and_labels
from course_utils.tools.notebooks import write_text

MARKS = ("<!-- baselines: begin -->", "<!-- baselines: end -->")
MAX_WORDS, BATCH, PATIENCE, MAX_EPOCHS = 120, 32, 4, 20
NETWORKS = {  # name: (layer, Adam's learning rate)
    "SimpleRNN(64)": (lambda: layers.SimpleRNN(64), 1e-3),
    "LSTM(64)": (lambda: layers.LSTM(64), 3e-3),
    "Bidirectional(LSTM(64))": (lambda: layers.Bidirectional(layers.LSTM(64)), 3e-3),
}
SEEDS = (0, 1)


def bag_of_words(train, test, n_grams):
    """Which test reviews TF-IDF with a logistic regression gets right."""
    vectorizer = TfidfVectorizer(ngram_range=(1, n_grams))
    model = LogisticRegression(max_iter=1000).fit(vectorizer.fit_transform(map(" ".join, train[0])), train[1])
    return model.predict(vectorizer.transform(map(" ".join, test[0]))) == test[1]


def network(name, seed, train, validation, test):
    """Which test reviews a recurrent network gets right; the epoch is chosen by validation accuracy."""
    make_layer, rate = NETWORKS[name]
    keras.utils.set_random_seed(seed)
    encode, vocabulary = word_encoder(train[0], 4000, MAX_WORDS)
    train_ids, validation_ids, test_ids = (encode(texts) for texts, _ in (train, validation, test))

    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(len(vocabulary), 64)(token_ids)
    model = keras.Model(token_ids, layers.Dense(1)(make_layer()(x, mask=token_ids != 0)))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    accuracy = keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss=loss, metrics=[accuracy])

    best = keras.callbacks.EarlyStopping("val_accuracy", mode="max", patience=PATIENCE, restore_best_weights=True)
    data, steps = batches_by_length(train_ids, train[1], BATCH, seed), len(train_ids) // BATCH
    options = {"validation_data": (validation_ids, validation[1][:, None]), "callbacks": [best], "verbose": 2}
    model.fit(data, steps_per_epoch=steps, epochs=MAX_EPOCHS, **options)
    return (model.predict(test_ids, batch_size=256, verbose=0) > 0)[:, 0] == test[1]


def measure():
    """All results as a dictionary that says when, where and how."""
    train, validation, test = map(words_and_labels, load("course_reviews", ["train", "validation", "test"]))
    lengths = np.array([len(words) for words in test[0]])
    edges = np.quantile(lengths, np.linspace(0, 1, 5))
    rows = []

    def add(model, seed, work):
        begun = time.monotonic()
        correct = work()
        quarters = share_by_bin(lengths, correct, edges)[0]
        row = {"model": model, "seed": seed, "test": round(float(correct.mean()), 3)}
        row |= {"quarters": quarters.round(3).tolist(), "seconds": round(time.monotonic() - begun)}
        print(row, flush=True)
        rows.append(row)

    add("TF-IDF, logistic regression, words", None, lambda: bag_of_words(train, test, 1))
    add("the same, words and pairs of words", None, lambda: bag_of_words(train, test, 2))
    for name in NETWORKS:
        for seed in SEEDS:
            add(name, seed, lambda name=name, seed=seed: network(name, seed, train, validation, test))
    return circumstances() | {"edges": edges.round(1).tolist(), "rows": rows}


def table(results):
    """The results as a markdown table under a sentence that says how they were made."""
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    inner = ", ".join(f"{edge:g}" for edge in results["edges"][1:-1])
    lines = [
        f"Measured on {results['date']}, {results['hardware']}, {versions}; quarters of the test split end at {inner} "
        "words.",
        "",
        "| model | seed | test | 1st quarter | 2nd | 3rd | 4th | seconds |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in results["rows"]:
        figures = " | ".join(f"{figure:.3f}" for figure in [row["test"], *row["quarters"]])
        lines.append(
            f"| {row['model']} | {'' if row['seed'] is None else row['seed']} | {figures} | {row['seconds']} |"
        )
    return "\n".join(lines)


def main():
    folder = resource("data") / "reviews"
    results = measure()
    datasheet = (folder / "README.md").read_text(encoding="utf-8")
    before, rest = datasheet.split(MARKS[0])
    write_text(folder / "baselines.json", json.dumps(results, indent=1) + "\n")
    write_text(folder / "README.md", f"{before}{MARKS[0]}\n{table(results)}\n{MARKS[1]}{rest.split(MARKS[1])[1]}")


if __name__ == "__main__":
    main()
