"""How deep can a translator's LSTMs be stacked? Two, four and eight layers, plain and with residual connections.

    python -m course_utils.experiments.translation_depth

trains each network with each seed for the same number of steps on course_phrases, encoder and decoder equally deep, and
writes results/translation_depth.json after every one of them: the training loss, as means over EVERY steps. Begun
again, it goes on where it stopped; delete the file to measure all of it anew.

LSTM, attention and loss are those of lesson 4b. The network differs from the lesson's in one thing: each layer of the
decoder begins in the last state of the encoder's layer beside it, not all of them in that of the top layer.

Source: Y. Wu et al., "Google's neural machine translation system", 2016, section 3.1.
"""

import argparse
import json
import time

import keras
import numpy as np
from keras import layers, ops

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result
from course_utils.paths import PACKAGE
from course_utils.references import exports
from course_utils.translation import Vocabulary, batches_by_length, pairs_of, tokens_of

NAME = "translation_depth"
SEEDS, DEPTHS = (0, 1, 2), (2, 4, 8)
UNITS, BATCH, STEPS, EVERY, RATE, SPREAD = 64, 32, 1000, 50, 5e-3, 0.3
LESSON = exports("4b")
SETTINGS = {"units": UNITS, "batch": BATCH, "steps": STEPS, "every": EVERY, "rate": RATE, "spread": SPREAD}


def embedding(words):
    """Word vectors that begin with a deviation of SPREAD; of Keras's ±0.05 an LSTM hardly takes notice."""
    return layers.Embedding(words, UNITS, keras.initializers.RandomNormal(stddev=SPREAD))


def translator(source_words, target_words, depth, residual):
    """The model of source and target ids, (batch, S) and (batch, T), to logits (batch, T, target_words).

    depth: layers of the encoder, of which the lowest is bidirectional, and of the decoder; layer n of the decoder
    begins in the last state of layer n of the encoder. residual: the input of a layer is added to its output.
    """
    source, target_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    mask = source != 0
    x, states = embedding(source_words)(source), []
    for n in range(depth):
        if n == 0:
            y, *ends = layers.Bidirectional(LESSON.lstm(UNITS // 2))(x, mask=mask)
            states.append([ops.concatenate(ends[part::2], axis=-1) for part in (0, 1)])
        else:
            y, *ends = LESSON.lstm(UNITS)(x, mask=mask)
            states.append(ends)
        x = x + y if residual else y
    keys = x
    x = embedding(target_words)(target_in)
    for n in range(depth):
        y = LESSON.lstm(UNITS)(x, initial_state=states[n])[0]
        x = x + y if residual else y
    joined, _ = LESSON.attend(x, keys, mask)
    return keras.Model([source, target_in], layers.Dense(target_words)(layers.Dense(UNITS, activation="tanh")(joined)))


def measure(depth, residual, seed, source, target, words):
    """One network's losses while it trains."""
    keras.utils.set_random_seed(seed)
    model = translator(*words, depth, residual)
    model.compile(keras.optimizers.Adam(RATE, global_clipnorm=1.0), LESSON.sequence_loss, jit_compile=False)
    begun, worked = time.monotonic(), time.process_time()
    batches = batches_by_length(source, target, BATCH, seed=seed)
    losses = model.fit(batches, steps_per_epoch=EVERY, epochs=STEPS // EVERY, verbose=0).history["loss"]
    return {
        "depth": depth,
        "residual": residual,
        "seed": seed,
        "loss": round(float(np.mean(losses[-2:])), 4),
        "losses": [round(loss, 4) for loss in losses],
        "parameters": model.count_params(),
        "seconds": round(time.monotonic() - begun, 1),
        "cpu_seconds": round(time.process_time() - worked, 1),
    }


def measured_before():
    """The rows of the result file, where it was measured with the same settings."""
    path = PACKAGE / "experiments" / "results" / f"{NAME}.json"
    result = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return result["rows"] if result.get("settings") == SETTINGS else []


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    seeds = parser.parse_args().seeds
    pairs = pairs_of(load("course_phrases", "train"))
    tokens = [[tokens_of(sentence) for sentence in side] for side in pairs]
    vocabularies = [Vocabulary(side) for side in tokens]
    source, target = (words.encode(side) for words, side in zip(vocabularies, tokens, strict=True))
    rows = measured_before()
    begun_before = bool(rows)
    jobs = [(depth, residual, seed) for seed in seeds for depth in DEPTHS for residual in (False, True)]
    cost = {job: job[0] + 1 for job in jobs}  # a time grows with the depth
    for job in jobs:
        if job in [(row["depth"], row["residual"], row["seed"]) for row in rows]:
            continue
        rows.append(measure(*job, source, target, [len(words) for words in vocabularies]))
        done = [(row["depth"], row["residual"], row["seed"]) for row in rows]
        seconds = sum(row["seconds"] for row in rows)
        left = seconds * sum(cost[job] for job in jobs if job not in done) / sum(cost[job] for job in done)
        data = f"course_phrases, {len(source):,} pairs to train on"
        used = sorted({row["seed"] for row in rows})
        more = {"goes_on": begun_before, "settings": SETTINGS, "rows": rows}
        write_result(NAME, data=data, seeds=used, seconds=seconds, **more)
        shown = {name: value for name, value in rows[-1].items() if name != "losses"}
        print(f"{shown}; about {left / 60:.0f} minutes left", flush=True)


if __name__ == "__main__":
    main()
