"""Checks of lesson 3d, the generator of speeches."""

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape
from course_utils.checks.mistakes import of_axes, of_shift
from course_utils.probing import unpacked

ROWS = "each row should be probabilities, which sum to 1; row {} sums to {:.4g}"
CUT_IN_HALF = "{} should be integers, which later cells use as indices; yours are {}"


def softmax(logits, axis=-1):
    """Probabilities over an axis, in float64."""
    p = np.exp(np.asarray(logits, dtype="float64") - np.max(logits, axis=axis, keepdims=True))
    return p / p.sum(axis=axis, keepdims=True)


def sums_to_1(p):
    """[(p, hint)] where a row of probabilities does not sum to 1, to stand last among the mistakes."""
    sums = np.sum(p, axis=-1, dtype="float64")
    worst = int(np.argmax(np.abs(sums - 1)))
    return [] if abs(sums[worst] - 1) < 1e-4 else [(p, ROWS.format(worst, sums[worst]))]


def expect_integers(what, array):
    """Raise Wrong unless an array holds integers."""
    if array.dtype.kind not in "iu":
        raise Wrong(CUT_IN_HALF.format(what, array.dtype))


# --- one level of an n-gram model ---------------------------------------------------------------------------------


class BackOff(Check):
    exercise = "3d.1"
    name = "interpolate"
    gives = "array"

    def inputs(self, rng):
        positions, size = rng.size("positions", 6, 9), rng.size("V", 4, 5, least=2)
        counts = rng.whole(0, 4, positions, size).astype("float64")
        if positions > 2 and rng.edge is None:
            counts[0] = 0  # a history never seen
            counts[1] = [3] + [1] + [0] * (size - 2)
            counts[2] = [0] * (size - 2) + [2, 5]
        return {
            "counts": counts,
            "shorter": rng.dirichlet(np.ones(size), size=positions),
            "discount": float(rng.uniform(0.3, 0.9)),
        }

    def further(self):
        draw = np.random.default_rng(0)
        rare = draw.poisson(0.05, size=(200, 32)).astype("float64")
        of_text = {"counts": np.array([[3, 1, 0]]), "shorter": np.array([[0.6, 0.3, 0.1]]), "discount": 0.5}
        of_lesson = {"counts": rare, "shorter": draw.dirichlet(np.ones(32), size=200), "discount": 0.75}
        return {"in the example of the text": of_text, "as the lesson calls it": of_lesson}

    def probe(self, answer, inputs):
        with np.errstate(all="ignore"):
            return {"p": answer(inputs["counts"], inputs["shorter"], inputs["discount"])}

    def judge(self, inputs, outputs):
        counts, shorter, p = inputs["counts"].astype("float64"), inputs["shorter"], outputs["p"]
        expect_shape("the probabilities", p, counts.shape, "(positions, V)")
        expected, wrong = backed_off(counts, shorter, inputs["discount"])
        if p.dtype.kind in "iu" and np.any(expected % 1):
            raise Wrong("your result holds integers, so probabilities are cut to 0 or 1; use an array of floats")
        new = counts.sum(axis=1) == 0
        if not np.all(np.isfinite(p)):
            where = "where a history was never seen (0 / 0)" if not np.all(np.isfinite(p[new])) else "in your result"
            raise Wrong(f"there is nan or inf {where}; a history never seen leaves it all to the shorter one")
        if np.any(new) and np.all(p[new] == 0):
            raise Wrong("0 where a history was never seen; there the answer is that of the shorter history")
        expect_close("the probabilities", p, expected, [*wrong, *sums_to_1(p)], atol=1e-7)


def fixed(counts, shorter, discount):
    """A level with a discount of its own."""
    total, kept = counts.sum(axis=1, keepdims=True), np.maximum(counts - discount, 0)
    mixed = (kept + (total - kept.sum(axis=1, keepdims=True)) * shorter) / np.maximum(total, 1)
    return np.where(total > 0, mixed, shorter)


