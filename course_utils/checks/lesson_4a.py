"""Checks of lesson 4a, encoder and decoder."""

import math

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape

PAD, START, END = 0, 1, 2  # as in course_utils.translation
CANNOT_COMPILE = (
    "right for arrays perhaps, but a compiled loop cannot use it: there the batch has no fixed size and no values yet, "
    "so use keras.ops throughout, neither NumPy, len or int, nor assignment into arrays"
)


def several(answer, arguments, names):
    """What an answer returns for the arguments, as {name: array}. Raises Wrong where it is not len(names) things."""
    result = answer(*arguments)
    if result is None:
        raise Wrong("your answer returned None; is the `return` missing?")
    if len(names) == 1:
        if isinstance(result, tuple | list) and len(result) == 1:
            result = result[0]
        return {names[0]: result}
    if not isinstance(result, tuple | list) or len(result) != len(names):
        got = f"{len(result)} things" if isinstance(result, tuple | list) else "one thing"
        raise Wrong(f"return {len(names)} things, {', '.join(names)}; yours returns {got}")
    return dict(zip(names, result, strict=True))


def compiled(answer, arrays, names, sizes):
    """What an answer returns, {name: tensor}, when it is compiled for arrays whose first axis may have any size.

    arrays: arguments, NumPy. names: of its results. sizes: shapes of the arguments, None where unknown.
    """
    import tensorflow as tf

    signature = [tf.TensorSpec(size, array.dtype) for size, array in zip(sizes, arrays, strict=True)]

    @tf.function(autograph=False, input_signature=signature)
    def run(*arguments):
        return {name: tf.convert_to_tensor(value) for name, value in several(answer, arguments, names).items()}

    try:
        return run(*map(tf.constant, arrays))
    except Wrong:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[-120:]
        raise Wrong(f"{CANNOT_COMPILE} ({type(error).__name__}: {reason})") from error


def expect_integers(what, array):
    """Raise Wrong unless the array holds integers."""
    if array.dtype.kind not in "iu":
        raise Wrong(f"{what} should be integers, to look words up with; yours are of {array.dtype}")


class TeacherForced(Check):
    exercise = "4a.1"
    name = "teacher_forced"

    def inputs(self, rng):
        batch, longest = int(rng.integers(3, 6)), int(rng.integers(6, 9))
        lengths = [longest, longest - 2, *rng.integers(2, longest, size=batch - 2)]
        target = np.zeros((batch, longest), "int32")
        for row, length in zip(target, lengths, strict=True):
            row[: length - 1] = 4 + rng.permutation(900)[: length - 1]
            row[length - 1] = END
        return {"target": target}

    def probe(self, answer, inputs):
        outputs = several(answer, (inputs["target"],), ("target_in", "target_out"))
        for name, value in outputs.items():
            if value is not None and not isinstance(value, np.ndarray):
                raise Wrong(
                    f"{name} is a {type(value).__name__}; NumPy is wanted here, since the lesson hands it to the "
                    "network beside a NumPy array: use np instead of ops, or np.array(...) around it"
                )
        return outputs

    def judge(self, inputs, outputs):
        target, given, wanted = inputs["target"], outputs["target_in"], outputs["target_out"]
        batch, steps = target.shape
        for what, array in (("target_in", given), ("target_out", wanted)):
            if array.shape == (batch, steps + 1):
                raise Wrong(f"{what} is one step too long: where START comes in, the last column goes out")
            if array.shape == (batch, steps - 1):
                raise Wrong(f"{what} is one step too short: the decoder says T words, and reads as many, START first")
            expect_shape(what, array, target.shape, "(batch, T)")
            expect_integers(what, array)
        read = np.zeros_like(target)
        for b in range(batch):
            read[b] = [START, *target[b, :-1].tolist()]
        ahead = np.concatenate([target[:, 1:], 0 * target[:, :1]], axis=1)
        real = target != PAD  # what is read where nothing is to be said makes no difference

        def masked(array):
            return np.where(real, array, PAD)

        if np.array_equal(masked(wanted), masked(read)) and np.array_equal(masked(given), target):
            raise Wrong("the two are exchanged: target_in begins with START, target_out ends with END")
        expect_close(
            "target_out",
            wanted,
            target,
            [
                (read, "target_out begins with START, which nobody has to say; it is the sentence with its END"),
                (np.where(target == END, PAD, target), "END is gone from target_out; the decoder must learn to stop"),
                (ahead, "target_out has lost its first word; it is the whole sentence"),
            ],
        )
        rolled, first_row = np.roll(target, 1, axis=1), np.roll(target, 1, axis=1)
        overwritten, down, through = target.copy(), np.roll(target, 1, axis=0), np.roll(target, 1)
        overwritten[:, 0] = START
        first_row[0] = START
        down[0] = START
        through[0, 0] = START
        twice = np.concatenate([read[:, :1], read[:, :-1]], axis=1)
        at_end = np.concatenate([target[:, :-1], np.full_like(target[:, :1], START)], axis=1)
        expect_close(
            "target_in",
            masked(given),
            masked(read),
            [
                (target, "the decoder would read the very word that it should say at that step; shift by one"),
                (masked(ahead), "shifted the wrong way: the decoder would read the word *after* the one it should say"),
                (masked(down), "that shifts down the batch; a sentence lies along axis 1, and so does the shift"),
                (masked(first_row), "START fills the first row; it is the first *column*, one for each sentence"),
                (masked(through), "the last column of each sentence has come round into the next; the first is START"),
                (masked(overwritten), "START has overwritten the first word; the words move one step to the right"),
                (masked(twice), "shifted by two: the decoder should read the word just before the one that it says"),
                (masked(rolled), "np.roll brings the last column round to the front; the first column is START"),
                (masked(np.where(read == START, PAD, read)), "the first column is padding; it should be START"),
                (masked(np.where(read == START, END, read)), "the first column is END; a sentence begins with START"),
                (masked(at_end), "START stands at the end; the decoder reads it first"),
                (np.where(real, START, PAD), "the decoder would read nothing but START, and never what it has said"),
            ],
        )
        if given.min() < 0:
            raise Wrong(f"target_in holds {given.min()}, which is no word's id; ids begin at 0, also at padding")


