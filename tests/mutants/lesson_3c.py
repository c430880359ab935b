"""Wrong answers to the exercises of lesson 3c, and right ones in another form."""

from mutants import changed

INTERVAL = """
def paired_interval(a, b, n):
    difference = (a - b) / n
    variance = (a + b) / n - difference**2
    half = 1.96 * np.sqrt(variance / n)
    return difference, difference - half, difference + half
"""
WRITTEN = """
def written_by(i, f, g):
    later = np.ones_like(f, dtype="float64")
    for t in reversed(range(len(f) - 1)):
        later[t] = later[t + 1] * f[t + 1]
    return later * i * g
"""
BOTH = """
def both_directions(x, mask, read, read_back):
    backward = read_back(x[:, ::-1], mask[:, ::-1])
    return np.concatenate([read(x, mask), backward[:, ::-1]], axis=-1)
"""
BEST = """
def best_possible(contexts, labels):
    contexts = np.array(contexts)
    right = 0
    for context in np.unique(contexts):
        here = labels[contexts == context]
        right += max(np.sum(here), len(here) - np.sum(here))
    return right / len(labels)
"""
LOSS = """
def next_word_loss(token_ids, logits):
    targets = token_ids[:, 1:]
    log_p = ops.log_softmax(logits[:, :-1], axis=-1)
    nats = -ops.take_along_axis(log_p, targets[:, :, None], axis=-1)[:, :, 0]
    counts = ops.cast(targets != 0, nats.dtype)
    return ops.sum(nats * counts) / ops.sum(counts)
"""
POOLED = """
def pooled(states, mask):
    words = ops.cast(mask, states.dtype)[:, :, None]
    mean = ops.sum(states * words, axis=1) / ops.sum(words, axis=1)
    largest = ops.max(ops.where(mask[:, :, None], states, -np.inf), axis=1)
    return ops.concatenate([mean, largest], axis=-1)
"""


def of(exercise, source, **wrong):
    """Mutants of a source: name=(hint, (old, new), ...)."""
    return [(exercise, what.replace("_", " "), hint, changed(source, *pairs)) for what, (hint, *pairs) in wrong.items()]


VARIANCE = "(a + b) / n - difference**2"
HALF = "1.96 * np.sqrt(variance / n)"
SECOND = "read_back(x[:, ::-1], mask[:, ::-1])"
JOINED = "[read(x, mask), backward[:, ::-1]]"
MAJORITY = "max(np.sum(here), len(here) - np.sum(here))"
FILLED = "ops.where(mask[:, :, None], states, -np.inf)"

