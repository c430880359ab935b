"""The gallery of lesson 1: a spoken sentence, a melody, a film of a digit, a text, and how they are drawn."""

import wave

import matplotlib.pyplot as plt
import numpy as np

from course_utils import plots
from course_utils.paths import resource

RATE = 8_000  # samples per second of all audio here
SPOKEN = "The train to the coast leaves at nine."  # what data/gallery/speech.wav says
# The theme of the fourth movement of Beethoven's ninth symphony (1824): notes as MIDI pitches, lengths in quarters.
ODE = [64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 64, 62, 62]
ODE += [64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 62, 60, 60]
QUARTERS = ([1.0] * 12 + [1.5, 0.5, 2.0]) * 2


def speech():
    """The spoken sentence: samples (n,) float32 from -1 to 1, at RATE. Made by data/gallery/generate.py."""
    with wave.open(str(resource("data") / "gallery" / "speech.wav")) as clip:
        return np.frombuffer(clip.readframes(clip.getnframes()), "<i2").astype("float32") / 2**15


def melody():
    """A melody as (pitches, starts, lengths): MIDI pitches (60 is middle C), and times in quarter notes, each (n,)."""
    lengths = np.array(QUARTERS)
    return np.array(ODE), np.cumsum(lengths) - lengths, lengths


def play(pitches, starts, lengths, quarter=0.4):
    """The sound of notes, samples (n,) at RATE: three harmonics each, dying away.

    pitches, starts, lengths: as `melody` returns them. quarter: seconds of a quarter note.
    """
    sound = np.zeros(int(RATE * quarter * (starts + lengths).max()) + 1)
    for pitch, start, length in zip(pitches, starts, lengths, strict=True):
        time = np.arange(int(RATE * quarter * length)) / RATE
        phase = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time
        note = sum(np.sin(n * phase) / n**2 for n in (1, 2, 3)) * np.exp(-3 * time) * np.minimum(1, 100 * time)
        begin = int(RATE * quarter * start)
        sound[begin : begin + len(note)] += note
    return sound / abs(sound).max()


def digit_film(digit, frames=8):
    """A film of a digit that comes in from the left, stands still, and goes on.

    digit: (height, width) grey values. Returns (film (frames, height, 3 width), a label per frame: "moving", "still").
    """
    height, width = digit.shape
    stop = width
    places = [0, stop // 2, stop, stop, stop, stop + stop // 3, stop + 2 * stop // 3, 2 * stop][:frames]
    film = np.zeros((len(places), height, 3 * width))
    for frame, place in enumerate(places):
        film[frame, :, place : place + width] = digit
    return film, ["still" if place == stop else "moving" for place in places]


def continue_text(texts, start, count, rng):
    """Words drawn one after the other, each after the two before it, as they follow each other in `texts`.

    texts: lists of words. start: two words. count: how many to add, at most. rng: a `numpy.random.Generator`.
    """
    follows = {}
    for words in texts:
        for first, second, third in zip(words, words[1:], words[2:], strict=False):
            follows.setdefault((first, second), []).append(third)
    words = list(start)
    while len(words) < count + 2 and (choices := follows.get(tuple(words[-2:]))):
        words.append(choices[rng.integers(len(choices))])
    return words


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


def draw_class(picture, probability):
    """One to one: a picture (height, width) beside the probability of each class (classes,)."""
    _, (left, right) = plt.subplots(1, 2, figsize=(8, 2.2), width_ratios=[1, 2])
    draw_picture(left, picture, title="one to one: a picture in")
    right.bar(np.arange(len(probability)), probability, color="C0")
    right.set(xticks=np.arange(len(probability)), xlabel="digit", ylabel="probability", title="a class out")
    plots.show(
        "A small grey picture of a digit, and beside it a bar for the probability of each of the ten digits; the "
        f"highest stands at {int(np.argmax(probability))}."
    )


def draw_caption_and_notes(photograph, caption, notes, wish):
    """One to many: a photograph with its caption, and a wish with its melody as a piano roll.

    photograph: (height, width, 3). caption, wish: strings. notes: (pitches, starts, lengths), as from `melody`.
    """
    _, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8), width_ratios=[1, 1.4])
    draw_picture(left, photograph, title="one to many: a photograph in")
    left.set_xlabel(f'out: "{caption}"')
    pitches, starts, lengths = notes
    right.barh(pitches, lengths * 0.92, left=starts, height=0.8, color="C0")
    title = f'one to many: "{wish}" in, {len(pitches)} notes out'
    right.set(xlabel="time [quarter notes]", ylabel="MIDI pitch (60 is middle C)", title=title)
    plots.show(
        f'Left, a photograph with its caption "{caption}". Right, a melody as a piano roll: {len(pitches)} bars, '
        "each as long as its note and as high as its pitch."
    )


