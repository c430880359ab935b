"""Wrong answers to the exercises of lesson 2b, and right ones in another form."""

MUTANTS = [
    (
        "2b.1",
        "the first opinion",
        "*first* opinion word",
        """
def last_opinion(words, weight):
    for word in words:
        if word in weight:
            return weight[word]
    return 0.0
""",
    ),
    (
        "2b.1",
        "the last word only",
        "very last word",
        """
def last_opinion(words, weight):
    return weight.get(words[-1], 0.0) if words else 0.0
""",
    ),
    (
        "2b.1",
        "gives up at the first neutral word",
        "very last word",
        """
def last_opinion(words, weight):
    for word in reversed(words):
        if word in weight:
            return weight[word]
        return 0.0
""",
    ),
    (
        "2b.1",
        "overwritten by neutral words",
        "very last word",
        """
def last_opinion(words, weight):
    last = 0.0
    for word in words:
        last = weight.get(word, 0.0)
    return last
""",
    ),
    (
        "2b.1",
        "0.0 counts as false",
        "counts as false",
        """
def last_opinion(words, weight):
    for word in reversed(words):
        if weight.get(word):
            return weight[word]
    return 0.0
""",
    ),
    (
        "2b.1",
        "blame passed over",
        "blame is skipped",
        """
def last_opinion(words, weight):
    for word in reversed(words):
        if weight.get(word, 0.0) > 0:
            return weight[word]
    return 0.0
""",
    ),
    (
        "2b.1",
        "the sum",
        "sum over all opinion words",
        """
def last_opinion(words, weight):
    return sum(weight.get(word, 0.0) for word in words)
""",
    ),
    (
        "2b.1",
        "the mean",
        "mean over all opinion words",
        """
def last_opinion(words, weight):
    found = [weight[word] for word in words if word in weight]
    return np.mean(found) if found else 0.0
""",
    ),
    (
        "2b.1",
        "the strongest",
        "strongest opinion",
        """
def last_opinion(words, weight):
    return max((weight[word] for word in words if word in weight), key=abs, default=0.0)
""",
    ),
    (
        "2b.1",
        "None without an opinion",
        "where there is no opinion word",
        """
def last_opinion(words, weight):
    for word in reversed(words):
        if word in weight:
            return weight[word]
""",
    ),
    (
        "2b.1",
        "nan without an opinion",
        "where there is no opinion word",
        """
def last_opinion(words, weight):
    found = [weight[word] for word in words if word in weight]
    return found[-1] if found else float("nan")
""",
    ),
    (
        "2b.1",
        "no return",
        "`return`",
        """
def last_opinion(words, weight):
    [weight[word] for word in words if word in weight]
""",
    ),
    (
        "2b.1",
        "an empty review",
        "for the words [], your code raised IndexError",
        """
def last_opinion(words, weight):
    if not any(word in weight for word in words[:-1]):
        return weight.get(words[-1], 0.0)
    return [weight[word] for word in words if word in weight][-1]
""",
    ),
    (
        "2b.1",
        "no opinion at all",
        "your code raised IndexError",
        """
def last_opinion(words, weight):
    return [weight[word] for word in words if word in weight][-1]
""",
    ),
    (
        "2b.1",
        "reverses the list",
        "changes the list `words`",
        """
def last_opinion(words, weight):
    words.reverse()
    for word in words:
        if word in weight:
            return weight[word]
    return 0.0
""",
    ),
    (
        "2b.1",
        "empties the list",
        "changes the list `words`",
        """
def last_opinion(words, weight):
    while words:
        word = words.pop()
        if word in weight:
            return weight[word]
    return 0.0
""",
    ),
    (
        "2b.1",
        "takes words out of the dictionary",
        "changes the dictionary `weight`",
        """
def last_opinion(words, weight):
    for word in reversed(words):
        if word in weight:
            return weight.pop(word)
    return 0.0
""",
    ),
    (
        "2b.1",
        "adds words to the dictionary",
        "changes the dictionary `weight`",
        """
def last_opinion(words, weight):
    last = 0.0
    for word in words:
        known = word in weight
        number = weight.setdefault(word, 0.0)
        last = number if known else last
    return last
""",
    ),
    (
        "2b.1",
        "never looks at the first word",
        "first word of the review is never",
        """
def last_opinion(words, weight):
    for place in range(len(words) - 1, 0, -1):
        if words[place] in weight:
            return weight[words[place]]
    return 0.0
""",
    ),
    (
        "2b.1",
        "never looks at the last word",
        "last word of the review is never",
        """
def last_opinion(words, weight):
    for word in words[-2::-1]:
        if word in weight:
            return weight[word]
    return 0.0
""",
    ),
    (
        "2b.1",
        "a word has one place",
        "its last place counts",
        """
def last_opinion(words, weight):
    found = [word for word in words if word in weight]
    return weight[max(found, key=words.index)] if found else 0.0
""",
    ),
    (
        "2b.1",
        "the order of the dictionary",
        "order is that of the dictionary",
        """
def last_opinion(words, weight):
    last = 0.0
    for word, number in weight.items():
        if word in words:
            last = number
    return last
""",
    ),
    (
        "2b.1",
        "parts of words",
        "parts of words",
        """
def last_opinion(words, weight):
    for word in reversed(words):
        for opinion in weight:
            if opinion in word:
                return weight[opinion]
    return 0.0
""",
    ),
    (
        "2b.1",
        "the sign only",
        "only the sign",
        """
def last_opinion(words, weight):
    for word in reversed(words):
        if word in weight:
            return float(np.sign(weight[word]))
    return 0.0
""",
    ),
    (
        "2b.1",
        "the word itself",
        "where numbers were expected",
        """
def last_opinion(words, weight):
    for word in reversed(words):
        if word in weight:
            return word
    return 0.0
""",
    ),
    (
        "2b.1",
        "its place",
        "place of the last opinion word",
        """
def last_opinion(words, weight):
    for place in reversed(range(len(words))):
        if words[place] in weight:
            return place
    return 0
""",
    ),
    (
        "2b.1",
        "the last but one",
        "last opinion but one",
        """
def last_opinion(words, weight):
    found = [weight[word] for word in words if word in weight]
    return found[-2] if len(found) > 1 else 0.0
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
    h = layers.SimpleRNN(units)(x, mask=token_ids != 0)
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
    h = layers.GlobalAveragePooling1D()(x, mask=token_ids != 0)
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
    h = layers.SimpleRNN(units, return_sequences=True)(x, mask=token_ids != 0)
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
    h = layers.SimpleRNN(embedding_size)(x, mask=token_ids != 0)
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
    h = layers.SimpleRNN(units)(x, mask=token_ids != 0)
    return keras.Model(token_ids, layers.Dense(2)(h))
""",
    ),
    (
        "2b.4",
        "mask upside down",
        "mask inverted",
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
        "treated as probabilities",
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
    h = layers.SimpleRNN(units)(x, mask=token_ids != 0)
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
        "only the returned states are held",
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
    h = layers.SimpleRNN(units)(x, mask=token_ids != 0)
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
        "never changes again",
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
    h = layers.SimpleRNN(units, activation="relu")(x, mask=token_ids != 0)
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
    h = layers.SimpleRNN(units, activation="linear")(x, mask=token_ids != 0)
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
    h = layers.SimpleRNN(units)(x, mask=token_ids != 0)
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
    h = layers.SimpleRNN(units)(x, mask=token_ids != 0)
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
    mask = token_ids != 0
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
    h = layers.SimpleRNN(units, return_sequences=True)(x, mask=token_ids != 0)
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
    h = layers.SimpleRNN(units, return_sequences=True)(x, mask=token_ids != 0)
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
    h = layers.SimpleRNN(units, go_backwards=True)(x, mask=token_ids != 0)
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
        "share of errors",
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
    (
        "2b.2",
        "squeezed",
        "squeeze()",
        """
def last_word_state(states, mask):
    last = mask.sum(axis=1)[:, None, None] - 1
    return np.take_along_axis(states, last, axis=1).squeeze()
""",
    ),
    (
        "2b.2",
        "one unit squeezed",
        "squeeze()",
        """
def last_word_state(states, mask):
    return np.squeeze(states[np.arange(len(states)), mask.sum(axis=1) - 1])
""",
    ),
    (
        "2b.2",
        "the maximum over words",
        "maximum over all words",
        """
def last_word_state(states, mask):
    return np.where(mask[..., None], states, -np.inf).max(axis=1)
""",
    ),
    (
        "2b.2",
        "padding known by its zeros",
        "padding is known from the mask",
        """
def last_word_state(states, mask):
    kept = [row[words] for row, words in zip(states, mask)]
    return np.array([row[np.any(row != 0, axis=1)][-1] for row in kept])
""",
    ),
    (
        "2b.2",
        "the first False",
        "off by one",
        """
def last_word_state(states, mask):
    return states[np.arange(len(states)), mask.argmin(axis=1)]
""",
    ),
    (
        "2b.3",
        "a mask rebuilt from its sum",
        "rebuilt from its sum",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        now = t < mask.sum(axis=1)
        h = np.where(now[:, None], np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h), h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "words moved to the front",
        "moved to the front",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    states = np.zeros((*x.shape[:2], len(b_h)))
    for b in range(len(x)):
        h = np.zeros(len(b_h))
        for n, word in enumerate(x[b][mask[b]]):
            h = states[b, n] = np.tanh(word @ W_xh + h @ W_hh + b_h)
    return states
""",
    ),
    (
        "2b.3",
        "squeezed",
        "squeeze()",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h), h)
        states.append(h)
    return np.stack(states, axis=1).squeeze()
""",
    ),
    (
        "2b.3",
        "a buffer of x's dtype",
        "x's dtype",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), np.zeros((*x.shape[:2], len(b_h)), x.dtype)
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h), h)
        states[:, t] = h
    return states
