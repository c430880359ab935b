"""Wrong answers to the exercises of lesson 6, and right ones in another form."""

from mutants import changed

POWER = """
def power(lengths, seconds):
    medians = np.median(seconds, axis=0)
    return np.polyfit(np.log(lengths), np.log(medians), 1)[0]
"""
CHUNKS = """
def in_chunks(layer, x, size):
    states, outputs = None, []
    for begin in range(0, x.shape[1], size):
        output, *states = layer(x[:, begin : begin + size], initial_state=states)
        outputs.append(output)
    return ops.concatenate(outputs, axis=1)
"""
SHARD = """
def shard(batch, workers):
    ends = [len(batch) * n // workers for n in range(workers + 1)]
    return [batch[begin:end] for begin, end in zip(ends, ends[1:])]
"""
GRADIENT = """
def global_gradient(gradients, counts):
    total = sum(counts)
    shares = [(gradient, count / total) for gradient, count in zip(gradients, counts) if count > 0]
    return [sum(share * gradient[n] for gradient, share in shares) for n in range(len(gradients[0]))]
"""
ATTENTION = """
def causal_attention(queries, keys, values):
    T, d = queries.shape[1:]
    scores = ops.matmul(queries, ops.transpose(keys, (0, 2, 1))) / d**0.5
    past = np.tri(T, dtype=bool)
    weights = ops.softmax(ops.where(past, scores, -1e9), axis=-1)
    return ops.matmul(weights, values), weights
"""
COSTS = """
def costs(kind, T, units, kernel=2):
    square = units * units
    if kind == "SimpleRNN":
        return 2 * square + units, 2 * T * square, T
    if kind == "LSTM":
        return 4 * (2 * square + units), 8 * T * square, T
    if kind == "Conv1D stack":
        depth = next(n for n in range(T) if kernel**n >= T)
        return depth * (kernel * square + units), depth * T * kernel * square, depth
    return 4 * (square + units), 4 * T * square + 2 * T * T * units, 1
"""

