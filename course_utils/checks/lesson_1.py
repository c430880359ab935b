"""Checks of lesson 1, what a sequence problem is."""

import math

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape, kept

SHAPES = ("one to one", "one to many", "many to one", "aligned", "unaligned")
UNCLEAR, MISSING, UNKNOWN = 5, 6, 7  # codes besides the index of a shape
LETTERS = tuple("abcdefghij")  # of the tasks; the probe, which runs beside student code, knows no more of them
# letter: (what comes in, what goes out, shape)
TASKS = {
    "a": ("a photograph", "which of a hundred flowers it shows", 0),
    "b": ("a photograph", "a sentence that describes it", 1),
    "c": ("the words of a film review", "a rating of one to five stars", 2),
    "d": ("the temperatures of 48 hours", "the temperature six hours later", 2),
    "e": ("a sentence", "for each word, whether it belongs to a name", 3),
    "f": ("a film clip", "for each frame, whether somebody speaks", 3),
    "g": ("an English sentence", "the same in French", 4),
    "h": ("a recording of 16,000 numbers a second", "the text that is spoken", 4),
    "i": ("one of twenty composers, chosen from a list", "the notes of a melody in that manner", 1),
    "j": ("the words of a question and a passage", "an answer in words", 4),
}


def shape_code(said):
    """The index into SHAPES of what a student wrote, or UNCLEAR (aligned or not is not said), or UNKNOWN."""
    letters = "".join(character for character in str(said).lower() if character.isalpha())
    if "unaligned" in letters or "notaligned" in letters or "nonaligned" in letters:
        return 4
    if "aligned" in letters:
        return 3
    plain = [shape.replace(" ", "") for shape in SHAPES[:3]]
    if letters in plain:
        return plain.index(letters)
    return UNCLEAR if letters == "manytomany" else UNKNOWN


class NameShapes(Check):
    exercise = "1.1"
    name = "name_shapes"

    def inputs(self, rng):
        return {"order": rng.permutation(len(TASKS))}  # in which the tasks are looked at

    def probe(self, answer, inputs):
        shapes = answer()
        if not isinstance(shapes, dict):
            raise Wrong(f"a dictionary from letter to shape is wanted; yours is a {type(shapes).__name__}")
        if all(str(shape) == "?" for shape in shapes.values()):
            raise NotImplementedError(f"exercise {self.exercise}")
        asked = [LETTERS[n] for n in inputs["order"]]
        return {"codes": np.array([shape_code(shapes[x]) if x in shapes else MISSING for x in asked])}

    def judge(self, inputs, outputs):
        codes = outputs["codes"]
        expect_shape("the answer", codes, (len(TASKS),))
        said = dict(zip([LETTERS[n] for n in inputs["order"]], codes.tolist(), strict=True))
        for letter, (given, wanted, right) in TASKS.items():
            code, task = said[letter], f"task {letter} ({given} → {wanted})"
            if code == right:
                continue
            if code == MISSING:
                raise Wrong(f"{task} has no answer yet")
            if code == UNCLEAR:
                raise Wrong(f'{task}: many to many comes in two kinds; say "aligned" or "unaligned"')
            if code not in range(len(SHAPES)):
                raise Wrong(f"{task}: write one of {', '.join(SHAPES)}")
            many_in, many_out = code >= 2, code in (1, 3, 4)
            if many_in != (right >= 2):
                raise Wrong(f"{task}: look at the *input* again: is it a sequence, or one thing?")
            if many_out != (right in (1, 3, 4)):
                raise Wrong(f"{task}: look at the *output* again: is it a sequence, or one thing?")
            raise Wrong(
                f"{task}: both are sequences, true; is there exactly one output for each input step, in its place, "
                "or do the two have lengths of their own?"
            )


