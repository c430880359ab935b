"""Write lines.jsonl.gz, the embedded corpus of handwriting, from the stroke font and phrases written for this course.

    python data/handwriting/generate.py            rewrite lines.jsonl.gz
    python data/handwriting/generate.py --check    say whether lines.jsonl.gz holds what this script would write

Standard library only; arithmetic beyond + - * / and the square root is avoided, so that the same font and phrases give
the same bytes on every machine and every Python from 3.11 on.

A writer is a way of drawing the font: slant, size, spacing, roundness, variants of letters, joins, an unsteady hand and
a pen. A line is a text drawn by a writer, as the path of a pen in the path notation of SVG, in eighths of a pixel,
y downwards, relative: "m24 80l3-5 4-2m..." moves the pen through the air (m) and over the paper (l).
"""

import argparse
import gzip
import json
import math
import random
import re
import sys
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
LINES_PATH = FOLDER / "lines.jsonl.gz"
SEED = 20261121

HEIGHT, MARGIN = 32, 2  # of an image, in pixels
UNITS_PER_PIXEL = 8
LONGEST_STEP, TOLERANCE = 8.0, 0.25  # of a path, in pixels: between two points, and off the curve
SPLITS = {  # writers and lines
    "train": (range(0, 100), 3000),
    "validation": (range(100, 110), 300),
    "test": (range(110, 126), 400),
}
NUMBER_SHARE, PHRASE_SHARE = 0.2, 0.08
SHORTEST, LONGEST = 5, 32  # characters of a text
LONG, LONG_SHARE = 17, 0.35  # of the texts drawn that are longer than 17 characters, as many are kept
ALPHABET = " abcdefghijklmnopqrstuvwxyz0123456789.,'?-"
WORD_SPACE = 30


def read_font():
    """({glyph name: its strokes}, {style: its glyph names}).

    A stroke is a dictionary: points [(x, y)], corners {point numbers}, lead (how many points are drawn only where a
    join arrives), tail (the number of points before the tail) and joins (whether the pen may go on from its end).
    """
    font = tomllib.loads((FOLDER / "strokes.toml").read_text(encoding="utf-8"))
    return {name: read_strokes(drawing) for name, drawing in font["glyphs"].items()}, font["styles"]


def read_strokes(drawing):
    """The strokes of one glyph, as `read_font` gives them, from its drawing in the font's notation."""
    strokes = []
    for stroke in drawing.split("|"):
        points, corners, lead, tail = [], set(), 0, None
        for token in stroke.replace(">", "").split():
            if token == "~":
                tail = len(points)
                continue
            if token == "^":
                lead = len(points)
                continue
            if token.endswith("!"):
                corners.add(len(points))
            x, y = token.rstrip("!").split(",")
            points.append((float(x), float(y)))
        strokes.append({"points": points, "corners": corners, "lead": lead, "tail": tail, "joins": ">" in stroke})
    return strokes


# ------------------------------------------------------------ texts


class Texts:
    """Draws texts from the bank, none of them twice."""

    def __init__(self, rng):
        self.bank = tomllib.loads((FOLDER / "bank.toml").read_text(encoding="utf-8"))
        self.rng = rng
        self.seen = set(self.bank["demonstration"])
        self.phrases = list(self.bank["phrases"])
        rng.shuffle(self.phrases)

    def fill(self, match):
        """The word or number for one {slot}."""
        slot, rng = match[1], self.rng
        if digits := re.fullmatch(r"n(\d)", slot):
            return str(rng.randrange(10 ** (int(digits[1]) - 1), 10 ** int(digits[1])))
        if slot in ("hour", "day", "year"):
            return str(rng.randint(*{"hour": (1, 23), "day": (1, 31), "year": (1702, 2049)}[slot]))
        return rng.choice(self.bank["words"][slot])

    def draw(self):
        """A text of 5 to 32 characters that has not been drawn before."""
        while True:
            toss = self.rng.random()
            if toss < PHRASE_SHARE and self.phrases:
                text = self.phrases.pop()
            else:
                frames = self.bank["number_frames" if toss > 1 - NUMBER_SHARE else "frames"]
                text = re.sub(r"\{(\w+)\}", self.fill, self.rng.choice(frames))
            text = re.sub(r"\ba (?=[aeiou])", "an ", text)
            if len(text) > LONG and self.rng.random() > LONG_SHARE:
                continue
            if SHORTEST <= len(text) <= LONGEST and text not in self.seen:
                if set(text) - set(ALPHABET):
                    raise ValueError(f"{text!r} has a character that the font lacks")
                self.seen.add(text)
                return text


