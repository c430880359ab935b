"""A WaveNet that says digits, trained for longer than a lesson can wait, and the student that it teaches to be quick.

    python -m course_utils.experiments.wavenet

trains the network of lesson 7 on four voices of course_spoken_digits and writes results/wavenet.npz (its weights) and
results/wavenet.json (the loss, in bits per sample, against processor seconds). It keeps its state in
build/experiments/wavenet.npz every two minutes, and goes on from there when it is started again.
"""

import argparse
import json
import time

import keras
import numpy as np
import tensorflow as tf

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result, write_weights
from course_utils.paths import PACKAGE
from course_utils.references import exports
from course_utils.sound import HOP, read_clips
from course_utils.sound.utterances import SILENT, one_by_one, rows_of, score_features

VOICES = ["wmid-andy", "nyc-michael", "us-steph", "lanc-belinda"]
SAMPLES, BATCH, STEPS, RATE = 8_000, 2, 4_500, 2e-3
SEED = 0
STATE = PACKAGE.parent / "build" / "experiments" / "wavenet.npz"
LESSON = exports("7")


def inputs_and_targets(rows):
    """The network's inputs, (n, T) float32, and the codes that it has to foretell, (n, T), of waveforms."""
    codes = LESSON.encode(rows.waveforms)
    return LESSON.inputs_of(codes), codes


def bits(model, rows):
    """Mean bits per sample where something is said."""
    x, codes = inputs_and_targets(rows)
    features = score_features(rows.digits, rows.places, rows.voices, len(VOICES))
    said = np.repeat(rows.digits != SILENT, HOP, axis=1)
    losses = []
    for n in range(0, len(x), 4):
        logits = model([x[n : n + 4], features[n : n + 4]])
        losses.append(keras.losses.sparse_categorical_crossentropy(codes[n : n + 4], logits, from_logits=True))
    return float(np.mean(np.concatenate(losses)[said]) / np.log(2))


def save_state(model, curve, seconds, path=STATE):
    """The weights, the optimizer's state, the curve and the seconds so far, into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {f"model_{n}": value for n, value in enumerate(model.get_weights())}
    arrays |= {f"optimizer_{n}": np.asarray(value) for n, value in enumerate(model.optimizer.variables)}
    temporary = path.with_name("new_" + path.name)
    np.savez(temporary, meta=json.dumps([curve, seconds]), **arrays)
    temporary.replace(path)


def restored_state(model, path=STATE):
    """What `save_state` kept, put back into the model: (curve, seconds); from the beginning where there is none."""
    if not path.is_file():
        return [], [0.0, 0.0]
    with np.load(path) as file:
        model.set_weights([file[f"model_{n}"] for n in range(len(model.get_weights()))])
        for n, variable in enumerate(getattr(getattr(model, "optimizer", None), "variables", [])):
            variable.assign(file[f"optimizer_{n}"])
        return json.loads(str(file["meta"]))


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--steps", type=int, default=STEPS)
    steps = parser.parse_args().steps
    clips = read_clips(load("course_spoken_digits", "train"))
    held_out = one_by_one(read_clips(load("course_spoken_digits", "validation")), VOICES, SAMPLES)
    keras.utils.set_random_seed(SEED)
    model = LESSON.WaveNet()
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=True,
    )
    frames = SAMPLES // HOP
    model([tf.zeros((1, SAMPLES)), tf.zeros((1, frames, 160 + len(VOICES)))])
    model.optimizer.build(model.trainable_variables)
    curve, (cpu_before, wall_before) = restored_state(model)
    cpu, wall, saved = time.process_time(), time.monotonic(), time.process_time()
    step = int(model.optimizer.iterations)
    rng, queue, losses = np.random.default_rng([SEED, step]), [], []
    while step < steps:
        if len(queue) < BATCH:
            rows = rows_of(clips, VOICES, SAMPLES, rng)
            x, codes = inputs_and_targets(rows)
            features = score_features(rows.digits, rows.places, rows.voices, len(VOICES))
            queue = [(x[n], features[n], codes[n]) for n in rng.permutation(len(x))]
        batch, queue = queue[:BATCH], queue[BATCH:]
        x, features, codes = (np.stack(part) for part in zip(*batch, strict=True))
        losses.append(float(model.train_on_batch([x, features], codes)))
        model.reset_metrics()
        step += 1
        if step % 250 == 0 or step == steps:
            seconds = [cpu_before + time.process_time() - cpu, wall_before + time.monotonic() - wall]
            now = {"step": step, "cpu_seconds": round(seconds[0], 1), "wall_seconds": round(seconds[1], 1)}
            now |= {"training_nats": round(float(np.mean(losses)), 4), "held_out_bits": round(bits(model, held_out), 4)}
            curve.append(now)
            losses = []
            print(json.dumps(now), flush=True)
            if time.process_time() - saved > 60 or step == steps:
                save_state(model, curve, seconds)
                saved = time.process_time()
    write_weights("wavenet", "course_spoken_digits", model.get_weights())
    write_result(
        "wavenet",
        data="course_spoken_digits, 4 voices",
        seeds=[SEED],
        seconds=curve[-1]["wall_seconds"],
        voices=VOICES,
        parameters=model.count_params(),
        steps=steps,
        batch=[BATCH, SAMPLES],
        rate=RATE,
        curve=curve,
    )


if __name__ == "__main__":
    main()
