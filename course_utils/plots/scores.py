"""Music drawn: four voices as bars over time, beside each other or alone."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils.plots.style import FIGURE_SIZE, PALETTE

VOICE_COLOURS = ("bad", "baseline", "good", "model")  # of PALETTE, from soprano to bass
VOICE_NAMES = ("soprano", "alto", "tenor", "bass")


def voices(axes, pitches, faults=(), hidden=()):
    """Draw four voices as a piano roll, each voice in its colour, runs of one pitch as one bar.

    axes: matplotlib axes. pitches: (T, 4) MIDI numbers from soprano to bass, 0 for a rest.
    faults: (step, upper voice, lower voice) of what to mark between two steps, as `music.fault_places` gives parallels.
    hidden: numbers of voices that are not drawn, as of an input that lacks them.
    """
    pitches = np.asarray(pitches)
    for voice, colour in enumerate(VOICE_COLOURS):
        if voice in hidden:
            continue
        line = pitches[:, voice]
        starts = np.flatnonzero(np.diff(line, prepend=-1) != 0)
        ends = np.append(starts[1:], len(line))
        sung = line[starts] > 0
        axes.barh(
            line[starts][sung],
            (ends - starts)[sung] - 0.08,
            left=starts[sung],
            height=0.85,
            align="center",
            color=PALETTE[colour],
            label=VOICE_NAMES[voice],
        )
    for step, upper, lower in faults:
        for voice in (upper, lower):
            axes.plot(
                [step - 0.5, step + 0.5], pitches[step - 1 : step + 1, voice], color="black", marker="o", markersize=3
            )
    drawn = pitches[:, [voice for voice in range(4) if voice not in hidden]]
    low, high = drawn[drawn > 0].min(initial=60), drawn.max(initial=72)
    octaves = np.arange(12 * (low // 12), high + 12, 12)
    axes.set(xlim=(0, len(pitches)), ylim=(low - 2, high + 2))
    axes.set_yticks([c for c in octaves if low - 2 <= c <= high + 2])
    axes.set_yticklabels([f"C{c // 12 - 1}" for c in axes.get_yticks().astype(int)])


def piano_rolls(scores, step="quarter", faults=None):
    """Draw several scores below each other on one axis of time: an input, an output, a target.

    scores: {title: (T, 4) MIDI numbers}; a voice that rests throughout is not drawn. step: what a step lasts, for the
    label. faults: {title: [(step, upper voice, lower voice)]} of what to mark in a score.
    Returns the matplotlib figure.
    """
    figure, panels = plt.subplots(len(scores), 1, figsize=(FIGURE_SIZE[0], 2.2 * len(scores) + 0.4), sharex=True)
    panels = np.atleast_1d(panels)
    for panel, (title, pitches) in zip(panels, scores.items(), strict=True):
        silent = [voice for voice in range(4) if not np.any(np.asarray(pitches)[:, voice])]
        voices(panel, pitches, (faults or {}).get(title, ()), hidden=silent)
        panel.set_title(title)
    panels[-1].set_xlabel(step)
    handles = [plt.Rectangle((0, 0), 1, 1, color=PALETTE[colour]) for colour in VOICE_COLOURS]
    figure.legend(handles, VOICE_NAMES, loc="outside lower center", ncols=4)
    return figure
