"""Wrong answers to lesson 3d's exercises, each with a part of the hint it must get, and right ones in other forms."""
# ruff: noqa: E501

WINDOWS = """
def windows_and_targets(text, starts, length):
    places = np.asarray(starts)[:, None] + np.arange(length)
    return {}
"""
BACK_OFF = """
def back_off(counts, shorter, discount):
    total = counts.sum(axis=1, keepdims=True)
    kept = np.maximum(counts - discount, 0)
    spare = total - kept.sum(axis=1, keepdims=True)
    return {}
"""
BITS = """
def bits_per_character(targets, logits):
    nats = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    return {}
"""
NEXT = """
def next_probabilities(logits, temperature, top_k):
    logits = ops.convert_to_tensor(logits)
    {}
"""
RUN = """
def free_run(step, characters, state, uniforms):
    written = []
    for t in range(uniforms.shape[1]):
        {}
        written.append(characters)
    return np.stack(written, axis=1)
"""
BEAM = """
def extend_beam(scores, log_p, width):
    total = scores[:, None] + log_p
    best = np.argsort(-total, axis=None)[:width]
    parents, characters = np.divmod(best, total.shape[1])
    {}
"""
DRAW = "characters = (np.cumsum(p, axis=1) <= uniforms[:, t, None]).sum(axis=1)"