def run_pair(
    inputs,
    mask="keep",
    hand_over=lambda h, c, h_first, c_first: (h, c),
    same_weights=False,
    shown="h",
    read=slice(None),
    heard="y",
    decoder="goes on",
):
    """Encoder and decoder of `EncodeDecode`, one sentence at a time, with the mistakes that one can make.

    read: which of the source's steps the encoder reads. heard: what the decoder reads, "y" or "x".
    decoder: "goes on", "restarts" from C at every step, or is "masked" as the source is.
    Returns the outputs (batch, T, units), and the encoder's last h (batch, units).
    """
    weights = {who: [inputs[f"{who}_{name}"].astype("float64") for name in "WUb"] for who in ("first", "second")}

    def step(who, x, h, c):
        W, U, b = weights[who]
        c = 0.7 * c + np.tanh(x @ W + h @ U + b)
        return np.tanh(c) * np.cos(h), c

    result, ends = [], []
    for words, real, said, h_first, c_first in zip(
        *(inputs[name] for name in ("x", "mask", "y", "h", "c")), strict=True
    ):
        h, c = h_first.astype("float64"), c_first.astype("float64")
        for t in range(len(words))[read]:
            word = words[t] * real[t] if mask == "zero words" else words[t]
            new_h, new_c = step("first", word, h, c)
            if mask in ("none", "zero words") or real[t] != (mask == "inverted"):
                h, c = new_h, new_c
            elif mask == "zero":
                h, c = 0 * h, 0 * c
            elif mask == "h only":
                c = new_c
            elif mask == "c only":
                h = new_h
        ends.append(h)
        h, c = hand_over(h, c, h_first, c_first)
        context, row = (h, c), []
        for t, word in enumerate(said if heard == "y" else words[: len(said)]):
            before = context if decoder == "restarts" else (h, c)
            h, c = step("first" if same_weights else "second", word, *before)
            if decoder == "masked" and not real[t]:
                h, c = before
            row.append(h if shown == "h" else c)
        result.append(row)
    return np.array(result), np.array(ends)