MUTANTS = [
    *of(
        "3c.1",
        INTERVAL,
        the_sign=("the sign is wrong", ("(a - b) / n", "(b - a) / n")),
        of_those_that_differ=("on which they differ", ("(a - b) / n", "(a - b) / max(a + b, 1)")),
        counts=("difference of counts", ("difference = (a - b) / n", "difference = a - b")),
        only_the_first=("leaves out the d's of -1", ("(a - b) / n", "a / n")),
        share_that_differs=("share on which they differ", ("(a - b) / n", "(a + b) / n")),
        whole_division=("drops the fraction", ("(a - b) / n", "(a - b) // n")),
        in_percent=("in percent", ("difference = (a - b) / n", "difference = 100 * (a - b) / n")),
        cut_off=("cut off at 0", ("difference - half,", "max(difference - half, 0),")),
        single_examples=("smaller by √n", (HALF, "1.96 * np.sqrt(variance)")),
        no_root=("square root is missing", (HALF, "1.96 * variance / n")),
        one_standard_error=("one standard error", (HALF, "np.sqrt(variance / n)")),
        n_outside_the_root=("*under* the root", (HALF, "1.96 * np.sqrt(variance) / n")),
        without_the_squared_mean=("without the square of the mean", (VARIANCE, "(a + b) / n")),
        variance_of_a_share=("variance of a share", (VARIANCE, "abs(difference) * (1 - abs(difference))")),
        squared_mean_added=("square of the mean is subtracted", (VARIANCE, "(a + b) / n + difference**2")),
        as_if_independent=("not independent", (VARIANCE, "a / n * (1 - a / n) + b / n * (1 - b / n)")),
        d_squared_is_one=("d² is 0 where the two agree", (VARIANCE, "1 - difference**2")),
        whole_width=("half of the interval lies on *each* side", (HALF, "0.98 * np.sqrt(variance / n)")),
        twice_as_wide=("twice as many", (HALF, "2 * 1.96 * np.sqrt(variance / n)")),
        ends_swapped=(
            "low comes first",
            ("difference - half, difference + half", "difference + half, difference - half"),
        ),
        one_sided=("equally far below and above", ("difference - half, ", "difference, ")),
    ),
    ("3c.1", "one number", "return three numbers", "def paired_interval(a, b, n):\n    return (a - b) / n\n"),
    *of(
        "3c.2",
        WRITTEN,
        own_forget_gate=("own forget gate", ("later * i * g", "f * later * i * g")),
        as_it_was_written=("at the time", ("later * i * g", "i * g")),
        gates_before=("up to the step", ("later * i * g", "np.cumprod(f, axis=0) * i * g")),
        no_candidate=("the candidate g is missing", ("later * i * g", "later * i")),
        no_input_gate=("the input gate is missing", ("later * i * g", "later * g")),
        as_in_a_GRU=("how a GRU writes", ("later * i * g", "later * (1 - f) * g")),
        reversed=("reverse order", ("later * i * g", "(later * i * g)[::-1]")),
        the_next_gate_only=("not only the next", ("later[t + 1] * f[t + 1]", "f[t + 1]")),
        the_last_gate_only=("only the last forget gate", ("later * i * g", "f[-1] * i * g")),
        all_gates=("runs over all forget gates", ("later * i * g", "np.prod(f, axis=0) * i * g")),
        the_sum=("one row", ("later * i * g", "(later * i * g).sum(axis=0)")),
        a_tanh=("no tanh", ("later * i * g", "later * np.tanh(i * g)")),
        a_second_tanh=("taken already", ("later * i * g", "later * i * np.tanh(g)")),
        gates_swapped=(
            "are swapped",
            ("f, dtype", "i, dtype"),
            ("* f[t + 1]", "* i[t + 1]"),
            ("later * i * g", "later * f * g"),
        ),
        one_minus_f=("not by 1 - f", ("later[t + 1] * f[t + 1]", "later[t + 1] * (1 - f[t + 1])")),
    ),
    (
        "3c.2",
        "the cell states",
        "the cell states themselves",
        """
def written_by(i, f, g):
    c, cells = np.zeros(i.shape[1]), []
    for t in range(len(i)):
        c = f[t] * c + i[t] * g[t]
        cells.append(c)
    return np.array(cells)
""",
    ),
    *(
        (
            "3c.2",
            name,
            hint,
            f"""
def written_by(i, f, g):
    later = {later}
    return later * i * g
""",
        )
        for name, hint, later in [
            ("off by one", "very next step's", "np.array([np.prod(f[s + 2 :], axis=0) for s in range(len(f))])"),
            ("last gate dropped", "last step's", "np.array([np.prod(f[s + 1 : -1], axis=0) for s in range(len(f))])"),
            ("across units", "across the units", "np.array([[np.prod(f[s + 1 :])] for s in range(len(f))])"),
            ("along units", "axis 0", "np.cumprod(f[:, ::-1], axis=1)[:, ::-1]"),
            ("come round", "come round", "np.cumprod(np.roll(f, -1, axis=0)[::-1], axis=0)[::-1]"),
            ("a tiny number added", "tiny number", "np.prod(f, axis=0) / (np.cumprod(f, axis=0) + 1e-12)"),
        ]
    ),
    (
        "3c.2",
        "divided",
        "may be 0",
        """
def written_by(i, f, g):
    return np.prod(f, axis=0) / np.cumprod(f, axis=0) * i * g
""",
    ),
    *of(
        "3c.3",
        BOTH,
        not_turned_round=("must be turned round", ("backward[:, ::-1]]", "backward]")),
        mask_not_reversed=("reverse the mask", (SECOND, "read_back(x[:, ::-1], mask)")),
        no_mask=("warms up on padding", (SECOND, "read_back(x[:, ::-1], np.ones_like(mask))")),
        not_reversed=("meet the last one first", (SECOND, "read_back(x, mask)")),
        only_the_mask_reversed=("but x is not", (SECOND, "read_back(x, mask[:, ::-1])")),
        halves_exchanged=("halves are exchanged", (JOINED, "[backward[:, ::-1], read(x, mask)]")),
        forward_turned_round=(
            "forward states are turned round",
            (JOINED, "[read(x, mask)[:, ::-1], backward[:, ::-1]]"),
        ),
        one_reader=("weights of its own", (SECOND, "read(x[:, ::-1], mask[:, ::-1])")),
        added=("are mixed into one", (f"np.concatenate({JOINED}, axis=-1)", "read(x, mask) + backward[:, ::-1]")),
        along_time=("joined along time", ("axis=-1", "axis=1")),
        the_last_for_all=("it should get its own", ("backward[:, ::-1]]", "backward[:, -1:] + 0 * backward]")),
        off_by_one=("off by one", ("backward[:, ::-1]]", "np.roll(backward[:, ::-1], -1, axis=1)]")),
        batch_reversed=("the batch is reversed", (SECOND, "read_back(x[::-1, ::-1], mask[::-1, ::-1])")),
        features_reversed=("the features are reversed", (SECOND, "read_back(x[:, ::-1, ::-1], mask[:, ::-1])")),
        last_states=("for each position both", (JOINED, "[read(x, mask)[:, -1], backward[:, -1]]")),
    ),
    *of(
        "3c.4",
        BEST,
        unweighted=(
            "as often as it occurs",
            (MAJORITY, "max(np.mean(here), 1 - np.mean(here))"),
            ("right / len(labels)", "right / len(np.unique(contexts))"),
        ),
        always_1=("may also be 0", (MAJORITY, "np.sum(here)")),
        the_error=("lowest error", ("right / len(labels)", "1 - right / len(labels)")),
        a_count=("number of examples", ("right / len(labels)", "right")),
        by_contexts=("not of contexts", ("right / len(labels)", "right / len(np.unique(contexts))")),
        certain_contexts_only=(
            "only contexts with one answer",
            (MAJORITY, "len(here) * (len(set(here.tolist())) == 1)"),
        ),
        at_random=("answers at random", (MAJORITY, "len(here) * (np.mean(here) ** 2 + np.mean(1 - here) ** 2)")),
    ),
    (
        "3c.4",
        "no context",
        "ignores the context",
        "def best_possible(contexts, labels):\n    return max(np.mean(labels), 1 - np.mean(labels))\n",
    ),
    *of(
        "3c.5",
        LOSS,
        not_shifted=(
            "just read",
            ("token_ids[:, 1:]", "token_ids"),
            ("logits[:, :-1]", "logits"),
        ),
        shifted_the_other_way=(
            "the word *before*",
            ("token_ids[:, 1:]", "token_ids[:, :-1]"),
            ("logits[:, :-1]", "logits[:, 1:]"),
        ),
        padding_counts=("padding counts", ("return ops.sum(nats * counts) / ops.sum(counts)", "return ops.mean(nats)")),
        mask_of_the_inputs=("is no target", ("targets != 0", "token_ids[:, :-1] != 0")),
        all_words=(
            "the first word of each text",
            ("/ ops.sum(counts)", "/ ops.sum(ops.cast(token_ids != 0, nats.dtype))"),
        ),
        the_sum=("this is the sum", ("ops.sum(nats * counts) / ops.sum(counts)", "ops.sum(nats * counts)")),
        padded_length=(
            "not by the size of the array",
            ("ops.sum(nats * counts) / ops.sum(counts)", "ops.mean(nats * counts)"),
        ),
        bits=("natural logarithm", ("return ops.sum(nats * counts)", "return ops.sum(nats * counts) / np.log(2)")),
        a_gain=("the sign is wrong", ("nats = -ops", "nats = ops")),
        logits_themselves=("log of their softmax", ("ops.log_softmax(logits[:, :-1], axis=-1)", "logits[:, :-1]")),
        probabilities=("minus their *logarithm*", ("ops.log_softmax", "ops.softmax")),
        over_time=("softmax runs over time", ("logits[:, :-1], axis=-1)", "logits[:, :-1], axis=1)")),
        perplexity=(
            "perplexity",
            (
                "return ops.sum(nats * counts) / ops.sum(counts)",
                "return ops.exp(ops.sum(nats * counts) / ops.sum(counts))",
            ),
        ),
        one_for_each=("single number", ("return ops.sum(nats * counts) / ops.sum(counts)", "return nats * counts")),
    ),
    (
        "3c.5",
        "each review alike",
        "mean of each row's mean",
        changed(
            LOSS,
            (
                "ops.sum(nats * counts) / ops.sum(counts)",
                "ops.mean(ops.sum(nats * counts, axis=1) / ops.maximum(ops.sum(counts, axis=1), 1))",
            ),
        ),
    ),
    (
        "3c.5",
        "rolled",
        "wraps round",
        """
def next_word_loss(token_ids, logits):
    targets = ops.roll(token_ids, -1, axis=1)
    log_p = ops.log_softmax(logits, axis=-1)
    nats = -ops.take_along_axis(log_p, targets[:, :, None], axis=-1)[:, :, 0]
    counts = ops.cast(targets != 0, nats.dtype)
    return ops.sum(nats * counts) / ops.sum(counts)
""",
    ),
    (
        "3c.5",
        "NumPy",
        "keras.ops throughout",
        """
def next_word_loss(token_ids, logits):
    z, ids = np.array(logits), np.array(token_ids)
    z = z[:, :-1] - z[:, :-1].max(-1, keepdims=True)
    nats = np.log(np.exp(z).sum(-1)) - np.take_along_axis(z, ids[:, 1:, None], -1)[..., 0]
    return nats[ids[:, 1:] != 0].mean()
""",
    ),
    *of(
        "3c.6",
        POOLED,
        zeros_in_the_maximum=("more than any negative state", (FILLED, "states * words")),
        padding_in_the_maximum=("padding enters the maximum; only", (FILLED, "states")),
        padding_in_the_mean=(
            "padding enters the mean",
            ("ops.sum(states * words, axis=1) / ops.sum(words, axis=1)", "ops.mean(states, axis=1)"),
        ),
        padded_length=(
            "divides by the padded length",
            ("ops.sum(states * words, axis=1) / ops.sum(words, axis=1)", "ops.mean(states * words, axis=1)"),
        ),
        the_sum=("sum in place of the mean", (" / ops.sum(words, axis=1)", "")),
        halves_exchanged=("halves are exchanged", ("[mean, largest]", "[largest, mean]")),
        minimum=("minimum in place", ("ops.max(", "ops.min("), ("-np.inf", "np.inf")),
        absolute=("no abs", (FILLED, "ops.abs(states * words)")),
        added=("both are wanted", ("ops.concatenate([mean, largest], axis=-1)", "mean + largest")),
        stacked=("along the last axis", ("ops.concatenate([mean, largest], axis=-1)", "ops.stack([mean, largest])")),
        no_mask=(
            "padding counts in both",
            ("ops.sum(states * words, axis=1) / ops.sum(words, axis=1)", "ops.mean(states, axis=1)"),
            (FILLED, "states"),
        ),
        mask_upside_down=(
            "upside down",
            ("def pooled(states, mask):", "def pooled(states, mask):\n    mask = ops.logical_not(mask)"),
        ),
    ),
    (
        "3c.6",
        "the last state",
        "last state in place of the mean",
        """
def pooled(states, mask):
    place = ops.cast(ops.cumsum(ops.ones_like(mask, dtype="int32"), axis=1), "int32") - 1
    last = ops.max(ops.where(mask, place, 0), axis=1)
    at_end = ops.take_along_axis(states, last[:, None, None], axis=1)[:, 0]
    largest = ops.max(ops.where(mask[:, :, None], states, -np.inf), axis=1)
    return ops.concatenate([at_end, largest], axis=-1)
""",
    ),
    (
        "3c.6",
        "NumPy",
        "keras.ops throughout",
        """
def pooled(states, mask):
    states, mask = np.array(states), np.array(mask)[..., None]
    mean = (states * mask).sum(axis=1) / mask.sum(axis=1)
    return np.concatenate([mean, np.where(mask, states, -np.inf).max(axis=1)], axis=-1)
""",
    ),
]

