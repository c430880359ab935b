"""The works in Keras, on TensorFlow or on JAX, whichever backend this process has."""

import functools

import keras
import numpy as np
from keras import layers, ops


def lesson(name, **given):
    """What a lesson exports; imported here, because this file also runs beside a JAX where there is no TensorFlow."""
    from course_utils.references import exports

    return exports(name, **given)


def finish(model):
    """Wait until the weights are there: JAX hands over results before it has computed them."""
    if keras.backend.backend() == "jax":
        import jax

        jax.block_until_ready([variable.value for variable in model.variables])


class Adam(keras.optimizers.Adam):
    """Keras's, told the gradient of a word's vector as one sum over the places where the word occurs.

    On TensorFlow an embedding's gradient comes in parts, one for each place, and Keras 3.13 squares the parts, for
    clipping and for Adam's second moment: four equal parts then count as 4 where their sum would count as 16. JAX and
    PyTorch sum first; without this the networks would train differently.
    """

    def apply(self, grads, trainable_variables=None):
        if keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            grads = [tf.convert_to_tensor(grad) for grad in grads]
        return super().apply(grads, trainable_variables)


def training(model, loss, work, size, jit_compile):
    """The outputs before and after an epoch, and a function that trains for one."""
    model.compile(Adam(size["rate"], clipnorm=1.0), loss, jit_compile=jit_compile)
    model.set_weights(work["weights"])

    def epoch():
        model.fit(work["x"], work["y"], batch_size=size["batch"], shuffle=False, verbose=0)
        finish(model)

    def outputs():
        first = work["x"][: size["batch"]]
        before = model.predict(first, verbose=0)
        epoch()
        return {"logits before": before, "logits after": model.predict(first, verbose=0)}

    note = f"Keras chooses {model.jit_compile} here" if jit_compile == "auto" else ""
    return outputs, epoch, size["steps"], note


def speech_step(work, size, jit_compile):
    ids = keras.Input((size["T"],), dtype="int32")
    h = layers.Lambda(lambda ids: ops.one_hot(ids, size["V"]))(ids)
    h = layers.LSTM(size["units"])(layers.LSTM(size["units"], return_sequences=True)(h))
    model = keras.Model(ids, layers.Dense(size["V"])(h))
    return training(model, keras.losses.SparseCategoricalCrossentropy(from_logits=True), work, size, jit_compile)


def speech_step_by_hand(work, size, look_up):
    """The same with the LSTM of the course's long trainings, whose gradient of W is one product over all steps.

    look_up: take rows of the first kernel in place of multiplying one-hot rows with it.
    """
    import tensorflow as tf

    from course_utils.experiments.carried_lstm import CarriedLSTM

    class OfCodes(CarriedLSTM):
        def projected(self, x):
            return tf.gather(self.cell.kernel, tf.transpose(x)) + self.cell.bias

    ids = keras.Input((size["T"],), dtype="int32")
    one_hot = layers.Lambda(lambda ids: ops.one_hot(ids, size["V"]))(ids)
    zeros = layers.Lambda(lambda x: ops.zeros((ops.shape(x)[0], size["units"])))(one_hot)
    first = OfCodes(size["units"]) if look_up else CarriedLSTM(size["units"])
    first.build(((None, size["T"], size["V"]),))
    h, _, _ = first([ids if look_up else one_hot, zeros, zeros])
    _, h, _ = CarriedLSTM(size["units"])([h, zeros, zeros])
    model = keras.Model(ids, layers.Dense(size["V"])(h))
    return training(model, keras.losses.SparseCategoricalCrossentropy(from_logits=True), work, size, False)


def review_step(work, size, jit_compile):
    ids = keras.Input((None,), dtype="int32")
    both = layers.Bidirectional(layers.LSTM(size["units"]))
    h = both(layers.Embedding(size["V"], size["size"])(ids), mask=ids != 0)
    model = keras.Model(ids, layers.Dense(1)(h))
    return training(model, keras.losses.BinaryCrossentropy(from_logits=True), work, size, jit_compile)


class Words:
    """What the lesson's `translator` asks of a vocabulary: how many words it has."""

    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count


def translator(work, size):
    """Encoder and decoder of lesson 4b with the weights of the work, and what else the lesson exports."""
    vocabularies = {"english": Words(size["source_words"]), "french": Words(size["target_words"])}
    taken = lesson("4b", DROPOUT=0.0, **vocabularies)
    encoder, decoder, _ = taken.translator(size["units"], 2, 2)
    encoder.set_weights(work["encoder"])
    decoder.set_weights(work["decoder"])
    return encoder, decoder, taken


def beam_of_one(work, size):
    """The lesson's beam search with one beam."""
    import tensorflow as tf

    encoder, decoder, taken = translator(work, size)
    search, source = taken.beam_translator(encoder, decoder, 1, size["limit"]), tf.constant(work["source"])

    def outputs():
        words, log_p, lengths, attended = map(np.array, search(source))
        return {"words": words[:, 0], "log_p": log_p[:, 0], "lengths": lengths[:, 0], "attended": attended[:, 0]}

    return outputs, lambda: search(source), 1, ""