def backed_off(counts, shorter, discount):
    """(right probabilities, [(wrong ones, hint)]), row by row."""
    names = ["right", "lost", "seen", "everywhere", "plain", "once", "fixed", "squared", "uniform", "doubled", "alone"]
    tables = {name: np.zeros(counts.shape) for name in names}
    for i, row in enumerate(counts.tolist()):
        total, distinct, size = sum(row), sum(count > 0 for count in row), len(row)
        for j, count in enumerate(row):
            q = shorter[i, j]
            kept, saved = max(count - discount, 0), discount * distinct
            of_row = {
                "right": kept + saved * q,
                "lost": kept,
                "seen": kept if count else saved * q,
                "everywhere": count - discount + discount * size * q,
                "plain": count,
                "once": kept + discount * q,
                "fixed": kept + discount * size * q,
                "squared": kept + saved * q * q,
                "uniform": kept + saved / size,
                "doubled": count + saved * q,
                "alone": saved * q,
            }
            for name, table in tables.items():
                table[i, j] = of_row[name] / total if total else q
    right = tables["right"]
    columns, different = counts.sum(axis=0), np.count_nonzero(counts, axis=0)
    down = (np.maximum(counts - discount, 0) + discount * different * shorter) / np.maximum(columns, 1)
    total = counts.sum(axis=1, keepdims=True)
    kept = np.maximum(counts - discount, 0)
    saved = total - kept.sum(axis=1, keepdims=True)
    new = total == 0
    spend = "what the discounts have saved, D for each character seen, is to be spent as `shorter` says"
    wrong = [
        (tables["plain"], "these are the plain shares count / total; take the discount off each count"),
        (tables["lost"], f"what the discounts have saved is lost; {spend}"),
        (tables["seen"], "the shorter history has a say in all characters, not only in those never seen here"),
        (tables["everywhere"], "a count of 0 has nothing to give away: max(count - discount, 0)"),
        (tables["once"], f"one discount is spent; {spend}"),
        (tables["fixed"], f"a discount is spent for every character of the alphabet; {spend}"),
        (tables["squared"], "`shorter` is multiplied in twice; once is enough"),
        (tables["uniform"], f"what is saved is spread evenly; {spend}"),
        (tables["doubled"], "the discount is spent but not taken off the counts"),
        *[
            (fixed(counts, shorter, number), f"`discount` is not used; yours is {number} whatever it is")
            for number in (0.5, 0.75)
            if number != discount
        ],
        (tables["alone"], "what the counts keep is missing: count - discount, divided by the total"),
        (np.where(columns > 0, down, shorter), "these are totals of columns; a history has its counts in a row"),
        (np.where(new, shorter, (kept + saved * shorter) / max(total.sum(), 1)), "divide by the row's own total"),
        (
            np.where(new, 1 / counts.shape[1], right),
            "a history never seen gives every character the same here; there the shorter history decides alone",
        ),
        (np.where(new, 0, right), "0 where a history was never seen; there the shorter history decides alone"),
        (
            np.where(new, shorter, kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-12)),
            f"you divide by the discounted counts, and nothing is left for the shorter history; {spend}",
        ),
        (np.where(new, shorter, (1 - discount) * counts / np.maximum(total, 1) + discount * shorter), (
            "you mix two distributions with the weights 1 - D and D; D is taken off each *count*"
        )),
        (np.where(new, shorter, (kept + saved) / np.maximum(total, 1)), "`shorter` does not enter: multiply by it"),
        (shorter, "these are the probabilities of the shorter history alone"),
    ]  # fmt: skip
    return right, wrong


# --- choosing a character -----------------------------------------------------------------------------------------

NOT_FINITE = (
    "there is nan or inf in your result: exp overflows for large logits, or nothing is left of a row, because all of "
    "it is out or its probabilities have all become 0. Cut each row at its own k-th largest; softmax over axis=1 copes "
    "with large logits, and with -np.inf for what is out"
)


class NextProbabilities(Check):
    exercise = "3d.2"
    name = "next_probabilities"
    gives = "array"

    def inputs(self, rng):
        batch, size = rng.size("batch", 3, 5), rng.size("V", 8, 11, least=6)
        return {
            "logits": rng.reals(batch, size, dtype="float32"),
            "temperature": float(rng.choice([0.4, 0.6, 1.5, 2.0])),
            "top_k": int(rng.whole(3, 4)),
        }

    def further(self):
        logits = np.random.default_rng(0).normal(size=(4, 32)).astype("float32") * 3
        return {
            "with top_k = 1": {"logits": logits, "temperature": 1.0, "top_k": 1},
            "with all characters": {"logits": logits, "temperature": 0.7, "top_k": 32},
            "at a temperature of 0.01": {"logits": logits - 4, "temperature": 0.01, "top_k": 5},
            "at 0.01, where no logit stands out": {"logits": logits / 100, "temperature": 0.01, "top_k": 5},
            "where all logits are low": {"logits": logits - 1000, "temperature": 1.0, "top_k": 5},
            "for one text": {"logits": logits[:1].astype("float64"), "temperature": 1, "top_k": 5},
        }

    def probe(self, answer, inputs):
        with np.errstate(all="ignore"):
            return {"p": answer(inputs["logits"], inputs["temperature"], inputs["top_k"])}

    def judge(self, inputs, outputs):
        logits, t, k, p = inputs["logits"].astype("float64"), inputs["temperature"], inputs["top_k"], outputs["p"]
        expect_shape("the result", p, logits.shape, "(batch, V)")
        right, wrong = tempered(logits, t, k, p)
        if not np.all(np.isfinite(p)):
            wrong.append((p, NOT_FINITE))
        expect_close("the probabilities", p, right, [*wrong, *sums_to_1(p)], atol=1e-6)
        out = p[~kept_of(logits, k, p)]
        if np.any(out != 0):
            raise Wrong(
                f"a character that is out has a probability of {out.max():.1g}, not of 0; a logit of -np.inf gives "
                "exactly 0"
            )


