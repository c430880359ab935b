"""Checks of lesson 4a, encoder and decoder."""

import functools
import math

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape
from course_utils.checks.mistakes import of_axes, of_mask, of_mean, of_shift
from course_utils.probing import RETURNED_NONE, compiled, loss_and_gradient, unpacked

PAD, START, END = 0, 1, 2  # as in course_utils.translation
CANNOT_COMPILE = (
    "right for arrays perhaps, but a compiled loop cannot use it: there the batch has no fixed size and no values yet, "
    "so use keras.ops throughout, neither NumPy, len or int, nor assignment into arrays"
)
IMPOSSIBLE = -1e8  # what is less likely is out of the question, whether it is -1e9 or minus infinity


def alone(returned, name):
    """{name: what was returned}; a list or tuple of one thing is that thing."""
    if returned is None:
        raise Wrong(RETURNED_NONE)
    if isinstance(returned, tuple | list) and len(returned) == 1:
        returned = returned[0]
    return {name: returned}


def in_a_loop(answer, arguments, shapes, names, wanted):
    """{"compiled NAME": result} of an answer that is compiled for a batch of any size."""

    def call(*given):
        return list(unpacked(answer(*given), names, wanted).values())

    made = compiled(call, arguments, shapes, CANNOT_COMPILE)
    return {f"compiled {name}": value for name, value in zip(names, made, strict=True)}


def expect_integers(what, array):
    """Raise Wrong unless the array holds integers."""
    if array.dtype.kind not in "iu":
        raise Wrong(f"{what} should be integers, to look words up with; yours are of {array.dtype}")


def log_softmax(z):
    """log p over the last axis, in float64."""
    z = np.asarray(z, "float64")
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


# --- encode, hand over, decode ------------------------------------------------------------------------------------

WEIGHTS = [f"{who}_{name}" for who in ("first", "second") for name in "WUb"]


def step_of(inputs, who, x, h, c):
    """One step of a made-up recurrent network, in float64: its next h and c. who: "first" or "second"."""
    W, U, b = (inputs[f"{who}_{name}"].astype("float64") for name in "WUb")
    c = 0.7 * c + np.tanh(x @ W + h @ U + b)
    return np.tanh(c) * np.cos(h), c


def kept(real, new, old):
    """A state (batch, units) after a step, unchanged where there is no word."""
    return np.where(real, new, old)


def read(inputs, steps=None, who="first", keep=(kept, kept), mask=None, words=None, exchanged=False):
    """The encoder's last h and c. steps: which ones it reads. keep: of h, and of c. exchanged: its step gets c, h."""
    x, h, c = (inputs[name].astype("float64") for name in ("x", "h", "c"))
    x, mask = x if words is None else words, inputs["mask"] if mask is None else mask
    for s in range(x.shape[1]) if steps is None else steps:
        new = step_of(inputs, who, x[:, s], *((c, h) if exchanged else (h, c)))
        h, c = (by(mask[:, s, None], *states) for by, *states in zip(keep, new, (h, c), strict=True))
    return h, c


def write(inputs, h, c, who="second", y=None, mask=None, carry=lambda new: new):
    """The decoder's h and c at every step, each (batch, T, units).

    mask: (batch, T), where a step is taken at all. carry: what goes on from a step to the next.
    """
    y, states = inputs["y"].astype("float64") if y is None else y, []
    before = h, c
    for t in range(y.shape[1]):
        new = step_of(inputs, who, y[:, t], *before)
        if mask is not None:
            new = [kept(mask[:, t, None], *pair) for pair in zip(new, before, strict=True)]
        before = carry(new)
        states.append(new)
    return [np.stack(part, axis=1) for part in zip(*states, strict=True)]


class EncodeDecode(Check):
    exercise = "4a.1"
    name = "encode_decode"
    gives = "array"

    def inputs(self, rng):
        batch, size, units = rng.size("batch", 3, 4), rng.size("size", 5, 6), rng.size("units", 7, 9)
        S, T = rng.size("S", 5, 8), rng.size("T", 2, 4)
        shapes = {"x": (batch, S, size), "y": (batch, T, size), "h": (batch, units), "c": (batch, units)}
        for who in ("first", "second"):
            shapes |= {f"{who}_W": (size, units), f"{who}_U": (units, units), f"{who}_b": (units,)}
        given = {name: rng.reals(*shape, dtype="float32") for name, shape in shapes.items()}
        return given | {"mask": rng.mask(rng.lengths(batch, S), S)}

    def probe(self, answer, inputs):
        from keras import ops

        batch, units = inputs["h"].shape

        def step(who, x, h, c):
            W, U, b = (inputs[f"{who}_{name}"] for name in "WUb")
            x, h, c = (ops.convert_to_tensor(value, "float32") for value in (x, h, c))
            if x.shape != (batch, W.shape[0]):
                raise Wrong(
                    f"a step takes one word of every sentence, (batch, size) = {(batch, W.shape[0])}; yours gives it "
                    f"{tuple(x.shape)}: take x[:, s]"
                )
            for name, state in (("h", h), ("c", c)):
                if state.shape != (batch, units):
                    raise Wrong(f"{name} should stay (batch, units) = {(batch, units)}; it became {tuple(state.shape)}")
            c = 0.7 * c + ops.tanh(x @ W + h @ U + b)
            return ops.tanh(c) * ops.cos(h), c

        steps = [functools.partial(step, who) for who in ("first", "second")]
        return alone(answer(*steps, *(inputs[name] for name in ("x", "mask", "y", "h", "c"))), "outputs")

    def judge(self, inputs, outputs):
        yours, mask = outputs["outputs"], inputs["mask"]
        h, c = read(inputs)
        expected, cells = write(inputs, h, c)
        batch, T, units = expected.shape
        S = mask.shape[1]
        if yours.shape == (T, batch, units) != expected.shape:
            raise Wrong("the axes should be (batch, T, units); yours are (T, batch, units): stack along axis 1")
        if yours.shape == (batch, units) != expected.shape:
            raise Wrong("this is one state per sentence; the decoder has an output at every step")
        expect_shape("the outputs", yours, expected.shape, "(batch, T, units)")

        def after(*state, **how):
            return write(inputs, *state, **how)[0]

        def new(real, new, old):
            return new

        def cleared(real, new, old):
            return np.where(real, new, 0 * old)

        first_h, first_c = inputs["h"].astype("float64"), inputs["c"].astype("float64")
        silent = inputs["x"].astype("float64") * mask[..., None]
        both = "both h and c stay as they were"
        of_source = np.ones((batch, T), bool)  # where the source has no such step, all go on
        of_source[:, : min(S, T)] = mask[:, :T]
        wrong = [
            (
                after(*read(inputs, keep=(new, new))),
                "the encoder reads the padding too: where mask is False, h and c stay as they were",
            ),
            (
                after(*read(inputs, keep=(new, new), words=silent)),
                "a word vector of 0 is read, too, and changes the state: where mask is False, keep h and c",
            ),
            (after(*read(inputs, mask=~mask)), "the mask is the wrong way round: True is a word, to be read"),
            (after(*read(inputs, keep=(cleared, cleared))), "the state is set to 0 at padding; it stays as it was"),
            (after(*read(inputs, keep=(kept, cleared))), f"c is set to 0 at padding; {both}"),
            (after(*read(inputs, keep=(cleared, kept))), f"h is set to 0 at padding; {both}"),
            (after(*read(inputs, keep=(kept, new))), f"c still changes at padding; {both}"),
            (after(*read(inputs, keep=(new, kept))), f"h still changes at padding; {both}"),
            (
                after(first_h, first_c),
                "the decoder begins with the state that the *encoder* began with; hand the last one over",
            ),
            (after(0 * h, 0 * c), "the decoder begins with a state of 0; hand h and c over"),
            (after(h, first_c), "the decoder gets the encoder's h but a fresh c; C is both"),
            (after(h, 0 * c), "the decoder gets the encoder's h but a c of 0; C is both"),
            (after(first_h, c), "the decoder gets the encoder's c but a fresh h; C is both"),
            (after(0 * h, c), "the decoder gets the encoder's c but an h of 0; C is both"),
            (after(c, h), "h and c are exchanged on the way to the decoder"),
            (after(*read(inputs, exchanged=True)), "encoder_step is given c and h; it wants h first, then c"),
            (after(h, h), "the decoder gets h twice; its c is the encoder's c"),
            (
                after(*read(inputs, steps=range(1, S))),
                "the encoder does not read the first word; it begins at step 0",
            ),
            (
                after(*read(inputs, steps=range(S - 1))),
                "the encoder does not read the last column, where the longest sentence has a word",
            ),
            (
                after(*read(inputs, steps=range(min(T, S)))),
                "the encoder stops after T steps; the source has S of them, x.shape[1]",
            ),
            (
                after(*read(inputs, steps=range(S)[::-1])),
                "the encoder reads the source from its end; begin with x[:, 0]",
            ),
            (
                after(*read(inputs, steps=range(int(mask.sum(axis=1).min())))),
                "the encoder stops where the shortest sentence ends; the others have words to come",
            ),
            (
                after(*read(inputs, who="second")),
                "the encoder's steps are the decoder's; use encoder_step to read",
            ),
            (after(h, c, who="first"), "the decoder's steps are the encoder's; use decoder_step"),
            (
                after(h, c, mask=of_source),
                "the mask is the source's; the decoder takes every step of y, whatever the mask says",
            ),
            (
                after(h, c, carry=lambda new: (h, c)),
                "the decoder begins with C at every step; only its first state is C, then it goes on from its own",
            ),
            (
                after(h, c, carry=lambda new: (new[0], c)),
                "the decoder's c never changes; both h and c go on from step to step",
            ),
            (
                after(h, c, y=inputs["y"].astype("float64")[:, ::-1]),
                "the decoder reads y from its end; begin with y[:, 0]",
            ),
            (cells, "these are the cells c; the outputs are the decoder's h"),
            (
                np.concatenate([h[:, None], expected[:, :-1]], axis=1),
                "the outputs are late by one: the first is the state *after* the decoder's first step",
            ),
            (
                np.broadcast_to(expected[:, -1:], expected.shape),
                "the last output stands at every step; keep each step's own",
            ),
            *of_axes(
                expected,
                {"mixed": "sentences and steps are mixed up: a reshape does not exchange axes, stack along axis 1"},
            ),
            *[
                (after(*read(inputs, mask=other)), hint)
                for other, hint in of_mask(mask)
                if "rebuilt" in hint or "first padding" in hint
            ],
        ]
        if S >= T:
            x = inputs["x"].astype("float64")[:, :T]
            wrong.append((after(h, c, y=x), "the decoder reads x, the source; it reads y"))
        if not np.all(np.isfinite(yours)):
            raise Wrong("the outputs should be finite; where mask is False, take the old state, and compute nothing")
        expect_close("the outputs", yours, expected, wrong, atol=1e-4, rtol=1e-3)


