"""Wrong answers to the exercises of lesson 3d, and right ones in another form."""
# ruff: noqa: E501

from mutants import changed

BACK_OFF = """
def interpolate(counts, shorter, discount):
    total = counts.sum(axis=1, keepdims=True)
    kept = np.maximum(counts - discount, 0)
    saved = total - kept.sum(axis=1, keepdims=True)
    mixed = (kept + saved * shorter) / np.maximum(total, 1)
    return np.where(total > 0, mixed, shorter)
"""
NEXT = """
def next_probabilities(logits, temperature, top_k):
    kth = np.sort(logits, axis=1)[:, -top_k][:, None]
    scaled = logits / temperature
    return softmax(np.where(logits >= kth, scaled, -np.inf), axis=1)
"""
RUN = """
def free_run(step, choose, characters, state, uniforms):
    written = []
    for t in range(uniforms.shape[1]):
        logits, state = step(characters, state)
        sums = np.cumsum(choose(logits), axis=1)
        characters = np.sum(sums <= uniforms[:, t, None], axis=1)
        written.append(characters)
    return np.stack(written, axis=1)
"""
STREAMS = """
def streams(text, batch, length):
    windows = (len(text) - 1) // (batch * length)
    count = windows * batch * length
    found = []
    for start in (0, 1):
        part = text[start : start + count]
        part = part.reshape(batch, windows, length).swapaxes(0, 1)
        found.append(part.reshape(windows * batch, length))
    inputs, targets = found
    return inputs, targets
"""
CELL = """
def cell_that_follows(cells, inside):
    deviation = cells - cells.mean(axis=0)
    covariance = (inside - inside.mean()) @ deviation
    spread = np.sqrt(np.sum(deviation**2, axis=0))
    correlation = np.abs(covariance) / np.maximum(spread, 1e-9)
    return int(np.argmax(correlation))
"""
LENGTHS = """
def length_probabilities(p_end):
    goes_on = np.cumprod(1 - p_end, axis=1)
    before = np.concatenate([np.ones((len(p_end), 1)), goes_on[:, :-1]], axis=1)
    return p_end * before
"""


def of(exercise, source, **wrong):
    """Mutants of a source: name=(hint, (old, new), ...)."""
    return [(exercise, what.replace("_", " "), hint, changed(source, *pairs)) for what, (hint, *pairs) in wrong.items()]


MIXED = "mixed = (kept + saved * shorter) / np.maximum(total, 1)"
END = "np.where(total > 0, mixed, shorter)"
SOFTMAX = "softmax(np.where(logits >= kth, scaled, -np.inf), axis=1)"
STEP = "logits, state = step(characters, state)"
SUMS = "sums = np.cumsum(choose(logits), axis=1)"
DRAW = "np.sum(sums <= uniforms[:, t, None], axis=1)"
ORDER = "part.reshape(batch, windows, length).swapaxes(0, 1)"
FOUND = "inputs, targets = found"

