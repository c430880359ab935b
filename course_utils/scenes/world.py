"""What a scene is: two to five objects, each with a shape, a colour and a size, each in its own part of the picture."""

import itertools
import random
from dataclasses import dataclass
from functools import cached_property

import numpy as np

SHAPES = ("circle", "square", "triangle", "star", "cross", "heart")
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple")
SIZES = ("small", "large")
RADIUS = {"small": 5.5, "large": 9.0}  # pixels
RELATIONS = ("left of", "right of", "above", "below")
PLACES = (
    *("top left", "top middle", "top right"),
    *("middle left", "centre", "middle right"),
    *("bottom left", "bottom middle", "bottom right"),
)

SIDE = 64  # pixels of a picture
FEWEST, MOST = 2, 5  # objects in a scene
CENTRES = (13, 32, 51)  # of the columns and of the rows, in pixels
SHIFT = {"small": 4.0, "large": 3.0}  # how far from there an object may lie, in pixels, to either side
BORDERS = (22.5, 41.5)  # between the columns and between the rows, in pixels
GAP = 1.0  # pixels at least between the circles around two objects
TILT = 16  # an object is turned by up to 2 arctan(TILT / 100), 18 degrees, to either side
BACKDROPS = 8  # colours of the paper
CLEARLY = 2.0  # pixels by which the nearest and the farthest object must stand out

PAIRS = tuple(itertools.product(COLOURS, SHAPES))
# Each colour and each shape stands in one of them: both are learned from the five other pairs.
HELD_OUT_PAIRS = (
    ("red", "heart"),
    ("orange", "triangle"),
    ("yellow", "star"),
    ("green", "cross"),
    ("blue", "circle"),
    ("purple", "square"),
)
TRAINING_PAIRS = tuple(pair for pair in PAIRS if pair not in HELD_OUT_PAIRS)


@dataclass(frozen=True)
class Object:
    """An object in a picture. x, y: its centre in pixels, from the left and from the top. tilt: see TILT."""

    size: str
    colour: str
    shape: str
    x: float
    y: float
    tilt: int = 0

    @cached_property
    def column(self):
        """0, 1 or 2, from the left."""
        return (self.x > BORDERS[0]) + (self.x > BORDERS[1])

    @cached_property
    def row(self):
        """0, 1 or 2, from the top."""
        return (self.y > BORDERS[0]) + (self.y > BORDERS[1])

    @cached_property
    def place(self):
        """The part of the picture it lies in, one of PLACES."""
        return PLACES[3 * self.row + self.column]

    @cached_property
    def pair(self):
        """(colour, shape)."""
        return (self.colour, self.shape)


@dataclass(frozen=True)
class Scene:
    """Objects on a backdrop. No two of them are alike in colour and shape; backdrop: from 0 to BACKDROPS - 1."""

    objects: tuple
    backdrop: int = 0

    def without(self, index):
        """The scene without the object of this index: rendered, the same picture with that object erased."""
        return Scene(self.objects[:index] + self.objects[index + 1 :], self.backdrop)


def holds(relation, one, other):
    """True where `one` lies left of, right of, above or below the object `other`: in an earlier or later column or row.

    Of two objects side by side in one column neither is left of the other. Raises ValueError for another relation.
    """
    if relation == "left of":
        return one.column < other.column
    if relation == "right of":
        return one.column > other.column
    if relation == "above":
        return one.row < other.row
    if relation == "below":
        return one.row > other.row
    raise ValueError(f"{relation!r} is none of {', '.join(RELATIONS)}")


def relations_between(one, other):
    """The relations of `one` to the object `other`: one or two of RELATIONS."""
    return [relation for relation in RELATIONS if holds(relation, one, other)]


def by_distance(scene, item):
    """The other objects of a scene from the nearest to the farthest: a list of (distance in pixels, object)."""
    others = [other for other in scene.objects if other is not item]
    distances = [((other.x - item.x) ** 2 + (other.y - item.y) ** 2) ** 0.5 for other in others]
    return sorted(zip(distances, others, strict=True), key=lambda pair: pair[0])


def nearest(scene, item):
    """The object nearest to another; None where a second one is within CLEARLY pixels as near, or there is none."""
    return clearly_first(by_distance(scene, item))


def farthest(scene, item):
    """The object farthest from another; None where a second one is within CLEARLY pixels as far, or there is none."""
    return clearly_first(by_distance(scene, item)[::-1])


def clearly_first(ranked):
    """The first object of a list of (distance, object); None where the second is hardly another distance away."""
    if not ranked or (len(ranked) > 1 and abs(ranked[0][0] - ranked[1][0]) < CLEARLY):
        return None
    return ranked[0][1]


