"""Checks of lesson 4b, attention, residual stacks and the scores of a beam."""

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape

OVER_THE_SOURCE = (
    "the weights of each target step must sum to 1 over the *source* axis; yours sum to 1 over the target axis"
)


def sizes(rng):
    """Batch, target steps, source steps and units, all different, so that no two axes can be taken for each other."""
    return int(rng.integers(2, 4)), int(rng.integers(4, 6)), int(rng.integers(6, 9)), int(rng.integers(9, 12))


def normal(rng, *shape, scale=1.0):
    return (scale * rng.normal(size=shape)).astype("float32")


def words(rng, batch, steps):
    """A mask (batch, steps), True at words and False at the padding on the right; one row is full, one has padding."""
    lengths = rng.integers(2, steps, size=batch)
    lengths[0] = steps
    return np.arange(steps) < lengths[:, None]


def in_double(inputs):
    return [value.astype("float64") if value.dtype.kind == "f" else value for value in inputs.values()]


def softmax(scores, axis=-1):
    shifted = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


def weights_of(scores, mask):
    """Softmax over the words of each row alone, one row and one step at a time; 0 at the padding."""
    weights = np.zeros_like(scores)
    for b, t in np.ndindex(scores.shape[:2]):
        weights[b, t, mask[b]] = softmax(scores[b, t, mask[b]])
    return weights


def several(result, names):
    """What an answer returned, as {name: array}. Raises Wrong where it is not len(names) things."""
    if result is None:
        raise Wrong("your answer returned None; is the `return` missing?")
    if len(names) == 1:
        return {names[0]: result}
    if not isinstance(result, tuple | list) or len(result) != len(names):
        got = f"{len(result)} things" if isinstance(result, tuple | list) else "one thing"
        raise Wrong(f"return {len(names)} things, {', '.join(names)}; yours returns {got}")
    return dict(zip(names, result, strict=True))


def inside_a_model(answer, inputs, names, constant=()):
    """What the answer gives as part of a Keras model, whose batch and lengths are not known when it is built.

    inputs: {name: array}; those in `constant` are weights. Returns {"in_model": the first of `names`, computed}; where
    the model cannot be built, the letters of the error, for `expect_in_model`, so that the arrays are judged before.
    """
    import keras
    from keras import ops

    def symbol(name, value):
        if name in constant:
            return keras.Input(batch_shape=value.shape)
        known = value.ndim > 2 and name != "scores"
        return keras.Input((None,) * (value.ndim - 2) + (value.shape[-1] if known else None,), dtype=str(value.dtype))

    symbols = [symbol(name, value) for name, value in inputs.items()]
    try:
        first = several(answer(*symbols), names)[names[0]]
        for unused in symbols:  # a model wants all of its inputs used
            first = first + 0 * ops.sum(ops.cast(unused, "float32"))
        return {"in_model": keras.Model(symbols, first)(list(inputs.values()))}
    except NotImplementedError:
        raise
    except Exception as error:
        letters = f"{type(error).__name__}: {' '.join(str(error).split())[:160]}".encode()
        return {"in_model": np.frombuffer(letters, dtype="uint8")}


def expect_in_model(outputs, what, expected):
    if outputs["in_model"].dtype == np.uint8:
        raise Wrong(
            "right for arrays, but a Keras model cannot use it: there batch and lengths are not known yet, so use "
            f"keras.ops throughout, not NumPy or tf ({outputs['in_model'].tobytes().decode(errors='replace')})"
        )
    expect_shape("inside a Keras model, " + what, outputs["in_model"], expected.shape)
    expect_close("inside a Keras model, " + what, outputs["in_model"], expected, atol=1e-4)


