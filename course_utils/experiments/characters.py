"""What the long trainings on characters share: a stacked LSTM, its training in parallel streams, and its judgement.

A training is kept in build/NAME.npz after each epoch, and goes on from there when its script is started again.
"""

import json
import os
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from course_utils.experiments.carried_lstm import CarriedLSTM
from course_utils.paths import REPOSITORY

PIECE = 250  # characters that are judged at a time


def write_whole(path, **arrays):
    """Write a .npz beside its place and move it there, so that there is a whole one at any time."""
    path.parent.mkdir(exist_ok=True)
    beside = path.with_suffix(".new.npz")
    np.savez(beside, **arrays)
    os.replace(beside, path)


def language_model(size, units, embedding, dropout, blind):
    """[codes (batch, T), h, c of each layer] to [logits (batch, T, size), h, c of each layer after the last step].

    units: of each layer, from below. dropout: after each layer. blind: the share of characters it does not see in
    training. Its weights are those of an Embedding, of `keras.layers.LSTM`s, and of a Dense.
    """
    ids = keras.Input((None,), dtype="int32")
    states = [keras.Input((width,)) for width in units for _ in "hc"]
    after = []
    x = layers.Dropout(blind, noise_shape=(None, None, 1))(layers.Embedding(size, embedding)(ids))
    for n, width in enumerate(units):
        x, h, c = CarriedLSTM(width)([x, *states[2 * n : 2 * n + 2]])
        after += [h, c]
        x = layers.Dropout(dropout)(x)
    return keras.Model([ids, *states], [layers.Dense(size)(x), *after])


def no_states(model, batch):
    """The states before the first character: zeros."""
    return [tf.zeros((batch, state.shape[1])) for state in model.inputs[1:]]


def streams(text, batch, window):
    """A text (T,) in `batch` parallel streams: a list of windows (batch, window + 1), each going on from the last."""
    count = (len(text) - 1) // (batch * window)
    rows = np.arange(batch)[:, None] * count * window + np.arange(window + 1)
    return [text[rows + n * window] for n in range(count)]


def in_a_row(texts, space, rng=None):
    """Texts one after the other, a space before each; in an order that `rng` draws, where there is one."""
    order = range(len(texts)) if rng is None else rng.permutation(len(texts))
    return np.concatenate([np.append(np.int32(space), texts[n]) for n in order])


