"""Wrong answers to the exercises of lesson 3b, and right ones in another form."""

from mutants import changed

GATED = """
def gated_step(x, h, W, U, b):
    gate, candidate = ops.split(ops.matmul(x, W) + ops.matmul(h, U) + b, 2, axis=-1)
    keep = ops.sigmoid(gate)
    new = ops.tanh(candidate)
    return keep * h + (1 - keep) * new
"""
GRU = """
def gru_step(x, h, W, U, b):
    x_z, x_r, x_h = ops.split(ops.matmul(x, W) + b, 3, axis=-1)
    U_z, U_r, U_h = ops.split(U, 3, axis=-1)
    z = ops.sigmoid(x_z + ops.matmul(h, U_z))
    r = ops.sigmoid(x_r + ops.matmul(h, U_r))
    new = ops.tanh(x_h + ops.matmul(r * h, U_h))
    return z * h + (1 - z) * new
"""
LSTM = """
def lstm_step(x, h, c, W, U, b):
    i, f, g, o = ops.split(ops.matmul(x, W) + ops.matmul(h, U) + b, 4, axis=-1)
    i, f, g, o = ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)
    c = f * c + i * g
    return o * ops.tanh(c), c
"""
JACOBIAN = """
def cell_jacobian(x, c, o, W, U, b):
    h = o * np.tanh(c)
    i, f, g, _ = np.split(x @ W + h @ U + b, 4)
    i, f, g = expit(i), expit(f), np.tanh(g)
    U_i, U_f, U_g, _ = np.split(U, 4, axis=1)
    by_h = o * (1 - np.tanh(c) ** 2)
    gates = U_i * (g * i * (1 - i)) + U_f * (c * f * (1 - f)) + U_g * (i * (1 - g**2))
    return np.diag(f) + by_h[:, None] * gates
"""


def latch(of_value="0, 0, 3, 0", of_mark="20, -20, 0, 0", b="-10, 10, 0, 10", returned="W, b"):
    """An answer to 3b.5."""
    return f"""
def latch():
    W = np.array([[{of_value}], [{of_mark}]], "float64")
    b = np.array([{b}], "float64")
    return {returned}
"""


def of(exercise, source, **wrong):
    """Mutants of a source: name=(hint, (old, new), ...)."""
    return [(exercise, what.replace("_", " "), hint, changed(source, *pairs)) for what, (hint, *pairs) in wrong.items()]


MIX = "keep * h + (1 - keep) * new"
END = "z * h + (1 - z) * new"
CELL = "c = f * c + i * g"
SHOWN = "return o * ops.tanh(c), c"
THROUGH = "U_i * (g * i * (1 - i)) + U_f * (c * f * (1 - f)) + U_g * (i * (1 - g**2))"