class AttentionScores(Check):
    exercise = "4b.1"
    name = "attention_scores"

    def inputs(self, rng):
        batch, target, source, units = sizes(rng)
        return {"queries": normal(rng, batch, target, units), "keys": normal(rng, batch, source, units)}

    def probe(self, answer, inputs):
        names = ("scores",)
        return several(answer(*inputs.values()), names) | inside_a_model(answer, inputs, names)

    def judge(self, inputs, outputs):
        queries, keys = in_double(inputs)
        expected = np.array([[[q @ k for k in ks] for q in qs] for qs, ks in zip(queries, keys, strict=True)])
        length = np.linalg.norm(queries, axis=-1)[:, :, None] * np.linalg.norm(keys, axis=-1)[:, None]
        scores = outputs["scores"]
        if scores.shape == expected.transpose(0, 2, 1).shape:
            raise Wrong("the axes are exchanged: the target steps t come first, then the source words s")
        if scores.shape == queries.shape[:2] + keys.shape[:2]:
            raise Wrong(
                "each sentence meets the words of all sentences; in a product of matrices the batch stays one axis"
            )
        expect_shape("the scores", scores, expected.shape, "(batch, T_target, T_source)")
        expect_close(
            "the scores",
            scores,
            expected,
            [
                (
                    queries @ keys.reshape(len(keys), keys.shape[2], keys.shape[1]),
                    "a reshape exchanges no axes, it only counts the same numbers off anew; use `ops.transpose`",
                ),
                (
                    np.einsum("btu,csu->bts", queries, keys),
                    "this adds up over all sentences of the batch; each sentence meets its own words alone",
                ),
                (
                    expected / queries.shape[-1] ** 0.5,
                    "this divides by √units (the Transformer does); here the product is plain",
                ),
                (expected / queries.shape[-1], "this is the mean over the units; the dot product is the sum"),
                (softmax(expected), "the softmax comes in the next exercise; return the plain scores"),
                (
                    expected / length,
                    "this is the cosine; the dot product does not divide by the lengths of the vectors",
                ),
                (
                    np.array(
                        [[[np.abs(q - k).sum() for k in ks] for q in qs] for qs, ks in zip(queries, keys, strict=True)]
                    ),
                    "this is a distance; multiply the two vectors, and add up over the units",
                ),
            ],
        )
        expect_in_model(outputs, "the scores", expected)


class AttentionWeights(Check):
    exercise = "4b.2"
    name = "attention_weights"

    def inputs(self, rng):
        batch, target, source, _ = sizes(rng)
        scores = normal(rng, batch, target, source, scale=2)
        scores[:, 0] += 300  # equal to scores without the 300, and too large for a bare exp
        scores[:, 1] -= 300  # so that padding at -100 would win
        return {"scores": scores, "mask": words(rng, batch, source)}

    def probe(self, answer, inputs):
        names = ("weights",)
        longer = {
            "scores": np.concatenate([inputs["scores"], inputs["scores"][:, :, :3] + 5], axis=2),
            "mask": np.concatenate([inputs["mask"], np.zeros_like(inputs["mask"][:, :3])], axis=1),
        }
        outputs = several(answer(*inputs.values()), names) | inside_a_model(answer, inputs, names)
        return outputs | {"padded": several(answer(*longer.values()), names)["weights"]}

    def judge(self, inputs, outputs):
        scores, mask = in_double(inputs)
        expected, kept = weights_of(scores, mask), mask[:, None].astype("float64")
        weights = outputs["weights"]
        expect_shape("the weights", weights, scores.shape, "(batch, T_target, T_source)")
        others = np.arange(scores.shape[1]) != 1
        if np.allclose(weights[:, others], expected[:, others], atol=1e-6) and weights[:, 1][~mask].max() > 0.01:
            raise Wrong("words with scores near -300 lose to your padding: its score must be lower, -1e9 will do")
        expect_close(
            "the weights",
            weights,
            expected,
            [
                (
                    softmax(scores),
                    "the padding takes part: its weights must be 0, and the words of each row share the whole 1",
                ),
                (
                    softmax(scores, axis=1),
                    f"{OVER_THE_SOURCE}, and the mask is missing",
                ),
                (
                    softmax(np.where(kept > 0, scores, -1e9), axis=1),
                    OVER_THE_SOURCE,
                ),
                (
                    softmax(scores, axis=1) * kept,
                    OVER_THE_SOURCE,
                ),
                (
                    softmax(scores) * kept,
                    "the padding is removed after the softmax, so the rest does not sum to 1; it must be out before",
                ),
                (
                    softmax(scores * kept),
                    "a masked score of 0 is not out of the race: exp(0) = 1; it must be so low that its exp is 0",
                ),
                (softmax(np.where(kept > 0, -1e9, scores)), "the mask is the wrong way round: True stands for a word"),
                (
                    softmax(scores + kept),
                    "adding the mask favours words by a factor of e, no more; the padding must get 0",
                ),
                (
                    np.where(kept > 0, scores, 0),
                    "these are masked scores, not weights: the softmax is missing, and the padding should be very low",
                ),
            ]
            + [
                (np.where(kept > 0, scores, -low), "these are masked scores; the softmax is missing")
                for low in (1e9, np.inf)
            ],
            atol=1e-6,
        )
        longer = np.concatenate([expected, np.zeros_like(expected[:, :, :3])], axis=2)
        expect_shape("with three steps of padding more, the weights", outputs["padded"], longer.shape)
        expect_close("with three steps of padding more, the weights", outputs["padded"], longer, atol=1e-6)
        expect_in_model(outputs, "the weights", expected)


