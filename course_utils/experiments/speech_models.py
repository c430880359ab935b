"""The language model of lesson 3d, trained for longer than a lesson may take.

    python -m course_utils.experiments.speech_models

trains two LSTM layers of 512 units on the training speeches, in 32 parallel streams with the states carried from one
window to the next (two hours of one thread), and keeps a running average of the weights, as it was when it did best on
the validation speeches. Writes results/speech_models.json and these weights, in half precision,
results/speech_models.npz. Interrupted, it goes on after the last epoch that it finished (build/speech_models.npz).
"""

import keras
import numpy as np

from course_utils.experiments.characters import Training, in_a_row, judge_of, language_model, write
from course_utils.experiments.result_file import write_result, write_weights
from course_utils.experiments.speeches import all_speeches
from course_utils.text import CHARACTERS, codes_of

SEED = 0
NETWORK = {"units": [512, 512], "embedding": 48, "dropout": 0.4, "blind": 0.05}
SETTINGS = {"epochs": 16, "batch": 32, "window": 64, "rate": 0.002, "warm": 200, "decay": 0.05, "average": 0.998}
SPACE = CHARACTERS.index(" ")


def main():
    train, validation, test = ([text for text, _ in all_speeches(split)] for split in ("train", "validation", "test"))
    keras.utils.set_random_seed(SEED)
    model = language_model(len(CHARACTERS), **NETWORK)
    nats = judge_of(model)

    def sample(row):
        codes = write(model, codes_of("my friends"), 300, 0.7, np.random.default_rng(SEED))
        return {"sample": "".join(CHARACTERS[code] for code in codes)}

    training = Training("speech_models", model, SETTINGS, SEED)
    training.run(lambda rng: in_a_row(train, SPACE, rng), lambda: nats(validation, SPACE) / np.log(2), sample)
    write_weights("speech_models", "language_model", [np.array(variable) for variable in model.trainable_variables])
    write_result(
        "speech_models",
        data=f"course_speeches, {sum(map(len, train)):,} characters to train on",
        seeds=[SEED],
        seconds=training.curve[-1]["cpu_seconds"],
        settings=NETWORK | SETTINGS,
        curve=training.curve,
        validation=min(row["validation"] for row in training.curve),
        test=round(nats(test, SPACE) / np.log(2), 4),
    )


if __name__ == "__main__":
    main()
