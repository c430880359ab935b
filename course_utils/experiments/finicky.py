"""Does training hang on the learning rate and on clipping, and more so for a recurrent network than for another?

    python -m course_utils.experiments.finicky

trains three networks of equal width to foretell the next character of course_speeches, with two optimizers, every
learning rate of RATES and every bound of CLIPS on the gradient's global norm, from three seeds (four minutes
on one core), and writes results/finicky.json: the mean loss of the last LAST of STEPS updates, in nats, each measured
before its windows are trained on. A loss that is no longer a finite number is written as null.
Interrupted, it goes on where it stopped.
"""

import itertools
import json
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from course_utils.experiments.result_file import write_result
from course_utils.experiments.speeches import speeches
from course_utils.paths import PACKAGE
from course_utils.text import CHARACTERS

KINDS, SEEDS = ("SimpleRNN", "LSTM", "Conv1D stack"), (0, 1, 2)
CLIPS = {"SGD": (None, 1.0, 0.1), "Adam": (None,)}
RATES = {"SGD": (0.03, 0.1, 0.3, 1.0, 3.0), "Adam": (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)}
STEPS, LAST, BATCH, LENGTH, UNITS = 100, 20, 32, 50, 64


def build(kind, seed):
    """A network from codes (batch, LENGTH) to logits of the next character at every step."""
    keras.utils.set_random_seed(seed)
    x = keras.Input((LENGTH,), dtype="int32")
    y = layers.Embedding(len(CHARACTERS), UNITS)(x)
    if kind == "Conv1D stack":  # the last step sees all of them
        for power in range((LENGTH - 1).bit_length()):
            y += layers.Conv1D(UNITS, 2, padding="causal", dilation_rate=2**power, activation="relu")(y)
    else:
        y = getattr(layers, kind)(UNITS, return_sequences=True)(y)
    return keras.Model(x, layers.Dense(len(CHARACTERS))(y))


def make_step(model, optimizer, clip):
    """A compiled step(windows) -> loss. windows: (batch, LENGTH + 1) codes; clip: a variable, the bound on the norm."""

    @tf.function(jit_compile=False)
    def step(windows):
        with tf.GradientTape() as tape:
            logits = model(windows[:, :-1], training=True)
            loss = ops.mean(keras.losses.sparse_categorical_crossentropy(windows[:, 1:], logits, from_logits=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        shrink = ops.minimum(1.0, clip / tf.linalg.global_norm(gradients))
        gradients = [shrink * gradient for gradient in gradients]
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return step


def final_losses(kind, name, codes):
    """{clip: {rate: [final loss or None, one per seed]}} of one network and optimizer."""
    beginnings = [build(kind, seed).get_weights() for seed in SEEDS]
    model, found = build(kind, 0), {}
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9) if name == "SGD" else keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    bound = tf.Variable(np.inf, dtype="float32")
    step = make_step(model, optimizer, bound)
    for clip in CLIPS[name]:
        bound.assign(np.inf if clip is None else clip)
        found[str(clip)] = {}
        for rate in RATES[name]:
            row = found[str(clip)][str(rate)] = []
            for seed, weights in zip(SEEDS, beginnings, strict=True):
                model.set_weights(weights)
                for variable in optimizer.variables:
                    variable.assign(ops.zeros_like(variable))
                optimizer.learning_rate = rate
                row.append(train(step, codes, seed))
            print(kind, name, clip, rate, row, flush=True)
    return found


def train(step, codes, seed):
    """The mean loss of the last LAST of STEPS updates, or None where it is not finite."""
    rng, losses = np.random.default_rng(seed), []
    for _ in range(STEPS):
        places = rng.integers(0, len(codes) - LENGTH - 1, size=BATCH)
        losses.append(float(step(tf.constant(codes[places[:, None] + np.arange(LENGTH + 1)]))))
        if not np.isfinite(losses[-1]):
            return None
    return float(np.mean(losses[-LAST:]))


def main():
    begun, path = time.process_time(), PACKAGE / "experiments" / "results" / "finicky.json"
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"rows": [], "minutes": 0}
    if len(earlier["rows"]) == len(KINDS) * len(RATES):  # complete: once more from the beginning
        earlier = {"rows": [], "minutes": 0}
    rows, begun_before = earlier["rows"], bool(earlier["rows"])
    codes = np.concatenate([text for text, _ in speeches("train")]).astype("int32")
    for kind, name in list(itertools.product(KINDS, RATES))[len(rows) :]:
        losses, size = final_losses(kind, name, codes), build(kind, 0).count_params()
        rows.append({"network": kind, "optimizer": name, "parameters": size, "losses": losses})
        seconds = time.process_time() - begun + 60 * earlier["minutes"]
        data = f"course_speeches, {len(codes):,} characters"
        more = {"goes_on": begun_before, "steps": STEPS, "rows": rows}
        print(write_result("finicky", data=data, seeds=SEEDS, seconds=seconds, **more), len(rows))


if __name__ == "__main__":
    main()