class PadBatch(Check):
    exercise = "1.2"
    name = "pad_batch"

    def inputs(self, rng):
        count = int(rng.integers(3, 7))
        lengths = rng.permutation([*range(2, 2 + count)])
        longest, inner = int(np.argmax(lengths)), int(rng.integers(1, count - 1))  # neither the first nor the last
        lengths[[longest, inner]] = lengths[[inner, longest]]
        lengths[inner] += int(rng.integers(1, 4))
        values = np.round(rng.normal(scale=10, size=lengths.sum()), 1).astype("float32")
        values[np.cumsum(lengths) - lengths] = 0.0  # the first of each sequence: a value like any other
        values[values.size - 1] = 3.5
        fill = float(rng.integers(-99, -50))
        values[lengths[0] - 1] = fill  # the last of the first sequence: a value like any other, too
        return {"values": values, "lengths": lengths, "fill": fill}

    def probe(self, answer, inputs):
        ends = np.cumsum(inputs["lengths"])
        parts = zip(ends, inputs["lengths"], strict=True)
        sequences = [inputs["values"][end - length : end].tolist() for end, length in parts]
        with kept("the lists it is given", sequences):
            returned = answer(sequences, inputs["fill"])
        if returned is None or isinstance(returned, dict) or len(returned) != 2:
            raise Wrong("two arrays are wanted: return padded, mask")
        padded, mask = returned
        for what, rows in (("padded", padded), ("the mask", mask)):
            nested = isinstance(rows, list) and all(isinstance(row, list | np.ndarray) for row in rows)
            if nested and len({len(row) for row in rows}) > 1:
                raise Wrong(f"the rows of {what} differ in length; each should reach as far as the longest")
        return {"padded": padded, "mask": mask}

    def judge(self, inputs, outputs):
        values, lengths, fill = inputs["values"], inputs["lengths"].tolist(), inputs["fill"]
        padded, mask = outputs["padded"], outputs["mask"]
        batch, steps, begin = len(lengths), max(lengths), 0
        right, left, zeros, inside = np.full((batch, steps), fill), np.full((batch, steps), fill), [], []
        for n, length in enumerate(lengths):
            for t in range(length):
                right[n, t] = left[n, steps - length + t] = values[begin + t]
            begin += length
            inside.append([t < length for t in range(steps)])
        inside = np.array(inside)
        zeros = np.where(inside, right, 0.0)
        sorted_rows = [np.argsort(lengths), np.argsort(lengths)[::-1]]
        one_more, one_less = ([[t < length + n for t in range(steps)] for length in lengths] for n in (1, -1))
        shortest = min(lengths)
        if padded.shape == (batch, shortest) and shortest != steps:
            raise Wrong("the sequences are cut to the shortest; pad them to the longest instead, and lose nothing")
        if padded.ndim == 2 and padded.shape[0] == batch and padded.shape[1] > steps:
            raise Wrong(f"padded to {padded.shape[1]} steps, but the longest of the batch has {steps}: that is waste")
        if padded.shape == (steps, batch) and steps != batch:
            raise Wrong("padded has time first; it should have one row per sequence, (batch, T)")
        if padded.ndim == 2 and padded.shape[0] == batch and padded.shape[1] < steps:
            raise Wrong(f"padded to {padded.shape[1]} steps, but the longest sequence has {steps}; look at all lengths")
        expect_shape("padded", padded, (batch, steps), "(batch, T of the longest)")
        expect_shape("the mask", mask, (batch, steps), "(batch, T of the longest)")
        expect_close(
            "padded",
            padded,
            right,
            [
                (left, "the values stand at the end; padding belongs on the right, after them"),
                (zeros, "the padding is 0, whatever `fill` is; 0 degrees is a value like any other, so use `fill`"),
                (
                    np.trunc(right),
                    "the values lost their decimals, because the array holds integers; make it one of floats",
                ),
                (inside, "this is the mask; return padded first, then the mask"),
                *(
                    (right[order], "the rows are sorted by length; leave them in the order given")
                    for order in sorted_rows
                ),
            ],
        )
        expect_close(
            "the mask",
            mask,
            inside,
            [
                (~inside, "the mask is upside down: it should be True at values and False at padding"),
                (inside & (right != 0), "0 is a value like any other: make the mask from the lengths, not the values"),
                (inside & (right != fill), "a value may equal `fill`: make the mask from the lengths, not the values"),
                (
                    (right != 0) & (right != fill),
                    "0 is a value like any other: make the mask from the lengths, not the values",
                ),
                (one_more, "the mask goes one step too far: position t, counted from 0, is a value if t < length"),
                (one_less, "the mask ends one step too early: position t, counted from 0, is a value if t < length"),
                (right != 0, "a mask from `values != 0` misses real zeros and keeps the padding; use the lengths"),
                (np.ones_like(inside), "the mask is True everywhere; it should be False at padding"),
            ],
        )
        if mask.dtype != bool:
            raise Wrong(f"the mask should hold True and False (bool); yours holds {mask.dtype}")