""",
    ),
    (
        "2b.3",
        "tanh by hand",
        "exp overflows",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        up = np.exp(x[:, t] @ W_xh + h @ W_hh + b_h)
        h = np.where(mask[:, t, None], (up - 1 / up) / (up + 1 / up), h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.3",
        "the input forgotten",
        "input does not enter",
        """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(h @ W_hh + b_h), h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    ),
    (
        "2b.4",
        "unknown words dropped",
        "unknown word",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=token_ids > 1)
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "dropout",
        "acts while it trains",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=token_ids != 0)
    h = layers.Dropout(0.1)(h)
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "dropout within the RNN",
        "acts while it trains",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units, recurrent_dropout=0.2)(x, mask=token_ids != 0)
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "a frozen embedding",
        "Embedding does not learn",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size, trainable=False)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=token_ids != 0)
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "no gradient to the embedding",
        "Embedding does not learn",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(ops.stop_gradient(x), mask=token_ids != 0)
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "all frozen",
        "does not learn",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=token_ids != 0)
    model = keras.Model(token_ids, layers.Dense(1)(h))
    model.trainable = False
    return model
""",
    ),
    (
        "2b.4",
        "a penalty on the weights",
        "regularizer",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units, kernel_regularizer="l2")(x, mask=token_ids != 0)
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "== on a Keras tensor",
        "== asks whether",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units)(x, mask=not (token_ids == 0))
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.4",
        "the sum of the states",
        "sum of the states",
        """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    mask = token_ids != 0
    h = layers.SimpleRNN(units, return_sequences=True)(x, mask=mask)
    h = ops.sum(h * ops.cast(mask, "float32")[..., None], axis=1)
    return keras.Model(token_ids, layers.Dense(1)(h))