class Attend(Check):
    exercise = "4b.3"
    name = "attend"

    def inputs(self, rng):
        batch, target, source, units = sizes(rng)
        queries, keys = normal(rng, batch, target, units, scale=0.5), normal(rng, batch, source, units)
        return {"queries": queries, "keys": keys, "mask": words(rng, batch, source)}

    def probe(self, answer, inputs):
        names = ("joined", "weights")
        return several(answer(*inputs.values()), names) | inside_a_model(answer, inputs, names)

    def judge(self, inputs, outputs):
        queries, keys, mask = in_double(inputs)
        scores = np.einsum("btu,bsu->bts", queries, keys)
        weights = weights_of(scores, mask)

        def joined(weights):
            return np.concatenate([np.einsum("bts,bsu->btu", weights, keys), queries], axis=-1)

        expected = joined(weights)
        context = expected[..., : keys.shape[-1]]
        hints = [
            (context, "this is the context vector alone; put the query beside it"),
            (context + queries, "context and query are added; put them side by side (`ops.concatenate`)"),
            (context * queries, "context and query are multiplied; put them side by side (`ops.concatenate`)"),
            (np.concatenate([queries, context], axis=-1), "the context comes first, then the query"),
            (np.concatenate([context, queries], axis=1), "side by side means along the last axis, that of the units"),
            (
                joined(softmax(scores)),
                "the mask does not arrive at `attention_weights`: the padding has a share in the context",
            ),
            (
                joined(softmax(scores * mask[:, None])),
                "a masked score of 0 is not out of the race; it is `attention_weights` that needs the mask",
            ),
            (
                joined(scores),
                "the context is made with the scores; it is the *weights*, which sum to 1, that mix the keys",
            ),
            (
                np.concatenate([context / mask.shape[1], queries], axis=-1),
                "this is a mean over the source; the weights sum to 1 already, so add up",
            ),
        ]
        if outputs["joined"].shape != expected.shape:
            for mistake, hint in hints:
                yours = outputs["joined"]
                if yours.shape == mistake.shape and np.allclose(yours, mistake, atol=1e-4):
                    raise Wrong(hint)
            if outputs["joined"].shape == weights.shape and outputs["weights"].shape == expected.shape:
                raise Wrong("returned in the wrong order: first context and query side by side, then the weights")
        expect_shape("context and query", outputs["joined"], expected.shape, "(batch, T_target, 2 units)")
        expect_close("context and query side by side", outputs["joined"], expected, hints, atol=1e-4)
        expect_shape("the weights", outputs["weights"], weights.shape, "(batch, T_target, T_source)")
        expect_close(
            "the weights",
            outputs["weights"],
            weights,
            [
                (scores, "the second thing returned should be the weights, after the softmax, not the scores"),
                (softmax(scores), "return the weights that made the context; these are made without the mask"),
            ],
        )
        expect_in_model(outputs, "context and query", expected)


