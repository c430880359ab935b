"""The gallery of lesson 1: a real input and its output for each of the five shapes."""

import wave

import matplotlib.pyplot as plt
import numpy as np

from course_utils import plots
from course_utils.paths import resource

RATE = 8_000  # samples per second of all audio here
SPOKEN = "The train to the coast leaves at nine."  # what data/gallery/speech.wav says


def speech():
    """The spoken sentence: samples (n,) float32 from -1 to 1, at RATE. Made by data/gallery/generate.py."""
    with wave.open(str(resource("data") / "gallery" / "speech.wav")) as clip:
        return np.frombuffer(clip.readframes(clip.getnframes()), "<i2").astype("float32") / 2**15


def write_words(axes, words, colours=None, tags=None, title="", size=11):
    """Write words in rows into axes, each on its colour, with a small tag under it.

    words: list of strings. colours: one per word, None for no background. tags: list of strings, "" for none.
    size: in points. Returns the (x, y) of the middle of each word, in the coordinates of the axes (0 to 1).
    """
    axes.set(xlim=(0, 1), ylim=(0, 1), title=title)
    axes.axis("off")
    across = axes.get_subplotspec().get_gridspec().ncols
    width, line = 0.94 * 72 * axes.figure.get_figwidth() / across, (2.6 if tags else 1.9) * size
    height = 72 * axes.figure.get_figheight() / axes.get_subplotspec().get_gridspec().nrows - 2 * size * bool(title)
    x, y, places = 0.0, 1 - 0.8 * size / height, []
    for n, word in enumerate(words):
        step = (len(word) + 1) * size * 0.602 / width
        if x + step > 1.01 and x > 0:
            x, y = 0.0, y - line / height
        colour = colours[n] if colours else None
        box = {"facecolor": colour, "alpha": 0.3, "edgecolor": "none", "pad": 2} if colour else None
        axes.text(x, y, word, fontsize=size, family="monospace", va="center", bbox=box)
        if tags and tags[n]:
            axes.text(x, y - 0.9 * size / height, tags[n], fontsize=size - 3, va="top", color="0.3")
        places.append((x + step / 2, y))
        x += step
    return places


def draw_picture(axes, picture, title=""):
    """Draw a picture, (height, width) or (height, width, 3), without ticks."""
    axes.imshow(picture, cmap="gray_r" if picture.ndim == 2 else None)
    axes.set(xticks=[], yticks=[], title=title)
    axes.grid(False)


def draw_one_input(picture, probability, photograph, caption):
    """One to one and one to many: a digit with the probability of each class, and a photograph with its caption.

    picture: (height, width) grey values. probability: (classes,). photograph: (height, width, 3). caption: a string.
    """
    _, (left, middle, right) = plt.subplots(1, 3, figsize=(8, 2.4), width_ratios=[1, 1.6, 1.9])
    draw_picture(left, picture, title="in: a picture")
    middle.bar(np.arange(len(probability)), probability, color="C0")
    middle.set(xticks=np.arange(len(probability)), xlabel="digit", ylabel="probability", title="out: a class")
    draw_picture(right, photograph, title="in: a photograph")
    right.set_xlabel(f'out: "{caption}"')
    plots.show(
        "Left, a small grey picture of a digit and a bar for the probability of each of the ten digits; the highest "
        f'stands at {int(np.argmax(probability))}. Right, a photograph with its caption "{caption}".'
    )


def draw_review_and_forecast(words, opinion, hours, later):
    """Many to one: a review with its opinion, and temperatures with a later one.

    words: list of strings. opinion: string. hours: (n,) °C, one per hour. later: (hours after the last one, °C).
    """
    _, (above, below) = plt.subplots(2, 1, figsize=(8, 3.4), height_ratios=[1, 6])
    write_words(above, words, title=f"in: {len(words)} words; out: one opinion, {opinion}")
    below.plot(np.arange(len(hours)), hours, ".-", color="C0")
    below.plot(len(hours) - 1 + later[0], later[1], "*", markersize=14, color="C1")
    title = f"in: {len(hours)} numbers; out: one number, the star"
    below.set(xlabel="time [hours]", ylabel="temperature [°C]", title=title)
    plots.show(
        f"Above, a review, word for word: {' '.join(words)}. Below, a curve of {len(hours)} hourly temperatures, and "
        f"one star {later[0]} hours after its end."
    )


def draw_tags(words, tag_of):
    """Aligned: words (list of strings), and under them their tags {word: tag}, where they have one."""
    tags = [tag_of.get(word, "") for word in words]
    colours = {tag: f"C{number}" for number, tag in enumerate(sorted(set(tags) - {""}))}
    _, axes = plt.subplots(figsize=(8, 0.8))
    title = f'in: {len(words)} words; out: {len(tags)} tags, most of them "no name"'
    write_words(axes, words, [colours.get(tag) for tag in tags], tags, title=title)
    named = ", ".join(f"{word}: {tag}" for word, tag in zip(words, tags, strict=True) if tag)
    plots.show(f"The sentence {' '.join(words)}. Its names are tinted, each with its tag below it: {named}.")


def draw_translation(source, target, links):
    """Unaligned: a sentence over its translation, with lines between the words that mean the same.

    source, target: lists of words. links: pairs "index in source-index in target", as "0-0 1-1 2-0".
    """
    _, axes = plt.subplots(figsize=(8, 1.7))
    axes.set(xlim=(0, 1), ylim=(0, 1), title=f"in: {len(source)} words; out: {len(target)} words")
    axes.axis("off")
    for words, y, va in [(source, 0.88, "bottom"), (target, 0.12, "top")]:
        for n, word in enumerate(words):
            axes.text((n + 0.5) / len(words), y, word, ha="center", va=va, family="monospace", fontsize=11)
    for s, t in (map(int, link.split("-")) for link in links.split()):
        axes.plot([(s + 0.5) / len(source), (t + 0.5) / len(target)], [0.84, 0.16], color="C5", linewidth=1.5)
    plots.show(
        f"Above, {' '.join(source)}. Below, {' '.join(target)}. Lines join the words that mean "
        "the same; some of them cross."
    )


def draw_speech(samples, text):
    """Unaligned: a sound (n,) at RATE, over the strength of its frequencies, and its text."""
    _, (above, below) = plt.subplots(2, 1, figsize=(8, 3.6), sharex=True)
    above.plot(np.arange(len(samples)) / RATE, samples, linewidth=0.4, color="C0")
    above.set(ylabel="pressure", title=f'in: {len(samples):,} numbers; out: {len(text)} characters, "{text}"')
    below.specgram(samples, NFFT=256, Fs=RATE, noverlap=192, cmap="Greys", vmin=-120)
    below.set(xlabel="time [s]", ylabel="frequency [Hz]")
    below.grid(False)
    plots.show(
        f'Above, the sound of "{text}" as a wave over time. Below, how strong each frequency is at each time: '
        "horizontal stripes in vowels, clouds at high frequencies in hissing sounds, gaps between words."
    )