MUTANTS = [
    *of(
        "3b.1",
        GATED,
        swapped=("factors λ and 1 - λ are swapped", (MIX, "(1 - keep) * h + keep * new")),
        all_kept=("old state is kept in full", (MIX, "h + (1 - keep) * new")),
        all_written=("candidate is added in full", (MIX, "keep * h + new")),
        no_gate=("candidate alone", (MIX, "new")),
        sum_of_both=("neither term has its factor", (MIX, "h + new")),
        both_by_gate=("both terms have the factor", (MIX, "keep * (h + new)")),
        nothing_written=("the candidate is missing", (MIX, "keep * h")),
        nothing_kept=("the old state is missing", (MIX, "(1 - keep) * new")),
        old_state=("*old* state is returned", (MIX, "h")),
        subtracted=("candidate is subtracted", (MIX, "keep * h - (1 - keep) * new")),
        blocks_swapped=("first block is the gate's", ("gate, candidate = ops.split", "candidate, gate = ops.split")),
        every_second_column=(
            "side by side",
            ("gate, candidate = ops.split(", "z = "),
            (" + b, 2, axis=-1)", " + b\n    gate, candidate = z[:, ::2], z[:, 1::2]"),
        ),
        no_sigmoid=("sigmoid of the gate is missing", ("ops.sigmoid(gate)", "gate")),
        tanh_gate=("gate is a sigmoid here, not a tanh", ("ops.sigmoid(gate)", "ops.tanh(gate)")),
        no_tanh=("tanh of the candidate is missing", ("ops.tanh(candidate)", "candidate")),
        sigmoid_candidate=("candidate is a tanh here", ("ops.tanh(candidate)", "ops.sigmoid(candidate)")),
        relu_candidate=("candidate is a tanh here", ("ops.tanh(candidate)", "ops.relu(candidate)")),
        softmax_gate=("not a softmax", ("ops.sigmoid(gate)", "ops.softmax(gate)")),
        no_bias=("bias b is missing", (" + b", "")),
        no_input=("input does not enter", ("ops.matmul(x, W) + ", "")),
        no_state=("state does not enter", (" + ops.matmul(h, U)", "")),
        tanh_around_all=("not around the whole", (MIX, "ops.tanh(keep * h + (1 - keep) * new)")),
        one_gate_for_all=(
            "each unit has its own gate",
            ("ops.sigmoid(gate)", "ops.mean(ops.sigmoid(gate), axis=-1, keepdims=True)"),
        ),
        rounded=("yours is rounded", ("ops.sigmoid(gate)", "ops.round(ops.sigmoid(gate))")),
        gate_from_candidate=("computed from the candidate's block", ("ops.sigmoid(gate)", "ops.sigmoid(candidate)")),
        candidate_from_gate=("computed from the gate's block", ("ops.tanh(candidate)", "ops.tanh(gate)")),
        no_return=("`return`", ("return ", "")),
        in_a_list=("not inside a list or tuple", (MIX, f"[{MIX}]")),
        split_on_the_batch=("2 equal parts of the last axis", (", 2, axis=-1", ", 2, axis=0")),
        split_at_two=("2 equal parts of the last axis", (", 2, axis=-1", ", [2], axis=-1")),
        gate_by_matmul=("a gate multiplies by *", (MIX, "ops.matmul(keep, h) + (1 - keep) * new")),
        numpy_inside=("a model cannot use it", ("ops.tanh", "np.tanh")),
        stopped_gradient=("gradient with respect to", ("ops.sigmoid(gate)", "ops.stop_gradient(ops.sigmoid(gate))")),
    ),
    *of(
        "3b.2",
        GRU,
        reset_after_the_product=("reset_after=True", ("ops.matmul(r * h, U_h)", "r * ops.matmul(h, U_h)")),
        z_swapped=("factors z and 1 - z are swapped", (END, "(1 - z) * h + z * new")),
        z_and_r_swapped=(
            "in the order z, r, candidate",
            ("x_z, x_r, x_h =", "x_r, x_z, x_h ="),
            ("U_z, U_r, U_h =", "U_r, U_z, U_h ="),
        ),
        candidate_in_the_middle=(
            "in the order z, r, candidate",
            ("x_z, x_r, x_h =", "x_z, x_h, x_r ="),
            ("U_z, U_r, U_h =", "U_z, U_h, U_r ="),
        ),
        no_reset=("reset gate is missing", ("r * h, U_h", "h, U_h")),
        reset_the_other_way=("r and 1 - r are swapped", ("r * h, U_h", "(1 - r) * h, U_h")),
        z_in_the_candidate=("sees z * h", ("r * h, U_h", "z * h, U_h")),
        reset_gate_alone=("sees the reset gate itself", ("r * h, U_h", "r, U_h")),
        reset_added=("it is not added", ("r * h, U_h", "r + h, U_h")),
        reset_on_the_input=(
            "should multiply h only, before the product",
            ("x_h + ops.matmul(r * h, U_h)", "r * (x_h + ops.matmul(h, U_h))"),
        ),
        reset_on_the_candidate=(
            "should multiply the h that the candidate sees",
            ("ops.tanh(x_h + ops.matmul(r * h, U_h))", "r * ops.tanh(x_h + ops.matmul(h, U_h))"),
        ),
        state_twice=("h should enter it once", ("r * h, U_h)", "r * h, U_h) + ops.matmul(h, U_h)")),
        reset_in_the_update_gate=(
            "your update gate z sees r * h",
            ("    z = ops.sigmoid(x_z + ops.matmul(h, U_z))\n", ""),
            ("    new =", "    z = ops.sigmoid(x_z + ops.matmul(r * h, U_z))\n    new ="),
        ),
        state_without_U=("without U", ("ops.matmul(r * h, U_h)", "r * h")),
        written_by_r=("factor is 1 - r", (END, "z * h + (1 - r) * new")),
        reset_on_the_path=("not multiplied by r", (END, "z * r * h + (1 - z) * new")),
        candidate_without_state=("does not enter the candidate", ("x_h + ops.matmul(r * h, U_h)", "x_h")),
        gates_without_state=(
            "does not enter the gates",
            ("x_z + ops.matmul(h, U_z)", "x_z"),
            ("x_r + ops.matmul(h, U_r)", "x_r"),
        ),
        z_without_state=("does not enter z", ("x_z + ops.matmul(h, U_z)", "x_z")),
        r_without_state=("does not enter r", ("x_r + ops.matmul(h, U_r)", "x_r")),
        no_sigmoid=("sigmoid of the gates is missing", ("ops.sigmoid(", "(")),
        no_sigmoid_of_z=("sigmoid of z is missing", ("ops.sigmoid(x_z", "(x_z")),
        no_sigmoid_of_r=("sigmoid of r is missing", ("ops.sigmoid(x_r", "(x_r")),
        tanh_gates=("sigmoids, not tanhs", ("ops.sigmoid", "ops.tanh")),
        no_tanh=("tanh of the candidate is missing", ("ops.tanh(", "(")),
        sigmoid_candidate=("a tanh, not a sigmoid", ("ops.tanh", "ops.sigmoid")),
        relu_candidate=("a tanh, not a relu", ("ops.tanh", "ops.relu")),
        no_bias=("bias b is missing", (" + b", "")),
        no_input=("input does not enter", ("ops.matmul(x, W)", "0 * ops.matmul(x, W)")),
        candidate_alone=("candidate alone", (END, "new")),
        all_written=("candidate is added in full", (END, "z * h + new")),
        all_kept=("old state is kept in full", (END, "h + (1 - z) * new")),
        nothing_kept=("old state is missing", (END, "(1 - z) * new")),
        z_twice=("both terms have the factor", (END, "z * h + z * new")),
        kept_by_r=("use z", (END, "r * h + (1 - r) * new")),
        numpy_inside=("a model cannot use it", ("ops.matmul", "np.dot"), ("ops.split", "np.split")),
        no_return=("`return`", ("return ", "")),
        gates_too=("return the new state itself", (END, f"{END}, z")),
        stopped_gradient=("gradient with respect to", ("r * h, U_h", "ops.stop_gradient(r) * h, U_h")),
    ),
    *of(
        "3b.3",
        LSTM,
        order_of_the_drawing=("in the order i, f, g, o", ("i, f, g, o = ops.split", "f, i, g, o = ops.split")),
        o_before_g=("in the order i, f, g, o", ("i, f, g, o = ops.split", "i, f, o, g = ops.split")),
        g_first=("in the order i, f, g, o", ("i, f, g, o = ops.split", "g, i, f, o = ops.split")),
        every_fourth_column=(
            "side by side",
            ("i, f, g, o = ops.split(", "z = "),
            (" + b, 4, axis=-1)", " + b\n    i, f, g, o = z[:, ::4], z[:, 1::4], z[:, 2::4], z[:, 3::4]"),
        ),
        no_forget_gate=("forget gate is missing", (CELL, "c = c + i * g")),
        no_input_gate=("input gate is missing", (CELL, "c = f * c + g")),
        no_gates=("both gates are missing", (CELL, "c = c + g")),
        forgets_the_other_way=("not 1 - f", (CELL, "c = (1 - f) * c + i * g")),
        i_and_f_swapped=("i and f are swapped", (CELL, "c = i * c + f * g")),
        coupled=("as in a GRU", (CELL, "c = f * c + (1 - f) * g")),
        keeps_h=("the old *cell state*", (CELL, "c = f * h + i * g")),
        nothing_written=("nothing is written", (CELL, "c = f * c")),
        nothing_kept=("nothing is kept", (CELL, "c = i * g")),
        subtracted=("candidate is subtracted", (CELL, "c = f * c - i * g")),
        squashed_cell=("the tanh is only for h", (CELL, "c = ops.tanh(f * c + i * g)")),
        gated_cell=("output gate for h only", (CELL, "c = o * (f * c + i * g)")),
        forgets_the_candidate=("not what is written", (CELL, "c = f * (c + i * g)")),
        sigmoid_candidate=("through the tanh, not the sigmoid", ("ops.tanh(g)", "ops.sigmoid(g)")),
        no_tanh_of_g=("tanh of the candidate g is missing", ("ops.tanh(g)", "g")),
        tanh_gates=("through the sigmoid, not the tanh", ("ops.sigmoid", "ops.tanh")),
        no_functions=(
            "sigmoid of the gates and the tanh",
            ("ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)", "i, f, g, o"),
        ),
        no_sigmoid_of_o=("sigmoid of the output gate is missing", ("ops.sigmoid(o)", "o")),
        bias_of_one_more=("1 before the sigmoid", ("ops.sigmoid(f)", "ops.sigmoid(f + 1)")),
        no_bias=("bias b is missing", (" + b", "")),
        no_state=("state does not enter", (" + ops.matmul(h, U)", "")),
        no_input=("input does not enter", ("ops.matmul(x, W) + ", "")),
        shows_c=("h shows tanh(c), not c", (SHOWN, "return o * c, c")),
        shows_the_old_cell=("shows the old one", (CELL, "new = f * c + i * g"), (SHOWN, "return o * ops.tanh(c), new")),
        no_output_gate=("output gate is missing", (SHOWN, "return ops.tanh(c), c")),
        shows_the_candidate=("yours shows the candidate", (SHOWN, "return o * ops.tanh(g), c")),
        output_gate_inside=("outside the tanh", (SHOWN, "return ops.tanh(o * c), c")),
        shown_the_other_way=("not 1 - o", (SHOWN, "return (1 - o) * ops.tanh(c), c")),
        old_h_mixed_in=("the old h is mixed in", (SHOWN, "return o * h + (1 - o) * ops.tanh(c), c")),
        c_first=("first h, then c", (SHOWN, "return c, o * ops.tanh(c)")),
        old_cell_returned=("return the new one", (CELL, "new = f * c + i * g"), (SHOWN, "return o * ops.tanh(new), c")),
        all_see_c=("gates and candidate see h + c", ("ops.matmul(h, U)", "ops.matmul(h + c, U)")),
        gates_see_c=(
            "your gates see h + c",
            ("o = ops.sig", "o = s[0] + i, s[1] + f, g, s[3] + o\n    i, f, g, o = ops.sig"),
            (
                "    i, f, g, o = ops.split",
                "    s = ops.split(c @ U, 4, axis=-1)\n    i, f, g, o = ops.split",
            ),
        ),
        as_a_keras_cell=("as a Keras cell does", (SHOWN, "h = o * ops.tanh(c)\n    return h, [h, c]")),
        only_h=("return two things", (SHOWN, "return o * ops.tanh(c)")),
        no_return=("`return`", ("return ", "")),
        numpy_inside=("a model cannot use it", ("ops.tanh", "np.tanh")),
        stopped_gradient=("gradient with respect to", (CELL, "c = f * ops.stop_gradient(c) + i * g")),
    ),
    *of(
        "3b.4",
        JACOBIAN,
        transposed=(
            "rows and columns are swapped",
            ("return np.diag(f) + by_h[:, None] * gates", "return (np.diag(f) + by_h[:, None] * gates).T"),
        ),
        straight_way_alone=("path through h is missing", (" + by_h[:, None] * gates", "")),
        way_through_h_alone=("straight path, f on the diagonal, is missing", ("np.diag(f) + by", "by")),
        f_in_every_row=("added to every row", ("np.diag(f)", "f")),
        f_in_every_column=("added to every column", ("np.diag(f)", "f[:, None]")),
        identity=("not by 1", ("np.diag(f)", "np.eye(len(f))")),
        subtracted=("both paths are added", ("np.diag(f) + by", "np.diag(f) - by")),
        no_i=("through the input gate i is missing", ("U_i * (g * i * (1 - i)) + ", "")),
        no_f=("through the forget gate f is missing", ("U_f * (c * f * (1 - f)) + ", "")),
        no_g=("through the candidate g is missing", (" + U_g * (i * (1 - g**2))", "")),
        only_g=("only the path through g", ("U_i * (g * i * (1 - i)) + U_f * (c * f * (1 - f)) + ", "")),
        no_output_gate=(
            "output gate is missing",
            ("by_h = o * (", "by_h = ("),
        ),
        no_slope_of_h=("slope of tanh(c_{t-1}) is missing", (" * (1 - np.tanh(c) ** 2)", "")),
        c_is_h=("h_{t-1} is not c_{t-1}", ("by_h = o * (1 - np.tanh(c) ** 2)", "by_h = np.ones(len(c))")),
        no_square=("with a square", ("1 - np.tanh(c) ** 2", "1 - np.tanh(c)")),
        slope_at_c_itself=("yours is 1 - c**2", ("1 - np.tanh(c) ** 2", "1 - c**2")),
        slope_of_h=("yours is 1 - h**2", ("1 - np.tanh(c) ** 2", "1 - h**2")),
        o_depends=("does not depend on c_{t-1}", ("by_h = o * (", "by_h = o * (1 - o) * (")),
        columns_scaled=("multiplies its row of U", ("by_h[:, None] * gates", "by_h * gates")),
        U_transposed=(
            "U is used transposed",
            ("np.split(U, 4, axis=1)", "[part.T for part in np.split(U, 4, axis=1)]"),
        ),
        no_g_in_i=("multiplied by g in c_t", ("g * i * (1 - i)", "i * (1 - i)")),
        no_c_in_f=("multiplied by c_{t-1} in c_t", ("c * f * (1 - f)", "f * (1 - f)")),
        no_i_in_g=("multiplied by i in c_t", ("i * (1 - g**2)", "(1 - g**2)")),
        no_slope_of_i=("slope of i is missing", ("g * i * (1 - i)", "g")),
        no_slope_of_f=("slope of f is missing", ("c * f * (1 - f)", "c")),
        no_slope_of_g=("slope of g is missing", ("i * (1 - g**2)", "i")),
        no_slopes=("the slopes are missing", (THROUGH, "U_i * g + U_f * c + U_g * i")),
        no_one_minus=(
            "lack the factors 1 - i and 1 - f",
            ("g * i * (1 - i)", "g * i"),
            ("c * f * (1 - f)", "c * f"),
        ),
        slopes_on_the_rows=(
            "they should multiply its columns",
            ("(g * i * (1 - i))", "(g * i * (1 - i))[:, None]"),
            ("(c * f * (1 - f))", "(c * f * (1 - f))[:, None]"),
            ("(i * (1 - g**2))", "(i * (1 - g**2))[:, None]"),
        ),
        no_o_at_all=("is tanh(c) everywhere", ("h = o * np.tanh(c)", "h = np.tanh(c)"), ("by_h = o * (", "by_h = (")),
        h_is_c=(
            "is c everywhere",
            ("    h = o * np.tanh(c)", "    h = c"),
            ("by_h = o * (1 - np.tanh(c) ** 2)", "by_h = np.ones(len(c))"),
        ),
        h_in_f=("the old *cell* c_{t-1}, not h", ("c * f * (1 - f)", "h * f * (1 - f)")),
        sigmoid_slope_of_g=("not that of a sigmoid", ("i * (1 - g**2)", "i * g * (1 - g)")),
        tanh_twice=("g is a tanh already", ("1 - g**2", "1 - np.tanh(g) ** 2")),
        tanh_slopes=(
            "i and f are sigmoids",
            (THROUGH, "U_i * (g * (1 - i**2)) + U_f * (c * (1 - f**2)) + U_g * (i * (1 - g**2))"),
        ),
        g_and_c_swapped=(
            "g and c are swapped",
            ("g * i * (1 - i)", "c * i * (1 - i)"),
            ("c * f * (1 - f)", "g * f * (1 - f)"),
        ),
        blocks_of_U_swapped=("blocks of U are swapped", ("U_i, U_f, U_g, _ =", "U_f, U_i, U_g, _ =")),
        g_from_the_fourth=("third block of U", ("U_i, U_f, U_g, _ =", "U_i, U_f, _, U_g =")),
        other_order=(
            "in the order i, f, g, o",
            ("U_i, U_f, U_g, _ =", "U_f, U_i, U_g, _ ="),
            ("i, f, g, _ = np", "f, i, g, _ = np"),
        ),
        h_without_tanh=("without the tanh", ("h = o * np.tanh(c)", "h = o * c")),
        h_without_o=("without o", ("h = o * np.tanh(c)", "h = np.tanh(c)")),
        no_bias=("bias b is missing", (" + b, 4)", ", 4)")),
        no_input=("input x does not enter", ("x @ W + h @ U", "h @ U")),
        one_number_a_unit=(
            "this is one number for each unit",
            ("return np.diag(f) + by_h[:, None] * gates", "return f + by_h * gates.sum(axis=0)"),
        ),
        overflow=("exp overflows", ("expit(i), expit(f)", "np.exp(i) / (1 + np.exp(i)), np.exp(f) / (1 + np.exp(f))")),
        no_return=("`return`", ("return ", "")),
    ),
    ("3b.5", "input gate open", "unmarked values are written", latch(b="0, 10, 0, 10")),
    ("3b.5", "input gate hardly closed", "unmarked values are written", latch(b="-6, 10, 0, 10")),
    ("3b.5", "forget gate half closed", "the value fades", latch(b="-10, 0, 0, 10")),
    ("3b.5", "forget bias of Keras", "the value fades", latch(b="-10, 1, 0, 10")),
    ("3b.5", "forget bias 5", "the value fades", latch(b="-10, 5, 0, 10")),
    ("3b.5", "forget gate open at marks", "does not win", latch(of_mark="20, 0, 0, 0")),
    ("3b.5", "forget gate half open at marks", "too much of what was stored", latch(of_mark="20, -10, 0, 0")),
    ("3b.5", "forgets at every step but a mark", "the value fades", latch(of_mark="20, 20, 0, 0", b="-10, -10, 0, 10")),
    ("3b.5", "mark closes the input gate", "open the input gate there", latch(of_mark="-20, -20, 0, 0")),
    ("3b.5", "mark opens too little", "open the input gate there", latch(of_mark="5, -20, 0, 0")),
    ("3b.5", "value does not enter", "should have the sign of the value", latch(of_value="0, 0, 0, 0")),
    ("3b.5", "sign of the value", "should have the sign of the value", latch(of_value="0, 0, -3, 0")),
    ("3b.5", "a bias in g", "should have the sign of the value", latch(b="-10, 10, 5, 10")),
    ("3b.5", "the mark enters g", "should have the sign of the value", latch(of_mark="20, -20, 5, 0")),
    ("3b.5", "output gate closed", "output gate goes down", latch(b="-10, 10, 0, -10")),
    (
        "3b.5",
        "output gate open at marks only",
        "output gate goes down",
        latch(of_mark="20, -20, 0, 20", b="-10, 10, 0, -10"),
    ),
    ("3b.5", "output gate closed at marks", "output gate goes down", latch(of_mark="20, -20, 0, -20")),
    (
        "3b.5",
        "rows swapped",
        "should have the sign of the value",
        latch(of_value="20, -20, 0, 0", of_mark="0, 0, 3, 0"),
    ),
    (
        "3b.5",
        "blocks i, f, o, g",
        "should have the sign of the value",
        latch(of_value="0, 0, 0, 3", b="-10, 10, 10, 0"),
    ),
    ("3b.5", "blocks f, i, g, o", "open the input gate there", latch(of_mark="-20, 20, 0, 0", b="10, -10, 0, 10")),
    ("3b.5", "value too weak", "right after a first marked value", latch(of_value="0, 0, 0.05, 0")),
    (
        "3b.5",
        "value opens the gate",
        "unmarked values are written",
        latch(of_value="15, 0, 3, 0", of_mark="40, -20, 0, 0"),
    ),
    ("3b.5", "value closes the forget gate", "the value fades", latch(of_value="0, -15, 3, 0")),
    ("3b.5", "a cell that adds up", "does not win", latch(of_mark="20, 0, 0, 0", b="-12, 30, 0, 10")),
    ("3b.5", "leaks a little", "each of them writes a little", latch(of_value="0, 0, 0.15, 0", b="-7.4, 12, 0, 10")),
    ("3b.5", "all zeros", "should have the sign of the value", latch("0, 0, 0, 0", "0, 0, 0, 0", "0, 0, 0, 0")),
    ("3b.5", "b first", "W should have shape", latch(returned="b, W")),
    ("3b.5", "only W", "return two things", latch(returned="W")),
    ("3b.5", "W transposed", "W should have shape", latch(returned="W.T, b")),
    ("3b.5", "infinite", "finite numbers", latch(b="-np.inf, np.inf, 0, 10")),
    ("3b.5", "too large for float32", "finite numbers", latch(b="-1e50, 1e50, 0, 10")),
    ("3b.5", "no return", "`return`", "def latch():\n    W = np.zeros((2, 4))\n"),
]

