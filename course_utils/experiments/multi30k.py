"""English to French on Multi30k: attention as in lesson 4b, in a network built for sentences of people.

    COURSE_ARCHIVES=FOLDER python -m course_utils.experiments.multi30k

trains a bidirectional, stacked encoder and a stacked decoder with attention, prints what it translates, and writes
results/multi30k.json: seconds, words per second, losses, and BLEU on test_2016_flickr, greedy and by beam search.
--units, --epochs and --batch set another size. --weights FILE keeps the weights after each epoch, and the figures of
the training in FILE.json; begun again, it goes on after the last epoch that it finished.

The network is GNMT's in small: the lowest layer of the decoder asks the attention, the layers above it read the answer,
so that with teacher forcing each layer runs over all steps in one call. It is not the lesson's, whose decoder asks
with its top layer; here, too, keys are a matrix times the encoder's states, the decoder begins in the mean of these,
one matrix embeds and predicts the French words, and the loss is smoothed.

Sources: Y. Wu et al., "Google's neural machine translation system", 2016; M.-T. Luong et al., "Effective approaches to
attention-based neural machine translation", 2015.
"""

import argparse
import json
import resource
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result
from course_utils.tools.notebooks import write_text
from course_utils.translation import (
    END,
    PAD,
    START,
    UNKNOWN,
    Vocabulary,
    batches_by_length,
    bleu,
    bleu_by_length,
    bleu_signature,
    pairs_of,
    sentence_of,
    teacher_forced,
    tokens_of,
)

SEED, LEAST, LAYERS, DROPOUT, SMOOTHING, RATE, WARM_UP = 0, 3, 2, 0.3, 0.1, 3e-3, 300
GAIN = 5.0  # of embeddings that are read: the softmax wants them small, the LSTM does not
SPLITS = ["train", "validation", "test"]
LONGEST = 60
NAMES = ("beam", "alpha", "beta", "copy")  # of the ways to decode, of which the validation split chooses
TRIED = (
    (1, 0.0, 0.0, True),
    (1, 0.0, 0.0, False),
    (5, 0.0, 0.0, True),
    (5, 0.6, 0.0, True),
    (5, 1.0, 0.0, True),
    (5, 1.0, 0.2, True),
    (5, 1.0, 0.0, False),
    (10, 1.0, 0.0, True),
)


