"""Wrong answers to lesson 4a's exercises, each with a part of the hint it must get, and right ones in other forms."""

from mutants import changed

# ruff: noqa: E501

FORCED = """
def teacher_forced(target):
    start = np.full_like(target[:, :1], START)
    return {}
"""
SHIFTED = "np.concatenate([start, target[:, :-1]], axis=1)"
PAIR = """
def encode_decode(encoder_step, decoder_step, x, mask, y, h, c):
    h_first, c_first = h, c
    for s in range(x.shape[1]):
        h_new, c_new = encoder_step(x[:, s], h, c)
        {}
    {}
    outputs = []
    for t in range(y.shape[1]):
        h, c = {}(y[:, t], h, c)
        outputs.append({})
    return ops.stack(outputs, axis={})
"""
KEPT = "h, c = ops.where(mask[:, s, None], h_new, h), ops.where(mask[:, s, None], c_new, c)"
LOSS = """
def sequence_loss(target_out, logits):
    real = ops.cast(target_out != PAD, "float32")
    losses = ops.sparse_categorical_crossentropy(ops.cast(target_out, "int32"), logits, from_logits=True)
    return {}
"""
GREEDY = """
def greedy_step(logits, finished):
    likeliest = ops.argmax(logits, axis=-1)
    tokens = ops.where(finished, PAD, likeliest)
    return {}
"""
BEAM = """
def beam_step(scores, log_p, finished):
    width, words = log_p.shape[1:]
    padding = ops.where(ops.arange(words) == PAD, 0.0, -1e9)
    gains = ops.where(finished[:, :, None], padding, log_p)
    total = ops.reshape(scores[:, :, None] + gains, (-1, width * words))
    scores, places = ops.top_k(total, width)
    return scores, places // words, places % words
"""
BLEU = """
def bleu_by_hand(candidates, references):
    matches, possible, said, wanted = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references):
        said, wanted = said + len(candidate), wanted + len(reference)
        for n in range(1, 5):
            ours, theirs = (Counter(zip(*(words[k:] for k in range(n)))) for words in (candidate, reference))
            matches[n - 1] += sum((ours & theirs).values())
            possible[n - 1] += sum(ours.values())
    if matches.min() == 0:
        return 0.0
    return 100 * min(1, np.exp(1 - wanted / said)) * np.exp(np.mean(np.log(matches / possible)))
"""


def pair(kept=KEPT, then="pass", step="decoder_step", shown="h", axis=1):
    return PAIR.format(kept, then, step, shown, axis)


