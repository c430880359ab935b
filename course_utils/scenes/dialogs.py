"""Dialogs about scenes: turns whose "it" only the turns before explain, and candidates to rank as answers."""

import collections
import random
from dataclasses import dataclass

from course_utils.scenes.sentences import (
    ANSWERS,
    ANSWERS_OF,
    COMPARISONS,
    QUALITIES,
    Description,
    answer,
    find,
    parse,
    sentence,
    target,
    write,
)
from course_utils.scenes.world import COLOURS, RELATIONS, SHAPES, write_scene

TURNS = 8
CANDIDATES = 10
IT, BEFORE = Description(pronoun="it"), Description(pronoun="the one before")
REFERENCES = [Description(shape=shape) for shape in SHAPES] + [Description(colour=colour) for colour in COLOURS]
# How often a turn of each kind is tried: about "it", about "the one before", about both, or about something new.
WEIGHTS = {
    "it": {"colour": 3, "shape": 3, "size": 3, "place": 3, "same": 1, "count": 1.5},
    "before": {"colour": 1, "shape": 1, "size": 1, "place": 1},
    "both": {"relation": 1, "compare": 1},
    "on": {"nearest": 1.5, "farthest": 1.5, "exist": 4},
}
ATTRIBUTES = ("colour", "shape", "size", "place")


@dataclass(frozen=True)
class Turn:
    """A question and its answer, with what the pronouns in it stand for.

    objects: indices into scene.objects of what the pronouns mean, in the order of the question. introduced: for each of
    them the turn in which it was brought up, counted from 0; -1 for the opening sentence. Both are empty where the
    question has no pronoun.
    """

    question: str
    answer: str
    objects: tuple = ()
    introduced: tuple = ()


class Focus:
    """What "it" and "the one before" stand for, as a dialog goes on.

    Brought up is: what the opening sentence names; what "is there a ...?" asks for, where the answer is yes; what is
    said to be nearest or farthest. "it" is what was brought up last, "the one before" what "it" was before that.
    """

    def __init__(self, scene, opening):
        self.scene = scene
        self.objects = (find(parse(opening)["any"], scene), None)
        self.introduced = (-1, None)

    def ask(self, number, text):
        """Answer a question as a `Turn`, and move the focus on.

        number: of the turn, from 0. Raises ValueError where the question cannot be asked here, or brings up what
        several objects fit.
        """
        question = parse(text)
        given = answer(question, self.scene, self.objects)
        said = [value for _, value in question.slots if isinstance(value, Description) and value.pronoun]
        places = [(IT, BEFORE).index(one) for one in said]
        objects = tuple(self.scene.objects.index(self.objects[place]) for place in places)
        turn = Turn(text, given, objects, tuple(self.introduced[place] for place in places))
        brought_up = None
        if question.kind in ("nearest", "farthest"):
            brought_up = target(question, self.scene, self.objects)
        if question.kind == "exist" and given == "yes":
            brought_up = find(question["any"], self.scene)
        if brought_up is not None and brought_up is not self.objects[0]:
            self.objects = (brought_up, self.objects[0])
            self.introduced = (number, self.introduced[0])
        return turn


def interpret(scene, opening, questions):
    """Answer a dialog's questions one after the other, from the scene and the words alone.

    opening: the first sentence, "there is a star in the picture". questions: strings. Returns a list of `Turn`.
    Raises ValueError where a sentence cannot be said there.
    """
    focus = Focus(scene, opening)
    return [focus.ask(number, question) for number, question in enumerate(questions)]


def draw_dialog(scene, dice):
    """A dialog about a scene: (opening, list of TURNS `Turn`).

    dice: a `random.Random`. No question about an object is asked twice, or after its answer has been said. Raises
    ValueError for a scene in which no colour and no shape occurs just once.
    """
    openings = [said for said in REFERENCES if sum(map(said.fits, scene.objects)) == 1]
    if not openings:
        raise ValueError("no object of this scene can be brought up by its colour or its shape alone")
    opening = dice.choice(openings)
    opened = write(sentence("opening", any=opening))
    focus, turns, said = Focus(scene, opened), [], set()
    told = {(focus.objects[0], "colour" if opening.colour else "shape")}
    while len(turns) < TURNS:
        question = draw_question(focus, told, dice)
        text = write(question)
        about = (text, focus.objects)
        if about in said:
            continue
        before = focus.objects[0]
        try:
            turns.append(focus.ask(len(turns), text))
        except ValueError:  # no object is clearly the nearest
            continue
        said.add(about)
        if question.kind in ATTRIBUTES:
            told.add((find(question["the_a"], scene, focus.objects), question.kind))
        elif focus.objects[0] is not before:
            by_colour = question.kind == "exist" and question["any"].colour
            told.add((focus.objects[0], "colour" if by_colour else "shape"))
    return opened, turns


