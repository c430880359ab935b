"""What must hold of a lesson's results: the table `solutions/NAME.toml` beside its notebook.

    headline = "SimpleRNN, shortest quarter"      # the result that stands for the lesson on the front page

    ["SimpleRNN, shortest quarter"]               # one entry for each `record(name, ...)` of the notebook
    floor = { quick = 0.75 }                      # or one number for both profiles; `ceiling` where lower is better
    within = 0.05                                 # how far a repetition may be off: absolute, or within = "5 %"
    seeds = 5                                     # (optional) on how many seeds the number stands
    beats = { quick = 0.1 }                       # by how much it must beat its rival, which must then be there;
                                                  # false: it need not. A rival that is there must be beaten

    ["queues, samples per second"]
    timed = true                                  # depends on the clock: an update keeps the earlier one, and
                                                  # neither it nor a verdict that rests on it is compared
    better = "higher"                             # or "lower"; a ceiling says "lower" by itself
    only = "quick"                                # (optional) the one profile in which it is recorded

    [claims.C5]                                   # a claim of the lectures (course_utils/claims.py)
    shows = "bag of words on the twins"           # the result that stands beside the verdict
    holds = ["r['bag of words on the twins'] == 0.5"]

A condition is a comparison of results: r['name'] is the value of a result, rival['name'] that of its rival. All true
reads "holds here", some "holds in part", none "does not hold here". The notebook's `verdicts()`, the runner,
`course check`, the results pages and the README read this table; no bar stands in a notebook.
"""

import ast
import functools
import itertools
import math
import operator
import re
import tomllib
from dataclasses import dataclass, field

import numpy as np

from course_utils.claims import CLAIMS
from course_utils.exercises import solution_path

PROFILES = ("quick", "full")
VERDICTS = ("holds here", "holds in part", "does not hold here")
RELATIVE = 1e-3  # by how much a number may differ where its entry does not say
ROUNDING = 1e-9  # of the numbers themselves: 0.330 - 0.329 is a little more than 0.001
KEYS = {"floor", "ceiling", "within", "seeds", "beats", "timed", "better", "only"}
PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")
FUNCTIONS = {"abs": abs, "min": min, "max": max, "log10": math.log10}
UNDEFINED = (ValueError, ZeroDivisionError, OverflowError, TypeError)  # what arithmetic raises
BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
UNARY = {ast.Not: operator.not_, ast.USub: operator.neg}
BOOLEAN = {ast.And: all, ast.Or: any}
COMPARISONS = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class BarsError(Exception):
    """A table says something that cannot be read; the message is one sentence with the file and the entry."""


@dataclass(frozen=True)
class Entry:
    """What must hold of one result. floor, ceiling, beats: {profile: number}; a profile that is missing has no bar."""

    name: str
    floor: dict = field(default_factory=dict)
    ceiling: dict = field(default_factory=dict)
    beats: dict = field(default_factory=lambda: dict.fromkeys(PROFILES, 0.0))
    within: float | None = None
    percent: float | None = None
    lower_is_better: bool = False
    timed: bool = False
    only: str | None = None
    seeds: int | None = None
    rivalled: bool = False  # the table says what it must beat, so a rival must be recorded

    def allowed(self, value):
        """By how much a repetition of `value` may be off."""
        if self.within is not None:
            return self.within
        return abs(value) * (RELATIVE if self.percent is None else self.percent / 100)


@dataclass(frozen=True)
class Claim:
    """The verdict that a lesson gives: conditions over its results, and the result that stands beside it."""

    id: str
    shows: str
    holds: tuple


@dataclass(frozen=True)
class Bars:
    """The table of one lesson: {name: Entry}, {id: Claim}, and the name of the result on the front page."""

    lesson: str
    results: dict
    claims: dict
    headline: str

    def entry(self, name):
        """The entry of a result, or an empty one where the table has none."""
        return self.results.get(name) or Entry(name)

    def timed(self, claim):
        """True where the verdict on a claim, a Claim, rests on a result that depends on the clock."""
        named = (name for condition in claim.holds for _, name in names_in(condition))
        return any(self.entry(name).timed for name in named)


# --- reading ------------------------------------------------------------------------------------------------


