"""A reader for the hands of other people: lesson 5b's reader of images, wider, trained on many sorts of handwriting.

    COURSE_ARCHIVES=FOLDER TFDS_DATA_DIR=FOLDER python -m course_utils.experiments.other_hands

trains the lesson's network, with its loss, on lines that are drawn anew in every round: the corpus's training lines and
lines by far wider synthetic writers (`course_utils.ink.hands`), lines set from real capitals and digits
(binary_alpha_digits, the A-Z collection, MNIST, scikit-learn's digits) and from handwritten fonts, all of them
distorted. A capital is read as its letter: there are no capitals in what the reader says. What the reader is tested on
takes no part in the training or in any choice:

- of binary_alpha_digits the examples 32 to 38 of each class (27 to 31 validate); the prepared corpus is shuffled, and
  the order of its file is found again by the keys. Who wrote which is not known;
- of the A-Z collection the last 15 % of each letter in the order of its file (the 10 % before them validate);
- of MNIST its test images (the last 1,000 training images validate);
- the writers of three fonts (three others validate): they stand for people's small letters, of which no other images
  are at hand; two cursive fonts, whose letters are joined, show what cannot be read.

FOLDER holds the A-Z file (as `real_letters` wants it) and the fonts, one woff file each, of the npm packages
@fontsource/NAME for the NAMEs below (OFL 1.1, two Apache 2.0). Interrupted, it goes on from build/other_hands. Writes
results/other_hands.json and, in half precision, results/other_hands.npz.
"""

import argparse
import itertools
import json
import os
import random
import time
from pathlib import Path

import jiwer
import keras
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from course_utils import trained_weights
from course_utils.ctc import label_codes, label_texts, masked_batches
from course_utils.datasets import load
from course_utils.experiments.real_letters import FILE, capitals
from course_utils.experiments.result_file import write_result, write_weights
from course_utils.ink import compose_lines, digit_images, stretched
from course_utils.ink.hands import wide_writer, written
from course_utils.ink.lines import HEIGHT, only, resized, without_margins
from course_utils.ink.setting import Type, distorted, set_line
from course_utils.paths import REPOSITORY
from course_utils.references import exports

SEED, ROUNDS, LINES, RATE, BATCH = 0, 30, 6000, 4e-3, 16
WARM, FALLING = 400, 0.35  # steps in which the rate rises; the share of all steps, the last ones, in which it falls
SIZE = {"channels": (24, 48, 64), "units": 96, "dropout": 0.1}
SHARES = {"corpus": 0.2, "wide hands": 0.2, "fonts": 0.3, "real capitals": 0.18, "real digits": 0.12}
LATER, LATE = {"corpus": 0.1, "wide hands": 0.16, "fonts": 0.3, "real capitals": 0.22, "real digits": 0.22}, 8
WRITERS = 600  # synthetic ones to learn from
FACTORS = (0.6, 0.8, 1.0, 1.25, 1.6)  # of the width of test digits, as in the lesson
LETTERS, DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
FONTS = {
    "train": (
        "annie-use-your-telescope", "architects-daughter", "bad-script", "caveat", "covered-by-your-grace",
        "delicious-handrawn", "gaegu", "gloria-hallelujah", "handlee", "kalam", "mansalva", "nanum-pen-script",
        "neucha", "reenie-beanie", "shadows-into-light", "short-stack", "sue-ellen-francisco", "the-girl-next-door",
    ),
    "validation": ("schoolbell", "yomogi", "patrick-hand"),
    "test": ("gochi-hand", "indie-flower", "swanky-and-moo-moo"),
    "cursive": ("cedarville-cursive", "homemade-apple"),
}  # fmt: skip
FONT_SIZE = 44  # pixels


# ------------------------------------------------------------ what the lines are made of


def archive(name):
    """The path of a file under the folder that COURSE_ARCHIVES names. Raises SystemExit where it is not there."""
    path = next(Path(os.environ.get("COURSE_ARCHIVES", ".")).expanduser().rglob(name), None)
    if path is None:
        raise SystemExit(f"{name} is not under the folder that COURSE_ARCHIVES names")
    return path


