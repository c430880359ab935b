"""Write the clips of course_spoken_digits, the ten digits in many synthetic voices, with the synthesiser espeak-ng.

    python data/spoken_digits/generate.py            rewrite voices/*.flac and index.csv
    python data/spoken_digits/generate.py --check    say whether they hold what this script would write

Needs espeak-ng; where it is missing, the script installs it (apt-get, Debian and Ubuntu). espeak-ng 1.51 gave the
committed clips; another version may say the same in other samples. `--check` compares samples, not files: FLAC loses
nothing, but another version of its library may pack the same samples into other bytes.
"""

import argparse
import csv
import io
import random
import re
import shutil
import subprocess
import sys
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import soundfile

FOLDER = Path(__file__).resolve().parent
ESPEAK = "1.51"
RATE = 8_000
STEP = 2**-9  # samples are rounded to 10 bits, which leaves less to pack
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
ACCENTS = {  # the short name in a file name, and espeak-ng's
    "gb": "en-gb",
    "us": "en-us",
    "rp": "en-gb-x-rp",
    "scot": "en-gb-scotland",
    "nyc": "en-us-nyc",
    "lanc": "en-gb-x-gbclan",
    "carib": "en-029",
    "wmid": "en-gb-x-gbcwmd",
}
# espeak-ng's voice variants, each an instrument of its own (formants, breath, roughness); none is in both lists.
VARIANTS = "m1 f1 m2 f2 klatt m3 f3 Andy Annie m4 f4 Denis anika m5 Hugo klatt2 m7 steph adam Andrea grandpa belinda"
VARIANTS += " robert sandro Jacky linda travis zac Michael max Storm john"
HELD_OUT = "m6 f5 klatt4 Alex Alicia victor m8 grandma"
TAKES = {"test": [0], "validation": [1], "train": [2, 3, 4, 5]}  # of VARIANTS; low takes test, as in the real corpus
HELD_OUT_TAKES = [0, 1, 2, 3]
FIELDS = ["filename", "start", "end", "split"]


def voices():
    """{name, as "gb-m1": (espeak-ng's name, {split: takes})}."""
    made = {}
    for variants, takes in ((VARIANTS, TAKES), (HELD_OUT, {"test_voices": HELD_OUT_TAKES})):
        for number, variant in enumerate(variants.split()):
            accent = list(ACCENTS)[number % len(ACCENTS)]
            made[f"{accent}-{variant.lower()}"] = (f"{ACCENTS[accent]}+{variant}", takes)
    return made


def spoken(voice, name, digit, take):
    """One clip, (samples,) int16: how fast, how high and how loud it is said is drawn from its name."""
    habit, dice = random.Random(name), random.Random(f"{digit}_{name}_{take}")
    speed = habit.uniform(135, 175) * dice.uniform(0.82, 1.22)  # words a minute
    pitch = habit.uniform(35, 65) + dice.uniform(-12, 12)  # 50 is the voice's own
    word = WORDS[digit] + dice.choice(".,?!")  # the melody falls, stays, rises
    peak = dice.uniform(0.35, 0.9)
    settings = ["-v", voice, "-s", f"{speed:.0f}", "-p", f"{pitch:.0f}", "-z"]
    sound = subprocess.run(["espeak-ng", *settings, "--stdout", word], check=True, capture_output=True).stdout
    start = sound.index(b"data") + 8  # espeak-ng writes to a pipe: the lengths in its header are made up
    with wave.open(io.BytesIO(sound)) as clip:
        rate = clip.getframerate()
    samples = np.frombuffer(sound[start : len(sound) - (len(sound) - start) % 2], "<i2") / 2**15
    samples = trimmed(resampled(samples, rate))
    return (np.round(peak * samples / abs(samples).max() / STEP) * (STEP * 2**15)).astype("int16")


def resampled(samples, rate):
    """The samples at RATE: the spectrum is cut at RATE / 2 and transformed back."""
    count = len(samples) * RATE // rate
    return np.fft.irfft(np.fft.rfft(samples)[: count // 2 + 1], count) * count / len(samples)


def trimmed(samples, quiet=0.02, before=0.01, after=0.03):
    """Without the silence at the ends: what is below `quiet` times the peak, but for some seconds before and after."""
    audible = np.flatnonzero(abs(samples) > quiet * abs(samples).max())
    return samples[max(audible[0] - int(before * RATE), 0) : audible[-1] + int(after * RATE)]


def content():
    """(rows of the index, {voice: its clips one after the other (samples,) int16})."""
    with ThreadPoolExecutor() as pool:
        wanted = [
            (name, digit, take, split, pool.submit(spoken, voice, name, digit, take))
            for name, (voice, splits) in voices().items()
            for split, takes in splits.items()
            for take in takes
            for digit in range(10)
        ]
        rows, clips = [], {name: [] for name in voices()}
        for name, digit, take, split, clip in wanted:
            start = sum(map(len, clips[name]))
            clips[name].append(clip.result())
            cells = (f"{digit}_{name}_{take}.wav", start, start + len(clip.result()), split)
            rows.append(dict(zip(FIELDS, cells, strict=True)))
    return rows, {name: np.concatenate(parts) for name, parts in clips.items()}


def index_of(rows):
    """index.csv as text."""
    file = io.StringIO()
    writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def wrong_files(rows, clips):
    """Names of the files in the folder that do not hold what they should."""
    wrong = []
    index = FOLDER / "index.csv"
    if not index.is_file() or index.read_bytes() != index_of(rows).encode("ascii"):
        wrong.append(index.name)
    there = {path.stem: path for path in (FOLDER / "voices").glob("*.flac")}
    wrong += [f"voices/{name}.flac" for name in there.keys() - clips.keys()]
    for name, samples in clips.items():
        if name not in there or not np.array_equal(soundfile.read(there[name], dtype="int16")[0], samples):
            wrong.append(f"voices/{name}.flac")
    return wrong


def main():
    parser = argparse.ArgumentParser(description="Write the clips of course_spoken_digits.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the clips are out of step")
    arguments = parser.parse_args()
    if shutil.which("espeak-ng") is None:
        subprocess.run(["apt-get", "install", "-y", "espeak-ng"], check=True)
    version = re.search(r"[\d.]+", subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True).stdout)[0]
    if version != ESPEAK:
        print(f"this is espeak-ng {version}; the committed clips were made with {ESPEAK}")
    rows, clips = content()
    if arguments.check:
        if wrong := wrong_files(rows, clips):
            print(f"not what generate.py writes: {', '.join(wrong)}; run it without --check")
            return 1
        print("the clips are what generate.py writes")
        return 0
    shutil.rmtree(FOLDER / "voices", ignore_errors=True)
    (FOLDER / "voices").mkdir()
    for name, samples in clips.items():
        soundfile.write(FOLDER / "voices" / f"{name}.flac", samples, RATE, subtype="PCM_16", format="FLAC")
    (FOLDER / "index.csv").write_bytes(index_of(rows).encode("ascii"))
    size = sum(path.stat().st_size for path in (FOLDER / "voices").iterdir())
    print(f"{len(rows)} clips, {len(clips)} voices, {sum(map(len, clips.values())) / RATE:.0f} s, {size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
