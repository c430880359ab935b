"""A network that is told who speaks: as an extra input at each step, as the initial state, and both.

    python -m course_utils.experiments.speech_voices

trains the three on the training speeches (about forty minutes of one thread). Each also says, after each character,
whether the sentence ends there; at a full stop, how long the next sentence will be; and in half of its windows it is
told, at each step, how many characters its sentence still has. Writes results/speech_voices.json, and the weights of
the one that is told both ways, in half precision. Interrupted, it goes on with the network that it had not finished
(build/speech_voices_*.npz).

`worth`: the bits lost on held-out speeches where the first state, or the input, names another speaker than the one who
speaks, by the distance from the first character. `length`: how far the predicted lengths of held-out sentences are off,
beside predictions that look at the training speeches only. `stopping`: the lengths of sentences that the network wrote,
ended by a full stop, by a coin for each character, and by a length that is drawn first.
"""

import itertools
import json
import time

import keras
import numpy as np
from keras import layers, ops

from course_utils.experiments.carried_lstm import CarriedLSTM
from course_utils.experiments.characters import write_whole
from course_utils.experiments.result_file import write_result, write_weights
from course_utils.experiments.speeches import all_speeches, bits_per_character, in_rows
from course_utils.paths import REPOSITORY
from course_utils.stats import paired_difference
from course_utils.text import CHARACTERS

SEED, SIZE, EMBEDDING, SPEAKERS = 0, len(CHARACTERS), 32, 6
SETTINGS = {"units": 384, "dropout": 0.2, "steps": 2000, "rate": 0.004, "batch": 32, "window": 128}
LOUD = 4.0  # the speaker's one is fed as this number: the voice is a faint signal, and is learned sooner so
END, CENTRE, SPREAD = SIZE, SIZE + 1, SIZE + 2  # of the readout: end of the sentence, and the next one's log length
TYPICAL = (4.0, -0.3)  # mean and log standard deviation of a log length, to which CENTRE and SPREAD add
WEIGHT = 0.1  # of the loss of the lengths
LENGTH, COUNT, TEMPERATURE, EVERY = 600, 10, 0.6, 250  # of the texts; and updates between two looks
WAYS = {"both": (True, True), "extra input": (True, False), "initial state": (False, True)}
DOT = CHARACTERS.index(".")
PLACES, PROBED, EDGES = 400, 200, [0, 4, 16, 64, 200]  # windows, their length, and its parts, for `worth`
LIMIT, EACH = 500, 50  # the longest sentence that is written, and how many of each speaker
AT_ONCE = 6  # speeches that are judged at a time, for the sake of memory
STATES = REPOSITORY / "build"


def left_in_sentence(text):
    """How many characters the sentence still has after each character of a text (T,), its full stop not counted."""
    ends = np.flatnonzero(text == DOT)
    position = np.arange(len(text))
    return np.append(ends, len(text))[np.searchsorted(ends, position, side="right")] - position - 1


def told(left, is_told):
    """What the network is told of the rest of its sentence: (..., 3) features of the characters left (...)."""
    return is_told[..., None] * np.stack([np.ones(left.shape), left / 100, np.exp(-left / 4)], axis=-1)


def begins(text, left):
    """Where a whole sentence follows a full stop of a text: (T,) booleans. left: as of `left_in_sentence`."""
    return (text == DOT) & (np.arange(len(text)) + left + 1 < len(text)) & (left > 0)


def conditioned(units, dropout, as_input, as_state):
    """(codes (batch, T), speaker (batch, 6), rest (batch, T, 3)) to the readout (batch, T, SIZE + 3)."""
    ids, speaker, rest = keras.Input((None,), dtype="int32"), keras.Input((SPEAKERS,)), keras.Input((None, 3))
    parts = [layers.Embedding(SIZE, EMBEDDING, name="embedding")(ids), rest]
    if as_input:
        parts.append(speaker[:, None] + 0 * rest[..., :1])
    if as_state:
        first = layers.Dense(2 * units, name="first")(speaker)
    else:
        first = ops.matmul(speaker, np.zeros((SPEAKERS, 2 * units), "float32"))
    lstm = CarriedLSTM(units, name="lstm")
    h, _, _ = lstm([ops.concatenate(parts, axis=-1), first[:, :units], first[:, units:]])
    return keras.Model([ids, speaker, rest], layers.Dense(SIZE + 3, name="readout")(layers.Dropout(dropout)(h)))