# ------------------------------------------------------------ writers


def bell(rng):
    """A number around 0 with standard deviation 1, never beyond 3: the sum of three uniform ones."""
    return (rng.uniform(-1, 1) + rng.uniform(-1, 1)) + rng.uniform(-1, 1)


def new_writer(number, glyphs, styles):
    """Everything that stays the same from line to line of one writer."""
    rng = random.Random(f"{SEED} writer {number}")
    joined = number % 3 != 0  # two writers in three join some letters
    chances = {
        "join": joined,
        "ascender_loops": joined and rng.random() < 0.5,
        "descender_loops": rng.random() < (0.6 if joined else 0.15),
        "long_f": joined and rng.random() < 0.25,
        "joined_s": joined and rng.random() < 0.25,
        "plain": not joined and rng.random() < 0.6,
        "round_x": rng.random() < 0.4,
        "barred_z": rng.random() < 0.3,
        "barred_seven": rng.random() < 0.4,
        "one_stroke_five": rng.random() < 0.5,
        "round_nine": rng.random() < 0.5,
    }
    variants = {name.split(".")[0]: name for style in styles if chances[style] for name in styles[style]}
    shape = rng.uniform(0.4, 1.7)  # how far the writer's letters are from the font's, in its units
    return {
        "variants": variants,
        "tails": joined or rng.random() < 0.4,
        "joins": rng.uniform(0.6, 1.0) if joined else 0.0,
        "slant": rng.uniform(-0.1, 0.38),
        "width": rng.uniform(1.0, 1.28),
        "x_height": rng.uniform(0.86, 1.16),
        "scale": rng.uniform(0.172, 0.2),
        "spacing": rng.uniform(13, 21) if joined else rng.uniform(11, 18),
        "word_space": rng.uniform(1.1, 1.6),
        "roundness": rng.uniform(0.75, 1.1),
        "tremor": rng.uniform(0.3, 1.1),
        "bounce": rng.uniform(0.3, 1.6),
        "drift": rng.uniform(0.2, 1.0),
        "pen": round(rng.uniform(1.3, 2.2) * UNITS_PER_PIXEL),
        "shapes": {
            name: [[(shape * bell(rng), shape * bell(rng)) for _ in stroke["points"]] for stroke in strokes]
            for name, strokes in glyphs.items()
        },
    }


def draw_glyph(name, glyphs, writer, rng):
    """The strokes of one letter as this writer draws it this time, from x = 0: [(points, corners, lead, joins)]."""
    size, lean = 1 + 0.035 * bell(rng), 0.02 * bell(rng)
    lift = writer["bounce"] * bell(rng)
    strokes = []
    for stroke, shape in zip(glyphs[name], writer["shapes"][name], strict=True):
        keep = len(stroke["points"]) if writer["tails"] or stroke["tail"] is None else stroke["tail"]
        points = []
        for (x, y), (dx, dy) in zip(stroke["points"][:keep], shape[:keep], strict=True):
            x, y = x + dx + writer["tremor"] * bell(rng), y + dy + writer["tremor"] * bell(rng)
            x, y = x * size * writer["width"], y * size
            y = y * writer["x_height"] if 0 < y < 50 else y + 50 * (writer["x_height"] - 1) if y >= 50 else y
            points.append((x + (writer["slant"] + lean) * y, y + lift))
        strokes.append((points, stroke["corners"], stroke["lead"], stroke["joins"] and writer["tails"]))
    return strokes


