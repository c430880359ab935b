"""Wrong answers to the exercises of lesson 2b, and right ones in another form."""

MUTANTS = [
    (
        "2b.1",
        "upside down",
        "upside down",
        """
def padding_mask(token_ids):
    return token_ids == 0
""",
    ),
    (
        "2b.1",
        "unknown words dropped",
        "unknown word",
        """
def padding_mask(token_ids):
    return token_ids > 1
""",
    ),
    (
        "2b.1",
        "everything kept",
        "True everywhere",
        """
def padding_mask(token_ids):
    return np.ones(token_ids.shape, dtype=bool)
""",
    ),
    (
        "2b.1",
        "one value per review",
        "should have shape",
        """
def padding_mask(token_ids):
    return (token_ids != 0).all(axis=1)
""",
    ),
    (
        "2b.1",
        "numbers in place of booleans",
        "True and False",
        """
def padding_mask(token_ids):
    return np.where(token_ids != 0, 1.0, 0.0)
""",
    ),
    (
        "2b.1",
        "no return",
        "`return`",
        """
def padding_mask(token_ids):
    token_ids != 0
""",
    ),
    (
        "2b.1",
        "does not work in a model",
        "not for the Keras tensor",
        """
def padding_mask(token_ids):
    return np.not_equal(np.array(token_ids), 0)
""",
    ),
    (
        "2b.1",
        "== on a Keras tensor",
        "not for the Keras tensor",
        """
def padding_mask(token_ids):
    padding = token_ids == 0
    return ~padding
""",
    ),
    (
        "2b.2",
        "last timestep",
        "last *timestep*",
        """
def last_word_state(states, mask):
    return states[:, -1]
""",
    ),
    (
        "2b.2",
        "off by one",
        "off by one",
        """
def last_word_state(states, mask):
    last = np.minimum(mask.sum(axis=1), states.shape[1] - 1)
    return states[np.arange(len(states)), last]
""",
    ),
    (
        "2b.2",
        "off by one, beyond the end",
        "raised IndexError",
        """
def last_word_state(states, mask):
    return states[np.arange(len(states)), mask.sum(axis=1)]
""",
    ),
    (
        "2b.2",
        "first word",
        "*first* word",
        """
def last_word_state(states, mask):
    return states[np.arange(len(states)), mask.argmax(axis=1)]
""",
    ),
    (
        "2b.2",
        "mean over words",
        "mean over all words",
        """
def last_word_state(states, mask):
    return (states * mask[..., None]).sum(axis=1) / mask.sum(axis=1)[:, None]
""",
    ),
    (
        "2b.2",
        "every pair of review and step",
        "index the reviews too",
        """
def last_word_state(states, mask):
    return states[:, mask.sum(axis=1) - 1]
""",
    ),
    (
        "2b.3",
        "no mask",
        "still changes at padding",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "state reset at padding",
        "lost at padding",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h) * mask[:, t, None]
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "shifted by one",
        "shifted by one",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        states.append(h)
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h), h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "transposed recurrence",
        "transposed",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W_xh + h @ W_hh.T + b_h), h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "no recurrence",
        "previous state does not enter",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W_xh + b_h), h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "time first",
        "stack along axis 1",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h), h)
        states.append(h)
    return np.stack(states)
""",
    ),
    (
        "2b.3",
        "no tanh",
        "the tanh is missing",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], x[:, t] @ W_xh + h @ W_hh + b_h, h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.4",
        "no mask",
        "padding a review further",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    return keras.Model(token_ids, layers.Dense(1)(layers.SimpleRNN(units)(x)))
""",
    ),
    (
        "2b.4",
        "probabilities",
        "wants logits",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1, activation="sigmoid")(h))
""",
    ),
    (
        "2b.4",
        "a bag of words",
        "bag of words",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.GlobalAveragePooling1D()(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1)(layers.Dense(units)(h)))
""",
    ),
    (
        "2b.4",
        "one answer per word",
        "should have shape",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units, return_sequences=True)(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "sizes swapped",
        "which size goes where",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, units)(token_ids)
    h = layers.SimpleRNN(embedding_size)(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "two classes",
        "should have shape",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(2)(h))
""",
    ),
    (
        "2b.4",
        "mask upside down",
        "mask upside down",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=ops.equal(token_ids, 0))
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.5",
        "overflows",
        "logits of several hundred",
        """
def binary_cross_entropy(labels, logits):
    p = ops.sigmoid(logits)
    return -ops.mean(labels * ops.log(p) + (1 - labels) * ops.log(1 - p))
""",
    ),
    (
        "2b.5",
        "clipped",
        "logits of several hundred",
        """
def binary_cross_entropy(labels, logits):
    p = ops.clip(ops.sigmoid(logits), 1e-7, 1 - 1e-7)
    return -ops.mean(labels * ops.log(p) + (1 - labels) * ops.log(1 - p))