def losses(targets, outputs):
    """The loss of the next character, of the end of the sentence, and of the next sentence's length, in nats.

    targets: (batch, T, 4), the code, 1 at the end of a sentence, the log length, and 1 where there is one to say.
    """
    codes, end, log_length, counts = (targets[..., n] for n in range(4))
    codes = ops.cast(codes, "int32")
    character = keras.losses.sparse_categorical_crossentropy(codes, outputs[..., :SIZE], from_logits=True)
    ends = ops.softplus(outputs[..., END]) - end * outputs[..., END]
    of_length = minus_log_density(log_length, TYPICAL[0] + outputs[..., CENTRE], TYPICAL[1] + outputs[..., SPREAD], ops)
    of_length = ops.sum(counts * of_length) / ops.maximum(ops.sum(counts), 1)
    return ops.mean(character) + ops.mean(ends) + WEIGHT * of_length


def minus_log_density(x, mean, log_sd, namespace=np):
    """Of a normal distribution, in nats, without the constant log(2 pi) / 2."""
    return log_sd + 0.5 * ((x - mean) * namespace.exp(-log_sd)) ** 2


def windows(texts, rng):
    """A batch: (inputs [codes, speaker, rest], targets (batch, window, 4)) from random places of random speeches."""
    batch, window = SETTINGS["batch"], SETTINGS["window"]
    codes, rest, targets = [], [], []
    chosen = rng.integers(0, len(texts), size=batch)
    for text, _, left in (texts[n] for n in chosen):
        start = rng.integers(0, len(text) - window)
        place = slice(start, start + window)
        is_told = rng.integers(0, 2)
        codes.append(text[place])
        rest.append(told(left[place], np.full(window, is_told)))
        lengths = [np.log(np.maximum(left[place], 1)), begins(text, left)[place] * (1 - is_told)]
        targets.append(np.stack([text[start + 1 : start + window + 1], left[place] == 0, *lengths], axis=-1))
    speaker = LOUD * np.eye(SPEAKERS, dtype="float32")[[texts[n][1] for n in chosen]]
    return [np.array(codes), speaker, np.array(rest, "float32")], np.array(targets, "float32")


def bits(model, texts):
    """Bits per character of whole speeches, each after a space, not told where sentences end."""
    total = 0.0
    for some in (texts[n : n + AT_ONCE] for n in range(0, len(texts), AT_ONCE)):
        codes, targets, kept = in_rows([text for text, _, _ in some])
        speaker = LOUD * np.eye(SPEAKERS, dtype="float32")[[who for _, who, _ in some]]
        logits = model.predict_on_batch([codes, speaker, np.zeros((*codes.shape, 3), "float32")])[..., :SIZE]
        total += bits_per_character(targets, kept, logits) * kept.sum()
    return total / sum(len(text) for text, _, _ in texts)


def train(model, texts, held_out):
    """Train on random windows. Returns [[step, seconds of processor time, bits on held-out speeches], ...]."""
    rng, steps, rate = np.random.default_rng(SEED), SETTINGS["steps"], SETTINGS["rate"]
    schedule = keras.optimizers.schedules.CosineDecay(rate / 10, steps, 0.02, warmup_target=rate, warmup_steps=50)
    model.compile(keras.optimizers.Adam(schedule, clipnorm=1.0), loss=losses, jit_compile=False)
    curve, begun = [], time.process_time()
    for step in range(1, steps + 1):
        inputs, targets = windows(texts, rng)
        model.train_on_batch(inputs, targets)
        if step % EVERY == 0 or step == steps:
            curve.append([step, round(time.process_time() - begun), round(bits(model, held_out), 4)])
            print(*curve[-1], flush=True)
    return curve


def place_of(path):
    """Where a weight stands in the result: embedding, LSTM, readout, first state."""
    kind = ["embedding", "lstm", "readout", "first"].index(path.split("/")[0])
    return kind, ["embeddings", "kernel", "recurrent_kernel", "bias"].index(path.split("/")[-1])


