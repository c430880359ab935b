"""The page of the results, docs/benchmarks.md. Its reading is reading.md; once that is edited,

    python -m course_utils.experiments.bench.page

writes the page anew from results.json, where the last run has left its numbers.
"""

import json
import re
from pathlib import Path

import numpy as np

from course_utils.paths import REPOSITORY

READING = Path(__file__).with_name("reading.md")
RESULTS = Path(__file__).with_name("results.json")
PAGE = REPOSITORY / "docs" / "benchmarks.md"

# {work: (heading, what is done once, what it is)}
WORKS = {
    "speech_step": (
        "A training step of the speech generator (lesson 3d)",
        "step",
        "The exercise of the lecture notes: {batch} windows of {T} one-hot characters out of {V}, two LSTM layers of "
        "{units} units, the next character; forward, backward, gradients clipped, Adam. Keras trains with `fit`, an "
        "epoch of {steps} steps; PyTorch with the usual loop. Compared: the logits before and after an epoch.",
    ),
    "review_step": (
        "A training step of the bidirectional reader (lesson 3c)",
        "step",
        "{batch} reviews of up to {T} words of a vocabulary of {V:,}, padded on the right by up to a fifth; embedding "
        "of {size}, LSTM of {units} units in both directions with the padding masked, one logit; epochs of {steps} "
        "steps. Compared: the logits before and after an epoch.",
    ),
    "attention": (
        "Greedy translation with attention (lesson 4b)",
        "batch",
        "{batch} sentences of up to {S} words through lesson 4b's network ({units} units, two layers on either side, "
        "{source_words} words to {target_words:,}), {limit} words at most, weights drawn at random. Compared: words, "
        "log-probability, length and attention received.",
    ),
    "ctc": (
        "The CTC loss and its gradient (lessons 5a to 5c)",
        "batch",
        "Logits of {batch} lines, {T} frames, {classes} classes, labels of up to {longest}; both lengths vary. The "
        "blank is class 0 everywhere; PyTorch wants log-probabilities and is given a log-softmax. Compared: the loss "
        "of every line and its gradient with respect to the logits.",
    ),
    "wavenet": (
        "Samples from a WaveNet (lesson 7)",
        "sample",
        "{layers} layers with dilations of 1 to {last_dilation}, {channels} residual and {skip} skip channels, "
        "{levels} levels; {count} samples of one stream, drawn with the same random numbers. *Naive* computes the "
        "whole receptive field for each sample, with *queues* each layer keeps what it will need again. Compared: the "
        "samples, which must be equal.",
    ),
}


def quartiles(values):
    return np.percentile(values, [25, 50, 75])


def digits(number):
    """Three significant digits, never in powers of ten."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.{max(0, 2 - int(np.floor(np.log10(number))))}f}"


def times_of(contenders, name):
    """Seconds of each round: (rounds,)."""
    return np.array(contenders[name]["seconds"])


def table(contenders, once):
    first = next(iter(contenders))
    lines = [
        f"| | median, ms per {once} | quartiles | times the first | quartiles | differs by |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, about in contenders.items():
        times, note = times_of(contenders, name), f" ({about['note']})" if about["note"] else ""
        cells = [name + note]
        for values in (1000 * times, times / times_of(contenders, first)):
            low, median, high = map(digits, quartiles(values))
            cells += [median, f"{low} to {high}"]
        cells.append(f"{about['difference']:.0e}" if about["difference"] else "0")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def filled(text, works):
    """The text, with A's time in B's for `[[work | A / B]]`, and how often a second A is done for `[[work | A]]`."""

    def number(match):
        contenders, names = works[match["work"]]["contenders"], match["names"].split(" / ")
        times = [times_of(contenders, name) for name in names]
        return digits(np.median(times[0] / times[1] if len(times) == 2 else 1 / times[0]))

    text = re.sub(r"(?<!\n)\n(?!\n)", " ", text.strip())  # a paragraph is one line, as in the rest of the page
    return re.sub(r"\[\[(?P<work>\w+) \| (?P<names>[^\]]+)\]\]", number, text)


def of(result):
    """The page, as text."""
    works, versions = result["works"], result["versions"]
    threads = ", ".join(f"{stack} {number}" for stack, number in result["threads"].items())
    parts = [
        "# The same work with other tools",
        "Written by `make bench`, except for the reading at the end. Every tool has a process of its own; all of them "
        "compute with the same weights on the same data, and what they compute was compared before anything was timed: "
        f"the largest difference is in the last column, and more than {result['tolerance']:g} is an error. Then they "
        f"took turns, {result['rounds']} rounds in another order each time, so that whatever else the machine did "
        "disturbed all alike. A ratio is taken within a round; medians and quartiles are over the rounds. Compilation "
        "is not counted. Everything as it comes from `pip`, on the processor, no settings but those named.",
        f"{result['date']}; {result['processor']}, {result['cores']} cores; threads: {threads}; Python "
        f"{result['python']}, " + ", ".join(f"{name} {number}" for name, number in versions.items()) + ".",
    ]
    for work, measured in works.items():
        heading, once, text = WORKS[work]
        size = measured["size"] | {"last_dilation": 2 ** (measured["size"].get("layers", 1) - 1)}
        others = measured["others"]
        busy = "" if others is None else f" Other processes had {others:.0%} of the machine's processor time meanwhile."
        parts += [f"## {heading}", text.format(**size) + busy, table(measured["contenders"], once)]
    if works.keys() == WORKS.keys() and "torch" in versions:
        parts += ["## What it means for a choice", filled(READING.read_text(encoding="utf-8"), works)]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(of(json.loads(RESULTS.read_text(encoding="utf-8"))), encoding="utf-8")