def draw_line(text, glyphs, writer, rng):
    """The strokes of a text in the font's units, y upwards: [(points, corners)]."""
    strokes, x, hangs = [], 0.0, False  # hangs: the pen is still on the paper, at the end of the stroke before
    for character in text:
        if character == " ":
            x, hangs = x + WORD_SPACE * writer["word_space"] * (1 + 0.1 * bell(rng)), False
            continue
        name = writer["variants"].get(character, character)
        drawn = draw_glyph(name, glyphs, writer, rng)
        for number, (points, corners, lead, joins) in enumerate(drawn):
            points = [(x + px, py) for px, py in points]
            if number == 0 and hangs and character.isalpha() and rng.random() < writer["joins"]:
                before, before_corners = strokes[-1]
                strokes[-1] = (before + points, before_corners | {len(before) + corner for corner in corners})
            else:
                strokes.append((points[lead:], {corner - lead for corner in corners}))
            hangs = joins and number == len(drawn) - 1
        edge = x
        for points, *_ in drawn:
            for px, py in points:
                edge = max(edge, x + px - writer["slant"] * py)  # the right edge of the letter, were it upright
        x = edge + writer["spacing"] * (1 + 0.15 * bell(rng))
    return strokes


# ------------------------------------------------------------ from curves to a path


def length(x, y):
    return math.sqrt(x * x + y * y)


def free_end(x, y, slope):
    """The slope at the free end of a piece of curve along (x, y) whose other end has `slope`: bent half as much."""
    return (3 * x - slope[0]) / 2, (3 * y - slope[1]) / 2


def along_curve(points, corners, roundness):
    """Many points on the curve through `points`: Catmull and Rom's spline, broken at the corners."""
    out = [points[0]]
    for here in range(len(points) - 1):
        (x1, y1), (x2, y2) = points[here], points[here + 1]
        chord = length(x2 - x1, y2 - y1)

        def slope(at, chord=chord):
            if at in corners or at in (0, len(points) - 1):
                return None  # a free end
            (xa, ya), (xb, yb) = points[at - 1], points[at + 1]
            around = max(length(xb - xa, yb - ya), 1e-9)
            return roundness * chord * (xb - xa) / around, roundness * chord * (yb - ya) / around

        start, end = slope(here), slope(here + 1)
        if start is None and end is None:
            start = end = (x2 - x1, y2 - y1)
        start = start or free_end(x2 - x1, y2 - y1, end)
        end = end or free_end(x2 - x1, y2 - y1, start)
        (sx, sy), (ex, ey) = start, end
        for step in range(1, 7):
            t = step / 6
            a, b = (1 + 2 * t) * (1 - t) * (1 - t), t * (1 - t) * (1 - t)
            c, d = t * t * (3 - 2 * t), t * t * (t - 1)
            out.append((a * x1 + b * sx + c * x2 + d * ex, a * y1 + b * sy + c * y2 + d * ey))
    return out


def thin_out(points):
    """As few of the points as stay within TOLERANCE of all of them (Ramer, Douglas and Peucker)."""
    (x1, y1), (x2, y2) = points[0], points[-1]
    chord_x, chord_y = x2 - x1, y2 - y1
    squared = chord_x * chord_x + chord_y * chord_y
    furthest, most = 0, 0.0
    for number in range(1, len(points) - 1):
        x, y = points[number][0] - x1, points[number][1] - y1
        along = x * chord_x + y * chord_y
        if along <= 0:
            away = x * x + y * y
        elif along >= squared:
            away = (x - chord_x) * (x - chord_x) + (y - chord_y) * (y - chord_y)
        else:
            across = x * chord_y - y * chord_x
            away = across * across / squared
        if away > most:
            furthest, most = number, away
    if most <= TOLERANCE * TOLERANCE:
        return [points[0], points[-1]]
    return thin_out(points[: furthest + 1])[:-1] + thin_out(points[furthest:])


def with_steps(points):
    """The same path without steps above LONGEST_STEP."""
    out = [points[0]]
    for x2, y2 in points[1:]:
        x1, y1 = out[-1]
        parts = math.ceil(length(x2 - x1, y2 - y1) / LONGEST_STEP) or 1
        out += [(x1 + (x2 - x1) * part / parts, y1 + (y2 - y1) * part / parts) for part in range(1, parts + 1)]
    return out