def network(way, texts, validation, test):
    """(weights, curve, bits on the test speeches) of a network: trained now, or in an earlier run of the script."""
    file = STATES / f"speech_voices_{way.replace(' ', '_')}.npz"
    settings = json.dumps(SETTINGS)
    if not file.exists():
        keras.utils.set_random_seed(SEED)
        model = conditioned(SETTINGS["units"], SETTINGS["dropout"], *WAYS[way])
        curve = train(model, texts, validation)
        named = {weight.path: np.array(weight) for weight in model.weights}
        weights = {f"weight_{n}": named[path] for n, path in enumerate(sorted(named, key=place_of))}
        write_whole(file, curve=json.dumps(curve), test=bits(model, test), settings=settings, **weights)
    with np.load(file) as state:
        if str(state["settings"]) != settings:
            raise SystemExit(f"{file} is of another training, with {state['settings']}; remove it to begin anew.")
        weights = [state[f"weight_{n}"] for n in range(sum(name.startswith("weight") for name in state.files))]
        return weights, json.loads(str(state["curve"])), float(state["test"])


def step_of(weights, way, speaker, told_as_state=None):
    """The network in NumPy, so that it depends on no version of Keras: h, c (batch, units), and a step from them.

    weights: as `place_of` orders them. speaker: (batch, 6). told_as_state: another speaker for the first state.
    The step: step(codes (batch,), h, c, rest (batch, 3)) gives the readout (batch, SIZE + 3), h, c, and the forget
    gates (batch, units).
    """
    as_input, as_state = WAYS[way]
    embedding, W_x, W_h, b, W_y, b_y = weights[:6]
    W_first, b_first = weights[6:] if as_state else (np.zeros((SPEAKERS, 2 * len(W_h)), "float32"), 0.0)
    speaker = speaker.astype("float32")
    fixed = speaker @ W_x[EMBEDDING + 3 :] + b if as_input else b
    W_rest, W_x = W_x[EMBEDDING : EMBEDDING + 3], embedding @ W_x[:EMBEDDING]  # of each character

    def step(codes, h, c, rest=None):
        z = W_x[codes] + h @ W_h + fixed
        i, f, g, o = np.split(z if rest is None else z + rest.astype("float32") @ W_rest, 4, axis=1)
        f = 1 / (1 + np.exp(-f))
        c = c * f + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
        return h @ W_y + b_y, h, c, f

    state = speaker if told_as_state is None else told_as_state.astype("float32")
    return *np.split(state @ W_first + b_first, 2, axis=1), step


def draw(logits, temperature, rng):
    """One code for each row of logits (batch, SIZE)."""
    p = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    below = np.cumsum(p / p.sum(axis=1, keepdims=True), axis=1) <= rng.random((len(p), 1))
    return np.minimum(below.sum(axis=1), SIZE - 1)


def write(weights, way, count, length, temperature, rng):
    """Texts of every speaker, in turn: (6 * count, length) codes."""
    h, c, step = step_of(weights, way, np.repeat(LOUD * np.eye(SPEAKERS), count, axis=0))
    character, texts = np.full(len(h), DOT), []
    for _ in range(length + 1):
        readout, h, c, _ = step(character, h, c)
        character = draw(readout[:, :SIZE], temperature, rng)
        texts.append(character)
    return np.stack(texts[1:], axis=1)  # the first is the space after the full stop it began with


def worth(weights, way, texts, rng):
    """Bits lost by a wrong name in the first state and in the input, by EDGES; and what its cells keep in each step."""
    chosen = rng.integers(0, len(texts), size=PLACES)
    starts = [rng.integers(0, len(texts[n][0]) - PROBED - 1) for n in chosen]
    codes = np.array([texts[n][0][start : start + PROBED + 1] for n, start in zip(chosen, starts, strict=True)])
    who = np.array([texts[n][1] for n in chosen])
    right, wrong = LOUD * np.eye(SPEAKERS)[who], LOUD * np.eye(SPEAKERS)[(who + 1) % SPEAKERS]

    def bits_and_gates(in_input, in_state):
        h, c, step = step_of(weights, way, in_input, in_state)
        lost, gates = [], []
        for t in range(PROBED):
            readout, h, c, f = step(codes[:, t], h, c)
            logits = readout[:, :SIZE] - readout[:, :SIZE].max(axis=1, keepdims=True)
            log_p = logits[np.arange(PLACES), codes[:, t + 1]] - np.log(np.exp(logits).sum(axis=1))
            lost.append(-log_p / np.log(2))
            gates.append(np.log(f).mean(axis=0))
        return np.array(lost), np.exp(np.mean(gates, axis=0))

    right_bits, kept = bits_and_gates(right, right)
    found = {"edges": EDGES, "kept": np.quantile(kept, [0.5, 1]).round(4).tolist()}
    as_input, as_state = WAYS[way]
    names = {"first state": (right, wrong)} if as_state else {}
    names |= {"input": (wrong, right)} if as_input else {}
    for name, told_so in names.items():
        lost = bits_and_gates(*told_so)[0] - right_bits
        parts = [lost[a:b].mean(axis=0) for a, b in itertools.pairwise(EDGES)]  # of each window
        found[name] = [round(float(part.mean()), 4) + 0.0 for part in parts]
        found[f"{name}, margin"] = [round(float(1.96 * part.std(ddof=1) / PLACES**0.5), 4) for part in parts]
    return found


