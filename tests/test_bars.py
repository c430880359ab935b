"""The table beside a solution: what it may say, what a run misses of it, and what makes it say nothing."""

import pytest

from course_utils import bars
from course_utils.bars import BarsError

ACCURACY = '["accuracy"]\n'
CHANCE = ("chance", 0.5)


def row(value, rival=None, profile="quick", data="toy"):
    """A row as `record` leaves it, but for its name."""
    return {"value": value, "rival": rival and list(rival), "profile": profile, "data": data, "lesson": "9z"}


def misses(toml, profile="quick", **rows):
    """What `bars.misses` says of rows under a table, as one text."""
    rows = {name: one | {"name": name} for name, one in rows.items()}
    return "\n".join(bars.misses(bars.parse(toml, "9z"), rows, profile))


def flaws(toml, **rows):
    """What `bars.flaws` says of a table beside rows, as one text; the headline is in order."""
    rows = {name: one | {"name": name} for name, one in rows.items()}
    return "\n".join(bars.flaws(bars.parse(f'headline = "{next(iter(rows))}"\n{toml}', "9z"), rows))


# --- reading --------------------------------------------------------------------------------------------------


def test_an_entry_says_what_must_hold_in_each_profile():
    table = bars.parse(
        """
        headline = "accuracy"
        ["accuracy"]
        floor = { quick = 0.9, full = 0.85 }
        within = "5 %"
        beats = { quick = 0.1 }
        seeds = 3
        ["loss"]
        ceiling = 2
        within = 0.5
        only = "quick"
        ["speed"]
        timed = true
        better = "lower"
        beats = false
        """,
        "9z",
    )
    accuracy, loss, speed = table.results.values()
    assert table.headline == "accuracy"
    assert accuracy.floor == {"quick": 0.9, "full": 0.85} and accuracy.beats == {"quick": 0.1} and accuracy.seeds == 3
    assert accuracy.allowed(-0.8) == pytest.approx(0.04)
    assert loss.ceiling == {"quick": 2.0, "full": 2.0} and loss.lower_is_better and loss.only == "quick"
    assert loss.allowed(1000) == 0.5 and loss.beats == {"quick": 0.0, "full": 0.0}
    assert speed.timed and speed.lower_is_better and speed.beats == {}
    assert table.entry("another").allowed(2.0) == pytest.approx(0.002)  # a thousandth, where nothing is said


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('["a]', r"9z\.toml is not TOML"),
        ('["a"]\nflour = 0.9', r"9z\.toml, 'a': flour means nothing here"),
        ('["a"]\nfloor = 1\nceiling = 2', "a floor and a ceiling"),
        ('["a"]\nfloor = { slow = 1 }', "slow = 1; a bar is a number"),
        ('["a"]\nfloor = nan', "a bar is a number"),
        ('["a"]\nfloor = true', "a bar is a number"),
        ('["a"]\nbeats = "much"', "a bar is a number"),
        ('["a"]\nbetter = "bigger"', '\'bigger\'; it is "higher" or "lower"'),
        ('["a"]\nonly = "slow"', "'slow' is no profile"),
        ('["a"]\nwithin = "a little"', "within = 'a little' is neither"),
        ('["a"]\nwithin = -0.1', "within = -0.1 is neither"),
        ('["a"]\nwithin = inf', "within = inf is neither"),
        ('["a"]\ntimed = "yes"', "timed = 'yes' is neither true nor false"),
        ('["a"]\nseeds = true', "seeds = True is not the number of seeds"),
        ("floor = 0.9", "floor = 0.9 belongs to no result"),
        ("headline = 3", "headline = 3 is not the name of a result"),
        ("claims = 3", r"a claim begins with \[claims\.ID\]"),
        ("[claims.C5]\nholds = [\"r['a'] > 0\"]", "claim C5: it needs shows"),
        ('[claims.C5]\nshows = "a"\nholds = []\nfloor = 1', "and nothing else"),
        ('[claims.C5]\nshows = "a"\nholds = "r[\'a\'] > 0"', "is not a list of conditions"),
        ('[claims.C5]\nshows = "a"\nholds = [true]', "the condition True cannot be read"),
        ('[claims.C5]\nshows = "a"\nholds = ["r[\'a\'] >"]', "cannot be read"),
        ('[claims.C999]\nshows = "a"\nholds = ["r[\'a\'] > 0"]', "claim C999: the lectures claim no such thing"),
    ],
)
def test_what_a_table_cannot_say_is_one_sentence_with_its_place(toml, said):
    with pytest.raises(BarsError, match=said) as error:
        bars.parse(toml, "9z")
    assert str(error.value).startswith("9z.toml") and "\n" not in str(error.value).replace(toml, "")


def test_a_missing_table_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(bars, "solution_path", lambda lesson: tmp_path / "solutions" / "9z_small.ipynb")
    with pytest.raises(FileNotFoundError, match=r"there is no solutions/9z_small\.toml; it says what must hold"):
        bars.read("9z")


