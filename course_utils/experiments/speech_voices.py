"""A network that is told who speaks: as an extra input at each step, as the initial state, and both.

    python -m course_utils.experiments.speech_voices

trains the three on the training speeches (about ten minutes on two cores), past the step that is best for the
validation speeches, until they speak in voices. Each also reads, in half of its windows, how many characters its
sentence still has, and says after each character whether the sentence ends there. Writes results/speech_voices.json
with texts of all three, and the weights of the one that is told both ways, in half precision. A network that the result
file has is not trained again; delete the file to measure all of it anew.

What is it worth to be told? The bits lost on held-out speeches where the first state, or the input, names another
speaker than the one who speaks, by the distance from the first character.
"""

import itertools
import json
import time

import keras
import numpy as np
from keras import layers, ops

from course_utils.experiments.result_file import write_result, write_weights
from course_utils.experiments.speeches import bits_per_character, in_rows, speeches
from course_utils.paths import PACKAGE
from course_utils.text import CHARACTERS

SEED, SIZE, EMBEDDING, SPEAKERS = 0, len(CHARACTERS), 32, 6
SETTINGS = {"units": 256, "dropout": 0.0, "steps": 1000, "rate": 0.005}
LOUD = 4.0  # the speaker's one is fed as this number: the voice is a faint signal, and is learned sooner so
LENGTH, COUNT, TEMPERATURE = 600, 10, 0.6  # of the texts
BATCH, WINDOW, EVERY = 64, 64, 200
WAYS = {"both": (True, True), "extra input": (True, False), "initial state": (False, True)}
DOT = CHARACTERS.index(".")
PLACES, PROBED, EDGES = 400, 200, [0, 4, 16, 64, 200]  # windows, their length, and its parts, for `worth`


def left_in_sentence(text):
    """How many characters the sentence still has after each character of a text (T,), its full stop not counted."""
    ends = np.flatnonzero(text == DOT)
    position = np.arange(len(text))
    return np.append(ends, len(text))[np.searchsorted(ends, position, side="right")] - position - 1


def told(left, is_told):
    """What the network is told of the rest of its sentence: (..., 3) features of the characters left (...)."""
    return is_told[..., None] * np.stack([np.ones(left.shape), left / 100, np.exp(-left / 4)], axis=-1)


def conditioned(units, dropout, as_input, as_state):
    """(codes (batch, T), speaker (batch, 6), rest (batch, T, 3)) to SIZE logits and one for the end of the sentence."""
    ids, speaker, rest = keras.Input((None,), dtype="int32"), keras.Input((SPEAKERS,)), keras.Input((None, 3))
    parts = [layers.Embedding(SIZE, EMBEDDING, name="embedding")(ids), rest]
    if as_input:
        parts.append(speaker[:, None] + 0 * rest[..., :1])
    first = (
        layers.Dense(2 * units, name="first")(speaker)
        if as_state
        else ops.matmul(speaker, np.zeros((SPEAKERS, 2 * units), "f"))
    )
    lstm = layers.LSTM(units, return_sequences=True, name="lstm")
    h = lstm(ops.concatenate(parts, axis=-1), initial_state=[first[:, :units], first[:, units:]])
    return keras.Model([ids, speaker, rest], layers.Dense(SIZE + 1, name="readout")(layers.Dropout(dropout)(h)))


def character_loss(targets, logits):
    """Mean cross-entropy of the next character, in nats. targets: (batch, T, 1 or 2), the codes first."""
    return ops.mean(keras.losses.sparse_categorical_crossentropy(targets[..., 0], logits[..., :SIZE], from_logits=True))


def character_and_end_loss(targets, logits):
    """The same plus the binary cross-entropy of the end of the sentence, targets[..., 1]."""
    z, end = logits[..., SIZE], targets[..., 1]
    return character_loss(targets, logits) + ops.mean(ops.softplus(z) - end * z)