MUTANTS = [
    *of(
        "3d.1",
        BACK_OFF,
        plain_shares=("plain shares", (MIXED, "mixed = counts / np.maximum(total, 1)")),
        what_is_saved_is_lost=("is lost", (MIXED, "mixed = kept / np.maximum(total, 1)")),
        only_where_unseen=(
            "has a say in all characters",
            ("kept + saved * shorter", "np.where(counts > 0, kept, saved * shorter)"),
        ),
        negative_counts=(
            "nothing to give away",
            ("np.maximum(counts - discount, 0)", "counts - discount"),
            ("total - kept.sum(axis=1, keepdims=True)", "discount * counts.shape[1]"),
        ),
        spent_once=("one discount is spent", ("saved * shorter", "discount * shorter")),
        spent_for_every_character=(
            "every character of the alphabet",
            ("saved * shorter", "discount * counts.shape[1] * shorter"),
        ),
        not_taken_off=("not taken off the counts", ("(kept + saved", "(counts + saved")),
        spread_evenly=("spread evenly", ("saved * shorter", "saved / counts.shape[1]")),
        a_discount_of_its_own=("`discount` is not used", ("counts - discount", "counts - 0.75")),
        no_shorter=("`shorter` does not enter", ("saved * shorter", "saved")),
        weights_of_two=(
            "D is taken off each *count*",
            (MIXED, "mixed = (1 - discount) * counts / np.maximum(total, 1) + discount * shorter"),
        ),
        nan_for_new_histories=("(0 / 0)", (MIXED, "mixed = (kept + saved * shorter) / total"), (END, "mixed")),
        nothing_for_new_histories=("never seen", (END, "mixed")),
        even_for_new_histories=("decides alone", (END, "np.where(total > 0, mixed, 1 / counts.shape[1])")),
        totals_of_columns=("totals of columns", ("axis=1", "axis=0")),
        the_whole_total=("row's own total", ("/ np.maximum(total, 1)", "/ max(total.sum(), 1)")),
        divided_by_what_is_kept=(
            "divide by the discounted counts",
            (MIXED, "mixed = kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-12)"),
        ),
        the_shorter_alone=("shorter history alone", (END, "shorter")),
        no_return=("`return`", ("return ", "")),
        into_integers=(
            "holds integers",
            (END, "counts.astype(int) * 0 + np.where(total > 0, mixed, shorter).astype(int)"),
        ),
    ),
    *of(
        "3d.2",
        NEXT,
        multiplied=("*divided* by it", ("logits / temperature", "logits * temperature")),
        no_temperature=("temperature does not enter", ("logits / temperature", "logits")),
        no_cut=("all characters are still possible", (SOFTMAX, "softmax(scaled, axis=1)")),
        logits_still=(
            "softmax is missing",
            (SOFTMAX, "np.where(logits >= kth, scaled, -1e9)"),
            ("logits >= kth", "logits >= -np.inf"),
        ),
        cut_after_the_softmax=("no longer sum to 1", (SOFTMAX, "np.where(logits >= kth, softmax(scaled, axis=1), 0)")),
        a_logit_of_0=("exp(0) = 1", ("-np.inf", "0.0")),
        a_logit_of_minus_10=("leaves it a chance", ("-np.inf", "-10.0")),
        the_least_likely=("*least* likely", ("[:, -top_k]", "[:, top_k - 1]"), ("logits >= kth", "logits <= kth")),
        one_too_many=("top_k + 1", ("[:, -top_k]", "[:, -min(top_k + 1, logits.shape[1])]")),
        one_too_few=("top_k - 1", ("[:, -top_k]", "[:, -max(top_k - 1, 1)]")),
        only_the_likeliest=("only the likeliest", ("[:, -top_k]", "[:, -1]")),
        the_first_text_s=("of the first text", ("[:, -top_k][:, None]", "[0, -top_k]")),
        compared_with_another_scale=("not divided", ("logits >= kth", "scaled >= kth")),
        compared_with_a_divided_one=("divided by the temperature", ("[:, None]", "[:, None] / temperature")),
        over_the_batch=("over the batch", ("-np.inf), axis=1", "-1e9), axis=0")),
        first_of_the_alphabet=("of the alphabet", ("logits >= kth", "np.arange(logits.shape[1]) < top_k")),
        divided_at_the_end=(
            "before the softmax",
            (SOFTMAX, "softmax(np.where(logits >= kth, logits, -np.inf), axis=1) / temperature"),
        ),
        of_probabilities=("not probabilities", ("logits / temperature", "softmax(logits, axis=1) / temperature")),
        all_alike=(
            "equally likely here",
            (SOFTMAX, "np.where(logits >= kth, 1 / np.sum(logits >= kth, axis=1, keepdims=True), 0)"),
        ),
        out_but_not_quite=("not of 0", ("-np.inf", "-100.0")),
        a_small_share_for_all=(
            "not of 0",
            ("return ", "p = "),
            ("np.inf), axis=1)", "np.inf), axis=1) + 1e-8\n    return p / p.sum(axis=1, keepdims=True)"),
        ),
        a_power_of_float32=(
            "have all become 0",
            ("logits / temperature", "logits"),
            ("return ", "p = "),
            (
                "np.inf), axis=1)",
                "np.inf), axis=1).astype('float32') ** np.float32(1 / temperature)\n    return p / p.sum(axis=1, keepdims=True)",
            ),
        ),
        temperature_cancels=(
            "or it cancels",
            ("logits / temperature", "logits"),
            ("return ", "p = "),
            ("np.inf), axis=1)", "np.inf), axis=1) / temperature\n    return p / p.sum(axis=1, keepdims=True)"),
        ),
        a_temperature_with_a_floor=(
            "replaced by a higher one",
            ("logits / temperature", "logits / max(temperature, 0.05)"),
        ),
        overflows=(
            "exp overflows",
            (
                SOFTMAX,
                "np.where(logits >= kth, np.exp(scaled), 0) / np.sum(np.where(logits >= kth, np.exp(scaled), 0), axis=1, keepdims=True)",
            ),
        ),
        no_return=("`return`", ("return ", "")),
    ),
    *of(
        "3d.3",
        RUN,
        softmax_of_probabilities=("gives probabilities already", ("choose(logits)", "softmax(choose(logits), axis=1)")),
        state_lost=("not carried on", (STEP, "logits, _ = step(characters, state)")),
        reads_the_first_only=(
            "every step reads the first character",
            ("written = []", "written = []\n    first = characters"),
            ("step(characters", "step(first"),
        ),
        neither=(
            "neither the state nor",
            ("written = []", "written = []\n    first = characters"),
            (STEP, "logits, _ = step(first, state)"),
        ),
        greedy=("likeliest character", (DRAW, "np.argmax(choose(logits), axis=1)")),
        without_choose=("gives probabilities already", ("choose(logits)", "softmax(logits, axis=1)")),
        logits_drawn=(
            "draw from choose(logits)",
            ("choose(logits)", "logits"),
            (DRAW, "np.minimum(np.sum(sums <= uniforms[:, t, None], axis=1), logits.shape[1] - 1)"),
        ),
        reached=("does not exceed it", (DRAW, "np.argmax(sums >= uniforms[:, t, None], axis=1)")),
        no_sums=(
            "with their running sums",
            (SUMS, "sums = choose(logits)"),
            (DRAW, "np.argmax(sums > uniforms[:, t, None], axis=1)"),
        ),
        over_the_texts=(
            "over the texts",
            (SUMS, "sums = np.cumsum(choose(logits), axis=0)"),
            (DRAW, "np.minimum(np.sum(sums <= uniforms[:, t, None], axis=1), sums.shape[1] - 1)"),
        ),
        nearest=("nearest to u", (DRAW, "np.argmin(np.abs(sums - uniforms[:, t, None]), axis=1)")),
        one_too_far=(
            "character after the first",
            (DRAW, "np.minimum(np.sum(sums <= uniforms[:, t, None], axis=1) + 1, sums.shape[1] - 1)"),
        ),
        one_too_few=(
            "character before the first",
            (DRAW, "np.maximum(np.sum(sums <= uniforms[:, t, None], axis=1) - 1, 0)"),
        ),
        codes_from_1=("counted from 0", (DRAW, "np.sum(sums <= uniforms[:, t, None], axis=1) + 1")),
        numbers_of_the_first_text=("numbers of the first", ("uniforms[:, t, None]", "uniforms[:1, t, None]")),
        one_number=("same number is used", ("uniforms[:, t, None]", "uniforms[:, 0, None]")),
        backwards=("read backwards", ("uniforms[:, t, None]", "uniforms[:, -t - 1, None]")),
        one_late=("uniforms[:, t - 1]", ("uniforms[:, t, None]", "uniforms[:, t - 1, None]")),
        the_first_one_too=("one character too many", ("written = []", "written = [characters]")),
        appended_too_early=(
            "lacks the last one",
            ("        written.append(characters)\n", ""),
            (STEP, f"written.append(characters)\n        {STEP}"),
        ),
        time_first=("stack along axis 1", ("np.stack(written, axis=1)", "np.stack(written, axis=0)")),
        reads_all_again=(
            "one character for each text",
            ("written = []", "written = []\n    text = characters[:, None]"),
            ("step(characters", "step(text"),
            (
                "written.append(characters)",
                "written.append(characters)\n        text = np.append(text, characters[:, None], axis=1)",
            ),
        ),
        part_of_the_state=("pass it on whole", (STEP, "logits, [(state, _)] = step(characters, state)")),
        codes_as_floats=("should be integers", ("np.stack(written, axis=1)", "1.0 * np.stack(written, axis=1)")),
        one_text_squeezed=("one character for each text", (DRAW, f"{DRAW}.squeeze()")),
        no_return=("`return`", ("    return ", "    ")),
    ),
    *of(
        "3d.4",
        STREAMS,
        stream_after_stream=("stream after stream", (ORDER, "part.reshape(batch, windows, length)")),
        targets_not_shifted=("equal the inputs", (FOUND, "inputs = targets = found[0]")),
        shifted_backwards=("*after* the one read", (FOUND, "targets, inputs = found")),
        rolled_in_the_window=("np.roll", (FOUND, "inputs, targets = found[0], np.roll(found[0], -1, axis=1)")),
        last_target_missing=(
            "all targets but the last",
            (FOUND, "inputs, targets = found[0], np.pad(found[0][:, 1:], ((0, 0), (0, 1)))"),
        ),
        one_target_for_all=(
            "each has its own",
            (FOUND, "inputs, targets = found[0], np.broadcast_to(found[1][:, -1:], found[1].shape)"),
        ),
        two_on=(
            "two characters on",
            ("for start in (0, 1)", "text = np.append(text, text[-1:])\n    for start in (0, 2)"),
        ),
        not_below_each_other=("below each other", ("part.reshape(windows * batch, length)", "part")),
        whole_streams=(
            "cut each into windows",
            (ORDER, "part.reshape(batch, windows * length)"),
            ("part.reshape(windows * batch, length)", "part"),
        ),
        one_window_fewer=(
            "more windows fit",
            ("windows = (len(text) - 1)", "windows = (len(text) - 1 - batch * length)"),
        ),
        interleaved=("apart in the text", (ORDER, "part.reshape(length, windows, batch).transpose(1, 2, 0)")),
        overlapping=(
            "overlap by one character",
            (
                ORDER,
                "np.stack([part[b * windows * length :][(length - 1) * w : (length - 1) * w + length] for w in range(windows) for b in range(batch)])",
            ),
        ),
        all_the_same_stream=(
            "all the same",
            (ORDER, "np.repeat(part[: windows * length].reshape(windows, length), batch, axis=0)"),
        ),
        what_follows_a_character_at_first=(
            "where characters occur more than once",
            (
                FOUND,
                "after = dict(zip(text[::-1][1:].tolist(), text[::-1][:-1].tolist()))\n    inputs, targets = found[0], np.vectorize(after.get)(found[0])",
            ),
        ),
        one_array=("two arrays", ("return inputs, targets", "return inputs")),
        codes_as_floats=("should be integers", (FOUND, "inputs, targets = 1.0 * found[0], 1.0 * found[1]")),
        no_return=("`return`", ("return inputs, targets", "inputs, targets")),
    ),
    *of(
        "3d.5",
        CELL,
        positive_only=("far below 0 tells as much", ("np.abs(covariance)", "covariance")),
        negative_only=("farthest from 0", ("np.abs(covariance)", "-covariance")),
        covariance=("divides by the spread", (" / np.maximum(spread, 1e-9)", "")),
        the_worst=("never changes", ("np.argmax(correlation)", "np.argmin(correlation)")),
        nan_of_a_still_cell=(
            "never changes",
            ("np.maximum(spread, 1e-9)", "np.where(spread < 1e-9, 0, spread)"),
            ("np.argmax(correlation)", "np.argmax(np.where(spread < 1e-9, np.nan, correlation))"),
        ),
        all_correlations=("one number for each cell", ("int(np.argmax(correlation))", "correlation")),
        both=(
            "number of the cell alone",
            ("int(np.argmax(correlation))", "(int(np.argmax(correlation)), float(correlation.max()))"),
        ),
        a_float=("is an integer", ("int(", "float(")),
        of_the_absolute_cell=(
            "not of the cell",
            ("cells - cells.mean(axis=0)", "np.abs(cells) - np.abs(cells).mean(axis=0)"),
        ),
        a_larger_spread=("hides cells of small values", ("np.maximum(spread, 1e-9)", "(spread + 0.05)")),
        without_the_mean=("subtracts the mean", ("cells - cells.mean(axis=0)", "cells")),
        varies_most=("varies most", ("np.argmax(correlation)", "np.argmax(spread)")),
        a_position=("there is no cell", ("np.argmax(correlation)", "np.argmax(np.abs(deviation)) + cells.shape[1]")),
        no_return=("`return`", ("return ", "")),
    ),
    *of(
        "3d.6",
        LENGTHS,
        conditional=("also get that far", ("p_end * before", "p_end + 0")),
        zero_at_first=("needs no step before it", ("np.ones(", "np.zeros(")),
        step_t_counted_as_before=("*before* t", ("p_end * before", "p_end * goes_on")),
        gets_that_far=("it must also end there", ("p_end * before", "before")),
        goes_on_after=("wanted is that it ends there", ("p_end * before", "goes_on")),
        or_before=("*or before*", ("p_end * before", "1 - goes_on")),
        ends_at_every_step=("to end at every step", ("p_end * before", "np.cumprod(p_end, axis=1)")),
        made_to_sum_to_1=(
            "made to sum to 1",
            (
                "return p_end * before",
                "p = p_end * before\n    return p / np.maximum(p.sum(axis=1, keepdims=True), 1e-12)",
            ),
        ),
        the_rest_at_the_end=(
            "gets all that is left",
            ("return p_end * before", "p = p_end * before\n    p[:, -1] = before[:, -1]\n    return p"),
        ),
        only_this_step=("only one step is considered", ("p_end * before", "p_end * (1 - p_end)")),
        only_the_step_before=("only the step before", ("np.cumprod(1 - p_end, axis=1)", "1 - p_end")),
        one_minus_the_sum=(
            "multiply the 1 - p",
            ("p_end * before", "p_end * (1 - (np.cumsum(p_end, axis=1) - p_end))"),
        ),
        over_the_sentences=(
            "over the sentences",
            (
                "before = np.concatenate([np.ones((len(p_end), 1)), goes_on[:, :-1]], axis=1)",
                "before = np.concatenate([np.ones((1, p_end.shape[1])), np.cumprod(1 - p_end, axis=0)[:-1]])",
            ),
        ),
        a_column_more=(
            "one column too many",
            ("p_end * before", "np.concatenate([p_end * before, goes_on[:, -1:]], axis=1)"),
        ),
        one_row_for_all=("one row for all", ("p_end * before", "np.mean(p_end * before, axis=0)")),
        no_return=("`return`", ("return ", "")),
    ),
]

