"""Checks of lesson 3c, reading in both directions."""

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape


class MergeDirections(Check):
    exercise = "3c.1"
    name = "merge_directions"

    def inputs(self, rng):
        shape = (int(rng.integers(2, 4)), int(rng.integers(5, 7)), int(rng.integers(8, 10)))
        return {name: rng.normal(size=shape).astype("float32") for name in ("forward", "backward")}

    def probe(self, answer, inputs):
        import keras

        merged = answer(inputs["forward"], inputs["backward"])
        if merged is None:
            raise Wrong("your answer returned None; is the `return` missing?")
        ways = [keras.Input((None, inputs["forward"].shape[2])) for _ in range(2)]
        try:
            model = keras.Function(ways, answer(*ways))
            in_model = model([inputs["forward"], inputs["backward"]])
        except Exception:
            in_model = np.zeros(0)  # the judge says what an answer that fails inside a model lacks
        return {"merged": merged, "in_model": in_model}

    def judge(self, inputs, outputs):
        forward, backward = inputs["forward"], inputs["backward"]
        merged, last = outputs["merged"], forward.shape[1] - 1
        batch, steps, units = forward.shape
        if merged.shape == (batch, 2 * steps, units):
            raise Wrong("the two are joined along time; join them along the last axis, side by side at each position")
        if merged.shape == forward.shape:
            raise Wrong("the two are mixed into one; keep both, side by side: (batch, T, 2 units)")
        if merged.shape in ((2, *forward.shape), (*forward.shape, 2)):
            raise Wrong("the two stand on an axis of their own; join them along the last axis: (batch, T, 2 units)")
        expect_shape("the result", merged, (batch, steps, 2 * units), "(batch, T, 2 units)")
        turned = np.array([[backward[e, last - t] for t in range(steps)] for e in range(batch)])
        expected = np.array([[[*forward[e, t], *turned[e, t]] for t in range(steps)] for e in range(batch)])

        def joined(*parts):
            return np.concatenate(parts, axis=-1)

        expect_close(
            "the result",
            merged,
            expected,
            [
                (
                    joined(forward, backward),
                    "position t holds the backward state of position T - 1 - t: the backward "
                    "states come in the order read and must be turned round",
                ),
                (joined(turned, forward), "the halves are exchanged: the forward state comes first"),
                (joined(backward, forward), "the halves are exchanged, and the backward states are not turned round"),
                (
                    joined(forward[:, ::-1], turned),
                    "the forward states are turned round too; they are in order already",
                ),
                (
                    joined(forward[:, ::-1], backward),
                    "the forward states are turned round; it is the backward ones that come last word first",
                ),
                (
                    joined(forward, backward[::-1, ::-1, ::-1]),
                    "every axis is turned round, batch and units too; only time, axis 1, must be: give the axis",
                ),
                (
                    joined(forward, backward[::-1, ::-1]),
                    "the batch is turned round as well as time; it is time alone, axis 1, that must be",
                ),
                *(
                    (
                        joined(forward, np.roll(turned, shift, axis=1)),
                        "off by one: the backward state of position t is the one read at step T - 1 - t",
                    )
                    for shift in (1, -1)
                ),
                (joined(forward, backward[::-1]), "the batch is turned round; it is time, axis 1, that must be"),
                (joined(forward, backward[:, :, ::-1]), "the units are turned round; it is time, axis 1, that must be"),
                (joined(forward, backward)[:, :, ::-1], "the units are turned round; it is time, axis 1, that must be"),
                (
                    np.stack([forward, turned], axis=-1).reshape(expected.shape),
                    "the two are interleaved; the forward "
                    "state should stand in the first half, the backward state in the second",
                ),
            ],
        )
        if not (outputs["in_model"].shape == expected.shape and np.allclose(outputs["in_model"], expected, atol=1e-5)):
            raise Wrong(
                "right for NumPy arrays, but not for the Keras tensors that a model passes in, whose batch and T are "
                "not known: use the functions of keras.ops"
            )