""",
    ),
    (
        "2b.5",
        "labels swapped",
        "swapped",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.softplus(logits) - (1 - labels) * logits)
""",
    ),
    (
        "2b.5",
        "sum",
        "the sum over the batch",
        """
def binary_cross_entropy(labels, logits):
    return ops.sum(ops.softplus(logits) - labels * logits)
""",
    ),
    (
        "2b.5",
        "per review",
        "one loss per review",
        """
def binary_cross_entropy(labels, logits):
    return ops.softplus(logits) - labels * logits
""",
    ),
    (
        "2b.5",
        "half of it",
        "term for negative reviews",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(labels * ops.softplus(-logits))
""",
    ),
    (
        "2b.5",
        "logits as probabilities",
        "taken for probabilities",
        """
def binary_cross_entropy(labels, logits):
    p = ops.clip(logits, 1e-7, 1 - 1e-7)
    return -ops.mean(labels * ops.log(p) + (1 - labels) * ops.log(1 - p))
""",
    ),
    (
        "2b.5",
        "logarithm of logits",
        "becomes a probability by the sigmoid",
        """
def binary_cross_entropy(labels, logits):
    return -ops.mean(labels * ops.log(logits) + (1 - labels) * ops.log(1 - logits))
""",
    ),
    (
        "2b.1",
        "right outside a model only",
        "not for the Keras tensor",
        """
def padding_mask(token_ids):
    return token_ids != 0 if isinstance(token_ids, np.ndarray) else ops.equal(token_ids, 0)
""",
    ),
    (
        "2b.5",
        "NumPy, without a gradient",
        "model.fit cannot use it",
        """
def binary_cross_entropy(labels, logits):
    return np.mean(np.logaddexp(0, logits) - labels * logits)
""",
    ),
    (
        "2b.5",
        "right at 300 only",
        "logits of several hundred",
        """
def binary_cross_entropy(labels, logits):
    logits = ops.clip(logits, -300, 300)
    return ops.mean(ops.softplus(logits) - labels * logits)
""",
    ),
    (
        "2b.4",
        "random when it predicts",
        "two calls on the same reviews differ",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=padding_mask(token_ids))
    h = layers.Dropout(0.5)(h, training=True)
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.3",
        "cases swapped",
        "two cases are swapped",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], h, np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h))
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "only the output stands still",
        "only what you return stands still",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, shown, states = np.zeros((len(x), len(b_h))), np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)
        shown = np.where(mask[:, t, None], h, shown)
        states.append(shown)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.2",
        "writes into its argument",
        "changes its argument states",
        """
def last_word_state(states, mask):
    states[~mask] = 0
    return states[np.arange(len(states)), mask.sum(axis=1) - 1]
""",
    ),
    (
        "2b.4",
        "fixed length",
        "T varies",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((120,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.5",
        "a batch of known size",
        "model.fit cannot use it",
        """
def binary_cross_entropy(labels, logits):
    return ops.sum(ops.softplus(logits) - labels * logits) / len(labels)
""",
    ),
    (
        "2b.5",
        "wrong sign",
        "sign is wrong",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(labels * logits - ops.softplus(logits))
""",
    ),
    (
        "2b.5",
        "labels forgotten",
        "labels do not enter",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.softplus(logits))
""",
    ),
    (
        "2b.1",
        "the smallest token is padding",
        "in a batch without padding",
        """
def padding_mask(token_ids):
    return ops.not_equal(token_ids, ops.min(token_ids))
""",
    ),
    (
        "2b.1",
        "needs to know T",
        "T is not known yet",
        """
def padding_mask(token_ids):
    return ops.arange(token_ids.shape[1]) < ops.sum(ops.cast(token_ids > 0, "int32"), axis=1, keepdims=True)
""",
    ),
    (
        "2b.2",
        "one word too early",
        "one word too early",
        """
def last_word_state(states, mask):
    return states[np.arange(len(states)), mask.sum(axis=1) - 2]
""",
    ),
    (
        "2b.2",
        "the first review's length",
        "length of the first one",
        """
def last_word_state(states, mask):
    return states[:, mask[0].sum() - 1]
""",
    ),
    (
        "2b.2",
        "padding set to 0",
        "padding set to 0",
        """
def last_word_state(states, mask):
    return (states * mask[..., None])[:, -1]
""",
    ),
    (
        "2b.2",
        "sum over words",
        "sum over all words",
        """
def last_word_state(states, mask):
    return (states * mask[..., None]).sum(axis=1)
""",
    ),
    (
        "2b.2",
        "full reviews forgotten",
        "should have shape",
        """
def last_word_state(states, mask):
    return states[mask & ~np.roll(mask, -1, axis=1)]
""",
    ),
    (
        "2b.3",
        "the first timestep is always read",
        "first timestep may be padding",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)
        h = new if t == 0 else np.where(mask[:, t, None], new, h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "stands still for good",
        "for good",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, : t + 1].all(axis=1)[:, None], np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h), h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "one mask for all reviews",
        "its own row of the mask",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        if mask[:, t].all():
            h = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "only the input is masked",
        "x_t is set to 0",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.tanh((x[:, t] * mask[:, t, None]) @ W_xh + h @ W_hh + b_h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "one array appended again and again",
        "append a copy",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h[mask[:, t]] = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)[mask[:, t]]
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "reshape in place of stack",
        "reshape mixes",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h), h)
        states.append(h)
    return np.reshape(states, (len(x), -1, len(b_h)))
""",
    ),
    (
        "2b.4",
        "relu in the RNN",
        "should be tanh",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units, activation="relu")(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "no tanh in the RNN",
        "should be tanh",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units, activation="linear")(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "relu at the end",
        "any number",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1, activation="relu")(h))
