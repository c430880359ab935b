"""Predictions: what a student expects, before the experiment says what happens.

A prediction is never graded, and nothing else in a lesson may use it.
"""

import math
import numbers

import numpy as np

from course_utils.bars import shown
from course_utils.notebook.session import session

LONGEST = 200  # characters of an answer that are printed


def predict(name, guess):
    """Keep a prediction and print it; return it.

    name: its id, as "2b.A". guess: a number, a word, or a list of them; `...` where none was made.
    Never raises.
    """
    session.predictions[str(name)] = guess
    if is_missing(guess):
        print(f"{name}: no prediction yet. Put yours in place of the ..., run this cell, and only then read on.")
    else:
        print(f"{name}: you predict {in_words(guess)}.")
    return guess


def compare(name, measured):
    """Print a prediction beside what was measured.

    name: its id, as "2b.A". measured: a number, a word, or a list of them, as it was predicted.
    Never raises.
    """
    guess = session.predictions.get(str(name), ...)
    if is_missing(guess):
        print(f"{name}: measured {in_words(measured)}; you made no prediction.")
        return
    beside = how_they_compare(guess, measured)
    print(
        f"{name}: measured {in_words(measured)}, you predicted {in_words(guess)}" + (f": {beside}." if beside else ".")
    )


def how_they_compare(guess, measured):
    """A few words on a prediction beside what was measured, or "" where the two cannot be compared."""
    guess, measured = plain(guess), plain(measured)
    if is_number(guess) and is_number(measured):
        return distance(float(guess), float(measured))
    if isinstance(guess, list) and isinstance(measured, list):
        if len(guess) != len(measured) or any(map(is_number, measured)):
            return ""
        return f"{sum(map(same_words, guess, measured))} of {len(measured)} as you said"
    if is_number(guess) or is_number(measured) or isinstance(guess, list) or isinstance(measured, list):
        return ""
    return "as you said" if same_words(guess, measured) else "not as you said"


def plain(value):
    """Arrays and tensors as numbers and lists of them, a tuple as a list, all else as it is."""
    try:
        value = value.numpy() if hasattr(value, "numpy") else value
        value = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    except Exception:  # a tensor without a value
        return value
    return list(value) if isinstance(value, tuple) else value


def is_missing(guess):
    """True where nothing was predicted: `...`, an empty text or list, or a list with `...` in it."""
    guess = plain(guess)
    if isinstance(guess, list):
        return not guess or any(one is ... for one in guess)
    return guess is ... or guess is None or (isinstance(guess, str) and not guess.strip())


def is_number(value):
    """True for a number that is finite and no truth value."""
    try:
        return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(float(value))
    except (OverflowError, ValueError):
        return False


def same_words(one, other):
    """True where two answers read alike, whatever their capitals."""
    return in_words(one).lower() == in_words(other).lower()


def in_words(value):
    """A prediction or a measurement as a reader wants it: numbers rounded, lists side by side. Never raises."""
    try:
        return " ".join(_in_words(plain(value)).split())[:LONGEST]
    except Exception:  # what a student can put there has no end
        return "something that cannot be shown"


def _in_words(value):
    if isinstance(value, list):
        return ", ".join(_in_words(plain(one)) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_number(value):
        return shown(value if isinstance(value, int) else float(value)).removesuffix(".000")
    return str(value)


def distance(guess, measured):
    """How far a predicted number is from the measured one, in plain words."""
    if guess == measured:
        return "exactly as you said"
    if measured == 0 or guess == 0 or (guess < 0) != (measured < 0):
        return f"off by {in_words(abs(guess - measured))}"
    times = max(guess / measured, measured / guess)
    side = "more" if measured > guess else "less"
    if times < 1.1:
        return "close to what you said"
    if measured < 0:  # of two negative numbers, which are exponents or slopes, a factor says nothing
        return f"{side} than you said, by {in_words(abs(guess - measured))}"
    return f"{side} than you said, by {in_words(abs(guess - measured))}" + (
        f", a factor of {times:.0f}" if times >= 2 else ""
    )
