"""Check the speeches in texts/ against the rules of the datasheet, and renew its table of sizes.

    python data/speeches/check.py            check, and write the table into README.md
    python data/speeches/check.py --check    exit 1 if a rule is broken or the table is out of step

Standard library only. The speeches themselves were written, not generated: the files in texts/ are the source. Those in
more/, which wait for the second edition of the speech generator, keep the same rules.
"""

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
MARKS = ("<!-- sizes: begin -->", "<!-- sizes: end -->")
ALLOWED = re.compile(r"[A-Za-z \n.,?!'\-:;]|\[applause\]")
SPLIT_OF = {7: "validation", 8: "test"}


def speeches(folder):
    """{(speaker, number, topic): text} of the files in a folder, sorted."""
    found = {}
    for path in sorted((FOLDER / folder).glob("*.txt")):
        speaker, number, topic = path.stem.split("_")
        found[speaker, int(number), topic] = path.read_text(encoding="utf-8")
    return found


def sentences(text):
    """The sentences of a speech, lower-cased, without [applause]."""
    pieces = re.split(r"[.?!\n]+", text.replace("[applause]", " ").lower())
    return [" ".join(re.findall(r"[a-z']+", piece)) for piece in pieces if re.search("[a-z]", piece)]


def problems(found):
    """One line for each rule that a speech breaks."""
    said = Counter(sentence for text in found.values() for sentence in sentences(text))
    for sentence, count in said.items():
        if count > 1:
            yield f"said {count} times: {sentence}"
    for (speaker, number, topic), text in found.items():
        name = f"{speaker}_{number:02d}_{topic}"
        if rest := ALLOWED.sub("", text):
            yield f"{name}: not allowed: {sorted(set(rest))}"
        if not 3400 <= len(text) <= 5400:
            yield f"{name}: {len(text)} characters"
        if "[applause]" not in text:
            yield f"{name}: no [applause]"
    for speaker in {speaker for speaker, _, _ in found}:
        if [number for who, number, _ in found if who == speaker] != list(range(1, 37)):
            yield f"{speaker} should have speeches 01 to 36"


def table(found):
    """The sizes as a markdown table."""
    lines = [
        "| speaker | topics (training) | validation | test | characters | [applause] |",
        "|---|---|---|---|---|---|",
    ]
    for speaker in sorted({speaker for speaker, _, _ in found}):
        own = {number: (topic, text) for (who, number, topic), text in found.items() if who == speaker}
        training = ", ".join(topic for number, (topic, _) in own.items() if number not in SPLIT_OF)
        size = sum(len(text) for _, text in own.values())
        claps = sum(text.count("[applause]") for _, text in own.values())
        lines.append(f"| {speaker} | {training} | {own[7][0]} | {own[8][0]} | {size:,} | {claps} |")
    texts = list(found.values())
    words = {word for text in texts for sentence in sentences(text) for word in sentence.split()}
    count = sum(len(sentences(text)) for text in texts)
    lines += ["", f"{len(texts)} speeches, {sum(map(len, texts)):,} characters, {count:,} sentences, "]
    lines[-1] += f"{len(words):,} distinct words."
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    only_check = parser.parse_args().check
    found = speeches("texts")
    more = speeches("more")
    broken = list(problems(dict(sorted((found | more).items()))))
    print("\n".join(broken) or f"{len(found)} speeches and {len(more)} more keep the rules")
    if broken:
        sys.exit(1)
    datasheet = FOLDER / "README.md"
    text = datasheet.read_text(encoding="utf-8")
    before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
    renewed = f"{before}{MARKS[0]}\n{table(found)}\n{MARKS[1]}{after}"
    if renewed == text:
        return
    if only_check:
        sys.exit("the table in README.md is out of step; run this script without --check")
    temporary = datasheet.with_name("README.md.new")
    temporary.write_text(renewed, encoding="utf-8")
    temporary.replace(datasheet)
    print("README.md: table renewed")


if __name__ == "__main__":
    main()