def greedy(work, size, compiled=True):
    """The likeliest word at every step: a loop in TensorFlow's graph, or in Python with the compiled step inside."""
    import tensorflow as tf

    from course_utils.translation import END, PAD, START

    encoder, decoder, _ = translator(work, size)
    limit = size["limit"]

    def step(keys, mask, last, log_p, attended, *states):
        logits, weights, *states = decoder([last[:, None], keys, mask, *states])
        done, log_probabilities = last == END, ops.log_softmax(logits[:, 0])
        said = ops.where(done, END, ops.cast(ops.argmax(log_probabilities, axis=-1), "int32"))
        log_p = log_p + ops.where(done, 0.0, ops.max(log_probabilities, axis=-1))
        return said, log_p, attended + ops.where(done[:, None], 0.0, weights[:, 0]), *states

    def begin(source):
        keys, *states = encoder(source)
        last = ops.full((source.shape[0],), START, "int32")
        return keys, source != PAD, (last, ops.zeros(last.shape), 1e-6 + 0 * keys[:, :, 0], *states)

    def search(source):
        keys, mask, first = begin(source)
        words = tf.TensorArray("int32", limit, element_shape=first[0].shape)
        fill = functools.partial(ops.full, (source.shape[0],), END, "int32")
        words = words.unstack(ops.stack([fill()] * limit))

        def go_on(t, words, *loop):
            return ops.any(loop[0] != END)

        def one(t, words, *loop):
            loop = step(keys, mask, *loop)
            return t + 1, words.write(t, loop[0]), *loop

        _, words, _, log_p, attended, *_ = tf.while_loop(go_on, one, (0, words, *first), maximum_iterations=limit)
        return ops.transpose(words.stack()), log_p, attended

    begin_compiled, step_compiled = tf.function(begin, autograph=False), tf.function(step, autograph=False)

    def search_in_python(source):
        keys, mask, loop = begin_compiled(source)
        words = []
        while len(words) < limit and np.any(loop[0] != END):
            loop = step_compiled(keys, mask, *loop)
            words.append(loop[0].numpy())
        words += [np.full(source.shape[0], END)] * (limit - len(words))
        return np.stack(words, axis=1), loop[1], loop[2]

    run = tf.function(search, autograph=False) if compiled else search_in_python
    source = tf.constant(work["source"])

    def outputs():
        words, log_p, attended = map(np.array, run(source))
        return {"words": words, "log_p": log_p, "lengths": 1.0 + np.sum(words != END, axis=1), "attended": attended}

    return outputs, lambda: run(source), 1, ""


def ctc(work, size, which):
    """Loss of every example and its gradient with respect to the logits.

    which: "keras", `ops.ctc_loss`; "lesson", the recursion of lesson 5a; "sparse", TensorFlow's kernel as lesson 5b
    calls it, the conversion to sparse labels included.
    """
    ctc_loss = lesson("5a").ctc_loss if which == "lesson" else ops.ctc_loss
    if which == "sparse":
        kernel = lesson("5b").ctc_loss
        ctc_loss = lambda labels, logits, lengths, frames: kernel(labels, logits, frames)  # noqa: E731
    names = ("labels", "logits", "lengths", "frames")
    labels, logits, lengths, frames = (ops.convert_to_tensor(work[name]) for name in names)
    if keras.backend.backend() == "jax":
        import jax

        def total(logits):
            losses = ctc_loss(labels, logits, lengths, frames)
            return losses.sum(), losses

        compiled = jax.jit(jax.grad(total, has_aux=True))
        run = lambda: jax.block_until_ready(compiled(logits))[::-1]  # noqa: E731
    else:
        import tensorflow as tf

        @tf.function(autograph=False)
        def compiled(logits):
            with tf.GradientTape() as tape:
                tape.watch(logits)
                losses = ctc_loss(labels, logits, lengths, frames)
            return losses, tape.gradient(losses, logits)

        run = lambda: compiled(logits)  # noqa: E731

    def outputs():
        losses, gradients = map(np.array, run())
        return {"losses": losses, "gradients": gradients}

    return outputs, run, 1, ""


def wavenet(work, size, way, jit_compile=True):
    """Samples said one by one by lesson 7's network, from the whole receptive field or with a queue per layer."""
    import tensorflow as tf

    from course_utils.sound import HOP

    dilations, taken = [2**n for n in range(size["layers"])], lesson("7")
    features, random = work["features"], work["random"]
    channels = {name: size[name] for name in ("channels", "skip", "condition")}
    model = taken.WaveNet(dilations=dilations, **channels)
    model([np.zeros((1, HOP), "float32"), features[:, :1]])
    model.set_weights(work["weights"])

    @tf.function(autograph=False, jit_compile=jit_compile)
    def naive(features, random, temperature):
        """As the lesson's `say_naively`: the network runs over a receptive field for every sample."""
        frames = -(-taken.receptive_field(dilations) // HOP) + 1

        def one(t, x, said):
            frame = ops.maximum(0, t // HOP + 1 - frames)
            window = ops.slice(x, (0, frame * HOP), (1, frames * HOP))
            logits = model([window, ops.slice(features, (0, frame, 0), (1, frames, features.shape[2]))])
            value = taken.drawn(logits[:, t - frame * HOP], random[t], temperature)
            return t + 1, ops.slice_update(x, (0, t + 1), value[None]), ops.slice_update(said, (t, 0), value[None])

        x = ops.slice_update(ops.zeros((1, features.shape[1] * HOP + 1)), (0, 0), ops.full((1, 1), 2 * 128 / 255 - 1))
        return ops.while_loop(lambda t, *_: t < random.shape[0], one, (0, x, ops.zeros(random.shape)))[2]

    say = taken.speaker(model) if way == "queued" else naive
    run = functools.partial(say, features, random, 1.0)
    return lambda: {"samples": run().numpy()}, run, len(random), ""
