"""Is it worth reading without labels first? Lesson 3c's LSTM reader from scratch, and from a language model's weights.

    python -m course_utils.experiments.pretrained_readers

A language model reads the 6,600 training reviews of course_reviews without their labels, with the lesson's penalty on
its cells and without, at the better of two learning rates by its loss on the validation reviews. A Kneser-Ney model is
its rival. Readers then learn from 100 to 6,600 labels: from scratch, and from the weights of either language model.
Each way has the best of its settings at each number of labels, by the accuracy on the validation reviews: whether the
last state or all states pooled lead to the answer, and the learning rate; three seeds draw first weights and reviews.
Writes results/pretrained_readers.json and, in half precision, the language model, results/pretrained_readers.npz. What
is done is kept in build/, so that the script goes on where it was stopped. About three quarters of an hour of processor
time.
"""

import time

import keras
import numpy as np

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result, write_weights
from course_utils.experiments.unfinished import Unfinished
from course_utils.lesson_helpers.lesson_3c import train_bag, words_and_pairs
from course_utils.paths import REPOSITORY
from course_utils.references import exports
from course_utils.text import word_encoder, words_and_labels
from course_utils.text.kneser_ney import KneserNey

NAME = "pretrained_readers"
SEEDS = (0, 1, 2)
VOCABULARY_SIZE, MAX_WORDS = 4_000, 120
CELL_PENALTIES = (1.0, 0.0)
PRETRAINING_RATES, PRETRAINING_EPOCHS = (3e-3, 1e-2), 5
READINGS = {
    100: 11,
    400: 4,
    1600: 2,
    6600: 1,
}  # of the labelled reviews in an epoch, so that few labels do not end soon
HEADS = ("last state", "pooled")
RATES, EPOCHS, BATCH = (3e-3, 1e-2), 6, 32
ENDS = (0.05, 0.95)  # a gate below or above is as good as closed or open
LESSON = exports("3c")
WEIGHTS = REPOSITORY / "build" / NAME


def language_model_of(vocabulary_size, penalty, rate, seed):
    """A language model as this script has trained it."""
    model = LESSON.language_model(vocabulary_size)
    with np.load(WEIGHTS / f"{penalty:g}_{rate:g}_{seed}.npz") as file:
        model.set_weights([file[f"arr_{n}"] for n in range(len(file))])
    return model


