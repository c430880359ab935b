"""Check the speeches in texts/ against the rules of the datasheet, and renew its table of sizes.

    python data/speeches/check.py                 check, and write the table into README.md
    python data/speeches/check.py --check         exit 1 if a rule is broken or the table is out of step
    python data/speeches/check.py --beside FILE   how far xz packs them, beside another text (.txt, or .zip of some)

Standard library only. The speeches themselves were written, not generated: the files in texts/ are the source.
"""

import argparse
import lzma
import re
import sys
import zipfile
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
MARKS = ("<!-- sizes: begin -->", "<!-- sizes: end -->")
ALLOWED = re.compile(r"[A-Za-z \n.,?!'\-:;]|\[applause\]")
WORD = re.compile(r"[a-z']+(?:-[a-z']+)*")  # "go-between" is one word
SPLIT_OF = {7: "validation", 17: "validation", 27: "validation", 8: "test", 18: "test", 28: "test"}
EACH = 36  # speeches of a speaker
SKELETON_WORDS, SKELETON_TIMES = 5, 3  # a sentence of so many words or more; how often its skeleton may occur
FUNCTION_WORDS = frozenset(
    word
    for line in (
        "a all am an and any are as at be been but by can could did do does for from had has have he her here",
        "him his how i if in is it its may me might must my no nor not of on or our shall she should so some",
        "than that the their them then there these they this those to us was we were what when where which",
        "who why will with would you your",
    )
    for word in line.split()
)


def speeches():
    """{(speaker, number, topic): text} of the files in texts/, sorted."""
    found = {}
    for path in sorted((FOLDER / "texts").glob("*.txt")):
        speaker, number, topic = path.stem.split("_")
        found[speaker, int(number), topic] = path.read_text(encoding="utf-8")
    return found


def sentences(text):
    """The sentences of a speech, lower-cased, without [applause]."""
    pieces = re.split(r"[.?!\n]+", text.replace("[applause]", " ").lower())
    return [" ".join(WORD.findall(piece)) for piece in pieces if re.search("[a-z]", piece)]


def skeleton(sentence):
    """A sentence with its content words blanked; None where it is short."""
    words = sentence.split()
    if len(words) < SKELETON_WORDS:
        return None
    return " ".join(word if word in FUNCTION_WORDS else "_" for word in words)


def problems(found):
    """One line for each rule that a speech breaks."""
    said = Counter(sentence for text in found.values() for sentence in sentences(text))
    for sentence, count in said.items():
        if count > 1:
            yield f"said {count} times: {sentence}"
    skeletons = Counter(skeleton(sentence) for sentence in said)
    for bones, count in skeletons.items():
        if bones and count > SKELETON_TIMES:
            yield f"{count} sentences of one skeleton: {bones}"
    for (speaker, number, topic), text in found.items():
        name = f"{speaker}_{number:02d}_{topic}"
        if rest := ALLOWED.sub("", text):
            yield f"{name}: not allowed: {sorted(set(rest))}"
        if not 3400 <= len(text) <= 5400:
            yield f"{name}: {len(text)} characters"
        if "[applause]" not in text:
            yield f"{name}: no [applause]"
    for speaker in {speaker for speaker, _, _ in found}:
        own = [(number, topic) for who, number, topic in found if who == speaker]
        if [number for number, _ in own] != list(range(1, EACH + 1)):
            yield f"{speaker} should have speeches 01 to {EACH}"
        for topic, count in Counter(topic for _, topic in own).items():
            if count > 1:
                yield f"{speaker} speaks of {topic} {count} times"


def table(found):
    """The sizes as a markdown table."""
    lines = ["| speaker | validation | test | characters | [applause] |", "|---|---|---|---|---|"]
    for speaker in sorted({speaker for speaker, _, _ in found}):
        own = {number: (topic, text) for (who, number, topic), text in found.items() if who == speaker}
        held_out = {
            split: ", ".join(own[number][0] for number in sorted(own) if SPLIT_OF.get(number) == split)
            for split in ("validation", "test")
        }
        size = sum(len(text) for _, text in own.values())
        claps = sum(text.count("[applause]") for _, text in own.values())
        lines.append(f"| {speaker} | {held_out['validation']} | {held_out['test']} | {size:,} | {claps} |")
    texts = list(found.values())
    words = {word for text in texts for sentence in sentences(text) for word in sentence.split()}
    count = sum(len(sentences(text)) for text in texts)
    training = sum(number not in SPLIT_OF for _, number, _ in found)
    lines += ["", f"{len(texts)} speeches, {training} of them for training; {sum(map(len, texts)):,} characters, "]
    lines[-1] += f"{count:,} sentences, {len(words):,} distinct words."
    return "\n".join(lines)


def packed_bits(text):
    """Bits per character of a text packed by xz."""
    return 8 * len(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)) / len(text)


def beside(path):
    """How far xz packs the speeches, and as much of another text: its beginning, its middle and its end."""
    ours = "\n\n".join(speeches().values())
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.endswith(".txt"))
            other = "\n\n".join(archive.read(name).decode("latin-1") for name in names)
    else:
        other = Path(path).read_text(encoding="utf-8")
    print(f"course_speeches: {packed_bits(ours):.3f} bits a character")
    spare = max(len(other) - len(ours), 0)
    for name, start in {"beginning": 0, "middle": spare // 2, "end": spare}.items():
        print(f"{path}, {name}: {packed_bits(other[start : start + len(ours)]):.3f} bits a character")


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--beside", metavar="FILE", help="another text, to pack both by xz")
    options = parser.parse_args()
    if options.beside:
        beside(options.beside)
        return
    found = speeches()
    broken = list(problems(found))
    print("\n".join(broken) or f"{len(found)} speeches keep the rules")
    if broken:
        sys.exit(1)
    datasheet = FOLDER / "README.md"
    text = datasheet.read_text(encoding="utf-8")
    before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
    renewed = f"{before}{MARKS[0]}\n{table(found)}\n{MARKS[1]}{after}"
    if renewed == text:
        return
    if options.check:
        sys.exit("the table in README.md is out of step; run this script without --check")
    temporary = datasheet.with_name("README.md.new")
    temporary.write_text(renewed, encoding="utf-8")
    temporary.replace(datasheet)
    print("README.md: table renewed")


if __name__ == "__main__":
    main()
