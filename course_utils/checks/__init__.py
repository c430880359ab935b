"""Checks of exercises: what they are made of and how they run.

A check has three parts, so that student code never judges itself:

- `inputs(rng)`: a dictionary of NumPy arrays and plain numbers, of random shapes and values;
- `probe(answer, inputs)`: calls the student's function, layer or model and returns a dictionary of
  NumPy arrays; the only part that runs beside student code;
- `judge(inputs, outputs)`: pure NumPy, with an oracle that is independent of the solution; raises
  `Wrong("hint")`.

`observe` runs the probe and `decide` the judge; a notebook calls both in place. A grader calls `observe` in
the student's sandbox, on seeds that the student has not seen, takes the arrays out, and calls `decide` in its
own process.
"""

import contextlib
import copy
import importlib
import random
import re
import traceback
from dataclasses import dataclass

import numpy as np

SEEDS = (0, 1, 2)  # those a notebook runs; a grader has its own
REGISTRY = {}


class Wrong(Exception):
    """An answer is wrong; the message is the hint that the student reads."""


class Check:
    """Base of all checks; a subclass sets `exercise` and `name` and defines the three parts."""

    exercise: str
    name: str

    def __init_subclass__(cls):
        if cls.exercise in REGISTRY:
            raise ValueError(
                f"two checks for exercise {cls.exercise}: {REGISTRY[cls.exercise].__class__.__name__}, {cls.__name__}"
            )
        REGISTRY[cls.exercise] = cls()

    def inputs(self, rng):
        """Arrays to try the answer on, drawn from the `numpy.random.Generator` rng."""
        raise NotImplementedError

    def probe(self, answer, inputs):
        """Call the answer on the inputs; return {name: array}."""
        raise NotImplementedError

    def judge(self, inputs, outputs):
        """Raise Wrong(hint) unless the outputs are right."""
        raise NotImplementedError


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check: status "right", "wrong" or "open" (not attempted), and the hint when wrong."""

    exercise: str
    name: str
    status: str
    hint: str = ""

    def __str__(self):
        line = f"{dict(right='✓', wrong='✗', open='○')[self.status]} {self.exercise} {self.name}"
        return line + {"right": "", "wrong": f": {self.hint}", "open": " not attempted yet"}[self.status]


def find(exercise):
    """The check of an exercise. Raises KeyError, naming the exercises of the lesson that have one."""
    lesson = exercise.rsplit(".", 1)[0]
    try:
        importlib.import_module(f"course_utils.checks.lesson_{lesson}")
    except ModuleNotFoundError as error:
        raise KeyError(f"there are no checks for lesson {lesson!r} (course_utils/checks/lesson_{lesson}.py)") from error
    if exercise not in REGISTRY:
        there = ", ".join(sorted(name for name in REGISTRY if name.startswith(lesson + ".")))
        raise KeyError(f"there is no check for exercise {exercise!r}; lesson {lesson} has {there}")
    return REGISTRY[exercise]


def examine(exercise, answer, seeds=SEEDS):
    """Run all three parts of a check in this process, for each seed, until one is not right.

    Returns a Verdict; raises nothing but KeyboardInterrupt. Python's and NumPy's random states are left as they
    were, so that what comes after a check does not hang on what was checked.
    """
    with same_random_state():
        for seed in seeds:
            given = find(exercise).inputs(np.random.default_rng(seed))
            seen = observe(exercise, answer, given)
            verdict = seen if isinstance(seen, Verdict) else decide(exercise, given, seen)
            if verdict.status != "right":
                break
    return verdict


def observe(exercise, answer, given):
    """Run the probe of a check on one draw of its inputs, beside the student's code.

    Returns {name: numeric NumPy array}, or a Verdict ("open" or "wrong") where there is nothing to judge.
    """
    found = find(exercise)
    used = copied(given)
    try:
        outputs = arrays(found.probe(answer, used))
        for name, value in given.items():
            if isinstance(value, np.ndarray) and not np.array_equal(used[name], value):
                raise Wrong(f"your answer changes its argument {name}, which others still need; work on a copy")
        return outputs
    except KeyboardInterrupt:
        raise
    except NotImplementedError as error:
        blank = re.fullmatch(r"exercise (\S+)", str(error))
        if blank and blank[1] == exercise:
            return Verdict(exercise, found.name, "open")
        hint = f"exercise {blank[1]}, which it uses, is still blank" if blank else describe_error(error)
        return Verdict(exercise, found.name, "wrong", hint)
    except Wrong as wrong:
        return Verdict(exercise, found.name, "wrong", str(wrong))
    except BaseException as error:  # SystemExit too: an answer must not end the notebook
        return Verdict(exercise, found.name, "wrong", describe_error(error))


def decide(exercise, given, outputs):
    """Judge what `observe` returned, in pure NumPy. Returns a Verdict; raises nothing, whatever the arrays."""
    found = find(exercise)
    try:
        with np.errstate(all="ignore"):
            found.judge(given, outputs)
    except Wrong as wrong:
        return Verdict(exercise, found.name, "wrong", str(wrong))
    except Exception as error:
        hint = f"the check cannot make sense of what your answer returned ({type(error).__name__}: {error})"
        return Verdict(exercise, found.name, "wrong", hint)
    return Verdict(exercise, found.name, "right")


@contextlib.contextmanager
def same_random_state():
    """Restore the global random states of Python and NumPy (Keras seeds its layers from the former)."""
    python_state, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)  # noqa: NPY002


def copied(inputs):
    """The inputs once more, so that an answer that writes into its arguments cannot move the goal."""
    return {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in inputs.items()}


@contextlib.contextmanager
def kept(name, argument):
    """Raise Wrong where an answer that is called inside changes an argument: a list or tuple of arrays or numbers.

    name: the argument in words, as "the lists it is given". What `inputs` holds as arrays `observe` watches itself.
    """
    before = copy.deepcopy(argument)
    yield
    if not alike(before, argument):
        raise Wrong(f"your answer changes {name}, which others still need; work on a copy")


def alike(one, other):
    """True where two lists or tuples, of any depth, hold the same arrays or numbers."""
    if isinstance(one, list | tuple):
        same_length = isinstance(other, list | tuple) and len(one) == len(other)
        return same_length and all(map(alike, one, other))
    return np.array_equal(one, other, equal_nan=True)


def arrays(outputs):
    """The probe's outputs as plain numeric NumPy arrays; anything else is Wrong, in a sentence."""
    plain = {}
    for name, value in outputs.items():
        if value is None:
            raise Wrong("your answer returned None; is the `return` missing?")
        try:
            array = np.array(value if isinstance(value, np.ndarray | list | tuple | int | float) else to_numpy(value))
        except Exception:
            raise Wrong(f"your answer returned a {type(value).__name__} where numbers were expected") from None
        if array.dtype.name == "bfloat16":
            array = array.astype("float32")
        if array.dtype.kind not in "biuf":
            raise Wrong(f"your answer returned {type(value).__name__} of {array.dtype} where numbers were expected")
        plain[name] = array
    return plain