class AdditiveScores(Check):
    exercise = "4b.4"
    name = "additive_scores"

    def inputs(self, rng):
        batch, target, source, units = sizes(rng)
        depth = units + int(rng.integers(2, 4))
        given = {"queries": normal(rng, batch, target, units), "keys": normal(rng, batch, source, units)}
        given |= {name: normal(rng, units, depth, scale=units**-0.5) for name in ("W_q", "W_k")}
        return given | {"v": normal(rng, depth)}

    def probe(self, answer, inputs):
        names = ("scores",)
        try:
            outputs = several(answer(*inputs.values()), names)
        except Exception as error:
            if "ndims must be >= 2" in str(error):
                raise Wrong(
                    "TensorFlow's `@` wants a matrix on its right, and v is a vector; use `ops.matmul`"
                ) from error
            raise
        return outputs | inside_a_model(answer, inputs, names, constant=("W_q", "W_k", "v"))

    def judge(self, inputs, outputs):
        queries, keys, W_q, W_k, v = in_double(inputs)
        q, k = queries @ W_q, keys @ W_k
        z = np.array([[[q_t + k_s for k_s in ks] for q_t in qs] for qs, ks in zip(q, k, strict=True)])
        expected = np.array([[[np.tanh(z_ts) @ v for z_ts in zs] for zs in zt] for zt in z])
        scores = outputs["scores"]
        if scores.shape == z.shape:
            raise Wrong("one number per pair is missing: the sum over the units, weighted by v")
        if scores.shape == expected.transpose(0, 2, 1).shape:
            raise Wrong("the axes are exchanged: the target steps t come first, then the source words s")
        swapped = queries @ W_k, keys @ W_q
        expect_shape("the scores", scores, expected.shape, "(batch, T_target, T_source)")
        expect_close(
            "the scores",
            scores,
            expected,
            [
                (
                    z @ v,
                    "the tanh is missing; without it the score is a part of t plus a part of s, and the part of t "
                    "drops out of the softmax",
                ),
                (np.tanh(z @ v), "the tanh stands outside: it comes before the product with v"),
                (np.tanh(z).sum(axis=-1), "v is missing: each unit counts with its own weight"),
                (np.tanh(z).mean(axis=-1), "v is missing: each unit counts with its own weight"),
                (
                    (np.tanh(q)[:, :, None] + np.tanh(k)[:, None]) @ v,
                    "the tanh is taken of each part; it is taken of the sum",
                ),
                (np.tanh(q[:, :, None] * k[:, None]) @ v, "the two parts are multiplied; this attention *adds* them"),
                (np.tanh(swapped[0][:, :, None] + swapped[1][:, None]) @ v, "W_q and W_k are exchanged"),
                (np.tanh(q[:, :, None] + swapped[1][:, None]) @ v, "W_q is used twice; the keys have a matrix W_k"),
                (np.tanh(swapped[0][:, :, None] + k[:, None]) @ v, "W_k is used twice; the queries have a matrix W_q"),
                (expected / len(v), "this is a mean; the product with v is a sum"),
                (np.tanh(z * v).sum(axis=-1), "v stands inside the tanh; it comes after"),
                (np.tanh(q[:, :, None] - k[:, None]) @ v, "the two parts are subtracted; add them"),
                (softmax(expected), "the softmax comes later; return the plain scores"),
                ((1 / (1 + np.exp(-z))) @ v, "the sigmoid is taken where the tanh belongs"),
                (np.maximum(z, 0) @ v, "ReLU is taken where the tanh belongs"),
            ],
            atol=1e-4,
        )
        expect_in_model(outputs, "the scores", expected)


