"""Watching a network learn to write: a line of progress and a line of its own, now and then."""

import time

import keras


class WatchItWrite(keras.callbacks.Callback):
    """Print step, loss, the time still needed and a sample, `times` times in the course of training.

    sample: a function without arguments that returns a line of text. steps: how many training steps there will be.
    """

    def __init__(self, sample, steps, times=8):
        super().__init__()
        self.sample, self.steps = sample, steps
        self.shown_at = {round(steps * (n + 1) / times) for n in range(times)}

    def on_train_begin(self, logs=None):
        self.begun, self.done = time.monotonic(), 0

    def on_train_batch_end(self, batch, logs=None):
        self.done += 1
        if self.done in self.shown_at:
            left = (time.monotonic() - self.begun) / self.done * (self.steps - self.done)
            loss = f"loss {logs['loss']:.2f}" if logs and "loss" in logs else ""
            print(f"step {self.done:>5} of {self.steps}  {loss}  about {left:.0f}s left  {self.sample()}", flush=True)
