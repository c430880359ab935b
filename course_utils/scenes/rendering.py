"""Scenes as pictures, and the pixels that each object covers.

A shape is a signed distance: how far a pixel's centre lies outside its edge (positive) or inside (negative). From it
follow the soft edge, the outline and the shadow. Only + - * /, square roots and comparisons are used, elementwise: the
same scene gives the same bytes everywhere.
"""

import math

import numpy as np

from course_utils.scenes.world import COLOURS, RADIUS, SHAPES, SIDE

PAINT = np.array(  # red, green, blue of each of COLOURS
    [(218, 52, 58), (243, 134, 40), (250, 208, 58), (64, 164, 84), (52, 116, 206), (142, 76, 178)], np.float32
)
PAPERS = np.array(  # the paper at the top left and at the bottom right
    [
        [(250, 244, 232), (226, 214, 196)],
        [(236, 243, 247), (204, 219, 228)],
        [(244, 240, 248), (219, 210, 228)],
        [(240, 246, 236), (210, 222, 204)],
        [(250, 238, 234), (228, 210, 204)],
        [(243, 243, 240), (212, 212, 208)],
        [(235, 246, 244), (202, 221, 218)],
        [(249, 247, 228), (224, 221, 194)],
    ],
    np.float32,
)
OUTLINE, OUTLINE_SHADE = 1.3, 0.62  # pixels; what is left of the colour there
LIGHT = 0.16  # how much lighter the upper left of an object is, and darker the lower right
SHADOW, SHADOW_SOFTNESS, SHADOW_SHIFT = 0.30, 3.0, (1.0, 1.8)  # of black; pixels; pixels to the right and downwards
BEFORE, AFTER = 12, 15  # pixels of a large object and its shadow to the left of its centre (or above), and to the right
BATCH = 32  # pictures drawn at once: more would not fit the processor's cache

COS_36 = (1 + math.sqrt(5)) / 4
SIN_36 = math.sqrt(1 - COS_36**2)

# The shapes: how far points (x, y) lie outside an upright object of radius r around (0, 0), in pixels; y downwards.


def circle(x, y, r):
    return np.sqrt(x * x + y * y) - r * np.float32(0.92)


def box(x, y, width, height):
    dx, dy = np.abs(x) - width, np.abs(y) - height
    outside_x, outside_y = np.maximum(dx, 0), np.maximum(dy, 0)
    return np.sqrt(outside_x * outside_x + outside_y * outside_y) + np.minimum(np.maximum(dx, dy), 0)


def square(x, y, r):
    side = r * np.float32(0.8)
    return box(x, y, side, side)


def triangle(x, y, r):
    slope = np.float32(math.sqrt(3) / 2)
    down = y - r * np.float32(0.62)
    return np.maximum(slope * np.abs(x) - (y + r * np.float32(0.42)) / 2 - r * np.float32(0.29), down)


def star(x, y, r):
    # Mirrors fold the five rays onto half a ray, whose edge is a line from its tip to the corner between two rays.
    x, y = np.abs(x), -y
    for across in (np.float32(COS_36), np.float32(-COS_36)):
        beyond = 2 * np.maximum(across * x - np.float32(SIN_36) * y, 0)
        x, y = x - beyond * across, y + beyond * np.float32(SIN_36)
    tip, corner = r * np.float32(1.1), r * np.float32(0.54)
    along_x, along_y = corner * np.float32(SIN_36), corner * np.float32(COS_36) - tip
    return (along_x * (y - tip) - along_y * np.abs(x)) / np.sqrt(along_x * along_x + along_y * along_y)


def cross(x, y, r):
    long, short = r * np.float32(0.98), r * np.float32(0.33)
    return np.minimum(box(x, y, long, short), box(x, y, short, long))