MUTANTS = [
    ("3d.1", "targets not shifted", "equal the windows", WINDOWS.format("text[places], text[places]")),
    ("3d.1", "shifted backwards", "wrong way", WINDOWS.format("text[places], np.roll(text[places], 1, axis=1)")),
    ("3d.1", "shifted around", "np.roll", WINDOWS.format("text[places], np.roll(text[places], -1, axis=1)")),
    ("3d.1", "one target", "one target per window", WINDOWS.format("text[places], text[np.asarray(starts) + length]")),
    ("3d.1", "one character short", "should have shape", WINDOWS.format("text[places][:, :-1], text[places][:, 1:]")),
    (
        "3d.1",
        "the last target everywhere",
        "own next character",
        WINDOWS.format("text[places], np.tile(text[places + 1][:, -1:], length)"),
    ),
    ("3d.1", "windows late", "one character late", WINDOWS.format("text[places + 1], text[places + 1]")),
    ("3d.1", "windows only", "two arrays", WINDOWS.format("text[places]")),
    ("3d.1", "lists, which fit reads as many inputs", "a NumPy array is wanted", WINDOWS.format(
        "list(text[places]), list(text[places + 1])")),
    ("3d.1", "codes as floats", "should be integers", WINDOWS.format("1.0 * text[places], 1.0 * text[places + 1]")),
    ("3d.1", "in another order", "in the order of `starts`", WINDOWS.format("text[places], text[places + 1]")
     .replace("np.asarray(starts)", "np.sort(starts)")),
    ("3d.1", "last target left out", "all targets but the last are right", WINDOWS.format(
        "text[places], np.pad(text[places][:, 1:], ((0, 0), (0, 1)))")),
    ("3d.1", "the text rolled forward", "wrong way", WINDOWS.format("text[places], np.roll(text, 1)[places]")),
    ("3d.2", "plain shares", "plain shares", BACK_OFF.format("np.where(total > 0, counts / np.maximum(total, 1), shorter)")),
    (
        "3d.2",
        "discount lost",
        "is lost",
        BACK_OFF.format("np.where(total > 0, kept / np.maximum(total, 1), shorter)"),
    ),
    (
        "3d.2",
        "only where unseen",
        "not only for those never seen",
        BACK_OFF.format("np.where(total > 0, np.where(counts > 0, kept, spare * shorter) / np.maximum(total, 1), shorter)"),
    ),
    ("3d.2", "division by zero", "0 / 0", BACK_OFF.format("(kept + spare * shorter) / total")),
    ("3d.2", "nothing for new histories", "never seen", BACK_OFF.format("(kept + spare * shorter) / np.maximum(total, 1)")),
    (
        "3d.2",
        "negative counts",
        "cannot give anything away",
        BACK_OFF.format(
            "np.where(total > 0, (counts - discount + discount * counts.shape[1] * shorter) / np.maximum(total, 1), shorter)"
        ),
    ),
    (
        "3d.2",
        "the whole table's total",
        "should be",
        BACK_OFF.format("np.where(total > 0, (kept + spare * shorter) / total.sum(), shorter)"),
    ),
    (
        "3d.2",
        "discount spent once",
        "as many times",
        BACK_OFF.format("np.where(total > 0, (kept + discount * shorter) / np.maximum(total, 1), shorter)"),
    ),
    ("3d.2", "every character discounted", "sum to 1", BACK_OFF.format(
        "np.where(total > 0, (kept + discount * counts.shape[1] * shorter) / np.maximum(total, 1), shorter)")),
    ("3d.2", "the same for every new history", "those of the shorter one", BACK_OFF.format(
        "np.where(total > 0, (kept + spare * shorter) / np.maximum(total, 1), 1 / counts.shape[1])")),
    ("3d.2", "totals of columns", "totals of columns", BACK_OFF.format(
        "np.where(total > 0, (kept + spare * shorter) / np.maximum(total, 1), shorter)").replace("axis=1", "axis=0")),
    ("3d.3", "no gradient", "no gradient reaches", BITS.format("ops.stop_gradient(ops.mean(nats) / np.log(2)) + 0")),
    ("3d.3", "logits as probabilities", "from_logits=True", BITS.format("ops.mean(nats) / np.log(2)")
     .replace(", from_logits=True", "")),
    (
        "3d.3",
        "softmax over the steps",
        "over the steps",
        """
def bits_per_character(targets, logits):
    right = ops.log_softmax(logits, axis=1) * ops.one_hot(ops.cast(targets, "int32"), logits.shape[-1])
    return -ops.mean(ops.sum(right, axis=-1)) / np.log(2)
""",
    ),
    ("3d.3", "nats", "in nats", BITS.format("ops.mean(nats)")),
    ("3d.3", "multiplied", "dividing", BITS.format("ops.mean(nats) * np.log(2)")),
    ("3d.3", "sum", "this is the sum", BITS.format("ops.sum(nats) / np.log(2)")),
    ("3d.3", "per sequence", "per sequence", BITS.format("ops.mean(ops.sum(nats, axis=1)) / np.log(2)")),
    ("3d.3", "not averaged", "one loss per character", BITS.format("nats / np.log(2)")),
    ("3d.3", "last step", "last step alone", BITS.format("ops.mean(nats[:, -1]) / np.log(2)")),
    ("3d.3", "first step left out", "first step is left out", BITS.format("ops.mean(nats[:, 1:]) / np.log(2)")),
    ("3d.3", "last step left out", "last step is left out", BITS.format("ops.mean(nats[:, :-1]) / np.log(2)")),
    ("3d.3", "shifted once more", "nothing is to be shifted", BITS.format("ops.mean(nats) / np.log(2)")
     .replace("(targets, logits, from", "(targets[:, 1:], logits[:, :-1], from")),
    ("3d.3", "mean over the characters, too", "mean over the characters", BITS.format(
        "ops.mean(nats) / logits.shape[-1] / np.log(2)")),
    ("3d.3", "sign", "sign is wrong", BITS.format("-ops.mean(nats) / np.log(2)")),
    (
        "3d.3",
        "mean of probabilities",
        "before the mean",
        """
def bits_per_character(targets, logits):
    right = ops.sum(ops.softmax(logits) * ops.one_hot(ops.cast(targets, "int32"), logits.shape[-1]), axis=-1)
    return -ops.log(ops.mean(right)) / np.log(2)
""",
    ),
    (
        "3d.3",
        "underflows",
        "use ops.log_softmax",
        """
def bits_per_character(targets, logits):
    right = ops.sum(ops.softmax(logits) * ops.one_hot(ops.cast(targets, "int32"), logits.shape[-1]), axis=-1)
    return -ops.mean(ops.log(right + 1e-12)) / np.log(2)
""",
    ),
    (
        "3d.3",
        "NumPy",
        "model.fit cannot use it",
        """
def bits_per_character(targets, logits):
    z = np.asarray(logits, dtype="float64")
    z = z - z.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -np.take_along_axis(log_p, np.asarray(targets).astype(int)[..., None], axis=-1).mean() / np.log(2)
""",
    ),
    (
        "3d.4",
        "multiplied",
        "*divided* by it",
        NEXT.format(
            "logits = logits * temperature\n    kth = ops.top_k(logits, top_k)[0][:, -1:]\n"
            "    return ops.softmax(ops.where(logits >= kth, logits, -1e9))"
        ),
    ),
    ("3d.4", "no cut", "all characters are still possible", NEXT.format("return ops.softmax(logits / temperature)")),
    (
        "3d.4",
        "softmax over the batch",
        "over the batch",
        NEXT.format(
            "kth = ops.top_k(logits, top_k)[0][:, -1:]\n"
            "    return ops.softmax(ops.where(logits >= kth, logits / temperature, -1e9), axis=0)"
        ),
    ),
    (
        "3d.4",
        "no temperature",
        "does not enter",
        NEXT.format(
            "kth = ops.top_k(logits, top_k)[0][:, -1:]\n    return ops.softmax(ops.where(logits >= kth, logits, -1e9))"
        ),
    ),
    (
        "3d.4",
        "cut after the softmax",
        "no longer sum to 1",
        NEXT.format(
            "kth = ops.top_k(logits, top_k)[0][:, -1:]\n"
            "    return ops.where(logits >= kth, ops.softmax(logits / temperature), 0)"
        ),
    ),
    (
        "3d.4",
        "logit of zero",
        "exp(0) = 1",
        NEXT.format(
            "kth = ops.top_k(logits, top_k)[0][:, -1:]\n"
            "    return ops.softmax(ops.where(logits >= kth, logits / temperature, 0))"
        ),
    ),
    (
        "3d.4",
        "greater than the k-th",
        "top_k - 1",
        NEXT.format(
            "logits = logits / temperature\n    kth = ops.top_k(logits, top_k)[0][:, -1:]\n"
            "    return ops.softmax(ops.where((logits > kth) if top_k > 1 else (logits >= kth), logits, -1e9))"
        ),
    ),
    (
        "3d.4",
        "logits",
        "softmax is missing",
        NEXT.format(
            "kth = ops.top_k(logits, top_k)[0][:, -1:]\n    return ops.where(logits >= kth, logits / temperature, -1e9)"
        ),
    ),
    (
        "3d.4",
        "the least likely",
        "*least* likely",
        NEXT.format(
            "kth = -ops.top_k(-logits, top_k)[0][:, -1:]\n"
            "    return ops.softmax(ops.where(logits <= kth, logits / temperature, -1e9))"
        ),
    ),
    ("3d.4", "the best for the k-th best", "left", NEXT.format(
        "kth = ops.top_k(logits, top_k)[0][:, :1]\n"
        "    return ops.softmax(ops.where(logits >= kth, logits / temperature, -1e9))")),
    ("3d.4", "the first text's k-th best", "of the first text", NEXT.format(
        "kth = ops.top_k(logits, top_k)[0][0, -1]\n"
        "    return ops.softmax(ops.where(logits >= kth, logits / temperature, -1e9))")),
    ("3d.4", "divided and not divided", "divide both, or neither", NEXT.format(
        "kth = ops.top_k(logits, top_k)[0][:, -1:]\n    logits = logits / temperature\n"
        "    return ops.softmax(ops.where(logits >= kth, logits, -1e9))")),
    ("3d.4", "divided after the softmax", "before the softmax", NEXT.format(
        "kth = ops.top_k(logits, top_k)[0][:, -1:]\n"
        "    return ops.softmax(ops.where(logits >= kth, logits, -1e9)) / temperature")),
    ("3d.4", "the first of the alphabet", "of the alphabet", NEXT.format(
        "kept = ops.arange(logits.shape[-1]) < top_k\n"
        "    return ops.softmax(ops.where(kept, logits / temperature, -1e9))")),
    ("3d.4", "exp without softmax", "temperature of 0.01", NEXT.format(
        "kth = ops.top_k(logits, top_k)[0][:, -1:]\n"
        "    p = ops.where(logits >= kth, ops.exp(logits / temperature), 0.0)\n"
        "    return p / ops.sum(p, axis=-1, keepdims=True)")),
    ("3d.4", "not far enough below", "such as -1e9", NEXT.format(
        "kth = ops.top_k(logits, top_k)[0][:, -1:]\n"
        "    return ops.softmax(ops.where(logits >= kth, logits / temperature, -100.0))")),
    ("3d.4", "float64", "yours are float64", NEXT.format(
        "logits = ops.cast(logits, 'float64') / ops.cast(temperature, 'float64')\n"
        "    kth = ops.top_k(logits, top_k)[0][:, -1:]\n"
        "    return ops.softmax(ops.where(logits >= kth, logits, -np.inf))")),
    (
        "3d.4",
        "NumPy",
        "cannot be compiled",
        """
def next_probabilities(logits, temperature, top_k):
    logits = np.array(logits, dtype="float64") / temperature
    logits[logits < np.sort(logits, axis=1)[:, [-top_k]]] = -np.inf
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)
""",
    ),
    ("3d.5", "state lost", "state is not carried", RUN.format(f"p, _ = step(characters, state)\n        {DRAW}")),
    (
        "3d.5",
        "does not read what it writes",
        "every step reads the first character",
        RUN.format(f"p, state = step(characters, state)\n        {DRAW}").replace("step(characters", "step(first")
        .replace("written = []", "written, first = [], characters"),
    ),
    (
        "3d.5",
        "greedy",
        "likeliest character",
        RUN.format("p, state = step(characters, state)\n        characters = np.argmax(p, axis=1)"),
    ),
    (
        "3d.5",
        "appends too early",
        "lacks the last one",
        RUN.format(f"p, state = step(characters, state)\n        written.append(characters)\n        {DRAW}")
        .replace("        written.append(characters)\n    return", "    return"),
    ),
    (
        "3d.5",
        "one uniform number",
        "same uniform number",
        RUN.format(f"p, state = step(characters, state)\n        {DRAW.replace('t, None', '0, None')}"),
    ),
    (
        "3d.5",
        "time first",
        "stack along axis 1",
        RUN.format(f"p, state = step(characters, state)\n        {DRAW}").replace("axis=1)\n", "axis=1)\n", 1)
        .replace("return np.stack(written, axis=1)", "return np.stack(written, axis=0)"),
    ),
    (
        "3d.5",
        "the first one too",
        "one character too many",
        RUN.format(f"p, state = step(characters, state)\n        {DRAW}").replace("written = []", "written = [characters]"),
    ),
    (
        "3d.5",
        "reads everything again",
        "one character per text",
        """
def free_run(step, characters, state, uniforms):
    text = np.asarray(characters)[:, None]
    for t in range(uniforms.shape[1]):
        p, state = step(text, state)
        text = np.append(text, (np.cumsum(p, axis=1) <= uniforms[:, t, None]).sum(axis=1)[:, None], axis=1)
    return text[:, 1:]
""",
    ),
    ("3d.5", "codes as floats", "should be integers", RUN.format(f"p, state = step(characters, state)\n        {DRAW}")
     .replace("stack(written, axis=1)", "stack(written, axis=1) * 1.0")),
    ("3d.5", "one text squeezed", "one character per text", RUN.format(
        f"p, state = step(characters, state)\n        {DRAW.replace('sum(axis=1)', 'sum(axis=1).squeeze()')}")),
    (
        "3d.5",
        "the state taken apart",
        "hand it on whole",
        RUN.format(f"p, (state, _) = step(characters, state)\n        {DRAW}"),
    ),
    ("3d.5", "one too far", "character after the one", RUN.format(
        f"p, state = step(characters, state)\n        {DRAW}\n"
        "        characters = np.minimum(characters + 1, p.shape[1] - 1)")),
    ("3d.5", "one too few", "character before the one", RUN.format(
        f"p, state = step(characters, state)\n        {DRAW}\n        characters = np.maximum(characters - 1, 0)")),
    ("3d.5", "codes from 1", "counted from 0", RUN.format(
        f"p, state = step(characters, state)\n        {DRAW} + 1")),
    ("3d.5", "not cumulated", "should be cumulated", RUN.format(
        "p, state = step(characters, state)\n        characters = np.argmax(p > uniforms[:, t, None], axis=1)")),
    ("3d.5", "cumulated over the texts", "over the texts", RUN.format(
        "p, state = step(characters, state)\n"
        "        characters = (np.cumsum(p, axis=0) <= uniforms[:, t, None]).sum(axis=1).clip(0, p.shape[1] - 1)")),
    ("3d.5", "the first text's numbers for all", "the first one's uniform numbers", RUN.format(
        f"p, state = step(characters, state)\n        {DRAW.replace('uniforms[:, t, None]', 'uniforms[0, t]')}")),
    ("3d.5", "numbers backwards", "read backwards", RUN.format(
        f"p, state = step(characters, state)\n        {DRAW.replace('t, None', '-t - 1, None')}")),
    ("3d.5", "numbers one late", "uniforms[:, t - 1]", RUN.format(
        f"p, state = step(characters, state)\n        {DRAW.replace('t, None', 't - 1, None')}")),
    ("3d.6", "parents as floats", "should be integers", BEAM.format(
        "return total.ravel()[best], np.floor(best / total.shape[1]), characters")),
    ("3d.6", "characters as floats", "should be integers", BEAM.format(
        "return total.ravel()[best], parents, characters.astype(float)")),
    ("3d.6", "divided by the beams", "by the number of beams", BEAM.format(
        "return total.ravel()[best], *np.divmod(best, len(scores))")),
    ("3d.6", "parents sorted", "needs the parent it comes from", BEAM.format(
        "return total.ravel()[best], np.sort(parents), characters")),
    ("3d.6", "score of the last step", "score so far is missing", BEAM.format(
        "return log_p.ravel()[best], parents, characters")),
    ("3d.6", "order of the three", "the order is scores", BEAM.format("return parents, characters, total.ravel()[best]")),
    (
        "3d.6",
        "the best of each beam",
        "of all beams together",
        """
def extend_beam(scores, log_p, width):
    total = scores[:, None] + log_p
    characters = np.argsort(-total, axis=1)[:, :width]
    parents = np.repeat(np.arange(len(scores)), characters.shape[1])
    return total[parents, characters.ravel()], parents, characters.ravel()
""",
    ),
    (
        "3d.6",
        "only the best beam",
        "the scores should be",
        """
def extend_beam(scores, log_p, width):
    beam = np.argmax(scores)
    best = np.argsort(-log_p[beam])[:width]
    return scores[beam] + log_p[beam, best], np.full(len(best), beam), best
""",
    ),
    (
        "3d.6",
        "each character once",
        "the scores should be",
        """
def extend_beam(scores, log_p, width):
    total = scores[:, None] + log_p
    characters = np.argsort(-total.max(axis=0))[:width]
    parents = total.argmax(axis=0)[characters]
    return total[parents, characters], parents, characters
""",
    ),
    ("3d.6", "order forgotten", "another order", BEAM.format(
        "return total.ravel()[best][::-1], parents[::-1], characters[::-1]")),
    ("3d.6", "not sorted", "another order", BEAM.format("return total.ravel()[best], parents, characters")
     .replace("np.argsort(-total, axis=None)", "np.sort(np.argsort(-total, axis=None)[:width])")),
    ("3d.6", "swapped", "swapped", BEAM.format("return total.ravel()[best], characters, parents")),
    ("3d.6", "flat index", "remainder", BEAM.format("return total.ravel()[best], parents, best")),
    ("3d.6", "score forgotten", "score so far is missing", BEAM.format("return total.ravel()[best], parents, characters")
     .replace("scores[:, None] + log_p", "0 * scores[:, None] + log_p")),
    ("3d.6", "product", "not multiplied", BEAM.format("return total.ravel()[best], parents, characters")
     .replace("scores[:, None] + log_p", "scores[:, None] * log_p")),
    ("3d.6", "worst", "worst continuations", BEAM.format("return total.ravel()[best], parents, characters")
     .replace("np.argsort(-total", "np.argsort(total")),
    ("3d.6", "probabilities", "stay logarithms", BEAM.format("return np.exp(total.ravel()[best]), parents, characters")),
    ("3d.6", "scores only", "three arrays", BEAM.format("return total.ravel()[best]")),
    (
        "3d.6",
        "one child each",
        "several children",
        """
def extend_beam(scores, log_p, width):
    total = (scores[:, None] + log_p).max(axis=1)
    parents = np.argsort(-total)[:width]
    return total[parents], parents, log_p.argmax(axis=1)[parents]
""",
    ),
]  # fmt: skip