def draw_review_and_forecast(words, opinion, hours, later):
    """Many to one: a review with its opinion, and temperatures with a later one.

    words: list of strings. opinion: string. hours: (n,) °C, one per hour. later: (hours after the last one, °C).
    """
    _, (above, below) = plt.subplots(2, 1, figsize=(8, 3.4), height_ratios=[1, 6])
    write_words(above, words, title=f"many to one: {len(words)} words in, one opinion out: {opinion}")
    below.plot(np.arange(len(hours)), hours, ".-", color="C0")
    below.plot(len(hours) - 1 + later[0], later[1], "*", markersize=14, color="C1")
    title = f"many to one: {len(hours)} numbers in, one out (the star)"
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
    title = f"aligned: {len(words)} words in, {len(tags)} tags out (most are: no name)"
    write_words(axes, words, [colours.get(tag) for tag in tags], tags, title=title)
    named = ", ".join(f"{word}: {tag}" for word, tag in zip(words, tags, strict=True) if tag)
    plots.show(f"The sentence {' '.join(words)}. Its names are tinted, each with its tag below it: {named}.")


def draw_film(film, labels):
    """Aligned: the frames of a film (frames, height, width), each with its label."""
    figure, panels = plt.subplots(1, len(film), figsize=(8, 1.2))
    figure.suptitle(f"aligned: {len(film)} frames in, {len(labels)} labels out", x=0.01, ha="left", fontsize=11)
    for frame, label, panel in zip(film, labels, panels, strict=True):
        draw_picture(panel, frame)
        panel.set_xlabel(label)
    plots.show(f"{len(film)} frames of a film in which a digit moves to the right; below them: {', '.join(labels)}.")


def draw_translation(source, target, links):
    """Unaligned: a sentence over its translation, with lines between the words that mean the same.

    source, target: lists of words. links: pairs "index in source-index in target", as "0-0 1-1 2-0".
    """
    _, axes = plt.subplots(figsize=(8, 1.7))
    axes.set(xlim=(0, 1), ylim=(0, 1), title=f"unaligned: {len(source)} words in, {len(target)} words out")
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


def draw_answer(question, passage, answer):
    """Unaligned: a question and a passage, in which the words of the answer are tinted; all three lists of words."""
    _, axes = plt.subplots(figsize=(8, 0.9))
    heading = f"unaligned: {len(question) + len(passage)} words in, {len(answer)} out.   {' '.join(question)}?"
    write_words(axes, passage, ["C2" if word in answer else None for word in passage], title=heading)
    plots.show(
        f"The question {' '.join(question)}? Below it the passage, {' '.join(passage)}. The words of the answer are "
        f"tinted: {' '.join(answer)}."
    )


def draw_speech(samples, text):
    """Unaligned: a sound (n,) at RATE, over the strength of its frequencies, and its text."""
    _, (above, below) = plt.subplots(2, 1, figsize=(8, 3.6), sharex=True)
    above.plot(np.arange(len(samples)) / RATE, samples, linewidth=0.4, color="C0")
    above.set(ylabel="pressure", title=f'unaligned: {len(samples):,} numbers in, {len(text)} characters out: "{text}"')
    below.specgram(samples, NFFT=256, Fs=RATE, noverlap=192, cmap="Greys", vmin=-120)
    below.set(xlabel="time [s]", ylabel="frequency [Hz]")
    below.grid(False)
    plots.show(
        f'Above, the sound of "{text}" as a wave over time. Below, how strong each frequency is at each time: '
        "horizontal stripes in vowels, clouds at high frequencies in hissing sounds, gaps between words."
    )