# --- the loss -----------------------------------------------------------------------------------------------------

TARGETS = (
    "it gives a number, but model.fit cannot use it: there the batch has no fixed size, no values yet, and the targets "
    "arrive as floats; use keras.ops, without len, float or NumPy"
)


class SequenceLoss(Check):
    exercise = "4a.2"
    name = "sequence_loss"

    def inputs(self, rng):
        batch, T, words = rng.size("batch", 3, 4), rng.size("T", 6, 8), rng.size("words", 9, 11, least=4)
        real = rng.mask(rng.lengths(batch, T), T)
        target = rng.whole(END + 1, words - 1, batch, T)
        last = T - 1 - np.argmax(real[:, ::-1], axis=1)
        target[np.arange(batch), last] = END
        logits = rng.reals(batch, T, words, dtype="float32")
        return {
            "target": np.where(real, target, PAD).astype("int32"),
            "logits": 2 * logits if rng.edge is None else logits,
            "usual": int(rng.edge is None),
        }

    def probe(self, answer, inputs):
        import tensorflow as tf

        target, logits = tf.constant(inputs["target"]), tf.constant(inputs["logits"])
        seen = alone(answer(target, logits), "loss")
        if not inputs["usual"]:
            return seen
        shapes = [(None, None), (None, None, inputs["logits"].shape[-1])]
        for further in (0, 4):
            more = further_padded(inputs, further)
            floats = tf.constant(more["target"], "float32"), tf.constant(more["logits"])
            loss, gradient = loss_and_gradient(answer, floats, shapes, TARGETS)
            seen |= {f"loss {further}": loss, f"gradient {further}": gradient}
        return seen

    def judge(self, inputs, outputs):
        target, logits, loss = inputs["target"], inputs["logits"].astype("float64"), outputs["loss"]
        T, words = logits.shape[1:]
        real = target != PAD
        log_p = log_softmax(logits)
        each = -np.take_along_axis(log_p, target[..., None], axis=-1)[..., 0]
        mean = each[real].mean()
        if loss.size > 1:
            raise Wrong("this is a loss for each sentence or word; the mean over all words is wanted, a single number")
        if loss.ndim:
            raise Wrong("the loss should be a single number; yours is an array that holds one")
        expect_shape("the loss", loss, ())
        per_sentence, said = (each * real).sum(axis=1), real & (target != END)
        silent = np.where(real, each, np.log(words))  # logits of 0 at padding
        # as Keras reads logits that it takes for probabilities
        clipped = np.clip(logits, 1e-7, 1 - 1e-7)
        as_p = -np.log(np.take_along_axis(clipped, target[..., None], axis=-1)[..., 0] / clipped.sum(axis=-1))
        twice = -np.take_along_axis(log_softmax(np.exp(log_p)), target[..., None], axis=-1)[..., 0]

        def over(counted, losses=each):
            return (losses * counted).sum() / max(counted.sum(), 1)

        columns = np.arange(T)
        wrong = [
            (each.mean(), "the padding counts: the network would be praised for predicting <pad>; leave it out"),
            (
                (each * real).mean(),
                "the padding costs nothing but is still divided by; divide by the number of real words",
            ),
            (
                (per_sentence / np.maximum(real.sum(axis=1), 1)).mean(),
                "this is a mean of means: a word of a short sentence counts for more; divide the sum over all words by "
                "their number",
            ),
            (per_sentence.mean(), "this is the sum per sentence; divide by the number of words, not of sentences"),
            (per_sentence.sum(), "this is the sum; divide it by the number of real words"),
            (over(said), "END is left out of the loss; the decoder must learn when to stop"),
            (over(target != END), "END is left out, and the padding counts: real is where target_out is not *PAD*"),
            (each.sum() / real.sum(), "the padding still adds to the sum; only the losses of real words count"),
            (
                over(real & (columns < T - 1)),
                "the last column is left out; in a sentence that fills its row, END stands there",
            ),
            (over(real & (columns > 0)), "the first word of each sentence is left out"),
            (over(real, as_p), "the logits are taken for probabilities: from_logits=True is missing"),
            (over(real, twice), "the softmax is taken twice: the loss wants logits, not probabilities"),
            *[
                (value, "logits of 0 at padding still cost log(words) there; mask the losses, not the logits")
                for value in (silent.mean(), silent.sum() / real.sum())
            ],
            (np.exp(mean), "this is the perplexity, exp of the loss"),
            (over(~real), "the mask is the wrong way round: this is the loss on the padding"),
            (
                -np.log(np.exp(-each)[real].mean()),
                "the logarithm comes before the mean, not after it",
            ),
            (-np.exp(-each)[real].mean(), "the logarithm of the probabilities is missing"),
            *of_mean(each, "word", real),
            *[(over(other & real), hint) for other, hint in of_mask(real) if "rebuilt" in hint],
        ]
        if not np.isfinite(loss):
            raise Wrong("the loss should be finite: take log p from the logits, not the logarithm of a softmax")
        expect_close("the loss", loss, mean, wrong, rtol=1e-3 if np.abs(logits).max() > 100 else 1e-4)
        if inputs["usual"]:
            for further in (0, 4):
                self.judge_padded(further_padded(inputs, further), outputs, further, mean)

    def judge_padded(self, inputs, outputs, further, mean):
        """The loss and its gradient in model.fit, where the batch may be padded further."""
        what = "in model.fit, the loss" if not further else "the loss of the same batch, padded further,"
        expect_shape(what, outputs[f"loss {further}"], ())
        expect_close(what, outputs[f"loss {further}"], mean)
        target = inputs["target"]
        real = target != PAD
        p = np.exp(log_softmax(inputs["logits"]))
        gradient = (p - np.eye(p.shape[-1])[target]) * real[..., None] / real.sum()
        what = "the gradient by the logits" + " of the same batch, padded further," * bool(further)
        expect_shape(what, outputs[f"gradient {further}"], gradient.shape)
        expect_close(
            what,
            outputs[f"gradient {further}"],
            gradient,
            [
                (
                    0 * gradient,
                    "the loss is right, but no gradient comes back from it: do not use stop_gradient or NumPy",
                )
            ],
        )


