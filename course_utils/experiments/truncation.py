"""How far back must the gradient go? The network of lesson 2a on text, with windows of different lengths.

    python -m course_utils.experiments.truncation

trains the lesson's own network on course_speeches by truncated backpropagation through time. Every update reads 400
characters, in windows of 1 to 50, in as many rows as that needs (400 rows for windows of 1, 8 for windows of 50, so
shorter windows have less noisy gradients); all networks make the same number of updates. The state is carried over
from window to window, or every window starts from 0. Measures the bits per character on the held-out speeches.
Networks whose windows start from 0 are tested both ways, with the state carried over and in windows, and the better
result counts. Writes results/truncation.json. About half an hour on two busy cores.
"""

import argparse
import time

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result
from course_utils.references import exports
from course_utils.text import CHARACTERS, in_characters

CORPUS, UNITS, UPDATES = "course_speeches/first", 128, 5_000
PER_UPDATE = 400  # characters
WINDOWS = (1, 2, 5, 10, 25, 50)


def text_of(split):
    """The texts of a split, one after the other, in 32 characters, as the lesson reads them."""
    return " ".join(in_characters(item["text"].decode()) for item in split.as_numpy_iterator())


def bits_of(lesson, window, carry, seed, train_text, new_text):
    """Bits per character on new text, of a network that is trained with such windows."""
    rnn = lesson.RNN(len(CHARACTERS), UNITS, len(CHARACTERS), seed)
    lesson.train_on_text(rnn, train_text, UPDATES, rows=PER_UPDATE // window, window=window, carry=carry)
    bits = lesson.bits_per_character(rnn, new_text)
    if not carry:  # each row starts from 0: rows as long as a window read the text as in training
        bits = min(bits, lesson.bits_per_character(rnn, new_text, rows=(len(new_text) - 1) // window))
    return round(float(bits), 4)


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    lesson, begun = exports("2a"), time.monotonic()
    train, validation, test = map(text_of, load(CORPUS, ["train", "validation", "test"]))
    measured = {"carried": [], "reset": []}
    for window in WINDOWS:
        for name, carry in (("carried", True), ("reset", False)):
            seeds = range(options.seeds)
            bits = [bits_of(lesson, window, carry, seed, train, f"{validation} {test}") for seed in seeds]
            measured[name].append(bits)
            print(f"windows of {window}, {name}: {bits}", flush=True)
    write_result(
        "truncation",
        data=f"{CORPUS}, {len(train):,} characters to train on",
        seeds=range(options.seeds),
        seconds=time.monotonic() - begun,
        windows=WINDOWS,
        **measured,
    )


if __name__ == "__main__":
    main()