class EncodeDecode(Check):
    exercise = "4a.2"
    name = "encode_decode"

    def inputs(self, rng):
        batch, size, units = int(rng.integers(3, 5)), int(rng.integers(5, 7)), int(rng.integers(7, 10))
        read, said = int(rng.integers(5, 8)), batch - 1
        lengths = np.array([read, 1, *rng.integers(2, read, size=batch - 2)])
        given = {"x": rng.normal(size=(batch, read, size)), "y": rng.normal(size=(batch, said, size))}
        given |= {name: rng.normal(size=(batch, units)) for name in ("h", "c")}
        for who in ("first", "second"):
            given |= {f"{who}_W": rng.normal(size=(size, units)), f"{who}_U": 0.6 * rng.normal(size=(units, units))}
            given[f"{who}_b"] = rng.normal(size=units)
        given = {name: value.astype("float32") for name, value in given.items()}
        return given | {"mask": np.arange(read) < lengths[:, None]}

    def probe(self, answer, inputs):
        from keras import ops

        batch, units = inputs["h"].shape

        def step_of(who):
            W, U, b = (inputs[f"{who}_{name}"] for name in "WUb")

            def step(x, h, c):
                x, h, c = (ops.convert_to_tensor(value, "float32") for value in (x, h, c))
                if x.shape != (batch, W.shape[0]):
                    raise Wrong(
                        f"a step takes one word of every sentence, (batch, size) = {(batch, W.shape[0])}; "
                        f"yours gives it {tuple(x.shape)}: take x[:, t]"
                    )
                for name, state in (("h", h), ("c", c)):
                    if state.shape != (batch, units):
                        raise Wrong(
                            f"{name} should stay (batch, units) = {(batch, units)}; it became {tuple(state.shape)}"
                        )
                c = 0.7 * c + ops.tanh(x @ W + h @ U + b)
                return ops.tanh(c) * ops.cos(h), c

            return step

        arguments = [inputs[name] for name in ("x", "mask", "y", "h", "c")]
        return several(answer, (step_of("first"), step_of("second"), *arguments), ("outputs",))

    def judge(self, inputs, outputs):
        yours = outputs["outputs"]
        expected, ends = run_pair(inputs)
        batch, said, units = expected.shape
        if yours.shape == (said, batch, units):
            raise Wrong("the axes should be (batch, T, units); yours are (T, batch, units): stack along axis 1")
        if yours.shape == (batch, units):
            raise Wrong("this is one state per sentence; the decoder has an output at every step")
        expect_shape("the outputs", yours, expected.shape, "(batch, T, units)")

        def handed(how):
            return run_pair(inputs, hand_over=how)[0]

        expect_close(
            "the outputs",
            yours,
            expected,
            [
                (
                    run_pair(inputs, "none")[0],
                    "the encoder reads the padding too: where mask is False, h and c stay as they were",
                ),
                (
                    run_pair(inputs, "zero words")[0],
                    "a word vector of 0 is read, too, and changes the state: where mask is False, keep h and c",
                ),
                (run_pair(inputs, "inverted")[0], "the mask is the wrong way round: True is a word, to be read"),
                (run_pair(inputs, "zero")[0], "the state is set to 0 at padding; it should stay as it was"),
                (run_pair(inputs, "h only")[0], "c still changes at padding; both h and c stay as they were"),
                (run_pair(inputs, "c only")[0], "h still changes at padding; both h and c stay as they were"),
                (
                    handed(lambda h, c, h_first, c_first: (h_first, c_first)),
                    "the decoder begins with the state that the *encoder* began with; hand the last one over",
                ),
                (
                    handed(lambda h, c, *first: (0 * h, 0 * c)),
                    "the decoder begins with a state of 0; hand h and c over",
                ),
                (
                    handed(lambda h, c, _, c_first: (h, c_first)),
                    "the decoder gets the encoder's h but a fresh c; C is both",
                ),
                (handed(lambda h, c, *first: (h, 0 * c)), "the decoder gets the encoder's h but a c of 0; C is both"),
                (
                    handed(lambda h, c, h_first, _: (h_first, c)),
                    "the decoder gets the encoder's c but a fresh h; C is both",
                ),
                (handed(lambda h, c, *first: (0 * h, c)), "the decoder gets the encoder's c but an h of 0; C is both"),
                (handed(lambda h, c, *first: (c, h)), "h and c are exchanged on the way to the decoder"),
                (
                    run_pair(inputs, read=slice(1, None))[0],
                    "the encoder does not read the first word; it begins at step 0",
                ),
                (
                    run_pair(inputs, read=slice(None, -1))[0],
                    "the encoder does not read the last column, where the longest sentence has a word",
                ),
                (
                    run_pair(inputs, read=slice(None, said))[0],
                    "the encoder stops after T steps; the source has S of them, x.shape[1]",
                ),
                (
                    run_pair(inputs, read=slice(None, None, -1))[0],
                    "the encoder reads the source from its end; begin with x[:, 0]",
                ),
                (
                    run_pair(inputs, read=slice(None, 1))[0],
                    "the encoder stops where the shortest sentence ends; the others have words to come",
                ),
                (run_pair(inputs, heard="x")[0], "the decoder reads x, the source; it reads y"),
                (
                    run_pair(inputs, decoder="masked")[0],
                    "the mask is the source's; the decoder takes every step of y, whatever the mask says",
                ),
                (
                    run_pair(inputs, decoder="restarts")[0],
                    "the decoder begins with C at every step; only its first state is C, then it goes on from its own",
                ),
                (
                    expected.transpose(1, 0, 2).reshape(expected.shape),
                    "sentences and steps are mixed up: a reshape does not exchange axes, stack along axis 1",
                ),
                (run_pair(inputs, same_weights=True)[0], "the decoder's steps are the encoder's; use decoder_step"),
                (run_pair(inputs, shown="c")[0], "these are the cells c; the outputs are the decoder's h"),
                (
                    np.concatenate([ends[:, None], expected[:, :-1]], axis=1),
                    "the outputs are late by one: the first is the state *after* the decoder's first step",
                ),
            ],
            atol=1e-4,
        )