def windows(texts, rng):
    """A batch: (inputs [codes, speaker, rest], targets (BATCH, WINDOW, 2)) from random places of random speeches."""
    codes, rest, targets = [], [], []
    chosen = rng.integers(0, len(texts), size=BATCH)
    for text, _, left in (texts[n] for n in chosen):
        start = rng.integers(0, len(text) - WINDOW)
        place = slice(start, start + WINDOW)
        codes.append(text[place])
        rest.append(told(left[place], np.full(WINDOW, rng.integers(0, 2))))
        targets.append(np.stack([text[start + 1 : start + WINDOW + 1], left[place] == 0], axis=-1))
    speaker = LOUD * np.eye(SPEAKERS, dtype="float32")[[texts[n][1] for n in chosen]]
    return [np.array(codes), speaker, np.array(rest, "float32")], np.array(targets)


def bits(model, texts):
    """Bits per character of whole speeches, each after a space, not told where sentences end."""
    codes, targets, kept = in_rows([text for text, _, _ in texts])
    speaker = LOUD * np.eye(SPEAKERS, dtype="float32")[[who for _, who, _ in texts]]
    logits = model.predict_on_batch([codes, speaker, np.zeros((*codes.shape, 3), "float32")])[..., :SIZE]
    return bits_per_character(targets, kept, logits)


def train(model, texts, held_out):
    """Train on random windows. Returns [[step, seconds of processor time, bits on held-out speeches], ...]."""
    rng, steps, rate = np.random.default_rng(SEED), SETTINGS["steps"], SETTINGS["rate"]
    schedule = keras.optimizers.schedules.CosineDecay(rate / 10, steps, 0.02, warmup_target=rate, warmup_steps=20)
    model.compile(keras.optimizers.Adam(schedule, clipnorm=1.0), loss=character_and_end_loss, jit_compile=False)
    curve, begun = [], time.process_time()
    for step in range(1, steps + 1):
        inputs, targets = windows(texts, rng)
        model.train_on_batch(inputs, targets)
        if step % EVERY == 0:
            curve.append([step, round(time.process_time() - begun), round(bits(model, held_out), 4)])
            print(*curve[-1], flush=True)
    return curve


def place_of(path):
    """Where a weight stands in the result: embedding, LSTM, readout, first state."""
    kind = ["embedding", "lstm", "readout", "first"].index(path.split("/")[0])
    return kind, ["embeddings", "kernel", "recurrent_kernel", "bias"].index(path.split("/")[-1])


def step_of(weights, way, units, speaker, told_as_state=None):
    """The network in NumPy, so that it depends on no version of Keras: h, c (batch, units), and a step from them.

    weights: as `place_of` orders them. speaker: (batch, 6). told_as_state: another speaker for the first state.
    The step: step(codes (batch,), h, c) gives logits (batch, SIZE), h, c, and the forget gates (batch, units).
    """
    as_input, as_state = WAYS[way]
    W_first, b_first = weights[-2:] if as_state else (np.zeros((SPEAKERS, 2 * units)), 0.0)
    embedding, W_x, W_h, b, W_y, b_y = weights[:6]
    fixed = speaker @ W_x[EMBEDDING + 3 :] + b if as_input else b
    W_x = embedding @ W_x[:EMBEDDING]  # of each character

    def step(codes, h, c):
        i, f, g, o = np.split(W_x[codes] + h @ W_h + fixed, 4, axis=1)
        f = 1 / (1 + np.exp(-f))
        c = c * f + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
        return (h @ W_y + b_y)[:, :SIZE], h, c, f

    state = speaker if told_as_state is None else told_as_state
    return *np.split(state @ W_first + b_first, 2, axis=1), step


def write(weights, way, units, count, length, temperature, rng):
    """Texts of every speaker, in turn: (6 * count, length) codes."""
    h, c, step = step_of(weights, way, units, np.repeat(LOUD * np.eye(SPEAKERS), count, axis=0))
    character, texts = np.full(len(h), DOT), []
    for _ in range(length + 1):
        logits, h, c, _ = step(character, h, c)
        p = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
        drawn = np.cumsum(p / p.sum(axis=1, keepdims=True), axis=1) <= rng.random((len(p), 1))
        character = np.minimum(drawn.sum(axis=1), SIZE - 1)
        texts.append(character)
    return np.stack(texts[1:], axis=1)  # the first is the space after the full stop it began with