# --- conditions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "true"),
    [
        ("r['a'] > 2 * r['b'] - 1", True),
        ("r['a'] < rival['a']", False),
        ("0 < r['b'] <= 1 < r['a']", True),
        ("not r['flag'] or -r['a'] < 0", True),
        ("r['flag'] and r['a'] == 3", True),
        ("abs(min(r['b'], -2)) ** 2 == 4", True),
        ("log10(r['a'] / 0.003) != 3", False),
    ],
)
def test_a_condition_compares_results(condition, true):
    assert bars.holds(condition, {"a": 3.0, "b": 1.0, "flag": True}, {"a": 2.5}) is true


@pytest.mark.parametrize(
    "condition",
    [
        "__import__('os').system('touch /tmp/owned')",
        "open('/tmp/owned', 'w')",
        "r['a'].__class__ > 0",
        "r['a'].real > 0",
        "abs.__self__ > 0",
        "max(r['a'], key=print) > 0",
        "(lambda: r['a'])() > 0",
        "[r['a'] for a in r]",
        "r.get('a') > 0",
        "r[a] > 0",
        "r['a']['b'] > 0",
        "s['a'] > 0",
        "rivals > 0",
        "f'{r}' > 'a'",
        "r['a'] == 'yes'",
        "r['a'] in (1, 2)",
        "r['a'] is True",
        "r['a'] % 2 == 0",
        "+r['a'] > 0",
        "~r['a'] > 0",
        "(a := r['a']) > 0",
        "r['a'] if 1 else 0",
    ],
)
def test_a_condition_runs_nothing_and_says_nothing_that_cannot_be_computed(condition):
    with pytest.raises(BarsError, match="cannot be read"):
        bars.parse(f'[claims.C5]\nshows = "a"\nholds = ["""{condition}"""]', "9z")


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("1 > 0.5", "names no result"),
        ("True", "names no result"),
        ("r['another'] > 0", "names 'another', which is not among the results"),
        ("abs(r['a']) >= 0", "comes out true whatever the results are"),
        ("r['a'] == r['a']", "comes out true whatever"),
        ("r['a'] > 0 or r['b'] > 0 or True", "comes out true whatever"),
        ("r['a'] < r['a'] - 1", "comes out false whatever"),
        ("r['a'] * 0 > 1", "comes out false whatever"),
        ("r['a'] > 0.4", None),
        ("r['a'] == 0.5", None),
        ("r['a'] > rival['a'] + 0.02", None),
        ("r['flag']", None),
        ("not r['flag']", None),
        ("0.1 < r['a'] / r['b'] < 0.12", None),
        ("log10(r['b']) < 1", None),
        ("r['b'] >= 4.5 * 1", None),
        ("abs(r['a'] - r['b']) < 1e-6", None),
    ],
)
def test_a_condition_must_be_able_to_come_out_true_and_false(condition, why):
    toml = f'[claims.C5]\nshows = "a"\nholds = ["{condition}"]\n["a"]\n["b"]\n["flag"]\n'
    said = flaws(toml, a=row(0.5, ("chance", 0.25)), b=row(4.5), flag=row(True))
    assert said.startswith(f"the condition {condition!r} of C5 {why}" if why else "") and bool(said) == bool(why)


def test_a_claim_without_a_condition_or_beside_a_lost_result_is_a_flaw():
    said = flaws('[claims.C5]\nshows = "lost"\nholds = []\n["a"]\n', a=row(0.5))
    assert "the verdict on C5 has no condition" in said
    assert "the verdict on C5 shows 'lost', which is not among the results" in said


def test_a_lost_headline_is_a_flaw():
    table = bars.parse('headline = "accuracy, test"\n["accuracy"]', "9z")
    assert list(bars.flaws(table, {"accuracy": row(0.5)})) == ["the headline 'accuracy, test' is not among the results"]


CLAIM = """
["a"]
["b"]
[claims.C5]
shows = "a"
holds = ["r['a'] > 0.5", "log10(r['b']) > rival['a']"]
"""


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ({"a": row(0.9, ("chance", 1.0)), "b": row(100.0)}, "holds here"),
        ({"a": row(0.9, ("chance", 3.0)), "b": row(100.0)}, "holds in part"),
        ({"a": row(0.4, ("chance", 3.0)), "b": row(100.0)}, "does not hold here"),
        ({"a": row(0.9, ("chance", 1.0))}, None),
        ({"a": row(0.9), "b": row(100.0)}, None),
        ({"a": row(0.9, ("chance", None)), "b": row(100.0)}, None),
        ({"a": row(None, ("chance", 1.0)), "b": row(100.0)}, None),
        ({"a": row(0.9, ("chance", 1.0)), "b": row(0.0)}, None),  # the logarithm of nothing
    ],
)
def test_the_verdict_follows_from_the_conditions_and_is_not_given_without_their_results(rows, verdict):
    assert bars.verdict(bars.parse(CLAIM, "9z").claims["C5"], rows) == verdict
    assert ("the verdict on C5 needs a result" in misses(CLAIM, **rows)) == (verdict is None)


