"""Two LSTM layers of 512 units on tiny_shakespeare, cut and spelled as Géron's book does, whose losses are published.

    python -m course_utils.experiments.shakespeare

needs the corpus `tiny_shakespeare` (TFDS). It is lower-cased, to 39 characters; the first 1,000,000 are to train on,
the next 60,000 to validate, the rest to test (A. Géron, Hands-On Machine Learning, 3rd edition, chapter 16). The
network is that of `speech_models` and is trained like it, for 10 epochs (about eighty minutes of one thread). Writes
results/shakespeare.json: the losses after each epoch against seconds, lines that it wrote on the way, the test loss of
the weights that were best on the validation text, and beside them modified Kneser-Ney, tuned on the validation text.

Losses are in nats, each character given all before it in one of ten streams. `in_windows` is the validation loss as the
book measures it: in windows of 100 characters, each read from zero states.

Interrupted, it goes on after the last epoch that it finished (build/shakespeare.npz).
"""

import keras
import numpy as np

from course_utils.datasets import load
from course_utils.experiments.carried_lstm import PRODUCTS
from course_utils.experiments.characters import Training, judge_of, language_model, write
from course_utils.experiments.result_file import write_result
from course_utils.text import codes_of
from course_utils.text.kneser_ney import KneserNey

SEED, CUTS, LONGEST = 0, (1_000_000, 1_060_000), 10  # the most characters of an n-gram
NETWORK = {"units": [512, 512], "embedding": 48, "dropout": 0.4, "blind": 0.05}
SETTINGS = {"epochs": 10, "batch": 32, "window": 64, "rate": 0.002, "warm": 200, "decay": 0.05, "average": 0.998}


def pieces(text, size):
    """The codes to be predicted, and the ones before, of windows of `size` characters: (n, size) and (n,)."""
    count = (len(text) - 1) // size
    return text[1 : 1 + count * size].reshape(count, size), text[: count * size : size]


def main():
    splits = ("train", "validation", "test")
    parts = [part["text"].decode() for split in splits for part in load("tiny_shakespeare", split).as_numpy_iterator()]
    text = "".join(parts).lower()
    alphabet = "".join(sorted(set(text)))
    train, validation, test = np.split(codes_of(text, alphabet), CUTS)
    keras.utils.set_random_seed(SEED)
    model = language_model(len(alphabet), **NETWORK)
    nats = judge_of(model)

    def loss_on(text):
        return nats(*pieces(text, (len(text) - 1) // 10))

    def sample(row, count=70):
        codes = write(model, [alphabet.index("\n")], count, 0.7, np.random.default_rng(SEED))
        return {"line": " ".join("".join(alphabet[code] for code in codes).split())}

    training = Training("shakespeare", model, SETTINGS, SEED)
    training.run(lambda rng: train, lambda: loss_on(validation), sample)
    counted = KneserNey([train], len(alphabet), LONGEST)
    counted.tune(validation)
    kneser_ney = {"order": counted.order}
    for split, part in (("validation", validation), ("test", test)):
        kneser_ney[split] = round(float(counted.bits(part).mean() * np.log(2)), 4)
    write_result(
        "shakespeare",
        data=f"tiny_shakespeare, lower-cased, {len(train):,} characters to train on",
        seeds=[SEED],
        seconds=training.curve[-1]["cpu_seconds"],
        settings=NETWORK | SETTINGS | {"products": PRODUCTS},
        curve=training.curve,
        validation=min(row["validation"] for row in training.curve),
        in_windows=round(nats(*pieces(validation, 100)), 4),
        test=round(loss_on(test), 4),
        kneser_ney=kneser_ney,
        sample=sample(None, 300)["line"],
    )


if __name__ == "__main__":
    main()