RIGHT_BUT_UNUSUAL = [
    ("3b.1", changed(GATED, (MIX, "new + keep * (h - new)"))),
    ("3b.1", changed(GATED, (MIX, "h + ops.sigmoid(-gate) * (new - h)"))),
    (
        "3b.1",
        """
def gated_step(x, h, W, U, b):
    n = U.shape[0]
    keep = keras.activations.sigmoid(x @ W[:, :n] + h @ U[:, :n] + b[:n])
    candidate = keras.activations.tanh(x @ W[:, n:] + h @ U[:, n:] + b[n:])
    return ops.where(keep > 2, h, keep * h + (1 - keep) * candidate)
""",
    ),
    (
        "3b.1",
        """
def gated_step(x, h, W, U, b):
    both = tf.concat([x, h], axis=1) @ tf.concat([W, U], axis=0) + b
    keep, candidate = tf.split(both, 2, axis=1)
    keep = tf.sigmoid(keep)
    return tf.multiply(keep, h) + tf.multiply(1.0 - keep, tf.tanh(candidate))
""",
    ),
    (
        "3b.2",
        """
def gru_step(x, h, W, U, b):
    n = U.shape[0]
    z, r = ops.split(ops.sigmoid(ops.matmul(x, W[:, : 2 * n]) + ops.matmul(h, U[:, : 2 * n]) + b[: 2 * n]), 2, axis=-1)
    candidate = ops.tanh(ops.matmul(x, W[:, 2 * n :]) + ops.matmul(r * h, U[:, 2 * n :]) + b[2 * n :])
    return candidate + z * (h - candidate)
""",
    ),
    (
        "3b.2",
        """
def gru_step(x, h, W, U, b):
    n = h.shape[-1]

    def block(k, state):
        columns = slice(k * n, (k + 1) * n)
        return ops.matmul(x, W[:, columns]) + ops.matmul(state, U[:, columns]) + b[columns]

    z = 0.5 * (1 + ops.tanh(block(0, h) / 2))
    r = 0.5 * (1 + ops.tanh(block(1, h) / 2))
    return z * h + (1 - z) * ops.tanh(block(2, r * h))
""",
    ),
    (
        "3b.2",
        """
def gru_step(x, h, W, U, b):
    W_z, W_r, W_h = tf.split(W, 3, axis=1)
    U_z, U_r, U_h = tf.split(U, 3, axis=1)
    b_z, b_r, b_h = tf.split(b, 3)
    z = tf.sigmoid(x @ W_z + h @ U_z + b_z)
    r = tf.sigmoid(x @ W_r + h @ U_r + b_r)
    return (1 - z) * tf.tanh(x @ W_h + (h * r) @ U_h + b_h) + h * z
""",
    ),
    (
        "3b.3",
        """
def lstm_step(x, h, c, W, U, b):
    z = ops.matmul(ops.concatenate([x, h], axis=-1), ops.concatenate([W, U], axis=0)) + b
    n = U.shape[0]
    i, f, o = (keras.activations.sigmoid(z[:, k * n : (k + 1) * n]) for k in (0, 1, 3))
    cell = i * ops.tanh(z[:, 2 * n : 3 * n]) + f * c
    return ops.tanh(cell) * o, cell
""",
    ),
    (
        "3b.3",
        """
def lstm_step(x, h, c, W, U, b):
    i, f, g, o = tf.split(x @ W + h @ U + b, 4, axis=1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    return tf.sigmoid(o) * tf.tanh(c), c
""",
    ),
    (
        "3b.3",
        """
def lstm_step(x, h, c, W, U, b):
    z = ops.reshape(ops.matmul(x, W) + ops.matmul(h, U) + b, (-1, 4, c.shape[-1]))
    gates = ops.sigmoid(z)
    c = gates[:, 1] * c + gates[:, 0] * ops.tanh(z[:, 2])
    return [ops.tanh(c) * gates[:, 3], c]
""",
    ),
    (
        "3b.4",
        """
def cell_jacobian(x, c, o, W, U, b):
    n = len(c)
    t = np.tanh(c)
    z = x @ W + (o * t) @ U + b
    s = expit(z)
    g = np.tanh(z[2 * n : 3 * n])
    J = np.zeros((n, n))
    for j in range(n):
        dh = o[j] * (1 - t[j] ** 2)
        for k in range(n):
            di = s[k] * (1 - s[k]) * U[j, k] * dh
            df = s[n + k] * (1 - s[n + k]) * U[j, n + k] * dh
            dg = (1 - g[k] ** 2) * U[j, 2 * n + k] * dh
            J[j, k] = di * g[k] + df * c[k] + s[k] * dg + (s[n + k] if j == k else 0)
    return J
""",
    ),
    (
        "3b.4",
        """
def cell_jacobian(x, c, o, W, U, b):
    i, f, g, _ = np.split(x @ W + (o * np.tanh(c)) @ U + b, 4)
    U_i, U_f, U_g, _ = np.split(U, 4, axis=1)
    d_h = np.diag(o * (1 - np.tanh(c) ** 2))
    d_i = d_h @ U_i @ np.diag(expit(i) * expit(-i))
    d_f = d_h @ U_f @ np.diag(expit(f) * expit(-f))
    d_g = d_h @ U_g @ np.diag(1 - np.tanh(g) ** 2)
    return np.diag(expit(f)) + d_f * c + d_i * np.tanh(g) + d_g * expit(i)
""",
    ),
    (
        "3b.4",
        """
def cell_jacobian(x, c, o, W, U, b):
    old = tf.constant(np.asarray(c, "float64")[None])
    with tf.GradientTape() as tape:
        tape.watch(old)
        i, f, g, _ = tf.split(x[None] @ W + (o * tf.tanh(old)) @ tf.constant(np.asarray(U, "float64")) + b, 4, axis=1)
        new = tf.sigmoid(f) * old + tf.sigmoid(i) * tf.tanh(g)
    return tf.transpose(tape.jacobian(new, old)[0, :, 0])
""",
    ),
    ("3b.5", latch(of_mark="20, -45, 0, 0", b="-12, 30, 0, 5")),
    ("3b.5", latch(of_value="0, 0, 1, 0", of_mark="30, -40, 0, 0", b="-15, 9, 0, 0")),
    ("3b.5", latch(of_value="2, 2, 5, 0", of_mark="24, -26, 0, 1", b="-13, 12, 0.5, 2")),
    ("3b.5", "def latch():\n    return [[0, 0, 3, 0], [20, -20, 0, 0]], [-10, 10, 0, 10]\n"),
    ("3b.5", latch(of_value="0, 0, 0.5, 0", of_mark="25, -25, 0, 0", b="-11, 8.5, 0, 20")),
]
