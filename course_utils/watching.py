"""Watching a network learn to write: a line of progress and a line of its own, every few seconds."""

import time

import keras


class WatchItWrite(keras.callbacks.Callback):
    """Print step, loss, the time still needed and a sample, about every `every` seconds of training.

    sample: a function without arguments that returns a line of text. steps: how many training steps there will be.
    """

    def __init__(self, sample, steps, every=5.0):
        super().__init__()
        self.sample, self.steps, self.every = sample, steps, every

    def on_train_begin(self, logs=None):
        self.begun = self.shown = time.monotonic()
        self.done = 0

    def on_train_batch_end(self, batch, logs=None):
        self.done += 1
        now = time.monotonic()
        if now - self.shown >= self.every or self.done == self.steps:
            left = (now - self.begun) / self.done * (self.steps - self.done)
            loss = f"loss {logs['loss']:.2f}" if logs and "loss" in logs else ""
            print(f"step {self.done:>5} of {self.steps}  {loss}  about {left:.0f} s left  {self.sample()}", flush=True)
            self.shown = time.monotonic()