RIGHT_BUT_UNUSUAL = [
    ("3d.1", """
def windows_and_targets(text, starts, length):
    whole = np.stack([text[start : start + length + 1] for start in starts])
    return whole[:, :-1], whole[:, 1:]
"""),
    ("3d.1", """
def windows_and_targets(text, starts, length):
    windows = np.lib.stride_tricks.sliding_window_view(text, length)
    return [windows[starts], windows[[start + 1 for start in starts]]]
"""),
    ("3d.2", """
def back_off(counts, shorter, discount):
    rows = []
    for count, p in zip(counts, shorter):
        if count.sum() > 0:
            p = (np.clip(count - discount, 0, None) + discount * np.count_nonzero(count) * p) / count.sum()
        rows.append(p)
    return rows
"""),
    ("3d.3", """
def bits_per_character(targets, logits):
    log_p = ops.log_softmax(logits) / ops.log(2.0)
    return -ops.mean(ops.sum(log_p * ops.one_hot(ops.cast(targets, "int32"), logits.shape[-1]), axis=-1))
"""),
    ("3d.3", """
def bits_per_character(targets, logits):
    log_p = ops.log_softmax(logits)
    picked = ops.take_along_axis(log_p, ops.cast(targets, "int32")[..., None], axis=-1)
    return -ops.mean(picked) / np.log(2)
"""),
    ("3d.4", """
def next_probabilities(logits, temperature, top_k):
    best, places = ops.top_k(logits, top_k)
    p = ops.softmax(best / temperature)
    return ops.sum(ops.one_hot(places, logits.shape[-1]) * p[..., None], axis=1)
"""),
    ("3d.4", """
def next_probabilities(logits, temperature, top_k):
    p = ops.softmax(ops.divide(logits, temperature))
    kept = ops.where(p >= ops.min(ops.top_k(p, top_k)[0], axis=-1, keepdims=True), p, 0.0)
    return kept / ops.sum(kept, axis=-1, keepdims=True)
"""),
    ("3d.5", """
def free_run(step, characters, state, uniforms):
    written = np.zeros(uniforms.shape, dtype=int)
    for t, u in enumerate(uniforms.T):
        p, state = step(characters, state)
        characters = np.array([np.searchsorted(np.cumsum(row), x, side="right") for row, x in zip(p, u)])
        written[:, t] = characters
    return written
"""),
    ("3d.6", """
def extend_beam(scores, log_p, width):
    found = sorted(((scores[b] + log_p[b, c], b, c) for b in range(len(scores)) for c in range(log_p.shape[1])))[::-1]
    best, parents, characters = zip(*found[:width])
    return list(best), list(parents), list(characters)
"""),
    ("3d.5", """
def free_run(step, characters, state, uniforms):
    rows = [[] for _ in uniforms]
    for t in range(uniforms.shape[1]):
        p, state = step([row[-1] for row in rows] if t else characters, state)
        for row, cumulated, u in zip(rows, np.cumsum(p, axis=1), uniforms[:, t]):
            row.append(int(np.argmax(cumulated > u)))
    return rows
"""),
    ("3d.6", """
def extend_beam(scores, log_p, width):
    total = ops.reshape(ops.expand_dims(scores, 1) + log_p, (-1,))
    best, places = ops.top_k(total, min(width, log_p.size))
    return best, places // log_p.shape[1], places % log_p.shape[1]
"""),
]  # fmt: skip