class ResidualStack(Check):
    exercise = "4b.5"
    name = "residual_stack"

    def inputs(self, rng):
        batch, _, steps, units = sizes(rng)
        given = {"x": normal(rng, batch, steps, 4), "W_1": normal(rng, 4, units)}
        return given | {f"W_{n}": normal(rng, units, units, scale=units**-0.5) for n in (2, 3, 4)}

    def probe(self, answer, inputs):
        from keras import ops

        x, *weights = inputs.values()

        def recurrent(W):
            def layer(x):
                if np.ndim(x) and x.shape[-1] != W.shape[0]:
                    raise Wrong(
                        f"a layer got inputs of width {x.shape[-1]}; it should get {W.shape[0]}, what stands below it"
                    )
                y = ops.tanh(ops.matmul(x, W))
                return y, ops.sum(y, axis=1)  # a state that the outputs do not show, as the c of an LSTM

            return layer

        def called(x, *weights):
            return answer(x, [recurrent(W) for W in weights])

        names = ("outputs", "states")
        result = several(called(x, *weights), names)
        if not isinstance(result["states"], tuple | list) or len(result["states"]) != len(weights):
            raise Wrong(f"return a list of the final states of all layers, here {len(weights)}, the lowest first")
        wide = several(answer(np.tile(x, 2), [recurrent(np.eye(8, dtype="float32"))]), names)["outputs"]
        try:
            narrow = several(answer(x, [recurrent(weights[0]), recurrent(weights[0].T)]), names)["outputs"]
        except NotImplementedError:
            raise
        except Exception:
            narrow = np.zeros(0)
        inside = inside_a_model(called, inputs, names, constant=[f"W_{n}" for n in (1, 2, 3, 4)])
        states = {f"state_{n}": state for n, state in enumerate(result["states"], start=1)}
        return {"outputs": result["outputs"], "first_of_equal_width": wide, "narrower_again": narrow} | states | inside

    def judge(self, inputs, outputs):
        x, *weights = in_double(inputs)

        def stack(skip, add=lambda x, y, first: x + y):
            below, first, ys = x, None, []
            for n, W in enumerate(weights, start=1):
                y = np.tanh(below @ W)
                ys.append(y)
                first = y if first is None else first
                below = add(below, y, first) if n in skip else y
            return below, ys

        expected, ys = stack({2, 3, 4})
        around, last = stack(set())[1], weights[-1]
        yours = outputs["outputs"]
        expect_shape("the outputs", yours, expected.shape, "(batch, T, units)")
        expect_close(
            "the outputs",
            yours,
            expected,
            [
                (stack(set())[0], "nothing is added: where the widths agree, a layer's input is added to its output"),
                (stack({2, 3})[0], "the input of the last layer is not added to its output"),
                (stack({3, 4})[0], "the second layer has equal widths as well: its input is added too"),
                (stack({4})[0], "only the last layer has its connection; each layer whose widths agree gets one"),
                (
                    around[3] + around[0],
                    "one connection goes around the whole stack; each layer needs its own",
                ),
                (
                    stack({2, 3, 4}, lambda x, y, first: first + y)[0],
                    "what is added is the first layer's output each time; add the *input of the layer*",
                ),
                (stack({2, 3, 4}, lambda x, y, first: x * y)[0], "input and output are multiplied; add them"),
                (
                    stack({2, 3, 4}, lambda x, y, first: (x + y) / 2)[0],
                    "this is the mean of input and output; add them",
                ),
                (stack({2, 3, 4}, lambda x, y, first: y + y)[0], "the output is added to itself; add the input"),
                (np.concatenate([expected], axis=-1) + ys[-1], "the output is added twice"),
                (np.tanh(stack({2, 3})[0] @ last), "the input of the last layer is not added to its output"),
            ],
            atol=1e-4,
        )
        for n, y in enumerate(ys, start=1):
            expect_shape(f"the state of layer {n}", outputs[f"state_{n}"], y[:, -1].shape, "(batch, units)")
            expect_close(
                f"the state of layer {n}",
                outputs[f"state_{n}"],
                y.sum(axis=1),
                [
                    (ys[-n].sum(axis=1), "the states come in the wrong order: the lowest layer first"),
                    (y[:, -1], "this is the last output; the final state is the second thing that the layer gives"),
                ],
                atol=1e-4,
            )
        twice = np.tile(x, 2)
        expect_close(
            "the outputs of a first layer as wide as its input",
            outputs["first_of_equal_width"],
            twice + np.tanh(twice),
            [
                (
                    np.tanh(twice),
                    "a first layer has a connection too where its input is as wide as its output; compare the widths",
                )
            ],
        )
        narrow = np.tanh(np.tanh(x @ weights[0]) @ weights[0].T)
        if outputs["narrower_again"].shape != narrow.shape:
            raise Wrong("a higher layer too can change the width; compare for each layer its own input and output")
        expect_close(
            "the outputs of a stack whose second layer is narrower", outputs["narrower_again"], narrow, atol=1e-4
        )
        expect_in_model(outputs, "the outputs", expected)