""",
    ),
    (
        "2b.5",
        "a gradient that is nan",
        "gradient at large logits is nan",
        """
def binary_cross_entropy(labels, logits):
    positive = logits + ops.log1p(ops.exp(-logits))
    negative = ops.log1p(ops.exp(logits))
    return ops.mean(ops.where(logits > 0, positive, negative) - labels * logits)
""",
    ),
    (
        "2b.5",
        "no gradient where it is sure",
        "gradient at large logits is not",
        """
def binary_cross_entropy(labels, logits):
    z = ops.clip(logits, -60, 60)
    loss = ops.softplus(z) - labels * z
    right = ops.softplus(logits) - labels * logits
    return ops.mean(loss + ops.stop_gradient(right - loss))
""",
    ),
    (
        "2b.5",
        "the gradient stopped",
        "no gradient comes back",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.stop_gradient(ops.softplus(logits) - labels * logits))
""",
    ),
    (
        "2b.5",
        "half of the gradient stopped",
        "is not: it should be",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.softplus(logits) - ops.stop_gradient(labels * logits))
""",
    ),
    (
        "2b.5",
        "half the loss",
        "half the loss",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.softplus(logits) - labels * logits) / 2
""",
    ),
    (
        "2b.5",
        "without the logarithm",
        "exp(-|z|)",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.maximum(logits, 0.0) - labels * logits)