def read(lesson):
    """The bars of lesson "2b" (or "2b_sentiment_simple_rnn"). Raises BarsError, FileNotFoundError."""
    path = solution_path(lesson).with_suffix(".toml")
    if not path.is_file():
        raise FileNotFoundError(f"there is no {path.parent.name}/{path.name}; it says what must hold of the results")
    return _parsed(path.read_text(encoding="utf-8"), path.stem, f"{path.parent.name}/{path.name}")


def parse(text, lesson):
    """The bars of a table given as text. Raises BarsError."""
    return _parsed(text, lesson, f"{lesson}.toml")


@functools.lru_cache
def _parsed(text, lesson, file):
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BarsError(f"{file} is not TOML: {error}") from None
    claims = table.pop("claims", {})
    headline = table.pop("headline", "")
    if not isinstance(headline, str):
        raise BarsError(f"{file}: headline = {headline!r} is not the name of a result")
    for name, keys in table.items():
        if not isinstance(keys, dict):
            raise BarsError(f'{file}: {name} = {keys!r} belongs to no result; entries begin with ["NAME"]')
    if not isinstance(claims, dict):
        raise BarsError(f"{file}: claims = {claims!r}; a claim begins with [claims.ID]")
    return Bars(
        lesson,
        {name: _entry(name, keys, f"{file}, {name!r}") for name, keys in table.items()},
        {name: _claim(name, keys, f"{file}, claim {name}") for name, keys in claims.items()},
        headline,
    )


def _entry(name, keys, where):
    unknown = keys.keys() - KEYS
    if unknown:
        raise BarsError(
            f"{where}: {', '.join(sorted(unknown))} means nothing here; there are {', '.join(sorted(KEYS))}"
        )
    if "floor" in keys and "ceiling" in keys:
        raise BarsError(f"{where}: it has a floor and a ceiling; the claims' conditions can say more")
    better = keys.get("better", "lower" if "ceiling" in keys else "higher")
    if better not in ("higher", "lower"):
        raise BarsError(f'{where}: better = {better!r}; it is "higher" or "lower"')
    if keys.get("only") not in (None, *PROFILES):
        raise BarsError(f"{where}: only = {keys['only']!r} is no profile")
    within, percent = keys.get("within"), None
    match = PERCENT.fullmatch(within) if isinstance(within, str) else None
    if match:
        within, percent = None, float(match[1])
    elif within is not None and not (_is_number(within) and within >= 0):
        raise BarsError(f'{where}: within = {within!r} is neither a number nor a share like "5 %"')
    if not isinstance(keys.get("timed", False), bool):
        raise BarsError(f"{where}: timed = {keys['timed']!r} is neither true nor false")
    if type(keys.get("seeds", 1)) is not int:
        raise BarsError(f"{where}: seeds = {keys['seeds']!r} is not the number of seeds")
    beats = keys.get("beats", True)
    return Entry(
        name,
        floor=_by_profile(keys.get("floor"), where),
        ceiling=_by_profile(keys.get("ceiling"), where),
        beats={} if beats is False else _by_profile(0.0 if beats is True else beats, where),
        within=within,
        percent=percent,
        lower_is_better=better == "lower",
        timed=keys.get("timed", False),
        only=keys.get("only"),
        seeds=keys.get("seeds"),
        rivalled="beats" in keys and beats is not False,
    )


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _by_profile(value, where):
    """{profile: number} of a number for both profiles, of a table, or of nothing."""
    if value is None:
        return {}
    value = value if isinstance(value, dict) else dict.fromkeys(PROFILES, value)
    for profile, number in value.items():
        if profile not in PROFILES or not _is_number(number):
            raise BarsError(f"{where}: {profile} = {number!r}; a bar is a number, or {{ quick = …, full = … }}")
    return {profile: float(number) for profile, number in value.items()}


def _claim(name, keys, where):
    if name not in CLAIMS:
        raise BarsError(f"{where}: the lectures claim no such thing (course_utils/claims.py)")
    if not isinstance(keys, dict) or keys.keys() != {"shows", "holds"}:
        raise BarsError(f"{where}: it needs shows (a result) and holds (a list of conditions), and nothing else")
    if not isinstance(keys["holds"], list):
        raise BarsError(f"{where}: holds = {keys['holds']!r} is not a list of conditions")
    for condition in keys["holds"]:
        try:
            names_in(condition)
        except (BarsError, SyntaxError, TypeError, ValueError) as error:
            raise BarsError(f"{where}: the condition {condition!r} cannot be read: {error}") from None
    return Claim(name, keys["shows"], tuple(keys["holds"]))