def kept_of(logits, k, p=None):
    """(batch, V), True for the k likeliest of each row. Of equals, those to which p gives most; all, where it has."""
    kept = np.zeros(logits.shape, bool)
    for b, row in enumerate(logits):
        kth = np.sort(row)[::-1][k - 1]
        equal = np.flatnonzero(row == kth)
        free = k - np.sum(row > kth)
        if p is not None and np.sum(p[b, equal] > 0) > free:
            free = len(equal)
        order = np.argsort(-p[b, equal], kind="stable") if p is not None else np.arange(len(equal))
        kept[b] = row > kth
        kept[b, equal[order[:free]]] = True
    return kept


def tempered(logits, t, k, p):
    """(right probabilities, [(wrong ones, hint)])."""
    size = logits.shape[1]

    def cut(kept, scaled=logits / t, out=-np.inf):
        return softmax(np.where(kept, scaled, out))

    kept = kept_of(logits, k, p)
    right = cut(kept)
    least = kept_of(-logits, k)
    wider, narrower = kept_of(logits, min(k + 1, size)), kept_of(logits, max(k - 1, 1))
    kth = np.sort(logits, axis=1)[:, [-k]]
    without = np.where(kept, softmax(logits / t), 0)
    wrong = [
        (logits / t, "these are logits still; the softmax is missing"),
        (np.where(kept, logits / t, -np.inf), "these are logits still; the softmax is missing"),
        (cut(kept, logits * t), "you multiply by the temperature; logits are *divided* by it"),
        (cut(kept, logits), "the temperature does not enter, or it cancels; divide the *logits* by it"),
        (softmax(logits / t), "all characters are still possible; only the top_k likeliest should be"),
        (softmax(logits * t), "all characters are still possible, and the logits are multiplied by the temperature"),
        (without, "the probabilities that are kept no longer sum to 1: cut first, then take the softmax"),
        (cut(kept, out=0), "a logit of 0 is not a probability of 0, as exp(0) = 1; use -np.inf for what is out"),
        (cut(least), "these are the top_k *least* likely characters"),
        (cut(~kept) if np.all(np.any(~kept, axis=1)) else logits, "the top_k likeliest are out; they should stay"),
        (
            cut(kept, logits / max(t, 0.05)),
            "a low temperature is replaced by a higher one; use it as it is",
        ),
        (cut(wider), "top_k + 1 characters are left"),
        (cut(narrower), "top_k - 1 characters are left; the k-th likeliest stays in"),
        (cut(kept_of(logits, 1)), "only the likeliest is left, whatever top_k"),
        (cut(logits >= kth[0]), "the k-th largest logit of the first text is used for all; each row has its own"),
        (cut(logits / t >= kth), "divided logits are compared with a k-th largest that is not divided"),
        (cut(logits >= kth / t), "logits are compared with a k-th largest that is divided by the temperature"),
        (cut(np.arange(size) < np.full((len(logits), 1), k)), "these are the first top_k characters of the alphabet"),
        (cut(kept, logits) / t, "the temperature divides the logits, before the softmax"),
        (softmax(np.where(kept, logits / t, -1e9), axis=0), "this is the softmax over the batch; take it over V"),
        (softmax(np.where(kept, softmax(logits) / t, -np.inf)), "temperature divides the logits, not probabilities"),
        (np.where(kept, 1 / k, 0), "all that is kept is equally likely here; use the softmax of the logits"),
        (np.where(kept, logits, 0) / np.where(kept, logits, 0).sum(1, keepdims=True), "the softmax is missing"),
        *[
            (cut(kept, out=out), f"what is out has a logit of {out}, which leaves it a chance; use -np.inf")
            for out in (-1, -10, -100, -1000)
        ],
        (cut(kept, np.exp(logits) / t), "the softmax takes the exponential itself; give it the logits"),
        *of_axes(right, {"reversed": "the texts should keep their order"}),
    ]
    return right, wrong


# --- writing ------------------------------------------------------------------------------------------------------

STATES = 9  # of the network in this check


