"""Is there a better cell than the plain LSTM? Eight networks on tasks of lessons 3b and 3c, after Greff and Jozefowicz.

    python -m course_utils.experiments.lstm_variants

trains each of them with three seeds on the recall task and on course_reviews (a quarter of an hour on two cores) and
writes results/lstm_variants.json: accuracies, parameters and seconds. The recall task is that of the lesson, with gaps
drawn evenly on a logarithmic scale; on the reviews every network has UNITS units and EPOCHS epochs.

Sources: K. Greff et al., "LSTM: a search space odyssey", 2017; R. Jozefowicz et al., "An empirical exploration of
recurrent network architectures", 2015.
"""

import time

import keras
import numpy as np
from keras import layers, ops

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result
from course_utils.stats import share_by_bin
from course_utils.text import batches_by_length, word_encoder, words_and_labels

SEEDS = (0, 1, 2)
SYMBOLS, LONGEST, RECALL_STEPS, RECALL_UNITS, RECALL_RATE = 8, 100, 600, 32, 1.5e-2
VOCABULARY, MAX_WORDS, EPOCHS, BATCH, UNITS, RATE = 4_000, 120, 6, 64, 48, 1e-2


class VariantCell(layers.Layer):
    """An LSTM cell with one thing changed.

    units: size of h and of c. forget: "gate", "one" (f = 1: no forget gate) or "coupled" (f = 1 - i).
    forget_bias: where the forget gate's bias begins. peephole: the gates see the cell as well.
    """

    def __init__(self, units, forget="gate", forget_bias=1.0, peephole=False):
        super().__init__()
        self.units, self.forget, self.forget_bias, self.peephole = units, forget, forget_bias, peephole
        self.state_size = [units, units]
        self.parts = ["i", "f", "o", "g"] if forget == "gate" else ["i", "o", "g"]

    def build(self, input_shape):
        width = len(self.parts) * self.units
        self.W = self.add_weight(shape=(input_shape[-1], width), initializer="glorot_uniform", name="W")
        self.U = self.add_weight(shape=(self.units, width), initializer="orthogonal", name="U")
        first = np.concatenate([np.full(self.units, self.forget_bias * (part == "f")) for part in self.parts])
        self.b = self.add_weight(shape=(width,), initializer=lambda shape, dtype: ops.cast(first, dtype), name="b")
        if self.peephole:
            self.p = {
                part: self.add_weight(shape=(self.units,), initializer="zeros", name=f"p_{part}")
                for part in self.parts
                if part != "g"
            }

    def gate(self, part, z, c):
        """A gate, (batch, units), from its share of x W + h U + b and, where there is a peephole, from the cell."""
        return ops.sigmoid(z[part] + self.p[part] * c if self.peephole else z[part])

    def call(self, x, states):
        h, c = states
        stacked = ops.matmul(x, self.W) + ops.matmul(h, self.U) + self.b
        z = dict(zip(self.parts, ops.split(stacked, len(self.parts), axis=-1), strict=True))
        i = self.gate("i", z, c)
        f = {"gate": lambda: self.gate("f", z, c), "one": lambda: 1.0, "coupled": lambda: 1.0 - i}[self.forget]()
        c = f * c + i * ops.tanh(z["g"])
        h = self.gate("o", z, c) * ops.tanh(c)
        return h, [h, c]


def changed(**change):
    """A maker of recurrent layers whose cell is an LSTM with one change."""
    return lambda units, **options: layers.RNN(VariantCell(units, **change), **options)


VARIANTS = {
    "LSTM": [changed()],
    "forget bias 0": [changed(forget_bias=0.0)],
    "no forget gate, f = 1": [changed(forget="one")],
    "coupled, f = 1 − i": [changed(forget="coupled")],
    "peephole": [changed(peephole=True)],
    "two layers": [changed(), changed()],
    "GRU": [layers.GRU],
    "SimpleRNN": [layers.SimpleRNN],
}


def stacked(makers, units, x, mask=None):
    """The last state of recurrent layers on top of each other, (batch, units)."""
    for make in makers[:-1]:
        x = make(units, return_sequences=True)(x, mask=mask)
    return makers[-1](units)(x, mask=mask)


def adam(rate, steps):
    """Adam with a rate that falls to almost nothing, and clipped gradients."""
    return keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps, alpha=0.02), clipnorm=1.0)