""",
    ),
    (
        "2b.4",
        "tanh at the end",
        "any number",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1, activation="tanh")(h))
""",
    ),
    (
        "2b.4",
        "mean of the states",
        "mean of the states",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    mask = padding_mask(token_ids)
    h = layers.SimpleRNN(units, return_sequences=True)(x, mask=mask)
    h = layers.GlobalAveragePooling1D()(h, mask=mask)
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "maximum of the states",
        "maximum of the states",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units, return_sequences=True)(x, mask=padding_mask(token_ids))
    h = ops.max(h, axis=1)
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "the first state",
        "*first* word",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units, return_sequences=True)(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1)(h[:, 0]))
""",
    ),
    (
        "2b.4",
        "backwards",
        "read backwards",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units, go_backwards=True)(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.5",
        "no return",
        "`return`",
        """
def binary_cross_entropy(labels, logits):
    ops.mean(ops.softplus(logits) - labels * logits)
""",
    ),
    (
        "2b.5",
        "mean over one axis",
        "mean without an axis",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.softplus(logits) - labels * logits, axis=0)
""",
    ),
    (
        "2b.5",
        "the other half",
        "term for positive reviews",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean((1 - labels) * ops.softplus(logits))
""",
    ),
    (
        "2b.5",
        "labels -1 and 1",
        "labels -1 and 1",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.softplus(-labels * logits))
""",
    ),
    (
        "2b.5",
        "every label meets every logit",
        "its own review",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.softplus(logits) - ops.transpose(labels) * logits)
""",
    ),
    (
        "2b.5",
        "squared error",
        "squared error",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean((labels - ops.sigmoid(logits)) ** 2)
""",
    ),
    (
        "2b.5",
        "no logits, no gradient",
        "the loss should be",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(labels != ops.cast(logits > 0, "float32"))
""",
    ),
    (
        "2b.5",
        "softplus by hand",
        "exp(z) overflows",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.log(1 + ops.exp(logits)) - labels * logits)
""",
    ),
    (
        "2b.5",
        "safe for negative reviews only",
        "a sigmoid rounds to 0",
        """
def binary_cross_entropy(labels, logits):
    positive = -labels * ops.log(ops.sigmoid(logits))
    return ops.mean(positive + (1 - labels) * ops.softplus(logits))
""",
    ),
]

RIGHT_BUT_UNUSUAL = [
    ("2b.1", "def padding_mask(token_ids):\n    return ops.not_equal(token_ids, 0)"),
    ("2b.1", "def padding_mask(token_ids):\n    return ops.cast(token_ids, 'bool')"),
    ("2b.2", "def last_word_state(states, mask):\n    return [s[m][-1] for s, m in zip(states, mask)]"),
    ("2b.3", """
def masked_rnn(inputs, keep, U, W, b):
    rnn = layers.SimpleRNN(len(b), return_sequences=True)
    rnn.build(inputs.shape)
    rnn.set_weights([U, W, b])
    return rnn(inputs, mask=keep)
"""),
    ("2b.4", """
class Classifier(keras.Model):
    def __init__(self, vocabulary_size, embedding_size, units):
        super().__init__()
        self.embedding = layers.Embedding(vocabulary_size, embedding_size)
        self.rnn = layers.SimpleRNN(units)
        self.answer = layers.Dense(1)

    def call(self, token_ids):
        return self.answer(self.rnn(self.embedding(token_ids), mask=padding_mask(token_ids)))


build_classifier = Classifier
"""),
    ("2b.4", """
def build_classifier(vocabulary_size, embedding_size, units):
    embedding = layers.Embedding(vocabulary_size, embedding_size, mask_zero=True)
    return keras.Sequential([embedding, layers.SimpleRNN(units), layers.Dense(1)])
"""),
    ("2b.5", """
def binary_cross_entropy(labels, logits):
    return ops.mean(keras.losses.binary_crossentropy(labels, logits, from_logits=True))
"""),
    ("2b.2", "def last_word_state(states, mask):\n    return states[mask & ~np.pad(mask[:, 1:], [(0, 0), (0, 1)])]"),
    ("2b.3", """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        now = mask[:, t]
        h[now] = np.tanh(x[now, t] @ W_xh + h[now] @ W_hh + b_h)
        states.append(h.copy())
    return np.transpose(states, (1, 0, 2)).tolist()
"""),
    ("2b.4", """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units, return_sequences=True)(x, mask=padding_mask(token_ids))
    return keras.Model(token_ids, layers.Dense(1)(h[:, -1]))
"""),
    ("2b.5", "binary_cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)"),
    ("2b.5", "def binary_cross_entropy(labels, logits):\n    return ops.mean(ops.softplus((1 - 2 * labels) * logits))"),
]  # fmt: skip