def further_padded(inputs, columns):
    """The same batch with more columns of padding, where the logits say anything."""
    logits = inputs["logits"]
    more = 9 * np.repeat(logits[:, :1], columns, axis=1)
    target = np.pad(inputs["target"], [(0, 0), (0, columns)])
    return {"target": target, "logits": np.concatenate([logits, more], axis=1)}


# --- one greedy step ----------------------------------------------------------------------------------------------


class GreedyStep(Check):
    exercise = "4a.3"
    name = "greedy_step"

    def inputs(self, rng):
        batch, words = rng.size("batch", 7, 9), rng.size("words", 11, 13, least=3)
        logits = rng.reals(batch, words, dtype="float32")
        finished = rng.whole(0, 1, batch).astype(bool)
        ends = rng.random(batch) < 0.4
        if rng.edge is None:
            finished[:4], ends[:4] = [True, True, False, False], [True, False, True, False]
        logits[ends, END] = logits[ends].max(axis=1) + 5
        if rng.edge is None:
            logits[:, PAD] = np.median(logits[:, END + 1 :], axis=1)  # neither the likeliest nor the least likely
        return {"logits": logits, "finished": finished, "usual": int(rng.edge is None)}

    def probe(self, answer, inputs):
        import tensorflow as tf

        arguments, names = [inputs["logits"], inputs["finished"]], ["tokens", "finished"]
        wanted = "return two things: tokens, finished"
        seen = unpacked(answer(*map(tf.constant, arguments)), names, wanted)
        if inputs["usual"]:
            shapes = [(None, arguments[0].shape[1]), (None,)]
            seen |= in_a_loop(answer, arguments, shapes, names, wanted)
        return seen

    def judge(self, inputs, outputs):
        self.judge_one(inputs, outputs["tokens"], outputs["finished"], "")
        if inputs["usual"]:
            self.judge_one(inputs, outputs["compiled tokens"], outputs["compiled finished"], "inside a compiled loop, ")

    def judge_one(self, inputs, yours, done, where):
        """Judge the tokens and who is finished."""
        logits, finished = inputs["logits"], inputs["finished"]
        batch, words = logits.shape
        if yours.shape == (words,) != (batch,):
            raise Wrong("one token per *word* of the vocabulary: the argmax is over the vocabulary, axis -1")
        expect_shape(f"{where}the tokens", yours, (batch,), "(batch,)")
        expect_shape(f"{where}finished", done, (batch,), "(batch,)")
        expect_integers(f"{where}the tokens", yours)
        likeliest = logits.argmax(axis=1)
        inside = (yours >= 0) & (yours < words)
        tied = inside & (logits[np.arange(batch), np.where(inside, yours, 0)] == logits.max(axis=1))
        likeliest = np.where(tied & ~finished, yours, likeliest)  # of several equally likely words any will do
        tokens = np.where(finished, PAD, likeliest)
        ended = finished | (tokens == END)
        least = logits.argmin(axis=1)
        expect_close(
            f"{where}the tokens",
            yours,
            tokens,
            [
                (likeliest, "a sentence that is finished goes on; after its END it has nothing but PAD"),
                (np.where(finished, END, likeliest), "a finished sentence repeats END; what follows END is PAD"),
                (np.where(finished, START, likeliest), "a finished sentence says START; what follows END is PAD"),
                (
                    np.where(finished, likeliest, PAD),
                    "the unfinished sentences are padded, and the finished ones go on",
                ),
                (np.where(ended, PAD, likeliest), "END itself is replaced by PAD; finish *after* it is written"),
                (np.full(batch, PAD), "unfinished sentences are padded as well; only where finished is True"),
                (least, "this is the least likely word; argmax, not argmin"),
                (np.where(finished, PAD, least), "this is the least likely word; argmax, not argmin"),
                (
                    np.where(finished, PAD, likeliest[0]),
                    "every sentence gets the first one's word; each has its own",
                ),
            ],
        )
        if done.dtype.kind != "b":
            raise Wrong(f"{where}finished should be booleans, as it came; yours is of {done.dtype}")
        expect_close(
            f"{where}finished",
            done,
            ended,
            [
                (finished, "a sentence that says END now should be finished from now on"),
                (
                    tokens == END,
                    "a sentence that was finished before is no longer; once finished, always finished (|)",
                ),
                (
                    likeliest == END,
                    "whoever would not say END any more is unfinished again; keep it finished (|)",
                ),
                (
                    finished ^ (likeliest == END),
                    "whoever was finished and would say END again is unfinished; keep it finished (|, not ^)",
                ),
                (np.full(batch, True), "one END finishes the whole batch; each sentence ends at its own"),
                (np.full(batch, ended.all()), "each sentence ends at its own END, not when all of them do"),
                (finished & (likeliest == END), "finished before *or* now (|), not both at once (&)"),
                (
                    ended | (tokens == PAD),
                    "PAD, said by a sentence that goes on, does not finish it; only END does",
                ),
                (~ended, "finished is the wrong way round: True is a sentence that has ended"),
            ],
        )


# --- BLEU ---------------------------------------------------------------------------------------------------------

VOCABULARY = ("le", "la", "les", "chat", "chats", "est", "et", "noir")  # some are the beginnings of others


def lines(sentences):
    """Lists of words as one string, a sentence per line."""
    return "\n".join(" ".join(words) for words in sentences)


def words_in(text):
    """The way back: lists of words."""
    return [line.split() for line in text.split("\n")]


def ngrams_of(words, n):
    """The n-grams of a list of words, with repetitions."""
    return [tuple(words[k : k + n]) for k in range(len(words) - n + 1)]


def clipped(said, wanted):
    """How many n-grams match, each at most as often as it is wanted."""
    left, matches = list(wanted), 0
    for gram in said:
        if gram in left:
            left.remove(gram)
            matches += 1
    return matches


