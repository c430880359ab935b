"""Wrong answers to the exercises of lesson 5a, and right ones in another form."""

from mutants import changed

COLLAPSE = """
def collapse(path):
    merged = [code for code, _ in itertools.groupby(path)]
    return tuple(code for code in merged if code != BLANK)
"""
BLANKS = """
def with_blanks(labels):
    pairs = ops.stack([ops.zeros_like(labels), labels], axis=2)
    symbols = ops.pad(ops.reshape(pairs, (-1, 2 * ops.shape(labels)[1])), [[0, 0], [0, 1]])
    differs = symbols[:, 2:] != symbols[:, :-2]
    return symbols, ops.pad(differs, [[0, 0], [2, 0]], constant_values=False)
"""
FORWARD = """
def forward_step(alpha, log_p, may_skip, log_zero=-1e9):
    one_before = ops.pad(alpha[:, :-1], [[0, 0], [1, 0]], constant_values=log_zero)
    two_before = ops.pad(alpha[:, :-2], [[0, 0], [2, 0]], constant_values=log_zero)
    two_before = ops.where(may_skip, two_before, log_zero)
    return log_p + ops.logsumexp(ops.stack([alpha, one_before, two_before]), axis=0)
"""
BEAM = """
def beam_step(beams, p):
    grown = defaultdict(lambda: np.zeros(2))
    for prefix, (in_blank, in_symbol) in beams.items():
        grown[prefix][0] += (in_blank + in_symbol) * p[BLANK]
        for symbol in range(1, len(p)):
            if prefix and symbol == prefix[-1]:
                grown[prefix][1] += in_symbol * p[symbol]
                grown[(*prefix, symbol)][1] += in_blank * p[symbol]
            else:
                grown[(*prefix, symbol)][1] += (in_blank + in_symbol) * p[symbol]
    return dict(grown)
"""
GRADIENT = """
def loss_gradient(alpha, beta, symbols, p):
    through = alpha * beta
    gamma = through / through.sum(axis=1, keepdims=True)
    occupancy = np.zeros_like(p)
    for place, symbol in enumerate(symbols):
        occupancy[:, symbol] += gamma[:, place]
    return p - occupancy
"""
ALIGNMENT = """
def forced_alignment(log_p, may_skip):
    T, size = log_p.shape
    best = np.full((T, size), -np.inf)
    came_by = np.zeros((T, size), int)
    best[0, :2] = log_p[0, :2]
    for t in range(1, T):
        for place in range(size):
            moves = [0, 1, 2] if may_skip[place] else [0, 1]
            moves = [by for by in moves if by <= place]
            came_by[t, place] = max(moves, key=lambda by: best[t - 1, place - by])
            best[t, place] = best[t - 1, place - came_by[t, place]] + log_p[t, place]
    place = size - 2 + int(best[-1, -1] > best[-1, -2])
    places = [place]
    for t in range(T - 1, 0, -1):
        place -= came_by[t, place]
        places.append(place)
    return np.array(places[::-1])
"""

