"""Checks of lesson 3b, cells with gates."""

from itertools import permutations

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape
from course_utils.checks.mistakes import of_axes, of_cell, of_linear, of_mix, sigmoid
from course_utils.probing import RETURNED_NONE, arrays, compiled, describe_error, unpacked

AXES = "(batch, units)"
NOT_ALONE = "return the new state itself, an array (batch, units), not inside a list or tuple"
NOT_NESTED = "your answer returns a list of states, as a Keras cell does; it should return two arrays: h, c"
OWN_ROW = "each sequence of the batch has its own {}"


# --- what the three steps have in common --------------------------------------------------------------------------


def step_inputs(rng, blocks, states):
    """x, the states, W, U and b of a step, all float32: {"x", "h", "c", "W", "U", "b", "usual"}."""
    batch, inputs, units = rng.size("batch", 3, 4), rng.size("inputs", 2, 5), rng.size("units", 4, 6)
    shapes = {"x": (batch, inputs), "h": (batch, units), "c": (batch, units)}
    shapes |= {"W": (inputs, blocks * units), "U": (units, blocks * units), "b": (blocks * units,)}
    given = {name: rng.reals(*shape, dtype="float32") for name, shape in shapes.items() if name != "c" or states > 1}
    return given | {"usual": int(rng.edge is None)}


def as_in_the_lesson(blocks, states, dtype):
    """The arguments of a step as the lesson passes them, not to be compiled."""
    draw = np.random.default_rng(3)
    shapes = {"x": (8, 4), "h": (8, 6), "c": (8, 6), "W": (4, 6 * blocks), "U": (6, 6 * blocks), "b": (6 * blocks,)}
    names = [name for name in shapes if name != "c" or states > 1]
    return {name: draw.normal(size=shapes[name]).astype(dtype) for name in names} | {"usual": 0}


def new_states(returned, names):
    """{name: new state} of what a step returns: the state alone, or h and c."""
    if returned is None:
        raise Wrong(RETURNED_NONE)
    if len(names) > 1:
        found = unpacked(returned, names, "return two things: h, c")
        if any(isinstance(state, tuple | list) for state in found.values()):
            raise Wrong(NOT_NESTED)
        return found
    if isinstance(returned, tuple | list):
        raise Wrong(NOT_ALONE)
    return {names[0]: returned}


def probe_step(answer, inputs, names):
    """The new states of a step; in the usual case also in a compiled model, and the gradients for all arguments."""
    import tensorflow as tf

    given = {name: value for name, value in inputs.items() if name != "usual"}
    try:
        seen = new_states(answer(*given.values()), names)
    except tf.errors.InvalidArgumentError as error:
        raise Wrong(describe_error(error) + of_shapes(str(error), given["U"])) from None
    if not inputs["usual"]:
        return seen
    tensors = [tf.constant(value) for value in given.values()]
    shapes = [(None, *value.shape[1:]) if name in ("x", "h", "c") else value.shape for name, value in given.items()]
    advice = (
        "it works on arrays, but a model cannot use it: there the batch has no fixed size and no values yet, so use "
        "keras.ops throughout, and no NumPy, len or float"
    )
    in_model = new_states(compiled(answer, tensors, shapes, advice), names)
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        states = new_states(answer(*tensors), names)
        loss = tf.add_n([tf.reduce_sum(state**2) for state in states.values()])
    gradients = tape.gradient(loss, tensors, unconnected_gradients="zero")
    seen |= {f"{name} in a model": state for name, state in in_model.items()}
    return seen | {f"gradient {name}": gradient for name, gradient in zip(given, gradients, strict=True)}


def of_shapes(message, U):
    """What to add to a message of TensorFlow on shapes that do not fit."""
    if "Matrix size" in message:
        return "; matmul should stand only between x and W, and between a state and U; a gate multiplies by * (⊙)"
    if "Incompatible shapes" in message or "split" in message:
        return f"; the blocks should be {U.shape[1] // U.shape[0]} equal parts of the last axis, split along axis=-1"
    return ""


def in_double(inputs):
    """The arguments of a step in float64."""
    return {name: value.astype("float64") for name, value in inputs.items() if name != "usual"}


def parts(z, count):
    """The blocks of an array, side by side on its last axis."""
    return np.split(z, count, axis=-1)


def judge_step(inputs, outputs, step, wrong):
    """Compare what `probe_step` returned with step(**arguments), {name: state}.

    wrong: {name: pairs (wrong state, hint)}.
    """
    given = in_double(inputs)
    expected = step(**given)
    for name, state in expected.items():
        found = outputs[name]
        if found.shape != state.shape and found.size == state.size:
            raise Wrong(f"the new {name} should have shape {AXES} = {state.shape}; yours has {found.shape}")
        expect_shape(f"the new {name}", found, state.shape, AXES)
        if not np.all(np.isfinite(found)):
            raise Wrong(f"the new {name} should be finite: exp overflows for large arguments; ops.sigmoid does not")
        expect_close(f"the new {name}", found, state, wrong[name])
    if not inputs["usual"]:
        return
    for name, state in expected.items():
        expect_shape(f"inside a model, the new {name}", outputs[f"{name} in a model"], state.shape, AXES)
        expect_close(f"inside a model, the new {name}", outputs[f"{name} in a model"], state, atol=1e-4)
    judge_gradients(given, {name: outputs[f"gradient {name}"] for name in given}, step)