class SequenceLoss(Check):
    exercise = "4a.3"
    name = "sequence_loss"

    def inputs(self, rng):
        batch, steps, size = int(rng.integers(3, 5)), int(rng.integers(6, 9)), int(rng.integers(9, 12))
        lengths = np.array([steps, 2, *rng.integers(3, steps - 1, size=batch - 2)])  # the first fills its row
        target = rng.integers(3, size, size=(batch, steps)).astype("int32")
        target[np.arange(steps) >= lengths[:, None]] = PAD
        target[np.arange(batch), lengths - 1] = END
        logits = rng.normal(scale=2, size=(batch, steps, size)).astype("float32")
        further = int(rng.integers(3, 6))
        return {
            "target": target,
            "logits": logits,
            "more_target": np.pad(target, [(0, 0), (0, further)]),
            "more_logits": np.concatenate([logits, 9 * logits[:, :1].repeat(further, axis=1)], axis=1),
            "large": 300 * logits,
        }

    def probe(self, answer, inputs):
        import tensorflow as tf

        size = inputs["logits"].shape[-1]
        row, cube = tf.TensorSpec((None, None), "float32"), tf.TensorSpec((None, None, size), "float32")

        @tf.function(autograph=False, input_signature=[row, cube])  # as model.fit calls it
        def loss_and_gradient(target, logits):
            loss = answer(target, logits)
            return loss, tf.gradients(loss, logits, unconnected_gradients="zero")[0]

        target, logits = tf.constant(inputs["target"]), tf.constant(inputs["logits"])
        loss = answer(target, logits)
        if loss is None:
            raise Wrong("your answer returned None; is the `return` missing?")
        try:
            _, gradient = loss_and_gradient(tf.cast(target, "float32"), logits)
            more = tf.cast(inputs["more_target"], "float32"), tf.constant(inputs["more_logits"])
            more_loss, more_gradient = loss_and_gradient(*more)
            large = answer(target, tf.constant(inputs["large"]))
        except Exception as error:
            reason = str(error).strip().split("\n")[-1][:120]
            raise Wrong(
                "it gives a number, but model.fit cannot use it: there the batch has no fixed size, no values yet, and "
                "the targets arrive as floats; use keras.ops, without len, float or NumPy "
                f"({type(error).__name__}: {reason})"
            ) from error
        return {
            "loss": loss,
            "gradient": gradient,
            "padded_loss": more_loss,
            "padded_gradient": more_gradient,
            "large": large,
        }

    def judge(self, inputs, outputs):
        target, loss = inputs["target"], outputs["loss"]
        batch, steps = target.shape

        def nats(logits):
            z = logits.astype("float64")
            z = z - z.max(axis=-1, keepdims=True)
            log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
            return -np.array([[log_p[b, t, target[b, t]] for t in range(steps)] for b in range(batch)]), np.exp(log_p)

        each, p = nats(inputs["logits"])
        real = target != PAD
        words = real & (target != END)
        mean = each[real].mean()
        if loss.shape in ((batch,), (batch, steps)):
            raise Wrong("this is a loss for each sentence or word; the mean over all words is wanted, a single number")
        expect_shape("the loss", loss, ())
        per_sentence = (each * real).sum(axis=1)
        flat = np.where(real, each, np.log(inputs["logits"].shape[-1]))  # logits of 0 at padding
        clipped = np.clip(
            inputs["logits"].astype("float64"), 1e-7, 1 - 1e-7
        )  # as Keras reads logits that it takes for p
        taken = np.take_along_axis(clipped, target[..., None], axis=-1)[..., 0]
        taken_for_p = -np.log(taken / clipped.sum(axis=-1))
        no_last, no_first = real[:, :-1], real[:, 1:]
        expect_close(
            "the loss",
            loss,
            mean,
            [
                (each.mean(), "the padding counts: the network would be praised for predicting <pad>; leave it out"),
                (
                    (each * real).mean(),
                    "the padding costs nothing but is still divided by; divide by the number of real words",
                ),
                (
                    (per_sentence / real.sum(axis=1)).mean(),
                    "this is a mean of means: a word of a short sentence counts for more; divide the sum over all "
                    "words by their number",
                ),
                (per_sentence.mean(), "this is the sum per sentence; divide by the number of words, not of sentences"),
                (per_sentence.sum(), "this is the sum; divide it by the number of real words"),
                (each[words].mean(), "END is left out of the loss; the decoder must learn when to stop"),
                (
                    each[:, :-1][no_last].mean(),
                    "the last column is left out; in a sentence that fills its row, END stands there",
                ),
                (each[:, 1:][no_first].mean(), "the first word of each sentence is left out"),
                (taken_for_p[real].mean(), "the logits are taken for probabilities: from_logits=True is missing"),
                *(
                    (value, "logits of 0 at padding still cost log(words) there; mask the losses, not the logits")
                    for value in (flat.mean(), flat.sum() / real.sum())
                ),
                (np.exp(mean), "this is the perplexity, exp of the loss"),
                (-mean, "the sign is wrong: a loss is positive, and smaller is better"),
                (each[~real].mean(), "the mask is the wrong way round: this is the loss on the padding"),
                (
                    -np.log(
                        np.array([[p[b, t, target[b, t]] for t in range(steps)] for b in range(batch)])[real].mean()
                    ),
                    "the logarithm comes before the mean, not after it",
                ),
            ],
        )
        for what, name in (("the loss of a batch padded further", "padded_loss"), ("the loss", "large")):
            expect_shape(what, outputs[name], ())
        expect_close("the loss of the same batch, padded further,", outputs["padded_loss"], mean)
        expect_close(
            "the loss for logits of several hundred", outputs["large"], nats(inputs["large"])[0][real].mean(), rtol=1e-3
        )
        gradient = p.copy()
        for b in range(batch):
            for t in range(steps):
                gradient[b, t, target[b, t]] -= 1
        gradient = gradient * real[..., None] / real.sum()
        expect_shape("the gradient by the logits", outputs["gradient"], gradient.shape)
        expect_close("the gradient by the logits", outputs["gradient"], gradient)
        more = np.zeros(inputs["more_logits"].shape)
        more[:, :steps] = gradient
        expect_shape("the gradient by the logits", outputs["padded_gradient"], more.shape)
        expect_close("the gradient by the logits of the same batch, padded further,", outputs["padded_gradient"], more)