def judge_of(model):
    """nats(texts, before): mean cross-entropy of texts, each read from zero states after a character before it.

    before: that character, one for all texts or one for each.
    """

    @tf.function(reduce_retracing=True)
    def judged(codes, targets, kept, states):
        logits, *states = model([codes, *states])
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
        return tf.reduce_sum(losses * kept), states

    def nats(texts, before):
        longest = -(-max(map(len, texts)) // PIECE) * PIECE
        targets, kept = np.zeros((len(texts), longest), "int32"), np.zeros((len(texts), longest), "float32")
        for row, text in enumerate(texts):
            targets[row, : len(text)], kept[row, : len(text)] = text, 1
        first = np.broadcast_to(np.int32(before), len(texts))[:, None]
        codes = np.concatenate([first, targets[:, :-1]], axis=1)
        states, total = no_states(model, len(texts)), 0.0
        for start in range(0, longest, PIECE):
            piece = slice(start, start + PIECE)
            lost, states = judged(codes[:, piece], targets[:, piece], kept[:, piece], states)
            total += float(lost)
        return float(total / kept.sum())

    return nats


def write(model, first, count, temperature, rng):
    """`count` codes that a model writes after the codes `first`, each drawn at a temperature and read in turn."""
    step = tf.function(model, reduce_retracing=True)
    logits, *states = step([np.array([first], "int32"), *no_states(model, 1)])
    written = []
    for _ in range(count):
        scaled = logits[0, -1].numpy().astype("float64") / temperature
        p = np.exp(scaled - scaled.max())
        written.append(int(rng.choice(len(p), p=p / p.sum())))
        logits, *states = step([np.array([written[-1:]], "int32"), *states])
    return written


def rate_of(step, steps, settings):
    """The learning rate: up along a line in `warm` steps, then down along a cosine to a hundredth."""
    if step < settings["warm"]:
        return settings["rate"] * (step + 1) / settings["warm"]
    done = (step - settings["warm"]) / max(steps - settings["warm"], 1)
    return settings["rate"] * (0.01 + 0.99 * (1 + np.cos(np.pi * done)) / 2)


class Training:
    """A model that learns a text in parallel streams, and what is needed to go on after an interruption.

    settings: epochs, batch, window, rate, warm (steps), decay (of weights), average (how much of the running average of
    the weights a step keeps). The average is what is judged and kept.
    """

    def __init__(self, name, model, settings, seed, folder=REPOSITORY / "build"):
        self.file, self.model, self.settings, self.seed = folder / f"{name}.npz", model, settings, seed
        variables = model.trainable_variables
        self.optimizer = keras.optimizers.AdamW(settings["rate"], weight_decay=settings["decay"], clipnorm=None)
        self.optimizer.build(variables)
        self.average = [tf.Variable(variable.value) for variable in variables]
        self.best = [np.array(variable) for variable in variables]
        self.curve = []
        if self.file.exists():
            self.restore()

    def kept(self):
        """All variables that change in training."""
        return [*self.model.variables, *self.optimizer.variables, *self.average]

    def save(self):
        arrays = {f"kept_{n}": np.array(variable) for n, variable in enumerate(self.kept())}
        arrays |= {f"best_{n}": array for n, array in enumerate(self.best)}
        write_whole(self.file, curve=json.dumps(self.curve), settings=json.dumps(self.settings), **arrays)

    def restore(self):
        with np.load(self.file) as state:
            before = json.loads(str(state["settings"]))
            if before != json.loads(json.dumps(self.settings)):
                raise SystemExit(f"{self.file} is of a training with {before}; remove it to begin anew.")
            self.curve = json.loads(str(state["curve"]))
            for n, variable in enumerate(self.kept()):
                variable.assign(state[f"kept_{n}"])
            self.best = [state[f"best_{n}"] for n in range(len(self.best))]

    def use(self, weights):
        """Give the model weights; returns those that it had."""
        had = [np.array(variable) for variable in self.model.trainable_variables]
        for variable, array in zip(self.model.trainable_variables, weights, strict=True):
            variable.assign(array)
        return had

    def step(self):
        """A function of (window (batch, T + 1), states, share of the average): one update. Returns loss and states."""
        variables = self.model.trainable_variables

        @tf.function(reduce_retracing=True)
        def update(window, states, share):
            with tf.GradientTape() as tape:
                logits, *states = self.model([window[:, :-1], *states], training=True)
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(window[:, 1:], logits)
                loss = tf.reduce_mean(losses)
            slopes, _ = tf.clip_by_global_norm(tape.gradient(loss, variables), 1.0)
            self.optimizer.apply([tf.convert_to_tensor(slope) for slope in slopes], variables)
            for mean, variable in zip(self.average, variables, strict=True):
                mean.assign_add((1 - share) * (variable.value - mean))
            return loss, states

        return update

    def run(self, text_of, judge, look=None, until=None):
        """Train until the last epoch, or until validation has not improved for three.

        text_of(rng): the codes (T,) to read in an epoch. judge(): the validation loss of the model as it is.
        look(row): what to add to an epoch's row while the model has the averaged weights. until: stop after that epoch.
        """
        settings, update = self.settings, self.step()
        last = min(settings["epochs"], until or settings["epochs"])
        while len(self.curve) < last and not self.stalled():
            begun, processor = time.monotonic(), time.process_time()
            epoch = len(self.curve)
            rng = np.random.default_rng([self.seed, epoch])
            text = np.roll(text_of(rng), int(rng.integers(settings["window"])))  # the cuts lie elsewhere in each epoch
            windows = streams(text, settings["batch"], settings["window"])
            states, losses = no_states(self.model, settings["batch"]), []
            for n, window in enumerate(windows):
                step = epoch * len(windows) + n
                self.optimizer.learning_rate = rate_of(step, settings["epochs"] * len(windows), settings)
                share = min(settings["average"], (1 + step) / (10 + step))
                loss, states = update(window, states, tf.constant(share, "float32"))
                losses.append(float(loss))
                if n % 50 == 49:
                    speed = (n + 1) * settings["batch"] * settings["window"] / (time.process_time() - processor)
                    print(f"  {n + 1}/{len(windows)} {np.mean(losses[-50:]):.4f} {speed:.0f} characters/s", flush=True)
            row = {"epoch": epoch + 1, "training": round(float(np.mean(losses)), 4)}
            had = self.use(self.average)
            row["validation"] = round(float(judge()), 4)
            if all(row["validation"] < before["validation"] for before in self.curve):
                self.best = [np.array(variable) for variable in self.model.trainable_variables]
            row |= look(row) if look else {}
            self.use(had)
            spent = {"seconds": time.monotonic() - begun, "cpu_seconds": time.process_time() - processor}
            for name in spent:
                row[name] = round(spent[name] + (self.curve[-1][name] if self.curve else 0), 1)
            self.curve.append(row)
            self.save()
            left = (settings["epochs"] - len(self.curve)) * row["seconds"] / len(self.curve) / 60
            print(*(f"{name}: {value}" for name, value in row.items()), f"about {left:.0f} minutes left", flush=True)
        self.use(self.best)

    def stalled(self):
        """True where validation has not improved for three epochs."""
        losses = [row["validation"] for row in self.curve]
        return len(losses) > 3 and min(losses[-3:]) >= min(losses[:-3])
