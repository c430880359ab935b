"""The language model of lesson 3d, trained for longer than a lesson may take.

    python -m course_utils.experiments.speech_models

trains two LSTM layers of 512 units on the training speeches, in 32 parallel streams with the states carried from one
window to the next (one and a half to two hours of one thread), and keeps a running average of the weights, as it was
when it did best on the validation speeches. Writes results/speech_models.json and these weights, in half precision,
results/speech_models.npz. Interrupted, it goes on after the last epoch that it finished (build/speech_models.npz);
started again when it is through, it only measures and writes anew.

The network that is committed had eleven epochs of a schedule for sixteen behind it when validation was still falling,
and went on to 28 from there; its first eleven epochs had slightly lower rates than the script gives today.

All losses in the result are in bits per character; those of training are measured with dropout.

`cells`: those whose value tells best, on the validation speeches, whether a character belongs to [applause], to what is
said just after it, or to the beginning of a sentence; as areas under ROC curves, which the test speeches then judge.
"""

import keras
import numpy as np

from course_utils.experiments.carried_lstm import PRODUCTS
from course_utils.experiments.characters import Training, in_a_row, judge_of, language_model, write
from course_utils.experiments.result_file import write_result, write_weights
from course_utils.experiments.speeches import all_speeches, in_rows
from course_utils.text import CHARACTERS, codes_of
from course_utils.text.cells import cells_along, separation

SEED = 0
NETWORK = {"units": [512, 512], "embedding": 48, "dropout": 0.4, "blind": 0.05}
SETTINGS = {"epochs": 28, "batch": 32, "window": 64, "rate": 0.002, "warm": 200, "decay": 0.05, "average": 0.998}
SPACE, DOT, OPENED, CLOSED = map(CHARACTERS.index, " .[]")
JUST_AFTER, FEW = 20, 3  # characters; cells of each kind that are told


def since(codes, code):
    """How many characters ago a code was last read, along texts (batch, T); a large number before the first one."""
    place = np.arange(codes.shape[1])
    last = np.maximum.accumulate(np.where(codes == code, place, -codes.shape[1]), axis=1)
    return place - last


def kinds_of_place(codes):
    """What a cell may follow: {name: (batch, T) booleans}, each of the character that was read last."""
    return {
        "[applause]": since(codes, OPENED) < since(codes, CLOSED),
        "just after [applause]": since(codes, CLOSED) < JUST_AFTER,
        "beginning of a sentence": since(codes, DOT) < JUST_AFTER,
    }


def told_apart(weights, texts):
    """{kind of place: areas (cells,)} over all characters of texts, the cells of the layers one after the other."""
    codes, _, kept = in_rows(texts)
    counted = kept.astype(bool)
    values = np.concatenate([layer[counted] for layer in cells_along(weights, codes)], axis=1)
    return {kind: separation(values, inside[counted]) for kind, inside in kinds_of_place(codes).items()}


def best_cells(weights, validation, test):
    """{kind of place: the FEW cells that tell it best on the validation texts, with their areas there and on the test}.

    Layers and cells are counted from 0.
    """
    on_validation, on_test = told_apart(weights, validation), told_apart(weights, test)
    found = {}
    for kind, areas in on_validation.items():
        best = np.argsort(-np.abs(areas - 0.5))[:FEW]
        found[kind] = [
            {
                "layer": int(n) // NETWORK["units"][0],
                "cell": int(n) % NETWORK["units"][0],
                "validation": round(float(areas[n]), 4),
                "test": round(float(on_test[kind][n]), 4),
            }
            for n in best
        ]
    return found


def main():
    train, validation, test = ([text for text, _ in all_speeches(split)] for split in ("train", "validation", "test"))
    keras.utils.set_random_seed(SEED)
    model = language_model(len(CHARACTERS), **NETWORK)
    nats = judge_of(model)

    def text_of(first, count):
        codes = write(model, codes_of(first), count, 0.7, np.random.default_rng(SEED))
        return "".join(CHARACTERS[code] for code in codes)

    training = Training("speech_models", model, SETTINGS, SEED)
    training.run(
        text_of=lambda rng: in_a_row(train, SPACE, rng),
        judge=lambda: nats(validation, SPACE) / np.log(2),
        look=lambda row: {"sample": text_of("my friends", 300)},
    )
    write_weights("speech_models", "language_model", training.best)
    write_result(
        "speech_models",
        data=f"course_speeches, {sum(map(len, train)):,} characters to train on",
        seeds=[SEED],
        seconds=training.curve[-1]["cpu_seconds"],
        settings=NETWORK | SETTINGS | {"products": PRODUCTS},
        curve=[row | {"training": round(row["training"] / np.log(2), 4)} for row in training.curve],  # bits, too
        validation=min(row["validation"] for row in training.curve),
        test=round(nats(test, SPACE) / np.log(2), 4),
        page=text_of(" ", 2000),
        cells=best_cells(training.best, validation, test),
    )


if __name__ == "__main__":
    main()