class GreedyStep(Check):
    exercise = "4a.4"
    name = "greedy_step"

    def inputs(self, rng):
        batch, size = int(rng.integers(7, 10)), int(rng.integers(11, 14))
        logits = rng.normal(size=(batch, size)).astype("float32")
        finished = np.arange(batch) % 3 == 0
        logits[:, PAD] = np.median(logits[:, END + 1 :], axis=1)  # neither the likeliest nor the least likely
        for b in (0, 1, 2):  # one that is finished says END once more; two that are not say it now
            logits[b, END] = 5
        return {"logits": logits, "finished": finished}

    def probe(self, answer, inputs):
        arrays, names = (inputs["logits"], inputs["finished"]), ("tokens", "finished")
        plain = several(answer, arrays, names)
        in_loop = compiled(answer, arrays, names, [(None, arrays[0].shape[1]), (None,)])
        return plain | {f"compiled {name}": value for name, value in in_loop.items()}

    def judge(self, inputs, outputs):
        logits, finished = inputs["logits"], inputs["finished"]
        batch, size = logits.shape
        likeliest = np.array([max(range(size), key=row.__getitem__) for row in logits])
        tokens = np.array([PAD if done else token for done, token in zip(finished, likeliest, strict=True)])
        ended = finished | (tokens == END)
        for prefix in ("", "compiled "):
            yours, done = outputs[prefix + "tokens"], outputs[prefix + "finished"]
            if yours.shape == (size,):
                raise Wrong("one token per *word* of the vocabulary: the argmax is over the vocabulary, axis -1")
            expect_shape("the tokens", yours, (batch,), "(batch,)")
            expect_shape("finished", done, (batch,), "(batch,)")
            expect_integers("the tokens", yours)
            expect_close(
                "the tokens",
                yours,
                tokens,
                [
                    (likeliest, "a sentence that is finished goes on; after its END it has nothing but PAD"),
                    (np.where(finished, END, likeliest), "a finished sentence repeats END; what follows END is PAD"),
                    (
                        np.where(finished, likeliest, PAD),
                        "the unfinished sentences are padded, and the finished ones go on",
                    ),
                    (np.where(ended, PAD, likeliest), "END itself is replaced by PAD; finish *after* it is written"),
                    (np.full(batch, PAD), "unfinished sentences are padded as well; only where finished is True"),
                    *(
                        (least, "this is the least likely word; argmax, not argmin")
                        for least in (logits.argmin(axis=1), np.where(finished, PAD, logits.argmin(axis=1)))
                    ),
                ],
            )
            if done.dtype.kind != "b":
                raise Wrong(f"finished should be booleans, as it came; yours is of {done.dtype}")
            expect_close(
                "finished",
                done,
                ended,
                [
                    (finished, "a sentence that says END now should be finished from now on"),
                    (
                        tokens == END,
                        "a sentence that was finished before is no longer; once finished, always finished (|)",
                    ),
                    (likeliest == END, "whoever would not say END any more is unfinished again; keep it finished (|)"),
                    (
                        finished ^ (likeliest == END),
                        "whoever was finished and would say END again is unfinished; keep it finished (|, not ^)",
                    ),
                    (np.full(batch, True), "one END finishes the whole batch; each sentence ends at its own"),
                    (finished & (likeliest == END), "finished before *or* now (|), not both at once (&)"),
                    (~ended, "finished is the wrong way round: True is a sentence that has ended"),
                ],
            )


