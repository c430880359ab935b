"""How two runs of a cell are compared: floats with a tolerance, text and whole numbers exactly, pictures not at all."""

import re

from course_utils.bars import RELATIVE
from course_utils.notebook.results import RECORD_MIME, VERDICTS_MIME
from course_utils.tools.notebooks import merged
from course_utils.tools.results import close, row_difference

FLOAT = re.compile(r"(?<![\w.])([-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+)(?!\d)(?!\.\d)")
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")
VERDICT = re.compile(r"→ .+")
IGNORE_TAG = "nbval-ignore-output"
TOLERANCE_TAG = "tolerance="


def pieces(text):
    """A text as (the parts between its floats, the floats).

    A float is a number with a decimal point or an exponent. Blanks beside it, the width of its column, are no text.
    """
    parts = FLOAT.split(text)
    between, last = parts[::2], len(parts) // 2
    between = [part if i == 0 else part.lstrip(" ") for i, part in enumerate(between)]
    between = [part if i == last else part.rstrip(" ") for i, part in enumerate(between)]
    return between, parts[1::2]


def unit(number):
    """One in the last place of a number as it is printed: 0.001 for "0.329", 1e-11 for "3.8e-10"."""
    digits, _, exponent = number.lower().partition("e")
    return 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))


def floats_agree(reference, fresh, tolerance=None):
    """True where two printed floats agree: within `tolerance`, or else within a thousandth and one in the last place.

    So 0.329 is 0.330, but 9e-4 is not 3e-8.
    """
    ours, theirs = float(reference), float(fresh)
    allowed = max(RELATIVE * abs(ours), unit(reference)) if tolerance is None else tolerance
    return close(ours, theirs, allowed)


def text_difference(reference, fresh, tolerance=None):
    """What differs between two texts, as one sentence, or None: floats with a tolerance, the rest exactly."""
    (our_text, our_floats), (their_text, their_floats) = pieces(reference), pieces(fresh)
    if our_text == their_text:
        for left, right in zip(our_floats, their_floats, strict=True):
            if not floats_agree(left, right, tolerance):
                return f"the reference has {left}, this run {right}"
        return None
    for left, right in zip(reference.split("\n"), fresh.split("\n"), strict=False):
        if pieces(left)[0] != pieces(right)[0]:
            return f"the reference has the line {left!r}, this run {right!r}"
    return f"the reference has {len(reference.splitlines())} lines, this run {len(fresh.splitlines())}"


def bundles(outputs):
    """The data of displayed outputs, in order: what is shown, as {mime type: content}."""
    return [output["data"] for output in outputs if output["output_type"] in ("display_data", "execute_result")]


def printed(outputs):
    """All that was printed to stdout."""
    return "".join(o["text"] for o in merged(outputs) if o["output_type"] == "stream" and o["name"] == "stdout")


def rows(outputs):
    """The rows of `record` among outputs, in order."""
    return [data[RECORD_MIME] for data in bundles(outputs) if RECORD_MIME in data]


def row_differences(reference, fresh, table):
    """Sentences on how the rows of `record` among two lists of outputs differ. table: the lesson's bars.Bars."""
    ours, theirs = rows(reference), rows(fresh)
    if len(ours) != len(theirs):
        return [f"the reference records {len(ours)} results, this run {len(theirs)}"]
    found = []
    for left, right in zip(ours, theirs, strict=True):
        entry = table.entry(left["name"])
        found.append(None if entry.timed and left["name"] == right["name"] else row_difference(left, right, entry))
    return [sentence for sentence in found if sentence]


def differences(reference, fresh, table, tolerance=None):
    """Sentences on how two lists of outputs differ (none when they agree).

    stdout and displayed outputs are compared, each in its order; stderr is not, pictures only in their number
    and place. A result is compared as its entry in the table says, and not at all where it depends on the clock; nor is
    a verdict that rests on such a result. Of verdicts every other word counts, but not the numbers beside them;
    text/html as text where no text/plain stands beside it.
    table: the lesson's bars.Bars. tolerance: the absolute tolerance of printed floats, or None for the default.
    """
    found = row_differences(reference, fresh, table)
    sentence = text_difference(printed(reference), printed(fresh), tolerance)
    found += [f"printed: {sentence}"] if sentence else []
    ours, theirs = bundles(reference), bundles(fresh)
    if len(ours) != len(theirs):
        return [*found, f"the reference displays {len(ours)} outputs, this run {len(theirs)}"]
    for left, right in zip(ours, theirs, strict=True):
        if left.keys() != right.keys():
            found.append(f"the reference displays {sorted(left)}, this run {sorted(right)}")
        elif VERDICTS_MIME in left:
            timed = {claim.id for claim in table.claims.values() if table.timed(claim)}
            changed = left[VERDICTS_MIME].items() ^ right[VERDICTS_MIME].items()
            changed = sorted((pair for pair in changed if pair[0] not in timed), key=str)
            found += [f"the verdict on {claim} is {verdict} in one run only" for claim, verdict in changed]
            words = [NUMBER.sub("…", data.get("text/plain", "")) for data in (left, right)]
            if timed & left[VERDICTS_MIME].keys():  # whose words may differ; those of the others agree, as was seen
                words = [VERDICT.sub("→ …", text) for text in words]
            sentence = text_difference(*words) if not changed else None
            found += [f"verdicts: {sentence}"] if sentence else []
        elif RECORD_MIME not in left:
            for mime in ("text/plain",) if "text/plain" in left else [m for m in left if m.startswith("text/")]:
                sentence = text_difference(left[mime], right[mime], tolerance)
                found += [f"displayed ({mime}): {sentence}"] if sentence else []
    return found


def tolerance_of(cell):
    """The number in the cell's tag `tolerance=NUMBER`, or None. Raises ValueError when it is not a number."""
    tags = [tag for tag in cell["metadata"].get("tags", []) if tag.startswith(TOLERANCE_TAG)]
    return float(tags[0].removeprefix(TOLERANCE_TAG)) if tags else None
