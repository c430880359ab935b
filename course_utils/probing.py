"""Running a student's answer: what of a check stands beside it. Nothing here knows what is right.

The checks of `course_utils.checks` use it, and it goes into a grader's sandbox with their probes.
"""

import contextlib
import copy
import functools
import inspect
import re
import traceback

import numpy as np

MOST = 1000  # characters of a hint
FAILED = "hint"  # the output that holds, as UTF-8 bytes, why an answer failed in a case after the usual one
INTERNAL = (  # what frameworks add to their messages, and nobody who reads a hint can use
    r"\x1b\[[0-9;]*m",
    r"\{\{.*?\}\} ?",
    r"\[Op:\w+\](?: name: ?)?",
    r"Arguments received by .*",
    r"Exception encountered when calling .*?\.call\(\)\.",
)
CHANGED = "your answer changes {}, which others still need; work on a copy"
RETURNED_NONE = "your answer returned None; is the `return` missing?"


class Wrong(Exception):
    """An answer is wrong; the message is the hint that the student reads."""


# --- what an answer returns -----------------------------------------------------------------------------------


def arrays(outputs):
    """The probe's outputs as plain numeric NumPy arrays; anything else is Wrong, in a sentence."""
    plain = {}
    for name, value in outputs.items():
        if value is None:
            raise Wrong(RETURNED_NONE)
        try:
            array = as_array(value)
        except Exception:
            raise Wrong(f"your answer returned a {type(value).__name__} where numbers were expected") from None
        if array.dtype.name == "bfloat16":
            array = array.astype("float32")
        if array.dtype.kind not in "biuf":
            raise Wrong(f"your answer returned {type(value).__name__} of {array.dtype} where numbers were expected")
        plain[name] = array
    return plain


def as_array(value):
    """A number, list, array or tensor as a NumPy array of its own."""
    if isinstance(value, np.ndarray | np.generic | list | tuple | int | float):
        return np.array(value)
    from keras import ops

    return np.array(ops.convert_to_numpy(value))


def unpacked(returned, names, wanted):
    """{name: part} of a tuple or list with a part for each name; Wrong(wanted) where it is none."""
    if returned is None:
        raise Wrong(RETURNED_NONE)
    if not isinstance(returned, tuple | list) or len(returned) != len(names):
        raise Wrong(wanted)
    return dict(zip(names, returned, strict=True))


def giving(answer, kind):
    """The answer, with its results as the lesson goes on with them, whatever tensors or lists the student's are.

    kind: "array", one array, or one number where it holds one; "arrays", a list of arrays.
    """
    if getattr(answer, "gives", None) == kind or not inspect.isfunction(answer):
        return answer

    @functools.wraps(answer)
    def given(*arguments, **named):
        returned = answer(*arguments, **named)
        if kind == "arrays":
            return [as_array(part) for part in returned]
        array = as_array(returned)
        return array if array.ndim else array.item()

    given.gives = kind
    return given


# --- what an answer does to its arguments ---------------------------------------------------------------------


@contextlib.contextmanager
def kept(name, argument):
    """Raise Wrong where an answer that is called inside changes an argument: a list or tuple of arrays or numbers.

    name: the argument in words, as "the lists it is given". What `inputs` holds as arrays `observe` watches itself.
    """
    before = copy.deepcopy(argument)
    yield
    if not alike(before, argument):
        raise Wrong(CHANGED.format(name))


def alike(one, other, same=None):
    """True where two lists or tuples, of any depth, hold the same arrays or numbers; same: compares two of these."""
    if not isinstance(one, list | tuple) or (are_numbers(one) and are_numbers(other)):
        return same(one, other) if same else np.array_equal(one, other, equal_nan=is_real(one))
    same_length = isinstance(other, list | tuple) and len(one) == len(other)
    return same_length and all(alike(*pair, same) for pair in zip(one, other, strict=True))


def are_numbers(values):
    """True for a list of Python's numbers, which can be compared with another at once."""
    return (
        isinstance(values, list | tuple)
        and len(values) > 0
        and all(type(value) in (bool, int, float) for value in values)
    )


def is_real(value):
    """True for numbers that may be nan."""
    return np.asarray(value).dtype.kind in "fc"


def nearly(one, other):
    """True for two results that differ by no more than the order of a sum; for what cannot be compared, too."""
    try:
        one, other = as_array(one), as_array(other)
        return one.shape == other.shape and np.allclose(one, other, rtol=1e-5, atol=1e-6, equal_nan=True)
    except Exception:
        return True


def is_plain(value):
    """True for arrays, numbers and texts, and for lists and tuples of them: what can be copied and compared."""
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return isinstance(value, np.ndarray | np.generic | int | float | str)


def watched(answer):
    """A function that calls the answer and raises Wrong where it changes its arguments, or is not what it was before.

    The answer is called twice with the same arguments, uncopied, unless an argument is none that can be compared, a
    random generator, a layer, a symbolic tensor, or what comes out is none: a model, a function.
    """
    if not inspect.isroutine(answer) and not isinstance(answer, functools.partial):
        return answer

    def called(*arguments):
        before = [copy.deepcopy(value) if is_plain(value) else None for value in arguments]
        returned = answer(*arguments)
        expect_unchanged(answer, before, arguments)
        if not all(map(is_plain, arguments)) or callable(returned):
            return returned
        try:
            first = copy.deepcopy(returned)
        except Exception:  # a generator, say: whoever wants numbers of it says what is wrong
            return returned
        again = answer(*arguments)
        expect_unchanged(answer, before, arguments)
        if not alike(first, again, nearly) or not alike(first, returned, nearly):
            raise Wrong("called twice with the same arguments, your answer gives two different results")
        return returned

    return called


