"""The language model of lesson 3d, trained for longer than a lesson may take.

    python -m course_utils.experiments.speech_models

trains one LSTM of 512 units on the training speeches (five to ten minutes on two cores), keeps it as it was when it
did best on the validation speeches, and writes results/speech_models.json and its weights, in half precision,
results/speech_models.npz.
"""

import time

import keras
import numpy as np
from keras import layers

from course_utils.experiments.result_file import write_result, write_weights
from course_utils.experiments.speeches import bits_per_character, in_rows, speeches
from course_utils.text import CHARACTERS

SEED, SIZE, EMBEDDING = 0, len(CHARACTERS), 32
UNITS, DROPOUT, BLIND = 512, 0.5, 0.05  # blind: the share of characters it does not see in training
STEPS, BATCH, WINDOW, EVERY = 1300, 64, 64, 100
RATE, DECAY = 0.003, 0.02


def language_model():
    """Codes (batch, T) to logits (batch, T, SIZE)."""
    ids = keras.Input((None,), dtype="int32")
    x = layers.Dropout(BLIND, noise_shape=(None, None, 1))(layers.Embedding(SIZE, EMBEDDING)(ids))
    h = layers.LSTM(UNITS, return_sequences=True)(x)
    return keras.Model(ids, layers.Dense(SIZE)(layers.Dropout(DROPOUT)(h)))


def bits(model, texts):
    """Bits per character of whole speeches, each read after a space."""
    codes, targets, kept = in_rows(texts)
    return bits_per_character(targets, kept, model.predict_on_batch(codes))


def main():
    begun, processor = time.monotonic(), time.process_time()
    texts, validation, test = ([text for text, _ in speeches(split)] for split in ("train", "validation", "test"))
    text, rng = np.concatenate(texts), np.random.default_rng(SEED)
    keras.utils.set_random_seed(SEED)
    model = language_model()
    schedule = keras.optimizers.schedules.CosineDecay(RATE / 10, STEPS, 0.01, warmup_target=RATE, warmup_steps=20)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(schedule, weight_decay=DECAY, clipnorm=1.0), loss=loss, jit_compile=False)
    curve, best, weights = [], np.inf, None
    for step in range(1, STEPS + 1):
        window = text[rng.integers(0, len(text) - WINDOW, size=BATCH)[:, None] + np.arange(WINDOW + 1)]
        model.train_on_batch(window[:, :-1], window[:, 1:])
        if step % EVERY == 0:
            now = bits(model, validation)
            seconds = round(time.process_time() - processor)
            curve.append({"step": step, "cpu_seconds": seconds, "validation": round(now, 4)})
            print(curve[-1], flush=True)
            if now < best:
                best, weights = now, model.get_weights()
    model.set_weights(weights)
    write_weights("speech_models", "language_model", weights)
    write_result(
        "speech_models",
        data=f"course_speeches, {len(text):,} characters to train on",
        seeds=[SEED],
        seconds=time.monotonic() - begun,
        settings={"units": UNITS, "dropout": DROPOUT, "blind": BLIND, "rate": RATE, "decay": DECAY, "steps": STEPS},
        curve=curve,
        validation=round(best, 4),
        test=round(bits(model, test), 4),
    )


if __name__ == "__main__":
    main()