def recall_batch(rng, count, gap=None):
    """Symbols (count, LONGEST + 1, SYMBOLS + 1), one of them marked in the last channel, and which it was (count,).

    gap: how many symbols follow the marked one; drawn evenly on a logarithmic scale where it is None.
    """
    symbols = rng.integers(SYMBOLS, size=(count, LONGEST + 1))
    gap = np.exp(rng.uniform(0, np.log(LONGEST + 1), size=count)).astype(int) if gap is None else np.full(count, gap)
    rows, place = np.arange(count), LONGEST - gap
    x = np.zeros((count, LONGEST + 1, SYMBOLS + 1), "float32")
    x[rows[:, None], np.arange(LONGEST + 1), symbols] = 1
    x[rows, place, -1] = 1
    return x, symbols[rows, place]


def recall(makers, seed):
    """Accuracy after a gap of LONGEST symbols, parameters and seconds of one cell on the recall task."""
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    inputs = keras.Input((None, SYMBOLS + 1))
    model = keras.Model(inputs, layers.Dense(SYMBOLS)(stacked(makers, RECALL_UNITS, inputs)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    rate = 3e-3 if makers == VARIANTS["SimpleRNN"] else RECALL_RATE
    model.compile(adam(rate, RECALL_STEPS), loss, jit_compile=True)
    begun = time.monotonic()
    model.fit(*recall_batch(rng, 64 * RECALL_STEPS), batch_size=64, verbose=0)
    seconds = time.monotonic() - begun
    x, y = recall_batch(rng, 1024, LONGEST)
    right = np.argmax(model.predict(x, batch_size=1024, verbose=0), axis=1) == y
    return {"accuracy": float(right.mean()), "parameters": model.count_params(), "seconds": round(seconds, 1)}


def sentiment(makers, seed, train, validation, test):
    """Test accuracy overall and on the longest quarter, parameters and seconds of one cell on course_reviews."""
    keras.utils.set_random_seed(seed)
    encode, vocabulary = word_encoder(train[0], VOCABULARY, MAX_WORDS)
    train_ids, validation_ids, test_ids = (encode(texts) for texts, _ in (train, validation, test))
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(len(vocabulary), UNITS)(ids)
    model = keras.Model(ids, layers.Dense(1)(stacked(makers, UNITS, x, mask=ids != 0)))
    steps = len(train_ids) // BATCH
    accuracy = keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    rate = 1e-3 if makers == VARIANTS["SimpleRNN"] else RATE
    model.compile(adam(rate, EPOCHS * steps), loss, metrics=[accuracy], jit_compile=False)
    best = keras.callbacks.EarlyStopping("val_accuracy", mode="max", patience=EPOCHS, restore_best_weights=True)
    begun = time.monotonic()
    model.fit(
        batches_by_length(train_ids, train[1], BATCH, seed),
        steps_per_epoch=steps,
        epochs=EPOCHS,
        verbose=0,
        callbacks=[best],
        validation_data=(validation_ids, validation[1][:, None].astype("float32")),
        validation_batch_size=200,
    )
    seconds = time.monotonic() - begun
    right = (model.predict(test_ids, batch_size=200, verbose=0)[:, 0] > 0) == test[1]
    lengths = np.array([len(words) for words in test[0]])
    quarters = share_by_bin(lengths, right, np.quantile(lengths, np.linspace(0, 1, 5)))[0]
    return {
        "accuracy": float(right.mean()),
        "longest": float(quarters[-1]),
        "parameters": model.count_params(),
        "seconds": round(seconds, 1),
    }


def main():
    begun = time.monotonic()
    corpora = [words_and_labels(split) for split in load("course_reviews", ["train", "validation", "test"])]
    rows = []
    for seed in SEEDS:
        for name, makers in VARIANTS.items():
            row = {"variant": name, "seed": seed, "recall": recall(makers, seed)}
            row["sentiment"] = sentiment(makers, seed, *corpora)
            print(row, flush=True)
            rows.append(row)
    data = f"recall over {LONGEST} symbols and course_reviews, {len(corpora[0][0]):,} to train on"
    path = write_result("lstm_variants", data=data, seeds=SEEDS, seconds=time.monotonic() - begun, rows=rows)
    print(path)


if __name__ == "__main__":
    main()
