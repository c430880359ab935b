"""Wrong answers to the exercises of lesson 4b, and right ones in another form."""

from mutants import changed

SCORES = """
def attention_scores(queries, keys):
    return ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))
"""
WEIGHTS = """
def attention_weights(scores, mask):
    scores = ops.where(mask[:, None, :], scores, -1e9)
    return ops.softmax(scores, axis=-1)
"""
ATTEND = """
def attend(queries, keys, mask):
    weights = attention_weights(attention_scores(queries, keys), mask)
    context = ops.matmul(weights, keys)
    return ops.concatenate([context, queries], axis=-1), weights
"""
ADDITIVE = """
def additive_scores(queries, keys, W_q, W_k, v):
    q, k = ops.matmul(queries, W_q), ops.matmul(keys, W_k)
    z = q[:, :, None] + k[:, None]
    return ops.sum(v * ops.tanh(z), axis=-1)
"""
STACK = """
def residual_stack(x, recurrent_layers):
    states = []
    for layer in recurrent_layers:
        y, state = layer(x)
        x = x + y if x.shape[-1] == y.shape[-1] else y
        states.append(state)
    return x, states
"""
SCORE = """
def beam_score(log_p, lengths, attended, mask, alpha, beta):
    length_penalty = ((5 + lengths) / 6) ** alpha
    read = ops.where(mask[:, None], ops.minimum(attended, 1), 1)
    return log_p / length_penalty + beta * ops.sum(ops.log(read), axis=-1)
"""

