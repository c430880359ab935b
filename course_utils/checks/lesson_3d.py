"""Checks of lesson 3d, the generator of speeches."""

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape


def softmax(logits):
    """Probabilities over the last axis, in float64."""
    p = np.exp(np.asarray(logits, dtype="float64") - np.max(logits, axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def expect_rows_that_sum_to_1(p, expected, mistakes, atol=1e-5):
    """Raise Wrong unless rows of probabilities sum to 1, with the hint of a mistake where it is a known one."""
    if np.allclose(p, expected, atol=atol, rtol=1e-4):
        return
    for mistake, hint in mistakes:
        if np.allclose(p, mistake, atol=atol, rtol=1e-4):
            raise Wrong(hint)
    sums = np.sum(p, axis=-1, dtype="float64")
    worst = int(np.argmax(np.abs(sums - 1)))
    if not abs(sums[worst] - 1) < 1e-4:
        raise Wrong(f"each row should be probabilities, which sum to 1; row {worst} sums to {sums[worst]:.4g}")


def expect_integers(what, array):
    """Raise Wrong unless the array holds integers, which later cells use as indices."""
    if array.dtype.kind not in "iu":
        raise Wrong(f"{what} are used as indices later: they should be integers (dtype=int), yours are {array.dtype}")


class WindowsAndTargets(Check):
    exercise = "3d.1"
    name = "windows_and_targets"

    def inputs(self, rng):
        n, length = int(rng.integers(40, 60)), int(rng.integers(5, 9))
        starts = rng.choice(n - length, size=int(rng.integers(3, 5)), replace=False)
        starts[0] = n - length - 1  # the last window there is
        return {"text": rng.permutation(100)[:n], "starts": starts, "length": length}

    def probe(self, answer, inputs):
        pair = answer(inputs["text"], inputs["starts"], inputs["length"])
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise Wrong("two arrays are wanted, return windows, targets")
        for name, part in zip(("windows", "targets"), pair, strict=True):
            if part is not None and not isinstance(part, np.ndarray):
                raise Wrong(
                    f"later cells slice and transpose what you return: a NumPy array is wanted, np.array({name}); "
                    f"yours is a {type(part).__name__}"
                )
        return {"windows": pair[0], "targets": pair[1]}

    def judge(self, inputs, outputs):
        text, length = inputs["text"], inputs["length"]
        starts = [int(start) for start in inputs["starts"]]
        windows = [text[start : start + length] for start in starts]
        targets = [text[start + 1 : start + length + 1] for start in starts]
        last = np.array([text[start + length] for start in starts])
        yours = outputs["targets"]
        expect_shape("the windows", outputs["windows"], (len(starts), length), "(count, length)")
        if yours.shape in (last.shape, (len(last), 1)):
            raise Wrong("this is one target per window; one for every step is wanted, (count, length)")
        expect_shape("the targets", yours, (len(starts), length), "(count, length)")
        in_order = np.array(windows)[np.argsort(starts)]
        expect_close(
            "the windows",
            outputs["windows"],
            windows,
            [
                (targets, "the windows begin one character late"),
                (in_order, "the windows were sorted; they should come in the order of `starts`"),
            ],
        )
        backwards = [np.roll(row, 1) for row in windows]
        around = [np.roll(row, -1) for row in windows]
        before = [np.roll(text, 1)[start : start + length] for start in starts]
        expect_close(
            "the targets",
            yours,
            targets,
            [
                (windows, "the targets equal the windows: each should be the character *after* the one read"),
                (backwards, "shifted the wrong way: the target at step t is the character read at step t + 1"),
                (before, "shifted the wrong way: the target at step t is the character read at step t + 1"),
                (around, "the last target is the first character of the window (np.roll); take it from the text"),
                (
                    np.tile(last[:, None], length),
                    "every step has the last target; each step has its own next character",
                ),
                (
                    np.concatenate([np.array(targets)[:, :-1], yours[:, -1:]], axis=1),
                    "all targets but the last are right: that one stands after the window, take it from the text",
                ),
            ],
        )
        for name in ("windows", "targets"):
            expect_integers(f"the codes of the {name}", outputs[name])


class BackOff(Check):
    exercise = "3d.2"
    name = "back_off"

    def inputs(self, rng):
        positions, size = int(rng.integers(5, 9)), int(rng.integers(4, 8))
        counts = rng.poisson(1.5, size=(positions, size)).astype("float64")
        counts[0] = 0  # a history never seen
        counts[1] = [3] + [1] + [0] * (size - 2)
        counts[2] = [0] * (size - 2) + [2, 5]
        return {
            "counts": counts,
            "shorter": rng.dirichlet(np.ones(size), size=positions),
            "discount": float(rng.uniform(0.3, 0.9)),
        }

    def probe(self, answer, inputs):
        return {"p": answer(inputs["counts"], inputs["shorter"], inputs["discount"])}

    def judge(self, inputs, outputs):
        counts, shorter, discount, p = inputs["counts"], inputs["shorter"], inputs["discount"], outputs["p"]
        expect_shape("the probabilities", p, counts.shape, "(positions, characters)")
        expected, forgotten, seen_only, everywhere, hard, once = (np.zeros(counts.shape) for _ in range(6))
        for i, row in enumerate(counts.tolist()):
            total, distinct = sum(row), sum(count > 0 for count in row)
            for j, count in enumerate(row):
                if total == 0:
                    for table in (expected, forgotten, seen_only, everywhere, hard, once):
                        table[i, j] = shorter[i, j]
                    continue
                kept = max(count - discount, 0) / total
                spare = discount * distinct / total * shorter[i, j]
                expected[i, j] = kept + spare
                forgotten[i, j] = kept
                seen_only[i, j] = kept if count else spare
                everywhere[i, j] = (count - discount) / total + discount * len(row) / total * shorter[i, j]
                hard[i, j] = count / total
                once[i, j] = kept + discount / total * shorter[i, j]
        if not np.all(np.isfinite(p)):
            raise Wrong("nan where a history was never seen (0 / 0); there the answer is that of the shorter history")
        if np.all(p[0] == 0):
            raise Wrong("0 where a history was never seen; there the answer is that of the shorter history")
        columns, different = counts.sum(axis=0), np.count_nonzero(counts, axis=0)
        down = (np.maximum(counts - discount, 0) + discount * different * shorter) / np.maximum(columns, 1)
        expect_rows_that_sum_to_1(
            p,
            expected,
            [
                (
                    np.where(columns > 0, down, shorter),
                    "these are totals of columns; a history has its counts in a row",
                ),
                (
                    forgotten,
                    "what the discount takes away is lost: spread discount × distinct / total as `shorter` says",
                ),
                (seen_only, "the shorter history counts for all characters, not only for those never seen here"),
                (everywhere, "a count of 0 cannot give anything away: max(count - discount, 0)"),
                (once, "the discount was set aside once for each character seen here: spend it as many times"),
                (hard, "these are the plain shares count / total; nothing is set aside for what was never seen"),
            ],
            atol=1e-7,
        )
        expect_close("the probabilities after a history never seen, those of the shorter one,", p[0], shorter[0])
        expect_close("the probabilities", p, expected, atol=1e-7)


class BitsPerCharacter(Check):
    exercise = "3d.3"
    name = "bits_per_character"

    def inputs(self, rng):
        batch, steps, size = (int(n) for n in (rng.integers(2, 4), rng.integers(4, 7), rng.integers(7, 10)))
        logits = rng.normal(scale=2, size=(batch, steps, size)).astype("float32")
        large = logits * 300
        targets = rng.integers(0, size, size=(batch, steps)).astype("int32")
        targets[0, 0] = np.argmin(large[0, 0])  # sure and wrong
        return {"targets": targets, "logits": logits, "large": large}

    def probe(self, answer, inputs):
        import tensorflow as tf

        size = inputs["logits"].shape[-1]
        row, cube = tf.TensorSpec((None, None), "float32"), tf.TensorSpec((None, None, size), "float32")

        @tf.function(autograph=False, input_signature=[row, cube])  # as model.fit calls it
        def loss_and_gradient(targets, logits):
            loss = answer(targets, logits)
            return loss, tf.gradients(loss, logits)[0]

        targets, logits = tf.constant(inputs["targets"]), tf.constant(inputs["logits"])
        loss = answer(targets, logits)
        targets = tf.cast(targets, "float32")
        try:
            gradient = loss_and_gradient(targets, logits)[1]
            large = answer(targets, tf.constant(inputs["large"]))
        except Exception as error:
            reason = str(error).strip().split("\n")[-1][:120]
            raise Wrong(
                "model.fit cannot use it: there the batch has no fixed size, no values yet, and "
                "the targets arrive as floats (ops.cast); use keras.ops, without len, float or NumPy "
                f"({type(error).__name__}: {reason})"
            ) from error
        if gradient is None and loss is not None:
            raise Wrong("no gradient reaches the logits: compute the loss from them, with keras.ops")
        return {"loss": loss, "large": large, "gradient": gradient}

    def judge(self, inputs, outputs):
        targets, loss = inputs["targets"], outputs["loss"]
        batch, steps = targets.shape
        if loss.shape == (batch, steps):
            raise Wrong("this is one loss per character; the mean over batch and steps is wanted, a single number")
        expect_shape("the loss", loss, ())
        expect_shape("the loss", outputs["large"], ())

        def nats(logits):
            z = logits.astype("float64")
            z = z - z.max(axis=-1, keepdims=True)
            log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
            return -np.array([[log_p[b, t, targets[b, t]] for t in range(steps)] for b in range(batch)])

        each, p = nats(inputs["logits"]), softmax(inputs["logits"])
        taken = nats(np.log(np.clip(inputs["logits"], 1e-7, 1 - 1e-7)))
        over_time = np.log(softmax(inputs["logits"].swapaxes(1, 2)).swapaxes(1, 2))
        over_time = -np.take_along_axis(over_time, targets[..., None], axis=-1)
        log_p, size = np.log(p), p.shape[-1]
        shifted = -np.take_along_axis(log_p[:, :-1], targets[:, 1:, None], axis=-1)
        picked = np.array([[p[b, t, targets[b, t]] for t in range(steps)] for b in range(batch)])
        expect_close(
            "the loss",
            loss,
            each.mean() / np.log(2),
            [
                (each.mean(), "this is in nats; a bit is log(2) = 0.693 nats"),
                (each.mean() * np.log(2), "nats become bits by *dividing* by log(2)"),
                (-each.mean() / np.log(2), "the sign is wrong: a loss is positive, and smaller is better"),
                (each.mean() / size / np.log(2), "this is a mean over the characters, too; only batch and steps count"),
                (shifted.mean() / np.log(2), "the targets are the next characters already; nothing is to be shifted"),
                (each[:, 1:].mean() / np.log(2), "the first step is left out; every step has a target"),
                (each[:, :-1].mean() / np.log(2), "the last step is left out; every step has a target"),
                (each.sum() / np.log(2), "this is the sum; the mean over batch and steps is wanted"),
                (each.sum(axis=1).mean() / np.log(2), "this is per sequence; divide by the number of steps, too"),
                (each[:, -1].mean() / np.log(2), "this is the last step alone; every step has a target"),
                (taken.mean() / np.log(2), "the logits were taken for probabilities: from_logits=True"),
                (
                    over_time.mean() / np.log(2),
                    "this is the softmax over the steps; take it over the characters, the last axis",
                ),
                (-np.log2(picked.mean()), "the logarithm comes before the mean, not after it"),
            ],
        )
        expected = nats(inputs["large"]).mean() / np.log(2)
        if not np.allclose(outputs["large"], expected, rtol=1e-3):
            raise Wrong(
                "right for small logits, but not for logits of several hundred: there the softmax is rounded to 0, "
                f"which has no logarithm; use ops.log_softmax (yours is {outputs['large']:.6g}, not {expected:.6g})"
            )
        expected = p.copy()
        for b in range(batch):
            for t in range(steps):
                expected[b, t, targets[b, t]] -= 1
        expect_close("its gradient", outputs["gradient"], expected / (batch * steps * np.log(2)))


class NextProbabilities(Check):
    exercise = "3d.4"
    name = "next_probabilities"

    def inputs(self, rng):
        batch, size = int(rng.integers(3, 6)), int(rng.integers(8, 12))
        return {
            "logits": (rng.permutation(np.linspace(-3, 3, batch * size)).reshape(batch, size)).astype("float32"),
            "temperature": float(rng.choice([0.4, 0.6, 1.5, 2.0])),
            "top_k": int(rng.integers(2, 5)),
        }

    def probe(self, answer, inputs):
        import tensorflow as tf

        logits, temperature, top_k = inputs["logits"], inputs["temperature"], inputs["top_k"]
        both = answer(tf.constant(logits), temperature, top_k)
        size, number = tf.TensorSpec((None, logits.shape[-1]), "float32"), tf.TensorSpec((), "float32")
        try:
            compiled = tf.function(
                lambda logits, t: answer(logits, t, top_k), autograph=False, input_signature=[size, number]
            )(logits, np.float32(temperature))
        except Exception as error:
            raise Wrong(
                "right for plain numbers perhaps, but it cannot be compiled: use keras.ops throughout, neither NumPy "
                f"nor assignment into arrays ({type(error).__name__})"
            ) from error
        return {
            "both": both,
            "compiled": compiled,
            "plain": answer(tf.constant(logits), 1.0, logits.shape[-1]),
            "greedy": answer(tf.constant(logits), temperature, 1),
            "cold": answer(tf.constant(logits - 4), 0.01, top_k),
        }

    def judge(self, inputs, outputs):
        logits, temperature, k = inputs["logits"].astype("float64"), inputs["temperature"], inputs["top_k"]
        for array in outputs.values():
            expect_shape("the result", array, logits.shape, "(batch, characters)")
        if outputs["both"].dtype == np.float64:
            raise Wrong("yours are float64; the loop below compares them with float32, the type of the logits: keep it")

        def expected(temperature, k, smallest=False):
            result = np.zeros(logits.shape)
            for b, row in enumerate(logits):
                kept = np.argsort(row)[:k] if smallest else np.argsort(row)[::-1][:k]
                result[b, kept] = softmax(row[kept] / temperature)
            return result

        size = logits.shape[1]
        if np.allclose(outputs["plain"], logits, atol=1e-5):
            raise Wrong("these are logits still; the softmax is missing")
        tempered = softmax(logits / temperature)
        cut = np.where(expected(1, k) > 0, tempered, 0)
        outside = softmax(np.where(expected(1, k) > 0, logits / temperature, 0))
        kth = np.sort(logits, axis=1)[:, [-k]]
        divided = inputs["logits"] / np.float32(temperature)
        expect_rows_that_sum_to_1(
            outputs["both"],
            expected(temperature, k),
            [
                (expected(1 / temperature, k), "multiplied by the temperature: logits are *divided* by it"),
                (expected(1, k), "the temperature does not enter"),
                (tempered, "all characters are still possible; only the top_k likeliest should be"),
                (cut, "the probabilities that are kept no longer sum to 1; cut first, then take the softmax"),
                (outside, "a logit of 0 is not a probability of 0: exp(0) = 1; use a very negative logit"),
                (expected(temperature, k, smallest=True), "these are the top_k *least* likely characters"),
                (expected(temperature, k + 1), "top_k + 1 characters are left"),
                (
                    expected(temperature, k - 1),
                    "top_k - 1 characters are left: keep those that are >= the k-th best, which ops.top_k puts last",
                ),
                (
                    expected(temperature, 1),
                    "only the likeliest is left, whatever top_k: the k-th best is the last of ops.top_k, [:, -1:]",
                ),
                (
                    softmax(np.where(logits >= kth[0], logits / temperature, -1e9)),
                    "the k-th best of the first text is asked of all; each row has its own, [:, -1:]",
                ),
                (
                    softmax(np.where(divided >= kth.astype("float32"), logits / temperature, -1e9)),
                    "divided logits are compared with a k-th best that is not divided: divide both, or neither",
                ),
                (
                    expected(1, k) / temperature,
                    "the temperature divides the logits, before the softmax; probabilities divided no longer sum to 1",
                ),
                (
                    softmax(np.where(np.arange(size) < k, logits / temperature, -1e9)),
                    "these are the first top_k characters of the alphabet, not the likeliest",
                ),
                (
                    softmax(np.where(expected(1, k) > 0, logits / temperature, -1e9).T).T,
                    "this is the softmax over the batch; take it over the characters, the last axis",
                ),
                (softmax(softmax(logits) / temperature), "temperature divides the logits, not the probabilities"),
            ],
        )
        expect_close("the probabilities", outputs["both"], expected(temperature, k))
        expect_close("the probabilities with top_k = 1", outputs["greedy"], expected(temperature, 1))
        expect_close("the probabilities, compiled", outputs["compiled"], expected(temperature, k))
        expect_close("the probabilities of all characters", outputs["plain"], expected(1, size))
        if not np.allclose(outputs["cold"], expected(0.01, k), atol=1e-4):
            raise Wrong(
                "not right at a temperature of 0.01: divided, logits lie some hundreds below 0, where exp alone is 0 "
                "(take ops.softmax), and what is out needs a logit far below them, such as -1e9"
            )


class FreeRun(Check):
    exercise = "3d.5"
    name = "free_run"

    def inputs(self, rng):
        size, batch, count = int(rng.integers(5, 8)), int(rng.integers(3, 5)), int(rng.integers(7, 11))
        return {
            "table": rng.dirichlet(0.8 * np.ones(size), size=(9, size)),
            "first": rng.integers(0, size, size=batch).astype("int32"),
            "state": rng.integers(0, 9, size=batch),
            "uniforms": rng.uniform(0.02, 0.98, size=(batch, count)).astype("float32"),
        }

    def probe(self, answer, inputs):
        table, first, state, uniforms = (inputs[name] for name in ("table", "first", "state", "uniforms"))

        def step_for(batch):
            def step(characters, state):  # what comes next hangs on the character and on all that was read before it
                characters = np.asarray(characters).astype("int64")
                if characters.shape != (batch,):
                    raise Wrong(
                        f"step should be given one character per text, (batch,) = {(batch,)}; "
                        f"yours gives it {characters.shape}"
                    )
                if len(state) != 2 or any(np.shape(part) != (batch,) for part in state):
                    raise Wrong(
                        "step was given a part of a state, which here is a list of two arrays, as an LSTM's: "
                        "hand it on whole, as step returns it"
                    )
                size = table.shape[-1]
                if np.any((characters < 0) | (characters >= size)):
                    raise Wrong(
                        f"step was given a code outside 0 ... {size - 1}: what is drawn is the first character, "
                        "counted from 0, whose cumulated probability exceeds u"
                    )
                state = 3 * np.asarray(state[0]) + np.asarray(state[1])
                after = (3 * state + characters + 1) % 9
                return table[state, characters], [after // 3, after % 3]

            return step

        written = answer(step_for(len(first)), first, [state // 3, state % 3], uniforms)
        alone = answer(step_for(1), first[:1], [state[:1] // 3, state[:1] % 3], uniforms[:1])
        return {"written": written, "alone": alone}

    def judge(self, inputs, outputs):
        table, uniforms, written = inputs["table"], inputs["uniforms"], outputs["written"]
        batch, count = uniforms.shape
        if written.shape == (count, batch) and count != batch:
            raise Wrong("the axes should be (batch, count); yours are (count, batch): stack along axis 1")
        if written.shape == (batch, count + 1):
            raise Wrong("one character too many: the first one was given, only what is new is wanted")
        expect_shape("what is written", written, (batch, count), "(batch, count)")
        expect_shape("what is written for one text", outputs["alone"], (1, count), "(batch, count)")

        drawn = "is drawn, the first whose cumulated probability exceeds u"
        draws = {
            "inverse": lambda p, u: np.argmax(np.cumsum(p, axis=1) > u[:, None], axis=1),
            "next": lambda p, u: np.minimum(np.argmax(np.cumsum(p, axis=1) > u[:, None], axis=1) + 1, p.shape[1] - 1),
            "previous": lambda p, u: np.maximum(np.argmax(np.cumsum(p, axis=1) > u[:, None], axis=1) - 1, 0),
            "not cumulated": lambda p, u: np.argmax(p > u[:, None], axis=1),
            "over texts": lambda p, u: np.minimum(np.sum(np.cumsum(p, axis=0) <= u[:, None], axis=1), p.shape[1] - 1),
            "one u": lambda p, u: np.argmax(np.cumsum(p, axis=1) > u[0], axis=1),
            "greedy": lambda p, u: np.argmax(p, axis=1),
        }

        def run(carry=True, feed=True, draw="inverse", order=range(count)):
            characters, state, result = inputs["first"], inputs["state"], np.zeros((batch, count))
            for t in range(count):
                p = table[state, characters]
                if carry:
                    state = (3 * state + characters + 1) % 9
                result[:, t] = drawn = draws[draw](p, uniforms[:, order[t]])
                if feed:
                    characters = drawn
            return result

        expect_close(
            "what is written",
            written,
            run(),
            [
                (run(carry=False), "the state is not carried over: each step should get the state of the one before"),
                (run(feed=False), "every step reads the first character; it should read the one just written"),
                (
                    run(carry=False, feed=False),
                    "neither the state nor the character just written goes into the next step",
                ),
                (run(draw="greedy"), "this takes the likeliest character each time; draw by the uniform numbers"),
                (run(order=[0] * count), "the same uniform number is used at every step; step t has uniforms[:, t]"),
                (
                    np.concatenate([inputs["first"][:, None], run()[:, :-1]], axis=1),
                    "this begins with the character that was given, and lacks the last one; keep what is drawn",
                ),
                (run(draw="next"), f"off by one: yours is the character after the one that {drawn}"),
                (run(draw="previous"), f"off by one: yours is the character before the one that {drawn}"),
                (run() + 1, f"off by one: codes count from 0, and the character is the one that {drawn}"),
                (
                    run(draw="not cumulated"),
                    "u is compared with the probabilities themselves; they should be cumulated, np.cumsum(p, axis=1)",
                ),
                (
                    run(draw="over texts"),
                    "cumulated over the texts; over the characters is wanted, np.cumsum(p, axis=1)",
                ),
                (run(draw="one u"), "all texts are drawn by the first one's uniform numbers; text b has uniforms[b]"),
                (run(order=range(count)[::-1]), "the uniform numbers are read backwards; step t has uniforms[:, t]"),
                (run(order=range(-1, count - 1)), "step t is drawn by uniforms[:, t - 1]; it has uniforms[:, t]"),
            ],
        )
        expect_close("what is written for one text", outputs["alone"], run()[:1])
        expect_integers("the codes", written)


class ExtendBeam(Check):
    exercise = "3d.6"
    name = "extend_beam"

    def inputs(self, rng):
        beams, size = int(rng.integers(4, 7)), int(rng.integers(20, 30))
        p = rng.dirichlet(0.5 * np.ones(size), size=beams) + 1e-4
        order = np.insert(rng.permutation(beams - 1) + 1, int(rng.integers(1, beams)), 0)  # which is not the first
        a, b = rng.permutation(size)[:2]
        p[:2] *= 0.1  # best beam's a, then another beam's a, then the best beam's b
        p[0, a], p[0, b], p[1, a] = p[0, a] + 0.55, p[0, b] + 0.35, p[1, a] + 0.9
        return {
            "scores": np.concatenate([[-0.5, -1.12], rng.uniform(-4, -2, size=beams - 2)])[order],
            "log_p": np.log(p)[order],
            "width": int(rng.integers(3, beams + 1)),
        }

    def probe(self, answer, inputs):
        found = answer(inputs["scores"], inputs["log_p"], inputs["width"])
        few = answer(inputs["scores"][:1], inputs["log_p"][:1], 1000)
        for triple in (found, few):
            if not isinstance(triple, tuple | list) or len(triple) != 3:
                raise Wrong("three arrays are wanted: return scores, parents, characters")
        names = ("scores", "parents", "characters")
        return dict(zip(names, found, strict=True)) | {f"few_{n}": a for n, a in zip(names, few, strict=True)}

    def judge(self, inputs, outputs):
        scores, log_p, width = inputs["scores"], inputs["log_p"], inputs["width"]

        def best(scores, log_p, width, total=lambda score, step: score + step):
            found = [(total(score, log_p[b, c]), b, c) for b, score in enumerate(scores) for c in range(log_p.shape[1])]
            found = sorted(found, reverse=True)[:width]
            return [np.array(column) for column in zip(*found, strict=True)]

        for prefix, wanted in (("", best(scores, log_p, width)), ("few_", best(scores[:1], log_p[:1], 1000))):
            yours = [outputs[prefix + name] for name in ("scores", "parents", "characters")]
            for name, array in zip(("scores", "parents", "characters"), yours, strict=True):
                shape = wanted[0].shape
                if prefix:
                    if array.shape != shape:
                        raise Wrong(
                            f"one beam of {log_p.shape[1]} characters has {log_p.shape[1]} continuations, so with a "
                            f"width of 1000 all of them are wanted; your {name} have shape {array.shape}"
                        )
                else:
                    if array.shape == (len(scores) * width,):
                        raise Wrong(
                            "the best `width` of each beam are left; of all beams together only `width` should be"
                        )
                    expect_shape(f"the {name}", array, shape, "(width,)")
            if np.allclose(np.sort(yours[0]), wanted[0][::-1]) and not np.allclose(yours[0], wanted[0]):
                raise Wrong("best first, please: yours are in another order")
            places = yours[1] * log_p.shape[1] + yours[2]
            forgot = best(scores, log_p, width, lambda score, step: step)[0]
            product = best(scores, log_p, width, lambda score, step: score * step)[0]
            worst = -best(-scores, -log_p, width)[0]
            rows = sorted((scores[b] + log_p[b].max() for b in range(len(scores))), reverse=True)[:width]
            mistakes = [
                (
                    log_p[wanted[1], wanted[2]] if not prefix else wanted[0],
                    "the score so far is missing: a continuation's score is its beam's score plus its log_p",
                ),
                (wanted[1], "these are the parents; the order is scores, parents, characters"),
                (forgot, "the score so far is missing: a continuation's score is its beam's score plus its log_p"),
                (product, "logarithms of probabilities are added, not multiplied"),
                (np.exp(wanted[0]), "these are probabilities; scores stay logarithms"),
                (worst, "these are the worst continuations"),
            ]
            if len(rows) == len(wanted[0]):
                mistakes.append((np.array(rows), "a beam may have several children; this keeps the best one of each"))
            expect_close("the scores", yours[0], wanted[0], [m for m in mistakes if not prefix])
            expected_places = wanted[1] * log_p.shape[1] + wanted[2]
            if not prefix and np.array_equal(yours[1], wanted[2]) and np.array_equal(yours[2], wanted[1]):
                raise Wrong("parents and characters are swapped: divide the flat index by the number of characters")
            if np.array_equal(yours[2], expected_places) and not np.array_equal(places, expected_places):
                raise Wrong("these characters are indices into the flattened table; take the remainder by its width")
            divided = "divide the flat index by the number of characters: quotients are parents, remainders characters"
            by_beams = wanted[1:] if prefix else np.divmod(expected_places, len(scores))
            turned = wanted[1:] if prefix else np.divmod(wanted[2] * len(scores) + wanted[1], log_p.shape[1])
            children = "each child needs the parent it comes from, in the order of the scores; " + divided
            for n, name in enumerate(("parents", "characters")):
                mistakes = [(by_beams[n], f"divided by the number of beams; {divided}"), (turned[n], children)]
                mistakes.append((np.sort(wanted[n + 1]), children))
                expect_close(f"the {name}", yours[n + 1], wanted[n + 1], mistakes)
                expect_integers(f"the {name}", yours[n + 1])
