"""The live line of a lesson that runs: which cell, since when, and about how long to go."""

import sys
import time

DAMPING = 5.0  # seconds by which the estimate trusts the recorded times more than the first cells of this run
PLAIN_INTERVAL = 15.0  # seconds between progress lines where stdout is not a terminal


def seconds_left(expected, taken, running):
    """Estimated seconds until the notebook's end, or None where nothing is recorded.

    expected: recorded seconds of every cell (0 where none). taken: seconds of the finished cells of this run,
    in order. running: seconds of the cell now under way. The recorded times are scaled by how this run
    compares with them so far; the first seconds of a run count for little. A cell that takes longer than
    expected leaves the later ones the time they need.
    """
    if not any(expected):
        return None
    scale = (sum(taken) + DAMPING) / (sum(expected[: len(taken)]) + DAMPING)
    now, later = expected[len(taken) : len(taken) + 1], expected[len(taken) + 1 :]
    return max(0.0, scale * sum(now) - running) + scale * sum(later)


def clock(seconds):
    """Seconds as "1:05"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


class Progress:
    """The live line of one lesson: rewritten in place on a terminal, a plain line now and then elsewhere."""

    def __init__(self, name, expected, stream=None):
        self.name, self.expected = name, expected
        self.stream = stream or sys.stdout
        self.live = self.stream.isatty()
        self.taken, self.begun = [], time.monotonic()
        self.cell_begun = self.shown = self.begun
        if not self.live:
            self.say(f"{name}  {len(expected)} cells")

    def say(self, line):
        self.stream.write(f"\r{line}\x1b[K" if self.live else f"{line}\n")
        self.stream.flush()

    def finished(self, index):
        """Cell `index` (from 0, among all cells) has ended; cells without code before it took no time."""
        now = time.monotonic()
        self.taken += [0.0] * (index - len(self.taken)) + [now - self.cell_begun]
        self.cell_begun = now

    def line(self, now):
        """What there is to say at time `now`."""
        left = seconds_left(self.expected, self.taken, now - self.cell_begun)
        rest = "" if left is None else f"  about {clock(left)} left"
        position = min(len(self.taken) + 1, len(self.expected))
        return f"{self.name}  cell {position}/{len(self.expected)}  {clock(now - self.begun)}{rest}"

    def show(self):
        """Renew the line; to be called about twice a second."""
        now = time.monotonic()
        if self.live or now - self.shown >= PLAIN_INTERVAL:
            self.say(self.line(now))
            self.shown = now

    def end(self, line):
        """Replace the live line by a last one."""
        self.say(line)
        if self.live:
            self.stream.write("\n")