def font(name):
    return ImageFont.truetype(str(archive(f"{name}-latin-400-normal.woff")), FONT_SIZE)


def font_type(name):
    """A Type of the characters of a font."""
    face, images = font(name), {}
    for character in LETTERS + LETTERS.upper() + DIGITS + ".,'?-":
        left, top, right, bottom = face.getbbox(character, anchor="ls")
        page = Image.new("L", (right - left + 2, bottom - top + 2))
        ImageDraw.Draw(page).text((1 - left, 1 - top), character, fill=255, font=face, anchor="ls")
        page = np.asarray(page)
        ink = np.flatnonzero((page > 40).any(axis=1))
        if len(ink):
            images[character] = [(without_margins(page), int(ink[-1]) - 1 + top)]
    return Type(images, float(np.mean([len(images[letter][0][0]) for letter in "EHTLN"])))


def font_line(name, text):
    """A text as a font sets it, joins and all: (32, width, 1) uint8, from its highest to its lowest ink."""
    face = font(name)
    left, top, right, bottom = face.getbbox(text)
    page = Image.new("L", (right - left + 4, bottom - top + 4))
    ImageDraw.Draw(page).text((2 - left, 2 - top), text, fill=255, font=face)
    image = without_margins(np.asarray(page))
    image = resized(image, (HEIGHT - 4) / len(image))
    above = (HEIGHT - len(image)) // 2
    return np.pad(image, ((above, HEIGHT - len(image) - above), (4, 4)))[:, :, None]