class FreeRun(Check):
    exercise = "3d.3"
    name = "free_run"
    gives = "array"

    def inputs(self, rng):
        batch, count, size = rng.size("batch", 3, 5), rng.size("count", 7, 10), rng.size("V", 4, 6, least=2)
        table = rng.dirichlet(0.8 * np.ones(size), size=(STATES, size))
        uniforms = rng.uniform(0.02, 0.98, size=(batch, count))
        if rng.at("zeros", "with every u = 0"):
            uniforms[:] = 0
            table[..., 0] = 0  # so that the first character is never drawn
            table[..., -1] += 1 - table.sum(axis=-1)
        if rng.at("equal", "with u just reached by a running sum"):
            table = np.stack([rng.permutation(quarters(size)) for _ in range(STATES * size)])
            table = table.reshape(STATES, size, size)
            uniforms = rng.choice([0.25, 0.5, 0.75], size=(batch, count))
        return {
            "table": table,
            "first": rng.integers(0, size, size=batch),
            "state": rng.integers(0, STATES, size=batch),
            "uniforms": uniforms,
        }

    def probe(self, answer, inputs):
        table, first, state, uniforms = (inputs[name] for name in ("table", "first", "state", "uniforms"))
        size = table.shape[-1]

        def step(characters, state):  # what comes next depends on the character and on all that was read before it
            characters = characters_of(characters, len(first), size)
            number = state_of(state, len(first))
            after = (3 * number + characters + 1) % STATES
            return table[number, characters] - 1, [(after // 3, after % 3)]

        def choose(logits):
            if np.shape(logits) != (len(first), size):
                raise Wrong(f"choose should be given the logits of a step, (batch, V); yours gives {np.shape(logits)}")
            return np.asarray(logits) + 1

        return {"written": answer(step, choose, first, [(state // 3, state % 3)], uniforms)}

    def judge(self, inputs, outputs):
        uniforms, written = inputs["uniforms"], outputs["written"]
        batch, count = uniforms.shape
        if written.shape == (count, batch) and count != batch:
            raise Wrong("the axes should be (batch, count); yours are (count, batch): stack along axis 1")
        if written.shape == (batch, count + 1):
            raise Wrong("one character too many: the first one was given; return only what is drawn")
        expect_shape("what is written", written, (batch, count), "(batch, count)")
        right, wrong = runs(**inputs)
        expect_close("what is written", written, right, wrong)
        expect_integers("the codes", written)


def quarters(size):
    """Probabilities of a quarter and a half that sum to 1, with zeros, exact in binary."""
    return np.array(([0.5, 0.5] if size < 3 else [0.25, 0.5, 0.25]) + [0.0] * max(size - 3, 0))


def characters_of(characters, batch, size):
    """The characters that a step is given, (batch,) integers, or Wrong."""
    if characters is None:
        raise Wrong("step is given None in place of characters")
    characters = np.asarray(characters)
    if characters.shape != (batch,):
        raise Wrong(
            f"step should be given one character for each text, (batch,) = {(batch,)}; yours gives it "
            f"{characters.shape}"
        )
    if characters.dtype.kind not in "iu":
        raise Wrong(CUT_IN_HALF.format("the characters that step is given", characters.dtype))
    if np.any((characters < 0) | (characters >= size)):
        raise Wrong(
            f"step was given a code outside 0 ... {size - 1}: what is drawn is the first character, counted from 0, "
            "whose running sum exceeds u"
        )
    return characters


def state_of(state, batch):
    """The state that a step is given, as one number for each text, or Wrong."""
    pairs = state if isinstance(state, list | tuple) else []
    if len(pairs) != 1 or len(pairs[0]) != 2 or any(np.shape(part) != (batch,) for part in pairs[0]):
        raise Wrong(
            "step was given something else than the state that it returned, which here is a list of one pair (h, c); "
            "pass it on whole"
        )
    return 3 * np.asarray(pairs[0][0]) + np.asarray(pairs[0][1])


def runs(table, first, state, uniforms):
    """(what is written, [(wrong, hint)]), each (batch, count)."""
    batch, count = uniforms.shape
    size = table.shape[-1]

    def exceeding(sums, u):
        return np.array([next((n for n, s in enumerate(row) if s > x), size - 1) for row, x in zip(sums, u)])  # noqa: B905

    draws = {
        "right": lambda p, u: exceeding(np.cumsum(p, axis=1), u),
        "reached": lambda p, u: np.array([int(np.argmax(np.cumsum(row) >= x)) for row, x in zip(p, u, strict=True)]),
        "next": lambda p, u: np.minimum(exceeding(np.cumsum(p, axis=1), u) + 1, size - 1),
        "previous": lambda p, u: np.maximum(exceeding(np.cumsum(p, axis=1), u) - 1, 0),
        "no sum": lambda p, u: np.argmax(p > u[:, None], axis=1),
        "nearest": lambda p, u: np.argmin(np.abs(np.cumsum(p, axis=1) - u[:, None]), axis=1),
        "over texts": lambda p, u: np.minimum(np.sum(np.cumsum(p, axis=0) <= u[:, None], axis=1), size - 1),
        "one u": lambda p, u: exceeding(np.cumsum(p, axis=1), np.full(batch, u[0])),
        "greedy": lambda p, u: np.argmax(p, axis=1),
        "from the end": lambda p, u: size - 1 - exceeding(np.cumsum(p[:, ::-1], axis=1), u),
        "1 - u": lambda p, u: exceeding(np.cumsum(p, axis=1), 1 - u),
        "of logits": lambda p, u: exceeding(np.cumsum(softmax(p - 1), axis=1), u),
        "raw logits": lambda p, u: np.minimum(np.sum(np.cumsum(p - 1, axis=1) <= u[:, None], axis=1), size - 1),
    }

    def run(draw="right", carry=True, feed=True, order=range(count)):
        characters, number, result = first, state, np.zeros((batch, count))
        for t in range(count):
            p = table[number, characters]
            if carry:
                number = (3 * number + characters + 1) % STATES
            result[:, t] = drawn = draws[draw](p, uniforms[:, order[t]])
            if feed:
                characters = drawn
        return result

    exceeds = "the first whose running sum exceeds u"
    right = run()
    wrong = [
        (run(carry=False), "the state is not carried on: give each step the state that the step before returned"),
        (run(feed=False), "every step reads the first character; it should read the one just drawn"),
        (run(carry=False, feed=False), "neither the state nor the character just drawn goes into the next step"),
        (run("greedy"), "this takes the likeliest character each time; draw by the uniform numbers"),
        (run("of logits"), "you draw from a softmax; choose(logits) gives probabilities already"),
        (run("raw logits"), "you draw from the logits; draw from choose(logits)"),
        (run("reached"), f"a running sum that just reaches u does not exceed it: the character drawn is {exceeds}"),
        (run("no sum"), "u is compared with the probabilities themselves; it should be with their running sums"),
        (run("next"), f"off by one: yours is the character after {exceeds}"),
        (run("previous"), f"off by one: yours is the character before {exceeds}"),
        (right + 1, f"off by one: codes count from 0, and the character drawn is {exceeds}"),
        (run("nearest"), f"yours is the character whose running sum is nearest to u; it should be {exceeds}"),
        (run("over texts"), "the sums run over the texts; they should run over the characters: np.cumsum(p, axis=1)"),
        (run("one u"), "all texts are drawn by the numbers of the first; text b has uniforms[b]"),
        (run("from the end"), "your sums run from the last character; they should run from the first"),
        (run("1 - u"), "yours exceeds 1 - u; it should exceed u"),
        (run(order=[0] * count), "the same number is used at every step; step t has uniforms[:, t]"),
        (run(order=list(range(count))[::-1]), "the numbers are read backwards; step t has uniforms[:, t]"),
        (run(order=list(range(-1, count - 1))), "step t is drawn by uniforms[:, t - 1]; it has uniforms[:, t]"),
        *of_shift(right, 1, ["this begins one character late", "the first character drawn is missing"]),
        (
            np.concatenate([first[:, None], right[:, :-1]], axis=1),
            "this begins with the character that was given, and lacks the last one; keep what is drawn",
        ),
    ]  # fmt: skip
    return right, wrong


# --- streams ------------------------------------------------------------------------------------------------------


class Streams(Check):
    exercise = "3d.4"
    name = "streams"
    gives = "arrays"

    def inputs(self, rng):
        batch, length, windows = rng.size("batch", 3, 4), rng.size("length", 5, 6), rng.size("windows", 7, 8)
        rest = int(rng.whole(0, batch * length - 1))
        return {"text": rng.permutation(batch * length * windows + 1 + rest), "batch": batch, "length": length}

    def further(self):
        text = np.random.default_rng(0).permutation(5_000).astype("int32")
        whole = {"text": text[:1_234], "batch": 20, "length": 61}
        repeats = {"text": text[:200] % 5, "batch": 3, "length": 7}
        return {
            "as the lesson trains": {"text": text, "batch": 32, "length": 50},
            "with whole streams": whole,
            "where characters occur more than once": repeats,
        }

    def probe(self, answer, inputs):
        given = (inputs["text"], inputs["batch"], inputs["length"])
        return unpacked(answer(*given), ("inputs", "targets"), "return two arrays: inputs, targets")

    def judge(self, inputs, outputs):
        text, batch, length = inputs["text"], inputs["batch"], inputs["length"]
        windows = (len(text) - 1) // (batch * length)
        expect_windows(outputs["inputs"], windows, batch, length)
        expect_shape("the targets", outputs["targets"], (windows * batch, length), "(windows * batch, length)")
        for name in ("inputs", "targets"):
            expect_integers(f"the {name}", outputs[name])
        if len(np.unique(text)) < len(text):
            places = places_of_rows(outputs["inputs"], text, windows, batch, length)
        else:
            places = places_of_codes(outputs["inputs"], text)
        judge_inputs(places, windows, batch, length, text)
        judge_targets(outputs["targets"], outputs["inputs"], places, text)


def places_of_codes(codes, text):
    """Where codes stand in a text that holds each of its codes once."""
    place = np.full(int(text.max()) + 2, -1)
    place[text] = np.arange(len(text))
    found = place[np.clip(codes, 0, len(place) - 1)]
    if np.any((codes < 0) | (found < 0)):
        raise Wrong("the inputs hold codes that are not in the text")
    return found


def places_of_rows(codes, text, windows, batch, length):
    """Where codes stand in any text, if the windows of each stream follow one another: where that stream begins."""
    found = np.zeros((windows, batch, length), int)
    for b in range(batch):
        row = codes.reshape(windows, batch, length)[:, b].ravel()
        begins = [n for n in range(len(text) - len(row) + 1) if np.array_equal(text[n : n + len(row)], row)]
        if not begins:
            raise Wrong("row b of each batch should begin right after the end of row b of the batch before")
        found[:, b] = begins[0] + np.arange(len(row)).reshape(windows, length)
    return found.reshape(codes.shape)


def expect_windows(inputs, windows, batch, length):
    """Raise Wrong unless the inputs have their shape."""
    wanted = (windows * batch, length)
    if inputs.shape in ((windows, batch, length), (batch, windows, length)):
        raise Wrong("put all windows below each other, (windows * batch, length): fit takes `batch` rows at a time")
    if inputs.shape == (batch, windows * length) and inputs.shape != wanted:
        raise Wrong("these are whole streams; cut each into windows of `length` characters")
    if inputs.ndim == 2 and inputs.shape[1] == length and inputs.shape[0] < windows * batch:
        raise Wrong(
            f"more windows fit: {windows} in each of the {batch} streams, {windows * batch} in all; yours are "
            f"{inputs.shape[0]}. Only the very last character of the text has no character after it"
        )
    if inputs.ndim == 2 and inputs.shape[1] == length and inputs.shape[0] > windows * batch:
        raise Wrong(
            f"too many windows: {windows} fit in each of the {batch} streams, {windows * batch} in all, as every "
            f"stream has as many and every character needs the one after it; yours are {inputs.shape[0]}"
        )
    expect_shape("the inputs", inputs, wanted, "(windows * batch, length)")


def judge_inputs(places, windows, batch, length, text):
    """Raise Wrong unless the windows are pieces of the text, and row b goes on from batch to batch."""
    if np.any(np.diff(places, axis=1) != 1):
        if length > 1 and np.all(np.diff(places, axis=1) == places[0, 1] - places[0, 0]):
            raise Wrong(
                f"the characters of a window lie {places[0, 1] - places[0, 0]} apart in the text; a window is "
                "`length` characters in a row"
            )
        raise Wrong("a window is not a piece of the text: its characters should follow one another there")
    first = places[:, 0]
    by_batch = first.reshape(windows, batch)
    on = by_batch[:-1] + length
    if np.any(by_batch[1:] != on):
        by_stream = first.reshape(batch, windows)
        if np.all(np.diff(by_stream, axis=1) == length):
            raise Wrong(
                "your rows are stream after stream. fit takes `batch` rows at a time, so its first batch gets the "
                "first windows of one stream; it should get the first window of *every* stream"
            )
        if np.all(by_batch[1:] - by_batch[:-1] == length - 1):
            raise Wrong("the windows of a stream overlap by one character; each should begin after the last one's end")
        if np.all(by_batch[1:] - by_batch[:-1] == length + 1):
            raise Wrong("between two windows of a stream one character is left out; it is the next one's first")
        if np.all(np.sort(first) == np.sort(by_batch[0])[0] + length * np.arange(windows * batch)):
            raise Wrong("the windows are those of the text, but row b of a batch does not go on in row b of the next")
        raise Wrong("row b of each batch should begin right after the end of row b of the batch before")
    begins = np.sort(by_batch[0])
    if np.any(np.diff(begins) < windows * length):
        same = np.any(np.diff(begins) == 0)
        raise Wrong(f"the streams {'are all the same' if same else 'overlap'}; each should be a piece of its own")
    if places.max() > len(text) - 2:
        raise Wrong("the last window ends with the text, so its last target is missing")


def judge_targets(targets, inputs, where, text):
    """Raise Wrong unless each target is the character after its input, which stands at `where` in the text."""
    after = text[where + 1]
    wrap = np.roll(inputs, -1, axis=1)
    before = text[np.maximum(where - 1, 0)]
    following = np.roll(inputs, -1, axis=0)
    wrong = [
        (inputs, "the targets equal the inputs; each should be the character after the one read"),
        (before, "shifted the wrong way: the target is the character *after* the one read"),
        (np.roll(inputs, 1, axis=1), "shifted the wrong way: the target is the character *after* the one read"),
        (wrap, "the last target of a window is the window's own first character (np.roll); take it from the text"),
        (
            np.concatenate([after[:, :-1], targets[:, -1:]], axis=1),
            "all targets but the last of each window are right; that one stands after the window in the text",
        ),
        (
            np.broadcast_to(after[:, -1:], after.shape),
            "every step has the last target; each has its own",
        ),
        (following, "the targets are the next row; each should be the next *character*"),
        (text[np.minimum(where + 2, len(text) - 1)], "the targets are two characters on; one is enough"),
    ]
    expect_close("the target", targets, after, wrong)


# --- a cell -------------------------------------------------------------------------------------------------------


SIGNS = {"falls": -1.0, "rises": 1.0}


class CellThatFollows(Check):
    exercise = "3d.5"
    name = "cell_that_follows"
    gives = "array"

    def inputs(self, rng):
        positions, count = rng.size("positions", 60, 80, least=15), rng.size("cells", 7, 9)
        noise = rng.reals(positions, count, dtype="float32", zeros=False)
        return following(rng, noise, rng.choice([-1.0, 1.0]))

    def further(self):
        rng = np.random.default_rng(0)
        noise = rng.normal(size=(200, 64)).astype("float32")
        cases = {f"for a cell that {what} inside": following(rng, noise, sign) for what, sign in SIGNS.items()}
        inside = cases["for a cell that rises inside"]["inside"]
        second = 0.7 * inside + noise[:, 1] + 2
        best = {
            "for a cell that changes its sign": np.where(inside, -1, 1) + 0.1 * noise[:, 0],
            "for a cell of small values": 1e-4 * (inside + 0.1 * noise[:, 0] + 2),
        }
        for name, cell in best.items():
            cells = np.column_stack([second, cell, noise[:, 2:]]).astype("float32")
            cases[name] = {"cells": cells, "inside": inside}
        return cases

    def probe(self, answer, inputs):
        with np.errstate(all="ignore"):
            return {"cell": answer(inputs["cells"], inputs["inside"])}

    def judge(self, inputs, outputs):
        cells, inside, yours = inputs["cells"].astype("float64"), inputs["inside"], outputs["cell"]
        if yours.shape == cells.shape[1:] and cells.shape[1] > 1:
            raise Wrong("this is one number for each cell; return the number of the best cell, an integer")
        if yours.shape == (2,):
            raise Wrong("return the number of the cell alone")
        expect_shape("the result", yours, ())
        if yours.dtype.kind not in "iu":
            raise Wrong(f"the number of a cell is an integer, with which later cells index; yours is {yours.dtype}")
        if not 0 <= yours < cells.shape[1]:
            raise Wrong(
                f"there is no cell {yours}: they are numbered from 0 to {cells.shape[1] - 1}. (A place among all "
                "values, or a position of the text, is another thing.)"
            )
        r = correlations(cells, inside)
        if np.abs(r[yours]) >= np.abs(r).max() - 1e-3:
            return
        best = f"yours, {yours}, has a correlation of {r[yours]:.2f}; that of another is {r[np.argmax(abs(r))]:.2f}"
        raise Wrong(why_another(cells, inside, int(yours), r) + f" ({best})")


def following(rng, noise, sign):
    """Cells and where it is inside, {"cells", "inside"}: the cells are noise, but for four of them.

    One follows `inside`, upwards or downwards by its sign; one follows it less closely, the other way; one is large,
    and differs more than these in absolute terms; one never changes.
    """
    positions, count = noise.shape
    inside = rng.permutation(np.arange(positions) < max(positions // 5, 3))
    scale = max(float(np.abs(noise).max()), 1e-3)
    cells = noise / scale
    kinds = [(sign, 0.3, 1.0), (-0.9 * sign, 1.2, 1.0), (0.1, 1.0, 300.0), (0.0, 0.0, 1.0)]
    for cell, (effect, of_noise, size) in zip(rng.permutation(count), kinds, strict=False):
        cells[:, cell] = size * (effect * inside + of_noise * cells[:, cell] + 2.0)
    return {"cells": (scale * cells).astype("float32"), "inside": inside}


def correlations(cells, inside):
    """The correlation of each cell with inside; 0 of a cell that never changes."""
    deviation = cells - cells.mean(axis=0)
    spread = np.sqrt(np.mean(deviation**2, axis=0))
    covariance = np.mean(deviation * (inside - inside.mean())[:, None], axis=0)
    still = spread < 1e-6 * np.maximum(np.abs(cells).max(axis=0), 1e-9)
    return np.where(still, 0, covariance / np.where(still, 1, spread) / inside.std())


IF_BOTH = "(If you look at both: a correlation subtracts the mean of the cell, and divides by its spread.)"


def largest(numbers):
    """Which is farthest from 0."""
    return int(np.argmax(np.abs(numbers)))


def why_another(cells, inside, yours, r):
    """Why somebody may have chosen another cell."""
    difference = cells[inside].mean(axis=0) - cells[~inside].mean(axis=0)
    spread, still = cells.std(axis=0), np.ptp(cells, axis=0) == 0
    covariance = (inside - inside.mean()) @ (cells - cells.mean(axis=0)) / len(cells)
    reasons = [
        (
            bool(still[yours]),
            "that cell never changes, so its correlation is 0. (Computed as 0 / 0 it is nan, which argmax takes for "
            "the largest. And where such cells are left out first, the numbers of the others shift.)",
        ),
        (
            int(np.argmax(np.abs(correlations(np.abs(cells), inside)))) == yours,
            "that cell's *absolute value* follows `inside` best; take the absolute value of the correlation, not of "
            "the cell",
        ),
        (
            int(np.argmax(r)) == yours,
            f"that is the largest positive correlation; one far below 0 tells as much. {IF_BOTH}",
        ),
        (int(np.argmin(r)) == yours, f"that is the lowest correlation; look for the one farthest from 0. {IF_BOTH}"),
        (int(np.argmin(np.abs(r))) == yours, "that cell has the correlation closest to 0; look for the farthest"),
        (
            any(largest(covariance / (spread + added)) == yours for added in (1, 0.1, 0.05, 0.01, 0.001)),
            "that cell does not follow `inside` most closely; a number added to the spread hides cells of small values",
        ),
        (
            int(np.argmax(spread)) == yours,
            "that cell varies most; a correlation also divides by the spread of the cell",
        ),
        (
            int(np.argmax(np.abs(difference))) == yours,
            "that cell differs most between inside and outside; a correlation also divides by the spread of the cell",
        ),
        (
            int(np.argmax(np.abs(cells[inside].mean(axis=0)))) == yours,
            "that cell is farthest from 0 inside; compare with what it is outside",
        ),
    ]
    return next((hint for true, hint in reasons if true), "that cell does not follow `inside` most closely")


# --- when it ends -------------------------------------------------------------------------------------------------


def recursive(p_end):
    """A mistake: each probability from the one before it."""
    found = np.array(p_end)
    for t in range(1, found.shape[1]):
        found[:, t] = p_end[:, t] * (1 - found[:, t - 1])
    return found


class LengthProbabilities(Check):
    exercise = "3d.6"
    name = "length_probabilities"
    gives = "array"

    def inputs(self, rng):
        batch, steps = rng.size("batch", 3, 4), rng.size("T", 6, 8)
        return {"p_end": rng.reals(batch, steps, within=(0, 1), dtype="float64")}

    def further(self):
        low = np.random.default_rng(0).uniform(0, 0.05, size=(20, 300))
        of_text = np.array([[0.1, 0.5, 1.0]])
        return {"in the example of the text": {"p_end": of_text}, "over 300 steps": {"p_end": low}}

    def probe(self, answer, inputs):
        with np.errstate(all="ignore"):
            return {"p": answer(inputs["p_end"])}

    def judge(self, inputs, outputs):
        p_end, p = inputs["p_end"], outputs["p"]
        if p.shape in (p_end.shape[1:], (len(p_end), p_end.shape[1] + 1)) and p.shape != p_end.shape:
            what = "one row for all" if p.ndim == 1 else "one column too many"
            raise Wrong(f"{what}: return a probability for each sentence and each step, (batch, T)")
        expect_shape("the probabilities", p, p_end.shape, "(batch, T)")
        if not np.all(np.isfinite(p)):
            raise Wrong("there is nan or inf in your result, where a probability is 0 or 1; multiply, do not divide")
        goes_on = np.cumprod(1 - p_end, axis=1)
        before = np.concatenate([np.ones((len(p_end), 1)), goes_on[:, :-1]], axis=1)
        right = p_end * before
        shared = np.cumprod(1 - p_end.ravel()).reshape(p_end.shape)
        total = np.maximum(right.sum(axis=1, keepdims=True), 1e-12)
        last = right.copy()
        last[:, -1] = before[:, -1]
        wrong = [
            (p_end, "this is the probability to end at step t *if* it has not ended before; it must also get that far"),
            (p_end * goes_on, "to end at step t it must not have ended at the steps *before* t; yours includes step t"),
            (before, "this is the probability to get as far as step t; it must also end there"),
            (goes_on, "this is the probability to go on after step t; wanted is that it ends there"),
            (1 - goes_on, "this is the probability to end at step t *or before*"),
            (np.cumsum(right, axis=1), "this is the probability to end at step t *or before*"),
            (np.cumprod(p_end, axis=1), "this is the probability to end at every step; before the last it must go on"),
            (right / total, "the rows are made to sum to 1; what is missing is the probability to go on after step T"),
            (last, "the last step gets all that is left; a sentence may also go on after step T"),
            (
                np.concatenate([0 * p_end[:, :1], right[:, 1:]], axis=1),
                "0 at the first step, which needs no step before it: its factor is 1",
            ),
            (recursive(p_end), "1 minus the probability of length t - 1 is not that of going on; multiply the 1 - p"),
            (p_end * (1 - p_end), "only one step is considered; it must go on at *all* the steps before"),
            (
                p_end * np.concatenate([np.ones((len(p_end), 1)), 1 - p_end[:, :-1]], axis=1),
                "only the step before is considered; it must go on at *all* the steps before",
            ),
            (
                p_end * np.maximum(1 - (np.cumsum(p_end, axis=1) - p_end), 0),
                "1 minus a sum of such probabilities is not a probability; multiply the 1 - p of the steps before",
            ),
            (
                p_end * (1 - (np.cumsum(p_end, axis=1) - p_end)),
                "1 minus a sum of such probabilities is not a probability; multiply the 1 - p of the steps before",
            ),
            (p_end * (1 - p_end) ** np.arange(p_end.shape[1]), "each step before has its own probability to go on"),
            (
                p_end * np.concatenate([np.ones((1, p_end.shape[1])), np.cumprod(1 - p_end, axis=0)[:-1]]),
                "your product runs over the sentences; it should run over the steps, axis=1",
            ),
            (
                p_end * np.concatenate([[1], shared.ravel()[:-1]]).reshape(p_end.shape),
                "your product runs on from one sentence into the next; each begins with 1",
            ),
            *of_shift(right, 1, ["yours is one step late", "yours is one step early"]),
        ]
        expect_close("the probabilities", p, right, wrong, atol=1e-9)