def judge_gradients(given, gradients, step):
    """Compare gradients of the summed squares of all states with differences, each along one random direction."""
    draw = np.random.default_rng(0)
    for name, value in given.items():
        direction = draw.normal(size=value.shape)

        def loss(by, name=name, value=value, direction=direction):
            return sum(np.sum(state**2) for state in step(**given | {name: value + by * direction}).values())

        expect_shape(f"the gradient with respect to {name}", gradients[name], value.shape)
        expected = (loss(1e-5) - loss(-1e-5)) / 2e-5
        found, size = np.sum(gradients[name] * direction), np.linalg.norm(gradients[name]) * np.linalg.norm(direction)
        if not abs(found - expected) <= 1e-2 * abs(expected) + 1e-3 * size + 1e-4:
            raise Wrong(
                f"the new state is right, but the gradient with respect to {name} is not, so training would go wrong: "
                "compute with keras.ops on the arguments themselves, and do not use stop_gradient"
            )


def of_blocks(given, step, order, hint):
    """{state: pairs (state, hint)} of an answer that takes the blocks in another order, or every nth column.

    order: the names of the blocks, in words. hint: of blocks in another order.
    """
    found, count = {}, len(order)

    def add(W, U, b, why):
        for name, state in step(**given | {"W": W, "U": U, "b": b}).items():
            found.setdefault(name, []).append((state, why))

    arguments = [given[name] for name in ("W", "U", "b")]
    for wrong in list(permutations(range(count)))[1:]:
        add(*(np.concatenate([parts(a, count)[n] for n in wrong], axis=-1) for a in arguments), hint)
    nth = {2: "second", 3: "third", 4: "fourth"}[count] + " one"
    every = f"the columns of a block are side by side: the first `units` belong to {order[0]}; you took every {nth}"
    add(*(np.concatenate([a[..., n::count] for n in range(count)], axis=-1) for a in arguments), every)
    W, U, b = arguments
    add(W, U, 0 * b, "the bias b is missing")
    add(W, U, 2 * b, "the bias b is added twice")
    add(W, U, -b, "the bias b is subtracted; add it")
    add(0 * W, U, b, "the input does not enter: x W is missing")
    add(W, 0 * U, b, "the old state does not enter: h U is missing")
    add(W, -U, b, "h U is subtracted; add it")
    square = [np.swapaxes(part, 0, 1) for part in parts(U, count)]
    add(W, np.concatenate(square, axis=-1), b, "U is used transposed; with states in rows it is h U")
    for name in ("h", "c"):
        if name in given and len(given[name]) > 1:
            mixed = given | {name: np.broadcast_to(given[name][:1], given[name].shape)}
            for state, value in step(**mixed).items():
                found[state].append((value, OWN_ROW.format("state")))
    return found


# --- the λ-gated cell ---------------------------------------------------------------------------------------------


def gated(x, h, W, U, b):
    """One step of the λ-gated cell: {"h": the new state}."""
    gate, candidate = parts(x @ W + h @ U + b, 2)
    keep = sigmoid(gate)
    return {"h": keep * h + (1 - keep) * np.tanh(candidate)}


class GatedStep(Check):
    exercise = "3b.1"
    name = "gated_step"

    def inputs(self, rng):
        return step_inputs(rng, blocks=2, states=1)

    def further(self):
        return {"as the lesson calls it": as_in_the_lesson(2, 1, "float32")}

    def probe(self, answer, inputs):
        return probe_step(answer, inputs, ("h",))

    def judge(self, inputs, outputs):
        given = in_double(inputs)
        x, h, W, U, b = given.values()
        gate, linear = parts(x @ W + h @ U + b, 2)
        keep, new = sigmoid(gate), np.tanh(linear)

        def mixed(keep, new=new):
            return keep * h + (1 - keep) * new

        def of_part(part, n, activation, linear, combine):
            weights = parts(W, 2)[n], parts(U, 2)[n], parts(b, 2)[n]
            names = [f"the {part}'s block of {name}" for name in "WUb"]
            return of_cell(part, activation, linear, combine, of_linear(part, x, h, *weights, names))

        wrong = [
            *of_mix(keep, h, new, ("λ", "1 - λ")),
            *of_blocks(given, gated, ("the gate", "the candidate"), "the first block is the gate's")["h"],
            *of_part("gate", 0, "sigmoid", gate, mixed),
            *of_part("candidate", 1, "tanh", linear, lambda new: mixed(keep, new)),
            (mixed(keep, np.tanh(gate)), "the candidate is computed from the gate's block; its own is the second"),
            (mixed(sigmoid(linear)), "the gate is computed from the candidate's block; its own is the first"),
            (mixed(np.round(keep)), "the gate is a number between 0 and 1; yours is rounded"),
            (keep**2 * h + (1 - keep) * new, "you multiply by the gate twice"),
            (np.clip(mixed(keep), -1, 1), "the state is clipped; it may lie outside the range -1 to 1"),
            (keep * np.tanh(h) + (1 - keep) * new, "the old state goes on as it is, without a tanh"),
            (
                mixed(keep, np.tanh(linear + (keep * h - h) @ parts(U, 2)[1])),
                "your candidate sees λ h; it should see h",
            ),
            (np.broadcast_to(mixed(keep.mean(axis=0)), h.shape), OWN_ROW.format("gate")),
            (mixed(sigmoid(gate + 1)), "you add 1 before the sigmoid; the initial bias of 1 is already in b"),
            (mixed(keep, np.tanh(linear - h @ parts(U, 2)[1])), "the old state does not enter the candidate"),
            (
                mixed(keep, np.tanh(linear + h)),
                "you add the old state itself to the candidate; it should enter only through h U",
            ),
            (mixed(keep**2), "the gate is squared"),
            (keep * h + np.sqrt(1 - keep**2) * new, "the candidate's factor is 1 - λ, no square root"),
            (h + keep * (h - new), "the difference is the wrong way round: h + (1 - λ) (candidate - h)"),
            (mixed(sigmoid(-gate)), "the factors λ and 1 - λ are swapped: λ is the old state's"),
        ]
        judge_step(inputs, outputs, gated, {"h": wrong})