class BucketBatches(Check):
    exercise = "1.3"
    name = "bucket_batches"

    def inputs(self, rng):
        batch_size = int(rng.integers(3, 6))
        count = batch_size * int(rng.integers(3, 6)) + int(rng.integers(1, batch_size - 1))
        lengths = rng.choice(np.arange(5, 120), size=count, replace=False)
        lengths[:batch_size] = np.resize([200, 3], batch_size) + np.arange(batch_size)  # the given order is a bad one
        lengths[-1] = lengths[-2]  # two reviews of equal length
        return {"lengths": lengths, "batch_size": batch_size}

    def probe(self, answer, inputs):
        batches = answer(inputs["lengths"], inputs["batch_size"])
        if batches is None:
            raise Wrong("your answer returned None; is the `return` missing?")
        batches = [np.array(batch) for batch in batches]
        if any(batch.ndim != 1 for batch in batches):
            raise Wrong("a list of batches is wanted, each an array or a list of the indices in it")
        sizes = np.array([len(batch) for batch in batches], dtype=int)
        return {"indices": np.concatenate(batches) if batches else np.zeros(0), "sizes": sizes}

    def judge(self, inputs, outputs):
        lengths, size = inputs["lengths"], inputs["batch_size"]
        indices, sizes, count = outputs["indices"], outputs["sizes"], len(inputs["lengths"])
        if indices.ndim != 1 or sizes.ndim != 1 or sizes.sum() != len(indices):
            raise Wrong("a list of batches is wanted, each an array or a list of the indices in it")
        if sorted(indices.tolist()) == sorted(lengths.tolist()):
            raise Wrong("these are the lengths themselves; the *indices* of the reviews are wanted (np.argsort)")
        if indices.dtype == bool:
            raise Wrong("these are masks over the reviews; the *indices* of those in a batch are wanted")
        unknown = set(indices.tolist()) - set(range(count))
        if unknown:
            raise Wrong(f"the {count} reviews have the indices 0 to {count - 1}; yours include {min(unknown):g}")
        missing = set(range(count)) - set(indices.tolist())
        if missing and len(indices) == count and sorted(lengths[indices.astype(int)]) == sorted(lengths):
            raise Wrong("reviews of equal length are confused: each has an index of its own (np.argsort gives them)")
        if missing and len(indices) == count - count % size:
            raise Wrong("the last batch is missing: it may be smaller than the others, but its reviews count")
        if missing:
            raise Wrong(f"{len(missing)} of the {count} reviews are in no batch, for example review {min(missing)}")
        if len(indices) != count:
            raise Wrong("each review should be in exactly one batch; yours has some of them twice")
        if sizes.max() > size:
            raise Wrong(f"no batch may hold more than batch_size = {size} reviews; yours has one of {sizes.max()}")
        if len(sizes) != math.ceil(count / size):
            raise Wrong(f"{math.ceil(count / size)} batches are enough for {count} reviews; yours are {len(sizes)}")
        if (sizes < size).sum() > 1:
            raise Wrong(f"{(sizes < size).sum()} batches are smaller than batch_size = {size}; only one may be")
        if indices.dtype.kind not in "iu":
            raise Wrong(f"indices must be integers to index with; yours are {indices.dtype}")
        ordered = sorted(lengths.tolist())
        best = max(self.positions(ordered, size), self.positions(ordered[::-1], size))
        ends = np.cumsum(sizes)
        parts = [lengths[indices[end - n : end].astype(int)] for end, n in zip(ends, sizes, strict=True)]
        yours = sum(len(part) * int(part.max()) for part in parts if len(part))
        if yours == self.positions(lengths.tolist(), size):
            raise Wrong("the batches follow the given order; sort by length first, so that like stands with like")
        if yours > best:
            raise Wrong(
                f"these batches need {yours} positions after padding, {best} are enough: long and short reviews "
                "share a batch; sort by length, then cut"
            )

    @staticmethod
    def positions(lengths, size):
        """Positions of batches cut from a list of lengths in this order, each padded to its longest."""
        batches = [lengths[n : n + size] for n in range(0, len(lengths), size)]
        return sum(len(batch) * max(batch) for batch in batches)