class ReverseWords(Check):
    exercise = "3c.2"
    name = "reverse_words"

    def inputs(self, rng):
        batch, steps, features = int(rng.integers(3, 6)), int(rng.integers(7, 11)), int(rng.integers(2, 5))
        lengths = rng.integers(2, steps, size=batch)
        lengths[:2] = steps, rng.integers(3, steps - 2)
        mask = np.arange(steps) < rng.permutation(lengths)[:, None]
        return {"x": rng.normal(size=(batch, steps, features)).astype("float32"), "mask": mask}

    def probe(self, answer, inputs):
        return {"reversed": answer(inputs["x"], inputs["mask"])}

    def judge(self, inputs, outputs):
        x, mask = inputs["x"], inputs["mask"]
        yours = outputs["reversed"]
        expect_shape("the result", yours, x.shape, "(batch, T, features)")
        batch, steps, _ = x.shape
        expected, rolled, doubled = x.astype("float64"), x[:, ::-1].astype("float64"), x.astype("float64")
        for e in range(batch):
            words = [x[e, t] for t in range(steps) if mask[e, t]]
            for t, word in enumerate(reversed(words)):
                expected[e, t] = word
            for t in range(len(words)):
                doubled[e, t] = x[e, len(words) - t] if 0 < len(words) - t < steps else x[e, 0]
        shifted, back_to_front, on_the_right, all_but_last, all_but_first, padding_reversed = (
            x.astype("float64") for _ in range(6)
        )
        for e in range(batch):
            n = int(mask[e].sum())
            for t in range(n):
                shifted[e, t] = x[e, n - 2 - t]
                back_to_front[e, t] = x[e, n - 1 - t, ::-1]
            padding_reversed[e, n:] = x[e, n:][::-1]
            on_the_right[e] = np.concatenate([x[e, n:], x[e, :n][::-1]])
            all_but_last[e, : n - 1] = x[e, : n - 1][::-1]
            all_but_first[e, 1:n] = x[e, 1:n][::-1]
        through_batch = x.astype("float64")
        through_batch[mask] = x[mask][::-1]

        def as_if_all_had(n):
            return np.concatenate([x[:, :n][:, ::-1], x[:, n:]], axis=1)

        expect_close(
            "the reversed words",
            np.where(mask[..., None], yours, 0),
            np.where(mask[..., None], expected, 0),
            [
                (
                    np.where(mask[..., None], rolled, 0),
                    "the whole rows are reversed, so that the padding comes first; reverse only the words of each row",
                ),
                (np.where(mask[..., None], x, 0), "nothing has changed places"),
                (np.where(mask[..., None], doubled, 0), "off by one: the last of n words stands at index n - 1"),
                (
                    np.where(mask[..., None], shifted, 0),
                    "off by one: the last of n words stands at index n - 1, and index -1 is the end of the padded row",
                ),
                (
                    np.where(mask[..., None], all_but_last, 0),
                    "the last word of each row has stayed; it comes first",
                ),
                (
                    np.where(mask[..., None], all_but_first, 0),
                    "the first word of each row has stayed; it comes last",
                ),
                (
                    np.where(mask[..., None], through_batch, 0),
                    "words have moved from one text to another; reverse each row by itself",
                ),
                (
                    np.where(mask[..., None], back_to_front, 0),
                    "the words are in the right order, but their features are reversed too; reverse time alone",
                ),
                (
                    np.where(mask[..., None], on_the_right, 0),
                    "the reversed words stand at the right end of the row; the padding belongs behind them",
                ),
                *(
                    (
                        np.where(mask[..., None], as_if_all_had(n), 0),
                        "all rows are reversed as if they had one length; each has its own",
                    )
                    for n in range(2, steps)
                ),
                (
                    np.where(mask[..., None], x[:, :, ::-1], 0),
                    "the features are reversed; it is time, axis 1, that must be",
                ),
                (np.where(mask[..., None], x[::-1], 0), "the batch is reversed; it is time, axis 1, that must be"),
            ],
        )
        expect_close(
            "the padding",
            np.where(mask[..., None], 0, yours),
            np.where(mask[..., None], 0, x),
            [
                (np.zeros_like(x), "the words are right, but the padding has been set to 0; leave it as it is"),
                (
                    np.where(mask[..., None], 0, padding_reversed),
                    "the words are right, but the padding is reversed as well; leave it as it is",
                ),
            ],
        )