# --- conditions ---------------------------------------------------------------------------------------------


def names_in(condition):
    """The results that a condition names: {("r" or "rival", name)}. Raises BarsError for what is no condition."""
    found = set()

    def look(node):
        if isinstance(node, ast.Subscript):
            well_formed = isinstance(node.value, ast.Name) and node.value.id in ("r", "rival")
            if not (well_formed and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)):
                raise BarsError(f"{ast.unparse(node)} is neither r['NAME'] nor rival['NAME']")
            found.add((node.value.id, node.slice.value))
            return
        if not computable(node):
            raise BarsError(f"{ast.unparse(node)} is not allowed; a condition compares results")
        for child in node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                look(child)

    look(ast.parse(condition, mode="eval").body)
    return found


def computable(node):
    """True for what `holds` can compute: numbers, truth values, arithmetic, comparisons, and calls of FUNCTIONS."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS and not node.keywords
    if isinstance(node, ast.Compare):
        return all(type(op) in COMPARISONS for op in node.ops)
    return type(getattr(node, "op", None)) in {**BINARY, **UNARY, **BOOLEAN}


def holds(condition, values, rivals):
    """Whether a condition is true. values, rivals: {name: number}. Raises KeyError for a result that is not there."""

    def of(node):
        if isinstance(node, ast.Subscript):
            return (values if node.value.id == "r" else rivals)[node.slice.value]
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.BinOp):
            return BINARY[type(node.op)](of(node.left), of(node.right))
        if isinstance(node, ast.UnaryOp):
            return UNARY[type(node.op)](of(node.operand))
        if isinstance(node, ast.BoolOp):
            return BOOLEAN[type(node.op)](of(value) for value in node.values)
        if isinstance(node, ast.Call):
            return FUNCTIONS[node.func.id](*map(of, node.args))
        sides = [of(node.left), *map(of, node.comparators)]
        pairs = zip(node.ops, itertools.pairwise(sides), strict=True)
        return all(COMPARISONS[type(op)](*pair) for op, pair in pairs)

    return bool(of(ast.parse(condition, mode="eval").body))


def verdict(claim, rows):
    """The verdict on a claim, one of VERDICTS, or None where a result that it needs was not recorded.

    rows: {name: row}, as `record` leaves them. None, too, where a condition cannot be computed: a logarithm of zero.
    """
    values = {name: row["value"] for name, row in rows.items() if row["value"] is not None}
    rivals = {name: row["rival"][1] for name, row in rows.items() if row["rival"] and row["rival"][1] is not None}
    try:
        found = [holds(condition, values, rivals) for condition in claim.holds]
    except (KeyError, *UNDEFINED):
        return None
    if not found:
        return None
    return VERDICTS[0 if all(found) else 1 if any(found) else 2]


# --- what is wrong ------------------------------------------------------------------------------------------


def misses(bars, rows, profile):
    """Sentences on what the results of a run do not reach or do not fit. rows: {name: row}."""
    for name in rows.keys() - bars.results.keys():
        yield f"the result {name!r} has no entry in {bars.lesson}.toml"
    for name, entry in bars.results.items():
        if name not in rows and entry.only in (None, profile):
            yield f"{bars.lesson}.toml has an entry for {name!r}, which the notebook does not record"
        if name in rows and entry.only not in (None, profile):
            yield f"{bars.lesson}.toml has {name!r} in the {entry.only} profile only; it is recorded in {profile}"
    for name, row in rows.items():
        yield from missed(bars.entry(name), row, profile)
    for claim in bars.claims.values():
        if verdict(claim, rows) is None:
            yield f"the verdict on {claim.id} needs a result that was not recorded, or cannot be computed"


def missed(entry, row, profile):
    """Sentences on the bars that one result misses."""
    value, rival = row["value"], row["rival"]
    if value is None:
        yield f"{entry.name} is not a finite number"
        return
    if value < entry.floor.get(profile, -math.inf):
        yield f"{entry.name} is {shown(value)} on {row['data']}; it should be at least {entry.floor[profile]:g}"
    if value > entry.ceiling.get(profile, math.inf):
        yield f"{entry.name} is {shown(value)} on {row['data']}; it should be at most {entry.ceiling[profile]:g}"
    if rival and rival[1] is None:
        yield f"{entry.name}: its rival, {rival[0]}, is not a finite number"
    elif entry.rivalled and not rival and profile in entry.beats:
        yield f"{entry.name} should beat a rival and was recorded with none"
    elif rival and profile in entry.beats:
        gain = rival[1] - value if entry.lower_is_better else value - rival[1]
        if not gain > entry.beats[profile]:
            margin = f" by more than {entry.beats[profile]:g}" if entry.beats[profile] else ""
            rivals = f"{rival[0]}, {shown(rival[1])}{margin}"
            yield f"{entry.name} is {shown(value)} on {row['data']}; it should beat {rivals}"


def flaws(bars, rows):
    """Sentences on what makes a table say nothing. rows: {name: row} of the executed solution."""
    if bars.headline not in rows:
        yield f"the headline {bars.headline!r} is not among the results"
    for name, row in rows.items():
        yield from toothless(bars.entry(name), row)
    for claim in bars.claims.values():
        if not claim.holds:
            yield f"the verdict on {claim.id} has no condition"
        if claim.shows not in bars.results:
            yield f"the verdict on {claim.id} shows {claim.shows!r}, which is not among the results"
        for condition in claim.holds:
            yield from (f"the condition {condition!r} of {claim.id} {why}" for why in idle(condition, bars, rows))


def toothless(entry, row):
    """Sentences on a tolerance that lets every value pass."""
    value = row["value"]
    guarded = row["profile"] in entry.floor | entry.ceiling or (row["rival"] and row["profile"] in entry.beats)
    if entry.timed or isinstance(value, bool) or value is None or guarded:
        return
    if entry.allowed(value) >= abs(value) and entry.allowed(value) > 0:
        yield f"{entry.name} is {value:g} ± {entry.allowed(value):g}, with neither a bar nor a rival: all would pass"


def idle(condition, bars, rows):
    """Why a condition tests nothing: it names no result, or comes out the same whatever the results are.

    It is tried on the results as they are, on each constant of the condition in place of all of them, and on numbers
    of many sizes and both signs drawn in their place.
    """
    names = sorted(names_in(condition))
    if not names:
        return ["names no result"]
    lost = [name for _, name in names if name not in bars.results]
    if lost:
        return [f"names {lost[0]!r}, which is not among the results"]
    if any(name not in rows for _, name in names):
        return []  # which `misses` says
    seen = set()
    for values, rivals in draws(condition, names, rows):
        try:
            seen.add(holds(condition, values, rivals))
        except UNDEFINED:
            continue
    if len(seen) < 2:
        return [f"comes out {'true' if seen == {True} else 'false'} whatever the results are"]
    return []


def draws(condition, names, rows, count=200):
    """Pairs (values, rivals) on which a condition is tried. names: those of `names_in`, in a fixed order."""
    known = {(kind, name): known_value(kind, rows.get(name)) for kind, name in names}
    constants = [node.value for node in ast.walk(ast.parse(condition)) if isinstance(node, ast.Constant)]
    numbers = [value for value in constants if isinstance(value, int | float)]
    tries = [known, *(dict.fromkeys(known, number) for number in [*numbers, 1.0])]
    rng = np.random.default_rng(0)
    for _ in range(count):
        tries.append({which: another(value, rng) for which, value in known.items()})
        keep = names[rng.integers(len(names))]
        tries.append(tries[-1] | {keep: known[keep]})
        tries.append({which: int(rng.integers(4)) for which in known})  # for conditions on counts
    for drawn in tries:
        yield tuple(
            {name: value for (kind, name), value in drawn.items() if kind == wanted} for wanted in ("r", "rival")
        )


def known_value(kind, row):
    """What a condition sees of a row: its value or its rival's; 1 where there is none."""
    found = row and (row["value"] if kind == "r" else row["rival"] and row["rival"][1])
    return 1.0 if found is None else found


def another(value, rng):
    """A number of another size and perhaps sign; in place of a truth value, a truth value."""
    if isinstance(value, bool):
        return bool(rng.integers(2))
    return abs(value or 1.0) * 10.0 ** rng.uniform(-4, 4) * rng.choice([-1, 1, 1])


# --- numbers as people read them ----------------------------------------------------------------------------


def shown(value):
    """A number as a table shows it: three digits after the point, fewer where it is large or whole; yes and no."""
    if value is None:
        return "not a number"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if abs(value) >= 100 or (abs(value) >= 2 and value == int(value)):
        return f"{value:,.0f}"
    if 0 < abs(value) < 0.0005:
        return f"{value:.1e}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