def to_pixels(strokes, writer, rng):
    """(strokes in pixels of the image, y downwards; the width of the image)."""
    scale, slope = writer["scale"], 0.006 * writer["drift"] * bell(rng)
    base = HEIGHT * 0.69 + 0.8 * writer["drift"] * bell(rng)
    drawn = [[(x * scale, -y * scale - slope * x * scale) for x, y in stroke] for stroke in strokes]
    top, bottom = min(y for s in drawn for _, y in s), max(y for s in drawn for _, y in s)
    least, most = MARGIN, HEIGHT - MARGIN
    shrink = min(1.0, (most - least) / (bottom - top))
    base = min(max(base, least - top * shrink), most - bottom * shrink)
    left = min(x for s in drawn for x, _ in s) * shrink
    drawn = [[(x * shrink - left + 2 * MARGIN, base + y * shrink) for x, y in stroke] for stroke in drawn]
    return drawn, math.ceil(max(x for s in drawn for x, _ in s)) + 2 * MARGIN


def to_path(strokes):
    """The path in the notation of SVG, in whole units of 1/8 pixel, relative."""
    text, x, y = "", 0, 0
    for stroke in strokes:
        command = "m"
        for px, py in stroke:
            nx, ny = math.floor(px * UNITS_PER_PIXEL + 0.5), math.floor(py * UNITS_PER_PIXEL + 0.5)
            if (nx, ny) == (x, y) and not command:
                continue
            step = f"{nx - x}{'' if ny < y else ' '}{ny - y}"
            text += (command or ("" if nx < x else " ")) + step
            command = "l" if command == "m" else ""
            x, y = nx, ny
    return text


def write_line(text, number, writer, glyphs, rng):
    """One line of the corpus."""
    curves = [
        along_curve(points, corners, writer["roundness"]) for points, corners in draw_line(text, glyphs, writer, rng)
    ]
    strokes, width = to_pixels(curves, writer, rng)
    path = to_path([with_steps(thin_out(stroke)) for stroke in strokes])
    return {"text": text, "writer": number, "pen": writer["pen"], "width": width, "path": path}


def make_corpus():
    """The lines of the corpus as text."""
    glyphs, styles = read_font()
    rng = random.Random(SEED)
    texts, rows = Texts(rng), []
    everyone = {number: new_writer(number, glyphs, styles) for numbers, _ in SPLITS.values() for number in numbers}
    for split in ("test", "validation", "train"):  # the ready-made phrases are spread over all three
        numbers, count = SPLITS[split]
        for place in range(count):
            number = numbers[place % len(numbers)]
            rows.append({"split": split} | write_line(texts.draw(), number, everyone[number], glyphs, rng))
    for place, text in enumerate(texts.bank["demonstration"]):
        for number in SPLITS["test"][0][place % 2 :: 2]:
            rows.append({"split": "demonstration"} | write_line(text, number, everyone[number], glyphs, rng))
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)


def main():
    parser = argparse.ArgumentParser(description="Write lines.jsonl.gz, the embedded corpus of handwriting.")
    parser.add_argument("--check", action="store_true", help="only say whether lines.jsonl.gz holds in step")
    corpus = make_corpus()
    if parser.parse_args().check:
        if not LINES_PATH.exists() or gzip.decompress(LINES_PATH.read_bytes()) != corpus.encode("ascii"):
            sys.exit(f"{LINES_PATH.name} is not what the font, the bank and the script make; run {Path(__file__).name}")
        print(f"{LINES_PATH.name} is in step")
        return
    packed = gzip.compress(corpus.encode("ascii"), mtime=0)  # the same bytes whenever it is written
    LINES_PATH.write_bytes(packed)
    print(f"{corpus.count(chr(10))} lines, {len(corpus) / 1e6:.2f} MB, {len(packed) / 1e6:.2f} MB packed")


if __name__ == "__main__":
    main()
