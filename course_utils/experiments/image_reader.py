"""The reader of images of lesson 5b, trained for longer than a lesson may take.

    python -m course_utils.experiments.image_reader

trains the lesson's own reader with the lesson's own loss on the images of the training lines (about three minutes on
two cores), and writes results/image_reader.json and its weights, in half precision, results/image_reader.npz. The
character error rates in the file are those of the halves.
"""

import argparse
import time

import jiwer
import keras

from course_utils import trained_weights
from course_utils.ctc import label_texts
from course_utils.datasets import load
from course_utils.experiments.result_file import write_result, write_weights
from course_utils.references import exports

SPLITS = ("train", "validation", "test")
SEED, EPOCHS, RATE, DROPOUT = 0, 12, 5e-3, 0.2


def corpus(lesson):
    """The lines, as the lesson's reader of images takes them, and their texts: two dictionaries by split."""
    lines, texts = {}, {}
    for name, part in zip(SPLITS, load("course_handwriting/pixels", list(SPLITS)), strict=True):
        rows = list(part.as_numpy_iterator())
        lines[name] = lesson.columns_of([row["image"] for row in rows])
        texts[name] = [row["text"].decode() for row in rows]
    return lines, texts


def train(lesson, lines, texts, epochs=EPOCHS):
    """A reader that has learnt lines and their texts, and its loss in each epoch."""
    keras.utils.set_random_seed(SEED)
    reader = lesson.image_reader(len(lesson.ALPHABET) + 1, dropout=DROPOUT)
    return reader, lesson.train_reader(reader, lines, texts, epochs, RATE)


def character_error_rate(lesson, reader, lines, texts):
    """That of the reader's best paths."""
    read = lesson.best_path(*lesson.logits_of(reader, lines))
    return round(jiwer.cer(texts, label_texts(read, lesson.ALPHABET)), 4)


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options = parser.parse_args()
    lesson, begun = exports("5b"), time.monotonic()
    lines, texts = corpus(lesson)
    reader, losses = train(lesson, lines["train"], texts["train"], options.epochs)
    print("loss by epoch", *(f"{loss:.2f}" for loss in losses))
    write_weights("image_reader", "reader", reader.get_weights())
    reader.set_weights(trained_weights("image_reader", "reader"))
    cer = {name: character_error_rate(lesson, reader, lines[name], texts[name]) for name in SPLITS[1:]}
    print("CER", cer)
    write_result(
        "image_reader",
        data=f"course_handwriting, {len(lines['train']):,} lines to train on",
        seeds=[SEED],
        seconds=time.monotonic() - begun,
        settings={"epochs": options.epochs, "rate": RATE, "dropout": DROPOUT},
        loss=[round(loss, 3) for loss in losses],
        cer=cer,
    )


if __name__ == "__main__":
    main()
