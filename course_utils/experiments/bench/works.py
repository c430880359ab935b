"""The works that are timed: their sizes, their data and their weights, in NumPy, the same in every process."""

import numpy as np

SIZES = {  # those of the lessons; the tiny ones are for the tests
    "speech_step": {
        "full": dict(V=32, T=30, units=200, batch=64, steps=20, rate=0.005),
        "tiny": dict(V=5, T=4, units=6, batch=4, steps=2, rate=0.005),
    },
    "review_step": {
        "full": dict(V=4_000, T=120, size=64, units=32, batch=64, steps=10, rate=0.01),
        "tiny": dict(V=9, T=6, size=4, units=3, batch=4, steps=2, rate=0.01),
    },
    "attention": {
        "full": dict(source_words=652, target_words=1_157, S=16, units=96, batch=300, limit=20),
        "tiny": dict(source_words=9, target_words=11, S=5, units=8, batch=3, limit=4),
    },
    "ctc": {
        "full": dict(batch=16, T=64, classes=44, longest=24),
        "tiny": dict(batch=3, T=8, classes=5, longest=3),
    },
    "wavenet": {
        "full": dict(layers=10, channels=32, skip=64, condition=64, levels=256, features=164, hop=80, count=200),
        "tiny": dict(layers=3, channels=4, skip=6, condition=5, levels=256, features=7, hop=80, count=90),
    },
}


def normal(rng, *shape):
    """A float32 array, small enough for activations neither to vanish nor to saturate."""
    return rng.normal(0, 1 / np.sqrt(max(2, shape[0])), shape).astype("float32")


def lstm(rng, inputs, units):
    """Kernel (inputs, 4 units), recurrent kernel (units, 4 units), bias (4 units,); gates in the order i, f, g, o."""
    return [normal(rng, inputs, 4 * units), normal(rng, units, 4 * units), normal(rng, 4 * units)]


def speech_step(V, T, units, batch, steps, **_):
    """3d's exercise of the lecture notes: windows of T characters, the next one to be predicted."""
    rng = np.random.default_rng(0)
    text = rng.integers(V, size=(steps * batch, T + 1)).astype("int32")
    weights = [*lstm(rng, V, units), *lstm(rng, units, units), normal(rng, units, V), normal(rng, V)]
    return {"x": text[:, :-1], "y": text[:, -1], "weights": weights}


def review_step(V, T, size, units, batch, steps, **_):
    """3c's reader: token ids, padded with 0 on the right, and whether the review praises."""
    rng = np.random.default_rng(0)
    x = rng.integers(1, V, size=(steps * batch, T)).astype("int32")
    lengths = rng.integers(int(0.8 * T), T + 1, size=len(x))  # batches hold reviews of like length
    lengths[::batch] = T
    x[np.arange(T) >= lengths[:, None]] = 0
    weights = [normal(rng, V, size), *lstm(rng, size, units), *lstm(rng, size, units)]
    weights += [normal(rng, 2 * units, 1), normal(rng, 1)]
    return {"x": x, "y": rng.integers(2, size=(len(x), 1)).astype("float32"), "lengths": lengths, "weights": weights}


def attention(source_words, target_words, S, units, batch, **_):
    """4b's translator, two layers on either side: the source, and the weights in the order of the lesson's model."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(S // 2, S + 1, size=batch)
    lengths[0] = S
    source = rng.integers(3, source_words, size=(batch, S)).astype("int32")
    source[np.arange(S) >= lengths[:, None]] = 0
    half = units // 2
    encoder = [normal(rng, 10, source_words, units)[0], *lstm(rng, units, half), *lstm(rng, units, half)]
    encoder += lstm(rng, units, units)
    decoder = [normal(rng, 10, target_words, units)[0], *lstm(rng, units, units), *lstm(rng, units, units)]
    decoder += [normal(rng, 2 * units, units), normal(rng, units), normal(rng, units, target_words)]
    decoder += [normal(rng, target_words)]
    return {"source": source, "lengths": lengths, "encoder": encoder, "decoder": decoder}


def ctc(batch, T, classes, longest):
    """Logits (batch, T, classes), labels (batch, longest) padded with 0, which is also the blank, and both lengths."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(longest // 2, longest + 1, size=batch)
    labels = rng.integers(1, classes, size=(batch, longest)).astype("int32")
    labels[np.arange(longest) >= lengths[:, None]] = 0
    frames = rng.integers(max(2 * longest, T // 2), T + 1, size=batch)  # twice the longest label holds any label
    lengths[0], frames[0] = longest, T
    labels[0] = np.arange(longest) % (classes - 1) + 1
    logits = rng.normal(size=(batch, T, classes)).astype("float32")
    return {"logits": logits, "labels": labels, "lengths": lengths.astype("int32"), "frames": frames.astype("int32")}


def wavenet(layers, channels, skip, condition, levels, features, hop, count):
    """7's network and one stream: features of a score, random numbers, and the weights in the order of the model's."""
    rng = np.random.default_rng(0)
    weights = [
        normal(rng, features, condition),
        normal(rng, condition),
        normal(rng, 1, channels),
        normal(rng, channels),
    ]
    for n in range(layers):
        weights += [normal(rng, channels, 2 * channels), normal(rng, 2 * channels), normal(rng, channels, 2 * channels)]
        weights += [normal(rng, condition, 2 * channels)]
        weights += [normal(rng, channels, channels), normal(rng, channels)] if n < layers - 1 else []
        weights += [normal(rng, channels, skip), normal(rng, skip)]
    weights += [normal(rng, skip, skip), normal(rng, skip), normal(rng, skip, levels), normal(rng, levels)]
    frames = 2**layers // hop + 2
    score = rng.normal(size=(1, frames, features)).astype("float32")
    return {"features": score, "random": rng.random((count, 1)).astype("float32"), "weights": weights}