def to_numpy(value):
    """A tensor as a NumPy array."""
    from keras import ops

    return ops.convert_to_numpy(value)


def describe_error(error):
    """One sentence on an exception that the student's code raised: what, and on which line of the cell."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "ipykernel" in frame.filename or frame.filename.startswith("<")]
    place = f" (line {own[-1].lineno} of your cell: {own[-1].line})" if own and own[-1].line else ""
    try:
        message = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split())
    except Exception:
        message = "(an error that cannot be printed)"
    return f"your code raised {type(error).__name__}: {message[:300]}{place}"


def expect_shape(what, array, shape, axes=""):
    """Raise Wrong unless `array` has `shape`; `axes` names them, as "(batch, time)"."""
    if array.shape != tuple(shape):
        raise Wrong(f"{what} should have shape {axes + ' = ' if axes else ''}{tuple(shape)}; yours has {array.shape}")


def expect_close(what, yours, expected, mistakes=(), atol=1e-5, rtol=1e-4, where=None):
    """Raise Wrong unless `yours` equals `expected` as closely as float32 deserves.

    what: what is compared, for the hint ("the states").
    yours, expected: arrays of equal shape.
    mistakes: pairs (array, hint); when `yours` equals one of these arrays instead, its hint is given.
    where: a function of an index that says in words where it is, as " for the label [1, 1]".
    """
    coarse = " (computed in float16; use float32)" if np.asarray(yours).dtype == np.float16 else ""
    yours = np.asarray(yours, dtype="float64")
    expected = np.asarray(expected, dtype="float64")

    def close(other):
        return yours.shape == other.shape and np.allclose(yours, other, atol=atol, rtol=rtol, equal_nan=True)

    if yours.shape != expected.shape:
        raise Wrong(f"{what} should have shape {expected.shape}; yours has {yours.shape}")
    if close(expected):
        return
    for mistake, hint in mistakes:
        if close(np.asarray(mistake, dtype="float64")):
            raise Wrong(hint)
    if not np.all(np.isfinite(yours) | ~np.isfinite(expected)):
        raise Wrong(f"{what} should be finite; yours contains {'nan' if np.isnan(yours).any() else 'inf'}")
    gap = np.nan_to_num(np.abs(yours - expected), nan=np.inf)
    worst = np.unravel_index(np.argmax(gap), gap.shape)
    place = f" at index {tuple(int(i) for i in worst)}" if gap.ndim else ""
    place = where(worst) if where else place
    raise Wrong(f"{what} should be {expected[worst]:.6g}{place}; yours is {yours[worst]:.6g}{coarse}")