class ClippedMatches(Check):
    exercise = "4a.4"
    name = "clipped_matches"
    gives = "arrays"

    def inputs(self, rng):
        lengths = rng.size("words in the candidate", 12, 14), rng.size("words in the reference", 15, 17)
        often, wanted, *others = ([str(word) for word in rng.choice(VOCABULARY, size=n)] for n in (4, 3, 9, 9))
        # One phrase is said twice and wanted once, the other the other way round.
        candidate = [*often, *often, *wanted, *others[0]][: lengths[0]]
        reference = [*often, *wanted, *wanted, *others[1]][: lengths[1]]
        if rng.at("empty", "with an empty candidate"):
            candidate = []
        if rng.at("same", "with the reference as the candidate"):
            candidate = list(reference)
        if rng.at("one word", "with one word said again and again"):
            candidate = [reference[0]] * len(candidate)
        if rng.at("mirrored", "with the words of the reference in another order"):
            candidate = reference[::-1]
        return {"candidate": " ".join(candidate), "reference": " ".join(reference)}

    def further(self):
        said = "son frère obéit aux vieux princes anglais ."
        return {"for the lesson's sentence": {"candidate": said, "reference": said.replace("vieux", "jeunes")}}

    def probe(self, answer, inputs):
        candidate, reference = inputs["candidate"].split(), inputs["reference"].split()
        found = {"matches": [], "possible": []}
        for n in range(1, 5):
            for name, value in unpacked(
                answer(list(candidate), list(reference), n), list(found), "return two numbers: matches, possible"
            ).items():
                found[name].append(value)
        return found

    def judge(self, inputs, outputs):
        candidate, reference = inputs["candidate"].split(), inputs["reference"].split()
        for name, values in outputs.items():
            expect_shape(f"for n = 1, 2, 3 and 4, {name}", values, (4,), "(a number each)")

        def of_each(count, shift=0, one=candidate, other=reference):
            return [count(ngrams_of(one, n + shift), ngrams_of(other, n + shift)) for n in range(1, 5)]

        letters = " ".join(candidate), " ".join(reference)
        possible = of_each(lambda said, _: len(said))
        expect_close(
            "the number of the candidate's n-grams, for n = 1, 2, 3 and 4,",
            outputs["possible"],
            possible,
            [
                (
                    of_each(lambda _, wanted: len(wanted)),
                    "these are the n-grams of the reference; count the candidate's",
                ),
                (of_each(lambda said, _: len(set(said))), "an n-gram that comes twice counts twice"),
                ([len(candidate)] * 4, "divide by the number of n-grams: w words have w - n + 1 of them, not w"),
                (
                    [len(candidate) - n for n in range(1, 5)],
                    "one too few: w words have w - n + 1 n-grams of n words, and w - n of n + 1 words",
                ),
                (
                    [len(candidate) - n + 1 for n in range(1, 5)],
                    "fewer words than n have no n-grams, not less than none",
                ),
                (of_each(clipped), "these are the matches; the second number is how many there could be"),
                (of_each(lambda said, _: len(said), one=letters[0]), "these are n-grams of letters; count words"),
                (
                    of_each(lambda said, _: len(said), shift=1),
                    "one too few: w words have w - n + 1 n-grams of n words, and w - n of n + 1 words",
                ),
                (of_each(lambda said, _: max(len(said), 1)), "where there is no n-gram, there are 0, not 1"),
                *[
                    ([len(ngrams_of(candidate, n))] * 4, f"these are n-grams of {n} words, whatever n is")
                    for n in (2, 3, 4)
                ],
                (
                    np.cumsum(possible),
                    "only n-grams of exactly n words count; yours count the shorter ones, too",
                ),
            ],
            where=lambda at: f" for n = {at[0] + 1}",
        )
        expect_close(
            "the matches, for n = 1, 2, 3 and 4,",
            outputs["matches"],
            of_each(clipped),
            [
                (
                    of_each(lambda said, wanted: sum(gram in wanted for gram in said)),
                    "matches are not clipped: an n-gram counts as often as the reference has it, no more",
                ),
                (
                    of_each(lambda said, wanted: len(set(said) & set(wanted))),
                    "each n-gram counts once here; it counts as often as both have it (Counter &)",
                ),
                (
                    of_each(lambda said, wanted: sum(gram in said for gram in wanted)),
                    "these are the reference's n-grams that were said; count the candidate's, clipped",
                ),
                (
                    of_each(lambda said, wanted: sum(one == other for one, other in zip(said, wanted, strict=False))),
                    "an n-gram may stand anywhere in the reference; yours must stand at the same place",
                ),
                (possible, "these are all n-grams of the candidate; count those that the reference has, too"),
                (
                    of_each(clipped, one=letters[0], other=letters[1]),
                    "these are n-grams of letters; count words",
                ),
                (of_each(clipped, shift=1), "these are n-grams of n + 1 words"),
                (
                    of_each(lambda said, wanted: sum(len(gram) for gram in set(said) & set(wanted))),
                    "this counts the words of the n-grams; count the n-grams",
                ),
                (
                    [clipped(candidate, reference)] * 4,
                    "these are single words; for n = 2 count pairs, for n = 3 triples, and so on",
                ),
                (
                    of_each(lambda said, wanted: clipped([tuple(sorted(g)) for g in said], map(sorted_, wanted))),
                    "the order of the words within an n-gram counts",
                ),
                (
                    of_each(lambda said, wanted: clipped(said, wanted) / max(len(said), 1)),
                    "this is the precision; return the matches and the possible ones as two numbers",
                ),
                (
                    of_each(lambda said, wanted: len(said) + len(wanted) - clipped(said, wanted)),
                    "| keeps the larger of two counts, & the smaller",
                ),
                (
                    of_each(lambda said, wanted: len(said) - clipped(said, wanted)),
                    "these are the n-grams that the reference does not have",
                ),
            ],
            where=lambda at: f" for n = {at[0] + 1}",
        )


def sorted_(gram):
    """The words of an n-gram in the order of the alphabet."""
    return tuple(sorted(gram))


NO_NGRAM = "a translation of fewer than four words has no four in a row, so there is nothing to divide by; BLEU is 0"
NO_WORDS = "an empty translation has no words, c = 0, and r / c cannot be taken; nothing matches, so BLEU is 0"


def counted(pairs, match=clipped, count=len, orders=4):
    """(matches, possible), each (orders,), added up over pairs of lists of words: candidate, reference."""
    found = [
        [(match(*grams), count(grams[0])) for grams in [(ngrams_of(said, n), ngrams_of(wanted, n))]]
        for n in range(1, orders + 1)
        for said, wanted in pairs
    ]
    sums = np.array(found, "float64").reshape(orders, len(pairs), 2).sum(axis=1)
    return sums[:, 0], sums[:, 1]


def geometric(p):
    """The geometric mean of precisions; 0 where one of them is."""
    return math.exp(np.mean(np.log(p))) if np.min(p) > 0 else 0.0


def brevity(c, r):
    """The penalty of translations that are too short."""
    return min(1.0, math.exp(1 - r / c)) if c else 0.0


def score(matches, possible, c, r, mean=geometric, penalty=brevity):
    """100 times the mean of the precisions times the penalty."""
    p = np.divide(matches, possible, out=np.zeros(len(matches)), where=possible > 0)
    return 100 * penalty(c, r) * mean(p)


