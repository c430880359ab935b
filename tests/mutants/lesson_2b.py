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
        "should have shape",
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
]  # fmt: skip
