"""Checks of lesson 5b, CTC on handwriting."""

import itertools

import numpy as np

from course_utils.checks import Check, Wrong, arrays, expect_close, expect_shape
from course_utils.checks.lesson_5a import inside_a_graph, random_labels

BLANK = 0


class FramesNeeded(Check):
    exercise = "5b.1"
    name = "frames_needed"

    def inputs(self, rng):
        labels, lengths = random_labels(rng)
        return {"labels": labels, "lengths": lengths}

    def probe(self, answer, inputs):
        return {"frames": answer(inputs["labels"], inputs["lengths"])}

    def further(self):
        labels = {
            "with a single label": ([[3, 3, 1]], [3]),
            "with a label of one symbol": ([[2], [1]], [1, 1]),
            "with an empty label": ([[0, 0], [2, 2]], [0, 2]),
            "in the lesson's own call": ([[2, 3, 4, 4, 5]], [5]),
        }
        return {
            words: {"labels": np.array(rows, "int32"), "lengths": np.array(lengths, "int32")}
            for words, (rows, lengths) in labels.items()
        }

    def judge(self, inputs, outputs):
        labels, lengths = inputs["labels"], inputs["lengths"]
        words = [label[:length].tolist() for label, length in zip(labels, lengths, strict=True)]
        expected = np.array([len(word) + sum(a == b for a, b in itertools.pairwise(word)) for word in words])
        padding = [
            len(word) + sum(a == b for a, b in itertools.pairwise(row))
            for word, row in zip(words, labels.tolist(), strict=True)
        ]
        runs = [len(word) + sum(len(list(run)) > 1 for _, run in itertools.groupby(word)) for word in words]
        around = [int(row[0] == row[-1]) for row in labels], [int(word[:1] == word[-1:] != []) for word in words]
        first = "the first symbol has no neighbour before it: index -1 is the last one, and np.roll brings it in again"
        once = [len(word) + any(a == b for a, b in itertools.pairwise(word)) for word in words]
        yours = outputs["frames"]
        if yours.ndim == 0:
            raise Wrong("one number for each label is wanted, (batch,); count along axis 1")
        expect_shape("the frames", yours, expected.shape, "(batch,)")
        between = "a blank is needed between two equal neighbours, so each such pair costs one frame more"
        expect_close(
            "the frames needed",
            yours,
            expected,
            [
                (lengths, between),
                (lengths + sum(expected - lengths), "the repeats of all labels are added up: sum along axis 1"),
                (np.array(padding), "the padding counts as repeats: look at the first label_lengths symbols only"),
                (
                    np.full(len(words), labels.shape[1]) + expected - lengths,
                    "the padded length is counted; label_lengths says how many symbols there are",
                ),
                (np.array(padding) - lengths + labels.shape[1], "the padded length is counted, and its repeats"),
                (
                    2 * lengths + 1,
                    "blanks may be skipped, but between equal neighbours: 2 L + 1 is more than is needed",
                ),
                (
                    2 * lengths - 1,
                    "blanks may be skipped, but between equal neighbours: 2 L - 1 is more than is needed",
                ),
                (2 * lengths - [len(set(word)) for word in words], "only *neighbours* need a blank between them"),
                (np.array(runs), "1 1 1 needs two blanks, not one: count pairs of neighbours, not runs"),
                (2 * lengths - expected, "a repeat needs one frame more, not less"),
                (expected + 1, "one too many: no blank is needed before the first symbol or after the last"),
                (expected - 1, "one too few"),
                (expected - lengths, "these are the repeats only; the symbols need a frame each as well"),
                (lengths + 2 * (expected - lengths), "each pair of equal neighbours costs one frame more, not two"),
                (expected + around[0], first),
                (expected + around[1], first),
                (
                    once,
                    f"the label {words[0]} has {expected[0] - lengths[0]} pairs of equal neighbours; yours counts one",
                ),
            ],
            where=lambda index: f" for the label {words[index[0]]}",
        )