def heart(x, y, r):
    # A square on its corner, with half a disc on each of its two upper sides.
    x, y = np.abs(x), y - r * np.float32(0.08)
    half = np.float32(math.sqrt(0.5))
    side = r * np.float32(0.56)
    lower = box((x + y) * half, (x - y) * half, side, side)
    middle = side * half
    lobe = np.sqrt((x - middle) * (x - middle) + (y + middle) * (y + middle)) - side
    return np.minimum(lower, lobe)


DISTANCES = (circle, square, triangle, star, cross, heart)  # in the order of SHAPES


def distances(objects, x, y):
    """Signed distances of pixels from the edges of objects, in pixels, (m, height, width) float32.

    objects: as `table_of` gives them, (m,). x, y: (m, height or 1, width or 1), from each object's centre.
    """
    t = objects["tilt"][:, None, None] / np.float32(100)
    cos, sin = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
    x, y = cos * x + sin * y, cos * y - sin * x
    result = np.empty_like(x)
    edges = np.searchsorted(objects["shape"], np.arange(len(SHAPES) + 1))
    for distance, start, end in zip(DISTANCES, edges[:-1], edges[1:], strict=True):
        if start < end:
            part = slice(start, end)
            result[part] = distance(x[part], y[part], objects["r"][part, None, None])
    return result


TABLE = [(name, np.int64) for name in ("shape", "layer", "scene", "colour")]
TABLE += [(name, np.float32) for name in ("x", "y", "tilt", "r")]


def table_of(scenes, size=None):
    """The objects of scenes as an array with named fields, sorted by shape; those of one size, where one is given.

    Returns (m,): shape and colour, indices into SHAPES and COLOURS; scene, its number; layer, the object's index in
    it; x, y, tilt and r in pixels.
    """
    rows = [
        (
            *(SHAPES.index(item.shape), layer, number, COLOURS.index(item.colour)),
            *(item.x, item.y, item.tilt, RADIUS[item.size]),
        )
        for number, scene in enumerate(scenes)
        for layer, item in enumerate(scene.objects)
        if size in (None, item.size)
    ]
    return np.array(sorted(rows), TABLE)