def nats_of(model, token_ids):
    """The loss of a language model on reviews in nats a word, and the root mean square of its last cells."""
    losses, counts, squares = [], [], []
    for rows in np.array_split(token_ids, len(token_ids) // 100):
        logits, cells = model(rows)
        losses.append(float(LESSON.next_word_loss(rows, logits)))
        counts.append(np.count_nonzero(rows[:, 1:]))
        squares.append(float(np.mean(np.square(cells))))
    return float(np.average(losses, weights=counts)), float(np.sqrt(np.mean(squares)))


def gates_of(model, token_ids):
    """The share of gate values of a model's LSTM that lie at an end, over the words of reviews."""
    embedding, W, U, b = model.get_weights()[:4]
    mask = token_ids != 0
    h = c = np.zeros((len(token_ids), len(U)))
    values = []
    for t in range(token_ids.shape[1]):
        i, f, g, o = np.split(embedding[token_ids[:, t]] @ W + h @ U + b, 4, axis=1)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        new_c = f * c + i * np.tanh(g)
        here = mask[:, t, None]
        c, h = np.where(here, new_c, c), np.where(here, o * np.tanh(new_c), h)
        values.append(np.concatenate([i, f, o], axis=1)[mask[:, t]].ravel())
    values = np.concatenate(values)
    return float(np.mean((values < ENDS[0]) | (values > ENDS[1])))


def pretrain(penalty, rate, seed, splits, vocabulary_size):
    """Train a language model and keep its weights. Returns its curve, its loss on new reviews, and its cells."""
    begun = time.process_time()
    keras.utils.set_random_seed(seed)
    model = LESSON.language_model(vocabulary_size)
    curve = LESSON.pretrain(model, splits["train"][0], rate, PRETRAINING_EPOCHS, penalty)
    WEIGHTS.mkdir(parents=True, exist_ok=True)
    np.savez(WEIGHTS / f"{penalty:g}_{rate:g}_{seed}.npz", *model.get_weights())
    found = {"curve": [round(nats, 4) for nats in curve]}
    for split in ("validation", "test"):
        nats, cells = nats_of(model, splits[split][0])
        found |= {split: round(nats, 4), "cells": round(cells, 3)}
    found["gates at an end"] = round(gates_of(model, splits["validation"][0][:200]), 4)
    return found | {"seconds": round(time.process_time() - begun, 1)}


def counting_model(splits, vocabulary_size):
    """The loss of a Kneser-Ney model in nats a word, without each review's first, as a language model's."""
    texts = {split: [ids[: np.count_nonzero(ids)] for ids in token_ids] for split, (token_ids, _) in splits.items()}
    model = KneserNey(texts["train"], vocabulary_size, order=5)
    model.tune(np.concatenate(texts["validation"]))
    bits = np.concatenate([model.bits(text)[1:] for text in texts["test"]])
    return {"order": model.order, "test": round(float(np.mean(bits) * np.log(2)), 4)}


def chosen_rows(labels, count, seed):
    """The numbers of `count` training reviews, half of them positive; fewer of them are among the first of more."""
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(np.flatnonzero(labels == label)) for label in (0, 1)]
    return np.concatenate([order[: count // 2] for order in orders])


def learn(start, head, rate, count, seed, splits, vocabulary_size):
    """A reader trained on `count` labels; its embedding and LSTM begin as those of `start`, where it is given."""
    begun = time.process_time()
    keras.utils.set_random_seed(seed)
    reader = {"last state": LESSON.lstm_reader, "pooled": LESSON.pooled_reader}[head](vocabulary_size)
    if start is not None:
        reader.set_weights([*start.get_weights()[:4], *reader.get_weights()[4:]])
    token_ids, labels = splits["train"]
    rows = np.tile(chosen_rows(labels, count, seed), READINGS[count])
    history = LESSON.train_reader(reader, (token_ids[rows], labels[rows]), splits["validation"], rate, EPOCHS, BATCH)
    test_ids, test_labels = splits["test"]
    right = (reader.predict(test_ids, batch_size=400, verbose=0)[:, 0] > 0) == test_labels
    return {
        "validation": round(max(history.history["val_accuracy"]), 4),
        "test": round(float(right.mean()), 4),
        "gates at an end": round(gates_of(reader, splits["validation"][0][:200]), 4),
        "seconds": round(time.process_time() - begun, 1),
    }


def main():
    kept = Unfinished(NAME)
    texts, labels = {}, {}
    for name in ("train", "validation", "test"):
        texts[name], labels[name] = words_and_labels(load("course_reviews", name))
    encode, vocabulary = word_encoder(texts["train"], VOCABULARY_SIZE, MAX_WORDS)
    splits = {name: (encode(texts[name]), labels[name]) for name in texts}
    size = len(vocabulary)

    def done_or(part, work):
        row = kept.done_or(part, work)
        print(part, row, flush=True)
        return row

    begun = time.process_time()
    counted = done_or("counting model", lambda: counting_model(splits, size))
    print(f"{time.process_time() - begun:.0f} seconds", flush=True)

    models, language_models = {}, {}
    for penalty in CELL_PENALTIES:

        def pretrained(rate, seed, penalty=penalty):
            return done_or(
                f"language model, {penalty:g}, {rate:g}, {seed}", lambda: pretrain(penalty, rate, seed, splits, size)
            )

        tried = {rate: pretrained(rate, SEEDS[0]) for rate in PRETRAINING_RATES}
        best = min(PRETRAINING_RATES, key=lambda rate, tried=tried: tried[rate]["validation"])
        seeds = SEEDS if penalty else SEEDS[:1]
        rows = [tried[best], *(pretrained(best, seed) for seed in seeds[1:])]
        models[penalty] = {seed: language_model_of(size, penalty, best, seed) for seed in seeds}
        language_models[f"{penalty:g}"] = {"rate": best} | {
            part: [row[part] for row in rows] for part in rows[0] if part != "seconds"
        }
    write_weights(NAME, "language_model", models[CELL_PENALTIES[0]][SEEDS[0]].get_weights())

    readers = {}
    ways = {"from scratch": None, "pretrained": models[CELL_PENALTIES[0]], "pretrained, free cells": models[0.0]}
    for count in READINGS:
        for way, starts in ways.items():

            def reader(head, rate, seed, way=way, starts=starts, count=count):
                start = starts and starts[seed]
                return done_or(
                    f"{way}, {count}, {head}, {rate:g}, {seed}",
                    lambda: learn(start, head, rate, count, seed, splits, size),
                )

            tried = {(head, rate): reader(head, rate, SEEDS[0]) for head in HEADS for rate in RATES}
            head, rate = max(tried, key=lambda setting, tried=tried: tried[setting]["validation"])
            seeds = SEEDS if starts is None else list(starts)
            rows = [tried[head, rate], *(reader(head, rate, seed) for seed in seeds[1:])]
            readers.setdefault(way, {})[str(count)] = {
                "validation": {f"{head}, {rate:g}": row["validation"] for (head, rate), row in tried.items()},
                "head": head,
                "rate": rate,
                "test": [row["test"] for row in rows],
                "gates at an end": [row["gates at an end"] for row in rows],
            }
    bags = {}
    for count in READINGS:
        bags[str(count)] = []
        for seed in SEEDS:
            rows = chosen_rows(labels["train"], count, seed)
            chosen = [texts["train"][n] for n in rows], labels["train"][rows]
            bag = train_bag(words_and_pairs, chosen, (texts["validation"], labels["validation"]))
            bags[str(count)].append(round(float(bag.score(texts["test"], labels["test"])), 4))
    readers["words and pairs"] = {count: {"test": shares} for count, shares in bags.items()}
    write_result(
        NAME,
        data=f"course_reviews, {len(texts['train']):,} to read, up to as many labels",
        seeds=SEEDS,
        seconds=sum(row.get("seconds", 0) for row in kept.rows.values()),
        counting_model=counted,
        language_models=language_models,
        readers=readers,
    )


if __name__ == "__main__":
    main()