""",
    ),
    (
        "2b.5",
        "a sign",
        "sign before y z",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.softplus(logits) + labels * logits)
""",
    ),
    (
        "2b.5",
        "the label without its logit",
        "without its logit",
        """
def binary_cross_entropy(labels, logits):
    return ops.mean(ops.softplus(logits) - labels)
""",
    ),
    (
        "2b.6",
        "the batch forgotten",
        "share of 1 / batch",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return p - labels
""",
    ),
    (
        "2b.6",
        "the wrong sign",
        "the sign is wrong",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return (labels - p) / len(labels)
""",
    ),
    (
        "2b.6",
        "labels forgotten",
        "labels do not enter",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return p / len(labels)
""",
    ),
    (
        "2b.6",
        "labels swapped",
        "labels are swapped",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return (p - (1 - labels)) / len(labels)
""",
    ),
    (
        "2b.6",
        "the sigmoid's slope twice",
        "it cancels",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return (p - labels) * p * (1 - p) / len(labels)
""",
    ),
    (
        "2b.6",
        "the squared error",
        "squared error",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return 2 * (p - labels) * p * (1 - p) / len(labels)
""",
    ),
    (
        "2b.6",
        "by the probability",
        "with respect to the probability",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return (-labels / p + (1 - labels) / (1 - p)) / len(labels)
""",
    ),
    (
        "2b.6",
        "logits as probabilities",
        "treated as probabilities",
        """
def loss_gradient(labels, logits):
    return (logits - labels) / len(labels)
""",
    ),
    (
        "2b.6",
        "one number",
        "one number for the whole batch",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return (p - labels).mean()
""",
    ),
    (
        "2b.6",
        "one number along the batch",
        "one number for the whole batch",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return (p - labels).mean(axis=0, keepdims=True)
""",
    ),
    (
        "2b.6",
        "flat",
        "not (batch,)",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return ((p - labels) / len(labels)).ravel()
""",
    ),
    (
        "2b.6",
        "every label meets every logit",
        "every label with every logit",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return (p - labels.ravel()) / len(labels)
""",
    ),
    (
        "2b.6",
        "squeezed where the batch is one",
        "squeeze()",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    result = (p - labels) / len(labels)
    return result.squeeze() if len(labels) == 1 else result
""",
    ),
    (
        "2b.6",
        "divided by 2",
        "divided by 2",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return (p - labels) / 2
""",
    ),
    (
        "2b.6",
        "divided by the second axis",
        "share of 1 / batch",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return (p - labels) / labels.shape[1]
""",
    ),
    (
        "2b.6",
        "nan where exp overflows",
        "inf / inf",
        """
def loss_gradient(labels, logits):
    p = np.exp(logits) / (1 + np.exp(logits))
    return (p - labels) / len(labels)
""",
    ),
    (
        "2b.6",
        "not simplified",
        "simplified on paper",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    by_p = -labels / p + (1 - labels) / (1 - p)
    return by_p * p * (1 - p) / len(labels)
""",
    ),
    (
        "2b.6",
        "clipped and not simplified",
        "must not be divided by",
        """
def loss_gradient(labels, logits):
    p = np.clip(1 / (1 + np.exp(-logits)), 1e-7, 1 - 1e-7)
    slope = expit(logits) * (1 - expit(logits))
    return (-labels / p + (1 - labels) / (1 - p)) * slope / len(labels)
""",
    ),
    (
        "2b.6",
        "an array of integers",
        "cuts a probability to 0",
        """
def loss_gradient(labels, logits):
    p = np.zeros_like(logits)
    p[:] = 1 / (1 + np.exp(-logits))
    return (p - labels) / len(labels)
""",
    ),
    (
        "2b.6",
        "the probability rounded",
        "rounded to 0 or 1",
        """
def loss_gradient(labels, logits):
    return ((logits > 0) - labels) / len(labels)
""",
    ),
    (
        "2b.6",
        "tanh",
        "tanh stands where",
        """
def loss_gradient(labels, logits):
    return (np.tanh(logits) - labels) / len(labels)
""",
    ),
    (
        "2b.6",
        "the probability of the other class",
        "*negative* review",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(logits))
    return (p - labels) / len(labels)
""",
    ),
    (
        "2b.6",
        "the loss",
        "its derivative is wanted",
        """
def loss_gradient(labels, logits):
    return np.logaddexp(0, logits) - labels * logits
""",
    ),
    (
        "2b.6",
        "writes into the logits",
        "changes its argument logits",
        """
def loss_gradient(labels, logits):
    logits *= -1
    return (1 / (1 + np.exp(logits)) - labels) / len(labels)
""",
    ),
    (
        "2b.6",
        "no return",
        "`return`",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    (p - labels) / len(labels)
""",
    ),
    (
        "2b.6",
        "something else",
        "has the derivative",
        """
def loss_gradient(labels, logits):
    p = 1 / (1 + np.exp(-logits))
    return (p - labels) / len(labels) + 0.01
""",
    ),
    (
        "2b.7",
        "W_hh below 1",
        "left, 100 neutral words on",
        """
def latch():
    return np.array([[4.0]]), np.array([[0.9]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "W_hh exactly 1",
        "like 1/√t",
        """
def latch():
    return np.array([[4.0]]), np.array([[1.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "W_hh barely above 1",
        "barely above 1",
        """
def latch():
    return np.array([[4.0]]), np.array([[1.002]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "W_hh negative",
        "changes its sign at every neutral word",
        """
def latch():
    return np.array([[4.0]]), np.array([[-2.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "W_hh is 0",
        "W_hh is 0",
        """
def latch():
    return np.array([[4.0]]), np.array([[0.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "a state too strong to flip",
        "too small for W_hh",
        """
def latch():
    return np.array([[2.0]]), np.array([[4.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "flips after one opinion only",
        "many equal opinions",
        """
def latch():
    return np.array([[1.95]]), np.array([[2.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "as strong as what it must flip",
        "clearly larger",
        """
def latch():
    return np.array([[5.0]]), np.array([[5.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "exchanged",
        "too small for W_hh",
        """
def latch():
    W_xh, W_hh, b_h = np.array([[4.0]]), np.array([[2.0]]), np.zeros(1)
    return W_hh, W_xh, b_h
""",
    ),
    (
        "2b.7",
        "so strong that nothing is left to flip",
        "too small for W_hh",
        """
def latch():
    return np.array([[20.0]]), np.array([[20.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "W_xh small",
        "after an opinion the state is only",
        """
def latch():
    return np.array([[0.05]]), np.array([[2.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "W_xh negative",
        "praise, +1, is stored as a negative state",
        """
def latch():
    return np.array([[-4.0]]), np.array([[2.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "W_xh is 0",
        "no word ever changes",
        """
def latch():
    return np.array([[0.0]]), np.array([[2.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "an opinion at the start",
        "opinion before there was one",
        """
def latch():
    return np.array([[4.0]]), np.array([[2.0]]), np.array([0.1])
""",
    ),
    (
        "2b.7",
        "a bias of 1",
        "opinion before there was one",
        """
def latch():
    return np.array([[4.0]]), np.array([[2.0]]), np.ones(1)
""",
    ),
    (
        "2b.7",
        "a very small bias",
        "opinion before there was one",
        """
def latch():
    return np.array([[4.0]]), np.array([[2.0]]), np.array([-1e-9])
""",
    ),
    (
        "2b.7",
        "plain numbers",
        "W_xh should have shape (inputs, units) = (1, 1)",
        """
def latch():
    return 4.0, 2.0, 0.0
""",
    ),
    (
        "2b.7",
        "vectors",
        "W_xh should have shape",
        """
def latch():
    return np.array([4.0]), np.array([2.0]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "a bias with two axes",
        "b_h should have shape (units,) = (1,)",
        """
def latch():
    return np.array([[4.0]]), np.array([[2.0]]), np.zeros((1, 1))
""",
    ),
    (
        "2b.7",
        "no bias",
        "return 3 things",
        """
def latch():
    return np.array([[4.0]]), np.array([[2.0]])
""",
    ),
    (
        "2b.7",
        "no return",
        "`return`",
        """
def latch():
    W_xh, W_hh, b_h = np.array([[4.0]]), np.array([[2.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "drawn",
        "changes from call to call",
        """
def latch():
    return 4 + np.random.rand(1, 1), 2 + np.random.rand(1, 1), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "without an end",
        "finite",
        """
def latch():
    return np.array([[np.inf]]), np.array([[2.0]]), np.zeros(1)
""",
    ),
    (
        "2b.7",
        "the identity, as for an accumulator",
        "like 1/√t",
        """
def latch():
    return np.eye(1), np.eye(1), np.zeros(1)
""",
    ),
]

RIGHT_BUT_UNUSUAL = [
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
        return self.answer(self.rnn(self.embedding(token_ids), mask=token_ids != 0))


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
    h = layers.SimpleRNN(units, return_sequences=True)(x, mask=token_ids != 0)
    return keras.Model(token_ids, layers.Dense(1)(h[:, -1]))
"""),
    ("2b.5", "binary_cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)"),
    ("2b.5", "def binary_cross_entropy(labels, logits):\n    return ops.mean(ops.softplus((1 - 2 * labels) * logits))"),
    ("2b.1", "def last_opinion(words, weight):\n    return next((weight[w] for w in words[::-1] if w in weight), 0)"),
    ("2b.1", "def last_opinion(words, weight):\n    return ([0] + [weight[w] for w in words if w in weight])[-1]"),
    ("2b.1", """
def last_opinion(words, weight):
    last = 0.0
    for word in words:
        last = weight.get(word, last)
    return np.float32(last)
"""),
    ("2b.1", """
def last_opinion(words, weight):
    if not words:
        return 0.0
    *before, word = words
    return weight[word] if word in weight else last_opinion(before, weight)
"""),
    ("2b.2", """
def last_word_state(states, mask):
    return np.take_along_axis(states, mask.sum(axis=1)[:, None, None] - 1, axis=1).squeeze(axis=1)
"""),
    ("2b.2", """
def last_word_state(states, mask):
    last = mask & ~np.roll(mask, -1, axis=1)
    last[:, -1] = mask[:, -1]
    return np.einsum("btu,bt->bu", states, last)
"""),
    ("2b.2", """
def last_word_state(states, mask):
    return states[range(len(mask)), np.argmin(mask, axis=1) - 1]
"""),
    ("2b.3", """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h = np.zeros((x.shape[1] + 1, len(x), len(b_h)))
    for t in range(x.shape[1]):
        now = mask[:, t : t + 1]
        h[t + 1] = now * np.tanh(x[:, t] @ W_xh + h[t] @ W_hh + b_h) + (1 - now) * h[t]
    return h[1:].swapaxes(0, 1)
"""),
    ("2b.4", """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int64")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.RNN(layers.SimpleRNNCell(units))(x, mask=ops.cast(token_ids, "bool"))
    return keras.Model(token_ids, layers.Dense(1)(h))
"""),
    ("2b.4", """
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    h = layers.SimpleRNN(units, return_sequences=True)(x)
    last = ops.sum(ops.cast(token_ids > 0, "int32"), axis=1) - 1
    h = ops.take_along_axis(h, last[:, None, None], axis=1)[:, 0]
    return keras.Model(token_ids, layers.Dense(1)(h))
"""),
    ("2b.5", """
def binary_cross_entropy(labels, logits):
    tail = ops.log1p(ops.exp(-ops.abs(logits)))
    return ops.mean(ops.maximum(logits, 0.0) - labels * logits + tail)
"""),
    ("2b.5", """
def binary_cross_entropy(labels, logits):
    return -ops.mean(ops.log_sigmoid((2 * labels - 1) * logits))
"""),
    ("2b.5", """
def binary_cross_entropy(labels, logits):
    return ops.mean(labels * ops.softplus(-logits) + (1 - labels) * ops.softplus(logits))
"""),
    ("2b.6", "def loss_gradient(labels, logits):\n    return (1 / (1 + np.exp(-logits)) - labels) / len(labels)"),
    ("2b.6", "def loss_gradient(labels, logits):\n    return (np.tanh(logits / 2) / 2 + 0.5 - labels) / labels.size"),
    ("2b.6", """
def loss_gradient(labels, logits):
    small = np.exp(-np.abs(logits))
    p = np.where(logits >= 0, 1, small) / (1 + small)
    return np.where(labels == 1, p - 1, p) / labels.shape[0]
"""),
    ("2b.6", """
def loss_gradient(labels, logits):
    return [[(1 / (1 + np.exp(-min(max(z, -700), 700))) - y) / len(labels)] for [y], [z] in zip(labels, logits)]
"""),
    ("2b.6", "def loss_gradient(labels, logits):\n    return (ops.sigmoid(logits * 1.0) - labels) / len(labels)"),
    ("2b.7", "def latch():\n    return [[3]], [[1.5]], [0]"),
    ("2b.7", "def latch():\n    return np.array([[2.2]]), np.array([[2.0]]), np.zeros(1)"),
    ("2b.7", "def latch():\n    return np.float32([[1e6]]), np.float32([[1.01]]), np.float32([-0.0])"),
    ("2b.7", "def latch():\n    return [ops.convert_to_tensor(w) for w in ([[2.5]], [[1.9]], [0.0])]"),
]  # fmt: skip
