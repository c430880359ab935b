"""How predictable are course_chorales and Bach's chorales for models that only count? The same code for both.

    python -m course_utils.experiments.course_chorales_bounds

(a few minutes on two cores) writes data/chorales/bounds.json with date, hardware and versions, and renews the table of
the datasheet from it. Bach's chorales are measured, never copied; where they cannot be had, nothing is written.
"""

import json

import numpy as np

from course_utils.datasets import load
from course_utils.experiments.result_file import circumstances
from course_utils.music import faults, frame_rivals, ngram_bits
from course_utils.paths import resource
from course_utils.tools.notebooks import write_text

MARKS = ("<!-- bounds: begin -->", "<!-- bounds: end -->")
SPLITS = ["train", "validation", "test"]
ALL_KEYS = range(-5, 7)
CORPORA = ("course_chorales", "jsb_chorales")


def pieces(corpus, config):
    """The three splits of a config of a corpus, as lists of arrays."""
    return [
        [next(iter(piece.values())) for piece in split.as_numpy_iterator()]
        for split in load(f"{corpus}/{config}", SPLITS)
    ]


def measure(corpus):
    """{name of a figure: figure} of one corpus."""
    figures = {}
    for grid in ("quarter", "eighth"):
        train, validation, test = pieces(corpus, grid)
        steps = sum(map(len, train + validation + test))
        figures[f"pieces, {grid}"] = [len(train), len(validation), len(test)]
        figures[f"steps, {grid}"] = steps
        figures[f"steps without a change, {grid}"] = share_unchanged(train + validation + test)
        for keys, transpositions in (("in their keys", (0,)), ("in all keys", ALL_KEYS)):
            bits, order = ngram_bits(train, validation, test, transpositions)
            figures[f"bits, {grid}, {keys}"] = round(float(bits), 3)
            figures[f"order, {grid}, {keys}"] = order
        for kind, count in faults(train + validation + test).items():
            figures[f"{kind} per 100 steps, {grid}"] = round(100 * count / steps, 3)
    rolls = pieces(corpus, "piano_roll")
    for name, nats in frame_rivals(rolls[0], rolls[2]).items():
        figures[f"nats, {name}"] = round(nats, 3)
    return figures


def share_unchanged(voices):
    """The share of steps, beyond the first of a piece, at which no voice moves."""
    still = np.concatenate([(piece[1:] == piece[:-1]).all(axis=1) for piece in voices])
    return round(float(still.mean()), 3)


def table(results):
    """The results as a markdown table under a sentence that says how they were made."""
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    lines = [
        f"Measured on {results['date']}, {results['hardware']}, {versions}.",
        "",
        "| | course_chorales | jsb_chorales |",
        "| --- | --- | --- |",
    ]
    ours, bach = (results["corpora"][name] for name in CORPORA)
    for name, figure in ours.items():
        lines.append(f"| {name} | {shown(figure)} | {shown(bach[name])} |")
    return "\n".join(lines)


def shown(figure):
    """A figure of the table as text."""
    return " / ".join(map(str, figure)) if isinstance(figure, list) else f"{figure}"


def main():
    folder = resource("data") / "chorales"
    results = circumstances() | {"corpora": {name: measure(name) for name in CORPORA}}
    datasheet = (folder / "README.md").read_text(encoding="utf-8")
    before, rest = datasheet.split(MARKS[0])
    write_text(folder / "bounds.json", json.dumps(results, indent=1) + "\n")
    write_text(folder / "README.md", f"{before}{MARKS[0]}\n{table(results)}\n{MARKS[1]}{rest.split(MARKS[1])[1]}")


if __name__ == "__main__":
    main()