RIGHT_BUT_UNUSUAL = [
    (
        "3c.1",
        """
def paired_interval(a, b, n):
    d = np.concatenate([np.ones(a), -np.ones(b), np.zeros(n - a - b)])
    half = 1.96 * d.std(ddof=1) / np.sqrt(n)
    return [d.mean(), d.mean() - half, d.mean() + half]
""",
    ),
    (
        "3c.1",
        """
def paired_interval(a, b, n):
    half = 1.96 / n * np.sqrt(a + b - (a - b) ** 2 / n)
    return np.array([(a - b) / n - 0, (a - b) / n - half, (a - b) / n + half])
""",
    ),
    (
        "3c.2",
        """
def written_by(i, f, g):
    after = np.concatenate([f[1:], np.ones_like(f[:1])])
    return np.cumprod(after[::-1], axis=0)[::-1] * i * g
""",
    ),
    (
        "3c.2",
        """
def written_by(i, f, g):
    rows = []
    for t in range(len(i)):
        rows = [f[t] * row for row in rows] + [i[t] * g[t]]
    return rows
""",
    ),
    (
        "3c.3",
        """
def both_directions(x, mask, read, read_back):
    backward = np.flip(read_back(np.flip(x, 1), np.flip(mask, 1)), 1)
    return ops.concatenate([read(x, mask), backward], axis=2)
""",
    ),
    (
        "3c.3",
        """
def both_directions(x, mask, read, read_back):
    order = np.argsort(np.where(mask, -np.arange(mask.shape[1]), mask.shape[1]), axis=1, kind="stable")
    moved = read_back(np.take_along_axis(x, order[..., None], 1), np.take_along_axis(mask, order, 1))
    backward = np.zeros_like(moved)
    np.put_along_axis(backward, order[..., None], moved, 1)
    return np.concatenate([read(x, mask), backward], axis=-1)
""",
    ),
    (
        "3c.4",
        """
def best_possible(contexts, labels):
    counts = {}
    for context, label in zip(contexts, labels):
        counts.setdefault(context, [0, 0])[label] += 1
    return sum(max(pair) for pair in counts.values()) / len(contexts)
""",
    ),
    (
        "3c.4",
        """
def best_possible(contexts, labels):
    answers = []
    for context in contexts:
        same = [label for other, label in zip(contexts, labels) if other == context]
        answers.append(sum(same) * 2 >= len(same))
    return np.mean(np.array(answers) == labels)
""",
    ),
    (
        "3c.5",
        """
def next_word_loss(token_ids, logits):
    targets = ops.pad(token_ids[:, 1:], [[0, 0], [0, 1]])
    nats = ops.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    return ops.sum(ops.where(targets != 0, nats, 0.0)) / ops.sum(ops.cast(targets != 0, "float32"))
""",
    ),
    (
        "3c.5",
        """
def next_word_loss(token_ids, logits):
    targets = ops.one_hot(token_ids[:, 1:], ops.shape(logits)[-1])
    nats = ops.logsumexp(logits[:, :-1], axis=-1) - ops.sum(targets * logits[:, :-1], axis=-1)
    weights = ops.cast(ops.not_equal(token_ids[:, 1:], 0), "float32")
    return ops.sum(nats * weights / ops.sum(weights))
""",
    ),
    (
        "3c.6",
        """
def pooled(states, mask):
    words = ops.cast(mask, "float32")[..., None]
    mean = ops.einsum("btu,bt->bu", states, words[..., 0]) / ops.sum(words, axis=1)
    return ops.concatenate([mean, ops.max(states - 1e9 * (1 - words), axis=1)], axis=1)
""",
    ),
    (
        "3c.6",
        """
def pooled(states, mask):
    mask = ops.expand_dims(mask, -1)
    low = ops.min(states, axis=1, keepdims=True)
    largest = ops.max(ops.where(mask, states, low), axis=1)
    mean = ops.sum(ops.where(mask, states, 0.0), axis=1) / ops.sum(ops.cast(mask, "float32"), axis=1)
    return ops.concatenate([mean, largest], axis=-1)
""",
    ),
]