MUTANTS = [
    (
        "4b.1",
        "axes exchanged",
        "the axes are exchanged",
        changed(SCORES, ("queries, ops.transpose(keys, (0, 2, 1))", "keys, ops.transpose(queries, (0, 2, 1))")),
    ),
    (
        "4b.1",
        "scaled",
        "divides by √units",
        changed(SCORES, ("(0, 2, 1)))", "(0, 2, 1))) / queries.shape[-1] ** 0.5")),
    ),
    ("4b.1", "mean", "the dot product is the sum", changed(SCORES, ("(0, 2, 1)))", "(0, 2, 1))) / queries.shape[-1]"))),
    (
        "4b.1",
        "softmax already",
        "return the plain scores",
        changed(SCORES, ("return ops", "return ops.softmax(ops"), ("1)))", "1))))")),
    ),
    (
        "4b.1",
        "cosine",
        "does not divide by the lengths",
        changed(SCORES, ("(queries, ops.transpose(keys", "(ops.normalize(queries), ops.transpose(ops.normalize(keys)")),
    ),
    (
        "4b.1",
        "distance",
        "this is a distance",
        changed(
            SCORES,
            (
                "ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))",
                "ops.sum(abs(queries[:, :, None] - keys[:, None]), axis=-1)",
            ),
        ),
    ),
    ("4b.1", "no transpose", "your code raised", changed(SCORES, ("ops.transpose(keys, (0, 2, 1))", "keys"))),
    (
        "4b.1",
        "NumPy",
        "a Keras model cannot use it",
        changed(
            SCORES, ("ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))", "np.einsum('btu,bsu->bts', queries, keys)")
        ),
    ),
    ("4b.1", "no return", "`return`", changed(SCORES, ("return ", ""))),
    (
        "4b.1",
        "all sentences with all",
        "the batch stays one axis",
        changed(
            SCORES,
            ("ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))", "ops.tensordot(queries, keys, axes=[[2], [2]])"),
        ),
    ),
    (
        "4b.1",
        "summed over the batch",
        "adds up over all sentences",
        changed(
            SCORES,
            ("ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))", "ops.einsum('btu,csu->bts', queries, keys)"),
        ),
    ),
    (
        "4b.1",
        "reshaped",
        "a reshape exchanges no axes",
        changed(
            SCORES,
            ("ops.transpose(keys, (0, 2, 1))", "ops.reshape(keys, (-1, keys.shape[2], ops.shape(keys)[1]))"),
        ),
    ),
    (
        "4b.2",
        "no mask",
        "the padding takes part",
        changed(WEIGHTS, ("    scores = ops.where(mask[:, None, :], scores, -1e9)\n", "")),
    ),
    ("4b.2", "over the target", "yours sum to 1 over the target axis", changed(WEIGHTS, ("axis=-1", "axis=1"))),
    (
        "4b.2",
        "over the target, no mask",
        "and the mask is missing",
        changed(WEIGHTS, ("    scores = ops.where(mask[:, None, :], scores, -1e9)\n", ""), ("axis=-1", "axis=1")),
    ),
    (
        "4b.2",
        "masked after the softmax",
        "it must be out before",
        """
def attention_weights(scores, mask):
    return ops.softmax(scores, axis=-1) * ops.cast(mask, "float32")[:, None]
""",
    ),
    (
        "4b.2",
        "scores times mask",
        "exp(0) = 1",
        changed(WEIGHTS, ("ops.where(mask[:, None, :], scores, -1e9)", "scores * ops.cast(mask, 'float32')[:, None]")),
    ),
    ("4b.2", "masked with 0", "exp(0) = 1", changed(WEIGHTS, ("-1e9", "0.0"))),
    ("4b.2", "words masked", "the wrong way round", changed(WEIGHTS, ("scores, -1e9", "-1e9, scores"))),
    (
        "4b.2",
        "mask added",
        "favours words",
        changed(WEIGHTS, ("ops.where(mask[:, None, :], scores, -1e9)", "scores + ops.cast(mask, 'float32')[:, None]")),
    ),
    ("4b.2", "no softmax", "the softmax is missing", changed(WEIGHTS, ("ops.softmax(scores, axis=-1)", "scores"))),
    (
        "4b.2",
        "a bare exp",
        "nan",
        changed(
            WEIGHTS,
            ("ops.softmax(scores, axis=-1)", "ops.exp(scores) / ops.sum(ops.exp(scores), axis=-1, keepdims=True)"),
        ),
    ),
    ("4b.2", "only a little lower", "the weights should be", changed(WEIGHTS, ("scores, -1e9", "scores, scores - 3"))),
    ("4b.2", "mask on the target axis", "your code raised", changed(WEIGHTS, ("mask[:, None, :]", "mask[:, :, None]"))),
    ("4b.2", "padding at -100", "lose to your padding", changed(WEIGHTS, ("-1e9", "-100.0"))),
    ("4b.2", "padding at -20", "lose to your padding", changed(WEIGHTS, ("-1e9", "-20.0"))),
    (
        "4b.3",
        "context alone",
        "put the query beside it",
        changed(ATTEND, ("ops.concatenate([context, queries], axis=-1)", "context")),
    ),
    (
        "4b.3",
        "added",
        "put them side by side",
        changed(ATTEND, ("ops.concatenate([context, queries], axis=-1)", "context + queries")),
    ),
    ("4b.3", "query first", "the context comes first", changed(ATTEND, ("[context, queries]", "[queries, context]"))),
    ("4b.3", "along time", "along the last axis", changed(ATTEND, ("axis=-1", "axis=1"))),
    (
        "4b.3",
        "no mask",
        "the mask does not arrive",
        changed(ATTEND, ("keys), mask)", "keys), ops.ones_like(keys[:, :, 0], dtype='bool'))")),
    ),
    (
        "4b.3",
        "scores in place of weights",
        "it is the *weights*",
        changed(
            ATTEND, ("attention_weights(attention_scores(queries, keys), mask)", "attention_scores(queries, keys)")
        ),
    ),
    (
        "4b.3",
        "mean",
        "the weights sum to 1 already",
        changed(ATTEND, ("ops.matmul(weights, keys)", "ops.mean(weights[..., None] * keys[:, None], axis=2)")),
    ),
    ("4b.3", "joined alone", "return 2 things", changed(ATTEND, ("axis=-1), weights", "axis=-1)"))),
    (
        "4b.3",
        "weights first",
        "in the wrong order",
        changed(
            ATTEND,
            (
                "return ops.concatenate([context, queries], axis=-1), weights",
                "return weights, ops.concatenate([context, queries], axis=-1)",
            ),
        ),
    ),
    (
        "4b.3",
        "scores returned",
        "not the scores",
        changed(ATTEND, ("axis=-1), weights", "axis=-1), attention_scores(queries, keys)")),
    ),
    (
        "4b.3",
        "keys masked with 0",
        "a masked score of 0",
        changed(
            ATTEND,
            (
                "attention_weights(attention_scores(queries, keys), mask)",
                "ops.softmax(attention_scores(queries, keys * ops.cast(mask, 'float32')[:, :, None]))",
            ),
        ),
    ),
    (
        "4b.3",
        "weights returned without the mask",
        "made without the mask",
        changed(ATTEND, ("axis=-1), weights", "axis=-1), ops.softmax(attention_scores(queries, keys))")),
    ),
    ("4b.4", "no tanh", "the tanh is missing", changed(ADDITIVE, ("ops.tanh(z)", "z"))),
    (
        "4b.4",
        "tanh outside",
        "the tanh stands outside",
        changed(ADDITIVE, ("ops.sum(v * ops.tanh(z), axis=-1)", "ops.tanh(ops.sum(v * z, axis=-1))")),
    ),
    ("4b.4", "no v", "v is missing", changed(ADDITIVE, ("v * ", ""))),
    (
        "4b.4",
        "tanh of each",
        "it is taken of the sum",
        changed(
            ADDITIVE,
            (
                "ops.matmul(queries, W_q), ops.matmul(keys, W_k)",
                "ops.tanh(ops.matmul(queries, W_q)), ops.tanh(ops.matmul(keys, W_k))",
            ),
            ("ops.tanh(z)", "z"),
        ),
    ),
    ("4b.4", "multiplied", "this attention *adds* them", changed(ADDITIVE, ("q[:, :, None] + k", "q[:, :, None] * k"))),
    (
        "4b.4",
        "weights exchanged",
        "W_q and W_k are exchanged",
        changed(ADDITIVE, ("queries, W_q", "queries, W_k"), ("keys, W_k", "keys, W_q")),
    ),
    ("4b.4", "W_q twice", "W_q is used twice", changed(ADDITIVE, ("keys, W_k", "keys, W_q"))),
    ("4b.4", "W_k twice", "W_k is used twice", changed(ADDITIVE, ("queries, W_q", "queries, W_k"))),
    ("4b.4", "mean", "this is a mean", changed(ADDITIVE, ("ops.sum(", "ops.mean("))),
    ("4b.4", "v inside", "v stands inside the tanh", changed(ADDITIVE, ("v * ops.tanh(z)", "ops.tanh(v * z)"))),
    (
        "4b.4",
        "a matrix times a vector with @",
        "wants a matrix on its right",
        changed(ADDITIVE, ("ops.sum(v * ops.tanh(z), axis=-1)", "ops.tanh(z) @ v")),
    ),
    (
        "4b.4",
        "not summed",
        "one number per pair",
        changed(ADDITIVE, ("ops.sum(v * ops.tanh(z), axis=-1)", "v * ops.tanh(z)")),
    ),
    (
        "4b.4",
        "axes exchanged",
        "the axes are exchanged",
        changed(ADDITIVE, ("q[:, :, None] + k[:, None]", "q[:, None] + k[:, :, None]")),
    ),
    (
        "4b.4",
        "as Keras's layer",
        "your code raised",
        changed(ADDITIVE, ("ops.matmul(queries, W_q), ops.matmul(keys, W_k)", "queries, keys")),
    ),
    ("4b.4", "no room for pairs", "your code raised", changed(ADDITIVE, ("q[:, :, None] + k[:, None]", "q + k"))),
    (
        "4b.4",
        "softmax already",
        "return the plain scores",
        changed(
            ADDITIVE,
            ("return ops.sum(v * ops.tanh(z), axis=-1)", "return ops.softmax(ops.sum(v * ops.tanh(z), axis=-1))"),
        ),
    ),
    ("4b.5", "plain", "nothing is added", changed(STACK, ("x + y if x.shape[-1] == y.shape[-1] else y", "y"))),
    (
        "4b.5",
        "added everywhere",
        "your code raised",
        changed(STACK, ("x + y if x.shape[-1] == y.shape[-1] else y", "x + y")),
    ),
    (
        "4b.5",
        "from the third layer on",
        "its input is added too",
        changed(STACK, ("if x.shape[-1] == y.shape[-1] else", "if len(states) > 1 else")),
    ),
    (
        "4b.5",
        "not the first",
        "a first layer has a connection too",
        changed(STACK, ("if x.shape[-1] == y.shape[-1] else", "if states else")),
    ),
    (
        "4b.5",
        "around the whole",
        "each layer needs its own",
        """
def residual_stack(x, recurrent_layers):
    states, first = [], None
    for layer in recurrent_layers:
        x, state = layer(x)
        first = x if first is None else first
        states.append(state)
    return x + first, states
""",
    ),
    (
        "4b.5",
        "the first output each time",
        "add the *input of the layer*",
        """
def residual_stack(x, recurrent_layers):
    states, first = [], None
    for layer in recurrent_layers:
        y, state = layer(x)
        first = first if first is not None else (x if x.shape[-1] == y.shape[-1] else y)
        x = first + y if states or x.shape[-1] == y.shape[-1] else y
        states.append(state)
    return x, states
""",
    ),
    ("4b.5", "multiplied", "input and output are multiplied", changed(STACK, ("x + y if", "x * y if"))),
    ("4b.5", "outputs alone", "return 2 things", changed(STACK, ("return x, states", "return x"))),
    (
        "4b.5",
        "the last state alone",
        "final states of all layers",
        changed(STACK, ("return x, states", "return x, state")),
    ),
    (
        "4b.5",
        "states upside down",
        "the lowest layer first",
        changed(STACK, ("return x, states", "return x, states[::-1]")),
    ),
    (
        "4b.5",
        "the last outputs as states",
        "the second thing that the layer gives",
        changed(STACK, ("states.append(state)", "states.append(y[:, -1])")),
    ),
    (
        "4b.5",
        "only the first may change the width",
        "a higher layer too",
        changed(STACK, ("if x.shape[-1] == y.shape[-1] else", "if states or x.shape[-1] == y.shape[-1] else")),
    ),
    (
        "4b.5",
        "all from the input",
        "a layer got inputs of width",
        changed(STACK, ("y, state = layer(x)", "y, state = layer(first)"), ("states = []", "states, first = [], x")),
    ),
    ("4b.6", "no length", "the length plays no part", changed(SCORE, ("log_p / length_penalty", "log_p"))),
    ("4b.6", "multiplied", "divide, so that", changed(SCORE, ("log_p / length_penalty", "log_p * length_penalty"))),
    ("4b.6", "plain length", "this divides by |Y|^alpha", changed(SCORE, ("(5 + lengths) / 6", "lengths"))),
    ("4b.6", "brackets", "mind the brackets", changed(SCORE, ("(5 + lengths) / 6", "5 + lengths / 6"))),
    (
        "4b.6",
        "six outside",
        "the 6 is raised to alpha",
        changed(SCORE, ("((5 + lengths) / 6) ** alpha", "(5 + lengths) ** alpha / 6")),
    ),
    ("4b.6", "alpha a factor", "alpha is an exponent", changed(SCORE, ("** alpha", "* alpha"))),
    ("4b.6", "no alpha", "alpha is missing", changed(SCORE, (" ** alpha", ""))),
    (
        "4b.6",
        "no coverage",
        "the coverage plays no part",
        changed(SCORE, (" + beta * ops.sum(ops.log(read), axis=-1)", "")),
    ),
    ("4b.6", "wrong sign", "the sign", changed(SCORE, ("+ beta", "- beta"))),
    (
        "4b.6",
        "no beta",
        "beta is missing",
        changed(
            SCORE,
            (
                "beta * ops.sum(ops.log(read), axis=-1)",
                "ops.sum(ops.log(read), axis=-1) * ops.cast(beta > 0, 'float32')",
            ),
        ),
    ),
    ("4b.6", "no minimum", "the minimum with 1 is missing", changed(SCORE, ("ops.minimum(attended, 1)", "attended"))),
    ("4b.6", "maximum", "take the *minimum*", changed(SCORE, ("ops.minimum", "ops.maximum"))),
    (
        "4b.6",
        "log of the sum",
        "taken for each word",
        """
def beam_score(log_p, lengths, attended, mask, alpha, beta):
    attended = ops.sum(ops.where(mask[:, None], attended, 0), axis=-1)
    return log_p / ((5 + lengths) / 6) ** alpha + beta * ops.log(ops.minimum(attended, 1))
""",
    ),
    (
        "4b.6",
        "no logarithm",
        "the logarithm of the coverage is missing",
        changed(SCORE, ("ops.log(read)", "ops.where(mask[:, None], read, 0)")),
    ),
    (
        "4b.6",
        "padding counted",
        "0 · log 0 is nan",
        changed(SCORE, ("ops.where(mask[:, None], ops.minimum(attended, 1), 1)", "ops.minimum(attended, 1)")),
    ),
    (
        "4b.6",
        "padding counted, a little above 0",
        "the padding counts",
        changed(SCORE, ("ops.where(mask[:, None], ops.minimum(attended, 1), 1)", "ops.minimum(attended, 1) + 1e-9")),
    ),
    (
        "4b.6",
        "masked after the logarithm",
        "0 · log 0 is nan",
        changed(
            SCORE,
            ("ops.where(mask[:, None], ops.minimum(attended, 1), 1)", "ops.minimum(attended, 1)"),
            ("ops.log(read)", "ops.log(read) * ops.cast(mask, 'float32')[:, None]"),
        ),
    ),
    (
        "4b.6",
        "padding taken from the attention",
        "padding is where `mask` is False",
        changed(SCORE, ("mask[:, None]", "attended > 0")),
    ),
    (
        "4b.6",
        "infinities set to 0",
        "padding is where `mask` is False",
        """
def beam_score(log_p, lengths, attended, mask, alpha, beta):
    logs = np.nan_to_num(np.log(np.minimum(attended, 1)), neginf=0.0)
    return log_p / ((5 + lengths) / 6) ** alpha + beta * logs.sum(axis=-1)
""",
    ),
    (
        "4b.6",
        "mean over the words",
        "this is the mean over the words",
        """
def beam_score(log_p, lengths, attended, mask, alpha, beta):
    words = ops.cast(mask, "float32")[:, None]
    logs = ops.sum(ops.log(ops.where(mask[:, None], ops.minimum(attended, 1), 1)), axis=-1) / ops.sum(words, axis=-1)
    return log_p / ((5 + lengths) / 6) ** alpha + beta * logs
""",
    ),
    ("4b.6", "mean over all", "the mean over the source", changed(SCORE, ("ops.sum(ops.log", "ops.mean(ops.log"))),
    (
        "4b.6",
        "coverage divided too",
        "only log p is",
        changed(
            SCORE,
            (
                "log_p / length_penalty + beta * ops.sum(ops.log(read), axis=-1)",
                "(log_p + beta * ops.sum(ops.log(read), axis=-1)) / length_penalty",
            ),
        ),
    ),
]