def test_no_condition_is_no_verdict():
    table = bars.parse('[claims.C5]\nshows = "a"\nholds = []', "9z")
    assert bars.verdict(table.claims["C5"], {"a": row(0.5)}) is None


# --- what a run misses ----------------------------------------------------------------------------------------


def test_a_result_without_an_entry_and_an_entry_without_a_result_are_named():
    assert misses('["a"]', a=row(1.0)) == ""
    assert misses('["a"]', a=row(1.0), b=row(1.0)) == "the result 'b' has no entry in 9z.toml"
    assert misses('["a"]\n["b"]', a=row(1.0)) == "9z.toml has an entry for 'b', which the notebook does not record"


def test_an_entry_for_one_profile_is_for_no_other():
    toml = '["a"]\n["b"]\nonly = "full"'
    assert misses(toml, "quick", a=row(1.0)) == ""
    assert "has an entry for 'b'" in misses(toml, "full", a=row(1.0))
    assert "has 'b' in the full profile only" in misses(toml, "quick", a=row(1.0), b=row(1.0))


@pytest.mark.parametrize(
    ("entry", "value", "rival", "said"),
    [
        ("floor = 0.9", 0.9, None, ""),
        ("floor = 0.9", 0.89, None, "accuracy is 0.890 on toy; it should be at least 0.9"),
        ("ceiling = 0.1", 0.1, None, ""),
        ("ceiling = 0.1", 0.11, None, "accuracy is 0.110 on toy; it should be at most 0.1"),
        ("floor = { full = 0.9 }", 0.1, None, ""),
        ("", 0.6, CHANCE, ""),
        ("", 0.5, CHANCE, "accuracy is 0.500 on toy; it should beat chance, 0.500"),
        ("beats = false", 0.5, CHANCE, ""),
        ("beats = { full = 0 }", 0.5, CHANCE, ""),
        ("beats = 0.1", 0.65, CHANCE, ""),
        ("beats = 0.1", 0.59, CHANCE, "it should beat chance, 0.500 by more than 0.1"),
        ('better = "lower"', 0.4, CHANCE, ""),
        ('better = "lower"', 0.6, CHANCE, "it should beat chance, 0.500"),
        ("ceiling = 1", 0.6, CHANCE, "it should beat chance, 0.500"),
        ("floor = 0.9", None, None, "accuracy is not a finite number"),
        ("", 0.6, ("chance", None), "accuracy: its rival, chance, is not a finite number"),
        ("beats = 0", 0.6, None, "accuracy should beat a rival and was recorded with none"),
        ("beats = { full = 0 }", 0.6, None, ""),
        ("floor = 1", True, None, ""),
        ("floor = 1", False, None, "accuracy is no on toy; it should be at least 1"),
    ],
)
def test_a_missed_bar_is_one_sentence(entry, value, rival, said):
    found = misses(ACCURACY + entry, accuracy=row(value, rival))
    assert found.endswith(said) and bool(found) == bool(said) and "\n" not in found


@pytest.mark.parametrize(
    ("entry", "value", "rival", "toothless"),
    [
        ("within = 0.3", 0.25, None, True),
        ("within = 0.3", -0.25, None, True),
        ('within = "100 %"', 0.25, None, True),
        ("within = 1", 0, None, True),
        ("within = 0.2", 0.25, None, False),
        ("within = 0.3\nfloor = 0.2", 0.25, None, False),
        ("within = 0.3\nceiling = 0.5", 0.25, None, False),
        ("within = 0.3\nfloor = { full = 0.2 }", 0.25, None, True),  # no bar in the profile that is compared
        ("within = 0.3", 0.25, 0.1, False),
        ("within = 0.3\nbeats = false", 0.25, 0.1, True),
        ("within = 0.3\ntimed = true", 0.25, None, False),
        ("", 0.0, None, False),
        ("within = 2", True, None, False),  # a truth value is compared exactly
    ],
)
def test_a_tolerance_as_large_as_the_value_needs_a_bar_or_a_rival(entry, value, rival, toothless):
    said = flaws(ACCURACY + entry, accuracy=row(value, rival and ("chance", rival)))
    assert ("with neither a bar nor a rival: all would pass" in said) == bool(said) == toothless


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.500"),
        (1, "1.000"),
        (2, "2"),
        (11, "11"),
        (27.37, "27.4"),
        (496.1, "496"),
        (12345.6, "12,346"),
        (-0.0062, "-0.006"),
        (3e-8, "3.0e-08"),
        (0, "0.000"),
        (True, "yes"),
        (False, "no"),
        (None, "not a number"),
    ],
)
def test_numbers_as_people_read_them(value, text):
    assert bars.shown(value) == text