def bleu_and_mistakes(candidates, references):
    """BLEU of a corpus, and (wrong value, hint)."""
    pairs = list(zip(candidates, references, strict=True))
    c, r = (sum(map(len, side)) for side in (candidates, references))
    right = counted(pairs)
    longer = [pair for pair in pairs if len(pair[0]) >= 4]
    heap = [
        (
            [gram for said, _ in pairs for gram in ngrams_of(said, n)],
            [gram for _, wanted in pairs for gram in ngrams_of(wanted, n)],
        )
        for n in range(1, 5)
    ]
    joined = [tuple([word for words in side for word in words] for side in (candidates, references))]
    shares = np.array([np.divide(*counts, out=np.zeros(4), where=counts[1] > 0) for counts in map(one, pairs)])
    penalties = [brevity(len(said), len(wanted)) for said, wanted in pairs]
    recalls = counted([pair[::-1] for pair in pairs])[1]
    swapped = [pair[::-1] for pair in pairs]

    def without_penalty(c, r):
        return 1.0

    return score(*right, c, r), [
        (score(*right, c, r) / 100, "BLEU goes from 0 to 100; multiply by 100"),
        (
            score(*right, c, r, penalty=without_penalty),
            "the brevity penalty is missing, or the wrong way round, or c and r are not the numbers of *words*: short "
            "translations are praised",
        ),
        (
            score(*right, c, r, penalty=lambda c, r: math.exp(1 - r / c) if c else 0.0),
            "the brevity penalty rewards long translations; it is never above 1",
        ),
        (
            score(*right, c, r, penalty=lambda c, r: min(1.0, c / r)),
            "the brevity penalty is exp(1 - r / c), not the ratio of the lengths c / r",
        ),
        (
            score(*right, c, r, penalty=lambda c, r: min(1.0, math.exp(1 - c / r))),
            "the brevity penalty is the wrong way round: it punishes what is longer than the reference",
        ),
        (
            score(*right, c, r, mean=np.mean),
            "the geometric mean of the four precisions is wanted, exp of the mean logarithm",
        ),
        (score(*right, c, r, mean=np.prod), "this is the product of the four precisions; take its fourth root"),
        (score(*right, c, r, mean=lambda p: np.sqrt(np.prod(p))), "take the fourth root, not the square root"),
        (score(*right, c, r, mean=lambda p: p[-1]), "only the last precision counts here; take the mean of all four"),
        (score(*right, c, r, mean=lambda p: p[0]), "only the single words count here; take all four precisions"),
        (score(*right, c, r, mean=lambda p: geometric(p[:3])), "n-grams go up to four words; yours stop at three"),
        (score(*right, c, r, mean=lambda p: geometric(p[:3]) if min(p) else 0.0), "yours stop at three words"),
        *[
            (score(*right, c, r, mean=lambda p, none=none: geometric([none, *p[:3]])), "n goes from 1 to 4, not from 0")
            for none in without_words(pairs)
        ],
        (
            np.mean([score(*one(pair), *map(len, pair)) for pair in pairs]),
            "this is the mean of the sentences' BLEU; counts are added up over the corpus first",
        ),
        (
            score(np.array([clipped(*grams) for grams in heap]), np.array([len(s) for s, _ in heap]), c, r),
            "an n-gram matches only in the reference of its own sentence; count sentence by sentence",
        ),
        (score(*counted(joined), c, r), "sentences are joined: an n-gram does not go from one into the next"),
        (
            100 * brevity(c, r) * geometric(shares.mean(axis=0)),
            "these are means of the sentences' precisions; add up matches and n-grams over the corpus, then divide",
        ),
        (
            score(*right, c, r, penalty=lambda c, r: np.mean(penalties)),
            "one brevity penalty for the corpus: c and r are all words of all sentences",
        ),
        *[
            (value, "short translations count, too: three words have no four in a row, but words and pairs")
            for value in (score(*counted(longer), c, r), score(*counted(longer), *lengths_of(longer)))
        ],
        (
            score(*counted(pairs, match=lambda said, wanted: sum(g in wanted for g in said)), c, r),
            "matches are not clipped: an n-gram counts as often as the reference has it, no more",
        ),
        (
            score(*counted(pairs, count=lambda grams: len(set(grams))), c, r),
            "divide by all n-grams of the candidates, those that come twice counted twice",
        ),
        (
            score(right[0], np.full(4, float(c)), c, r),
            "divide by the number of n-grams: w words have w - n + 1 of them, not w",
        ),
        (
            score(right[0], recalls, c, r),
            "these are recalls: divide by the number of n-grams of the candidates",
        ),
        (score(*counted(swapped), r, c), "candidates and references are exchanged: the *candidates* are judged"),
        (
            score(right[0] + 1, right[1] + 1, c, r),
            "1 is added to every count; this BLEU is not smoothed",
        ),
        (
            score(*one(pairs[0]), *map(len, pairs[0])),
            "only the first sentence counts here; add up over all of them",
        ),
        (
            score(*one(pairs[-1]), *map(len, pairs[-1])),
            "only the last sentence counts here; add up over all of them",
        ),
    ]


def without_words(pairs):
    """The precisions of n-grams of 0 words, of which a sentence has one more than it has words."""
    possible = sum(len(said) + 1 for said, _ in pairs)
    return [sum(min(len(said), len(wanted)) + 1 for said, wanted in pairs) / max(possible, 1)]


def lengths_of(pairs):
    """The numbers of words in all candidates, and in all references."""
    return [sum(map(len, side)) for side in zip(*pairs, strict=True)] or [0, 0]


def one(pair):
    """(matches, possible) of one sentence."""
    return counted([pair])


class BleuByHand(Check):
    exercise = "4a.5"
    name = "bleu_by_hand"
    gives = "array"

    def inputs(self, rng):
        count = rng.size("sentences", 4, 6)

        def noisy(reference, drop, swap):
            words = [word for word in reference if rng.random() > drop]
            return [str(rng.choice(VOCABULARY)) if rng.random() < swap else word for word in words]

        references = [[str(w) for w in rng.choice(VOCABULARY, size=int(n))] for n in rng.integers(9, 16, size=count)]
        # The first four words of each are right, so that some four in a row always match.
        candidates = [words[:4] + noisy(words[4:], 0.25, 0.08) for words in references]
        if count > 2:
            candidates[0] = references[0][:5] * 2  # a phrase that the reference has once, said twice
            candidates[1] = references[1][:3]
            references[2][-1] = "hibou"  # which only another sentence's translation says
            candidates[-1].append("hibou")
        if rng.at("long", "with translations that are too long"):
            candidates = [[*words, words[0], *words[:5]] for words in references]
        if rng.at("right", "with the references themselves"):
            candidates = [list(words) for words in references]
        if rng.at("nothing", "with no right word"):
            candidates = [["un", "pain", "chaud", "de", "plus"]] * count
        if rng.at("three", "with translations of three words"):
            candidates = [words[:3] for words in references]
        if rng.at("empty", "with empty translations only"):
            candidates = [[] for _ in references]
        if rng.at("one empty", "with an empty translation among others"):
            candidates = [[], *candidates]
            references = [["le", "chat", "est", "noir"], *references]
        if rng.at("pairs", "with no three right words in a row"):
            candidates = [[word for two in zip(w[::2], ["un"] * 9, strict=False) for word in two] for w in references]
        return {"candidates": lines(candidates), "references": lines(references)}

    def further(self):
        said = "son frère obéit aux vieux princes anglais ."
        return {"for the lesson's sentence": {"candidates": said, "references": said.replace("vieux", "jeunes")}}

    def probe(self, answer, inputs):
        try:
            with np.errstate(all="ignore"):
                return alone(answer(words_in(inputs["candidates"]), words_in(inputs["references"])), "BLEU")
        except ZeroDivisionError as error:
            said = words_in(inputs["candidates"])
            raise Wrong(NO_NGRAM if sum(map(len, said)) else NO_WORDS) from error

    def judge(self, inputs, outputs):
        candidates, references = words_in(inputs["candidates"]), words_in(inputs["references"])
        yours = outputs["BLEU"]
        if yours.shape == (4,):
            raise Wrong("this is a number for each n; take their geometric mean, times the brevity penalty, times 100")
        expect_shape("BLEU", yours, ())
        expected, wrong = bleu_and_mistakes(candidates, references)
        if np.isnan(yours) or np.isinf(yours):
            raise Wrong(NO_WORDS if not sum(map(len, candidates)) else NO_NGRAM)
        others = [pair for pair in wrong if abs(pair[0] - expected) > 0.002]
        expect_close("BLEU", yours, expected, others, atol=1e-4, rtol=1e-5)


