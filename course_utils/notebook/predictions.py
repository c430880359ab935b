"""Predictions: what a student expects, before the experiment says what happens.

A prediction is never graded, and nothing else in a lesson may use it.
"""

import numbers

import numpy as np

from course_utils.bars import shown
from course_utils.notebook.session import session


def predict(name, guess):
    """Keep a prediction and print it; return it.

    name: its id, as "2b.A". guess: a number, a word, or a list of them; `...` where none was made.
    Never raises.
    """
    session.predictions[name] = guess
    if guess is ...:
        print(f"{name}: no prediction yet. Put yours in place of the ..., run this cell, and only then read on.")
    else:
        print(f"{name}: you predict {in_words(guess)}.")
    return guess


def compare(name, measured):
    """Print a prediction beside what was measured.

    name: its id, as "2b.A". measured: a number, a word, or a list of them, as it was predicted.
    Never raises.
    """
    guess = session.predictions.get(name, ...)
    line = f"{name}: measured {in_words(measured)}"
    if guess is ...:
        print(f"{line}; you made no prediction.")
        return
    line += f", you predicted {in_words(guess)}"
    if is_number(guess) and is_number(measured):
        print(f"{line}: {distance(float(guess), float(measured))}.")
    elif isinstance(guess, str) and isinstance(measured, str):
        print(f"{line}: {'as you said' if guess.strip().lower() == measured.strip().lower() else 'not as you said'}.")
    elif is_list(guess) and is_list(measured) and len(guess) == len(measured) and not any(map(is_number, measured)):
        same = sum(
            str(one).strip().lower() == str(other).strip().lower() for one, other in zip(guess, measured, strict=True)
        )
        print(f"{line}: {same} of {len(measured)} as you said.")
    else:
        print(f"{line}.")


def is_number(value):
    """True for a number that is finite and no truth value."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_) and bool(np.isfinite(value))


def is_list(value):
    """True for a list, a tuple or an array of one dimension."""
    return isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim == 1)


def in_words(value):
    """A prediction or a measurement as a reader wants it: numbers rounded, lists side by side."""
    if is_list(value):
        return ", ".join(map(in_words, value))
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if is_number(value):
        return shown(value if isinstance(value, int) else float(value)).removesuffix(".000")
    return " ".join(str(value).split())[:200]


def distance(guess, measured):
    """How far a predicted number is from the measured one, in plain words."""
    if guess == measured:
        return "exactly as you said"
    if measured == 0 or guess == 0 or (guess < 0) != (measured < 0):
        return f"off by {in_words(abs(guess - measured))}"
    times = max(guess / measured, measured / guess)
    side = "more" if abs(measured) > abs(guess) else "less"
    if times < 1.1:
        return "close to what you said"
    return f"{side} than you said, by {in_words(abs(guess - measured))}" + (
        f", {times:.0f} times" if times >= 2 else ""
    )