MUTANTS = [
    ("4a.1", "not shifted", "the very word that it should say", FORCED.format("target, target")),
    (
        "4a.1",
        "shifted the wrong way",
        "the wrong way",
        FORCED.format("np.concatenate([target[:, 1:], 0 * start], axis=1), target"),
    ),
    ("4a.1", "rolled", "np.roll", FORCED.format("np.roll(target, 1, axis=1), target")),
    (
        "4a.1",
        "padding first",
        "should be START",
        FORCED.format("np.concatenate([0 * start, target[:, :-1]], axis=1), target"),
    ),
    ("4a.1", "nothing goes out", "one step too long", FORCED.format("np.concatenate([start, target], axis=1), target")),
    ("4a.1", "exchanged", "are exchanged", FORCED.format(f"target, {SHIFTED}")),
    ("4a.1", "START is said, too", "nobody has to say", FORCED.format(f"{SHIFTED}, {SHIFTED}")),
    ("4a.1", "one step short", "one step too short", FORCED.format("target[:, :-1], target[:, 1:]")),
    (
        "4a.1",
        "END not learned",
        "must learn to stop",
        FORCED.format(f"{SHIFTED}, np.where(target == END, PAD, target)"),
    ),
    (
        "4a.1",
        "START last",
        "START stands at the end",
        FORCED.format("np.concatenate([target[:, :-1], start], axis=1), target"),
    ),
    ("4a.1", "one array", "return 2 things", FORCED.format(SHIFTED)),
    ("4a.1", "floats", "should be integers", FORCED.format(f"{SHIFTED} * 1.0, target")),
    (
        "4a.1",
        "tensors",
        "NumPy is wanted here",
        FORCED.format("ops.concatenate([start, target[:, :-1]], axis=1), target"),
    ),
    ("4a.1", "lists", "target_in is a list", FORCED.format(f"({SHIFTED}).tolist(), target.tolist()")),
    ("4a.1", "-1 at padding", "no word's id", FORCED.format(f"np.where(target == PAD, -1, {SHIFTED}), target")),
    (
        "4a.1",
        "down the batch",
        "a sentence lies along axis 1",
        FORCED.format("np.concatenate([start.T[:1, :1] + 0 * target[:1], target[:-1]]), target"),
    ),
    (
        "4a.1",
        "START in the first row",
        "it is the first *column*",
        "def teacher_forced(target):\n    read = np.roll(target, 1, axis=1)\n    read[0] = START\n    return read, target\n",
    ),
    (
        "4a.1",
        "rolled through the batch",
        "come round into the next",
        "def teacher_forced(target):\n    read = np.roll(target, 1)\n    read[0, 0] = START\n    return read, target\n",
    ),
    (
        "4a.1",
        "first word overwritten",
        "overwritten the first word",
        FORCED.format("np.concatenate([start, target[:, 1:]], axis=1), target"),
    ),
    (
        "4a.1",
        "shifted by two",
        "shifted by two",
        FORCED.format("np.concatenate([start, start, target[:, :-2]], axis=1), target"),
    ),
    ("4a.2", "no mask", "reads the padding too", pair("h, c = h_new, c_new")),
    (
        "4a.2",
        "mask inverted",
        "the wrong way round",
        pair("h, c = ops.where(mask[:, s, None], h, h_new), ops.where(mask[:, s, None], c, c_new)"),
    ),
    (
        "4a.2",
        "set to 0",
        "set to 0 at padding",
        pair("h, c = ops.where(mask[:, s, None], h_new, 0.0), ops.where(mask[:, s, None], c_new, 0.0)"),
    ),
    ("4a.2", "c not kept", "c still changes at padding", pair("h, c = ops.where(mask[:, s, None], h_new, h), c_new")),
    ("4a.2", "h not kept", "h still changes at padding", pair("h, c = h_new, ops.where(mask[:, s, None], c_new, c)")),
    ("4a.2", "no handover", "hand the last one over", pair(then="h, c = h_first, c_first")),
    ("4a.2", "state of 0", "begins with a state of 0", pair(then="h, c = ops.zeros_like(h), ops.zeros_like(c)")),
    ("4a.2", "a fresh c", "a fresh c", pair(then="c = c_first")),
    ("4a.2", "c of 0", "a c of 0", pair(then="c = ops.zeros_like(c)")),
    ("4a.2", "h of 0", "an h of 0", pair(then="h = ops.zeros_like(h)")),
    ("4a.2", "one network", "the decoder's steps are the encoder's", pair(step="encoder_step")),
    ("4a.2", "cells", "the outputs are the decoder's h", pair(shown="c")),
    ("4a.2", "time first", "stack along axis 1", pair(axis=0)),
    (
        "4a.2",
        "words of 0",
        "a word vector of 0",
        changed(pair("h, c = h_new, c_new"), ("x[:, s]", "x[:, s] * mask[:, s, None]")),
    ),
    ("4a.2", "first word not read", "does not read the first word", changed(pair(), ("range(x", "range(1, x"))),
    ("4a.2", "last word not read", "the last column", changed(pair(), ("x.shape[1])", "x.shape[1] - 1)"))),
    ("4a.2", "T steps of x", "stops after T steps", changed(pair(), ("range(x.shape[1])", "range(y.shape[1])"))),
    ("4a.2", "from the end", "from its end", changed(pair(), ("range(x.shape[1])", "reversed(range(x.shape[1]))"))),
    (
        "4a.2",
        "to the shortest's end",
        "where the shortest sentence ends",
        changed(pair(), ("range(x.shape[1])", "range(mask.sum(axis=1).min())")),
    ),
    ("4a.2", "x twice", "it reads y", changed(pair(), ("y[:, t]", "x[:, t]"))),
    (
        "4a.2",
        "decoder masked",
        "the mask is the source's",
        changed(
            pair(),
            (
                "h, c = decoder_step(y[:, t], h, c)",
                "h_new, c_new = decoder_step(y[:, t], h, c)\n        s = t\n        " + KEPT,
            ),
        ),
    ),
    (
        "4a.2",
        "C at every step",
        "begins with C at every step",
        changed(pair(then="C = h, c"), ("decoder_step(y[:, t], h, c)", "decoder_step(y[:, t], *C)")),
    ),
    (
        "4a.2",
        "reshaped",
        "a reshape does not exchange axes",
        changed(pair(axis=0), ("ops.stack(outputs, axis=0)", "ops.reshape(ops.stack(outputs), (*y.shape[:2], -1))")),
    ),
    ("4a.3", "plain mean", "the padding counts", LOSS.format("ops.mean(losses)")),
    ("4a.3", "mean of masked", "still divided by", LOSS.format("ops.mean(losses * real)")),
    (
        "4a.3",
        "mean of means",
        "a mean of means",
        LOSS.format("ops.mean(ops.sum(losses * real, axis=1) / ops.sum(real, axis=1))"),
    ),
    ("4a.3", "per sentence", "the sum per sentence", LOSS.format("ops.mean(ops.sum(losses * real, axis=1))")),
    ("4a.3", "sum", "this is the sum", LOSS.format("ops.sum(losses * real)")),
    (
        "4a.3",
        "END left out",
        "END is left out",
        changed(LOSS, ("real = ops.cast(target_out != PAD,", "real = ops.cast(target_out > END,")).format(
            "ops.sum(losses * real) / ops.sum(real)"
        ),
    ),
    ("4a.3", "negative", "the sign is wrong", LOSS.format("-ops.sum(losses * real) / ops.sum(real)")),
    ("4a.3", "a loss for each word", "a single number", LOSS.format("losses * real")),
    (
        "4a.3",
        "NumPy",
        "model.fit cannot use it",
        LOSS.format("np.sum(np.array(losses) * np.array(real)) / np.sum(np.array(real))"),
    ),
    (
        "4a.3",
        "without the last column",
        "the last column is left out",
        LOSS.format("ops.sum((losses * real)[:, :-1]) / ops.sum(real[:, :-1])"),
    ),
    (
        "4a.3",
        "without the first word",
        "the first word of each sentence",
        LOSS.format("ops.sum((losses * real)[:, 1:]) / ops.sum(real[:, 1:])"),
    ),
    (
        "4a.3",
        "not from logits",
        "from_logits=True is missing",
        changed(LOSS, (", from_logits=True", "")).format("ops.sum(losses * real) / ops.sum(real)"),
    ),
    *(
        (
            "4a.3",
            f"logits masked, {what}",
            "mask the losses, not the logits",
            changed(LOSS, ("logits, from", "logits * real[..., None], from")).format(result),
        )
        for what, result in {"mean": "ops.mean(losses)", "sum": "ops.sum(losses) / ops.sum(real)"}.items()
    ),
    ("4a.3", "perplexity", "this is the perplexity", LOSS.format("ops.exp(ops.sum(losses * real) / ops.sum(real))")),
    ("4a.4", "goes on", "goes on", GREEDY.format("likeliest, finished | (tokens == END)")),
    (
        "4a.4",
        "END again",
        "repeats END",
        GREEDY.format("ops.where(finished, END, likeliest), finished | (likeliest == END)"),
    ),
    ("4a.4", "finished forgotten", "once finished, always finished", GREEDY.format("tokens, tokens == END")),
    ("4a.4", "never finished", "finished from now on", GREEDY.format("tokens, finished")),
    (
        "4a.4",
        "END not written",
        "finish *after* it is written",
        GREEDY.format("ops.where(finished | (likeliest == END), PAD, likeliest), finished | (likeliest == END)"),
    ),
    (
        "4a.4",
        "over the batch",
        "the argmax is over the vocabulary",
        changed(GREEDY, ("axis=-1", "axis=0"), ("ops.where(finished, PAD, likeliest)", "likeliest")).format(
            "tokens, finished"
        ),
    ),
    ("4a.4", "both at once", "not both at once", GREEDY.format("tokens, finished & (likeliest == END)")),
    ("4a.4", "unfinished", "the wrong way round", GREEDY.format("tokens, ~(finished | (tokens == END))")),
    (
        "4a.4",
        "all padded when one is finished",
        "unfinished sentences are padded as well",
        changed(GREEDY, ("ops.where(finished,", "ops.where(ops.any(finished),")).format(
            "tokens, finished | (tokens == END)"
        ),
    ),
    (
        "4a.4",
        "the least likely",
        "argmax, not argmin",
        changed(GREEDY, ("argmax", "argmin")).format("tokens, finished | (tokens == END)"),
    ),
    ("4a.4", "one ends all", "finishes the whole batch", GREEDY.format("tokens, finished | ops.any(tokens == END)")),
    ("4a.4", "exclusive or", "not ^", GREEDY.format("tokens, ops.logical_xor(finished, likeliest == END)")),
    (
        "4a.4",
        "NumPy",
        "a compiled loop cannot use it",
        """
def greedy_step(logits, finished):
    tokens = np.where(finished, PAD, np.argmax(np.asarray(logits), axis=-1))
    return tokens, finished | (tokens == END)
""",
    ),
    (
        "4a.5",
        "not frozen",
        "finished beams go on",
        changed(BEAM, ("ops.where(finished[:, :, None], padding, log_p)", "log_p")),
    ),
    ("4a.5", "every word free", "only PAD is free", changed(BEAM, ("padding, log_p)", "0.0, log_p)"))),
    ("4a.5", "finished beams die", "a finished beam is lost", changed(BEAM, ("padding, log_p)", "-1e9, log_p)"))),
    (
        "4a.5",
        "pays for padding",
        "pays for its padding",
        changed(BEAM, ("padding, log_p)", "log_p + padding, log_p)")),
    ),
    ("4a.5", "ends again", "says END again", changed(BEAM, ("== PAD", "== END"))),
    ("4a.5", "out of the question by 100", "should be out of the question", changed(BEAM, ("-1e9", "-100.0"))),
    (
        "4a.5",
        "probabilities",
        "should be finite",
        changed(BEAM, ("scores[:, :, None] + gains", "ops.log(ops.exp(scores[:, :, None]) * ops.exp(gains))")),
    ),
    (
        "4a.5",
        "score lost",
        "has lost its score",
        changed(
            BEAM,
            ("scores[:, :, None] + gains", "ops.where(finished[:, :, None], padding, scores[:, :, None] + log_p)"),
        ),
    ),
    ("4a.5", "exchanged in where", "the other way round", changed(BEAM, ("padding, log_p)", "log_p, padding)"))),
    (
        "4a.5",
        "parents through the batch",
        "begin at 0 in each sentence",
        changed(BEAM, ("places // words,", "places // words + width * ops.arange(ops.shape(places)[0])[:, None],")),
    ),
    (
        "4a.5",
        "END not said",
        "END itself is replaced",
        changed(BEAM, ("places % words", "ops.where(places % words == END, PAD, places % words)")),
    ),
    (
        "4a.5",
        "one for each beam",
        "choose from all beams",
        """
def beam_step(scores, log_p, finished):
    padding = ops.where(ops.arange(log_p.shape[-1]) == PAD, 0.0, -1e9)
    total = scores[:, :, None] + ops.where(finished[:, :, None], padding, log_p)
    best, parents = ops.top_k(ops.max(total, axis=-1), log_p.shape[1])
    tokens = ops.take_along_axis(ops.argmax(total, axis=-1), parents, axis=1)
    return best, parents, tokens
""",
    ),
    (
        "4a.5",
        "scores forgotten",
        "the scores so far do not enter",
        changed(BEAM, ("scores[:, :, None] + gains", "gains")),
    ),
    (
        "4a.5",
        "flat places",
        "places in the flat table",
        changed(BEAM, ("places // words, places % words", "places, places % words")),
    ),
    (
        "4a.5",
        "divided by the width",
        "not // the width",
        changed(BEAM, ("places // words", "places // width")),
    ),
    (
        "4a.5",
        "rows and columns exchanged",
        "each beam fills a row",
        changed(BEAM, ("places // words, places % words", "places % width, places // width")),
    ),
    (
        "4a.5",
        "remainder by the width",
        "not by the width",
        changed(BEAM, ("places % words", "places % width")),
    ),
    (
        "4a.5",
        "exchanged",
        "parents and tokens are exchanged",
        changed(BEAM, ("places // words, places % words", "places % words, places // words")),
    ),
    (
        "4a.5",
        "the worst",
        "the *worst* candidates",
        changed(BEAM, ("ops.top_k(total, width)", "ops.top_k(-total, width)"), ("return scores", "return -scores")),
    ),
    (
        "4a.5",
        "all sentences in one",
        "mixes the sentences",
        changed(BEAM, ("(-1, width * words))", "(-1,))")),
    ),
    (
        "4a.5",
        "NumPy",
        "a compiled loop cannot use it",
        changed(
            BEAM,
            ("ops.reshape(", "np.reshape("),
            ("scores[:, :, None] + gains", "np.asarray(scores[:, :, None] + gains)"),
        ),
    ),
    (
        "4a.6",
        "not clipped",
        "matches are not clipped",
        changed(
            BLEU, ("sum((ours & theirs).values())", "sum(count for gram, count in ours.items() if gram in theirs)")
        ),
    ),
    (
        "4a.6",
        "sets",
        "counts once here",
        changed(BLEU, ("sum((ours & theirs).values())", "len(set(ours) & set(theirs))")),
    ),
    (
        "4a.6",
        "no brevity penalty",
        "the brevity penalty is missing",
        changed(BLEU, ("100 * min(1, np.exp(1 - wanted / said))", "100")),
    ),
    (
        "4a.6",
        "penalty above 1",
        "never above 1",
        changed(BLEU, ("min(1, np.exp(1 - wanted / said))", "np.exp(1 - wanted / said)")),
    ),
    ("4a.6", "penalty of long ones", "the wrong way round", changed(BLEU, ("wanted / said", "said / wanted"))),
    ("4a.6", "ratio of lengths", "not the ratio", changed(BLEU, ("np.exp(1 - wanted / said)", "said / wanted"))),
    (
        "4a.6",
        "arithmetic mean",
        "the geometric mean",
        changed(BLEU, ("np.exp(np.mean(np.log(matches / possible)))", "np.mean(matches / possible)")),
    ),
    (
        "4a.6",
        "three words",
        "yours stop at three",
        changed(BLEU, ("np.zeros(4), np.zeros(4)", "np.zeros(3), np.zeros(3)"), ("range(1, 5)", "range(1, 4)")),
    ),
    ("4a.6", "a share", "multiply by 100", changed(BLEU, ("return 100 * min", "return min"))),
    (
        "4a.6",
        "mean of sentences",
        "added up over the corpus first",
        changed(BLEU, ("def bleu_by_hand", "def one"))
        + "\n\ndef bleu_by_hand(candidates, references):\n    return np.mean([one([c], [r]) for c, r in zip(candidates, references)])\n",
    ),
    (
        "4a.6",
        "short ones skipped",
        "short translations count, too",
        changed(BLEU, ("        for n in", "        if len(candidate) < 4:\n            continue\n        for n in")),
    ),
    (
        "4a.6",
        "an empty one",
        "an empty translation has no words",
        changed(
            BLEU,
            (
                "    if matches.min() == 0:",
                "    penalty = min(1, np.exp(1 - wanted / said))\n    if matches.min() == 0:",
            ),
        ),
    ),
    (
        "4a.6",
        "one heap of n-grams",
        "of its own sentence",
        """
def ngrams(words, n):
    return Counter(zip(*(words[k:] for k in range(n))))

def bleu_by_hand(candidates, references):
    p = []
    for n in range(1, 5):
        ours, theirs = (sum((ngrams(words, n) for words in side), Counter()) for side in (candidates, references))
        p.append((ours & theirs).total() / max(ours.total(), 1))
    c, r = (sum(map(len, side)) for side in (candidates, references))
    return 100 * min(1, np.exp(1 - r / max(c, 1))) * np.prod(p) ** 0.25
""",
    ),
    (
        "4a.6",
        "one long sentence",
        "sentences are joined",
        changed(
            BLEU,
            (
                "in zip(candidates, references)",
                "in [[[word for words in side for word in words] for side in (candidates, references)]]",
            ),
        ),
    ),
    (
        "4a.6",
        "means of precisions",
        "means of the sentences' precisions",
        changed(
            BLEU,
            ("sum((ours & theirs).values())", "(ours & theirs).total() / max(ours.total(), 1)"),
            ("+= sum(ours.values())", "+= 1"),
        ),
    ),
    (
        "4a.6",
        "a penalty for each sentence",
        "one brevity penalty for the corpus",
        changed(
            BLEU,
            (
                "min(1, np.exp(1 - wanted / said))",
                "np.mean([min(1, np.exp(1 - len(r) / len(c))) for c, r in zip(candidates, references)])",
            ),
        ),
    ),
    (
        "4a.6",
        "different n-grams below",
        "those that come twice counted twice",
        changed(BLEU, ("+= sum(ours.values())", "+= len(ours)")),
    ),
    (
        "4a.6",
        "words below",
        "w words have w - n + 1",
        changed(BLEU, ("+= sum(ours.values())", "+= len(candidate)")),
    ),
    (
        "4a.6",
        "no root",
        "take its fourth root",
        changed(BLEU, ("np.exp(np.mean(np.log(matches / possible)))", "np.prod(matches / possible)")),
    ),
    (
        "4a.6",
        "divides by nothing",
        "nothing to divide by",
        changed(
            BLEU,
            ("    if matches.min() == 0:\n        return 0.0\n", ""),
            ("matches / possible", "[m / int(p) for m, p in zip(matches.tolist(), possible)]"),
        ),
    ),
    (
        "4a.6",
        "recall",
        "by the number of n-grams of the candidates",
        changed(BLEU, ("+= sum(ours.values())", "+= sum(theirs.values())")),
    ),
]