# --- exhaustive search --------------------------------------------------------------------------------------------


def first_row(words, t):
    """Where in a table of all prefixes, the shorter first, those of t tokens begin."""
    return sum(words**k for k in range(t))


def rows_of(prefixes, words):
    """The rows of prefixes (n, t) in such a table."""
    n, t = prefixes.shape
    places = np.zeros(n, "int64")
    for column in prefixes.T:
        places = places * words + column
    return first_row(words, t) + places


class ExhaustiveSearch(Check):
    exercise = "4a.6"
    name = "exhaustive_search"
    gives = "arrays"

    def inputs(self, rng):
        words, longest = rng.size("words", 3, 4, least=2), rng.size("longest", 3, 5)
        logits = 1.5 * rng.reals(first_row(words, longest + 1), words)
        end = int(rng.integers(words))
        if rng.at("first", "with END as the first word"):
            end = 0
        if rng.at("hesitant", "where END is seldom likely"):
            logits[:, end] -= 3
        if rng.at("late", "where sentences are long"):
            logits[: first_row(words, longest - 1), end] -= 8
        if rng.at("path", "where the likeliest first token leads nowhere"):
            dead_end, way = [word for word in range(words) if word != end][:2]
            logits[:] = 0
            logits[0, dead_end], logits[0, way] = 3, 2.8
            logits[rows_of(np.array([[way]]), words), end] = 8
        if rng.edge is None:
            logits[0, end] -= 4  # or the empty sentence would often be the likeliest
        table = log_softmax(logits)
        if rng.at("impossible", "with words that are impossible") and words > 1:
            table[:, (end + 1) % words] = -np.inf
        return {"table": table, "end": end, "longest": longest}

    def probe(self, answer, inputs):
        table, longest = inputs["table"], inputs["longest"]
        words = table.shape[1]

        def next_log_p(prefixes):
            prefixes = np.asarray(prefixes)
            if prefixes.ndim != 2:
                raise Wrong(
                    f"next_log_p takes prefixes (n, t), also when there is only one; yours have {prefixes.ndim} axes"
                )
            if prefixes.shape[1] and prefixes.dtype.kind not in "iu":
                raise Wrong(f"the tokens of a prefix should be integers; yours are of {prefixes.dtype}")
            if prefixes.shape[1] > longest:
                raise Wrong(f"a sentence has at most `longest` tokens; yours go on after {prefixes.shape[1]}")
            if prefixes.size and (prefixes.min() < 0 or prefixes.max() >= words):
                raise Wrong(f"a prefix holds a token that is no word: there are {words}, from 0 on")
            return table[rows_of(prefixes.astype("int64"), words)]

        wanted = "return two things: the sentence, and its log-probability"
        return unpacked(answer(next_log_p, inputs["end"], longest), ["sentence", "log_p"], wanted)

    def judge(self, inputs, outputs):
        table, end, longest = inputs["table"], inputs["end"], inputs["longest"]
        words = table.shape[1]
        sentence, log_p = outputs["sentence"], outputs["log_p"]
        if sentence.ndim == 0:  # a sentence of two words alone, which looks like two things
            raise Wrong("return two things: the sentence, a list of tokens, and its log-probability")
        if sentence.ndim == 2 and len(sentence) == 1:
            raise Wrong("the sentence should be a list of tokens, not a list of one list")
        if sentence.ndim != 1 or not sentence.size:
            raise Wrong(f"the sentence should be a list of tokens; yours has shape {sentence.shape}")
        expect_shape("its log-probability", log_p, ())
        expect_integers("the tokens of the sentence", sentence)
        if sentence.min() < 0 or sentence.max() >= words:
            raise Wrong(f"the sentence holds a token that is no word: there are {words}, from 0 on")
        if sentence[-1] != end:
            raise Wrong("the sentence has not ended: its last token should be END")
        if np.any(sentence[:-1] == end):
            raise Wrong("the sentence goes on after its END; a prefix that has ended is not prolonged")
        if len(sentence) > longest:
            raise Wrong(f"the sentence has {len(sentence)} tokens with its END; `longest` is {longest}")
        found = ended(table, end, longest)
        best = max(found.values())
        own = found[tuple(sentence.tolist())]
        if not math.isclose(own, best, abs_tol=1e-5):
            raise Wrong(why_not_likeliest(found, sentence.tolist(), table, end, longest))
        expect_close(
            "its log-probability",
            log_p,
            best,
            [
                (np.exp(best), "this is the probability; its logarithm is wanted"),
                (-best, "the sign is wrong: a log-probability is negative"),
                (best / len(sentence), "this is the mean over the tokens; the sum is wanted"),
                (best - table[rows_of(sentence[None, :-1], words)[0], end], "the log-probability of END is missing"),
                (table[rows_of(sentence[None, :-1], words)[0], end], "this is END alone; add up over all tokens"),
                (best - table[0, sentence[0]], "the log-probability of the first token is missing"),
                (best / np.log(2), "this is in bits (log2); use the natural logarithm"),
            ],
        )


def ended(table, end, longest):
    """{sentence: log-probability} of all sentences of at most `longest` tokens."""
    words, found = table.shape[1], {}

    def go_on(prefix, so_far):
        for word, log_p in enumerate(table[rows_of(np.array([prefix], "int64").reshape(1, -1), words)[0]]):
            if word == end:
                found[(*prefix, word)] = so_far + log_p
            elif len(prefix) + 1 < longest:
                go_on((*prefix, word), so_far + log_p)

    go_on((), 0.0)
    return found


def why_not_likeliest(found, sentence, table, end, longest):
    """Why a sentence may have been taken for the likeliest."""
    words = table.shape[1]

    def likeliest(key, among=found):
        return list(max(among, key=key)) if among else None

    greedy = []
    while end not in greedy:
        row = table[rows_of(np.array([greedy], "int64").reshape(1, -1), words)[0]]
        greedy.append(int(np.argmax(row)) if len(greedy) < longest - 1 else end)
    reasons = [
        (greedy, "this is the greedy sentence; there is a likelier one: look at all of them"),
        (
            likeliest(found.get, [s for s in found if len(s) < longest]),
            "sentences of `longest` tokens, their END counted, belong to it, too; yours stop before",
        ),
        (
            likeliest(found.get, [s for s in found if len(s) == longest]),
            "a sentence may be shorter than `longest`; yours are all as long as can be",
        ),
        (
            likeliest(found.get, [s for s in found if len(s) > 1]),
            "the sentence that ends at once counts, too: END may be the first token",
        ),
        (
            likeliest(lambda s: found[s] / len(s)),
            "this has the best *mean* log-probability; the best sum is wanted",
        ),
        ([end], "this sentence ends at once; there is a likelier one"),
        (likeliest(lambda s: -found[s]), "this is the *least* likely sentence"),
    ]
    own = found[tuple(sentence)]
    best = max(found.values())
    said = f"its log-probability is {own:.4g}, and there is a sentence of {best:.4g}"
    return next((hint for wrong, hint in reasons if wrong == sentence), f"this is not the likeliest: {said}")


# --- beam search --------------------------------------------------------------------------------------------------

TALKS = "a finished beam says words that should be out of the question: all but PAD get -1e9, however far the rest is"


