"""Parallel WaveNet: a student that turns noise into speech in one pass, taught by the WaveNet of `wavenet.py`.

    python -m course_utils.experiments.parallel_wavenet

distils the student of lesson 7: two inverse-autoregressive flows whose samples the teacher judges (probability density
distillation), and whose spectrogram is compared with that of a clip of the same score (power loss). Writes
results/parallel_wavenet.npz and results/parallel_wavenet.json. It keeps its state in
build/experiments/parallel_wavenet.npz, and goes on from there when it is started again.
"""

import argparse
import json
import time

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from course_utils.datasets import load
from course_utils.experiments import wavenet
from course_utils.experiments.result_file import write_result, write_weights
from course_utils.experiments.wavenet import LESSON, SAMPLES, VOICES
from course_utils.notebook import trained_weights
from course_utils.sound import HOP, MELS, RATE, read_clips
from course_utils.sound.utterances import rows_of, score_features

LEVELS = 256  # of the μ-law
BATCH, STEPS, STEP_SIZE, POWER_WEIGHT = 2, 1_200, 2e-3, 4.0
SEED = 0
STATE = wavenet.STATE.with_name("parallel_wavenet.npz")
WINDOW = 3 * HOP  # of the power loss


def bin_probabilities(mean, log_scale):
    """Probability of each of the LEVELS codes under a logistic distribution: (batch, T, LEVELS)."""
    edges = (np.arange(1, LEVELS) - 0.5) * 2 / (LEVELS - 1) - 1
    below = ops.sigmoid((edges.astype("float32") - mean[..., None]) * ops.exp(-log_scale)[..., None])
    return ops.diff(ops.pad(below, [[0, 0], [0, 0], [1, 1]]) + ops.one_hot(LEVELS, LEVELS + 1))


def level_of_bands(samples):
    """Log power in MELS bands of windows of 30 ms every 10 ms, (batch, T / HOP - 2, MELS), of μ-law values."""
    sound = ops.sign(samples) * (ops.exp(ops.abs(samples) * np.log(LEVELS).astype("float32")) - 1) / (LEVELS - 1)
    parts = ops.reshape(sound, (-1, samples.shape[1] // HOP, HOP))
    windows = ops.concatenate([parts[:, :-2], parts[:, 1:-1], parts[:, 2:]], axis=-1) * np.hanning(WINDOW).astype(
        "float32"
    )
    angles = 2 * np.pi * np.arange(WINDOW // 2 + 1) * np.arange(WINDOW)[:, None] / WINDOW
    power = ops.square(windows @ np.cos(angles).astype("float32")) + ops.square(
        windows @ np.sin(angles).astype("float32")
    )
    mels = tf.signal.linear_to_mel_weight_matrix(MELS, WINDOW // 2 + 1, RATE, 60.0, RATE / 2)
    return ops.log(power @ mels + 1e-2)


def losses_of(student, teacher, noise, features, real):
    """(divergence from the teacher in nats per sample, distance of the spectrograms in nepers of power)."""
    samples, mean, log_scale = student([noise, features])
    heard = ops.clip(samples, -1.0, 1.0)
    p = bin_probabilities(mean, log_scale)
    judged = ops.log_softmax(teacher([ops.pad(heard, [[0, 0], [1, 0]])[:, :-1], features]))
    divergence = ops.mean(ops.sum(p * (ops.log(p + 1e-6) - judged), axis=-1))
    return divergence, ops.mean(ops.abs(level_of_bands(heard) - level_of_bands(real)))


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--steps", type=int, default=STEPS)
    steps = parser.parse_args().steps
    clips = read_clips(load("course_spoken_digits", "train"))
    keras.utils.set_random_seed(SEED)
    teacher, student = LESSON.WaveNet(), LESSON.Student()
    nothing = [tf.zeros((1, SAMPLES)), tf.zeros((1, SAMPLES // HOP, 160 + len(VOICES)))]
    teacher(nothing), student(nothing)
    teacher.set_weights(trained_weights("wavenet", "course_spoken_digits"))
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(STEP_SIZE, steps), clipnorm=1.0)
    optimizer.build(student.trainable_variables)
    student.optimizer = optimizer
    curve, (cpu_before, wall_before) = wavenet.restored_state(student, STATE)

    @tf.function(jit_compile=True)
    def train_step(noise, features, real):
        with tf.GradientTape() as tape:
            divergence, distance = losses_of(student, teacher, noise, features, real)
            loss = divergence + POWER_WEIGHT * distance
        optimizer.apply_gradients(
            zip(tape.gradient(loss, student.trainable_variables), student.trainable_variables, strict=True)
        )
        return divergence, distance

    cpu, wall, saved = time.process_time(), time.monotonic(), time.process_time()
    step = int(optimizer.iterations)
    rng, queue, losses = np.random.default_rng([SEED, step]), [], []
    while step < steps:
        if len(queue) < BATCH:
            rows = rows_of(clips, VOICES, SAMPLES, rng)
            real = (2 * LESSON.encode(rows.waveforms) / (LEVELS - 1) - 1).astype("float32")
            features = score_features(rows.digits, rows.places, rows.voices, len(VOICES))
            queue = [(features[n], real[n]) for n in rng.permutation(len(real))]
        batch, queue = queue[:BATCH], queue[BATCH:]
        features, real = (np.stack(part) for part in zip(*batch, strict=True))
        noise = rng.logistic(size=real.shape).astype("float32")
        losses.append([float(loss) for loss in train_step(noise, features, real)])
        step += 1
        if step % 100 == 0 or step == steps:
            seconds = [cpu_before + time.process_time() - cpu, wall_before + time.monotonic() - wall]
            divergence, distance = np.mean(losses, axis=0)
            now = {"step": step, "cpu_seconds": round(seconds[0], 1), "wall_seconds": round(seconds[1], 1)}
            curve.append(now | {"divergence": round(float(divergence), 4), "distance": round(float(distance), 4)})
            losses = []
            print(json.dumps(curve[-1]), flush=True)
            if time.process_time() - saved > 60 or step == steps:
                wavenet.save_state(student, curve, seconds, STATE)
                saved = time.process_time()
    write_weights("parallel_wavenet", "course_spoken_digits", student.get_weights())
    write_result(
        "parallel_wavenet",
        data="course_spoken_digits, 4 voices",
        seeds=[SEED],
        seconds=curve[-1]["wall_seconds"],
        parameters=student.count_params(),
        steps=steps,
        batch=[BATCH, SAMPLES],
        rate=STEP_SIZE,
        power_weight=POWER_WEIGHT,
        curve=curve,
    )


if __name__ == "__main__":
    main()