class BeamStep(Check):
    exercise = "4a.5"
    name = "beam_step"

    def inputs(self, rng):
        batch, width, size = 3, int(rng.integers(4, 6)), int(rng.integers(8, 12))
        scores = -np.sort(rng.permutation(np.linspace(1, 9, batch * width)).reshape(batch, width), axis=1)
        logits = rng.normal(scale=1.5, size=(batch, width, size))
        logits[..., PAD] -= 9
        finished = rng.random((batch, width)) < 0.4
        finished[0, 0], finished[1] = True, False  # the best of the first is finished, none of the second
        logits[0, 0, PAD] += 12  # and would say PAD
        finished[2, 0], finished[2, 1] = False, True  # of the third, the second best would say anything but PAD
        scores[2, 1] = scores[2, 0] - 0.1
        logits[2, 0, END] += 6  # and the best says END now
        # As in the loop, three more: a finished beam far ahead of all others, the first step, and all beams finished.
        scores = np.concatenate([scores, 0.03 * scores])
        logits, finished = np.concatenate([logits, logits]), np.concatenate([finished, np.zeros_like(finished)])
        logits[3] = [[-8, *rng.permutation(np.linspace(-4, 4, size - 1))] for _ in range(width)]
        scores[3, 1:] -= 130
        scores[4] = np.where(np.arange(width) == 0, 0.0, -1e9)
        finished[3, 0], finished[5] = True, True
        log_p = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        return {"scores": scores.astype("float32"), "log_p": log_p.astype("float32"), "finished": finished}

    def probe(self, answer, inputs):
        names = ("scores", "parents", "tokens")
        arrays = [inputs[name] for name in ("scores", "log_p", "finished")]
        width, size = inputs["log_p"].shape[1:]
        plain = several(answer, arrays, names)
        in_loop = compiled(answer, arrays, names, [(None, width), (None, width, size), (None, width)])
        return {f"new_{name}": value for name, value in plain.items()} | {
            f"compiled_{k}": v for k, v in in_loop.items()
        }

    def judge(self, inputs, outputs):
        scores, log_p, finished = inputs["scores"].astype("float64"), inputs["log_p"], inputs["finished"]
        batch, width, size = log_p.shape

        def search(frozen="one", per_beam=False, smallest=False, scored=True, finished=finished):
            """All beams by looking at every candidate."""
            new, parents, tokens = (np.zeros((batch, width)) for _ in range(3))
            for b in range(batch):
                candidates = []
                for k in range(width):
                    own = []
                    for v in range(size):
                        gain = float(log_p[b, k, v])
                        if finished[b, k] and frozen == "one":
                            gain = 0.0 if v == PAD else -1e9
                        elif finished[b, k] and frozen == "end":
                            gain = 0.0 if v == END else -1e9
                        elif finished[b, k] and frozen == "all":
                            gain = 0.0
                        elif finished[b, k] and frozen == "dead":
                            gain = -1e9
                        elif finished[b, k] and frozen == "paid":
                            gain = gain if v == PAD else -1e9
                        elif finished[b, k] and frozen == "reset":
                            gain = (0.0 if v == PAD else -1e9) - scores[b, k]
                        own.append(((scores[b, k] if scored else 0) + gain, -k, -v))
                    candidates += [max(own)] if per_beam else own
                chosen = sorted(candidates, reverse=not smallest)[:width]
                for n, (score, parent, token) in enumerate(chosen):
                    new[b, n], parents[b, n], tokens[b, n] = score, -parent, -token
            return new, parents, tokens

        new, parents, tokens = search()
        hints = [
            (
                search("no")[0],
                "finished beams go on and pay for words that nobody reads; a finished beam can only say PAD, for 0",
            ),
            (
                search("all")[0],
                "a finished beam has become every word for nothing and fills the beam; only PAD is free",
            ),
            (search("dead")[0], "a finished beam is lost: it stays, with its score as it was, by saying PAD for 0"),
            (search("paid")[0], "a finished beam pays for its padding: PAD costs 0 there, whatever log_p says"),
            (
                search("reset")[0],
                "a finished beam has lost its score: PAD adds 0 to it, and every other word -1e9",
            ),
            (
                search(finished=~finished)[0],
                "the finished beams go on and the unfinished ones are stopped; the other way round",
            ),
            (
                search(per_beam=True)[0],
                "one continuation for each beam is kept; choose from all beams × vocabulary together",
            ),
            (
                search(smallest=True)[0],
                "these are the *worst* candidates; scores are negative, and the greatest is best",
            ),
            (search(scored=False)[0], "the scores so far do not enter; a candidate has scores + log_p"),
            (scores, "the scores are as they came; add log_p of the token that was chosen"),
        ]
        for prefix in ("new_", "compiled_"):
            yours = {name: outputs[prefix + name] for name in ("scores", "parents", "tokens")}
            for name, array in yours.items():
                if array.shape in ((width,), (batch * width,)):
                    raise Wrong(
                        f"{name} mixes the sentences of the batch; each has {width} beams of its own, {(batch, width)}"
                    )
                expect_shape(name, array, (batch, width), "(batch, width)")
            for name in ("parents", "tokens"):
                expect_integers(name, yours[name])
            if not np.allclose(np.sort(yours["scores"]), np.sort(new), atol=1e-4):
                at = np.clip(yours["parents"], 0, width - 1)
                talks = np.take_along_axis(finished, at, axis=1) & (yours["tokens"] != PAD)
                last = [(yours["scores"], TALKS)] if talks.any() and np.isfinite(yours["scores"]).all() else []
                expect_close("the scores", yours["scores"], new, hints + last, atol=1e-4)
            expect_close("the scores, best first,", yours["scores"], new, atol=1e-4)
            expect_close(
                "the parents",
                yours["parents"],
                parents,
                [
                    (tokens, "parents and tokens are exchanged"),
                    (
                        parents + width * np.arange(batch)[:, None],
                        "parents count through the whole batch; they begin at 0 in each sentence",
                    ),
                    (
                        parents * size + tokens,
                        "these are places in the flat table; divide by the size of the vocabulary",
                    ),
                    (
                        (parents * size + tokens) // width,
                        "parents are the places in the flat table // the size of the vocabulary, not // the width",
                    ),
                    (
                        (parents * size + tokens) % width,
                        "each beam fills a row of the flat table: parents are its places // the size of the vocabulary",
                    ),
                ],
            )
            expect_close(
                "the tokens",
                yours["tokens"],
                tokens,
                [
                    (
                        parents * size + tokens,
                        "these are places in the flat table; take the remainder, % the vocabulary",
                    ),
                    (
                        (parents * size + tokens) % width,
                        "the remainder is by the size of the vocabulary, not by the width",
                    ),
                    (
                        np.where(tokens == END, PAD, tokens),
                        "END itself is replaced by PAD; a beam has to say it before it is finished",
                    ),
                    (
                        search("end")[2],
                        "a finished beam says END again; after END there is only PAD",
                    ),
                ],
            )