class CountParameters(Check):
    exercise = "1.4"
    name = "count_parameters"

    def inputs(self, rng):
        T, kernel, inputs, units = rng.choice([5, 7, 11, 13, 17, 19, 23], 4, replace=False).tolist()
        return {"T": max(T, kernel), "inputs": inputs, "units": units, "kernel": min(T, kernel)}

    def probe(self, answer, inputs):
        counts = answer(inputs["T"], inputs["inputs"], inputs["units"], inputs["kernel"])
        if counts is None or isinstance(counts, dict | int | float) or len(counts) != 3:
            raise Wrong("three numbers are wanted: return dense, conv, rnn")
        return dict(zip(("dense", "conv", "rnn"), counts, strict=True))

    def judge(self, inputs, outputs):
        T, n, units, kernel = (inputs[name] for name in ("T", "inputs", "units", "kernel"))

        def weights(*matrices):  # each unit counts its own
            return sum(1 for rows in matrices for _ in range(rows) for _ in range(units))

        mistakes = {
            "dense": [
                (weights(T * n), "dense: the biases are missing, one per unit"),
                (weights(n, 1), "dense: this is one timestep's; the layer sees all T of them side by side"),
                (T * weights(n, 1), "dense: the bias is counted T times; there is one per unit"),
                (weights(T * n) + 1, "dense: each unit has a bias of its own, not one for the layer"),
                (weights(n), "dense: the layer sees all T timesteps side by side, and each unit has a bias"),
                (T * T * weights(n) + T * units, "dense: this is a layer with `units` outputs at *each* step"),
                (weights(T, 1), "dense: a timestep is a vector of `inputs` numbers, not one number"),
            ],
            "conv": [
                (weights(kernel * n), "conv: the biases are missing, one per unit"),
                (weights(n, 1), "conv: a kernel reaches over `kernel` timesteps at once"),
                (weights(kernel, 1), "conv: each of the `kernel` timesteps is a vector of `inputs` numbers"),
                (T * weights(kernel * n, 1), "conv: the same kernel is used at every position, so T does not enter"),
                (weights(T * n, 1), "conv: the kernel spans `kernel` timesteps, not all T"),
                (weights(kernel * n) + 1, "conv: each unit has a bias of its own, not one for the layer"),
                (weights(n), "conv: a kernel reaches over `kernel` timesteps at once, and each unit has a bias"),
                ((T - kernel + 1) * weights(kernel * n, 1), "conv: the same kernel is used at every position"),
                (weights(kernel * kernel * n, 1), "conv: the kernel spans `kernel` timesteps, once: time is one axis"),
                (weights(kernel * n, kernel), "conv: there is one bias per unit, whatever the kernel"),
            ],
            "rnn": [
                (weights(n, units), "rnn: the biases b_h are missing, one per unit"),
                (weights(n, 1), "rnn: W_hh is missing, from the state before to the state now"),
                (T * weights(n, units, 1), "rnn: the same weights are used at every timestep, so T does not enter"),
                (weights(n, units, 2), "rnn: there is one bias per unit, for input and state together"),
                (weights(T * n, units, 1), "rnn: W_xh sees one timestep at a time, so T does not enter"),
                (weights(n, units) + 1, "rnn: each unit has a bias of its own, not one for the layer"),
                (weights(n), "rnn: W_hh is missing, from the state before to the state now, and so is b_h"),
                (weights(n, 1, 1), "rnn: W_hh is a matrix: each unit sees all `units` numbers of the state before"),
                (weights(n, n, 1), "rnn: W_hh leads from `units` numbers to `units` numbers"),
            ],
        }
        expected = {"dense": weights(T * n, 1), "conv": weights(kernel * n, 1), "rnn": weights(n, units, 1)}
        given = [outputs[layer].tolist() for layer in expected]
        if given != [*expected.values()] and sorted(map(str, given)) == sorted(map(str, expected.values())):
            raise Wrong("these are the right numbers in another order; return dense, conv, rnn")
        for layer, count in expected.items():
            expect_close(layer, outputs[layer], np.array(count), mistakes[layer], atol=0.4, rtol=0)


