"""Two LSTM layers of 128 units on tiny_shakespeare, a size whose losses others have published.

    python -m course_utils.experiments.shakespeare

needs the corpus `tiny_shakespeare` (TFDS: 90 % to train, 5 % to validate, 5 % to test, in its own 65 characters). It
reads the training text in 64 parallel streams, 100 characters at a time, the states carried from one piece to the
next, for 30 epochs (about seventeen minutes of one core) in which the learning rate falls along a cosine to zero, and
writes results/shakespeare.json: the losses after each epoch against seconds, lines that it wrote on the way, and the
test loss of the weights that were best on the validation text.

Interrupted, it goes on after the last epoch that it finished (build/shakespeare.*).
"""

import json
import time

import keras
import numpy as np
from keras import layers

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result
from course_utils.paths import REPOSITORY
from course_utils.text import codes_of
from course_utils.tools.notebooks import write_text

SEED, UNITS, EMBEDDING, DROPOUT = 0, 128, 64, 0.2
EPOCHS, BATCH, WINDOW, RATE = 30, 64, 100, 0.004
STATE = REPOSITORY / "build" / "shakespeare.json"  # what the next start needs to go on


def network(batch, size):
    """Codes (batch, T) to logits (batch, T, size); the states are carried from call to call."""
    ids = keras.Input((None,), batch_size=batch, dtype="int32")
    h = layers.Embedding(size, EMBEDDING)(ids)
    for _ in range(2):
        h = layers.Dropout(DROPOUT)(layers.LSTM(UNITS, return_sequences=True, stateful=True)(h))
    return keras.Model(ids, layers.Dense(size)(h))


def forget(model):
    """Set the states of a network to zero."""
    for layer in model.layers:
        if isinstance(layer, layers.LSTM):
            layer.reset_states()


def streams(text, batch, start=0):
    """Windows and targets, (n * batch, WINDOW), in such an order that row b of each batch goes on where it was."""
    length = (len(text) - start - 1) // (batch * WINDOW) * WINDOW
    found = [text[start + shift :][: batch * length].reshape(batch, -1, WINDOW) for shift in (0, 1)]
    return [pieces.swapaxes(0, 1).reshape(-1, WINDOW) for pieces in found]


def copy(model, other):
    """Give `other`, which may have another batch size, the weights of `model`."""
    for mine, its in zip(model.trainable_variables, other.trainable_variables, strict=True):
        its.assign(mine)


def loss_on(judge, text):
    """Mean cross-entropy in nats, each character given all before it in one of the judge's ten streams."""
    forget(judge)
    return float(judge.evaluate(*streams(text, 10), batch_size=10, verbose=0))


def line(writer, alphabet, count=70, temperature=0.7):
    """`count` characters that it writes after a line feed."""
    rng, code, text = np.random.default_rng(SEED), alphabet.index("\n"), ""
    forget(writer)
    for _ in range(count):
        logits = np.array(writer(np.array([[code]])), "float64")[0, 0] / temperature
        p = np.exp(logits - logits.max())
        code = int(rng.choice(len(p), p=p / p.sum()))
        text += alphabet[code]
    return " ".join(text.split())


def main():
    splits = ("train", "validation", "test")
    texts = ["".join(part["text"].decode() for part in load("tiny_shakespeare", s).as_numpy_iterator()) for s in splits]
    alphabet = "".join(sorted(set(texts[0])))
    train, validation, test = (codes_of(text, alphabet) for text in texts)
    steps = len(streams(train, BATCH)[0]) // BATCH
    keras.utils.set_random_seed(SEED)
    model, judge, writer = (network(batch, len(alphabet)) for batch in (BATCH, 10, 1))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    rate = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * steps)
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss=loss, jit_compile=False)
    judge.compile(loss=loss, jit_compile=False)
    weights, best = STATE.with_suffix(".keras"), STATE.with_suffix(".weights.h5")
    STATE.parent.mkdir(exist_ok=True)
    curve = json.loads(STATE.read_text()) if STATE.exists() else []
    if curve:
        model = keras.models.load_model(weights)
    for epoch in range(len(curve) + 1, EPOCHS + 1):
        begun, processor = time.monotonic(), time.process_time()
        forget(model)
        start = int(np.random.default_rng([SEED, epoch]).integers(0, WINDOW))  # the cuts lie elsewhere in each epoch
        x, y = streams(train, BATCH, start)
        history = model.fit(x, y, batch_size=BATCH, shuffle=False, verbose=0)
        seconds, cpu = time.monotonic() - begun, time.process_time() - processor
        copy(model, judge)
        copy(model, writer)
        row = {
            "epoch": epoch,
            "seconds": round(seconds + (curve[-1]["seconds"] if curve else 0), 1),
            "cpu_seconds": round(cpu + (curve[-1]["cpu_seconds"] if curve else 0), 1),
            "training": round(history.history["loss"][0], 4),
            "validation": round(loss_on(judge, validation), 4),
            "line": line(writer, alphabet),
        }
        print(*row.values(), flush=True)
        if all(row["validation"] < before["validation"] for before in curve):
            judge.save_weights(best)
        curve.append(row)
        model.save(weights)
        write_text(STATE, json.dumps(curve))
    judge.load_weights(best)
    copy(judge, writer)
    return write_result(
        "shakespeare",
        data=f"tiny_shakespeare, {len(train):,} characters to train on",
        seeds=[SEED],
        seconds=curve[-1]["seconds"],
        settings={
            "units": UNITS,
            "layers": 2,
            "dropout": DROPOUT,
            "rate": RATE,
            "epochs": EPOCHS,
            "batch": BATCH,
            "window": WINDOW,
        },
        curve=curve,
        validation=min(row["validation"] for row in curve),
        test=round(loss_on(judge, test), 4),
        sample=line(writer, alphabet, count=300),
    )


if __name__ == "__main__":
    main()
