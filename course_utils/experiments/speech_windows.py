"""One target per window, or one at every step? The exercise of the lecture notes, both ways, on the same windows.

    python -m course_utils.experiments.speech_windows

trains 2 LSTM layers of 200 units on 10,000 windows of 30 characters (about ten minutes of one thread), an epoch of one
way and an epoch of the other by turns, so that whatever else the machine does slows both; writes
results/speech_windows.json with the losses and the seconds of every epoch. Interrupted, it goes on after the last epoch
that it finished (build/speech_windows.npz).

Both ways are judged by the same number: the loss of the character after the window, on windows of held-out speeches
("validation") and on as many of those trained on ("seen").
"""

import json
import time

import keras
import numpy as np
from keras import layers

from course_utils.experiments.characters import in_a_row, write_whole
from course_utils.experiments.result_file import write_result
from course_utils.experiments.speeches import all_speeches
from course_utils.paths import REPOSITORY
from course_utils.text import CHARACTERS

LENGTH, TRAINING, JUDGED, UNITS, RATE, BATCH = 30, 10_000, 2_000, 200, 0.005, 64
EPOCHS = {"last": 16, "every": 8}
SEED = 0
SPACE = CHARACTERS.index(" ")
STATE = REPOSITORY / "build" / "speech_windows.npz"  # what the next start needs to go on


def windows(text, count, rng):
    """Random windows of LENGTH characters and the one after: (count, LENGTH + 1)."""
    starts = rng.integers(0, len(text) - LENGTH, size=count)
    return text[starts[:, None] + np.arange(LENGTH + 1)]


def network(every_step):
    """One-hot characters, two LSTMs, and logits: of the character after the window, or after every step."""
    ids = keras.Input((None,), dtype="int32")
    x = layers.Lambda(lambda ids: keras.ops.one_hot(ids, len(CHARACTERS)))(ids)
    h = layers.LSTM(UNITS, return_sequences=True)(x)
    h = layers.LSTM(UNITS, return_sequences=every_step)(h)
    model = keras.Model(ids, layers.Dense(len(CHARACTERS))(h))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(RATE, clipnorm=1.0), loss=loss, jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    return model


def last_character_loss(model, judged):
    """Mean cross-entropy, in nats, of the character after each window."""
    logits = model.predict(judged[:, :-1], batch_size=250, verbose=0)
    last = logits if logits.ndim == 2 else logits[:, -1]
    return float(np.mean(keras.losses.sparse_categorical_crossentropy(judged[:, -1], last, from_logits=True)))


def sample(model, text, count=200, temperature=0.7):
    """`count` characters more, each drawn after the 30 before it."""
    rng = np.random.default_rng(SEED)
    text = list(text)
    for _ in range(count):
        logits = model.predict_on_batch(np.array([text[-LENGTH:]], dtype="int32"))[0]
        logits = (logits if logits.ndim == 1 else logits[-1]).astype("float64") / temperature
        p = np.exp(logits - logits.max())
        text.append(int(rng.choice(len(p), p=p / p.sum())))
    return "".join(CHARACTERS[code] for code in text)


def changing(models):
    """All variables that change in training."""
    return [v for model in models.values() for v in (*model.trainable_variables, *model.optimizer.variables)]


def main():
    rng = np.random.default_rng(SEED)
    texts = {split: [text for text, _ in all_speeches(split)] for split in ("train", "validation")}
    training = windows(in_a_row(texts["train"], SPACE), TRAINING, rng)
    held_out = windows(in_a_row(texts["validation"], SPACE), JUDGED, rng)
    targets = {"last": training[:, -1], "every": training[:, 1:]}
    models, curves = {}, {}
    for way in EPOCHS:
        keras.utils.set_random_seed(SEED)
        models[way] = network(way == "every")
        models[way].train_on_batch(training[:BATCH, :-1], targets[way][:BATCH])  # compiles; one step more for each
        curves[way] = {"seconds": [0.0], "cpu_seconds": [0.0], "training": [None]}
        for name, judged in (("validation", held_out), ("seen", training[:JUDGED])):
            curves[way][name] = [round(last_character_loss(models[way], judged), 4)]
    if STATE.exists():
        with np.load(STATE) as state:
            curves = json.loads(str(state["curves"]))
            for n, variable in enumerate(changing(models)):
                variable.assign(state[f"kept_{n}"])
    for epoch in range(1, max(EPOCHS.values()) + 1):
        for way, model in models.items():
            curve = curves[way]
            if epoch > EPOCHS[way] or epoch < len(curve["seconds"]):
                continue
            keras.utils.set_random_seed(1000 * SEED + epoch)  # the order of the windows, also after an interruption
            start, start_cpu = time.monotonic(), time.process_time()
            history = model.fit(training[:, :-1], targets[way], batch_size=BATCH, epochs=1, verbose=0)
            seconds, cpu = time.monotonic() - start, time.process_time() - start_cpu
            curve["seconds"].append(round(curve["seconds"][-1] + seconds, 1))
            curve["cpu_seconds"].append(round(curve["cpu_seconds"][-1] + cpu, 1))
            curve["training"].append(round(history.history["loss"][0], 4))
            curve["validation"].append(round(last_character_loss(model, held_out), 4))
            curve["seen"].append(round(last_character_loss(model, training[:JUDGED]), 4))
            print(epoch, way, *(curve[name][-1] for name in curve), flush=True)
            arrays = {f"kept_{n}": np.array(variable) for n, variable in enumerate(changing(models))}
            write_whole(STATE, curves=json.dumps(curves), **arrays)
    samples = {way: sample(model, held_out[0, :-1]) for way, model in models.items()}
    write_result(
        "speech_windows",
        data=f"course_speeches, {TRAINING:,} windows of {LENGTH} characters, {JUDGED:,} held-out windows",
        seeds=[SEED],
        seconds=sum(curve["cpu_seconds"][-1] for curve in curves.values()),
        batch=BATCH,
        units=UNITS,
        rate=RATE,
        curves=curves,
        samples=samples,
    )


if __name__ == "__main__":
    main()