MUTANTS = [
    (
        "5a.1",
        "blanks dropped first",
        "before repeats are merged",
        """
def collapse(path):
    return tuple(code for code, _ in itertools.groupby(code for code in path if code != BLANK))
""",
    ),
    ("5a.1", "blanks stay", "are still there", changed(COLLAPSE, (" if code != BLANK", ""))),
    (
        "5a.1",
        "nothing merged",
        "not merged",
        changed(COLLAPSE, ("code for code, _ in itertools.groupby(path)", "*path")),
    ),
    (
        "5a.1",
        "a set of letters",
        "a letter that comes again later",
        "def collapse(path):\n    return tuple(dict.fromkeys(code for code in path if code != BLANK))",
    ),
    ("5a.1", "no return", "`return`", changed(COLLAPSE, ("return ", ""))),
    (
        "5a.1",
        "text",
        "a tuple of codes",
        changed(COLLAPSE, ("return tuple(", "return ''.join(str("), ("BLANK)", "BLANK))")),
    ),
    (
        "5a.1",
        "the first frame lost",
        "the first frame is lost",
        "def collapse(path):\n    return tuple(b for a, b in itertools.pairwise(path) if b not in (a, BLANK))",
    ),
    (
        "5a.2",
        "every blank may be skipped",
        "between two equal letters",
        changed(BLANKS, ("symbols[:, 2:] != symbols[:, :-2]", "symbols[:, 2:] != BLANK")),
    ),
    (
        "5a.2",
        "equal instead of different",
        "the wrong way round",
        changed(BLANKS, ("symbols[:, 2:] != symbols[:, :-2]", "symbols[:, 2:] == symbols[:, :-2]")),
    ),
    ("5a.2", "padded at the right", "two places too early", changed(BLANKS, ("[2, 0]]", "[0, 2]]"))),
    ("5a.2", "padded at both sides", "shifted by one", changed(BLANKS, ("[2, 0]]", "[1, 1]]"))),
    ("5a.2", "no last blank", "lacks one of them", changed(BLANKS, ("[[0, 0], [0, 1]]", "[[0, 0], [0, 0]]"))),
    (
        "5a.2",
        "letters first",
        "begins with the letter",
        changed(BLANKS, ("[ops.zeros_like(labels), labels]", "[labels, ops.zeros_like(labels)]")),
    ),
    (
        "5a.2",
        "stacked along the batch's axis of time",
        "alternate",
        changed(BLANKS, ("axis=2", "axis=1")),
    ),
    (
        "5a.2",
        "neighbours compared",
        "a letter must not be skipped",
        changed(
            BLANKS,
            (
                "symbols[:, 2:] != symbols[:, :-2]",
                "ops.logical_or(symbols[:, 2:] == BLANK, symbols[:, 2:] != symbols[:, :-2])",
            ),
        ),
    ),
    (
        "5a.2",
        "NumPy",
        "inside a compiled model",
        """
def with_blanks(labels):
    symbols = np.zeros((labels.shape[0], 2 * labels.shape[1] + 1), int)
    symbols[:, 1::2] = labels
    return symbols, np.pad(symbols[:, 2:] != symbols[:, :-2], ((0, 0), (2, 0)))
""",
    ),
    (
        "5a.2",
        "lengths known beforehand",
        "inside a compiled model",
        changed(BLANKS, ("ops.shape(labels)[1]", "labels.shape[1]")),
    ),
    (
        "5a.2",
        "exchanged",
        "yours are swapped",
        changed(
            BLANKS,
            (
                "return symbols, ops.pad(differs, [[0, 0], [2, 0]], constant_values=False)",
                "return ops.pad(differs, [[0, 0], [2, 0]], constant_values=False), symbols",
            ),
        ),
    ),
    (
        "5a.2",
        "not padded",
        "two entries short",
        changed(BLANKS, ("ops.pad(differs, [[0, 0], [2, 0]], constant_values=False)", "differs")),
    ),
    (
        "5a.2",
        "compared with its neighbour",
        "not with its neighbour",
        changed(
            BLANKS, ("symbols[:, 2:] != symbols[:, :-2]", "symbols[:, 1:] != symbols[:, :-1]"), ("[2, 0]]", "[1, 0]]")
        ),
    ),
    (
        "5a.2",
        "a loop over labels",
        "Iterating over a symbolic",
        """
def with_blanks(labels):
    rows = [[BLANK, *(code for letter in label for code in (letter, BLANK))] for label in labels]
    symbols = ops.stack([ops.stack(row) for row in rows])
    return symbols, ops.pad(symbols[:, 2:] != symbols[:, :-2], [[0, 0], [2, 0]])
""",
    ),
    ("5a.2", "one thing", "return two things", changed(BLANKS, ("return symbols, ", "return "))),
    (
        "5a.3",
        "the edge is 1",
        "padding with 0 turns it into probability 1",
        changed(FORWARD, (", constant_values=log_zero", "")),
    ),
    (
        "5a.3",
        "no skip is 1",
        "its logarithm is log_zero, not 0",
        changed(FORWARD, ("two_before, log_zero)", "two_before, 0.0)")),
    ),
    (
        "5a.3",
        "no skip",
        "the skip is missing",
        changed(FORWARD, ("[alpha, one_before, two_before]", "[alpha, one_before]")),
    ),
    (
        "5a.3",
        "skips across equal letters",
        "also where may_skip is False",
        changed(FORWARD, ("ops.where(may_skip, two_before, log_zero)", "two_before")),
    ),
    (
        "5a.3",
        "the wrong way round",
        "the wrong way round",
        changed(FORWARD, ("(may_skip, two_before, log_zero)", "(may_skip, log_zero, two_before)")),
    ),
    (
        "5a.3",
        "rolled",
        "comes in again at the left edge",
        """
def forward_step(alpha, log_p, may_skip, log_zero=-1e9):
    two_before = ops.where(may_skip, ops.roll(alpha, 2, axis=1), log_zero)
    return log_p + ops.logsumexp(ops.stack([alpha, ops.roll(alpha, 1, axis=1), two_before]), axis=0)
""",
    ),
    ("5a.3", "the best path", "keeps the best path only", changed(FORWARD, ("ops.logsumexp", "ops.max"))),
    ("5a.3", "logarithms added", "adding logarithms multiplies", changed(FORWARD, ("ops.logsumexp", "ops.sum"))),
    (
        "5a.3",
        "the same symbol twice",
        "takes the one before once more",
        changed(FORWARD, ("(may_skip, two_before,", "(may_skip, one_before,")),
    ),
    (
        "5a.3",
        "may_skip moved along",
        "move α first",
        changed(
            FORWARD,
            ("ops.pad(alpha[:, :-2]", "ops.pad(ops.where(may_skip, alpha, log_zero)[:, :-2]"),
            ("    two_before = ops.where(may_skip, two_before, log_zero)\n", ""),
        ),
    ),
    (
        "5a.3",
        "the wrong end cut off",
        "nothing has moved",
        changed(FORWARD, ("alpha[:, :-1]", "alpha[:, 1:]"), ("alpha[:, :-2]", "alpha[:, 2:]")),
    ),
    (
        "5a.3",
        "emission in one term",
        "all three terms",
        changed(
            FORWARD,
            ("return log_p + ops.logsumexp(ops.stack([alpha,", "return ops.logsumexp(ops.stack([alpha + log_p,"),
        ),
    ),
    (
        "5a.3",
        "a padding with 0, multiplied",
        "at the left edge and where nothing may be skipped",
        changed(
            FORWARD,
            (", constant_values=log_zero", ""),
            ("ops.where(may_skip, two_before, log_zero)", "two_before * ops.cast(may_skip, 'float32')"),
        ),
    ),
    (
        "5a.3",
        "nothing is reached",
        "yours stands for probability 0",
        changed(FORWARD, ("return log_p +", "return log_zero + log_p +")),
    ),
    (
        "5a.3",
        "cut off below",
        "no path can stand at index",
        changed(FORWARD, ("return log_p + ", "return log_p + ops.maximum(-50.0, "), ("axis=0)", "axis=0))")),
    ),
    ("5a.3", "no emission", "log_p of this frame is missing", changed(FORWARD, ("log_p + ", ""))),
    ("5a.3", "emission multiplied", "a *sum* of logarithms", changed(FORWARD, ("log_p + ", "log_p * "))),
    ("5a.3", "does not stay", "staying at the symbol", changed(FORWARD, ("[alpha, one_before", "[one_before"))),
    (
        "5a.3",
        "does not step",
        "the step from the symbol before",
        changed(FORWARD, ("one_before, two_before]", "two_before]")),
    ),
    (
        "5a.3",
        "from the symbols after",
        "yours looks at those after",
        changed(
            FORWARD,
            ("alpha[:, :-1], [[0, 0], [1, 0]]", "alpha[:, 1:], [[0, 0], [0, 1]]"),
            ("alpha[:, :-2], [[0, 0], [2, 0]]", "alpha[:, 2:], [[0, 0], [0, 2]]"),
        ),
    ),
    (
        "5a.3",
        "real infinities",
        "the gradient is not a number",
        """
def forward_step(alpha, log_p, may_skip, log_zero=-1e9):
    one_before = ops.pad(alpha[:, :-1], [[0, 0], [1, 0]], constant_values=-np.inf)
    two_before = ops.pad(alpha[:, :-2], [[0, 0], [2, 0]], constant_values=-np.inf)
    two_before = ops.where(may_skip, two_before, -np.inf)
    return log_p + ops.log(ops.exp(alpha) + ops.exp(one_before) + ops.exp(two_before))
""",
    ),
    (
        "5a.3",
        "NumPy",
        "inside a compiled model",
        changed(FORWARD, ("ops.", "np."), ("constant_values", "constant_values")).replace(
            "np.logsumexp(np.stack([alpha, one_before, two_before]), axis=0)",
            "np.logaddexp.reduce([alpha, one_before, two_before])",
        ),
    ),
    (
        "5a.6",
        "always new",
        "right after itself only goes on",
        changed(BEAM, ("if prefix and symbol == prefix[-1]:", "if False:")),
    ),
    (
        "5a.6",
        "merged across a blank",
        "after a blank the same symbol is a new letter",
        changed(
            BEAM,
            (
                "+= in_symbol * p[symbol]\n                grown[(*prefix, symbol)][1] += in_blank * p[symbol]",
                "+= (in_blank + in_symbol) * p[symbol]",
            ),
        ),
    ),
    (
        "5a.6",
        "exchanged",
        "right after itself it goes on",
        changed(
            BEAM,
            ("grown[prefix][1] += in_symbol * p", "grown[prefix][1] += in_BLANK * p"),
            ("[1] += in_blank * p", "[1] += in_symbol * p"),
            ("in_BLANK", "in_blank"),
        ),
    ),
    (
        "5a.6",
        "blank after blank only",
        "a blank may also follow the last letter",
        changed(BEAM, ("(in_blank + in_symbol) * p[BLANK]", "in_blank * p[BLANK]")),
    ),
    (
        "5a.6",
        "blank as a label",
        "the blank is counted as a symbol",
        changed(BEAM, ("range(1, len(p))", "range(len(p))")),
    ),
    ("5a.6", "overwritten", "keeps the last of them", changed(BEAM, ("+=", "="))),
    (
        "5a.6",
        "parts exchanged",
        "the two parts are swapped",
        changed(BEAM, ("dict(grown)", "{prefix: parts[::-1] for prefix, parts in grown.items()}")),
    ),
    (
        "5a.6",
        "does not go on",
        "when its last symbol goes on",
        changed(BEAM, ("grown[prefix][1] += in_symbol * p[symbol]", "pass")),
    ),
    (
        "5a.6",
        "no blank",
        "stays as it is with a blank",
        changed(BEAM, ("grown[prefix][0] += (in_blank + in_symbol) * p[BLANK]", "grown[prefix]")),
    ),
    (
        "5a.6",
        "lost after a blank",
        "yours loses these paths",
        changed(BEAM, ("grown[(*prefix, symbol)][1] += in_blank * p[symbol]", "pass")),
    ),
    (
        "5a.6",
        "goes on after a blank",
        "counts those paths twice",
        changed(BEAM, ("+= in_symbol * p[symbol]", "+= (in_blank + in_symbol) * p[symbol]")),
    ),
    (
        "5a.6",
        "new after itself",
        "as well",
        changed(BEAM, ("[1] += in_blank * p[symbol]", "[1] += (in_blank + in_symbol) * p[symbol]")),
    ),
    (
        "5a.6",
        "the likeliest path",
        "keeps the likeliest",
        """
def beam_step(beams, p):
    grown = defaultdict(lambda: np.zeros(2))
    for prefix, parts in beams.items():
        for (part, probability), (symbol, q) in itertools.product(enumerate(parts), enumerate(p)):
            stays = symbol == BLANK or (part == 1 and symbol == prefix[-1:][0] if prefix else False)
            there = grown[prefix if stays else (*prefix, symbol)]
            there[int(symbol != BLANK)] = max(there[int(symbol != BLANK)], probability * q)
    return dict(grown)
""",
    ),
    ("5a.6", "a list", "return a dictionary", changed(BEAM, ("dict(grown)", "list(grown)"))),
    (
        "5a.6",
        "sums",
        "each prefix has two probabilities",
        changed(BEAM, ("dict(grown)", "{prefix: sum(parts) for prefix, parts in grown.items()}")),
    ),
    (
        "5a.1",
        "lists only",
        "a tuple",
        """
def collapse(path):
    return [code for before, code in zip([BLANK] + path, path) if code not in (before, BLANK)]
""",
    ),
    (
        "5a.1",
        "no truth value",
        "a NumPy array",
        """
def collapse(path):
    if not path:
        return ()
    return tuple(code for code, _ in itertools.groupby(path) if code != BLANK)
""",
    ),
    (
        "5a.1",
        "identity",
        "with ==",
        """
def collapse(path):
    return tuple(c for n, c in enumerate(path) if c != BLANK and (n == 0 or c is not path[n - 1]))
""",
    ),
    (
        "5a.1",
        "text of digits",
        "contains something else",
        """
def collapse(path):
    text = "".join(map(str, path))
    return tuple(digit for digit, _ in itertools.groupby(text) if digit != "0")
""",
    ),
    (
        "5a.1",
        "digits one by one",
        "stands for",
        """
def collapse(path):
    text = "".join(map(str, path))
    return tuple(int(digit) for digit, _ in itertools.groupby(text) if digit != "0")
""",
    ),
    (
        "5a.1",
        "eats its input",
        "changes its argument",
        """
def collapse(path):
    label = tuple(code for code, _ in itertools.groupby(path) if code != BLANK)
    if not isinstance(path, tuple):
        path[:] = [0] * len(path)
    return label
""",
    ),
    (
        "5a.3",
        "one sum for all",
        "whole batch",
        changed(FORWARD, (", axis=0)", ")")),
    ),
    (
        "5a.3",
        "staying outside",
        "inside",
        changed(FORWARD, ("log_p + ops", "log_p + alpha + ops"), ("[alpha, one_before", "[one_before")),
    ),
    (
        "5a.6",
        "on after a blank, new after both",
        "begin the same letter anew",
        changed(
            BEAM,
            ("+= in_symbol * p[symbol]", "+= in_blank * p[symbol]"),
            (
                "[(*prefix, symbol)][1] += in_blank * p[symbol]",
                "[(*prefix, symbol)][1] += (in_blank + in_symbol) * p[symbol]",
            ),
        ),
    ),
    (
        "5a.6",
        "any symbol of the prefix",
        "stands earlier",
        changed(BEAM, ("prefix and symbol == prefix[-1]", "symbol in prefix")),
    ),
    (
        "5a.6",
        "parts unpacked the other way round",
        "swapped",
        changed(BEAM, ("(in_blank, in_symbol)", "(in_symbol, in_blank)")),
    ),
    ("5a.4", "sign", "the sign is wrong", changed(GRADIENT, ("p - occupancy", "occupancy - p"))),
    ("5a.4", "occupancy alone", "this is the occupancy", changed(GRADIENT, ("p - occupancy", "occupancy"))),
    ("5a.4", "no softmax", "softmax adds a term", changed(GRADIENT, ("p - occupancy", "-occupancy"))),
    ("5a.4", "by p", "gradient with respect to p", changed(GRADIENT, ("p - occupancy", "-occupancy / p"))),
    ("5a.4", "overwritten", "every place of a symbol counts", changed(GRADIENT, ("] +=", "] ="))),
    (
        "5a.4",
        "not divided",
        "not divided by p(label)",
        changed(GRADIENT, ("through / through.sum(axis=1, keepdims=True)", "through")),
    ),
    ("5a.4", "beginnings only", "α times β", changed(GRADIENT, ("alpha * beta", "alpha"))),
    ("5a.4", "p alone", "occupancy γ is missing", changed(GRADIENT, ("p - occupancy", "p"))),
    ("5a.4", "transposed", "should have shape", changed(GRADIENT, ("p - occupancy", "(p - occupancy).T"))),
    ("5a.5", "reversed", "reverse order", changed(ALIGNMENT, ("places[::-1]", "places"))),
    (
        "5a.5",
        "frame by frame",
        "each frame takes its own",
        "def forced_alignment(log_p, may_skip):\n    return np.argmax(log_p, axis=1)",
    ),
    (
        "5a.5",
        "never skips",
        "the path",
        changed(ALIGNMENT, ("[0, 1, 2] if may_skip[place] else [0, 1]", "[0, 1]")),
    ),
    (
        "5a.5",
        "always skips",
        "may_skip is False",
        changed(ALIGNMENT, ("[0, 1, 2] if may_skip[place] else [0, 1]", "[0, 1, 2]")),
    ),
    (
        "5a.5",
        "likeliest end",
        "it should end at",
        changed(ALIGNMENT, ("size - 2 + int(best[-1, -1] > best[-1, -2])", "int(best[-1].argmax())")),
    ),
    (
        "5a.5",
        "anywhere first",
        "it should begin at",
        changed(ALIGNMENT, ("best[0, :2] = log_p[0, :2]", "best[0] = log_p[0]")),
    ),
    ("5a.5", "last frame left out", "should have shape", changed(ALIGNMENT, ("places[::-1]", "places[:0:-1]"))),
    ("5a.1", "last frame lost", "the last frame is lost", changed(COLLAPSE, ("groupby(path)", "groupby(path[:-1])"))),
    (
        "5a.1",
        "nothing for the empty label",
        "its label is ()",
        changed(COLLAPSE, ("if code != BLANK)", "if code != BLANK) or None")),
    ),
    (
        "5a.2",
        "symbols that are no integers",
        "whole numbers",
        changed(BLANKS, ("return symbols", "return ops.cast(symbols, 'float32')")),
    ),
    (
        "5a.2",
        "two places early, letters alone",
        "two places too early",
        changed(
            BLANKS,
            (
                "ops.pad(differs, [[0, 0], [2, 0]], constant_values=False)",
                "ops.pad(ops.logical_and(differs, symbols[:, 2:] != BLANK), [[0, 0], [0, 2]], constant_values=False)",
            ),
        ),
    ),
    (
        "5a.2",
        "the letter after",
        "the one after it",
        changed(
            BLANKS,
            (
                "ops.pad(differs, [[0, 0], [2, 0]], constant_values=False)",
                "ops.logical_and(symbols != BLANK, symbols != ops.roll(symbols, -2, axis=1))",
            ),
        ),
    ),
    (
        "5a.3",
        "float64",
        "should go out as float32",
        changed(FORWARD, ("return log_p", "return ops.cast(log_p"), (", axis=0)", ", axis=0), 'float64')")),
    ),
    (
        "5a.3",
        "the formula on logarithms",
        "products become sums",
        """
def forward_step(alpha, log_p, may_skip, log_zero=-1e9):
    one_before = ops.pad(alpha[:, :-1], [[0, 0], [1, 0]])
    two_before = ops.where(may_skip, ops.pad(alpha[:, :-2], [[0, 0], [2, 0]]), 0.0)
    return log_p * (alpha + one_before + two_before)
""",
    ),
    (
        "5a.3",
        "log_p as a fourth term",
        "as a fourth term",
        changed(FORWARD, ("log_p + ops.logsumexp(ops.stack([", "ops.logsumexp(ops.stack([log_p, ")),
    ),
    (
        "5a.3",
        "log_p of the place before",
        "place that is reached",
        changed(
            FORWARD, ("    one_before", "    alpha = alpha + log_p\n    one_before"), ("return log_p + ", "return ")
        ),
    ),
    (
        "5a.3",
        "probabilities",
        "return its logarithm",
        changed(FORWARD, ("return log_p", "return ops.exp(log_p"), ("axis=0)", "axis=0))")),
    ),
    (
        "5a.4",
        "only the last places",
        "the last two places",
        changed(GRADIENT, ("through.sum(axis=1, keepdims=True)", "alpha[-1].sum()")),
    ),
    (
        "5a.4",
        "beta with its frame",
        "no further p",
        changed(GRADIENT, ("alpha * beta", "alpha * beta / p[:, symbols]")),
    ),
    ("5a.4", "over the frames", "in every *frame*", changed(GRADIENT, ("axis=1", "axis=0"))),
    (
        "5a.4",
        "mean over frames",
        "do not divide by T",
        changed(GRADIENT, ("p - occupancy", "(p - occupancy) / len(p)")),
    ),
    (
        "5a.5",
        "floats",
        "so return integers",
        changed(ALIGNMENT, ("np.array(places[::-1])", "np.array(places[::-1], float)")),
    ),
    (
        "5a.5",
        "the skip in place of the step",
        "best of three",
        changed(ALIGNMENT, ("[0, 1, 2] if may_skip[place]", "[0, 2] if may_skip[place]")),
    ),
    (
        "5a.5",
        "the skip beats the step",
        "best of three",
        changed(
            ALIGNMENT,
            (
                "            came_by[t, place] = max(",
                "            if may_skip[place] and best[t - 1, place - 2] > best[t - 1, place]:\n"
                "                moves = [2]\n"
                "            came_by[t, place] = max(",
            ),
        ),
    ),
    (
        "5a.5",
        "wraps round",
        "the path",
        """
def forced_alignment(log_p, may_skip):
    alpha = np.where(np.arange(log_p.shape[1]) < 2, log_p[0], -1e9)
    notes = []
    for row in log_p[1:]:
        ways = np.stack([alpha, np.roll(alpha, 1), np.where(may_skip, np.roll(alpha, 2), -1e9)])
        notes.append(ways.argmax(axis=0))
        alpha = ways.max(axis=0) + row
    places = [len(alpha) - 2 + int(alpha[-1] > alpha[-2])]
    for note in notes[::-1]:
        places.append((places[-1] - note[places[-1]]) % len(alpha))
    return np.array(places[::-1])
""",
    ),
    (
        "5a.5",
        "products of probabilities",
        "log probability is",
        changed(
            ALIGNMENT,
            ("best[0, :2] = log_p[0, :2]", "best[:] = 0\n    best[0, :2] = np.exp(log_p[0, :2])"),
            ("came_by[t, place]] + log_p[t, place]", "came_by[t, place]] * np.exp(log_p[t, place])"),
        ),
    ),
    (
        "5a.5",
        "always the last blank",
        "the better of the two ends",
        changed(ALIGNMENT, ("size - 2 + int(best[-1, -1] > best[-1, -2])", "size - 1")),
    ),
    (
        "5a.5",
        "always the last letter",
        "the better of the two ends",
        changed(ALIGNMENT, ("size - 2 + int(best[-1, -1] > best[-1, -2])", "size - 2")),
    ),
    (
        "5a.5",
        "begins at the blank",
        "also begin at the first letter",
        changed(ALIGNMENT, ("best[0, :2] = log_p[0, :2]", "best[0, 0] = log_p[0, 0]")),
    ),
    (
        "5a.6",
        "overwritten where it grows",
        "the order may differ",
        """
def beam_step(beams, p):
    grown = defaultdict(lambda: np.zeros(2))
    for prefix, (in_blank, in_symbol) in beams.items():
        grown[prefix][0] += (in_blank + in_symbol) * p[BLANK]
        if prefix:
            grown[prefix][1] += in_symbol * p[prefix[-1]]
        for symbol in range(1, len(p)):
            part = in_blank if prefix and symbol == prefix[-1] else in_blank + in_symbol
            grown[(*prefix, symbol)][1] = part * p[symbol]
    return dict(grown)
""",
    ),
    (
        "5a.6",
        "the beams it is given",
        "changes the beams",
        changed(BEAM, ("return dict(grown)", "beams.update(grown)\n    return beams")),
    ),
    ("5a.6", "no empty prefix", "has no last symbol", changed(BEAM, ("prefix and symbol ==", "symbol =="))),
    (
        "5a.6",
        "divided by the sum",
        "do not divide",
        changed(
            BEAM,
            (
                "return dict(grown)",
                "total = sum(parts.sum() for parts in grown.values())\n"
                "    return {prefix: parts / total for prefix, parts in grown.items()}",
            ),
        ),
    ),
]
RIGHT_BUT_UNUSUAL = [
    (
        "5a.1",
        """
def collapse(path):
    label = []
    for before, code in zip([BLANK, *path], path, strict=False):
        if code not in (before, BLANK):
            label.append(code)
    return label
""",
    ),
    (
        "5a.1",
        """
def collapse(path):
    path = np.array(path)
    return path[(np.diff(path, prepend=-1) != 0) & (path != BLANK)]
""",
    ),
    (
        "5a.2",
        """
def with_blanks(labels):
    batch, longest = ops.shape(labels)
    symbols = ops.zeros((batch, longest, 2), dtype="int32") + ops.cast(labels, "int32")[:, :, None] * np.array([0, 1])
    symbols = ops.reshape(symbols, (batch, 2 * longest))
    symbols = ops.concatenate([symbols, ops.zeros((batch, 1), dtype="int32")], axis=1)
    twice = ops.concatenate([symbols[:, :2], symbols[:, :-2]], axis=1)
    return symbols, ops.logical_and(symbols != BLANK, symbols != twice)
""",
    ),
    (
        "5a.2",
        changed(
            BLANKS,
            (
                "ops.pad(differs, [[0, 0], [2, 0]], constant_values=False)",
                "ops.pad(ops.cast(differs, 'float32'), [[0, 0], [2, 0]], constant_values=1.0)",
            ),
        ),
    ),
    (
        "5a.3",
        """
def forward_step(alpha, log_p, may_skip, log_zero=-1e9):
    edge = ops.full_like(alpha[:, :2], log_zero)
    one, two = ops.concatenate([edge[:, :1], alpha[:, :-1]], axis=1), ops.concatenate([edge, alpha[:, :-2]], axis=1)
    return ops.logaddexp(ops.logaddexp(alpha, one), two + ops.where(may_skip, 0.0, log_zero)) + log_p
""",
    ),
    (
        "5a.2",
        """
def with_blanks(labels):
    twice = ops.repeat(labels, 2, axis=1)
    symbols = ops.pad(ops.where(ops.arange(ops.shape(twice)[1]) % 2 == 1, twice, BLANK), [[0, 0], [0, 1]])
    differs = ops.logical_and(symbols != BLANK, symbols != ops.roll(symbols, 2, axis=1))
    return symbols, ops.logical_and(differs, ops.arange(ops.shape(symbols)[1]) >= 2)
""",
    ),
    (
        "5a.3",
        """
def forward_step(alpha, log_p, may_skip, log_zero=-1e9):
    one = tf.pad(alpha, [[0, 0], [1, 0]], constant_values=log_zero)[:, :-1]
    two = tf.pad(alpha, [[0, 0], [2, 0]], constant_values=log_zero)[:, :-2]
    both = ops.logaddexp(alpha, one)
    return tf.where(may_skip, ops.logaddexp(both, two), both) + log_p
""",
    ),
    (
        "5a.6",
        """
def beam_step(beams, p):
    grown = defaultdict(lambda: np.zeros(2))
    for prefix, parts in beams.items():
        for last, probability in zip((BLANK, prefix[-1] if prefix else BLANK), parts):
            for symbol, q in enumerate(p):
                longer = prefix if symbol in (BLANK, last) else prefix + (symbol,)
                grown[longer][int(symbol != BLANK)] += probability * q
    return {prefix: tuple(parts) for prefix, parts in grown.items()}
""",
    ),
    (
        "5a.4",
        """
def loss_gradient(alpha, beta, symbols, p):
    total = alpha[-1, -1] + alpha[-1, -2]
    return p - (alpha * beta) @ np.eye(p.shape[1])[symbols] / total
""",
    ),
    ("5a.4", changed(GRADIENT, ("return p - occupancy", "return ops.convert_to_tensor(p - occupancy)"))),
    ("5a.5", changed(ALIGNMENT, ("np.array(places[::-1])", "places[::-1]"))),
    ("5a.5", changed(ALIGNMENT, ("by: best[t - 1, place - by]", "by: (best[t - 1, place - by], by)"))),
]