# --- the GRU ------------------------------------------------------------------------------------------------------


def gru(x, h, W, U, b):
    """One step of a GRU: {"h": the new state}."""
    (x_z, x_r, x_new), (U_z, U_r, U_new) = parts(x @ W + b, 3), parts(U, 3)
    z, r = sigmoid(x_z + h @ U_z), sigmoid(x_r + h @ U_r)
    return {"h": z * h + (1 - z) * np.tanh(x_new + (r * h) @ U_new)}


class GRUStep(Check):
    exercise = "3b.2"
    name = "gru_step"

    def inputs(self, rng):
        return step_inputs(rng, blocks=3, states=1)

    def further(self):
        return {"as the lesson calls it": as_in_the_lesson(3, 1, "float32")}

    def probe(self, answer, inputs):
        return probe_step(answer, inputs, ("h",))

    def judge(self, inputs, outputs):
        given = in_double(inputs)
        x, h, W, U, b = given.values()
        (x_z, x_r, x_new), (U_z, U_r, U_new) = parts(x @ W + b, 3), parts(U, 3)
        a_z, a_r = x_z + h @ U_z, x_r + h @ U_r
        z, r = sigmoid(a_z), sigmoid(a_r)
        linear = x_new + (r * h) @ U_new
        new = np.tanh(linear)

        def mixed(z, new=new):
            return z * h + (1 - z) * new

        def seen(state):
            return mixed(z, np.tanh(x_new + state @ U_new))

        from_x_z, from_x_r = sigmoid(x_z), sigmoid(x_r)
        order = "the blocks are in the order z, r, candidate"
        wrong = [
            (
                mixed(z, np.tanh(x_new + r * (h @ U_new))),
                "you apply the reset gate after the product with U; apply it to h first, (r * h) U (yours is the "
                "default of layers.GRU, reset_after=True)",
            ),
            *of_mix(z, h, new, ("z", "1 - z")),
            *of_blocks(given, gru, ("z", "r", "the candidate"), order)["h"],
            (seen(h), "the reset gate is missing: the candidate sees r * h, not h"),
            (seen((1 - r) * h), "r and 1 - r are swapped: a closed reset gate, r = 0, hides the state"),
            (seen(z * h), "your candidate sees z * h; it should see r * h: the reset gate r hides a part of h"),
            (seen(r), "the candidate sees the reset gate itself; it sees r * h"),
            (seen(r + h), "the reset gate multiplies h; it is not added to it"),
            (mixed(z, np.tanh(x_new)), "the old state does not enter the candidate: (r * h) U is missing"),
            (
                mixed(z, np.tanh(r * (x_new + h @ U_new))),
                "your reset gate multiplies the input, too; it should multiply h only, before the product: (r * h) U",
            ),
            (
                mixed(z, np.tanh(linear + h @ U_new)),
                "your candidate sees h U in addition; h should enter it once, as (r * h) U",
            ),
            (
                mixed(sigmoid(x_z + (r * h) @ U_z)),
                "your update gate z sees r * h; it should see h: only the candidate sees r * h",
            ),
            (
                mixed(z, np.tanh(x_new + r * h)),
                "your r * h enters the candidate without U; it should be multiplied by the candidate's block of U",
            ),
            (z * h + (1 - r) * new, "your candidate's factor is 1 - r; it should be 1 - z"),
            (mixed(z, np.tanh(r * x_new + h @ U_new)), "your reset gate multiplies the input; it should multiply h"),
            (
                mixed(z, r * np.tanh(x_new + h @ U_new)),
                "your reset gate multiplies the candidate; it should multiply the h that the candidate sees",
            ),
            (
                z * r * h + (1 - z) * new,
                "the old state that goes on is not multiplied by r; only the candidate sees r * h",
            ),
            (
                z * r * h + (1 - z) * np.tanh(x_new + h @ U_new),
                "you put the reset gate on the straight path; it should only multiply the h that the candidate sees",
            ),
            (mixed(from_x_z, np.tanh(x_new + (from_x_r * h) @ U_new)), "the old state does not enter the gates"),
            (mixed(from_x_z), "the old state does not enter z: h U is missing there"),
            (seen(from_x_r * h), "the old state does not enter r: h U is missing there"),
            (mixed(a_z), "the sigmoid of z is missing"),
            (seen(a_r * h), "the sigmoid of r is missing"),
            (mixed(a_z, np.tanh(x_new + (a_r * h) @ U_new)), "the sigmoid of the gates is missing"),
            (mixed(np.tanh(a_z), np.tanh(x_new + (np.tanh(a_r) * h) @ U_new)), "the gates are sigmoids, not tanhs"),
            (mixed(np.tanh(a_z)), "the gate z is a sigmoid, not a tanh"),
            (seen(np.tanh(a_r) * h), "the gate r is a sigmoid, not a tanh"),
            (mixed(z, linear), "the tanh of the candidate is missing"),
            (mixed(z, sigmoid(linear)), "the candidate is a tanh, not a sigmoid"),
            (mixed(z, np.maximum(linear, 0)), "the candidate is a tanh, not a relu"),
            (mixed(r, np.tanh(x_new + (z * h) @ U_new)), f"z and r are swapped: {order}"),
            (mixed(r), "you use r to keep the old state; use z"),
            (mixed(z, np.tanh(linear - parts(b, 3)[2])), "the bias is missing from the candidate"),
            (mixed(sigmoid(a_z - parts(b, 3)[0])), "the bias is missing from z"),
            (seen(sigmoid(a_r - parts(b, 3)[1]) * h), "the bias is missing from r"),
            (mixed(z, np.tanh(linear + parts(b, 3)[2])), "the bias is added twice in the candidate"),
            (mixed(z, np.tanh(new)), "the candidate goes through the tanh twice"),
            (mixed(z * r), "the gate on the path is z alone; r acts on what the candidate sees"),
            (z * np.tanh(h) + (1 - z) * new, "the old state goes on as it is, without a tanh"),
            (seen(sigmoid(x_r + (z * h) @ U_r) * h), "your reset gate sees z * h; it should see h"),
            (mixed(z, np.tanh(x_new + (r * h) @ U_new.T)), "U is used transposed; with states in rows it is h U"),
            (seen(r[::-1] * h), OWN_ROW.format("reset gate")),
            (mixed(np.broadcast_to(z.mean(axis=-1, keepdims=True), z.shape)), "each unit has its own gate"),
            (mixed(np.round(z)), "the gate is a number between 0 and 1; yours is rounded"),
            (np.clip(mixed(z), -1, 1), "the state is clipped; it may lie outside the range -1 to 1"),
        ]
        judge_step(inputs, outputs, gru, {"h": wrong})