TALKS = "a finished beam says words that should be out of the question: all but PAD get -1e9, however far the rest is"


def ngrams_of(words, n):
    """The n-grams of a list of words, with repetitions."""
    return [tuple(words[k : k + n]) for k in range(len(words) - n + 1)]


def bleu_of(
    candidates,
    references,
    clip=True,
    penalty="short",
    orders=4,
    average="geometric",
    pooled=True,
    swap=False,
    counts="by sentence",
    least=0,
    possible="all",
):
    """BLEU of a corpus by counting on fingers, with the mistakes that one can make in it.

    counts: "by sentence", "in a heap" (of the whole corpus) or "mean" (of the sentences' precisions).
    least: candidates of fewer words give no n-grams. possible: what is divided by: "all" n-grams, "different" ones, or
    as many as "words".
    """
    if swap:
        candidates, references = references, candidates
    if not pooled:
        return np.mean(
            [bleu_of([c], [r], clip, penalty, orders, average) for c, r in zip(candidates, references, strict=True)]
        )
    precisions = []
    for n in range(1, orders + 1):
        grams = [
            (ngrams_of(candidate, n), ngrams_of(reference, n))
            for candidate, reference in zip(candidates, references, strict=True)
            if len(candidate) >= least
        ]
        if counts == "in a heap":
            grams = [tuple([gram for one in side for gram in one] for side in zip(*grams, strict=True))]
        found = []
        for said, left in grams:
            matches, left = 0, list(left)
            for gram in said if clip != "set" else set(said):
                if gram in left:
                    matches += 1
                    if clip:
                        left.remove(gram)
            words = len(said) + n - 1
            found.append((matches, {"all": len(said), "different": len(set(said)), "words": words}[possible]))
        if counts == "mean":
            precisions.append(np.mean([matches / max(of, 1) for matches, of in found]))
        else:
            matches, of = map(sum, zip(*found, strict=True))
            precisions.append(matches / of if of else 0.0)
    said, wanted = sum(map(len, candidates)), sum(map(len, references))
    factor = {
        "short": min(1.0, math.exp(1 - wanted / said)) if said else 0.0,
        "none": 1.0,
        "always": math.exp(1 - wanted / said) if said else 0.0,
        "ratio": min(1.0, said / wanted),
        "long": min(1.0, math.exp(1 - said / wanted)),
        "each": np.mean(
            [min(1.0, math.exp(1 - len(r) / max(len(c), 1))) for c, r in zip(candidates, references, strict=True)]
        ),
    }[penalty]
    if average == "arithmetic":
        return 100 * factor * np.mean(precisions)
    if average == "last":
        return 100 * factor * precisions[-1]
    if min(precisions) == 0:
        return 0.0
    if average == "product":
        return 100 * factor * math.prod(precisions)
    return 100 * factor * math.exp(np.mean(np.log(precisions)))


NO_FOUR_WORDS = "a translation of three words has no four in a row, so there is nothing to divide by; its BLEU is 0"
NO_WORDS = "an empty translation has no words, c = 0, and r / c cannot be taken; nothing matches, so its BLEU is 0"