class BeamStep(Check):
    exercise = "4a.7"
    name = "beam_step"

    def inputs(self, rng):
        batch, width, words = rng.size("batch", 6, 7), rng.size("width", 4, 5), rng.size("words", 8, 11, least=3)
        scores = -np.sort(rng.reals(batch, width, within=(1, 9)), axis=1)
        logits = 1.5 * rng.reals(batch, width, words)
        finished = rng.whole(0, 1, batch, width).astype(bool)
        if rng.edge is None:
            as_in_the_loop(rng, scores, logits, finished)
        if rng.at("start", "at the first step, when all beams begin alike"):
            scores, finished = np.where(np.arange(width) == 0, 0.0, -1e9) + 0 * scores, finished & False
            logits = np.broadcast_to(logits[:, :1], logits.shape)
        log_p = log_softmax(logits)
        given = {"scores": scores.astype("float32"), "log_p": log_p.astype("float32"), "finished": finished}
        return given | {"usual": int(rng.edge is None)}

    def probe(self, answer, inputs):
        import tensorflow as tf

        arguments = [inputs[name] for name in ("scores", "log_p", "finished")]
        names, wanted = ["scores", "parents", "tokens"], "return three things: scores, parents, tokens"
        width, words = inputs["log_p"].shape[1:]
        made = unpacked(answer(*map(tf.constant, arguments)), names, wanted)
        seen = {f"new {name}": value for name, value in made.items()}
        if inputs["usual"]:
            shapes = [(None, width), (None, width, words), (None, width)]
            seen |= in_a_loop(answer, arguments, shapes, names, wanted)
        return seen

    def judge(self, inputs, outputs):
        self.judge_one(inputs, outputs, "new ", "")
        if inputs["usual"]:
            self.judge_one(inputs, outputs, "compiled ", "inside a compiled loop, ")

    def judge_one(self, inputs, outputs, prefix, where):
        """Judge what `probe` noted under a prefix."""
        scores, log_p, finished = inputs["scores"].astype("float64"), inputs["log_p"], inputs["finished"]
        batch, width, words = log_p.shape
        yours = {name: outputs[prefix + name] for name in ("scores", "parents", "tokens")}
        for name, array in yours.items():
            if array.shape in ((width,), (batch * width,)) and array.shape != (batch, width):
                raise Wrong(
                    f"{name} mixes the sentences of the batch; each has {width} beams of its own, {(batch, width)}"
                )
            expect_shape(f"{where}{name}", array, (batch, width), "(batch, width)")
        for name in ("parents", "tokens"):
            expect_integers(f"{where}{name}", yours[name])
        own, parents, tokens = (yours[name] for name in ("scores", "parents", "tokens"))
        if np.isnan(own).any() or np.isposinf(own).any():
            raise Wrong("the scores should be finite; 0 times infinity, or log of 0, is not")

        total = candidates(scores, log_p, finished)
        best = np.sort(total.reshape(batch, -1), axis=1)[:, ::-1][:, :width]
        if not same_scores(np.sort(own, axis=1)[:, ::-1], best):
            self.say_why(scores, log_p, finished, yours, best, where)
        if not same_scores(own, best):
            raise Wrong(f"{where}the scores should stand best first; yours are in another order")
        inside = (parents >= 0) & (parents < width) & (tokens >= 0) & (tokens < words)
        rows = np.arange(batch)[:, None]
        claimed = np.where(inside, total[rows, parents * inside, tokens * inside], np.nan)
        places = np.where(inside, parents * words + tokens, -1)
        counts = [len(set(row)) for row in places.tolist()]
        if same_scores(claimed, own) and min(counts) == width:
            return
        self.say_where(total, finished, yours, where)

    def say_why(self, scores, log_p, finished, yours, best, where):
        """Raise Wrong with the reason why the scores are not the best ones."""
        batch, width, words = log_p.shape

        def top(total):
            return np.sort(total.reshape(batch, -1), axis=1)[:, ::-1][:, :width]

        grown = scores[..., None] + log_p
        pad = np.arange(words) == PAD
        other = finished[..., None] & ~pad
        free = np.where(finished[..., None], scores[..., None], grown)
        rows = [np.sort(row.max(axis=-1))[::-1][:width] for row in candidates(scores, log_p, finished)]
        pooled = np.sort(candidates(scores, log_p, finished).ravel())[::-1][: batch * width].reshape(batch, width)
        wrong = [
            (
                top(grown),
                "finished beams go on and pay for words that nobody reads; a finished beam can only say PAD, for 0",
            ),
            (top(free), "a finished beam has become every word for nothing and fills the beam; only PAD is free"),
            (
                top(np.where(finished[..., None], -1e9, grown)),
                "a finished beam is lost: it stays, with its score as it was, by saying PAD for 0",
            ),
            (
                top(np.where(other, -1e9, grown)),
                "a finished beam pays for its padding: PAD costs 0 there, whatever log_p says",
            ),
            (
                top(np.where(finished[..., None], np.where(pad, 0.0, -1e9), grown)),
                "a finished beam has lost its score: PAD adds 0 to it, and every other word -1e9",
            ),
            (
                top(candidates(scores, log_p, ~finished)),
                "the finished beams go on and the unfinished ones are stopped; the other way round",
            ),
            (np.array(rows), "one continuation for each beam is kept; choose from all beams × vocabulary together"),
            (
                np.sort(candidates(scores, log_p, finished).reshape(batch, -1), axis=1)[:, :width][:, ::-1],
                "these are the *worst* candidates; scores are negative, and the greatest is best",
            ),
            (
                top(candidates(0 * scores, log_p, finished)),
                "the scores so far do not enter; a candidate has scores + log_p",
            ),
            (np.sort(scores, axis=1)[:, ::-1], "the scores are as they came; add log_p of the token that was chosen"),
            (
                top(candidates(scores, log_p, finished, end=END)),
                "a finished beam says END again; after END there is only PAD",
            ),
            (
                top(scores[..., None] * log_p),
                "scores and log_p are multiplied; log-probabilities are added",
            ),
            (pooled, "the best beams are taken from the whole batch; each sentence has its own"),
        ]
        own = np.sort(yours["scores"], axis=1)[:, ::-1]
        at = np.clip(yours["parents"], 0, width - 1)
        talks = np.take_along_axis(finished, at, axis=1) & (yours["tokens"] != PAD) & (own > IMPOSSIBLE)
        last = [(own, TALKS)] if talks.any() else []
        expect_close(f"{where}the scores", own, best, wrong + last, atol=1e-4)
        raise Wrong(f"{where}the scores are not those of the best {width} candidates")

    def say_where(self, total, finished, yours, where):
        """Raise Wrong with the reason why parents and tokens do not belong to the scores."""
        batch, width, words = total.shape
        flat = np.argsort(-total.reshape(batch, -1), axis=1, kind="stable")[:, :width]
        parents, tokens = flat // words, flat % words
        expect_close(
            f"{where}the parents",
            yours["parents"],
            parents,
            [
                (tokens, "parents and tokens are exchanged"),
                (
                    parents + width * np.arange(batch)[:, None],
                    "parents count through the whole batch; they begin at 0 in each sentence",
                ),
                (flat, "these are places in the flat table; divide by the size of the vocabulary"),
                (
                    flat // width,
                    "parents are the places in the flat table // the size of the vocabulary, not // the width",
                ),
                (
                    flat % width,
                    "each beam fills a row of the flat table: parents are its places // the size of the vocabulary",
                ),
                (
                    np.broadcast_to(np.arange(width), flat.shape),
                    "a beam may have several children, or none; the parent is where the candidate came from",
                ),
            ],
        )
        expect_close(
            f"{where}the tokens",
            yours["tokens"],
            tokens,
            [
                (flat, "these are places in the flat table; take the remainder, % the vocabulary"),
                (flat % width, "the remainder is by the size of the vocabulary, not by the width"),
                (
                    np.where(tokens == END, PAD, tokens),
                    "END itself is replaced by PAD; a beam has to say it before it is finished",
                ),
                (
                    np.where(np.take_along_axis(finished, parents, axis=1) & (tokens == PAD), END, tokens),
                    "a finished beam says END again; after END there is only PAD",
                ),
            ],
        )
        raise Wrong(f"{where}parents and tokens do not belong to the scores beside them")