def render(scenes):
    """Draw scenes.

    scenes: a list of n scenes. Returns (n, 64, 64, 3) uint8: red, green and blue of each pixel, anti-aliased.
    """
    pictures = np.empty((len(scenes), SIDE, SIDE, 3), np.uint8)
    for start in range(0, len(scenes), BATCH):
        batch = scenes[start : start + BATCH]
        canvas = np.zeros((len(batch), SIDE + 2 * MARGIN, SIDE + 2 * MARGIN, 3), np.float32)
        paper = canvas[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
        paper[:] = PAPER[[scene.backdrop for scene in batch]]
        for size in ("large", "small"):
            paint(canvas, table_of(batch, size), RADIUS[size])
        pictures[start : start + BATCH] = (paper + np.float32(0.5)).clip(0, 255)
    return pictures


def empty_paper():
    """The paper of each backdrop, (BACKDROPS, 64, 64, 3) float32: softly from its lighter corner to its darker one."""
    steps = (np.arange(SIDE, dtype=np.float32) + np.float32(0.5)) / SIDE
    way = (steps[:, None] + steps) / 2
    way = (way * way * (3 - 2 * way))[..., None]
    return PAPERS[:, 0, None, None] * (1 - way) + PAPERS[:, 1, None, None] * way


PAPER = empty_paper()
MARGIN = (
    16  # pixels of the canvas beyond each edge of the picture: no window of an object in the picture reaches farther
)


def paint(canvas, objects, r):
    """Paint objects of one radius r, with their shadows, on a canvas (n, 64 + 2 MARGIN, 64 + 2 MARGIN, 3), in place."""
    if not len(objects):
        return
    spare = int(RADIUS["large"] - r)  # a smaller object has a smaller window
    offsets = np.arange(spare - BEFORE, AFTER - spare)
    rows = np.floor(objects["y"]).astype(int)[:, None] + offsets
    columns = np.floor(objects["x"]).astype(int)[:, None] + offsets
    y = (rows.astype(np.float32) + np.float32(0.5) - objects["y"][:, None])[:, :, None]
    x = (columns.astype(np.float32) + np.float32(0.5) - objects["x"][:, None])[:, None, :]
    right, down = (np.float32(shift) for shift in SHADOW_SHIFT)
    dark = np.float32(0.5) - distances(objects, x - right, y - down) / np.float32(SHADOW_SOFTNESS)
    dark = dark.clip(0, 1)
    lit = 1 - np.float32(SHADOW) * dark * dark * (3 - 2 * dark)
    distance = distances(objects, x, y)
    cover = (np.float32(0.5) - distance).clip(0, 1)
    inside = (np.float32(0.5 - OUTLINE) - distance).clip(0, 1)
    shade = 1 - np.float32(LIGHT / 2 / r) * (x + y)
    shade = shade * (np.float32(OUTLINE_SHADE) + np.float32(1 - OUTLINE_SHADE) * inside)
    # The pixel becomes pixel * kept + added, for each of the three colours.
    kept = (lit * (1 - cover))[..., None]
    added = (shade * cover)[..., None] * PAINT[objects["colour"]][:, None, None]
    for number in range(len(objects)):
        top, left = rows[number, 0] + MARGIN, columns[number, 0] + MARGIN
        window = canvas[objects["scene"][number], top : top + len(offsets), left : left + len(offsets)]
        window *= kept[number]
        window += added[number]


def masks(scene):
    """The pixels of each object of a scene.

    Returns (objects, 64, 64) float32: the share of each pixel that the object covers, 1 inside, between 0 and 1 at its
    edge. The shadow is not counted.
    """
    if not scene.objects:
        return np.zeros((0, SIDE, SIDE), np.float32)
    objects = table_of([scene])
    centres = np.arange(SIDE, dtype=np.float32) + np.float32(0.5)
    x = centres[None, None, :] - objects["x"][:, None, None]
    y = centres[None, :, None] - objects["y"][:, None, None]
    covered = np.empty((len(objects), SIDE, SIDE), np.float32)
    covered[objects["layer"]] = (np.float32(0.5) - distances(objects, x, y)).clip(0, 1)
    return covered


def boxes(scene):
    """The box around each object: (objects, 4) integers, left, top, right and bottom, the last two exclusive."""
    found = np.zeros((len(scene.objects), 4), int)
    for number, mask in enumerate(masks(scene) > 0):
        columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
        found[number] = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return found


def cell_grid(attention):
    """Height and width of a map of attention. Raises ValueError where its cells are no whole numbers of pixels."""
    height, width = np.shape(attention)
    if SIDE % height or SIDE % width:
        raise ValueError(f"a map of {height} by {width} cells does not divide {SIDE} by {SIDE} pixels evenly")
    return height, width


def share_inside(attention, mask):
    """How much of a map of attention lies on an object.

    attention: (height, width), sums to 1; each of its cells stands for a block of the picture's pixels, so 64 must be
    a multiple of height and of width. mask: (64, 64), as `masks` gives it. Returns a number from 0 to 1: attention is
    taken as spread evenly over the pixels of its cell. The mask's own area, mask.mean(), is what even attention
    gives. Raises ValueError for a map that does not fit.
    """
    height, width = cell_grid(attention)
    cells = np.asarray(mask).reshape(height, SIDE // height, width, SIDE // width).mean(axis=(1, 3))
    return float((np.asarray(attention) * cells).sum())


def object_at_peak(attention, covered):
    """The index of the object that a map of attention points at: the one that covers most of the strongest cell.

    attention: (height, width), of which 64 is a multiple. covered: (objects, 64, 64), as `masks` gives it. Returns None
    where no object reaches into that cell. Raises ValueError for a map that does not fit.
    """
    height, width = cell_grid(attention)
    cells = np.asarray(covered).reshape(len(covered), height, SIDE // height, width, SIDE // width).mean(axis=(2, 4))
    at_peak = cells.reshape(len(covered), -1)[:, np.argmax(attention)]
    return int(at_peak.argmax()) if at_peak.any() else None