def worth(weights, way, units, texts, rng):
    """Bits lost by a wrong name in the first state and in the input, by EDGES; and what its cells keep in each step."""
    chosen = rng.integers(0, len(texts), size=PLACES)
    starts = [rng.integers(0, len(texts[n][0]) - PROBED - 1) for n in chosen]
    codes = np.array([texts[n][0][start : start + PROBED + 1] for n, start in zip(chosen, starts, strict=True)])
    who = np.array([texts[n][1] for n in chosen])
    right, wrong = LOUD * np.eye(SPEAKERS)[who], LOUD * np.eye(SPEAKERS)[(who + 1) % SPEAKERS]

    def bits_and_gates(in_input, in_state):
        h, c, step = step_of(weights, way, units, in_input, in_state)
        lost, gates = [], []
        for t in range(PROBED):
            logits, h, c, f = step(codes[:, t], h, c)
            logits = logits - logits.max(axis=1, keepdims=True)
            log_p = logits[np.arange(PLACES), codes[:, t + 1]] - np.log(np.exp(logits).sum(axis=1))
            lost.append(-log_p.mean() / np.log(2))
            gates.append(np.log(f).mean(axis=0))
        return np.array(lost), np.exp(np.mean(gates, axis=0))

    told, kept = bits_and_gates(right, right)
    parts = list(itertools.pairwise(EDGES))
    by_place = {}
    for name, names in {"first state": (right, wrong), "input": (wrong, right)}.items():
        lost = bits_and_gates(*names)[0] - told
        by_place[name] = [round(float(lost[a:b].mean()), 4) for a, b in parts]
    return by_place | {"edges": EDGES, "kept": np.quantile(kept, [0.5, 1]).round(4).tolist()}


def main():
    begun = time.monotonic()
    splits = [speeches(split) for split in ("train", "validation", "test")]
    texts, validation, test = ([(text, who, left_in_sentence(text)) for text, who in split] for split in splits)
    folder = PACKAGE / "experiments" / "results"
    there = json.loads(file.read_text(encoding="utf-8")) if (file := folder / "speech_voices.json").is_file() else {}
    results, minutes = there.get("ways", {}), there.get("minutes", 0)
    begun_before = bool(results)
    for way, (as_input, as_state) in WAYS.items():
        if way not in results:
            keras.utils.set_random_seed(SEED)
            model = conditioned(SETTINGS["units"], SETTINGS["dropout"], as_input, as_state)
            curve = train(model, texts, validation)
            named = {weight.path: np.array(weight) for weight in model.weights}
            weights = [named[path] for path in sorted(named, key=place_of)]
            written = write(weights, way, SETTINGS["units"], COUNT, LENGTH, TEMPERATURE, np.random.default_rng(SEED))
            rows = ["".join(CHARACTERS[code] for code in row) for row in written]
            results[way] = {"curve": curve, "test": round(bits(model, test), 4), "texts": rows}
            print(way, results[way]["test"], *rows[::COUNT], sep="\n", flush=True)
            if way == "both":
                write_weights("speech_voices", "both", weights)
    with np.load(folder / "speech_voices.npz") as stored:
        weights = [stored[f"both_{n}"].astype("float32") for n in range(len(stored.files))]
    told = worth(weights, "both", SETTINGS["units"], validation + test, np.random.default_rng(SEED))
    print(told)
    write_result(
        "speech_voices",
        data=f"course_speeches, {sum(len(text) for text, _, _ in texts):,} characters to train on",
        seeds=[SEED],
        seconds=time.monotonic() - begun + 60 * minutes,
        goes_on=begun_before,
        settings=SETTINGS | {"loud": LOUD, "length": LENGTH, "temperature": TEMPERATURE},
        ways=results,
        worth=told,
    )


if __name__ == "__main__":
    main()
