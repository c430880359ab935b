"""Wrong answers to the exercises of lesson 2b, and right ones in another form."""

from mutants import changed


def opinion(test="word in weight", over="reversed(words)", value="weight[word]", otherwise="return 0.0"):
    """An answer to 2b.1 that goes through the words."""
    return f"""
def last_opinion(words, weight):
    for word in {over}:
        if {test}:
            return {value}
    {otherwise}
"""


def of_found(returned, each="weight[word]"):
    """An answer to 2b.1 that chooses among what it found."""
    return f"""
def last_opinion(words, weight):
    found = [{each} for word in words if word in weight]
    {returned}
"""


def kept_up(update):
    """An answer to 2b.1 that goes through the words and keeps a number."""
    return f"""
def last_opinion(words, weight):
    last = 0.0
    for word in words:
        {update}
    return last
"""


def state(last="mask.sum(axis=1) - 1", returned="states[np.arange(len(states)), last]"):
    """An answer to 2b.2."""
    return f"""
def last_word_state(states, mask):
    last = {last}
    return {returned}
"""


NEW = "np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)"


def rnn(new=NEW, h="np.where(now[:, None], new, h)", now="mask[:, t]", returned="np.stack(states, axis=1)", kept="h"):
    """An answer to 2b.3 from its parts."""
    return f"""
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        now = {now}
        new = {new}
        h = {h}
        states.append({kept})
    return {returned}
"""


def classifier(more="", mask="token_ids != 0", after="h = h", head="layers.Dense(1)", h="layers.SimpleRNN(units{})"):
    """An answer to 2b.4; more: arguments of the SimpleRNN."""
    return f"""
def build_classifier(vocabulary_size, embedding_size, units):
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary_size, embedding_size)(token_ids)
    mask = {mask}
    h = {h.format(more)}(x, mask=mask)
    {after}
    return keras.Model(token_ids, {head}(h))
"""


def sequences(after, **parts):
    """An answer to 2b.4 that makes something of all states, h."""
    return classifier(", return_sequences=True", after=after, **parts)


def loss(returned, before=""):
    """An answer to 2b.5."""
    return f"def binary_cross_entropy(labels, logits):\n    {before}\n    return {returned}\n"


CROSS = "-ops.mean(labels * ops.log(p) + (1 - labels) * ops.log(1 - p))"
SOFTPLUS = "ops.mean(ops.softplus(logits) - labels * logits)"


def gradient(returned="(p - labels) / len(labels)", p="1 / (1 + np.exp(-logits))", before="pass"):
    """An answer to 2b.6."""
    return f"def loss_gradient(labels, logits):\n    {before}\n    p = {p}\n    return {returned}\n"


def latch(w, u, b="np.zeros(1)"):
    """An answer to 2b.7."""
    return f"def latch():\n    return np.array([[{w}]]), np.array([[{u}]]), {b}\n"