class BagOfWords(Check):
    exercise = "1.5"
    name = "bag_of_words"

    def inputs(self, rng):
        batch, steps, size = int(rng.integers(3, 6)), int(rng.integers(7, 12)), int(rng.integers(13, 18))
        ids = rng.integers(2, size, size=(batch, steps))
        ids[:, 1], ids[:, 2] = ids[:, 0], 1  # each text repeats a word, and has an unknown one
        ids = np.minimum(ids, size - 2)
        ids[-1, :2] = size - 1  # the only place of the last word; this text fills its row
        lengths = np.append(rng.integers(4, steps, size=batch - 1), steps)
        return {"token_ids": np.where(np.arange(steps) < lengths[:, None], ids, 0), "vocabulary_size": size}

    def probe(self, answer, inputs):
        ids, size = inputs["token_ids"], inputs["vocabulary_size"]
        return {"bags": answer(ids, size), "alone": answer(ids[:1], size)}

    def judge(self, inputs, outputs):
        ids, size = inputs["token_ids"], inputs["vocabulary_size"]
        bags, alone = outputs["bags"], outputs["alone"]
        batch = len(ids)
        counts = np.zeros((batch, size))
        for row, text in zip(counts, ids.tolist(), strict=True):
            for token in text:
                row[token] += 1
        wanted = counts.copy()
        wanted[:, 0] = 0
        no_unknown = wanted.copy()
        no_unknown[:, 1] = 0
        if bags.shape == (size,):
            raise Wrong("this is one bag for the whole batch; each text has its own, (batch, vocabulary_size)")
        if bags.shape == (*ids.shape, size):
            raise Wrong("this is one vector per word, still in order; add them up over time")
        if bags.shape == (batch, size - 1):
            raise Wrong("keep column 0, with 0 in it, so that column n still stands for token n")
        if bags.shape == ids.shape:
            raise Wrong("there should be one column per word of the vocabulary, not one per position")
        expect_shape("the bags", bags, (batch, size), "(batch, vocabulary_size)")
        ends = np.zeros((batch, size))
        ends[np.arange(batch), [text[text > 0][-1] for text in ids]] = 1
        total = np.maximum(wanted.sum(axis=1, keepdims=True), 1)
        expect_close(
            "the bags",
            bags,
            wanted,
            [
                (counts, "padding (token 0) is counted as a word; column 0 should hold 0"),
                (wanted > 0, "this says which words occur; *how often* is wanted"),
                (counts > 0, "this says which words occur; *how often* is wanted, and padding is no word"),
                (wanted / total, "these are shares; plain counts are wanted"),
                (no_unknown, "token 1 stands for an unknown word, which is still a word; only 0 is padding"),
                (np.roll(wanted, -1, axis=1), "shifted by one: column n should count token n"),
                (wanted - ends, "the last word of each text is not counted"),
                (wanted * (np.arange(size) < size - 1), "the last word of the vocabulary is not counted"),
                (
                    wanted - ends * (ids[:, -1:] > 0),
                    "the last column of token_ids is not counted; a text may fill its row",
                ),
            ],
        )
        if alone.shape == (1, alone.size) and alone.size < size:
            raise Wrong("a bag has vocabulary_size columns, even where the last words of the vocabulary do not occur")
        expect_shape("the bag of one text by itself", alone, (1, size), "(batch, vocabulary_size)")
        expect_close("the bag of one text by itself", alone, wanted[:1])