def az_letters():
    """{split: (images, capitals)} of the A-Z file, the splits by the order of the file within each letter."""
    images, codes = capitals(archive(FILE))
    found = {"train": [], "validation": [], "test": []}
    for code in range(26):
        rows = np.flatnonzero(codes == code)
        for split, part in zip(found, np.split(rows, [len(rows) * 75 // 100, len(rows) * 85 // 100]), strict=True):
            found[split] += part.tolist()
    return {
        split: (images[rows], np.array([LETTERS[codes[row]].upper() for row in rows])) for split, rows in found.items()
    }


def alpha_digits():
    """{split: (images, capitals and digits)} of binary_alpha_digits, by the number within the class in its file."""
    from tensorflow_datasets.core.hashing import Hasher

    rows = list(load("binary_alpha_digits", "train").as_numpy_iterator())
    hasher = Hasher("train")
    keys = sorted(((i, j) for i in range(36) for j in range(39)), key=lambda key: hasher.hash_key(f"{key[0]}_{key[1]}"))
    names, found = DIGITS + LETTERS.upper(), {"train": [], "validation": [], "test": []}
    for (label, number), row in zip(keys, rows, strict=True):
        if label != row["label"]:
            raise SystemExit("the examples of binary_alpha_digits do not stand in the order of their keys")
        split = "train" if number < 27 else "validation" if number < 32 else "test"
        found[split].append((row["image"][:, :, 0] * np.uint8(255), names[label]))
    return {split: tuple(map(np.array, zip(*pairs, strict=True))) for split, pairs in found.items()}


def mnist():
    parts = load("mnist", ["train[:-1000]", "train[-1000:]", "test"])
    found = {}
    for split, part in zip(("train", "validation", "test"), parts, strict=True):
        rows = list(part.as_numpy_iterator())
        found[split] = np.stack([row["image"][:, :, 0] for row in rows]), np.array([str(row["label"]) for row in rows])
    return found


def both(*parts):
    """Several types as one."""
    images = {}
    for part in parts:
        for character, rows in part.images.items():
            for image, below in rows:  # brought to one height
                image = np.asarray(Image.fromarray(image).resize(
                    (max(1, round(image.shape[1] * 22 / part.height)), max(1, round(len(image) * 22 / part.height))),
                    Image.Resampling.BILINEAR,
                ))  # fmt: skip
                images.setdefault(character, []).append((image, below * 22 / part.height))
    return Type(images, 22.0)


class Sources:
    """Everything that lines are made of, read once: of splits "train", "validation" and "test"."""

    def __init__(self):
        splits = ("train", "validation", "test")
        self.corpus = {
            split: [(row["image"], row["text"].decode()) for row in part.as_numpy_iterator()]
            for split, part in zip(splits, load("course_handwriting/pixels", list(splits)), strict=True)
        }
        self.texts = {split: [text for _, text in rows] for split, rows in self.corpus.items()}
        self.real = {"az_letters": az_letters(), "binary_alpha_digits": alpha_digits(), "mnist": mnist()}
        self.real["digits"] = {split: digit_images(split) for split in ("train", "test")}
        self.fonts = {split: [font_type(name) for name in names] for split, names in FONTS.items()}
        self.types = {name: Type.of_boxed(*splits["train"]) for name, splits in self.real.items()}
        letters, alpha, digits = (self.types[name] for name in ("az_letters", "binary_alpha_digits", "mnist"))
        self.capital_types = [both(letters, digits), alpha, both(letters, alpha, digits, self.types["digits"])]
        self.digit_types = [digits, digits, self.types["digits"], both(digits, self.types["digits"], alpha)]
        self.other = []
        for row in load("course_reviews", "train").as_numpy_iterator():
            self.other += only(row["text"].decode().lower(), LETTERS + DIGITS + " ,.'?-").split()

    def text(self, rng):
        """A text for a line: of the corpus, words of reviews, or letters and digits at random."""
        kind = rng.random()
        if kind < 0.45:
            return self.texts["train"][rng.integers(len(self.texts["train"]))]
        if kind < 0.7:
            return " ".join(self.other[n] for n in rng.integers(len(self.other), size=rng.integers(1, 5)))[:28].strip()
        words = []
        for _ in range(rng.integers(1, 4)):
            choices = (LETTERS, LETTERS, LETTERS + DIGITS, DIGITS)[rng.integers(4)]
            words.append("".join(rng.choice(list(choices), size=rng.integers(1, 8))))
        return " ".join(words)

    def cased(self, text, rng):
        """A text in small letters, with capitals where words begin, or in capitals."""
        return (str, str, str, str.title, str.upper)[rng.integers(5)](text)

    def line(self, kind, rng, hardest=1.0):
        """(A line (32, width, 1) uint8, what it says) of one of the kinds in SHARES, to train with."""
        if kind == "corpus":
            image, said = self.corpus["train"][rng.integers(len(self.corpus["train"]))]
        elif kind == "wide hands":
            said = self.text(rng)
            writer = wide_writer(f"train {rng.integers(WRITERS)}")
            image = written(self.cased(said, rng), writer, random.Random(int(rng.integers(2**40))))
        elif kind == "fonts":
            said, letters = self.text(rng), self.fonts["train"][rng.integers(len(self.fonts["train"]))]
            layout = "base line" if set(said) & set(".,'-") else None
            image = set_line(letters, self.cased(said, rng), rng, layout)
        elif kind == "real capitals":
            letters = self.capital_types[rng.integers(3)]
            said = only(self.text(rng), LETTERS + DIGITS + " ") or "a"
            image = set_line(letters, said.upper(), rng)
        else:
            letters = self.digit_types[rng.integers(4)]
            said = "".join(rng.choice(list(DIGITS), size=rng.integers(3, 9)))
            image = set_line(letters, said, rng)
            image = stretched(image, np.exp(rng.uniform(np.log(0.6), np.log(1.6))))
        return distorted(image, rng, rng.uniform(0.1, hardest)), said

    def lines(self, count, seed, shares, hardest=1.0):
        """(Lines, texts) to train with, distorted by up to `hardest`; a line too narrow for its text is left out."""
        rng, found = np.random.default_rng(seed), []
        while len(found) < count:
            image, said = self.line(str(rng.choice(list(shares), p=list(shares.values()))), rng, hardest)
            needed = len(said) + sum(a == b for a, b in itertools.pairwise(said))
            if 4 * (needed + 1) <= image.shape[1] <= 480:
                found.append((image, said))
        return [image for image, _ in found], [said for _, said in found]


def tests(sources, split, count):
    """{name: (lines, texts)} of a split, "validation" or "test", `count` lines of each kind at most."""
    rng = np.random.default_rng([SEED, len(split)])
    words = [left for text in sources.texts[split] if len(left := only(text, LETTERS + " ")) > 4]
    mixed = [left for text in sources.texts[split] if len(left := only(text, LETTERS + DIGITS + " ")) > 4]
    many = (words * 9)[:count]
    found = {"course_handwriting": tuple(map(list, zip(*sources.corpus[split][:count], strict=True)))}
    plain = (sources.texts[split] * 9)[:count]
    found["wide synthetic writers"] = (
        [written(text, wide_writer(f"{split} {n}"), random.Random(f"{split} {n}")) for n, text in enumerate(plain)],
        plain,
    )
    for name in ("az_letters", "binary_alpha_digits"):
        images, characters = sources.real[name][split]
        texts = many if name == "az_letters" else (mixed * 9)[:count]
        found[f"{name}, composed"] = compose_lines(images, characters, [text.upper() for text in texts], rng), texts
    for layout in ("base line", "middle"):
        types = sources.fonts[split]
        texts = plain if layout == "base line" else many
        lines = [set_line(types[n % len(types)], text, rng, layout) for n, text in enumerate(texts)]
        found[f"small letters of fonts, {layout}"] = lines, texts
    name = "mnist"
    texts = ["".join(rng.choice(list(DIGITS), size=rng.integers(3, 9))) for _ in range(count)]
    lines = compose_lines(*sources.real[name][split], texts, rng)
    for factor in FACTORS:
        found[f"{name}, {factor:g} times as wide"] = [stretched(line, factor) for line in lines], texts
    if split == "test":
        lines = compose_lines(*sources.real["digits"]["test"], texts, rng)
        for factor in FACTORS:
            found[f"digits, {factor:g} times as wide"] = [stretched(line, factor) for line in lines], texts
        found["cursive, joined letters"] = (
            [font_line(FONTS["cursive"][n % 2], text) for n, text in enumerate(many)],
            many,
        )
    return found


# ------------------------------------------------------------ training


def new_reader(lesson):
    keras.utils.set_random_seed(SEED)
    return lesson.image_reader(len(lesson.ALPHABET) + 1, **SIZE)


def state_of(reader):
    return [np.asarray(variable) for variable in [*reader.variables, *reader.optimizer.variables]]


def train(lesson, sources, rounds=ROUNDS, lines=LINES, folder=None, watch=None):
    """(The reader after so many rounds, its loss in each of them, seconds).

    folder: where its state is kept after each round, and from where it goes on. watch: called with reader and round.
    """
    reader, losses, seconds = new_reader(lesson), [], 0.0
    steps = lines // BATCH
    reader.compile(keras.optimizers.Adam(RATE, clipnorm=1.0), jit_compile=False)
    reader.optimizer.build(reader.trainable_variables)
    kept = folder / f"{lines}.npz" if folder else None
    if kept and kept.is_file():
        with np.load(kept) as file:
            for n, variable in enumerate([*reader.variables, *reader.optimizer.variables]):
                variable.assign(file[f"arr_{n}"])
            losses, seconds = json.loads(str(file["losses"])), float(file["seconds"])
    for number in range(len(losses), rounds):
        begun = time.process_time()
        shares = SHARES if number < LATE else LATER
        images, texts = sources.lines(lines, [SEED, 1, number], shares, hardest=min(1.0, 0.4 + number / 10))
        batches = masked_batches(lesson.columns_of(images), label_codes(texts, lesson.ALPHABET), BATCH, seed=number)

        def set_rate(step, logs=None, first=number * steps):
            reader.optimizer.learning_rate = RATE * share_of_rate(first + step, rounds * steps)

        rising_and_falling = keras.callbacks.LambdaCallback(on_train_batch_begin=set_rate)
        history = reader.fit(batches, steps_per_epoch=steps, epochs=1, verbose=0, callbacks=[rising_and_falling])
        losses += history.history["loss"]
        seconds += time.process_time() - begun
        print(f"round {number + 1}: loss {losses[-1]:.2f}, {seconds / 60:.1f} minutes", flush=True)
        if kept:
            folder.mkdir(parents=True, exist_ok=True)
            temporary = kept.with_name("unfinished.npz")
            np.savez(temporary, *state_of(reader), losses=json.dumps(losses), seconds=seconds)
            os.replace(temporary, kept)
        if watch:
            watch(reader, number + 1)
    return reader, losses, seconds


def share_of_rate(step, steps):
    """The learning rate of a step as a share of the highest: it rises over WARM steps, stays, and falls at the end."""
    return min(1.0, (step + 1) / WARM, max(0.01, (steps - step) / (FALLING * steps)))


# ------------------------------------------------------------ measuring


def transcripts(lesson, reader, lines):
    return label_texts(lesson.best_path(*lesson.logits_of(reader, lesson.columns_of(lines))), lesson.ALPHABET)


def character_errors(texts, found):
    """(Edits of each line, its characters), (n,) each."""
    edits = [round(jiwer.cer(text, read) * len(text)) for text, read in zip(texts, found, strict=True)]
    return np.array(edits), np.array([len(text) for text in texts])


def with_interval(texts, found, draws=2000):
    """[CER, low, high]: the rate, and its 95 % interval by a bootstrap of the lines."""
    edits, lengths = character_errors(texts, found)
    chosen = np.random.default_rng(SEED).integers(len(edits), size=(draws, len(edits)))
    rates = edits[chosen].sum(axis=1) / lengths[chosen].sum(axis=1)
    return [round(float(x), 4) for x in (edits.sum() / lengths.sum(), *np.quantile(rates, (0.025, 0.975)))]


def measured(lesson, reader, parts):
    """{name: [CER, low, high]} of a reader on the parts of `tests`."""
    return {name: with_interval(texts, transcripts(lesson, reader, lines)) for name, (lines, texts) in parts.items()}


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--lines", type=int, default=LINES, help="lines of a round")
    parser.add_argument("--trial", action="store_true", help="only train and validate; write no result")
    options = parser.parse_args()
    lesson, sources = exports("5b"), Sources()
    validation = tests(sources, "validation", 120)

    def watch(reader, number):
        if number % 4 == 0 or options.trial:
            rates = measured(lesson, reader, validation)
            print("   ", ", ".join(f"{name} {rate[0]:.3f}" for name, rate in rates.items()), flush=True)

    folder = REPOSITORY / "build" / "other_hands"
    reader, losses, seconds = train(lesson, sources, options.rounds, options.lines, folder, watch)
    if options.trial:
        return
    write_weights("other_hands", "reader", reader.get_weights())
    reader.set_weights(trained_weights("other_hands", "reader"))
    parts = tests(sources, "test", 1000)
    for name in ("course_handwriting", "wide synthetic writers"):
        parts[name] = tuple(part[:400] for part in parts[name])
    first = lesson.image_reader(len(lesson.ALPHABET) + 1)
    first.set_weights(trained_weights("image_reader", "reader"))
    cer, before = measured(lesson, reader, parts), measured(lesson, first, parts)
    examples = {
        name: [list(pair) for pair in zip(texts[:8], transcripts(lesson, reader, lines[:8]), strict=True)]
        for name, (lines, texts) in parts.items()
    }
    for name, rate in cer.items():
        print(f"{name:36} {rate}, of synthetic hands alone {before[name]}")
    write_result(
        "other_hands",
        data="synthetic hands, handwritten fonts, real capitals and digits; tested on others of each",
        seeds=[SEED],
        seconds=seconds,
        settings={
            "rounds": options.rounds,
            "lines": options.lines,
            "rate": RATE,
            "size": SIZE,
            "shares": SHARES,
            f"shares from round {LATE + 1} on": LATER,
        },
        fonts={split: list(names) for split, names in FONTS.items()},
        loss=[round(loss, 3) for loss in losses],
        lines={name: len(texts) for name, (_, texts) in parts.items()},
        cer=cer,
        cer_of_synthetic_hands_alone=before,
        validation=measured(lesson, reader, validation),
        examples=examples,
    )


if __name__ == "__main__":
    main()
