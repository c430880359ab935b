"""Write speech.wav, the short clip of speech in the gallery of lesson 1, with the synthesiser espeak-ng.

    python data/gallery/generate.py            rewrite speech.wav
    python data/gallery/generate.py --check    say whether speech.wav is what this script would write

Needs espeak-ng; where it is missing, the script installs it (apt-get, Debian and Ubuntu). espeak-ng 1.51 gave the
committed file; another version may say the same in other bytes.
"""

import argparse
import io
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np

PATH = Path(__file__).resolve().parent / "speech.wav"
TEXT = "The train to the coast leaves at nine."
COMMAND = ["espeak-ng", "-v", "en-gb", "-s", "150", "--stdout", TEXT]
RATE = 8_000


def synthesised():
    """espeak-ng's samples, float64 from -1 to 1, and their rate."""
    if shutil.which("espeak-ng") is None:
        subprocess.run(["apt-get", "install", "-y", "espeak-ng"], check=True)
    spoken = subprocess.run(COMMAND, check=True, capture_output=True).stdout
    start = spoken.index(b"data") + 8  # espeak-ng writes to a pipe: the lengths in its header are made up
    with wave.open(io.BytesIO(spoken)) as clip:
        rate = clip.getframerate()
    return np.frombuffer(spoken[start : len(spoken) - (len(spoken) - start) % 2], "<i2") / 2**15, rate


def resampled(samples, rate):
    """The samples at RATE: the spectrum is cut at RATE / 2 and transformed back."""
    count = len(samples) * RATE // rate
    return np.fft.irfft(np.fft.rfft(samples)[: count // 2 + 1], count) * count / len(samples)


def content():
    """The whole file as bytes: 8 kHz, 16 bit, mono."""
    samples = resampled(*synthesised())
    audible = np.flatnonzero(abs(samples) > 0.01)
    samples = samples[max(audible[0] - 400, 0) : audible[-1] + 800]
    file = io.BytesIO()
    with wave.open(file, "wb") as clip:
        clip.setnchannels(1)
        clip.setsampwidth(2)
        clip.setframerate(RATE)
        dither = np.random.default_rng(0).uniform(-1, 1, size=len(samples))  # one step of noise: no digital silence
        clip.writeframes(np.round(0.9 * samples / abs(samples).max() * 2**15 + dither).astype("<i2").tobytes())
    return file.getvalue()


def main():
    parser = argparse.ArgumentParser(description="Write speech.wav.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when speech.wav is out of step")
    arguments = parser.parse_args()
    made = content()
    if arguments.check:
        same = PATH.is_file() and PATH.read_bytes() == made
        print("speech.wav is " + ("" if same else "not ") + "what generate.py writes")
        return 0 if same else 1
    PATH.write_bytes(made)
    print(f"speech.wav: {len(made)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
