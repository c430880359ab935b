"""Which network reads a review to its end? Lesson 3c's LSTM readers and their rivals, three seeds each.

    python -m course_utils.experiments.lstm_readers

trains on course_reviews a SimpleRNN, an LSTM, a bidirectional LSTM and two stacked LSTMs, all in the same way: with the
first seed at each of RATES, and with the other seeds at the best of these by the accuracy on the validation reviews.
Two bags of words stand beside them. Of each it notes which test reviews it gets right; of the networks also what
neutral sentences before and after short reviews do, and the share of lesson 2b's probes that is right. Writes
results/lstm_readers.json. What is trained is kept in build/, so that the script goes on where it was stopped. About
half an hour of processor time.
"""

import time

import keras
import numpy as np

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result
from course_utils.experiments.unfinished import Unfinished
from course_utils.lesson_helpers.lesson_3c import BAGS, train_bag
from course_utils.references import exports
from course_utils.text import add_neutral, word_encoder, words_and_labels

NAME = "lstm_readers"
SEEDS = (0, 1, 2)
RATES = (1e-3, 3e-3, 1e-2)
EPOCHS = 10
VOCABULARY_SIZE, MAX_WORDS = 4_000, 120
SENTENCES = (0, 1, 2, 4)


def networks():
    """{name: a maker of the network, from the size of the vocabulary}."""
    lesson = exports("3c")
    return {
        "SimpleRNN": lambda size: exports("2b").build_classifier(size, 64, 64),
        "LSTM": lesson.lstm_reader,
        "bidirectional LSTM": lesson.bidirectional_reader,
        "two LSTM layers": lesson.stacked_reader,
    }


def digits(correct):
    """Which reviews are right, as a text: "1" where one is, "0" where not."""
    return "".join("1" if right else "0" for right in correct)


def train(make_network, rate, seed, splits, vocabulary_size):
    """A network of a seed that was trained at a rate, and its accuracy on the validation reviews."""
    keras.utils.set_random_seed(seed)
    model = make_network(vocabulary_size)
    history = exports("3c").train_reader(model, splits["train"], splits["validation"], rate, EPOCHS)
    return model, round(max(history.history["val_accuracy"]), 4)


def measure(model, encode, test_words, test_labels):
    """What is measured of a network: reviews, probes, and short reviews with neutral sentences."""

    def correct(reviews, labels):
        return (model.predict(encode(reviews), batch_size=400, verbose=0)[:, 0] > 0) == labels

    lesson = exports("2b")
    lengths = np.array([len(words) for words in test_words])
    short = np.flatnonzero(lengths <= np.quantile(lengths, 0.25))
    texts, answers = [test_words[n] for n in short], test_labels[short]
    neutral = {}
    for place in ("before", "after"):
        shares = [correct(add_neutral(texts, sentences, place), answers).mean() for sentences in SENTENCES]
        neutral[place] = [round(float(share), 4) for share in shares]
    probes = {}
    for kind, templates in lesson.PROBES.items():
        probes[kind] = round(float(correct(*lesson.fill(templates)).mean()), 4)
    return {"right": digits(correct(test_words, test_labels)), "neutral": neutral, "probes": probes}


def main():
    kept = Unfinished(NAME)
    texts, labels = {}, {}
    for name in ("train", "validation", "test"):
        texts[name], labels[name] = words_and_labels(load("course_reviews", name))
    encode, vocabulary = word_encoder(texts["train"], VOCABULARY_SIZE, MAX_WORDS)
    splits = {name: (encode(texts[name]), labels[name]) for name in texts}

    measured = {}
    for name, n_grams in BAGS.items():
        bag = train_bag(n_grams, (texts["train"], labels["train"]), (texts["validation"], labels["validation"]))
        measured[name] = {"right": [digits(bag.predict(texts["test"]) == labels["test"])]}

    for name, make_network in networks().items():

        def job(rate, seed, name=name, make_network=make_network):
            def work():
                begun = time.process_time()
                model, validation = train(make_network, rate, seed, splits, len(vocabulary))
                row = {"validation": validation, "parameters": model.count_params()}
                row |= measure(model, encode, texts["test"], labels["test"])
                return row | {"seconds": round(time.process_time() - begun, 1)}

            row = kept.done_or(f"{name}, {rate}, {seed}", work)
            shown = {part: value for part, value in row.items() if part != "right"}
            print(name, rate, seed, f"test {row['right'].count('1') / len(row['right']):.4f}", shown, flush=True)
            return row

        tried = {rate: job(rate, SEEDS[0]) for rate in RATES}
        best = max(RATES, key=lambda rate, tried=tried: tried[rate]["validation"])
        rows = [tried[best], *(job(best, seed) for seed in SEEDS[1:])]
        measured[name] = {
            "validation": {str(rate): row["validation"] for rate, row in tried.items()},
            "best_rate": best,
            "parameters": rows[0]["parameters"],
            "right": [row["right"] for row in rows],
            "neutral": {place: [row["neutral"][place] for row in rows] for place in rows[0]["neutral"]},
            "probes": {kind: [row["probes"][kind] for row in rows] for kind in rows[0]["probes"]},
        }
    write_result(
        NAME,
        data=f"course_reviews, {len(texts['train']):,} to train on",
        seeds=SEEDS,
        seconds=sum(row["seconds"] for row in kept.rows.values()),
        epochs=EPOCHS,
        sentences=SENTENCES,
        readers=measured,
    )


if __name__ == "__main__":
    main()