def draw_question(focus, told, dice):
    """A question that may come next, as a `Sentence`. told: what has been said, as pairs of object and attribute."""
    it, before = focus.objects
    choices = []
    for group, kinds in WEIGHTS.items():
        if group in ("before", "both") and before is None:
            continue
        about = before if group == "before" else it
        choices += [(group, kind, weight) for kind, weight in kinds.items() if (about, kind) not in told]
    group, kind, _ = dice.choices(choices, [weight for *_, weight in choices])[0]
    template = dice.randrange(2)
    if group == "it":
        slots = {"the_a": IT}
        slots |= {"quality": dice.choice(QUALITIES)} if kind == "same" else {}
        slots |= {"relation": dice.choice(RELATIONS)} if kind == "count" else {}
    elif group == "before":
        slots = {"the_a": BEFORE}
    elif kind == "relation":
        slots = {"the_a": IT, "the_b": BEFORE, "relation": dice.choice(RELATIONS)}
    elif kind == "compare":
        slots = {"the_a": IT, "the_b": BEFORE, "comparison": dice.choice(COMPARISONS)}
    elif kind == "exist":
        slots = {"any": draw_reference(focus, dice)}
    else:
        slots = {"the_a": IT}
    return sentence(kind, template, **slots)


def draw_reference(focus, dice):
    """What "is there a ...?" asks for: by a coin what fits one object, out of focus, or what fits none."""
    fitting = {one: [item for item in focus.scene.objects if one.fits(item)] for one in REFERENCES}
    there = [one for one, items in fitting.items() if len(items) == 1 and items[0] not in focus.objects]
    absent = [one for one, items in fitting.items() if not items]
    return dice.choice(there if there and dice.random() < 0.5 else absent)


def candidates(scene, turns, number):
    """CANDIDATES different answers to rank, the right one among them, for one turn of a dialog.

    turns: the dialog's `Turn`; number: of the one that is meant. All answers that such a question can have, and
    answers to other questions for the rest. Returns a list of strings, in an order that tells nothing; the same each
    time.
    """
    question = turns[number].question
    dice = random.Random(f"{write_scene(scene)}|{number}|{question}")
    alike = ANSWERS_OF[parse(question).kind]
    others = [given for given in ANSWERS if given not in alike]
    chosen = [*alike, *dice.sample(others, CANDIDATES - len(alike))]
    return dice.sample(chosen, CANDIDATES)


def reciprocal_ranks(scores, right):
    """1 / the rank of the right candidate, of candidates scored; the mean of them is the MRR.

    scores: (n, candidates), higher is better. right: (n,) index of the right one. Returns a list of n numbers.
    Candidates of equal score share the mean of their ranks, so that who scores all alike gains nothing by their
    order. Source: A. Das et al., "Visual Dialog", 2017.
    """
    ranks = []
    for row, best in zip(scores, right, strict=True):
        above = sum(score > row[best] for score in row)
        level = sum(score == row[best] for score in row) - 1
        ranks.append(1 + above + level / 2)
    return [1 / rank for rank in ranks]


def without_history(scene, draws=200, seed=0):
    """What each question can be answered without what was said before, for a rival who sees the picture.

    Draws dialogs about the scene and counts: {question: Counter of answers}. The rival knows the scene whole, and how
    often the corpus's dialogs mean which object by "it". draws: dialogs. seed: of the draw.
    """
    dice, counted = random.Random(seed), collections.defaultdict(collections.Counter)
    for _ in range(draws):
        for turn in draw_dialog(scene, dice)[1]:
            counted[turn.question][turn.answer] += 1
    return counted


def has_pronoun(text):
    """True where a question has "it" or "the one before" in it."""
    return any(isinstance(value, Description) and value.pronoun for _, value in parse(text).slots)


def history_bound(scenes, draws=200, seed=0):
    """The accuracy that no answerer without the history can exceed, on the turns with a pronoun: a number from 0 to 1.

    scenes: those that dialogs are about. The rival gives the answer that `without_history` has most often for this
    picture and question. Counted on the very dialogs that are drawn, the bound is a little too high on average.
    """
    best, total = 0, 0
    for number, scene in enumerate(scenes):
        for question, tally in without_history(scene, draws, seed + number).items():
            if has_pronoun(question):
                best += max(tally.values())
                total += tally.total()
    return best / total


def mrr_without_history(dialogs, draws=200, seed=0):
    """The MRR of the rival of `without_history` on the turns with a pronoun, over their candidates.

    dialogs: a list of (scene, list of `Turn`). draws: of dialogs about each scene. It ranks the candidates by
    how often they are the answer to this question about this picture.
    """
    scores, right = [], []
    for scene, turns in dialogs:
        counted = without_history(scene, draws, seed)
        for number, turn in enumerate(turns):
            if turn.objects:
                ranked = candidates(scene, turns, number)
                scores.append([counted[turn.question][given] for given in ranked])
                right.append(ranked.index(turn.answer))
    ranks = reciprocal_ranks(scores, right)
    return sum(ranks) / len(ranks)
