"""Write the embedded corpus of scenes, with captions, questions and dialogs.

    python data/scenes/generate.py            rewrite the four files
    python data/scenes/generate.py --check    say whether they hold what this script would write

The scenes and the sentences are drawn by `course_utils.scenes`, which the course must be installed for; the drawing is
done with the standard library's `random` and arithmetic without rounding that differs between machines. The same seed
gives the same text on every machine and every Python from 3.11 on.
"""

import argparse
import gzip
import random
import sys
from pathlib import Path

from course_utils.scenes import HELD_OUT_PAIRS, draw_captions, draw_dialog, write, write_scene
from course_utils.scenes.questions import all_questions, answers_to, draw_balanced, draw_biased, worded
from course_utils.scenes.world import draw_scene

FOLDER = Path(__file__).resolve().parent
SEED = 20261122
SPLITS = {"train": 6000, "validation": 500, "test": 1000, "test_pairs": 500}  # scenes
DIALOGS = {"train": 4000, "validation": 300, "test": 600}  # of the first scenes of each split
# How often each answer of a question is drawn, for 1,000 scenes: so many that kinds of questions are about as frequent.
QUOTAS = {"colour": 16, "shape": 16, "size": 20, "place": 4, "exist": 8} | {
    "nearest": 7,
    "farthest": 7,
    "same": 8,
    "count": 3,
    "relation": 2,
    "compare": 4,
}


def draw_all_scenes(dice):
    """[(split, scene)] of all splits; no two are alike in objects and places."""
    drawn, seen = [], set()
    for split, count in SPLITS.items():
        must_have = HELD_OUT_PAIRS if split == "test_pairs" else ()
        while count:
            scene = draw_scene(dice, must_have=must_have)
            alike = frozenset((item.size, item.colour, item.shape, item.place) for item in scene.objects)
            if alike not in seen:
                seen.add(alike)
                drawn.append((split, scene))
                count -= 1
    return drawn


def scene_lines(scenes):
    """Split and scene."""
    for split, scene in scenes:
        yield split, write_scene(scene)


def caption_lines(scenes):
    """Number of the scene and its five captions."""
    dice = random.Random(SEED + 1)
    for number, (_, scene) in enumerate(scenes):
        yield number, *(write(said) for said in draw_captions(scene, dice))


def question_lines(scenes):
    """Set, split, number of the scene, question and answer."""
    dice = random.Random(SEED + 2)
    questions = all_questions()
    for split, count in SPLITS.items():
        of_split = {number: scene for number, (own, scene) in enumerate(scenes) if own == split}
        found = answers_to(questions, of_split)
        quotas = {kind: max(1, round(quota * count / 1000)) for kind, quota in QUOTAS.items()}
        balanced = draw_balanced(found, quotas, dice)
        for line in worded(balanced, dice):
            yield "balanced", split, *line
        if split == "test":  # the same questions in the wording that is held out
            for line in worded(balanced, dice, held_out=True):
                yield "balanced", "test_templates", *line
        if split != "test_pairs":
            for line in worded(draw_biased(found, quotas, dice), dice):
                yield "biased", split, *line


def dialog_lines(scenes):
    """Number of the scene, opening, and each question and answer in turn."""
    dice = random.Random(SEED + 3)
    left = dict(DIALOGS)
    for number, (split, scene) in enumerate(scenes):
        if not left.get(split):
            continue
        try:
            opening, turns = draw_dialog(scene, dice)
        except ValueError:  # nothing in it can be brought up by one word
            continue
        left[split] -= 1
        yield number, opening, *(part for turn in turns for part in (turn.question, turn.answer))


def contents():
    """{file name: its whole text}."""
    scenes = draw_all_scenes(random.Random(SEED))
    lines = {
        "scenes.tsv": scene_lines(scenes),
        "captions.tsv.gz": caption_lines(scenes),
        "questions.tsv.gz": question_lines(scenes),
        "dialogs.tsv.gz": dialog_lines(scenes),
    }
    return {name: "".join("\t".join(map(str, line)) + "\n" for line in found) for name, found in lines.items()}


def read(path):
    """The text of a file, unpacked where it is packed; an empty one where there is no file."""
    if not path.is_file():
        return ""
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("ascii")


def main():
    parser = argparse.ArgumentParser(description="Write the scenes and what is said of them.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is out of step")
    check = parser.parse_args().check
    for name, text in contents().items():
        path = FOLDER / name
        if check:
            if read(path) != text:
                print(f"{name} does not hold what generate.py writes; run it without --check")
                return 1
            continue
        content = text.encode("ascii")
        path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
        print(f"{name}: {text.count(chr(10))} lines, {len(content)} bytes, {path.stat().st_size} in the file")
    print("scenes, captions, questions and dialogs are what generate.py writes" if check else "written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
