"""Compute what rivals without the picture, the question or the history can reach, and write it into the datasheet.

    python data/scenes/bounds.py            rewrite the table in README.md
    python data/scenes/bounds.py --check    say whether the table is what this script would write

Nothing is trained: each number is counted by a function of `course_utils.scenes`, whose docstring says what the rival
is told.
"""

import argparse
import collections
import gzip
import sys
from pathlib import Path

from course_utils import scenes

FOLDER = Path(__file__).resolve().parent
DATASHEET = FOLDER / "README.md"
BEGIN, END = "<!-- bounds: begin -->", "<!-- bounds: end -->"
DIALOGS, DRAWS = 100, 200  # dialogs that the history is taken from, and dialogs drawn about the scene of each


def rows_of(name):
    """The fields of each line of a packed file."""
    return [line.split("\t") for line in gzip.decompress((FOLDER / name).read_bytes()).decode("ascii").splitlines()]


def caption_bounds(found):
    """Rows of the table: what is measured, split, number."""
    captions = collections.defaultdict(list)
    for number, *texts in rows_of("captions.tsv.gz"):
        captions[found[int(number)][0]] += texts
    share, nats = scenes.blind_words(captions["test"])
    yield "captions, content words guessed right without the picture, at most", "test", share
    yield "captions, nats per content word without the picture, at least", "test", nats
    for split in ("test", "test_pairs"):
        facts = scenes.blind_facts([scene for own, scene in found if own == split])
        for kind, share in facts.items():
            yield f'captions of the kind "{kind}", facts right without the picture, at most', split, share


def question_bounds():
    """Rows of the table, as above."""
    asked = collections.defaultdict(list)
    for own, split, *line in rows_of("questions.tsv.gz"):
        relational = "relational" if scenes.is_relational(line[1]) else "non-relational"
        for kind in (relational, "all"):
            asked[own, split, kind].append(line)
    for own, split in (("balanced", "test"), ("balanced", "test_pairs"), ("biased", "test")):
        for kind in ("non-relational", "relational", "all"):
            numbers, texts, answers = zip(*asked[own, split, kind], strict=True)
            yield f"{own} questions, {kind}, without the picture, at most", split, scenes.question_only(texts, answers)
            if kind == "all":
                share = scenes.picture_only(numbers, answers)
                yield f"{own} questions, {kind}, without the question, at most", split, share


def dialog_bounds(found):
    """Rows of the table, as above."""
    dialogs = []
    for number, opening, *parts in rows_of("dialogs.tsv.gz"):
        split, scene = found[int(number)]
        if split == "test":
            dialogs.append((scene, scenes.interpret(scene, opening, parts[::2])))
    turns = [turn for _, turns in dialogs for turn in turns if turn.objects]
    share = scenes.question_only([turn.question for turn in turns], [turn.answer for turn in turns])
    yield "turns with a pronoun, accuracy without picture and history, at most", "test", share
    dialogs = dialogs[:DIALOGS]
    share = scenes.history_bound([scene for scene, _ in dialogs], DRAWS)
    yield "turns with a pronoun, accuracy without the history, at most", "test", share
    mrr = scenes.mrr_without_history(dialogs, DRAWS)
    yield "turns with a pronoun, MRR of the rival without the history", "test", mrr


def line_of(what, split, value):
    """A row of the table as text."""
    return f"| {what} | {split} | {value:.3f} |"


def table():
    """The table of the datasheet as text."""
    lines = [line.split("\t") for line in (FOLDER / "scenes.tsv").read_text(encoding="ascii").splitlines()]
    found = [(split, scenes.read_scene(text)) for split, text in lines]
    rows = [*caption_bounds(found), *question_bounds(), *dialog_bounds(found)]
    lines = ["| what | split | bound |", "| --- | --- | --- |"]
    return "\n".join(lines + [line_of(*row) for row in rows])


def main():
    parser = argparse.ArgumentParser(description="Write the bounds of rivals into README.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the table is out of step")
    check = parser.parse_args().check
    text = DATASHEET.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    new = f"{before}{BEGIN}\n{table()}\n{END}{after}"
    if check:
        print("the bounds are what bounds.py computes" if new == text else "the bounds are out of step; run bounds.py")
        return int(new != text)
    DATASHEET.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