LATCH = "def latch():\n    return "
MUTANTS = [
    ("2b.1", "the first opinion", "*first* opinion word", opinion(over="words")),
    (
        "2b.1",
        "the last word only",
        "very last word",
        "def last_opinion(words, weight):\n    return weight.get(words[-1], 0.0) if words else 0.0",
    ),
    (
        "2b.1",
        "gives up at the first neutral word",
        "very last word",
        opinion().replace("    return 0.0", "        return 0.0"),
    ),
    ("2b.1", "overwritten by neutral words", "very last word", kept_up("last = weight.get(word, 0.0)")),
    ("2b.1", "0.0 counts as false", "counts as false", opinion("weight.get(word)")),
    ("2b.1", "blame passed over", "blame is skipped", opinion("weight.get(word, 0.0) > 0")),
    ("2b.1", "the sum", "sum over all opinion words", of_found("return sum(found)")),
    ("2b.1", "the mean", "mean over all opinion words", of_found("return np.mean(found) if found else 0.0")),
    ("2b.1", "the strongest", "strongest opinion", of_found("return max(found, key=abs, default=0.0)")),
    ("2b.1", "None without an opinion", "where there is no opinion word", opinion(otherwise="return")),
    (
        "2b.1",
        "nan without an opinion",
        "where there is no opinion word",
        of_found("return found[-1] if found else float('nan')"),
    ),
    ("2b.1", "no return", "`return`", of_found("found[-1] if found else 0.0")),
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
    ("2b.1", "no opinion at all", "your code raised IndexError", of_found("return found[-1]")),
    (
        "2b.1",
        "reverses the list",
        "changes its argument words",
        opinion(over="words").replace("    for", "    words.reverse()\n    for"),
    ),
    (
        "2b.1",
        "empties the list",
        "changes its argument words",
        opinion(over="iter(words.pop, None)").replace("    for", "    words.insert(0, None)\n    for"),
    ),
    ("2b.1", "takes words out of the dictionary", "changes the dictionary `weight`", opinion(value="weight.pop(word)")),
    (
        "2b.1",
        "adds words to the dictionary",
        "changes the dictionary `weight`",
        kept_up("last = (last, weight.setdefault(word, 0.0))[word in weight]"),
    ),
    (
        "2b.1",
        "never looks at the first word",
        "first word of the review is never",
        opinion(over="(words[place] for place in range(len(words) - 1, 0, -1))"),
    ),
    ("2b.1", "never looks at the last word", "last word of the review is never", opinion(over="words[-2::-1]")),
    (
        "2b.1",
        "a word has one place",
        "its last place counts",
        of_found("return weight[max(found, key=words.index)] if found else 0.0", each="word"),
    ),
    (
        "2b.1",
        "the order of the dictionary",
        "order is that of the dictionary",
        kept_up("last = weight[word] if word in given else last").replace(
            "    for word in words", "    given = words\n    for word in weight"
        ),
    ),
    (
        "2b.1",
        "parts of words",
        "parts of words",
        opinion("any(o in word for o in weight)", value="next(weight[o] for o in weight if o in word)"),
    ),
    ("2b.1", "the sign only", "only the sign", opinion(value="float(np.sign(weight[word]))")),
    ("2b.1", "the word itself", "where numbers were expected", opinion(value="word")),
    (
        "2b.1",
        "its place",
        "place of the last opinion word",
        opinion("words[word] in weight", over="reversed(range(len(words)))", value="word"),
    ),
    ("2b.1", "the last but one", "last opinion but one", of_found("return found[-2] if len(found) > 1 else 0.0")),
    ("2b.2", "last timestep", "last *timestep*", state(returned="states[:, -1]")),
    ("2b.2", "off by one", "off by one", state("np.minimum(mask.sum(axis=1), states.shape[1] - 1)")),
    ("2b.2", "off by one, beyond the end", "raised IndexError", state("mask.sum(axis=1)")),
    ("2b.2", "first word", "*first* word", state("mask.argmax(axis=1)")),
    ("2b.2", "every pair of review and step", "index the reviews too", state(returned="states[:, last]")),
    ("2b.2", "one word too early", "one word too early", state("mask.sum(axis=1) - 2")),
    ("2b.2", "the first review's length", "length of the first one", state("mask[0].sum() - 1", "states[:, last]")),
    ("2b.2", "padding set to 0", "padding set to 0", state(returned="(states * mask[..., None])[:, -1]")),
    ("2b.2", "sum over words", "sum over all words", state(returned="(states * mask[..., None]).sum(axis=1)")),
    (
        "2b.2",
        "mean over words",
        "mean over all words",
        state(returned="(states * mask[..., None]).sum(axis=1) / mask.sum(axis=1)[:, None]"),
    ),
    (
        "2b.2",
        "the maximum over words",
        "maximum over all words",
        state(returned="np.where(mask[..., None], states, -np.inf).max(axis=1)"),
    ),
    (
        "2b.2",
        "full reviews forgotten",
        "should have shape",
        state(returned="states[mask & ~np.roll(mask, -1, axis=1)]"),
    ),
    (
        "2b.2",
        "writes into its argument",
        "changes its argument states",
        changed(state(), ("    return", "    states[~mask] = 0\n    return")),
    ),
    (
        "2b.2",
        "squeezed",
        "squeeze()",
        state(returned="np.take_along_axis(states, last[:, None, None], axis=1).squeeze()"),
    ),
    ("2b.2", "one unit squeezed", "squeeze()", state(returned="np.squeeze(states[np.arange(len(states)), last])")),
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
    ("2b.2", "the first False", "off by one", state("mask.argmin(axis=1)")),
    ("2b.3", "no mask", "still changes at padding", rnn(h="new")),
    ("2b.3", "state reset at padding", "lost at padding", rnn(h="new * now[:, None]")),
    (
        "2b.3",
        "shifted by one",
        "shifted by one",
        changed(
            rnn(),
            ("        new =", "        states.append(h)\n        new ="),
            (
                "        h = np.where(now[:, None], new, h)\n        states.append(h)\n",
                "        h = np.where(now[:, None], new, h)\n",
            ),
        ),
    ),
    ("2b.3", "transposed recurrence", "transposed", rnn(NEW.replace("W_hh", "W_hh.T"))),
    ("2b.3", "no recurrence", "previous state does not enter", rnn(NEW.replace("h @ W_hh + ", ""))),
    ("2b.3", "the input forgotten", "input does not enter", rnn(NEW.replace("x[:, t] @ W_xh + ", ""))),
    ("2b.3", "no tanh", "the tanh is missing", rnn(NEW.removeprefix("np.tanh"))),
    ("2b.3", "time first", "stack along axis 1", rnn(returned="np.stack(states)")),
    ("2b.3", "cases swapped", "swapped", rnn(h="np.where(now[:, None], h, new)")),
    (
        "2b.3",
        "only the output stands still",
        "only the returned states are held",
        rnn(h="new", kept="np.where(now[:, None], h, states[-1] if states else 0 * h)"),
    ),
    ("2b.3", "the first timestep is always read", "first timestep may be padding", rnn(now="mask[:, t] | (t == 0)")),
    ("2b.3", "stands still for good", "may follow padding", rnn(now="mask[:, : t + 1].all(axis=1)")),
    ("2b.3", "one mask for all reviews", "its own mask", rnn(h="new if now.all() else h")),
    (
        "2b.3",
        "only the input is masked",
        "x_t is set to 0",
        rnn(NEW.replace("x[:, t]", "(x[:, t] * now[:, None])"), "new"),
    ),
    (
        "2b.3",
        "one array appended again and again",
        "append a copy",
        changed(rnn(), ("h = np.where(now[:, None], new, h)", "h[now] = new[now]")),
    ),
    ("2b.3", "reshape in place of stack", "reshape mixes", rnn(returned="np.reshape(states, (len(x), -1, len(b_h)))")),
    ("2b.3", "a mask rebuilt from its sum", "rebuilt from its sum", rnn(now="t < mask.sum(axis=1)")),
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
        states[b, mask[b].sum() :] = h
    return states
""",
    ),
    ("2b.3", "squeezed", "squeeze()", rnn(returned="np.stack(states, axis=1).squeeze()")),
    (
        "2b.3",
        "a buffer of x's dtype",
        "array of integers cuts",
        rnn(returned="np.stack(states, axis=1).astype(x.dtype)"),
    ),
    (
        "2b.3",
        "tanh by hand",
        "exp overflows",
        changed(
            rnn(f"np.exp{NEW.removeprefix('np.tanh')}"),
            ("        h =", "        new = (new - 1 / new) / (new + 1 / new)\n        h ="),
        ),
    ),
    ("2b.4", "no mask", "padding a review further", classifier(mask="None")),
    ("2b.4", "probabilities", "wants logits", classifier(head='layers.Dense(1, activation="sigmoid")')),
    (
        "2b.4",
        "a bag of words",
        "bag of words",
        classifier(h="layers.GlobalAveragePooling1D()", after="h = layers.Dense(units)(h)"),
    ),
    ("2b.4", "one answer per word", "should have shape", sequences("h = h")),
    (
        "2b.4",
        "sizes swapped",
        "which size goes where",
        changed(classifier(), ("size, embedding_size)(", "size, units)("), ("RNN(units", "RNN(embedding_size")),
    ),
    ("2b.4", "two classes", "should have shape", classifier(head="layers.Dense(2)")),
    ("2b.4", "mask upside down", "mask inverted", classifier(mask="ops.equal(token_ids, 0)")),
    (
        "2b.4",
        "random when it predicts",
        "two calls on the same reviews differ",
        classifier(after="h = layers.Dropout(0.5)(h, training=True)"),
    ),
    ("2b.4", "fixed length", "T varies", changed(classifier(), ("(None,)", "(120,)"))),
    ("2b.4", "relu in the RNN", "should be tanh", classifier(', activation="relu"')),
    ("2b.4", "no tanh in the RNN", "should be tanh", classifier(', activation="linear"')),
    ("2b.4", "relu at the end", "any number", classifier(head='layers.Dense(1, activation="relu")')),
    ("2b.4", "tanh at the end", "any number", classifier(head='layers.Dense(1, activation="tanh")')),
    (
        "2b.4",
        "mean of the states",
        "mean of the states",
        sequences("h = layers.GlobalAveragePooling1D()(h, mask=mask)"),
    ),
    ("2b.4", "maximum of the states", "maximum of the states", sequences("h = ops.max(h, axis=1)")),
    ("2b.4", "the first state", "*first* word", sequences("h = h[:, 0]")),
    ("2b.4", "backwards", "read backwards", classifier(", go_backwards=True")),
    ("2b.4", "unknown words dropped", "unknown word", classifier(mask="token_ids > 1")),
    ("2b.4", "dropout", "acts while it trains", classifier(after="h = layers.Dropout(0.1)(h)")),
    ("2b.4", "dropout within the RNN", "acts while it trains", classifier(", recurrent_dropout=0.2")),
    (
        "2b.4",
        "a frozen embedding",
        "Embedding does not learn",
        changed(classifier(), ("embedding_size)(", "embedding_size, trainable=False)(")),
    ),
    (
        "2b.4",
        "no gradient to the embedding",
        "Embedding does not learn",
        changed(classifier(), ("(x, mask", "(ops.stop_gradient(x), mask")),
    ),
    (
        "2b.4",
        "all frozen",
        "does not learn",
        changed(
            classifier(),
            ("    return", "    model ="),
            ("(h))\n", "(h))\n    model.trainable = False\n    return model\n"),
        ),
    ),
    ("2b.4", "a penalty on the weights", "regularizer", classifier(', kernel_regularizer="l2"')),
    ("2b.4", "== on a Keras tensor", "== asks whether", classifier(mask="not (token_ids == 0)")),
    (
        "2b.4",
        "the sum of the states",
        "sum of the states",
        sequences('h = ops.sum(h * ops.cast(mask, "float32")[..., None], axis=1)'),
    ),
    ("2b.5", "overflows", "for logits such as", loss(CROSS, "p = ops.sigmoid(logits)")),
    ("2b.5", "clipped", "for logits such as", loss(CROSS, "p = ops.clip(ops.sigmoid(logits), 1e-7, 1 - 1e-7)")),
    ("2b.5", "labels swapped", "swapped", loss(SOFTPLUS.replace("labels", "(1 - labels)"))),
    ("2b.5", "sum", "this is the sum", loss(SOFTPLUS.replace("mean", "sum"))),
    ("2b.5", "per review", "one loss per review", loss(SOFTPLUS.removeprefix("ops.mean"))),
    ("2b.5", "half of it", "term for negative reviews", loss("ops.mean(labels * ops.softplus(-logits))")),
    ("2b.5", "the other half", "term for positive reviews", loss("ops.mean((1 - labels) * ops.softplus(logits))")),
    (
        "2b.5",
        "logits as probabilities",
        "treated as probabilities",
        loss(CROSS, "p = ops.clip(logits, 1e-7, 1 - 1e-7)"),
    ),
    ("2b.5", "logarithm of logits", "becomes a probability by the sigmoid", loss(CROSS, "p = logits")),
    (
        "2b.5",
        "NumPy, without a gradient",
        "model.fit cannot use it",
        loss("np.mean(np.logaddexp(0, logits) - labels * logits)"),
    ),
    ("2b.5", "right at 300 only", "a sigmoid rounds to 0", loss(SOFTPLUS, "logits = ops.clip(logits, -300, 300)")),
    (
        "2b.5",
        "a batch of known size",
        "model.fit cannot use it",
        loss(SOFTPLUS.replace("mean", "sum") + " / len(labels)"),
    ),
    ("2b.5", "wrong sign", "sign is wrong", loss(f"-{SOFTPLUS}")),
    ("2b.5", "labels forgotten", "labels do not enter", loss("ops.mean(ops.softplus(logits))")),
    ("2b.5", "no return", "`return`", loss("None")),
    ("2b.5", "mean over one axis", "mean without an axis", loss(SOFTPLUS[:-1] + ", axis=0)")),
    ("2b.5", "labels -1 and 1", "labels -1 and 1", loss("ops.mean(ops.softplus(-labels * logits))")),
    (
        "2b.5",
        "every label meets every logit",
        "its own review",
        loss(SOFTPLUS.replace("labels", "ops.transpose(labels)")),
    ),
    ("2b.5", "squared error", "squared error", loss("ops.mean((labels - ops.sigmoid(logits)) ** 2)")),
    (
        "2b.5",
        "no logits, no gradient",
        "share of errors",
        loss('ops.mean(labels != ops.cast(logits > 0, "float32"))'),
    ),
    ("2b.5", "softplus by hand", "exp(z) overflows", loss("ops.mean(ops.log(1 + ops.exp(logits)) - labels * logits)")),
    (
        "2b.5",
        "safe for negative reviews only",
        "a sigmoid rounds to 0",
        loss("ops.mean((1 - labels) * ops.softplus(logits) - labels * ops.log(ops.sigmoid(logits)))"),
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
    ("2b.5", "the gradient stopped", "no gradient comes back", loss(f"ops.stop_gradient({SOFTPLUS})")),
    (
        "2b.5",
        "half of the gradient stopped",
        "is not: it should be",
        loss("ops.mean(ops.softplus(logits) - ops.stop_gradient(labels * logits))"),
    ),
    ("2b.5", "half the loss", "a half too many", loss(f"{SOFTPLUS} / 2")),
    ("2b.5", "without the logarithm", "exp(-|z|)", loss("ops.mean(ops.maximum(logits, 0.0) - labels * logits)")),
    ("2b.5", "a sign", "sign before y z", loss(SOFTPLUS.replace("-", "+"))),
    ("2b.5", "the label without its logit", "without its logit", loss("ops.mean(ops.softplus(logits) - labels)")),
    ("2b.6", "the batch forgotten", "share of 1 / batch", gradient("p - labels")),
    ("2b.6", "the wrong sign", "the sign is wrong", gradient("(labels - p) / len(labels)")),
    ("2b.6", "labels forgotten", "labels do not enter", gradient("p / len(labels)")),
    ("2b.6", "labels swapped", "labels are swapped", gradient("(p - (1 - labels)) / len(labels)")),
    ("2b.6", "the sigmoid's slope twice", "it cancels", gradient("(p - labels) * p * (1 - p) / len(labels)")),
    ("2b.6", "the squared error", "squared error", gradient("2 * (p - labels) * p * (1 - p) / len(labels)")),
    (
        "2b.6",
        "by the probability",
        "with respect to the probability",
        gradient("(-labels / p + (1 - labels) / (1 - p)) / len(labels)"),
    ),
    ("2b.6", "logits as probabilities", "treated as probabilities", gradient(p="logits")),
    ("2b.6", "one number", "one number for the whole batch", gradient("(p - labels).mean()")),
    (
        "2b.6",
        "one number along the batch",
        "one number for the whole batch",
        gradient("(p - labels).mean(axis=0, keepdims=True)"),
    ),
    ("2b.6", "flat", "ravel()", gradient("((p - labels) / len(labels)).ravel()")),
    (
        "2b.6",
        "every label meets every logit",
        "every label with every logit",
        gradient("(p - labels.ravel()) / len(labels)"),
    ),
    (
        "2b.6",
        "squeezed where the batch is one",
        "squeeze()",
        gradient("np.squeeze(p - labels) if len(labels) == 1 else (p - labels) / len(labels)"),
    ),
    ("2b.6", "divided by 2", "divided by 2", gradient("(p - labels) / 2")),
    ("2b.6", "divided by the second axis", "share of 1 / batch", gradient("(p - labels) / labels.shape[1]")),
    ("2b.6", "nan where exp overflows", "inf / inf", gradient(p="np.exp(logits) / (1 + np.exp(logits))")),
    (
        "2b.6",
        "not simplified",
        "simplify on paper",
        gradient("(-labels / p + (1 - labels) / (1 - p)) * p * (1 - p) / len(labels)"),
    ),
    (
        "2b.6",
        "clipped and not simplified",
        "must not be divided by",
        gradient(
            "(-labels / p + (1 - labels) / (1 - p)) * expit(logits) * (1 - expit(logits)) / len(labels)",
            "np.clip(1 / (1 + np.exp(-logits)), 1e-7, 1 - 1e-7)",
        ),
    ),
    (
        "2b.6",
        "an array of integers",
        "cuts a probability to 0",
        gradient(p="np.zeros_like(logits); p[:] = 1 / (1 + np.exp(-logits))"),
    ),
    ("2b.6", "the probability rounded", "rounded to 0 or 1", gradient(p="logits > 0")),
    ("2b.6", "tanh", "tanh stands where", gradient(p="np.tanh(logits)")),
    ("2b.6", "the probability of the other class", "*negative* review", gradient(p="1 / (1 + np.exp(logits))")),
    ("2b.6", "the loss", "its derivative is wanted", gradient("np.logaddexp(0, logits) - labels * logits")),
    ("2b.6", "writes into the logits", "changes its argument logits", gradient(before="logits *= 1; logits += 1")),
    ("2b.6", "no return", "`return`", gradient("None")),
    ("2b.6", "something else", "derive softplus(z) - y z", gradient("(p - labels) / len(labels) + 0.01")),
    ("2b.7", "W_hh below 1", "after 100 neutral words", latch(4.0, 0.9)),
    ("2b.7", "W_hh exactly 1", "like 1/√t", latch(4.0, 1.0)),
    ("2b.7", "W_hh barely above 1", "barely above 1", latch(4.0, 1.002)),
    ("2b.7", "W_hh negative", "changes its sign at every neutral word", latch(4.0, -2.0)),
    ("2b.7", "W_hh is 0", "W_hh is 0", latch(4.0, 0.0)),
    ("2b.7", "a state too strong to flip, or exchanged", "too small for W_hh", latch(2.0, 4.0)),
    ("2b.7", "flips after one opinion only", "many equal opinions", latch(1.95, 2.0)),
    ("2b.7", "as strong as what it must flip", "clearly larger", latch(5.0, 5.0)),
    ("2b.7", "so strong that nothing is left to flip", "too small for W_hh", latch(20.0, 20.0)),
    ("2b.7", "W_xh small", "after an opinion the state is only", latch(0.05, 2.0)),
    ("2b.7", "W_xh negative", "praise, +1, is stored as a negative state", latch(-4.0, 2.0)),
    ("2b.7", "W_xh is 0", "no word ever changes", latch(0.0, 2.0)),
    ("2b.7", "an opinion at the start", "opinion before there was one", latch(4.0, 2.0, "np.array([0.1])")),
    ("2b.7", "a bias of 1", "opinion before there was one", latch(4.0, 2.0, "np.ones(1)")),
    ("2b.7", "a very small bias", "opinion before there was one", latch(4.0, 2.0, "np.array([-1e-9])")),
    ("2b.7", "plain numbers", "W_xh should have shape (inputs, units) = (1, 1)", LATCH + "4.0, 2.0, 0.0"),
    ("2b.7", "vectors", "W_xh should have shape", LATCH + "np.array([4.0]), np.array([2.0]), np.zeros(1)"),
    ("2b.7", "a bias with two axes", "b_h should have shape (units,) = (1,)", latch(4.0, 2.0, "np.zeros((1, 1))")),
    ("2b.7", "no bias", "return three things", LATCH + "np.array([[4.0]]), np.array([[2.0]])"),
    ("2b.7", "no return", "`return`", latch(4.0, 2.0).replace("return", "weights =")),
    (
        "2b.7",
        "drawn",
        "two different results",
        LATCH + "4 + np.random.rand(1, 1), 2 + np.random.rand(1, 1), np.zeros(1)",
    ),
    ("2b.7", "without an end", "finite", latch("np.inf", 2.0)),
    ("2b.7", "the identity, as for an accumulator", "like 1/√t", LATCH + "np.eye(1), np.eye(1), np.zeros(1)"),
    ("2b.1", "passes over a weight of 0", "counts as false", kept_up("last = weight.get(word) or last")),
    ("2b.1", "a window of three words", "for [", opinion(over="words[-1:-4:-1]")),
    ("2b.1", "-1 without an opinion", "should be 0 for [", opinion(otherwise="return -1.0")),
    ("2b.1", "rounded", "rounded to a whole number", opinion(value="round(weight[word])")),
    ("2b.1", "a list", "return one number for each review", of_found("return found[-1:] or [0.0]")),
    (
        "2b.1",
        "remembers the reviews before",
        "the last opinion word",
        of_found("seen.extend(found); return seen[-1] if seen else 0.0").replace("weight):", "weight, seen=[]):"),
    ),
    ("2b.2", "the wrong axis", "IndexError", state("mask.sum(axis=0) - 1")),
    ("2b.2", "an axis too many", "should have shape", state(returned="states[np.arange(len(states)), last][:, None]")),
    (
        "2b.2",
        "one review without its axis",
        "with batch = 1",
        state(returned="states[np.arange(len(states)), last][0 if len(states) == 1 else slice(None)]"),
    ),
    (
        "2b.2",
        "writes into the mask",
        "changes its argument mask",
        changed(state(), ("    return", "    mask[:, 0] = False\n    return")),
    ),
    ("2b.3", "the new state is added to the old", "should be", rnn(h="h + now[:, None] * new")),
    ("2b.3", "begins with ones", "should be", changed(rnn(), ("np.zeros", "np.ones"))),
    ("2b.3", "padding known by its zeros", "all of x may be 0", rnn(now="mask[:, t] & x[:, t].any(axis=1)")),
    ("2b.3", "reads until the last word", "with padding between", rnn(now="mask[:, t:].any(axis=1)")),
    (
        "2b.3",
        "the state in the loop is lost, what is shown is held",
        "the state in the loop is lost",
        rnn(h="new * now[:, None]", kept="np.where(now[:, None], h, states[-1] if states else 0 * h)"),
    ),
    ("2b.3", "the word before", "not the one beside it", rnn(NEW.replace("x[:, t]", "x[:, t - 1]"))),
    ("2b.3", "the mask of the step before", "off by one", rnn(now="mask[:, t - 1]")),
    ("2b.3", "one state for all reviews", "should be", rnn(NEW.replace("h @", "h.mean(axis=0) @"))),
    ("2b.3", "writes into x", "changes its argument x", changed(rnn(), ("    for", "    x[~mask] = 0\n    for"))),
    (
        "2b.3",
        "the first timestep left out",
        "never counts",
        changed(rnn(), ("range(", "range(1, "), ("b_h))), []", "b_h))), [np.zeros((len(x), len(b_h)))]")),
    ),
    ("2b.4", "noise", "acts while it trains", classifier(after="h = layers.GaussianNoise(0.1)(h)")),
    ("2b.4", "a frozen RNN", "SimpleRNN does not learn", classifier(", trainable=False")),
    ("2b.4", "a softmax", "always 1", classifier(head='layers.Dense(1, activation="softmax")')),
    ("2b.4", "no bias at the end", "which size goes where", classifier(head="layers.Dense(1, use_bias=False)")),
    (
        "2b.4",
        "logits cut off",
        "should be",
        changed(classifier(), ("layers.Dense(1)(h)", "ops.clip(layers.Dense(1)(h), -30, 30)")),
    ),
    (
        "2b.4",
        "the first word left out",
        "should be",
        changed(classifier(), ("(x, mask=mask)", "(x[:, 1:], mask=mask[:, 1:])")),
    ),
    (
        "2b.5",
        "a little in the logarithm",
        "a sigmoid rounds to 0",
        loss(CROSS.replace("log(", "log(1e-7 + "), "p = ops.sigmoid(logits)"),
    ),
    ("2b.5", "a Python number", "model.fit cannot use it", loss(f"float({SOFTPLUS})")),
    (
        "2b.5",
        "exp in a branch that is not taken",
        "gradient at large logits is nan",
        loss("ops.mean(ops.where(logits > 30.0, logits, ops.log1p(ops.exp(logits))) - labels * logits)"),
    ),
    ("2b.5", "labels made softer", "the loss should be", loss(SOFTPLUS.replace("labels", "(0.9 * labels + 0.05)"))),
    ("2b.6", "logits cut off", "rounded to 0 or 1", gradient(p="expit(np.clip(logits, -10, 10))")),
    (
        "2b.6",
        "nothing where it is sure",
        "rounded to 0 or 1",
        gradient("np.where(abs(logits) > 10, 0, p - labels) / len(labels)"),
    ),
    ("2b.6", "a batch smaller by one", "a batch of", gradient("(p - labels) / max(len(labels) - 1, 1)")),
    ("2b.6", "a softmax over the batch", "a batch of", gradient(p="np.exp(logits) / np.exp(logits).sum()")),
    ("2b.6", "writes into the labels", "changes its argument labels", gradient(before="labels += 1")),
    ("2b.7", "a little above 1", "barely above 1", latch(4.0, 1.0001)),
    ("2b.7", "a number for the bias", "b_h should have shape", latch(4.0, 2.0, "0.0")),
    ("2b.7", "nan", "finite", latch("np.nan", 2.0)),
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
    ("2b.2", state("np.cumsum(mask, axis=1).argmax(axis=1)")),
    ("2b.3", """
def masked_rnn(x, mask, W_xh, W_hh, b_h):
    states = np.zeros((*x.shape[:2], len(b_h)), "float32")
    for b in range(len(x)):
        h = np.zeros(len(b_h))
        for t in range(x.shape[1]):
            h = np.tanh(W_xh.T @ x[b, t] + W_hh.T @ h + b_h) if mask[b, t] else h
            states[b, t] = h
    return states
"""),
    ("2b.5", loss("ops.mean(keras.losses.binary_crossentropy(labels, ops.sigmoid(logits)))")),  # Keras finds the logits
    ("2b.7", latch(2.1, 2.0)),  # just enough
]  # fmt: skip