# --- the LSTM -----------------------------------------------------------------------------------------------------


def lstm(x, h, c, W, U, b):
    """One step of an LSTM: {"h": ..., "c": ...}, the new states."""
    i, f, g, o = parts(x @ W + h @ U + b, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return {"h": sigmoid(o) * np.tanh(c), "c": c}


class LSTMStep(Check):
    exercise = "3b.3"
    name = "lstm_step"

    def inputs(self, rng):
        return step_inputs(rng, blocks=4, states=2)

    def further(self):
        return {"as the lesson calls it, with float64": as_in_the_lesson(4, 2, "float64")}

    def probe(self, answer, inputs):
        return probe_step(answer, inputs, ("h", "c"))

    def judge(self, inputs, outputs):
        given = in_double(inputs)
        x, h, c, W, U, b = given.values()
        a_i, a_f, a_g, a_o = parts(x @ W + h @ U + b, 4)
        i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
        new = f * c + i * g
        shown = o * np.tanh(new)
        of_c, of_h = in_the_cell(h, c, (a_i, a_f, a_g, a_o), shown), in_the_state(h, c, (a_g, a_o), g, o, new)
        order = (
            "the blocks are in the order i, f, g, o (the drawing has them in another one)",
            ("the input gate", "f", "g", "o"),
        )
        moved = of_blocks(given, lstm, order[1], order[0])
        c_i, c_f, *_ = parts(c @ U, 4)
        of_c += [
            (lstm(x, h + c, c, W, U, b)["c"], "your gates and candidate see h + c; they should see x and h, not c"),
            (sigmoid(a_f + c_f) * c + sigmoid(a_i + c_i) * g, "your gates see h + c; they should see x and h, not c"),
        ]
        twice = all(outputs[name].shape == c.shape and np.allclose(outputs[name], shown, atol=1e-4) for name in "hc")
        if twice and not np.allclose(shown, new, atol=1e-3):
            raise Wrong("h is returned twice; return h, c")
        # c comes first: a wrong cell is the reason of a wrong h
        if outputs["c"].shape == c.shape:
            expect_close("the new c", outputs["c"], new, of_c + moved["c"])
        judge_step(inputs, outputs, lstm, {"h": of_h + moved["h"], "c": of_c})


def in_the_cell(h, c, before, shown):
    """(cell, hint) of mistakes in c. before: the sums of i, f, g, o before their functions."""
    a_i, a_f, a_g, a_o = before
    i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
    new = f * c + i * g
    kept = "f is what is *kept*: it multiplies the old cell state"
    return [
        (shown, "h and c are returned in the wrong order: first h, then c"),
        (c, "the cell is returned as it was; return the new one"),
        (h, "the old state h is returned in the place of c"),
        (c + i * g, "the forget gate is missing: the old cell state should be multiplied by f"),
        (f * c + g, "the input gate is missing: the candidate is multiplied by i"),
        (c + g, "both gates are missing: the old cell is multiplied by f, the candidate by i"),
        ((1 - f) * c + i * g, f"{kept}, not 1 - f"),
        (f * h + i * g, "your f multiplies h; it should multiply the old *cell state*"),
        (
            i * c + f * g,
            "i and f are swapped: f multiplies the old cell, i the candidate; the blocks are in the order i, f, g, o",
        ),
        (f * c + (1 - f) * g, "your input gate is 1 - f, as in a GRU; an LSTM has a separate gate i"),
        ((1 - i) * c + i * g, "your forget gate is 1 - i; an LSTM has a separate gate f"),
        (f * c, "nothing is written: i * g is missing"),
        (i * g, "nothing is kept: f * c is missing"),
        (f * c - i * g, "the candidate is subtracted; add it"),
        (f * (c + i * g), "the forget gate multiplies the old cell only, not what is written"),
        (i * (f * c + g), "the input gate multiplies the candidate only"),
        (np.tanh(new), "do not put a tanh around the new cell state; the tanh is only for h"),
        (f * np.tanh(c) + i * g, "the old cell goes on as it is, without a tanh"),
        (o * new, "use the output gate for h only; the cell state is not multiplied by it"),
        (f * c + i * np.tanh(g), "g goes through the tanh once, not twice"),
        (f * c + i * np.tanh(a_o), "g is computed from the block of o: the blocks are in the order i, f, g, o"),
        (f * c + i * sigmoid(a_g), "the candidate g goes through the tanh, not the sigmoid"),
        (f * c + i * a_g, "the tanh of the candidate g is missing"),
        (f * c + i * np.maximum(a_g, 0), "the candidate g goes through the tanh, not a relu"),
        (np.tanh(a_f) * c + np.tanh(a_i) * g, "the gates go through the sigmoid, not the tanh"),
        (sigmoid(a_f) * c + a_i * g, "the sigmoid of i is missing"),
        (a_f * c + i * g, "the sigmoid of f is missing"),
        (a_f * c + a_i * g, "the sigmoid of the gates is missing"),
        (a_f * c + a_i * a_g, "the sigmoid of the gates and the tanh of the candidate are missing"),
        (np.clip(new, -1, 1), "the cell is clipped; it may lie outside the range -1 to 1"),
        (sigmoid(a_f + 1) * c + i * g, "you add 1 before the sigmoid of f; the initial bias of 1 is already in b"),
        (f * c + i * g * c, "the candidate is multiplied by the cell as well"),
        (f * c + o * i * g, "the output gate belongs to h only"),
        (f * c + (1 - f) * i * g, "the candidate is multiplied by i alone, not by 1 - f as well"),
        (f * c + i * np.tanh(a_g / 2), "the candidate is tanh(g); yours is 2 sigmoid(g) - 1, which is tanh(g / 2)"),
    ]


def in_the_state(h, c, before, g, o, new):
    """(state, hint) of mistakes in h, where c is right. before: the sums of g and o before their functions."""
    a_g, a_o = before
    return [
        (new, "the cell is returned twice; h is what the output gate shows of tanh(c)"),
        (h, "the *old* state h is returned"),
        (o * new, "h shows tanh(c), not c"),
        (o * np.tanh(c), "h shows the *new* cell state; yours shows the old one"),
        (np.tanh(new), "the output gate is missing: h = o * tanh(c)"),
        (np.tanh(o * new), "the output gate stands outside the tanh: h = o * tanh(c)"),
        (o * sigmoid(new), "h shows tanh(c); yours takes the sigmoid"),
        (o * np.tanh(np.tanh(new)), "the tanh is taken twice"),
        (a_o * np.tanh(new), "the sigmoid of the output gate is missing"),
        (np.tanh(a_o) * np.tanh(new), "the output gate goes through the sigmoid, not the tanh"),
        (sigmoid(a_g) * np.tanh(new), "the output gate is computed from the block of g; its own is the fourth"),
        (o * np.tanh(g), "h shows the cell, tanh(c); yours shows the candidate g"),
        (o * g, "h shows the cell, tanh(c); yours shows the candidate g"),
        ((1 - o) * np.tanh(new), "o is what is *shown*: h = o * tanh(c), not 1 - o"),
        (o * h + (1 - o) * np.tanh(new), "the old h is mixed in; h = o * tanh(c)"),
        (h + o * np.tanh(new), "the old h is added; h = o * tanh(c)"),
        (o * np.maximum(new, 0), "h shows tanh(c); yours takes a relu"),
        (o + np.tanh(new), "the output gate multiplies tanh(c); it is not added"),
        (
            sigmoid(a_o + new) * np.tanh(new),
            "your output gate sees the cell state, as with peepholes; it should see only x and h",
        ),
        (
            sigmoid(a_o + c) * np.tanh(new),
            "your output gate sees the cell state, as with peepholes; it should see only x and h",
        ),
        (np.tanh(o) * new, "the tanh belongs around the cell: h = o * tanh(c)"),
        (np.round(o) * np.tanh(new), "the gate is a number between 0 and 1; yours is rounded"),
    ]


# --- the Jacobian of the cell -------------------------------------------------------------------------------------


class CellJacobian(Check):
    exercise = "3b.4"
    name = "cell_jacobian"
    gives = "array"

    def inputs(self, rng):
        inputs, units = rng.size("inputs", 2, 4), rng.size("units", 5, 7)
        return {
            "x": rng.reals(inputs),
            "c": rng.reals(units),
            "o": rng.reals(units, within=(0, 1)),
            "W": rng.reals(inputs, 4 * units),
            "U": rng.reals(units, 4 * units),
            "b": rng.reals(4 * units),
        }

    def further(self):
        draw = np.random.default_rng(1)
        shapes = {"x": (16,), "c": (32,), "o": (32,), "W": (16, 128), "U": (32, 128), "b": (128,)}
        own = {name: 0.3 * draw.normal(size=shape) for name, shape in shapes.items()}
        return {"as the lesson calls it": own | {"o": abs(own["o"])}}

    def probe(self, answer, inputs):
        with np.errstate(all="ignore"):
            return {"jacobian": answer(*(inputs[name] for name in ("x", "c", "o", "W", "U", "b")))}

    def judge(self, inputs, outputs):
        given = {name: value.astype("float64") for name, value in inputs.items()}
        yours, units = outputs["jacobian"], len(given["c"])
        if yours.shape in ((units,), (1, units)) and units > 1:
            raise Wrong("this is one number for each unit; through h every unit acts on all others: (units, units)")
        expect_shape("the Jacobian", yours, (units, units), "(units, units)")
        expected, wrong = jacobian_and_mistakes(**given)
        if not np.all(np.isfinite(yours)):
            raise Wrong("the Jacobian should be finite: exp overflows where its argument is large; expit does not")
        expect_close("the derivative", yours, expected, wrong, where=lambda at: f" in row {at[0]}, column {at[1]}")


def jacobian_and_mistakes(x, c, o, W, U, b):
    """The Jacobian of c_t by c_{t-1}, and (wrong one, hint)."""
    units = len(c)

    def gates(h, bias=b, W=W, U=U):
        return [f(a) for f, a in zip((sigmoid, sigmoid, np.tanh, sigmoid), parts(x @ W + h @ U + bias, 4), strict=True)]

    squashed = np.tanh(c)
    h = o * squashed
    i, f, g, shown = gates(h)
    U_i, U_f, U_g, U_o = parts(U, 4)
    by_h = o * (1 - squashed**2)

    def whole(by_h=by_h, i=i, f=f, g=g, straight=None, U=(U_i, U_f, U_g), each=None, at=c):
        slopes = each or (g * i * (1 - i), at * f * (1 - f), i * (1 - g**2))
        through = sum(weights * slope for weights, slope in zip(U, slopes, strict=True))
        return np.diag(f if straight is None else straight) + by_h[:, None] * through

    right = whole()
    through = right - np.diag(f)
    one, two, three = g * i * (1 - i), c * f * (1 - f), i * (1 - g**2)
    none = 0 * c
    slope = "the slope of {} is missing: {}"
    rows = "row j belongs to c_{t-1}[j]: what one unit does to h multiplies its row of U"
    seen = "the gates see h_{t-1} = o * tanh(c_{t-1}); you used "
    transposed = [part.T for part in (U_i, U_f, U_g)]
    wrong = [
        (right.T, "rows and columns are swapped: row j belongs to the old cell's unit j"),
        (np.diag(f), "this is the straight path alone; the path through h is missing"),
        (through, "this is the path through h alone; the straight path, f on the diagonal, is missing"),
        (through + f, "f is added to every row; the straight path leads from each unit to itself only: a diagonal"),
        (through + f[:, None], "f is added to every column; the straight path belongs on the diagonal"),
        (np.diag(c) + through, "your diagonal holds c; on the straight path a change is multiplied by f"),
        (np.diag(f * c) + through, "the derivative of f * c with respect to c is f"),
        (np.eye(units) + through, "on the straight path a change is multiplied by f, not by 1"),
        (np.diag(f) - through, "the path through h is subtracted; both paths are added"),
        (np.diag(f) * through, "the two paths are multiplied; they are added"),
        (np.diag(f) @ through, "the two paths are multiplied; they are added"),
        (whole(each=(none, two, three)), "the path through the input gate i is missing"),
        (whole(each=(one, none, three)), "the path through the forget gate f is missing"),
        (whole(each=(one, two, none)), "the path through the candidate g is missing"),
        (whole(each=(one, none, none)), "only the path through i is there; h enters f and g, too"),
        (whole(each=(none, two, none)), "only the path through f is there; h enters i and g, too"),
        (whole(each=(none, none, three)), "only the path through g is there; h enters i and f, too"),
        (whole(by_h=1 - squashed**2), "the output gate is missing: h_{t-1} = o * tanh(c_{t-1})"),
        (whole(by_h=o), slope.format("tanh(c_{t-1})", "1 - tanh(c)**2")),
        (whole(by_h=np.ones(units)), "h_{t-1} is not c_{t-1}: its derivative is o * (1 - tanh(c)**2)"),
        (whole(by_h=o * (1 - squashed)), "the slope of tanh is 1 - tanh(c)**2, with a square"),
        (whole(by_h=o * (1 - c**2)), "the slope of tanh at c is 1 - tanh(c)**2; yours is 1 - c**2"),
        (whole(by_h=o * (1 - h**2)), "the slope of tanh at c is 1 - tanh(c)**2; yours is 1 - h**2"),
        (whole(by_h=1 - h**2), "the derivative of h with respect to c is o * (1 - tanh(c)**2); yours is 1 - h**2"),
        (whole(by_h=(o * (1 - squashed)) ** 2), "the slope of tanh is 1 - tanh(c)**2: the square belongs to tanh(c)"),
        (whole(by_h=o * squashed), "this is h itself; its derivative is o * (1 - tanh(c)**2)"),
        (
            whole(by_h=o * (1 - o) * (1 - squashed**2)),
            "o_{t-1} does not depend on c_{t-1}: treat it as a constant factor",
        ),
        (whole(by_h=shown * (1 - squashed**2)), "use o_{t-1}, which is given, not o_t"),
        (np.diag(f) + sum(U * s for U, s in zip((U_i, U_f, U_g), (one, two, three), strict=True)) * by_h, rows),
        (whole(U=transposed), "U is used transposed: a change dh is a row, and dh U"),
        (
            np.diag(f) + (by_h[:, None] * (U_i + U_f + U_g)),
            "the slopes of the gates and what they multiply are missing",
        ),
        (whole(each=(i * (1 - i), two, three)), "a change of i is multiplied by g in c_t"),
        (whole(each=(one, f * (1 - f), three)), "a change of f is multiplied by c_{t-1} in c_t"),
        (whole(each=(one, two, 1 - g**2)), "a change of g is multiplied by i in c_t"),
        (whole(each=(i * (1 - i), f * (1 - f), 1 - g**2)), "what each gate multiplies in c_t is missing: g, c and i"),
        (whole(each=(g, two, three)), slope.format("i", "i * (1 - i)")),
        (whole(each=(one, c, three)), slope.format("f", "f * (1 - f)")),
        (whole(each=(one, two, i)), slope.format("g", "1 - g**2")),
        (whole(each=(g, c, i)), "the slopes are missing: i (1 - i), f (1 - f) and 1 - g**2"),
        (
            whole(each=(g * i, c * f, three)),
            "your slopes of i and f lack the factors 1 - i and 1 - f: the derivative of σ should be σ (1 - σ)",
        ),
        (
            np.diag(f) + by_h[:, None] * (U_i * one[:, None] + U_f * two[:, None] + U_g * three[:, None]),
            "your slopes of i, f and g multiply the rows of U; they should multiply its columns: column k leads to "
            "unit k of a gate",
        ),
        (whole(each=(g * i, c * f, i * g)), "the slope of a sigmoid is s (1 - s), of a tanh 1 - t**2"),
        (whole(each=(one, h * f * (1 - f), three)), "f multiplies the old *cell* c_{t-1}, not h"),
        (whole(each=(one, squashed * f * (1 - f), three)), "f multiplies c_{t-1} itself, not tanh(c_{t-1})"),
        (whole(each=(one, (f * c + i * g) * f * (1 - f), three)), "f multiplies the *old* cell, not the new one"),
        (whole(each=(one, two, i * (1 - g))), "the slope of tanh is 1 - g**2, with a square"),
        (whole(each=(one, two, i * g * (1 - g))), "g is a tanh: its slope is 1 - g**2, not that of a sigmoid"),
        (whole(each=(one, two, i * (1 - np.tanh(g) ** 2))), "g is a tanh already: its slope is 1 - g**2"),
        (whole(each=(g * (1 - i**2), c * (1 - f**2), three)), "i and f are sigmoids: their slope is s (1 - s)"),
        (whole(each=(c * i * (1 - i), g * f * (1 - f), three)), "g and c are swapped: i multiplies g, f multiplies c"),
        (whole(each=(g * f * (1 - f), c * i * (1 - i), three)), "the slopes of i and f are swapped"),
        (whole(U=(U_f, U_i, U_g)), "the blocks of U are swapped: their order is i, f, g, o"),
        (whole(U=(U_i, U_f, U_o)), "the change of g comes through the third block of U; yours takes the fourth"),
        (right + np.diag(by_h), "the straight path counts once: f on the diagonal"),
        (2 * right, "your result is twice the right one"),
        (np.diag(np.diag(right)), "through h each unit acts on all others; yours is 0 off the diagonal"),
        (abs(right), "the signs are lost"),
        (shown * (1 - np.tanh(f * c + i * g) ** 2) * right, "stop at c_t; you went on to h_t"),
        (
            whole(by_h=o * (1 - np.tanh(f * c + i * g) ** 2)),
            "h_{t-1} shows c_{t-1}, the old cell; yours takes the new one",
        ),
        (whole(straight=f * (1 - f)), "on the straight path f is a factor; its slope belongs to the path through h"),
    ]
    for other, hint in (
        (gates(none), seen + "0"),
        (gates(c), seen + "c"),
        (gates(squashed), seen + "tanh(c), without o"),
        (gates(o * c), seen + "o * c, without the tanh"),
        (gates(h, bias=0 * b), "the bias b is missing from the gates"),
        (gates(h, W=0 * W), "the input x does not enter the gates"),
        (gates(h, W=np.hstack([parts(W, 4)[n] for n in (1, 0, 2, 3)])), "the blocks are in the order i, f, g, o"),
    ):
        wrong.append((whole(i=other[0], f=other[1], g=other[2]), hint))
    for state, by, hint in (
        (squashed, 1 - squashed**2, "your h_{t-1} is tanh(c) everywhere; it should be o * tanh(c), and dh "),
        (c, np.ones(units), "your h_{t-1} is c everywhere; it should be o * tanh(c), and dh "),
    ):
        wrong.append((whole(by, *gates(state)[:3]), hint + "= o * (1 - tanh(c)**2) * dc"))
    sums = parts(x @ W + h @ U + b, 4)
    for order in list(permutations(range(4)))[1:]:
        found = [function(sums[n]) for function, n in zip((sigmoid, sigmoid, np.tanh), order, strict=False)]
        blocks = [parts(U, 4)[n] for n in order[:3]]
        wrong.append((whole(i=found[0], f=found[1], g=found[2], U=blocks), "the blocks are in the order i, f, g, o"))
    return right, wrong + of_axes(right, {"reversed": "the rows are in the wrong order"})


# --- a latch ------------------------------------------------------------------------------------------------------

LEAST = 0.1  # smaller states cannot be told from nothing
LONG = 1000  # steps that a value has to be kept
MOST = 1e6  # larger weights overflow in float32


def latch_states(values, marks, W, b):
    """The states of an LSTM of one unit whose U is 0, (batch, T). values, marks: (batch, T)."""
    i, f, g, o = (values * W[0, n] + marks * W[1, n] + b[n] for n in range(4))
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c, states = np.zeros(len(values)), []
    for t in range(values.shape[1]):
        c = f[:, t] * c + i[:, t] * g[:, t]
        states.append(o[:, t] * np.tanh(c))
    return np.array(states).T


class Latch(Check):
    exercise = "3b.5"
    name = "latch"
    gives = "arrays"

    def inputs(self, rng):
        count, steps = rng.size("sequences", 8, 12), rng.size("steps", 60, 120)
        often = rng.random((count, 1)) ** 2
        return {
            "values": 2 * rng.integers(2, size=(count, steps)) - 1,
            "marks": (rng.random((count, steps)) < often).astype("int64"),
        }

    def probe(self, answer, inputs):
        return arrays(unpacked(answer(), ["W", "b"], "return two things: W, b"))

    def judge(self, inputs, outputs):
        expect_shape("W", outputs["W"], (2, 4), "(value and mark, i f g o)")
        expect_shape("b", outputs["b"], (4,), "(i f g o)")
        W, b = (outputs[name].astype("float64") for name in ("W", "b"))
        for name, weights in (("W", W), ("b", b)):
            if not np.all(abs(weights) <= MOST):
                raise Wrong(f"{name} should hold finite numbers of at most a million, so that float32 can use them")
        for wrong, hint in why_it_does_not_latch(W, b):
            if wrong:
                raise Wrong(hint)
        values, marks = inputs["values"].astype("float64"), inputs["marks"].astype("float64")
        states, last = latch_states(values, marks, W, b), 0 * values[:, 0]
        for t in range(values.shape[1]):
            last = np.where(marks[:, t] == 1, values[:, t], last)
            right = np.where(last == 0, abs(states[:, t]) < LEAST, states[:, t] * last > LEAST)
            if not right.all():
                n = int(np.argmin(right))
                wanted = (
                    f"have the sign of {last[n]:g}, the last marked value"
                    if last[n]
                    else "be almost 0: nothing has been marked yet"
                )
                raise Wrong(f"after {t + 1} steps of a random sequence h is {states[n, t]:.2f}; it should {wanted}")


def why_it_does_not_latch(W, b):
    """[(True where it is so, hint), ...], the first reason first."""
    cases = [(value, mark) for mark in (0, 1) for value in (-1, 1)]
    found = {}
    for value, mark in cases:
        i, f, g, o = value * W[0] + mark * W[1] + b
        found[value, mark] = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    up = latch_states(np.ones((1, LONG)), np.zeros((1, LONG)), W, b)[0]
    down = latch_states(-np.ones((1, LONG)), np.zeros((1, LONG)), W, b)[0]
    drift = max(abs(up).max(), abs(down).max())
    i_free = max(found[value, 0][0] for value in (-1, 1))
    f_free = min(found[value, 0][1] for value in (-1, 1))
    i_mark = min(found[value, 1][0] for value in (-1, 1))
    f_mark = max(found[value, 1][1] for value in (-1, 1))
    o_least = min(o for _, _, _, o in found.values())
    (*_, g_up, _), (*_, g_down, _) = found[1, 1], found[-1, 1]

    def after(value, many=0):
        """The states after a marked value and LONG unmarked opposite ones; before it, as many marked opposite ones."""
        values = -value * np.ones((1, many + 1 + LONG))
        marks = np.zeros_like(values)
        marks[0, : many + 1], values[0, many] = 1, value
        return value * latch_states(values, marks, W, b)[0, many:]

    one = np.minimum(after(1), after(-1))
    many = np.minimum(after(1, 50), after(-1, 50))
    says = f"without a mark i is {i_free:.2g} and f is {f_free:.4g}"
    left = f_free**LONG
    return [
        (
            g_up <= 0 or g_down >= 0,
            f"at a mark g should have the sign of the value; yours is {g_up:.2g} for +1 and {g_down:.2g} for -1",
        ),
        (o_least < LEAST, f"the output gate goes down to {o_least:.2g}, so h cannot show the cell at every step"),
        (
            one[0] <= LEAST,
            f"right after a first marked value |h| is {one[0]:.2g}, not above {LEAST}: at a mark i is {i_mark:.2g} and "
            f"g is {g_up:.2g}; open the input gate there, and let the value decide g",
        ),
        (
            drift >= LEAST,
            f"before the first mark h reaches {drift:.2g}: {says}, so unmarked values are written; close i there",
        ),
        (
            left < 0.05 and one[-1] <= LEAST,
            f"the value fades: {says}, so only f^{LONG} = {left:.2g} of the cell state is left after {LONG} steps",
        ),
        (
            one.min() <= LEAST,
            f"after {LONG} unmarked values of the opposite sign h is {one.min():.2g} times the sign of the marked one: "
            f"{says}; each of them writes a little",
        ),
        (
            many.min() <= LEAST,
            f"after 50 marked values of one sign, a marked one of the other does not win (h is {many.min():.2g} times "
            f"its sign): at a mark f is {f_mark:.2g}, so too much of what was stored stays; close f there",
        ),
    ]