def candidates(scores, log_p, finished, end=PAD):
    """The scores of all beams prolonged by every word: (batch, width, words). end: what a finished beam says."""
    only = np.where(np.arange(log_p.shape[-1]) == end, 0.0, -1e9)
    return scores[..., None] + np.where(finished[..., None], only, log_p)


def same_scores(one, other):
    """True where two arrays of scores are equal, all that is out of the question being alike."""
    one, other = np.maximum(one, IMPOSSIBLE), np.maximum(other, IMPOSSIBLE)
    return np.allclose(one, other, atol=1e-4, rtol=1e-5)


def as_in_the_loop(rng, scores, logits, finished):
    """Change six sentences or more, in place, so that each has what makes a step of beam search difficult."""
    words = logits.shape[-1]
    logits[..., PAD] -= 9
    finished[0, 0], finished[1] = True, False  # the best of the first is finished, none of the second
    logits[0, 0, PAD] += 12  # and would say PAD
    finished[2, 0], finished[2, 1] = False, True  # of the third, the second best would say anything but PAD
    scores[2, 1] = scores[2, 0] - 0.1
    logits[2, 0, END] += 6  # and the best says END now
    logits[3] = [[-8, *rng.permutation(np.linspace(-4, 4, words - 1))] for _ in range(logits.shape[1])]
    scores[3], finished[3, 0] = scores[3] * 0.03, True  # a finished beam, far ahead of all others
    scores[3, 1:] -= 130
    scores[4], finished[4] = np.where(np.arange(scores.shape[1]) == 0, 0.0, -1e9), False  # the first step
    finished[5] = True


# --- a sequence in one number -------------------------------------------------------------------------------------


class StackInANumber(Check):
    exercise = "4a.8"
    name = "stack_in_a_number"

    def inputs(self, rng):
        base, T, batch = 2 ** rng.size("bits", 2, 4), rng.size("symbols", 5, 10), rng.size("batch", 3, 6)
        symbols = rng.whole(0, base - 1, T, batch)
        if rng.edge is None:
            symbols[:, 0] = np.arange(T) % base
            symbols[:2, 1] = base - 1
        return {"base": base, "symbols": symbols, "bits": 64}

    def further(self):
        symbols = np.random.default_rng(0).integers(8, size=(7, 4))
        return {"for seven symbols in float32": {"base": 8, "symbols": symbols, "bits": 32}}

    def probe(self, answer, inputs):
        base, dtype = inputs["base"], f"float{inputs['bits']}"
        symbols = inputs["symbols"].astype(dtype)
        wanted = "return two functions: push, pop"
        push = unpacked(answer(base), ["push", "pop"], wanted)["push"]
        pop = unpacked(answer(base), ["push", "pop"], wanted)["pop"]  # of another pair: the number is all there is
        for name, function in (("push", push), ("pop", pop)):
            if not callable(function):
                raise Wrong(f"{name} should be a function; yours is a {type(function).__name__}")
        h = np.zeros(symbols.shape[1], dtype)
        states, popped, left = [h], [], []
        for symbol in symbols:
            h = as_number(push(h.copy(), symbol.copy()), "push(h, symbol) should return one thing, the next h")
            states.append(h)
        for _ in symbols:
            symbol, h = unpacked(
                pop(h.copy()), ["symbol", "h"], "pop(h) should return two things: the symbol, and h before it"
            ).values()
            symbol, h = as_number(symbol, "the symbol"), as_number(h, "h")
            popped.append(symbol)
            left.append(h)
        return {"states": states, "popped": popped, "left": left}

    def judge(self, inputs, outputs):
        base, symbols = inputs["base"], inputs["symbols"].astype("float64")
        T, batch = symbols.shape
        states, popped, left = (outputs[name] for name in ("states", "popped", "left"))
        expect_shape("the numbers after 0, 1, 2 ... symbols", states, (T + 1, batch), "(symbols + 1, batch)")
        for name, array in (("the symbols that come back", popped), ("the numbers that are left", left)):
            expect_shape(name, array, (T, batch), "(symbols, batch)")
        if not np.all(np.isfinite(states)):
            raise Wrong("the number should be finite")
        for what, numbers in (("push", states), ("pop", left)):
            if numbers.min() < 0 or numbers.max() >= 1:
                worst = numbers.max() if numbers.max() >= 1 else numbers.min()
                raise Wrong(out_of_range(what, worst, base, symbols, states, left))
        wanted = symbols[::-1]
        if np.array_equal(popped, symbols) and not np.array_equal(symbols, wanted):
            raise Wrong("the symbols come back first in, first out; pop gives the one that was read *last*")
        expect_close("the numbers that are left", left, states[::-1][1:], of_left(base, states), atol=1e-6)
        first = wanted[0]
        expect_close(
            "the symbols that come back, the last one first,",
            popped,
            wanted,
            [
                (wanted + 1, "the symbols are 0, 1, 2 ...; yours begin at 1"),
                (wanted - 1, "each symbol is one too small"),
                (base - 1 - wanted, "each symbol has become its mirror image, base - 1 - symbol"),
                (np.broadcast_to(first, wanted.shape), "the same symbol comes back again and again; pop removes it"),
                (0 * wanted, "nothing but zeros comes back"),
                (base * states[::-1][:-1], "the symbol is a whole number: round down what you return"),
                *of_shift(wanted, 0, ["the symbols come back one too late", "the symbols come back one too early"]),
            ],
        )
        if np.any(popped != wanted):
            raise Wrong("the symbols should be whole numbers")


def as_number(value, what):
    """An array of an answer, as NumPy has it."""
    if value is None:
        raise Wrong(RETURNED_NONE)
    if isinstance(value, tuple | list):
        raise Wrong(f"{what}; yours is a {type(value).__name__}")
    return np.asarray(value)


def out_of_range(what, worst, base, symbols, states, left):
    """Why a number is not between 0 and 1: a hint."""
    before, after = np.asarray(states[:-1], "float64"), np.asarray(states[1:], "float64")[::-1]
    pushes = [
        (base * before + symbols, "the number grows with every symbol; divide by the base to make room, not multiply"),
        (before + symbols / base, "what is there already must make room: divide it by the base, too"),
        (before / base + symbols, "the symbol may be as large as base - 1: divide it by the base, too"),
        (before + symbols, "the old number and the new symbol run into each other: divide by the base"),
        ((before + symbols) / (base - 1), "there are base symbols, 0 among them: divide by the base, not by base - 1"),
    ]
    pops = [
        (base * after, "the symbol is still in the number that is left; take it away"),
        (base * after - np.rint(base * after), "pop rounds to the nearest whole number; round down"),
    ]
    for numbers, hint in pushes if what == "push" else pops:
        if np.allclose(numbers, states[1:]) if what == "push" else np.allclose(numbers[0], left[0]):
            return f"{what}: {hint}"
    return f"{what}: h should stay at least 0 and below 1, as a unit's state is bounded; yours becomes {worst:.4g}"


def of_left(base, states):
    """(wrong numbers that are left, hint)."""
    first, count = np.asarray(states[-1], "float64"), len(states) - 1
    steps = [
        (lambda h: h, "the number is left as it was; pop takes the last symbol out of it"),
        (
            lambda h: h - np.floor(base * h) / base,
            "the symbol is taken away, but what is left must be multiplied by the base again",
        ),
        (lambda h: h / base, "pop divides as push does; it must multiply"),
    ]
    found = []
    for step, hint in steps:
        chain = [step(first)]
        while len(chain) < count:
            chain.append(step(chain[-1]))
        found.append((np.array(chain), hint))
    return found
