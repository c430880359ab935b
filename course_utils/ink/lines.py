"""Lines of real handwriting, composed from images of single characters.

Such lines have no pen strokes, and nobody knows who wrote them: their features are those of the embedded corpus's
config "course_handwriting/pixels", image, text and writer (-1).
"""

import re
import string

import numpy as np
from scipy import ndimage

HEIGHT = 32  # pixels of a line, as of course_handwriting
TYPICAL_HEIGHT = 22  # pixels of a character in it: that of nine characters in ten is at most this
MARGIN = 4  # pixels of paper at the left and at the right
WINDOW = 20  # pixels from one digit of a composed line to the next, on average
PAPER = 40  # up to this grey value (of 255) a row or column at the edge of a character counts as paper


def characters_of(name, dataset):
    """The images of a corpus of single characters, upright and light on dark, and what they show.

    name: "emnist/letters", "mnist" or "binary_alpha_digits". dataset: of its examples, image and label.
    Returns (images (n, height, width) uint8, characters (n,) of one lower-case letter or digit each).
    Raises ValueError for another corpus.

    EMNIST's images are stored transposed, like the files NIST publishes, and are put upright here; its letters count
    from 1 (a), capitals and small letters in one class. binary_alpha_digits has ink 1 in place of 255, and capitals.
    """
    digits, letters = string.digits, string.ascii_lowercase
    names = {"emnist/letters": "?" + letters, "mnist": digits, "binary_alpha_digits": digits + letters}.get(name)
    if names is None:
        raise ValueError(f"{name} is not known here; choose emnist/letters, mnist or binary_alpha_digits")
    examples = list(dataset.as_numpy_iterator())
    images = np.stack([example["image"][:, :, 0] for example in examples])
    if name == "emnist/letters":
        images = images.transpose(0, 2, 1)
    if name == "binary_alpha_digits":
        images = images * np.uint8(255)
    return images, np.array([names[example["label"]] for example in examples])


def only(text, alphabet):
    """A text without the characters that are not in `alphabet`, and without the spaces then left over.

    only("tel. 46, room 7", "abcdefghijklmnopqrstuvwxyz ") is "tel room".
    """
    return re.sub(" +", " ", "".join(character for character in text if character in alphabet)).strip()


