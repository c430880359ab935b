"""Wrong answers to the exercises of lesson 1, and right ones in another form."""

RIGHT_SHAPES = {
    "a": "one to one",
    "b": "one to many",
    "c": "many to one",
    "d": "aligned",
    "e": "aligned",
    "f": "unaligned",
    "g": "many to one",
    "h": "unaligned",
    "i": "one to many",
}


def shapes(**changes):
    """The source of an answer to 1.1 with some tasks named differently; None leaves a task out."""
    named = {letter: shape for letter, shape in (RIGHT_SHAPES | changes).items() if shape is not None}
    return f"def name_shapes():\n    return {named!r}"


def chain(
    context="tuple(words[max(0, t - order) : t])",
    term="np.log(conditional(word, context))",
    over="",
    before="total = 0.0",
    add="total += ",
    give="total",
):
    """The source of an answer to 1.2 from its parts; over: a condition under which a word counts."""
    step = f"{add}{term}" if not over else f"{add}{term} if {over} else 0"
    return f"""
def log_probability(words, order, conditional):
    {before}
    for t, word in enumerate(words):
        context = {context}
        {step}
    return {give}
"""


def dense(
    at="t + j",
    block="kernel[j]",
    to="t",
    before="",
    give="matrix.reshape(T * inputs, outputs * units)",
    outputs="range(outputs)",
):
    """The source of an answer to 1.4 from its parts; at: the step of K_j, to: of the output."""
    return f"""
def as_dense(kernel, T):
    size, inputs, units = kernel.shape
    outputs = T - size + 1
    matrix = np.zeros((T, inputs, outputs, units))
    {before}
    for t in {outputs}:
        for j in range(size):
            if 0 <= {at} < T:
                matrix[{at}, :, {to}] = {block}
    return {give}
"""


def shared(
    add="gradient[j] += by_step[t + j, :, t]",
    give="gradient",
    outputs="range(outputs)",
    by_step="dense_gradient.reshape(T, inputs, outputs, units)",
):
    """The source of an answer to 1.5 from its parts."""
    return f"""
def kernel_gradient(dense_gradient, size, inputs, units):
    T = len(dense_gradient) // inputs
    outputs = T - size + 1
    by_step = {by_step}
    gradient = np.zeros((size, inputs, units))
    for t in {outputs}:
        for j in range(size):
            {add}
    return {give}
"""