RIGHT_BUT_UNUSUAL = [
    ("3d.1", """
def interpolate(counts, shorter, discount):
    rows = []
    for count, p in zip(counts, shorter):
        if count.sum() > 0:
            p = (np.clip(count - discount, 0, None) + discount * np.count_nonzero(count) * p) / count.sum()
        rows.append(p)
    return rows
"""),
    ("3d.1", """
def interpolate(counts, shorter, discount):
    total = np.sum(counts, axis=1)[:, None]
    seen = counts > 0
    share = np.divide(discount * seen.sum(axis=1)[:, None], total, out=np.ones(total.shape), where=total > 0)
    own = np.divide(counts - discount * seen, total, out=np.zeros(counts.shape), where=total > 0)
    return own + share * shorter
"""),
    ("3d.2", """
def next_probabilities(logits, temperature, top_k):
    order = np.argsort(-np.asarray(logits), axis=1)[:, :top_k]
    best = np.take_along_axis(np.asarray(logits, "float64"), order, axis=1) / temperature
    p = np.exp(best - best.max(axis=1, keepdims=True))
    result = np.zeros(logits.shape)
    np.put_along_axis(result, order, p / p.sum(axis=1, keepdims=True), axis=1)
    return result
"""),
    ("3d.2", """
def next_probabilities(logits, temperature, top_k):
    from keras import ops
    p = ops.softmax(ops.convert_to_tensor(logits / temperature), axis=-1)
    best = ops.top_k(ops.convert_to_tensor(logits), top_k)[0]
    kept = ops.where(ops.convert_to_tensor(logits) >= best[:, -1:], p, 0.0)
    return kept / ops.sum(kept, axis=-1, keepdims=True)
"""),
    ("3d.2", """
def next_probabilities(logits, temperature, top_k):
    rows = []
    for row in logits:
        out = np.argpartition(row, -top_k)[:-top_k] if top_k < len(row) else []
        scaled = np.array(row, "float64") / temperature
        scaled[out] = -1e9
        rows.append(softmax(scaled))
    return np.array(rows)
"""),
    ("3d.3", """
def free_run(step, choose, characters, state, uniforms):
    written = np.zeros(uniforms.shape, dtype=int)
    for t, u in enumerate(uniforms.T):
        logits, state = step(characters, state)
        p = choose(logits)
        characters = np.array([np.searchsorted(np.cumsum(row), x, side="right") for row, x in zip(p, u)])
        written[:, t] = characters
    return written
"""),
    ("3d.3", """
def free_run(step, choose, characters, state, uniforms):
    rows = [[] for _ in uniforms]
    for t in range(uniforms.shape[1]):
        logits, state = step(characters, state)
        characters = np.argmax(np.cumsum(choose(logits), axis=-1) > uniforms[:, [t]], axis=-1)
        for row, code in zip(rows, characters):
            row.append(int(code))
    return rows
"""),
    ("3d.4", """
def streams(text, batch, length):
    row = (len(text) - 1) // batch
    windows = row // length
    inputs, targets = [], []
    for w in range(windows):
        for b in range(batch):
            start = b * row + w * length
            inputs.append(text[start : start + length])
            targets.append(text[start + 1 : start + length + 1])
    return np.array(inputs), np.array(targets)
"""),
    ("3d.4", """
def streams(text, batch, length):
    windows = (len(text) - 1) // (batch * length)
    starts = np.arange(batch) * windows * length + length * np.arange(windows)[:, None]
    places = starts.reshape(-1, 1) + np.arange(length)
    return [text[places], text[places + 1]]
"""),
    ("3d.5", """
def cell_that_follows(cells, inside):
    found = []
    for cell in cells.T:
        found.append(0.0 if np.ptp(cell) == 0 else abs(np.corrcoef(cell, inside)[0, 1]))
    return np.argmax(found)
"""),
    ("3d.5", """
def cell_that_follows(cells, inside):
    r = np.corrcoef(cells.astype("float64"), inside, rowvar=False)[-1, :-1]
    return np.argmax(np.abs(np.nan_to_num(r)))
"""),
    ("3d.5", """
def cell_that_follows(cells, inside):
    from keras import ops
    gap = cells[inside].mean(axis=0) - cells[~inside].mean(axis=0)
    spread = cells.std(axis=0)
    return ops.argmax(ops.abs(gap) / ops.where(spread > 1e-6, spread, 1e9))
"""),
    ("3d.6", """
def length_probabilities(p_end):
    result = np.zeros(np.shape(p_end))
    for b, row in enumerate(p_end):
        left = 1.0
        for t, p in enumerate(row):
            result[b, t] = left * p
            left -= result[b, t]
    return result
"""),
    ("3d.6", """
def length_probabilities(p_end):
    survival = np.pad(np.cumprod(1 - p_end, axis=1), ((0, 0), (1, 0)), constant_values=1)
    return -np.diff(survival, axis=1)
"""),
]  # fmt: skip