def compose_lines(images, characters, texts, rng):
    """Write texts with images of single characters, each chosen at random among those of its character.

    images: (n, height, width) uint8, 0 paper and 255 ink, of any one size. characters: (n,) what each shows.
    texts: strings of these characters and spaces. rng: a NumPy Generator.
    Returns a list of (32, width, 1) uint8. The characters stand 2 to 5 pixels apart, up to 2 pixels above or below the
    middle, and up to 8 % larger or smaller than in their images. Raises ValueError for a character without image.
    """
    characters = np.asarray(characters)
    numbers = {character: np.flatnonzero(characters == character) for character in np.unique(characters)}
    factor = TYPICAL_HEIGHT / np.quantile([len(without_margins(image)) for image in images], 0.9)
    lines = []
    for text in texts:
        if not text.strip():
            raise ValueError("a text needs at least one character that is not a space")
        if lacking := set(text) - set(numbers) - {" "}:
            raise ValueError(f"there is no image of {', '.join(map(repr, sorted(lacking)))} for the text {text!r}")
        parts = [np.zeros((HEIGHT, MARGIN), np.uint8)]
        for character in text:
            if character == " ":
                parts.append(np.zeros((HEIGHT, rng.integers(7, 12)), np.uint8))
                continue
            image = without_margins(images[rng.choice(numbers[character])])
            image = resized(image, factor * rng.uniform(0.92, 1.08))
            top = np.clip((HEIGHT - len(image)) // 2 + rng.integers(-2, 3), 0, HEIGHT - len(image))
            below = HEIGHT - len(image) - top
            parts.append(np.pad(image, ((top, below), (0, rng.integers(2, 6)))))
        parts.append(np.zeros((HEIGHT, MARGIN), np.uint8))
        lines.append(np.concatenate(parts, axis=1)[:, :, None])
    return lines


def composed_corpus(name, parts, texts, seed=0):
    """Texts written with images of the single characters of a corpus, as far as it has these characters.

    name: of the corpus, as in `characters_of`. parts: {split: dataset of its characters}. texts: {split: list of
    strings}, of the same splits. A text loses the characters that the corpus lacks; where nothing is left, it is left
    out. Returns ({split: list of (32, width, 1) uint8}, {split: list of as many strings}).
    """
    rng, images, written = np.random.default_rng(seed), {}, {}
    for split, part in parts.items():
        shapes, characters = characters_of(name, part)
        alphabet = " " + "".join(sorted(set(characters)))
        written[split] = [left for text in texts[split] if (left := only(text, alphabet))]
        images[split] = compose_lines(shapes, characters, written[split], rng)
    return images, written


def without_margins(image):
    """An image (height, width) without the rows and columns at its edges that hold no ink; one pixel at least."""
    ink = image > PAPER
    if not ink.any():
        return image[:1, :1]
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def resized(image, factor):
    """An image (height, width) uint8 larger or smaller by a factor, at most 32 pixels high, linearly interpolated."""
    height = int(np.clip(round(len(image) * factor), 1, HEIGHT))
    width = max(1, round(image.shape[1] * factor))
    zoom = (height / len(image), width / image.shape[1])
    return ndimage.zoom(image.astype(float), zoom, order=1, grid_mode=True, mode="nearest").round().astype(np.uint8)


def digit_images(split):
    """scikit-learn's handwritten digits, 8 by 8 pixels: a quarter of the 1,797 images is in the test split alone.

    split: "train" or "test". Returns (images (n, 8, 8) uint8, characters (n,)). Nobody knows who wrote which.
    Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI, 1998.
    """
    from sklearn.datasets import load_digits

    if split not in ("train", "test"):
        raise ValueError(f'there is no split {split!r}; choose "train" or "test"')
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    held_out = len(order) // 4
    chosen = order[:held_out] if split == "test" else order[held_out:]
    return (digits.images[chosen] * (255 / 16)).round().astype(np.uint8), digits.target[chosen].astype(str)


def digit_lines(split, count, seed=0):
    """Lines of 3 to 8 real handwritten digits, composed of the images of `digit_images(split)`; no download.

    Returns (images, a list of `count` arrays (32, width, 1) uint8; texts, a list of as many strings of digits).
    """
    images, characters = digit_images(split)
    rng = np.random.default_rng([seed, len(characters)])
    texts = ["".join(map(str, rng.integers(0, 10, rng.integers(3, 9)))) for _ in range(count)]
    return compose_lines(images, characters, texts, rng), texts


def stretched(line, factor):
    """A line (height, width, 1), some of its columns repeated or left out: (height, round(width · factor), 1).

    Column k is the line's column k / factor, rounded down. Raises ValueError for a factor that leaves no column.
    """
    width = round(line.shape[1] * factor)
    if width < 1:
        raise ValueError(f"{factor:g} times a width of {line.shape[1]} pixels leaves no column; take a larger factor")
    return line[:, (np.arange(width) / factor).astype(int)]


def windows(line, middles):
    """Windows around some columns of a line, WINDOW pixels wide, at half the resolution.

    line: (32, width, 1) uint8. middles: (n,) columns, from 0 to width - 1, rounded down.
    Returns (n, features) floats from 0 to 1. Raises ValueError for a column outside the line.
    """
    middles = np.asarray(middles, int)
    for middle in middles[(middles < 0) | (middles >= line.shape[1])][:1]:
        raise ValueError(
            f"column {middle} is outside of a line {line.shape[1]} pixels wide; choose 0 to {line.shape[1] - 1}"
        )
    wide = np.pad(line[:, :, 0] / 255, ((0, 0), (WINDOW // 2, WINDOW)))
    cut = np.lib.stride_tricks.sliding_window_view(wide, WINDOW, axis=1)[:, middles]
    halved = cut.reshape(HEIGHT // 2, 2, len(middles), WINDOW // 2, 2).mean(axis=(1, 4))
    return halved.swapaxes(0, 1).reshape(len(middles), HEIGHT // 2 * WINDOW // 2)


BETWEEN = "between"  # what a window says whose middle is not on a digit


def window_classifier(seed=0, factors=(0.6, 1.6), count=4000, between=False):
    """A support vector machine on 40 principal components that names the digit in a window of a line.

    Its `predict` takes `windows(...)`. between: whether it may also say BETWEEN. Then it learns it from windows whose
    middle is not on the middle half of a digit.

    Each of `count` training windows lies around a random column of a training digit (between: or of the gaps beside
    it), between two others, each of them made wider or narrower by a random factor.
    """
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import SVC

    rng = np.random.default_rng(seed)
    names = [str(digit) for digit in rng.integers(0, 10, size=3 * count)]
    singles = compose_lines(*digit_images("train"), names, rng)
    singles = [stretched(single[:, MARGIN:-MARGIN], rng.uniform(*factors)) for single in singles]
    examples, answers = [], names[1::3]
    for n in range(0, len(singles), 3):
        before, here, after = singles[n : n + 3]
        place = rng.uniform(0, 1)
        if between:
            inked = np.flatnonzero((here[:, :, 0] > PAPER).any(axis=0))
            place = rng.uniform(-0.15, 1)
            half = np.abs(place * here.shape[1] - inked.mean()) <= np.ptp(inked) / 4 if len(inked) else False
            answers[n // 3] = answers[n // 3] if half else BETWEEN
        middle = before.shape[1] + place * here.shape[1]
        examples.append(windows(np.concatenate([before, here, after], axis=1), [middle])[0])
    return make_pipeline(PCA(40, random_state=seed), SVC(C=10)).fit(examples, answers)
