"""Wrong answers to the exercises of lesson 5b, and right ones in another form."""

from mutants import changed

NEEDED = """
def frames_needed(labels, label_lengths):
    inside = np.arange(1, labels.shape[1]) < label_lengths[:, None]
    equal_neighbours = (labels[:, 1:] == labels[:, :-1]) & inside
    return label_lengths + equal_neighbours.sum(axis=1)
"""
VALID = """
def valid_frames(widths, strides):
    for stride in strides:
        widths = (widths + stride - 1) // stride
    return widths
"""

MUTANTS = [
    (
        "5b.1",
        "no repeats",
        "each such pair costs one frame more",
        changed(NEEDED, (" + equal_neighbours.sum(axis=1)", "")),
    ),
    ("5b.1", "padding counts", "the padding counts as repeats", changed(NEEDED, (" & inside", ""))),
    (
        "5b.1",
        "always a blank",
        "2 L + 1 is more",
        "def frames_needed(labels, label_lengths):\n    return 2 * label_lengths + 1",
    ),
    (
        "5b.1",
        "padded length",
        "the padded length is counted",
        changed(NEEDED, ("return label_lengths", "return labels.shape[1]")),
    ),
    (
        "5b.1",
        "equal anywhere",
        "only *neighbours*",
        """
def frames_needed(labels, label_lengths):
    return np.array([2 * n - len(set(label[:n].tolist())) for label, n in zip(labels, label_lengths)])
""",
    ),
    (
        "5b.1",
        "runs",
        "not runs",
        """
def frames_needed(labels, label_lengths):
    runs = [[len(list(run)) for _, run in itertools.groupby(label[:n].tolist())] for label, n in
            zip(labels, label_lengths)]
    return np.array([n + sum(length > 1 for length in run) for run, n in zip(runs, label_lengths)])
""",
    ),
    ("5b.1", "all added up", "sum along axis 1", changed(NEEDED, ("sum(axis=1)", "sum()"))),
    ("5b.1", "one too many", "one too many", changed(NEEDED, ("return label_lengths", "return 1 + label_lengths"))),
    ("5b.1", "repeats only", "the repeats only", changed(NEEDED, ("label_lengths + equal", "equal"))),
    (
        "5b.1",
        "one number",
        "one number for each label",
        changed(
            NEEDED,
            ("sum(axis=1)", "sum(axis=1).sum() + 0 * label_lengths"),
            ("return label_lengths + ", "return (label_lengths + "),
        )
        + ").sum()",
    ),
    ("5b.2", "rounded down", "round *up*", changed(VALID, ("(widths + stride - 1) // stride", "widths // stride"))),
    ("5b.2", "one too few", "one column too few", changed(VALID, ("widths + stride - 1", "widths - 1"))),
    (
        "5b.2",
        "one too many",
        "one frame too many",
        changed(VALID, ("(widths + stride - 1) // stride", "widths // stride + 1")),
    ),
    (
        "5b.2",
        "rounded to the nearest",
        "round *up*",
        "def valid_frames(widths, strides):\n    return ops.cast(ops.round(widths / np.prod(strides)), 'int32')",
    ),
    ("5b.2", "first stride only", "not only the first", changed(VALID, ("in strides:", "in strides[:1]:"))),
    (
        "5b.2",
        "all the widest",
        "its own width",
        changed(VALID, ("    for stride", "    widths = 0 * widths + ops.max(widths)\n    for stride")),
    ),
    (
        "5b.2",
        "strides added",
        "strides multiply",
        "def valid_frames(widths, strides):\n    return -(-widths // max(1, sum(strides)))",
    ),
    ("5b.2", "always 4", "strides is an argument", "def valid_frames(widths, strides):\n    return (widths + 3) // 4"),
    (
        "5b.2",
        "a loop over lines",
        "inside a compiled model",
        """
def valid_frames(widths, strides):
    return [-(-width // np.prod(strides)) for width in widths]
""",
    ),
    (
        "5b.2",
        "not whole",
        "frames are whole",
        "def valid_frames(widths, strides):\n    return widths / np.prod(strides)",
    ),
    (
        "5b.2",
        "NumPy's ceil",
        "inside a model",
        "def valid_frames(widths, strides):\n    return ops.ceil(ops.cast(widths, 'float32') / np.prod(strides))",
    ),
    (
        "5b.1",
        "around the end",
        "index -1 is the last",
        """
def frames_needed(labels, label_lengths):
    return np.array([n + sum(row[i] == row[i - 1] for i in range(n)) for row, n in zip(labels, label_lengths)])
""",
    ),
    (
        "5b.1",
        "rolled",
        "np.roll brings it in again",
        """
def frames_needed(labels, label_lengths):
    return label_lengths + ((labels == np.roll(labels, 1, axis=1)) & (labels != 0)).sum(axis=1)
""",
    ),
    (
        "5b.1",
        "one repeat at most",
        "yours counts one",
        changed(NEEDED, ("equal_neighbours.sum", "equal_neighbours.any")),
    ),
    (
        "5b.1",
        "no word of mine",
        "for the label",
        changed(NEEDED, ("label_lengths + equal", "2 + label_lengths + equal")),
    ),
    (
        "5b.1",
        "an empty label costs a frame",
        "with an empty label",
        changed(NEEDED, ("return label_lengths", "return np.maximum(1, label_lengths)")),
    ),
    (
        "5b.1",
        "one label has lost its axis",
        "with a single label",
        changed(NEEDED, ("    inside", "    labels = np.squeeze(labels)\n    inside")),
    ),
    (
        "5b.2",
        "two frames at least",
        "with lines of one column",
        changed(VALID, ("return widths", "return ops.maximum(widths, 2)")),
    ),
    (
        "5b.2",
        "strides of 1 halve, too",
        "with strides of 1",
        changed(VALID, ("    for stride in strides:", "    for stride in [max(2, stride) for stride in strides]:")),
    ),
    ("5b.2", "one added", "a stride of 2 only", changed(VALID, ("widths + stride - 1", "widths + 1"))),
    (
        "5b.2",
        "NumPy",
        "plain arithmetic",
        changed(VALID, ("(widths + stride - 1) // stride", "np.ceil(widths / stride).astype(int)")),
    ),
]
RIGHT_BUT_UNUSUAL = [
    (
        "5b.1",
        """
def frames_needed(labels, label_lengths):
    return label_lengths + ((np.diff(labels, axis=1) == 0) & (labels[:, 1:] != BLANK)).sum(axis=1)
""",
    ),
    (
        "5b.2",
        """
def valid_frames(widths, strides):
    for stride in strides:
        widths = ops.cast(ops.ceil(widths / stride), "int32")
    return widths
""",
    ),
    (
        "5b.1",
        """
def frames_needed(labels, label_lengths):
    return [int(n) + sum(label[i] == label[i - 1] for i in range(1, n)) for label, n in zip(labels, label_lengths)]
""",
    ),
    ("5b.2", "def valid_frames(widths, strides):\n    return -(-widths // int(np.prod(strides)))"),
    ("5b.2", changed(VALID, ("(widths + stride - 1) // stride", "(widths - 1) // stride + 1"))),
]