def sentence_lengths(texts):
    """(speakers, lengths) of all whole sentences of texts that follow a full stop."""
    lengths = [left[begins(text, left)] for text, _, left in texts]
    return np.repeat([who for _, who, _ in texts], list(map(len, lengths))), np.concatenate(lengths)


def predicted_lengths(weights, way, texts):
    """What the network says at the full stop before each sentence of `sentence_lengths`: (n, 2), mean and log sd."""
    _, codes, _ = in_rows([text for text, _, _ in texts])
    h, c, step = step_of(weights, way, LOUD * np.eye(SPEAKERS)[[who for _, who, _ in texts]])
    said = np.zeros((*codes.shape, 2))
    space = np.full(len(texts), CHARACTERS.index(" "))
    _, h, c, _ = step(space, h, c)
    for t in range(codes.shape[1] - 1):
        readout, h, c, _ = step(codes[:, t], h, c)
        said[:, t] = readout[:, CENTRE:] + TYPICAL
    return np.concatenate([said[n, : len(text)][begins(text, left)] for n, (text, _, left) in enumerate(texts)])


def length_errors(weights, way, train_texts, texts):
    """Mean absolute errors of predictions of the lengths of sentences, and what the network's are minus theirs, paired.

    `nats`: of the log length, beside a normal distribution for all and one for each speaker.
    """
    who_trained, trained = sentence_lengths(train_texts)
    who, lengths = sentence_lengths(texts)
    mean, log_sd = predicted_lengths(weights, way, texts).T
    of_speaker = [trained[who_trained == n] for n in range(SPEAKERS)]
    said = {
        "network": np.exp(mean),  # the median of its distribution, which is what an absolute error asks for
        "mean": np.full(len(lengths), trained.mean()),
        "median": np.full(len(lengths), np.median(trained)),
        "speaker's mean": np.array([part.mean() for part in of_speaker])[who],
        "speaker's median": np.array([np.median(part) for part in of_speaker])[who],
    }
    errors = {name: np.abs(lengths - value) for name, value in said.items()}
    fits = np.array([[np.log(part).mean(), np.log(np.log(part).std())] for part in of_speaker])[who].T
    for_all = np.log(trained).mean(), np.log(np.log(trained).std())
    nats = {"network": (mean, log_sd), "all": for_all, "speaker": fits}
    nats = {name: minus_log_density(np.log(lengths), *fit) for name, fit in nats.items()}
    return {
        "sentences": len(lengths),
        "errors": {name: round(float(error.mean()), 2) for name, error in errors.items()},
        "network minus": {name: differs(errors["network"], errors[name]) for name in errors if name != "network"},
        "nats": {name: round(float(value.mean()), 4) for name, value in nats.items()},
        "nats, network minus": {name: differs(nats["network"], nats[name]) for name in nats if name != "network"},
    }


def differs(these, those):
    """[mean, low, high] of a paired difference, with its 95 % interval."""
    return [round(float(number), 4) for number in paired_difference(these, those)]