def expect_unchanged(answer, before, arguments):
    """Raise Wrong, naming the argument, where one of the arguments is no longer what it was."""
    for place, (old, new) in enumerate(zip(before, arguments, strict=True)):
        if old is not None and not alike(old, new):
            name = f"its argument {names[place]}" if place < len(names := parameters(answer)) else "its arguments"
            raise Wrong(CHANGED.format(name))


def parameters(answer):
    """The names of a function's parameters; none where they cannot be found."""
    try:
        return list(inspect.signature(answer).parameters)
    except (TypeError, ValueError):
        return []


# --- where an answer runs -------------------------------------------------------------------------------------


def compiled(call, arguments, shapes, advice):
    """What `call` gives inside tf.function, as model.fit calls it: sizes that are None in `shapes` are not known.

    advice: begins the hint where it fails there.
    """
    import tensorflow as tf

    given = [tf.convert_to_tensor(argument) for argument in arguments]
    signature = [tf.TensorSpec(shape, one.dtype) for shape, one in zip(shapes, given, strict=True)]
    with failing(advice):
        # a call of the tf.function itself would warn of retracing, after a few answers
        return tf.function(call, autograph=False, input_signature=signature).get_concrete_function()(*given)


def in_model(call, arguments, shapes, advice):
    """What `call`, which returns a list of tensors, gives in a Keras model that is built with it.

    shapes: without the batch. advice: begins the hint where no model can be built.
    """
    import keras

    given = [keras.ops.convert_to_tensor(argument) for argument in arguments]
    symbols = [keras.Input(shape, dtype=one.dtype) for shape, one in zip(shapes, given, strict=True)]
    with failing(advice):
        made = keras.Model(symbols, call(*symbols))(given)
    return made if isinstance(made, list | tuple) else [made]  # Keras takes one out of its list


def loss_and_gradient(loss, arguments, shapes, advice, of=1):
    """(a loss, its gradient by argument number `of`) inside tf.function; 0 where the loss does not depend on it."""
    import tensorflow as tf

    def both(*given):
        value = loss(*given)
        gradient = tf.gradients(value, given[of])[0]
        return value, tf.zeros_like(given[of]) if gradient is None else gradient

    return compiled(both, arguments, shapes, advice)


@contextlib.contextmanager
def failing(advice):
    """Turn whatever fails inside into Wrong: the advice, and what was said."""
    try:
        yield
    except Wrong:
        raise
    except Exception as error:
        if "not connected" in str(error):
            raise Wrong("what you return does not come from all of what you are given") from error
        raise Wrong(f"{advice} ({type(error).__name__}: {message_of(error)[-160:]})") from error


# --- cases ----------------------------------------------------------------------------------------------------


def by_case(values):
    """{words: {name: value}} of {"words/name": value}; what has no words belongs to the usual case, ""."""
    cases = {}
    for key, value in values.items():
        words, _, name = key.rpartition("/")
        cases.setdefault(words, {})[name] = value
    return cases


def labelled(words, values):
    """The way back from `by_case`, for one case."""
    return {f"{words}/{name}" if words else name: value for name, value in values.items()}


def in_case(words, hint):
    """A hint that says in which case it was needed."""
    return f"{words}: {hint}" if words else hint


def on_each(probe):
    """A probe that runs for every case: the first failure in the usual one is raised, a later one is an output."""

    @functools.wraps(probe)
    def on_all(check, answer, inputs):
        cases, outputs = by_case(inputs), {}
        if len(cases) == 1:
            return probe(check, answer, inputs)
        for words, given in cases.items():
            try:
                outputs |= labelled(words, arrays(probe(check, watched(answer), given)))
            except Exception as error:
                if not words:
                    raise
                hint = in_case(words, str(error) if isinstance(error, Wrong) else describe_error(error, answer))
                outputs[FAILED] = np.frombuffer(one_line(hint).encode(), "uint8")
                break
        return outputs

    return on_all


# --- hints ----------------------------------------------------------------------------------------------------


def one_line(text, most=MOST):
    """A text as one printable line of at most `most` characters."""
    text = str(text)[: 4 * most].encode("utf-8", "replace").decode("utf-8")
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= most else line[: most - 2] + " …"


def message_of(error):
    """What an exception says, as one line without what frameworks add for their own developers."""
    try:
        text = " ".join(str(error)[: 4 * MOST].split())
    except Exception:
        return "(an error that cannot be printed)"
    for pattern in INTERNAL:
        text = re.sub(pattern, "", text)
    return " ".join(text.split())


def describe_error(error, answer=None):
    """One sentence on an exception that the student's code raised: what, and on which line of the cell.

    Where the answer is known, of its own cell: it may have called what an earlier cell defines, rightly or wrongly.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "ipykernel" in frame.filename or frame.filename.startswith("<")]
    cell = [frame for frame in own if frame.filename in files_of(answer)] or own
    place = f" (line {cell[-1].lineno} of your cell: {cell[-1].line})" if cell and cell[-1].line else ""
    return f"your code raised {type(error).__name__}: {message_of(error)[:300]}{place}"


def files_of(answer):
    """The files that an answer's own code stands in: of a function, or of the methods of a class or an object."""
    with contextlib.suppress(Exception):
        answer = inspect.unwrap(answer)
        kind = answer if isinstance(answer, type) else type(answer)
        functions = [answer] if inspect.isfunction(answer) else filter(inspect.isfunction, vars(kind).values())
        return {function.__code__.co_filename for function in functions}
    return set()