RIGHT_BUT_UNUSUAL = [
    (
        "4a.1",
        """
def teacher_forced(target):
    target_in = np.roll(target, 1, axis=1)
    target_in[:, 0] = START
    return [np.where(target == PAD, PAD, target_in), target.copy()]
""",
    ),
    (
        "4a.1",
        """
def teacher_forced(target):
    return np.array([[START, *(0 if word == END else word for word in row[:-1])] for row in target]), target
""",
    ),
    (
        "4a.2",
        """
def encode_decode(encoder_step, decoder_step, x, mask, y, h, c):
    for t in range(x.shape[1]):
        m = mask[:, t : t + 1].astype("float32")
        h_new, c_new = (np.array(state) for state in encoder_step(x[:, t], h, c))
        h, c = m * h_new + (1 - m) * h, m * c_new + (1 - m) * c
    outputs = np.zeros((*y.shape[:2], h.shape[1]))
    for t in range(y.shape[1]):
        h, c = decoder_step(y[:, t], h, c)
        outputs[:, t] = h
    return outputs
""",
    ),
    (
        "4a.3",
        """
def sequence_loss(target_out, logits):
    target = ops.cast(target_out, "int32")
    log_p = ops.log_softmax(logits, axis=-1)
    picked = ops.sum(ops.one_hot(target, logits.shape[-1]) * log_p, axis=-1)
    real = ops.not_equal(target, 0)
    return -ops.sum(ops.where(real, picked, 0.0)) / ops.sum(ops.cast(real, picked.dtype))
""",
    ),
    (
        "4a.3",
        """
def sequence_loss(target_out, logits):
    real = tf.not_equal(target_out, 0)
    labels = tf.boolean_mask(tf.cast(target_out, "int64"), real)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.boolean_mask(logits, real)))
""",
    ),
    (
        "4a.4",
        """
def greedy_step(logits, finished):
    going_on = ops.cast(ops.logical_not(finished), "int32")
    tokens = going_on * ops.cast(ops.top_k(logits, 1)[1][:, 0], "int32")
    return tokens, ops.where(tokens == END, True, finished)
""",
    ),
    (
        "4a.5",
        """
def beam_step(scores, log_p, finished):
    words = log_p.shape[-1]
    done = ops.cast(finished, "float32")[..., None]
    pad = ops.one_hot(PAD, words)
    total = scores[..., None] + (1 - done) * log_p - 1e9 * done * (1 - pad)
    scores, places = ops.top_k(ops.reshape(total, (ops.shape(total)[0], -1)), log_p.shape[1])
    parents = ops.floor_divide(places, words)
    return [scores, parents, places - parents * words]
""",
    ),
    (
        "4a.6",
        """
def bleu_by_hand(candidates, references):
    lines = [[" ".join(words) for words in side] for side in (candidates, references)]
    return sacrebleu.corpus_bleu(lines[0], [lines[1]], tokenize="none", smooth_method="none").score
""",
    ),
]