class ValidFrames(Check):
    exercise = "5b.2"
    name = "valid_frames"

    def inputs(self, rng):
        strides = np.array([[3, 2], [2, 3], [2, 3, 2]][int(rng.integers(3))])
        multiples = rng.whole(4, 30, 6)
        widths = multiples * np.prod(strides) + np.array([0, 1, 2, 3, 5, 1])
        return {"widths": widths.astype("int32"), "strides": strides}

    def further(self):
        cases = {
            "with one line": ([37], [2, 3]),
            "with one stride": ([8, 9, 13, 14], [3]),
            "with strides of 1": ([7, 12, 15], [1, 2, 1]),
            "with lines of one column": ([1, 1, 2], [2, 2]),
            "with the lesson's strides": ([180, 181, 182, 183, 57], [2, 2]),
        }
        return {
            words: {"widths": np.array(widths, "int32"), "strides": np.array(strides)}
            for words, (widths, strides) in cases.items()
        }

    def probe(self, answer, inputs):
        strides = inputs["strides"].tolist()
        eager = {"frames": answer(inputs["widths"].copy(), list(strides))}
        eager["none"] = answer(inputs["widths"].copy(), [])
        arrays(eager)
        advice = "keep to plain arithmetic, as + and //, on all widths at once"
        compiled = inside_a_graph(
            lambda widths: answer(widths, list(strides)), inputs["widths"], shapes=[(None,)], advice=advice
        )
        return eager | {"compiled": compiled}

    def judge(self, inputs, outputs):
        widths, strides = inputs["widths"].astype(int), inputs["strides"].tolist()
        total = int(np.prod(strides))
        kept = []
        for width in widths:
            columns = list(range(width))
            for stride in strides:
                columns = columns[::stride]
            kept.append(len(columns))
        expected, yours = np.array(kept), outputs["frames"]
        floored, off, more, plus_one = widths, widths, widths, widths
        for stride in strides:
            floored, off, more = floored // stride, (off - 1) // stride, more // stride + 1
            plus_one = (plus_one + 1) // stride
        if yours.ndim == 0:
            raise Wrong("one number for each line is wanted, (batch,)")
        expect_shape("the frames", yours, expected.shape, "(batch,)")
        up = "a stride of 2 keeps columns 0, 2, 4, ...: of 5 columns 3; round *up* after each stride"
        expect_close(
            "the valid frames",
            yours,
            expected,
            [
                (floored, up),
                (widths // total, up),
                (np.round(widths / total), up),
                (widths / total, "frames are whole; " + up),
                (off, "one column too few: " + up),
                (more, "one frame too many where the stride divides the width: of 4 columns a stride of 2 keeps 2"),
                (widths // total + 1, "one frame too many where the strides divide the width"),
                (-(-widths // strides[0]), "every stride counts, not only the first"),
                (-(-widths // strides[-1]), "every stride counts, not only the last"),
                (-(-widths // sum(strides)), "strides multiply: after 2 and 2 a frame is 4 columns wide"),
                (
                    np.full(len(widths), -(-widths.max() // total)),
                    "each line has its own width; yours are all the widest",
                ),
                (widths, "the strides do nothing here"),
                (widths // 4, "strides is an argument; yours always divides by 4, and rounds down"),
                (-(-widths // 4), "strides is an argument; yours always divides by 4"),
                (plus_one, "adding 1 rounds up for a stride of 2 only; in general add stride - 1"),
            ],
            where=lambda index: f" for {widths[index]} columns and the strides {strides}",
        )
        expect_close("the valid frames without any stride", outputs["none"], widths)
        if outputs["compiled"].dtype.kind not in "iu":
            raise Wrong("inside a model the frames should be whole numbers (// keeps them so); yours are floats")
        expect_shape("inside a model, the frames", outputs["compiled"], expected.shape, "(batch,)")
        expect_close("inside a model, the valid frames", outputs["compiled"], expected)