MUTANTS = [
    ("1.1", "a sentence taken for one thing", "task b (a dish, chosen from a list of 200 → the text of its recipe): "
     "look at the *output*", shapes(b="one to one")),
    ("1.1", "a sequence taken for one thing", "task c (the moves of a game of chess → the winner): look at the *input*",
     shapes(c="one to one")),
    ("1.1", "a recording taken for one thing", "task g (a recording of a bird → its species): look at the *input*",
     shapes(g="one to one")),
    ("1.1", "an answer per word taken for one per text", "task e (a text without commas", shapes(e="many to one")),
    ("1.1", "a summary taken for aligned", "task f (a newspaper article → a summary in two sentences): both are",
     shapes(f="many to many, aligned")),
    ("1.1", "a melody taken for unaligned", "exactly one output for each input step", shapes(d="unaligned")),
    ("1.1", "signs taken for aligned", "can their lengths differ", shapes(h="aligned")),
    ("1.1", "many to many without its kind", 'say "aligned" or "unaligned"', shapes(h="many to many")),
    ("1.1", "one left out", "task i (a photograph of a shop → the text on its sign) has no answer yet",
     shapes(i=None)),
    ("1.1", "half done", "task i (a photograph of a shop → the text on its sign): write one of", shapes(i="?")),
    ("1.1", "input and output swapped", "look at the *input* again", shapes(b="many to one")),
    ("1.1", "a picture taken for a sequence", "task i (a photograph of a shop → the text on its sign): look at the "
     "*input*", shapes(i="unaligned")),
    ("1.1", "a list", "a dictionary from letter to shape", "def name_shapes():\n    return ['one to one'] * 9"),
    ("1.2", "product in place of its logarithm", "this is the probability", chain(
        before="total = 1.0", add="total *= ", term="conditional(word, context)")),
    ("1.2", "logarithm of the product", "with a text of 2,000 words: the product of many small", chain(
        before="total = 1.0", add="total *= ", term="conditional(word, context)", give="np.log(total)")),
    ("1.2", "factors added", "you added the factors", chain(term="conditional(word, context)")),
    ("1.2", "logarithm of the factors' sum", "you added the factors", chain(
        term="conditional(word, context)", give="np.log(total)")),
    ("1.2", "log2", "this is log2", chain(term="np.log2(conditional(word, context))")),
    ("1.2", "log10", "this is log10", chain(term="np.log10(conditional(word, context))")),
    ("1.2", "the loss", "the sign is wrong", chain(give="-total")),
    ("1.2", "mean per word", "the mean per word; return the sum", chain(give="total / len(words)")),
    ("1.2", "cross-entropy", "the mean per word with its sign flipped", chain(give="-total / len(words)")),
    ("1.2", "perplexity", "this is the perplexity", chain(give="np.exp(-total / len(words))")),
    ("1.2", "first word skipped", "the factor of the first word is missing", chain(over="t > 0")),
    ("1.2", "last word skipped", "the factor of the last word is missing", chain(over="t < len(words) - 1")),
    ("1.2", "only words with a full context", "the first words are left out", chain(over="t >= order")),
    ("1.2", "the last factor only", "of the last factor only", chain(add="total = ")),
    ("1.2", "return in the loop", "of the first factor only", chain(
        add="return ", give="total")),
    ("1.2", "the whole past", "the context is the whole past", chain(context="tuple(words[:t])")),
    ("1.2", "the whole past at order 0", "words[-0:] is the whole list", chain(
        context="tuple(words[:t][-order:])")),
    ("1.2", "context in reverse", "in reverse", chain(context="tuple(words[max(0, t - order) : t][::-1])")),
    ("1.2", "context one too long", "one word too long", chain(context="tuple(words[max(0, t - order - 1) : t])")),
    ("1.2", "context one too short", "one word too short", chain(
        context="tuple(words[max(0, t - max(order - 1, 0)) : t])")),
    ("1.2", "the word in its context", "contains the word itself", chain(
        context="tuple(words[max(0, t - order + 1) : t + 1])")),
    ("1.2", "the word in its context, one longer", "contains the word itself", chain(
        context="tuple(words[max(0, t - order) : t + 1])")),
    ("1.2", "what follows", "comes after the word", chain(context="tuple(words[t + 1 : t + 1 + order])")),
    ("1.2", "the beginning of the text", "the beginning of the text", chain(
        context="tuple(words[: min(t, order)])")),
    ("1.2", "a negative index", "for the first words", chain(context="tuple(words[t - order : t])")),
    ("1.2", "empty until it is full", "for the first words", chain(
        context="tuple(words[t - order : t]) if t >= order else ()")),
    ("1.2", "no context", "always empty", chain(context="()")),
    ("1.2", "pairs of neighbours, whatever the order", "always one word", chain(
        context="tuple(words[max(0, t - 1) : t])")),
    ("1.2", "the context without its first word", "one word too short", chain(
        context="tuple(words[max(0, t - order) : t][1:])")),
    ("1.2", "small probabilities clipped", "should be", chain(
        term="np.log(max(1e-3, conditional(word, context)))")),
    ("1.2", "a word's first place", "index finds only the first place", chain(
        context="tuple(words[max(0, words.index(word) - order) : words.index(word)])")),
    ("1.2", "each word once", "counts each different word once", chain(over="word not in words[:t]")),
    ("1.2", "a string", "a tuple of words; yours is one string", chain(
        context="' '.join(words[max(0, t - order) : t])")),
    ("1.2", "single factors", "add them up", chain(before="total = []", add="total += ",
     term="[np.log(conditional(word, context))]")),
    ("1.2", "word and context exchanged", "which is not a word of the text", chain(
        term="np.log(conditional(context, (word,)))")),
    ("1.2", "word and context swapped", "conditional takes the word first", chain(
        term="np.log(conditional(context, word))")),
    ("1.2", "pops from its argument", "changes its argument", """
def log_probability(words, order, conditional):
    past, total = [], 0.0
    while words:
        word = words.pop(0)
        total += np.log(conditional(word, tuple(past[max(0, len(past) - order):])))
        past.append(word)
    return total
"""),
    ("1.3", "no bias in the dense layer", "dense: the biases are missing", """
def count_parameters(T, inputs, units, kernel):
    return T * inputs * units, (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.3", "one weight for all units", "dense: each unit has a weight of its own", """
def count_parameters(T, inputs, units, kernel):
    return T * inputs + units, kernel * inputs + units, inputs + units
"""),
    ("1.3", "dense over one time step", "all T of them", """
def count_parameters(T, inputs, units, kernel):
    return (inputs + 1) * units, (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.3", "an output at each step", "`units` outputs at *each* step", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units * T, (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.3", "kernel forgotten", "reaches over `kernel` time steps", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.3", "one kernel per position", "the same kernel is used at every position", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, T * (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.3", "RNN times T", "same weights are used at every time step", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, T * (inputs + units + 1) * units
"""),
    ("1.3", "W_hh from inputs to inputs", "W_hh leads from `units`", """
def count_parameters(T, inputs, units, kernel):
    rnn = inputs * units + inputs * inputs + units
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, rnn
"""),
    ("1.3", "W_hh forgotten", "W_hh is missing", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, (inputs + 1) * units
"""),
    ("1.3", "two biases, as in PyTorch", "one bias per unit, for input and state together", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, (inputs + units + 2) * units
"""),
    ("1.3", "a sum", "return three numbers", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units + (kernel * inputs + 1) * units + (inputs + units + 1) * units
"""),
    ("1.3", "one bias in the dense layer", "dense: each unit has a bias", """
def count_parameters(T, inputs, units, kernel):
    return T * inputs * units + 1, (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.3", "dense over one step, no bias", "dense: the layer sees all T", """
def count_parameters(T, inputs, units, kernel):
    return inputs * units, (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.3", "one bias in the convolution", "conv: each unit has a bias", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, kernel * inputs * units + 1, (inputs + units + 1) * units
"""),
    ("1.3", "convolution over one step, no bias", "conv: a kernel reaches", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, inputs * units, (inputs + units + 1) * units
"""),
    ("1.3", "a kernel for each output position", "same kernel is used at every", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (T - kernel + 1) * (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.3", "a square kernel", "time is a single axis", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel**2 * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.3", "one bias in the RNN", "rnn: each unit has a bias", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, (inputs + units) * units + 1
"""),
    ("1.3", "neither W_hh nor biases", "and so is b_h", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, inputs * units
"""),
    ("1.3", "W_hh a vector", "W_hh is a matrix", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, inputs * units + units + units
"""),
    ("1.3", "another order", "in the wrong order", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (inputs + units + 1) * units, (kernel * inputs + 1) * units
"""),
    ("1.4", "turned around, as in mathematics", "reversed in time", dense(block="kernel[size - 1 - j]")),
    ("1.4", "the first output only", "only the first output", dense(outputs="range(1)")),
    ("1.4", "the last output left at 0", "the last output is missing", dense(outputs="range(outputs - 1)")),
    ("1.4", "blocks a row further", "begins at row (t + j) * inputs", """
def as_dense(kernel, T):
    size, inputs, units = kernel.shape
    outputs = T - size + 1
    matrix = np.zeros((T * inputs, outputs * units))
    for t in range(outputs):
        for j in range(size):
            matrix[t + j : t + j + inputs, t * units : (t + 1) * units] = kernel[j]
    return matrix
"""),
    ("1.4", "the last output only", "only the last output", dense(outputs="[outputs - 1]")),
    ("1.4", "the kernel stays where it is", "output t begins at step t", dense(at="j")),
    ("1.4", "one step early", "one step too early", dense(at="t + j - 1")),
    ("1.4", "a causal kernel", "reaches back from t", dense(at="t - j")),
    ("1.4", "a stride of its size", "it moves by one step", dense(at="t * size + j")),
    ("1.4", "outputs backwards", "run backwards", dense(to="outputs - 1 - t")),
    ("1.4", "no zeros", "where the kernel does not reach", dense(
        before="matrix += kernel.sum(axis=0)[None, :, None]", outputs="[]")),
    ("1.4", "K_0 alone", "only K_0 is used", dense(block="kernel[0] * (j == 0)")),
    ("1.4", "a moving average", "the mean of the kernel", dense(block="kernel.mean(axis=0)")),
    ("1.4", "columns backwards", "the columns run backwards", dense(
        give="matrix.reshape(T * inputs, outputs * units)[:, ::-1]")),
    ("1.4", "the kernel as tiles", "where the kernel does not reach", """
def as_dense(kernel, T):
    size, inputs, units = kernel.shape
    return np.tile(kernel.reshape(size * inputs, units), (T, T - size + 1))[: T * inputs]
"""),
    ("1.4", "single rows and columns", "moves by single rows", """
def as_dense(kernel, T):
    size, inputs, units = kernel.shape
    matrix = np.zeros((T * inputs, (T - size + 1) * units))
    for t in range(T - size + 1):
        for j in range(size):
            matrix[t + j:t + j + inputs, t:t + units] = kernel[j]
    return matrix
"""),
    ("1.4", "rows by input", "ordered by input first", dense(
        give="matrix.transpose(1, 0, 2, 3).reshape(T * inputs, outputs * units)")),
    ("1.4", "columns by unit", "ordered by unit first", dense(
        give="matrix.transpose(0, 1, 3, 2).reshape(T * inputs, outputs * units)")),
    ("1.4", "rows by input, columns by unit", "ordered by input and unit first", dense(
        give="matrix.transpose(1, 0, 3, 2).reshape(T * inputs, outputs * units)")),
    ("1.4", "transposed", "this is the transpose", dense(give="matrix.reshape(T * inputs, outputs * units).T")),
    ("1.4", "four axes", "this has four axes", dense(give="matrix")),
    ("1.4", "padding, as in the network", "without padding there are", dense(
        before="outputs = T; matrix = np.zeros((T, inputs, T, units))", at="t + j - size // 2")),
    ("1.4", "one output short", "one output is missing", dense(
        before="outputs = T - size; matrix = np.zeros((T, inputs, outputs, units))")),
    ("1.4", "which, not how much", "these are ones", dense(block="kernel[j] != 0")),
    ("1.4", "a row at a time", "the copies move on by one *row*", """
def as_dense(kernel, T):
    size, inputs, units = kernel.shape
    outputs = T - size + 1
    matrix = np.zeros((T * inputs, outputs * units))
    for t in range(outputs):
        block = kernel.reshape(size * inputs, units)
        matrix[t:t + size * inputs, t * units:(t + 1) * units] = block[:T * inputs - t]
    return matrix
"""),
    ("1.4", "an array of integers", "integers", dense(before="matrix = np.zeros((T, inputs, outputs, units), int)")),
    ("1.5", "the mean", "this is the mean over the copies", shared(give="gradient / outputs")),
    ("1.5", "divided by T", "divided by T", shared(give="gradient / T")),
    ("1.5", "the first copy", "of the first copy only", shared(outputs="range(1)")),
    ("1.5", "the last copy", "of the last copy only", shared(add="gradient[j] = by_step[t + j, :, t]")),
    ("1.5", "the last copy left out", "the last copy is missing", shared(outputs="range(outputs - 1)")),
    ("1.5", "the first copy left out", "the first copy is missing", shared(outputs="range(1, outputs)")),
    ("1.5", "a step against it", "the sign is wrong", shared(add="gradient[j] -= by_step[t + j, :, t]")),
    ("1.5", "absolute values", "you added absolute values", shared(add="gradient[j] += abs(by_step[t + j, :, t])")),
    ("1.5", "squares", "you added squares", shared(add="gradient[j] += by_step[t + j, :, t] ** 2")),
    ("1.5", "the largest", "the largest over the copies", shared(
        give="np.max([[by_step[t + j, :, t] for j in range(size)] for t in range(outputs)], axis=0)")),
    ("1.5", "a product", "are multiplied", shared(
        give="np.prod([[by_step[t + j, :, t] for j in range(size)] for t in range(outputs)], axis=0)")),
    ("1.5", "turned around", "reversed in time", shared(give="gradient[::-1]")),
    ("1.5", "everything added", "also those where the matrix is 0", shared(
        add="gradient[j] += by_step[:, :, t].sum(axis=0)")),
    ("1.5", "every output with every step", "output t goes with step t + j only", shared(
        add="gradient[j] += by_step[j:j + outputs, :, t].sum(axis=0)")),
    ("1.5", "the diagonal for all", "every K_j gets the entries of K_0", shared(
        add="gradient[j] += by_step[t, :, t]")),
    ("1.5", "always from step 0", "yours always begins at step 0", shared(add="gradient[j] += by_step[j, :, t]")),
    ("1.5", "rows by input", "the rows are read as if ordered by input first", shared(
        by_step="dense_gradient.reshape(inputs, T, outputs, units).transpose(1, 0, 2, 3)")),
    ("1.5", "columns by unit", "the columns are read as if ordered by unit first", shared(
        by_step="dense_gradient.reshape(T, inputs, units, outputs).transpose(0, 1, 3, 2)")),
    ("1.5", "rows by input, columns by unit", "by input and unit first", shared(
        by_step="dense_gradient.reshape(inputs, T, units, outputs).transpose(1, 0, 3, 2)")),
    ("1.5", "the copies, one by one", "the kernel gets their sum", shared(
        give="np.array([[by_step[t + j, :, t] for j in range(size)] for t in range(outputs)])")),
    ("1.5", "units before inputs", "inputs and units are swapped", shared(give="gradient.transpose(0, 2, 1)")),
    ("1.5", "flat", "reshape it to (size, inputs, units)", shared(give="gradient.reshape(size * inputs, units)")),
    ("1.5", "twice", "too large by a factor of two", shared(give="2 * gradient")),
    ("1.5", "half", "too small by a factor of two", shared(give="gradient / 2")),
    ("1.5", "the matrix, tied but not folded", "has the shape of the matrix", shared(give="dense_gradient")),
]  # fmt: skip

RIGHT_BUT_UNUSUAL = [
    ("1.1", shapes(f="Many-to-many (unaligned)", e="many to many, aligned", a="One-to-one")),
    ("1.1", shapes(h="not aligned", d="many to many: aligned", c="many-to-one")),
    ("1.2", chain(context="words[t - min(t, order) : t]")),
    ("1.2", """
def log_probability(words, order, conditional):
    contexts = [words[max(t - order, 0):t] for t in range(len(words))]
    return np.array(sum(np.log(conditional(*pair)) for pair in zip(words, contexts, strict=True)))
"""),
    ("1.2", """
def log_probability(words, order, conditional):
    if not words:
        return 0.0
    start = max(0, len(words) - 1 - order)
    last = tf.math.log(tf.constant(conditional(words[-1], words[start:-1]), "float64"))
    if len(words) > 500:
        half = [np.log(conditional(w, words[max(0, t - order):t])) for t, w in enumerate(words[:-1])]
        return ops.convert_to_tensor(np.sum(half)) + last
    return log_probability(words[:-1], order, conditional) + last
"""),
    ("1.3", """
def count_parameters(T, inputs, units, kernel):
    dense = keras.Sequential([keras.Input((T, inputs)), layers.Flatten(), layers.Dense(units)])
    conv = keras.Sequential([keras.Input((T, inputs)), layers.Conv1D(units, kernel)])
    rnn = keras.Sequential([keras.Input((T, inputs)), layers.SimpleRNN(units)])
    return [model.count_params() for model in (dense, conv, rnn)]
"""),
    ("1.3", """
def count_parameters(T, inputs, units, kernel):
    return np.array([T * inputs * units, kernel * inputs * units, inputs * units + units**2]) + units
"""),
    ("1.4", """
def as_dense(kernel, T):
    size, inputs, units = kernel.shape
    columns = []
    for t in range(T - size + 1):
        column = np.zeros((T * inputs, units))
        column[t * inputs:(t + size) * inputs] = kernel.reshape(-1, units)
        columns.append(column)
    return np.concatenate(columns, axis=1)
"""),
    ("1.4", """
def as_dense(kernel, T):
    size, inputs, units = kernel.shape
    x = np.eye(T * inputs, dtype="float32").reshape(T * inputs, T, inputs)
    return ops.reshape(ops.conv(x, ops.cast(kernel, "float32")), (T * inputs, -1))
"""),
    ("1.4", """
def as_dense(kernel, T):
    size = len(kernel)
    return sum(np.kron(np.eye(T, T - size + 1, -j), kernel[j]) for j in range(size)).tolist()
"""),
    ("1.5", """
def kernel_gradient(dense_gradient, size, inputs, units):
    steps = dense_gradient.shape[1] // units
    windows = [dense_gradient[t * inputs:(t + size) * inputs, t * units:(t + 1) * units] for t in range(steps)]
    return tf.reshape(tf.add_n([tf.constant(window) for window in windows]), (size, inputs, units))
"""),
    ("1.5", """
def kernel_gradient(dense_gradient, size, inputs, units):
    outputs = dense_gradient.shape[1] // units
    by_step = dense_gradient.reshape(-1, inputs, outputs, units)
    return np.stack([np.einsum("titu->iu", by_step[j:j + outputs]) for j in range(size)])
"""),
    ("1.5", """
def kernel_gradient(dense_gradient, size, inputs, units):
    outputs = dense_gradient.shape[1] // units
    by_step = dense_gradient.reshape(-1, inputs, outputs, units)
    return [sum(by_step[t + j, :, t] for t in range(outputs)).tolist() for j in range(size)]
"""),
]  # fmt: skip