def draw_scene(dice, pairs=TRAINING_PAIRS, must_have=()):
    """Draw a scene.

    dice: a `random.Random`. pairs: the (colour, shape) that may occur. must_have: where given, one of these occurs too.
    The number of objects is uniform over 2 to 5; pairs and places are drawn uniformly without repetition, sizes by a
    coin, all independently. So the chances of every word of a caption can be counted; `blind_guesses` does.
    """
    count = dice.randint(FEWEST, MOST)
    chosen = dice.sample(pairs, count)
    if must_have:
        chosen[dice.randrange(count)] = dice.choice(must_have)
    places = dice.sample(range(len(PLACES)), count)
    sizes = [dice.choice(SIZES) for _ in range(count)]
    while True:
        objects = tuple(
            Object(
                size,
                colour,
                shape,
                near(dice, place % 3, size),
                near(dice, place // 3, size),
                dice.randint(-TILT, TILT),
            )
            for size, (colour, shape), place in zip(sizes, chosen, places, strict=True)
        )
        if all(apart(one, other) for one, other in itertools.combinations(objects, 2)):
            return Scene(objects, dice.randrange(BACKDROPS))


def near(dice, line, size):
    """A coordinate near the middle of a column or row (0, 1 or 2), in half pixels."""
    steps = int(2 * SHIFT[size])
    return CENTRES[line] + dice.randint(-steps, steps) / 2


def apart(one, other):
    """True where the circles around two objects leave GAP pixels between them."""
    distance = RADIUS[one.size] + RADIUS[other.size] + GAP
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= distance**2


def draw_scenes(count, seed, held_out=False):
    """Draw more scenes of the kind that train holds (or, with held_out, test_pairs): as many as a network may need.

    Returns a list of `count` scenes, the same for the same seed. By chance one may equal a scene of the corpus.
    """
    dice = random.Random(seed)
    must_have = HELD_OUT_PAIRS if held_out else ()
    return [draw_scene(dice, must_have=must_have) for _ in range(count)]


def write_scene(scene):
    """A scene as a line of text, which `read_scene` reads: "3: large red circle 14.5 30 -7, small blue star 50 12.5 3".

    In front stands the backdrop; behind each object its x, y and tilt.
    """
    objects = [f"{t.size} {t.colour} {t.shape} {t.x:g} {t.y:g} {t.tilt}" for t in scene.objects]
    return f"{scene.backdrop}: " + ", ".join(objects)


def read_scene(text):
    """The scene that a line of text describes, as `write_scene` gives it. Raises ValueError where it is none."""
    try:
        backdrop, _, objects = text.partition(": ")
        read = [read_object(words.split(" ")) for words in objects.split(", ")] if objects else []
        scene = Scene(tuple(read), int(backdrop))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{text[:60]!r} describes no scene ({error})") from error
    if not 0 <= scene.backdrop < BACKDROPS or len({item.pair for item in scene.objects}) < len(scene.objects):
        raise ValueError(f"{text[:60]!r} describes no scene (an unknown backdrop, or two objects alike)")
    return scene


def read_object(words):
    """The object that six words describe. Raises ValueError where they do not."""
    size, colour, shape, x, y, tilt = words
    if size not in SIZES or colour not in COLOURS or shape not in SHAPES:
        raise ValueError(f"{size} {colour} {shape} is not known here")
    return Object(size, colour, shape, float(x), float(y), int(tilt))


VECTOR_SIZE = len(COLOURS) + len(SHAPES) + 3


def object_vectors(scenes):
    """The objects of each scene as vectors, as a relation network takes them.

    Returns vectors (n, 5, 15) float32 and mask (n, 5) bool, True where there is an object. A vector holds the colour
    (6, one-hot, in the order of COLOURS), the shape (6, one-hot, of SHAPES), 1.0 where the object is large, and x and y
    from -1 (left, top) to 1 (right, bottom). Where there is no object it is zero.
    """
    vectors = np.zeros((len(scenes), MOST, VECTOR_SIZE), np.float32)
    mask = np.zeros((len(scenes), MOST), bool)
    for row, scene in enumerate(scenes):
        for column, item in enumerate(scene.objects):
            vector = vectors[row, column]
            vector[COLOURS.index(item.colour)] = 1.0
            vector[len(COLOURS) + SHAPES.index(item.shape)] = 1.0
            vector[-3:] = float(item.size == "large"), item.x / (SIDE / 2) - 1, item.y / (SIDE / 2) - 1
            mask[row, column] = True
    return vectors, mask