class BeamScore(Check):
    exercise = "4b.6"
    name = "beam_score"

    def inputs(self, rng):
        batch, beams, source, _ = sizes(rng)
        mask = words(rng, batch, source)
        attended = rng.uniform(0.05, 2.0, size=(batch, beams, source)) * mask[:, None]
        attended[:, 0] /= 30  # a hypothesis that has hardly looked at the source
        return {
            "log_p": -rng.uniform(0.5, 12.0, size=(batch, beams)).astype("float32"),
            "lengths": rng.integers(2, 30, size=(batch, beams)).astype("float32"),
            "attended": attended.astype("float32"),
            "mask": mask,
            "alpha": float(rng.uniform(0.3, 0.9)),
            "beta": float(rng.uniform(0.2, 0.8)),
        }

    def probe(self, answer, inputs):
        *arrays, alpha, beta = inputs.values()
        return {
            "score": answer(*arrays, alpha, beta),
            "length_only": answer(*arrays, alpha, 0.0),
            "coverage_only": answer(*arrays, 0.0, beta),
            "begun_above_0": answer(*arrays[:2], arrays[2] + np.float32(1e-6), arrays[3], alpha, beta),
        }

    def judge(self, inputs, outputs):
        log_p, lengths, attended = (inputs[name].astype("float64") for name in ("log_p", "lengths", "attended"))
        mask, alpha, beta = inputs["mask"], inputs["alpha"], inputs["beta"]
        lp = ((5 + lengths) / 6) ** alpha
        by_length = log_p / lp
        for name in ("score", "length_only", "coverage_only", "begun_above_0"):
            expect_shape("the scores", outputs[name], log_p.shape, "(batch, beams)")

        def each(function):
            """A function of the attention that each word of a row got, for each hypothesis."""
            return np.array([[function(a[words]) for a in rows] for rows, words in zip(attended, mask, strict=True)])

        expect_close(
            "with beta = 0, the scores",
            outputs["length_only"],
            by_length,
            [
                (log_p, "the length plays no part: log p is divided by ((5 + |Y|) / 6)^alpha"),
                (
                    log_p * lp,
                    "log p is multiplied by the length's share; divide, so that long sentences are not punished",
                ),
                (log_p / lengths**alpha, "this divides by |Y|^alpha; GNMT's is ((5 + |Y|) / 6)^alpha"),
                (log_p / (5 + lengths / 6) ** alpha, "mind the brackets: (5 + |Y|) / 6, not 5 + |Y| / 6"),
                (log_p / ((5 + lengths) ** alpha / 6), "the 6 is raised to alpha as well: ((5 + |Y|) / 6)^alpha"),
                (log_p / ((5 + lengths) / 6) * alpha, "alpha is an exponent here, not a factor"),
                (log_p / ((5 + lengths) / 6 * alpha), "alpha is an exponent here, not a factor"),
                (log_p / ((5 + lengths) / 6), "alpha is missing: ((5 + |Y|) / 6)^alpha"),
                (log_p - lp, "divide by the length's share, do not subtract it"),
                (
                    np.where(mask.all(axis=1)[:, None], by_length, np.nan),
                    "0 · log 0 is nan: at the padding `attended` is 0; put 1 there *before* the logarithm",
                ),
            ],
        )
        coverage = each(lambda a: np.log(np.minimum(a, 1)).sum())
        infinite = np.where(mask.all(axis=1)[:, None], log_p + beta * coverage, -np.inf)
        expect_close(
            "with alpha = 0, the scores",
            outputs["coverage_only"],
            log_p + beta * coverage,
            [
                (log_p, "the coverage plays no part: beta · sum over the words of log(min(attended, 1)) is added"),
                (
                    log_p - beta * coverage,
                    "the sign: the sum of logarithms is ≤ 0 already, so add it; neglect must cost",
                ),
                (log_p + coverage, "beta is missing"),
                (
                    log_p + beta * each(lambda a: np.log(a).sum()),
                    "the minimum with 1 is missing: a word read twice is no reward",
                ),
                (
                    log_p + beta * each(lambda a: np.log(np.minimum(a.sum(), 1))),
                    "the logarithm is taken of the sum over the words; it is taken for each word, then added up",
                ),
                (
                    log_p + beta * each(lambda a: np.log(np.minimum(a, 1)).mean()),
                    "this is the mean over the words; GNMT adds them up",
                ),
                (log_p + beta * coverage / mask.shape[1], "this is the mean over the source; GNMT adds up"),
                (
                    log_p + beta * np.log(np.minimum(attended, 1) + 1e-9).sum(axis=-1),
                    "the padding counts: nobody attends to it, its log is very low; put 1 there before the logarithm",
                ),
                (
                    log_p + beta * each(lambda a: np.minimum(a, 1).sum()),
                    "the logarithm of the coverage is missing",
                ),
                (
                    log_p + beta * each(lambda a: np.log(np.maximum(a, 1)).sum()),
                    "this rewards words read more than once; take the *minimum* with 1",
                ),
                (
                    infinite,
                    "the padding counts: there `attended` is 0 and its log −inf; put 1 there before the logarithm",
                ),
            ],
        )
        together = by_length + beta * coverage
        mistakes = [
            ((log_p + beta * coverage) / lp, "the coverage is divided by the length's share too; only log p is")
        ]
        expect_close("the scores", outputs["score"], together, mistakes)
        above = attended + 1e-6
        expect_close(
            "with 1e-6 more in `attended` everywhere, the scores",
            outputs["begun_above_0"],
            by_length + beta * each(lambda a: np.log(np.minimum(a + 1e-6, 1)).sum()),
            [
                (
                    by_length + beta * np.log(np.minimum(above, 1)).sum(axis=-1),
                    "padding is where `mask` is False, not where `attended` is 0: the search below begins at 1e-6",
                )
            ],
        )