RIGHT_BUT_UNUSUAL = [
    (
        "4b.1",
        changed(
            SCORES, ("ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))", "ops.einsum('btu,bsu->bts', queries, keys)")
        ),
    ),
    (
        "4b.1",
        changed(
            SCORES,
            (
                "ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))",
                "ops.sum(queries[:, :, None] * keys[:, None], axis=-1)",
            ),
        ),
    ),
    (
        "4b.1",
        changed(SCORES, ("ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))", "layers.Dot(axes=2)([queries, keys])")),
    ),
    ("4b.2", changed(WEIGHTS, ("-1e9", "-float('inf')"))),
    (
        "4b.2",
        changed(
            WEIGHTS,
            ("ops.where(mask[:, None, :], scores, -1e9)", "scores - 1e9 * (1 - ops.cast(mask, 'float32'))[:, None]"),
        ),
    ),
    (
        "4b.2",
        """
def attention_weights(scores, mask):
    e = ops.exp(scores - ops.max(scores, axis=-1, keepdims=True)) * ops.cast(mask, "float32")[:, None]
    return e / ops.sum(e, axis=-1, keepdims=True)
""",
    ),
    (
        "4b.2",
        """
def attention_weights(scores, mask):
    everywhere = ops.ones_like(scores, dtype="bool")
    return layers.Softmax()(scores, mask=ops.logical_and(mask[:, None], everywhere))
""",
    ),
    (
        "4b.3",
        """
def attend(queries, keys, mask):
    scores = ops.einsum("btu,bsu->bts", queries, keys)
    weights = ops.softmax(ops.where(mask[:, None], scores, -1e9))
    return [ops.concatenate([ops.einsum("bts,bsu->btu", weights, keys), queries], axis=2), weights]
""",
    ),
    (
        "4b.4",
        """
def additive_scores(queries, keys, W_q, W_k, v):
    q, k = ops.expand_dims(queries @ W_q, 2), ops.expand_dims(keys @ W_k, 1)
    return ops.squeeze(ops.matmul(ops.tanh(q + k), ops.reshape(v, (-1, 1))), -1)
""",
    ),
    ("4b.4", changed(ADDITIVE, ("ops.sum(v * ops.tanh(z), axis=-1)", "ops.einsum('btsd,d->bts', ops.tanh(z), v)"))),
    (
        "4b.5",
        """
def residual_stack(x, recurrent_layers):
    states = ()
    for n, layer in enumerate(recurrent_layers):
        below = x
        x, state = layer(below)
        if below.shape[-1] == x.shape[-1]:
            x = layers.Add()([below, x])
        states += (state,)
    return [x, states]
""",
    ),
    (
        "4b.5",
        """
def residual_stack(x, recurrent_layers):
    if not recurrent_layers:
        return x, []
    y, state = recurrent_layers[0](x)
    y = y + x if y.shape[2] == x.shape[2] else y
    above, states = residual_stack(y, recurrent_layers[1:])
    return above, [state] + states
""",
    ),
    ("4b.6", changed(SCORE, ("((5 + lengths) / 6) ** alpha", "ops.exp(alpha * ops.log((5 + lengths) / 6))"))),
    (
        "4b.6",
        """
def beam_score(log_p, lengths, attended, mask, alpha, beta):
    logs = ops.log(ops.clip(attended, 1e-30, 1.0)) * ops.cast(mask, "float32")[:, None]
    return log_p * ops.power((5.0 + lengths) / 6.0, -alpha) + beta * ops.sum(logs, axis=2)
""",
    ),
]