MUTANTS = [
    ("6.1", "mean instead of median", "take the median", changed(POWER, ("np.median", "np.mean"))),
    ("6.1", "fastest run", "fastest run", changed(POWER, ("np.median", "np.min"))),
    ("6.1", "no logarithms", "logarithms are missing", changed(POWER, ("np.log(", "("))),
    ("6.1", "lengths not in logarithms", "only the seconds", changed(POWER, ("np.log(lengths)", "lengths"))),
    ("6.1", "seconds not in logarithms", "only the lengths", changed(POWER, ("np.log(medians)", "medians"))),
    (
        "6.1",
        "axes exchanged",
        "upside down",
        changed(POWER, ("np.log(lengths), np.log(medians)", "np.log(medians), np.log(lengths)")),
    ),
    ("6.1", "intercept", "the intercept", changed(POWER, ("[0]\n", "[1]\n"))),
    ("6.1", "slope and intercept", "slope alone", changed(POWER, (", 1)[0]", ", 1)"))),
    (
        "6.1",
        "first and last point",
        "joins first and last",
        changed(
            POWER,
            (
                "np.polyfit(np.log(lengths), np.log(medians), 1)[0]",
                "np.log(medians[-1] / medians[0]) / np.log(lengths[-1] / lengths[0])",
            ),
        ),
    ),
    (
        "6.2",
        "states not handed on",
        "begins from nothing",
        changed(CHUNKS, ("output, *states", "output, *_"), ("initial_state=states", "initial_state=None")),
    ),
    (
        "6.2",
        "last piece lost",
        "after the last whole chunk",
        changed(CHUNKS, ("range(0, x.shape[1], size)", "range(0, x.shape[1] - size + 1, size)")),
    ),
    (
        "6.2",
        "h and c exchanged",
        "exchanged",
        changed(CHUNKS, ("initial_state=states", "initial_state=states and states[::-1]")),
    ),
    (
        "6.2",
        "cell state lost",
        "cell state is lost",
        changed(
            CHUNKS, ("initial_state=states", "initial_state=states and [states[0], *map(ops.zeros_like, states[1:])]")
        ),
    ),
    ("6.2", "joined along the batch", "must be equal", changed(CHUNKS, ("axis=1", "axis=0"))),
    (
        "6.1",
        "lengths taken for successive powers of two",
        "the exponent should be",
        changed(POWER, ("np.log(lengths), np.log(medians)", "np.arange(len(lengths)), np.log2(medians)")),
    ),
    (
        "6.2",
        "states of the first piece for all",
        "from the states of the first",
        """
def in_chunks(layer, x, size):
    states, outputs = None, []
    for begin in range(0, x.shape[1], size):
        output, *last = layer(x[:, begin : begin + size], initial_state=states)
        states = states or last
        outputs.append(output)
    return ops.concatenate(outputs, axis=1)
""",
    ),
    (
        "6.2",
        "all at once, and a forged count of the steps",
        "at once",
        """
def in_chunks(layer, x, size):
    outputs = layer.layer(x)[0]
    layer.__dict__["lengths"] = [size]
    return outputs
""",
    ),
    ("6.2", "step by step", "pieces of", changed(CHUNKS, ("    states, outputs", "    size = 1\n    states, outputs"))),
    (
        "6.2",
        "more of the layer than a call",
        "only call `layer`",
        changed(CHUNKS, ("states, outputs = None, []", "states, outputs = layer.get_initial_state(x.shape[0]), []")),
    ),
    (
        "6.2",
        "all at once",
        "at once",
        """
def in_chunks(layer, x, size):
    return layer(x)[0]
""",
    ),
    (
        "6.2",
        "last state only",
        "that is one state",
        """
def in_chunks(layer, x, size):
    states = None
    for begin in range(0, x.shape[1], size):
        _, *states = layer(x[:, begin : begin + size], initial_state=states)
    return states[0]
""",
    ),
    (
        "6.2",
        "two states taken for granted",
        "not enough values to unpack",
        """
def in_chunks(layer, x, size):
    states, outputs = None, []
    for begin in range(0, x.shape[1], size):
        output, h, c = layer(x[:, begin : begin + size], initial_state=states)
        states = [h, c]
        outputs.append(output)
    return ops.concatenate(outputs, axis=1)
""",
    ),
    (
        "6.3",
        "rows lost",
        "got lost",
        """
def shard(batch, workers):
    size = len(batch) // workers
    return [batch[n * size : (n + 1) * size] for n in range(workers)]
""",
    ),
    (
        "6.3",
        "the rest to the last worker",
        "all wait for the longest",
        """
def shard(batch, workers):
    size = len(batch) // workers
    return [batch[n * size : (n + 1) * size if n < workers - 1 else None] for n in range(workers)]
""",
    ),
    (
        "6.3",
        "an empty list for a worker without rows",
        "an array of no rows",
        """
def shard(batch, workers):
    parts = [[] for _ in range(workers)]
    for n, row in enumerate(batch):
        parts[n % workers].append(row)
    return parts
""",
    ),
    (
        "6.3",
        "batches with two axes only",
        "too many values to unpack",
        """
def shard(batch, workers):
    rows, features = batch.shape
    return [batch[n::workers] for n in range(workers)]
""",
    ),
    (
        "6.3",
        "every worker the whole batch",
        "the whole batch",
        """
def shard(batch, workers):
    return [batch] * workers
""",
    ),
    (
        "6.3",
        "cut along the features",
        "whole rows",
        """
def shard(batch, workers):
    return np.array_split(batch, workers, axis=1)
""",
    ),
    (
        "6.3",
        "shares overlap",
        "repeated",
        """
def shard(batch, workers):
    ends = [len(batch) * n // workers for n in range(workers + 1)]
    return [batch[begin : end + 1] for begin, end in zip(ends, ends[1:])]
""",
    ),
    (
        "6.3",
        "pieces of a size, not of a number",
        "one for each worker",
        """
def shard(batch, workers):
    return [batch[begin : begin + workers] for begin in range(0, len(batch), workers)]
""",
    ),
    ("6.4", "mean of means", "the mean of means", changed(GRADIENT, ("count / total", "1 / len(counts)"))),
    ("6.4", "sum of means", "summed, not averaged", changed(GRADIENT, ("count / total", "1"))),
    ("6.4", "not divided", "divide by the number of rows", changed(GRADIENT, ("count / total", "count"))),
    (
        "6.4",
        "divided by the workers as well",
        "once too often",
        changed(GRADIENT, ("count / total", "count / total / len(counts)")),
    ),
    (
        "6.4",
        "divided by the workers",
        "not by the number of workers",
        changed(GRADIENT, ("count / total", "count / len(counts)")),
    ),
    (
        "6.4",
        "upside down",
        "upside down",
        changed(
            GRADIENT,
            ("total = sum(counts)", "total = sum(1 / c for c in counts if c)"),
            ("count / total", "1 / count / total"),
        ),
    ),
    ("6.4", "idle worker", "leave it out", changed(GRADIENT, (" if count > 0", ""))),
    (
        "6.4",
        "the first worker never idle",
        "leave it out",
        """
def global_gradient(gradients, counts):
    total = [counts[0] * part for part in gradients[0]]
    for gradient, count in zip(gradients[1:], counts[1:]):
        if count:
            total = [a + count * b for a, b in zip(total, gradient)]
    return [part / sum(counts) for part in total]
""",
    ),
    (
        "6.4",
        "summed in place",
        "changes the gradients",
        """
def global_gradient(gradients, counts):
    for gradient, count in zip(gradients, counts):
        for part in gradient:
            part *= count / sum(counts)
    return [np.nansum(np.stack(parts), axis=0) for parts in zip(*gradients)]
""",
    ),
    (
        "6.4",
        "the gradients' lists overwritten",
        "changes the gradients",
        """
def global_gradient(gradients, counts):
    for gradient, count in zip(gradients, counts):
        gradient[:] = [part * (count / sum(counts)) for part in gradient]
    return [np.nansum(np.stack(parts), axis=0) for parts in zip(*gradients)]
""",
    ),
    (
        "6.4",
        "one array for all",
        "a list of 2 arrays",
        changed(GRADIENT, ("for n in range(len(gradients[0]))]", "for n in range(1)]")),
    ),
    ("6.5", "no scale", "not scaled", changed(ATTENTION, (" / d**0.5", ""))),
    ("6.5", "scaled by the size", "square root is wanted", changed(ATTENTION, ("d**0.5", "d"))),
    ("6.5", "scaled by T", "the root of T", changed(ATTENTION, ("d**0.5", "T**0.5"))),
    ("6.5", "no mask", "there is no mask", changed(ATTENTION, ("ops.where(past, scores, -1e9)", "scores"))),
    (
        "6.5",
        "mask the wrong way round",
        "wrong way round",
        changed(ATTENTION, ("np.tri(T, dtype=bool)", "np.tri(T, dtype=bool).T")),
    ),
    (
        "6.5",
        "step does not see itself",
        "does not see itself",
        changed(ATTENTION, ("np.tri(T, dtype", "np.tri(T, k=-1, dtype")),
    ),
    (
        "6.5",
        "masked after the softmax",
        "after the softmax",
        changed(
            ATTENTION,
            ("ops.softmax(ops.where(past, scores, -1e9), axis=-1)", "ops.where(past, ops.softmax(scores), 0.0)"),
        ),
    ),
    ("6.5", "masked with 0", "hugely negative", changed(ATTENTION, ("-1e9", "0.0"))),
    ("6.5", "softmax over the queries", "over the keys", changed(ATTENTION, ("axis=-1", "axis=1"))),
    (
        "6.5",
        "queries and keys exchanged",
        "exchanged",
        changed(
            ATTENTION,
            (
                "ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))",
                "ops.matmul(keys, ops.transpose(queries, (0, 2, 1)))",
            ),
        ),
    ),
    (
        "6.5",
        "mask one step too wide",
        "one step too wide",
        changed(ATTENTION, ("np.tri(T, dtype=bool)", "np.tri(T, k=1, dtype=bool)")),
    ),
    (
        "6.5",
        "output alone",
        "two arrays",
        changed(ATTENTION, ("return ops.matmul(weights, values), weights", "return ops.matmul(weights, values)")),
    ),
    (
        "6.6",
        "LSTM without its four gates",
        "four times",
        changed(COSTS, ("4 * (2 * square + units)", "2 * square + units")),
    ),
    (
        "6.6",
        "two biases for each gate",
        "yours has two",
        changed(COSTS, ("4 * (2 * square + units)", "8 * (square + units)")),
    ),
    ("6.6", "no biases", "without its biases", changed(COSTS, ("2 * square + units, 2 * T", "2 * square, 2 * T"))),
    (
        "6.6",
        "biases multiplied",
        "is added, not multiplied",
        changed(COSTS, ("2 * T * square, T", "T * (2 * square + units), T")),
    ),
    ("6.6", "products of one step", "those of one step", changed(COSTS, ("8 * T * square", "8 * square"))),
    (
        "6.6",
        "one layer too many",
        "one too many",
        changed(COSTS, ("kernel**n >= T", "kernel**n > T")),
    ),
    (
        "6.6",
        "depth by logarithms",
        "as a float",
        changed(COSTS, ("next(n for n in range(T) if kernel**n >= T)", "int(np.ceil(np.log(T) / np.log(kernel)))")),
    ),
    (
        "6.6",
        "depth by a quotient of binary logarithms",
        "as a float",
        changed(COSTS, ("next(n for n in range(T) if kernel**n >= T)", "int(np.ceil(np.log2(T) / np.log2(kernel)))")),
    ),
    ("6.6", "another kernel where none is given", "see only", changed(COSTS, ("kernel=2", "kernel=3"))),
    (
        "6.6",
        "one matrix",
        "for the input and one for the state",
        changed(COSTS, ("return 2 * square + units, 2 * T * square, T", "return square + units, T * square, T")),
    ),
    (
        "6.6",
        "one layer's multiplications",
        "multiplications of one layer",
        changed(COSTS, ("depth * T * kernel * square", "T * kernel * square")),
    ),
    (
        "6.6",
        "half of the pairs",
        "that the mask hides",
        changed(COSTS, ("2 * T * T * units", "T * (T + 1) * units")),
    ),
    (
        "6.6",
        "pairs alone",
        "each a product with a matrix",
        changed(COSTS, ("4 * T * square + 2 * T * T * units", "2 * T * T * units")),
    ),
    (
        "6.6",
        "another order",
        "the parameters come first",
        changed(
            COSTS, ("return 2 * square + units, 2 * T * square, T", "return T, 2 * T * square, 2 * square + units")
        ),
    ),
    (
        "6.6",
        "one layer's parameters",
        "of one layer",
        changed(COSTS, ("depth * (kernel * square + units)", "kernel * square + units")),
    ),
    (
        "6.6",
        "convolution step by step",
        "run at once",
        changed(COSTS, ("kernel * square, depth", "kernel * square, T")),
    ),
    ("6.6", "no output projection", "*and* output", changed(COSTS, ("4 * (square + units)", "3 * (square + units)"))),
    ("6.6", "no scores", "scores and weighted sum", changed(COSTS, (" + 2 * T * T * units", ""))),
    ("6.6", "no weighted sum", "as many again", changed(COSTS, (" + 2 * T * T * units", " + T * T * units"))),
    ("6.6", "attention step by step", "in one step", changed(COSTS, ("2 * T * T * units, 1", "2 * T * T * units, T"))),
    (
        "6.6",
        "nothing for the LSTM",
        "nothing came back",
        changed(
            COSTS,
            ("return 4 * (2 * square", "4 * (2 * square"),
            (', T\n    if kind == "Conv', '\n        return None\n    if kind == "Conv'),
        ),
    ),
]