class BleuByHand(Check):
    exercise = "4a.6"
    name = "bleu_by_hand"

    def inputs(self, rng):
        def noisy(reference, drop, swap):
            words = [word for word in reference if rng.random() > drop]
            return [str(rng.choice(list("abcdefgh"))) if rng.random() < swap else word for word in words]

        references = [[str(w) for w in rng.choice(list("abcdefgh"), size=int(n))] for n in rng.integers(9, 16, size=4)]
        short = [noisy(reference, 0.25, 0.08) for reference in references]
        wordy = [[*noisy(reference, 0, 0.05), reference[0], reference[0]] for reference in references]
        # A phrase that the reference has once, said three times over; and a run of four words that every part shares.
        short[0] = references[0][:5] * 2
        short[1] = references[1][:6]
        short[2] = references[2][:3]
        references[2][-1] = "i"  # which only another sentence's translation says
        short[3].append("i")
        wordy[0] = references[0][:5] * 3
        return {
            "references": lines(references),
            "short": lines(short),
            "wordy": lines(wordy),
            "nothing": lines([["x", "y", "z", "x", "y"]] * 4),
        }

    def probe(self, answer, inputs):
        references = words_in(inputs["references"])
        names = ("short", "wordy", "nothing")
        scores = {name: answer(words_in(inputs[name]), references) for name in names}
        try:
            three = answer([references[0][:3]], references[:1])
        except ZeroDivisionError as error:
            raise Wrong(NO_FOUR_WORDS) from error
        try:
            empty = answer([[]], references[:1])
        except ZeroDivisionError:
            empty = np.nan  # the judge says so, after all that matters more
        return scores | {"perfect": answer(references, references), "three": three, "empty": empty}

    def judge(self, inputs, outputs):
        references = words_in(inputs["references"])
        for value in outputs.values():
            if value.shape == (4,):
                raise Wrong(
                    "this is a number for each n; take their geometric mean, times the brevity penalty, times 100"
                )
            expect_shape("BLEU", value, ())
        for name in ("wordy", "short"):
            candidates = words_in(inputs[name])
            variants = [
                (
                    {"clip": False},
                    "matches are not clipped: an n-gram counts as often as the reference has it, no more",
                ),
                ({"clip": "set"}, "each n-gram counts once here; it counts as often as both have it (Counter &)"),
                ({"penalty": "none"}, "the brevity penalty is missing: short translations are praised"),
                ({"penalty": "always"}, "the brevity penalty rewards long translations; it is never above 1"),
                ({"penalty": "ratio"}, "the brevity penalty is exp(1 - r / c), not the ratio of the lengths c / r"),
                (
                    {"penalty": "long"},
                    "the brevity penalty is the wrong way round: it punishes what is shorter than the reference",
                ),
                (
                    {"average": "arithmetic"},
                    "the geometric mean of the four precisions is wanted, exp of the mean logarithm",
                ),
                ({"average": "last"}, "only the last precision counts here; take the geometric mean of all four"),
                (
                    {"pooled": False},
                    "this is the mean of the sentences' BLEU; counts are added up over the corpus first",
                ),
                (
                    {"counts": "in a heap"},
                    "an n-gram matches only in the reference of its own sentence; count sentence by sentence",
                ),
                (
                    {"counts": "mean"},
                    "these are means of the sentences' precisions; add up matches and n-grams over the corpus, "
                    "then divide",
                ),
                ({"penalty": "each"}, "one brevity penalty for the corpus: c and r are all words of all sentences"),
                (
                    {"possible": "different"},
                    "divide by all n-grams of the candidates, those that come twice counted twice",
                ),
                ({"possible": "words"}, "divide by the number of n-grams: w words have w - n + 1 of them, not w"),
                ({"least": 4}, "short translations count, too: three words have no four in a row, but words and pairs"),
                ({"average": "product"}, "this is the product of the four precisions; take its fourth root"),
                ({"orders": 3}, "n-grams go up to four words; yours stop at three"),
                ({"swap": True}, "candidates and references are exchanged: the *candidates'* n-grams are divided by"),
                (
                    {"swap": True, "penalty": "long"},
                    "these are recalls: divide by the number of n-grams of the candidates",
                ),
            ]
            expected = bleu_of(candidates, references)
            mistakes = [(bleu_of(candidates, references, **how), hint) for how, hint in variants]
            joined = [[[word for words in side for word in words]] for side in (candidates, references)]
            mistakes.append(
                (bleu_of(*joined), "sentences are joined: an n-gram does not go from one sentence into the next")
            )
            percent = [(expected / 100, "BLEU goes from 0 to 100; multiply by 100")]
            expect_close(
                f"BLEU of translations that are too {'long' if name == 'wordy' else 'short'}",
                outputs[name],
                expected,
                [pair for pair in [*percent, *mistakes] if abs(pair[0] - expected) > 0.002],
                atol=1e-4,
                rtol=1e-5,  # else one mistake may look like another
            )
        expect_close("BLEU of the references themselves", outputs["perfect"], 100.0, atol=1e-4)
        expect_close("BLEU of translations with no right word", outputs["nothing"], 0.0, atol=1e-4)
        expect_close("BLEU of a sentence of three words", outputs["three"], 0.0, [(np.nan, NO_FOUR_WORDS)], atol=1e-4)
        expect_close("BLEU of an empty translation", outputs["empty"], 0.0, [(np.nan, NO_WORDS)], atol=1e-4)


def lines(sentences):
    """Lists of words as one string, a sentence per line."""
    return "\n".join(" ".join(words) for words in sentences)


def words_in(text):
    """The way back: lists of words."""
    return [line.split() for line in text.split("\n")]
