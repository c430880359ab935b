"""Lesson 5b's reader of images on lines of real handwritten letters, where EMNIST itself is not to be had.

    COURSE_ARCHIVES=FOLDER python -m course_utils.experiments.real_letters

takes 2,990 real capitals (115 of each letter, 28 by 28 pixels) from a file of the A-Z collection, prepares a corpus of
EMNIST's form and name with them, composes the lines of course_handwriting of its images as the full profile of the
lesson does, and trains the lesson's own reader with the lesson's own loss on them. A fifth of the images is in the test
lines alone; who wrote them is not known. It writes results/real_letters.json: losses, and the character error rate of
the test lines, read by the best path and with a language model. Four minutes on two cores.
"""

import argparse
import contextlib
import io
import os
import tempfile
import time
from pathlib import Path

import jiwer
import numpy as np
import pyarrow.parquet
import tensorflow_datasets as tfds

from course_utils.ctc import beam_decode, label_codes, label_texts
from course_utils.datasets import load
from course_utils.experiments.image_reader import EPOCHS, RATE, SEED, train
from course_utils.experiments.result_file import write_result
from course_utils.ink import composed_corpus
from course_utils.references import exports
from course_utils.text.ngrams import NGramModel

FILE = "sample-uniform-distribution.parquet"
SPLITS = ("train", "validation", "test")
WEIGHT, BONUS = 0.6, 2.0  # of the language model's opinion and of each character, not chosen on these lines


def capitals(path):
    """The images (n, 28, 28) uint8, upright and light on dark, and letters (n,), 0 for A, of an A-Z file."""
    table = pyarrow.parquet.read_table(path)
    rows = np.stack([column.to_numpy() for column in table.columns], axis=1)
    return rows[:, 1:].reshape(-1, 28, 28), rows[:, 0].astype(int)


def prepare_as_emnist(folder, images, letters):
    """Prepare images as "emnist/letters" in a folder of corpora: transposed, letters from 1, every fifth for test."""
    builder = tfds.builder("emnist/letters", data_dir=folder, try_gcs=False)

    def examples(numbers):
        for n in numbers:
            yield int(n), {"image": images[n].T[:, :, None], "label": int(letters[n]) + 1}

    everyone = np.random.default_rng(SEED).permutation(len(images))
    parts = {"train": np.sort(everyone[len(images) // 5 :]), "test": np.sort(everyone[: len(images) // 5])}
    builder._split_generators = lambda manager: {name: examples(numbers) for name, numbers in parts.items()}
    tfds.disable_progress_bar()
    with contextlib.redirect_stdout(io.StringIO()):
        builder.download_and_prepare()


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--lines", type=int, help="train on so many lines only")
    options = parser.parse_args()
    path = next(Path(os.environ.get("COURSE_ARCHIVES", ".")).expanduser().rglob(FILE), None)
    if path is None:
        raise SystemExit(f"{FILE} is not under the folder that COURSE_ARCHIVES names")
    lesson, began = exports("5b"), time.monotonic()
    corpus = load("course_handwriting/pixels", list(SPLITS))
    texts = {
        name: [line["text"].decode() for line in part.as_numpy_iterator()]
        for name, part in zip(SPLITS, corpus, strict=True)
    }
    with tempfile.TemporaryDirectory() as folder:
        prepare_as_emnist(folder, *capitals(path))
        parts = load("emnist/letters", ["train[:90%]", "train[90%:]", "test"], folder)
        characters = {name: len(part) for name, part in zip(SPLITS, parts, strict=True)}
        images, texts = composed_corpus("emnist/letters", dict(zip(SPLITS, parts, strict=True)), texts, SEED)
    lines = {name: lesson.columns_of(rows) for name, rows in images.items()}

    alphabet = lesson.ALPHABET
    chosen = slice(options.lines)
    reader, losses = train(lesson, lines["train"][chosen], texts["train"][chosen], options.epochs)
    print("loss by epoch", *(f"{loss:.2f}" for loss in losses))

    codes = [row[row > 0] for row in label_codes(texts["train"], alphabet)]
    knowing = {"language_model": NGramModel(codes, len(alphabet) + 1, order=5), "weight": WEIGHT, "bonus": BONUS}
    cer, examples = {}, {}
    for name in ("validation", "test"):
        logits, frames = lesson.logits_of(reader, lines[name])
        labels = {"best path": lesson.best_path(logits, frames), "beam": beam_decode(logits, frames, beam_width=8)}
        labels["beam and language model"] = beam_decode(logits, frames, beam_width=8, **knowing)
        read = {way: label_texts(found, alphabet) for way, found in labels.items()}
        cer[name] = {way: round(jiwer.cer(texts[name], said), 4) for way, said in read.items()}
        examples[name] = list(zip(texts[name], *read.values(), strict=True))[:10]
        print(name, cer[name])
    for row in examples["test"]:
        print("   ".join(f"{text:<28}" for text in row))
    write_result(
        "real_letters",
        data="2,990 real capitals A-Z composed into lines; a fifth of the images for test, writers unknown",
        seeds=[SEED],
        seconds=time.monotonic() - began,
        settings={"epochs": options.epochs, "rate": RATE, "weight": WEIGHT, "bonus": BONUS, "images": characters},
        lines={name: len(rows) for name, rows in lines.items()},
        loss=[round(loss, 3) for loss in losses],
        cer=cer,
        transcripts=[dict(zip(("text", *cer["test"]), row, strict=True)) for row in examples["test"]],
    )


if __name__ == "__main__":
    main()