def stopping(weights, way, train_texts, texts, rng):
    """Lengths of written sentences by three ways to end them, how far they are from held-out speeches, and examples."""
    speaker = np.repeat(LOUD * np.eye(SPEAKERS), EACH, axis=0)
    words = {word.strip(".,'[]") for text, _, _ in train_texts for word in as_text(text).split()} - {""}
    _, held_out = sentence_lengths(texts)
    found = {}
    for name, temperature in (("symbol", 1.0), ("symbol, temperature 0.8", 0.8), ("Bernoulli", 1.0), ("length", 1.0)):
        h, c, step = step_of(weights, way, speaker)
        character, codes, ends = np.full(len(h), DOT), [], []
        lengths = np.full(len(h), LIMIT)
        left = None
        for t in range(LIMIT):
            rest = None if left is None else told(np.maximum(left - t, 0), np.ones(len(h)))
            readout, h_next, c_next, _ = step(character, h, c, rest)
            if name == "length" and left is None:  # said at the full stop; the step is then taken, knowing it
                mean, log_sd = readout[:, CENTRE] + TYPICAL[0], readout[:, SPREAD] + TYPICAL[1]
                left = np.exp(rng.normal(mean, np.exp(log_sd))).round().clip(2, LIMIT - 1).astype(int)
                readout, h_next, c_next, _ = step(character, h, c, told(left, np.ones(len(h))))
            h, c = h_next, c_next
            logits = readout[:, :SIZE].copy()
            if t == 0 or not name.startswith("symbol"):  # a sentence has a character at least
                logits[:, DOT] = -np.inf
            ends.append(rng.random(len(h)) < 1 / (1 + np.exp(-readout[:, END])))
            character = draw(logits, temperature, rng)
            codes.append(character)
        codes, ends = np.array(codes), np.array(ends)
        if name == "length":
            lengths = left
        else:
            over = codes == DOT if name.startswith("symbol") else ends
            over[0] = False
            lengths = np.where(over.any(axis=0), over.argmax(axis=0), LIMIT)
        sentences = [as_text(codes[:length, n]) for n, length in enumerate(lengths)]
        found[name] = {
            "lengths": lengths.tolist(),
            "distance": round(largest_gap(lengths, held_out), 4),
            "whole words at the end": share_of_words(sentences, words),
            "whole words two characters earlier": share_of_words([s[:-2] for s in sentences if len(s) > 3], words),
            "sentences": sentences[::EACH],
        }
    return found


def as_text(codes):
    return "".join(CHARACTERS[code] for code in codes)


def largest_gap(lengths, others):
    """The Kolmogorov-Smirnov distance of two samples: the largest gap of their cumulated distributions."""
    places = np.union1d(lengths, others)
    shares = [np.searchsorted(np.sort(sample), places, side="right") / len(sample) for sample in (lengths, others)]
    return float(np.abs(shares[0] - shares[1]).max())


def share_of_words(sentences, words):
    """The share of sentences whose last word is in a set of words."""
    last = [sentence.strip(" .,'[]").split(" ")[-1].strip(".,'[]") for sentence in sentences]
    return round(float(np.mean([word in words for word in last])), 4)


def main():
    splits = [all_speeches(split) for split in ("train", "validation", "test")]
    texts, validation, test = ([(text, who, left_in_sentence(text)) for text, who in split] for split in splits)
    results, seconds = {}, 0.0
    for way in WAYS:
        weights, curve, bits_on_test = network(way, texts, validation, test)
        rng = np.random.default_rng(SEED)
        written = [as_text(row) for row in write(weights, way, COUNT, LENGTH, TEMPERATURE, rng)]
        results[way] = {
            "curve": curve,
            "test": round(bits_on_test, 4),
            "worth": worth(weights, way, validation + test, rng),
            "texts": written,
        }
        seconds += curve[-1][1]
        print(way, results[way]["test"], results[way]["worth"], *written[::COUNT], sep="\n", flush=True)
        if way == "both":
            write_weights("speech_voices", "both", weights)
            held_out = {"validation": validation, "test": test}
            length = {name: length_errors(weights, way, texts, part) for name, part in held_out.items()}
            stopped = stopping(weights, way, texts, validation + test, rng)
            print(length, {name: part["distance"] for name, part in stopped.items()}, flush=True)
    write_result(
        "speech_voices",
        data=f"course_speeches, {sum(len(text) for text, _, _ in texts):,} characters to train on",
        seeds=[SEED],
        seconds=seconds,
        settings=SETTINGS | {"loud": LOUD, "length": LENGTH, "temperature": TEMPERATURE, "typical": TYPICAL},
        ways=results,
        length=length,
        stopping=stopped,
    )


if __name__ == "__main__":
    main()