class Translator(keras.Model):
    """Source and target ids, (batch, S) and (batch, T), to the logits of the next word, (batch, T, target_words)."""

    def __init__(self, source_words, target_words, units):
        super().__init__()
        spread = keras.initializers.RandomNormal(stddev=units**-0.5)
        self.source = layers.Embedding(source_words, units, spread)
        self.target = layers.Embedding(target_words, units, spread)
        self.encoder = [layers.Bidirectional(layers.LSTM(units // 2, return_sequences=True)) for _ in range(LAYERS)]
        self.decoder = [layers.LSTM(units, return_sequences=True, return_state=True) for _ in range(LAYERS)]
        self.first_state = [layers.Dense(units, activation="tanh") for _ in range(LAYERS)]
        self.key = layers.Dense(units, use_bias=False)
        self.combine = layers.Dense(units, activation="tanh")
        self.bias = self.add_weight(shape=(target_words,), initializer="zeros", name="bias")
        self.dropout = layers.Dropout(DROPOUT)

    def encode(self, source, training=False):
        """What the decoder looks at (encoder states, keys, mask), and its first states."""
        mask = source != PAD
        h = self.dropout(GAIN * self.source(source), training=training)
        for number, layer in enumerate(self.encoder):
            y = self.dropout(layer(h, mask=mask), training=training)
            h = h + y if number else y
        weights = ops.cast(mask, h.dtype)[:, :, None]
        mean = ops.sum(h * weights, axis=1) / ops.sum(weights, axis=1)
        states = [[first(mean), ops.zeros_like(mean)] for first in self.first_state]
        return (h, self.key(h), mask), states

    def decode(self, target_in, memory, states, training=False):
        """Logits (batch, T, target_words), the states after T steps, and the attention (batch, T, S)."""
        h, keys, mask = memory
        x = self.dropout(GAIN * self.target(target_in), training=training)
        y, *state = self.decoder[0](x, initial_state=states[0])
        y, after = self.dropout(y, training=training), [state]
        scores = ops.matmul(y, ops.transpose(keys, (0, 2, 1)))
        attention = ops.softmax(ops.where(mask[:, None, :], scores, -1e9), axis=-1)
        context = ops.matmul(attention, h)
        for layer, first in zip(self.decoder[1:], states[1:], strict=True):
            z, *state = layer(ops.concatenate([y, context], axis=-1), initial_state=first)
            y, after = y + self.dropout(z, training=training), [*after, state]
        y = self.dropout(self.combine(ops.concatenate([y, context], axis=-1)), training=training)
        logits = ops.matmul(y, ops.transpose(self.target.embeddings)) + self.bias  # tied: one matrix reads and writes
        return logits, after, attention

    def call(self, inputs, training=False):
        source, target_in = inputs
        memory, states = self.encode(source, training)
        return self.decode(target_in, memory, states, training)[0]


def smoothed_loss(target, logits):
    """Cross-entropy per word against targets of which SMOOTHING is spread over all words; padding does not count."""
    real = ops.cast(target != PAD, "float32")
    wanted = ops.one_hot(target, logits.shape[-1]) * (1 - SMOOTHING) + SMOOTHING / logits.shape[-1]
    losses = ops.categorical_crossentropy(wanted, logits, from_logits=True)
    return ops.sum(losses * real) / ops.sum(real)


class WarmUpThenCosine(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that rises to RATE over WARM_UP steps and falls to nearly nothing as a cosine."""

    def __init__(self, steps):
        self.steps = steps

    def __call__(self, step):
        step = ops.cast(step, "float32")
        return RATE * ops.minimum(1.0, step / WARM_UP) * (0.51 + 0.49 * ops.cos(np.pi * step / self.steps))


def cpu_seconds():
    """Seconds that the processor has worked for this process, on all cores together."""
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def scores_of_beam(log_probability, lengths, covered, real, alpha, beta):
    """GNMT's score s(Y, X) of hypotheses: log-probability over ((5 + length) / 6)^alpha, and a penalty of what no
    attention covered. log_probability, lengths: (n, beam). covered: attention summed over steps, (n, beam, S).
    real: (n, S), True at words. Returns (n, beam)."""
    penalty = np.where(real[:, None], np.log(np.clip(covered, 1e-9, 1)), 0).sum(axis=-1)
    return log_probability / ((5 + lengths) / 6) ** alpha + beta * penalty


class Decoder:
    """Translate by beam search; a beam of one is greedy.

    model: a `Translator`. alpha, beta: of GNMT's length normalisation and coverage penalty. copy: an unknown word is
    replaced by the source word attended to most; otherwise none is ever chosen.
    """

    def __init__(self, model, source_vocabulary, target_vocabulary):
        self.source_vocabulary, self.target_vocabulary = source_vocabulary, target_vocabulary
        self.encode = tf.function(model.encode, reduce_retracing=True, autograph=False)

        @tf.function(reduce_retracing=True, autograph=False)
        def step(tokens, memory, states):
            logits, states, attention = model.decode(tokens, memory, states)
            return tf.nn.log_softmax(logits[:, -1]), states, attention[:, -1]

        self.step = step

    def __call__(self, sentences, beam=1, alpha=0.0, beta=0.0, copy=True, batch=100):
        """Lists of target tokens for lists of source tokens."""
        order = np.argsort([len(tokens) for tokens in sentences])
        translations = [None] * len(sentences)
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            part = self.translate_batch([sentences[n] for n in chosen], beam, alpha, beta, copy)
            for n, tokens in zip(chosen, part, strict=True):
                translations[n] = tokens
        return translations

    def translate_batch(self, sentences, beam, alpha, beta, copy):
        source = self.source_vocabulary.encode(sentences)
        count, rows = len(source), np.arange(len(source))[:, None]
        memory, states = tf.nest.map_structure(lambda x: tf.repeat(x, beam, axis=0), self.encode(source))
        log_probability = np.where(np.arange(beam) == 0, 0.0, -np.inf) + np.zeros((count, 1))
        tokens = np.full((count, beam, 1), START, "int32")
        looked = np.zeros((count, beam, 0), int)  # where the attention lay
        covered = np.zeros((count, beam, source.shape[1]))
        for _ in range(LONGEST):
            done = (tokens[:, :, -1] == END) | (tokens[:, :, -1] == PAD)
            if done.all():
                break
            scores, states, attention = self.step(tf.constant(tokens[:, :, -1].reshape(-1, 1)), memory, states)
            scores = scores.numpy().reshape(count, beam, -1).astype("float64")
            scores[:, :, [PAD, START] + [UNKNOWN] * (not copy)] = -np.inf
            scores[done] = np.where(np.arange(scores.shape[-1]) == PAD, 0.0, -np.inf)  # a finished one stays as it is
            total = (log_probability[:, :, None] + scores).reshape(count, -1)
            best = np.argpartition(-total, beam - 1, axis=1)[:, :beam]
            parent, word = np.divmod(best, scores.shape[-1])
            attention = attention.numpy().reshape(count, beam, -1) * ~done[:, :, None]
            log_probability = total[rows, best]
            tokens = np.concatenate([tokens[rows, parent], word[:, :, None].astype("int32")], axis=2)
            looked = np.concatenate([looked[rows, parent], attention.argmax(axis=-1)[rows, parent][:, :, None]], axis=2)
            covered = (covered + attention)[rows, parent]
            kept = (rows * beam + parent).reshape(-1)
            states = tf.nest.map_structure(lambda x, kept=kept: tf.gather(x, kept), states)
        lengths = (tokens > END).sum(axis=-1) + 1
        winner = scores_of_beam(log_probability, lengths, covered, source > END, alpha, beta).argmax(axis=1)
        words = self.target_vocabulary.decode(tokens[np.arange(count), winner])
        places = looked[np.arange(count), winner]
        return [
            [
                from_source[min(place, len(from_source) - 1)] if token == "<unk>" else token
                for token, place in zip(target, place_of, strict=False)
            ]
            for target, place_of, from_source in zip(words, places, sentences, strict=True)
        ]


def train(model, encoded, epochs, batch, kept=None):
    """Train, or go on after the last epoch whose weights are in the file `kept`; return the figures of the training."""
    (source, target), (validation_source, validation_target), _ = encoded
    steps = len(source) // batch
    optimizer = keras.optimizers.Adam(WarmUpThenCosine(steps * epochs), beta_2=0.98, global_clipnorm=1.0)
    model.compile(optimizer, smoothed_loss, jit_compile=False)
    figures = {"epochs": 0, "batch": batch, "seconds": 0.0, "cpu_seconds": 0.0, "loss": [], "validation_loss": []}
    if kept and kept.exists():
        optimizer.build(model.trainable_variables)
        model.load_weights(kept)  # those of the optimizer, too
        figures = json.loads(kept.with_name(kept.name + ".json").read_text(encoding="utf-8"))
    validation_in, validation_out = teacher_forced(validation_target)
    for epoch in range(figures["epochs"], epochs):
        begun, worked = time.monotonic(), cpu_seconds()
        history = model.fit(
            batches_by_length(source, target, batch, seed=SEED + epoch),
            steps_per_epoch=steps,
            validation_data=((validation_source, validation_in), validation_out),
            validation_batch_size=169,
            verbose=0,
        ).history
        figures["epochs"] = epoch + 1
        figures["seconds"] = round(figures["seconds"] + time.monotonic() - begun, 1)
        figures["cpu_seconds"] = round(figures["cpu_seconds"] + cpu_seconds() - worked, 1)
        words = (epoch + 1) * steps * batch * float((target > PAD).sum(axis=1).mean())
        figures["target_words_per_second"] = round(words / figures["seconds"])
        figures["target_words_per_cpu_second"] = round(words / figures["cpu_seconds"])
        for name, value in (("loss", history["loss"][0]), ("validation_loss", history["val_loss"][0])):
            figures[name].append(round(value, 4))
        print({name: value[-1] if isinstance(value, list) else value for name, value in figures.items()}, flush=True)
        if kept:
            model.save_weights(kept)
            write_text(kept.with_name(kept.name + ".json"), json.dumps(figures))
    return figures


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--units", type=int, default=256)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--limit", type=int, help="train on so many pairs only, and write no result")
    parser.add_argument("--weights", type=Path, help="file.weights.h5 to keep the weights in, and to go on from")
    options = parser.parse_args()

    keras.utils.set_random_seed(SEED)
    written = [pairs_of(split) for split in load("multi30k", SPLITS)]
    written[0] = [side[: options.limit] for side in written[0]]
    tokens = [[[tokens_of(sentence) for sentence in side] for side in pair] for pair in written]
    vocabularies = [Vocabulary(side, least=LEAST) for side in tokens[0]]
    encoded = [[words.encode(side) for words, side in zip(vocabularies, pair, strict=True)] for pair in tokens]
    model = Translator(*map(len, vocabularies), options.units)
    model([encoded[1][0][:2], encoded[1][1][:2]])
    figures, trained = train(model, encoded, options.epochs, options.batch, options.weights), time.monotonic()

    decode = Decoder(model, *vocabularies)

    def translate(split, **settings):
        return [sentence_of(words) for words in decode(tokens[split][0], **settings)]

    tried = []
    for setting in (dict(zip(NAMES, values, strict=True)) for values in TRIED):
        tried.append(setting | {"validation_bleu": round(bleu(translate(1, **setting), written[1][1]), 2)})
        print(tried[-1], flush=True)
    best = max(tried, key=lambda row: row["validation_bleu"])
    settings = {name: best[name] for name in NAMES}

    began = time.monotonic()
    greedy = translate(2, copy=settings["copy"])
    greedy_seconds = time.monotonic() - began
    beam = translate(2, **settings)
    lengths = [len(sentence) for sentence in tokens[2][0]]
    (by_length, edges), (greedy_by_length, _) = (
        bleu_by_length(result, written[2][1], lengths) for result in (beam, greedy)
    )
    result = {
        "parameters": model.count_params(),
        "vocabulary": [len(words) for words in vocabularies],
        "units": options.units,
        "layers": LAYERS,
        "training": figures,
        "tried_on_validation": tried,
        "test": {
            "bleu_greedy": round(bleu(greedy, written[2][1]), 2),
            "bleu_beam": round(bleu(beam, written[2][1]), 2),
            "beam": settings,
            "signature": bleu_signature(),
            "greedy_seconds": round(greedy_seconds, 1),
            "length_edges": edges.tolist(),
            "bleu_greedy_by_length": greedy_by_length.round(2).tolist(),
            "bleu_beam_by_length": by_length.round(2).tolist(),
        },
    }
    print(result["test"])
    scores = [bleu([one], [reference]) for one, reference in zip(beam, written[2][1], strict=True)]
    for n in np.argsort(scores)[np.linspace(0, len(scores) - 1, 20).astype(int)]:
        print(f"\n{scores[n]:5.1f}  {written[2][0][n]}\n   ours {beam[n]}\n   ref. {written[2][1][n]}")
    if not options.limit:
        seconds = figures["seconds"] + time.monotonic() - trained
        data = f"multi30k, {len(written[0][0]):,} pairs to train on, test_2016_flickr"
        print(write_result("multi30k", data=data, seeds=[SEED], seconds=seconds, **result))


if __name__ == "__main__":
    main()