RIGHT_BUT_UNUSUAL = [
    (
        "6.1",
        """
def power(lengths, seconds):
    x, y = np.log2(np.asarray(lengths)), np.median(np.log2(seconds), axis=0)
    return np.cov(x, y, bias=True)[0, 1] / np.var(x)
""",
    ),
    (
        "6.2",
        """
def in_chunks(layer, x, size):
    first, *states = layer(x[:, :size])
    outputs = [first]
    for begin in range(size, int(ops.shape(x)[1]), size):
        result = layer(x[:, begin : begin + size], initial_state=states)
        outputs.append(result[0])
        states = list(result[1:])
    return np.concatenate([ops.convert_to_numpy(output) for output in outputs], axis=1)
""",
    ),
    (
        "6.3",
        """
def shard(batch, workers):
    return [batch[n::workers] for n in range(workers)]
""",
    ),
    (
        "6.3",
        """
def shard(batch, workers):
    return np.array_split(batch, workers)
""",
    ),
    (
        "6.4",
        """
def global_gradient(gradients, counts):
    return [
        np.average(np.nan_to_num(np.stack(parts)), axis=0, weights=counts) for parts in zip(*gradients, strict=True)
    ]
""",
    ),
    (
        "6.5",
        """
def causal_attention(queries, keys, values):
    scores = ops.einsum("btd,bsd->bts", queries, keys) / ops.sqrt(ops.cast(queries.shape[-1], "float32"))
    steps = ops.arange(queries.shape[1])
    weights = ops.exp(scores) * ops.cast(steps[None, :] <= steps[:, None], "float32")
    weights = weights / ops.sum(weights, axis=-1, keepdims=True)
    return ops.einsum("bts,bsd->btd", weights, values), weights
""",
    ),
    (
        "6.6",
        """
def costs(kind, T, units, kernel=2):
    depth, seen = 0, 1
    while seen < T:
        depth, seen = depth + 1, seen * kernel
    matrices = {"SimpleRNN": 2, "LSTM": 8, "Conv1D stack": depth * kernel, "self-attention": 4}[kind]
    biases = {"SimpleRNN": 1, "LSTM": 4, "Conv1D stack": depth, "self-attention": 4}[kind]
    steps = {"Conv1D stack": depth, "self-attention": 1}.get(kind, T)
    pairs = 2 * T**2 * units if kind == "self-attention" else 0
    return [matrices * units**2 + biases * units, matrices * units**2 * T + pairs, steps]
""",
    ),
]
