"""Lines set from images of single characters in many ways, and lines distorted: to train a reader of other hands."""

import numpy as np
from PIL import Image
from scipy import ndimage

from course_utils.ink.lines import HEIGHT, MARGIN, without_margins

LAYOUTS = ("base line", "middle", "box")


class Type:
    """Images of single characters, from which lines are set, all by one hand or of one source.

    images: {character: list of (images (height, width) uint8, 0 for paper; how far their lower edge is below the base
    line, in pixels)}. height: of a capital or a digit, in pixels of these images.
    """

    def __init__(self, images, height):
        self.images, self.height = images, height

    @classmethod
    def of_boxed(cls, images, characters):
        """A type of images (n, height, width) without a base line: each character's lower edge stands on it.

        An image that is nearly all ink, as a 1 stretched to the width of its box, is made a sixth as wide.
        """
        found = {}
        for image, character in zip(images, characters, strict=True):
            image = without_margins(image)
            if (image > 127).mean() > 0.7 and image.shape[1] > len(image) / 3:
                image = image[:, : max(1, len(image) // 6)]
            found.setdefault(str(character), []).append((image, 0))
        heights = [len(image) for rows in found.values() for image, _ in rows]
        return cls(found, float(np.quantile(heights, 0.9)))

    def can_set(self, text):
        """True where there is an image of each character of a text."""
        return set(text) <= self.images.keys() | {" "}


def set_line(letters, text, rng, layout=None):
    """A text set from a `Type`, as one hand might: (32, width, 1) uint8, 0 for paper and 255 for ink.

    letters: a Type that has the text's characters. rng: a NumPy Generator, of which sizes, shapes and gaps are drawn.
    layout: "base line" (as in writing), "middle" (each character in the middle of the line, in its own size), "box"
        (there, and all of one size); None for a random one of these. Raises KeyError for a character that is not there.
    """
    layout = layout or LAYOUTS[rng.choice(3, p=(0.5, 0.2, 0.3))]
    size = rng.uniform(14, 25) if layout == "base line" else rng.uniform(15, 26)
    aspect = np.exp(rng.uniform(np.log(0.65), np.log(1.5)))
    gap, unevenness = rng.uniform(0, 7), rng.uniform(0, 1.5)
    space, bounce = rng.uniform(6, 20), rng.uniform(0, 1.8)
    wobble, tilt = rng.uniform(0, 0.14), rng.uniform(0, 7)
    placed, x = [], float(MARGIN)
    for character in text:
        if character == " ":
            x += space * rng.uniform(0.8, 1.2)
            continue
        choices = letters.images[character]
        image, below = choices[rng.integers(len(choices))]
        factor = size / letters.height
        if layout == "box" and character.isalnum():
            factor = size / max(len(image), image.shape[1] * 0.8)
        tall, wide = factor * np.exp(rng.normal(0, wobble, 2)) * (1, aspect)
        height, width = max(1, round(len(image) * tall)), max(1, round(image.shape[1] * wide))
        small = Image.fromarray(image)
        if tilt > 1 and min(image.shape) > 3:
            small = small.rotate(rng.normal(0, tilt / 2), Image.Resampling.BILINEAR, expand=True)
        small = np.asarray(small.resize((width, min(height, HEIGHT)), Image.Resampling.BOX))
        bottom = 0.5 * len(small) if layout != "base line" and character.isalnum() else below * tall
        placed.append((small, round(x), bottom + rng.normal(0, bounce)))
        x += width + max(-1.0, gap * np.exp(rng.normal(0, unevenness / 3)))
    return on_a_page(placed, rng)


def on_a_page(placed, rng):
    """Images at columns, with how far their lower edges are below a line, on a page (32, width, 1) uint8."""
    highest = max(len(image) - bottom for image, _, bottom in placed)
    lowest = max(bottom for _, _, bottom in placed)
    free = HEIGHT - highest - lowest
    base = highest + free / 2 + rng.uniform(-0.5, 0.5) * max(0.0, free - 2)
    page = np.zeros((HEIGHT, max(x + image.shape[1] for image, x, _ in placed) + MARGIN), np.uint8)
    for image, x, bottom in placed:
        top = int(np.clip(round(base + bottom - len(image)), 0, HEIGHT - len(image)))
        there = page[top : top + len(image), x : x + image.shape[1]]
        np.maximum(there, image, out=there)
    return page[:, :, None]


def distorted(line, rng, strength=1.0):
    """A line as another pen, hand and paper might have left it: (32, another width, 1) uint8.

    line: (32, width, 1) uint8, 0 for paper. rng: a NumPy Generator. strength: 0 for hardly any change.
    Slanted, stretched, larger or smaller, bent; thicker or thinner, paler, blurred, on paper that is not quite clean.
    """
    rows, columns = line.shape[:2]
    stretch = np.exp(strength * rng.uniform(-0.35, 0.35))
    larger = np.exp(strength * rng.uniform(-0.2, 0.12))
    slant = strength * rng.uniform(-0.3, 0.4)
    width = max(8, round(columns * stretch + abs(slant) * rows / 2))
    y, x = np.mgrid[0:rows, 0:width].astype("float32")
    bend = strength * rng.uniform(0, 1.3)
    coarse = rng.normal(0, 1, (2, 5, max(4, width // 9))) * bend
    push = [ndimage.zoom(part, (rows / 5, width / part.shape[1]), order=1)[:rows, :width] for part in coarse]
    middle = rows / 2
    drift = strength * rng.uniform(-1.5, 1.5) + strength * rng.normal(0, 0.012) * (x - width / 2)
    source_y = (y - middle) / larger + middle + 0.6 * push[1] + drift
    source_x = (x - width / 2 + slant * (y - middle)) / stretch + columns / 2 + push[0]
    ink = ndimage.map_coordinates(line[:, :, 0].astype("float32") / 255, [source_y, source_x], order=1)
    blur = strength * rng.uniform(0, 0.9)
    if blur > 0.25:
        ink = ndimage.gaussian_filter(ink, blur)
    dark = max(0.1, float(np.quantile(ink, 0.97)))  # where the line is inked
    steep, level = rng.uniform(1.0, 2.6), dark * rng.uniform(0.25, 0.6)
    ink = np.clip(steep * (ink - level) + 0.5 * dark, 0, 1) * (ink > 0.02)
    ink *= 1 - strength * rng.uniform(0, 0.35)
    if rng.random() < 0.5:
        ink = np.clip(ink + rng.normal(0, strength * rng.uniform(0, 0.07), ink.shape), 0, 1)
    return np.round(255 * ink).astype(np.uint8)[:, :, None]
