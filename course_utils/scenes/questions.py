"""Questions about scenes, in a balanced and a biased set, and what can be answered without picture or question."""

import collections
import hashlib
import itertools

from course_utils.scenes.sentences import (
    ANSWERS_OF,
    COMPARISONS,
    HELD_OUT_TEMPLATE,
    NON_RELATIONAL,
    NUMBERS,
    QUALITIES,
    QUESTIONS,
    Description,
    answer,
    find,
    parse,
    sentence,
    target,
    write,
)
from course_utils.scenes.world import COLOURS, PAIRS, RELATIONS, SHAPES, TRAINING_PAIRS

FAVOURED = 0.7  # the share of a question's favourite answer in the biased set
REFERENCES = [Description(shape=shape) for shape in SHAPES] + [Description(colour=colour) for colour in COLOURS]


def all_questions():
    """Every question of the corpus, but for its wording: a list of `Sentence`, each in its first template."""
    found = [sentence("exist", any=Description(colour=colour, shape=shape)) for colour, shape in PAIRS]
    for one in REFERENCES:
        known = "shape" if one.shape else "colour"
        found += [sentence(kind, the_a=one) for kind in ("colour", "shape") if kind != known]
        found += [sentence(kind, the_a=one) for kind in ("size", "place", "nearest", "farthest")]
        found += [sentence("same", the_a=one, quality=quality) for quality in QUALITIES if quality != known]
        found += [sentence("count", the_a=one, relation=relation) for relation in RELATIONS]
    for one, other in itertools.permutations(REFERENCES[: len(SHAPES)], 2):
        found += [sentence("relation", the_a=one, the_b=other, relation=relation) for relation in RELATIONS]
        found += [sentence("compare", the_a=one, the_b=other, comparison=comparison) for comparison in COMPARISONS]
    return found


def answers_to(questions, scenes):
    """{question: {answer: numbers of the scenes that give it}}, for the scenes of which it can be asked.

    questions: as `all_questions` gives them. scenes: {number: scene}.
    """
    cases = []
    for question in questions:
        named = {said for slot, said in question.slots if slot in ("the_a", "the_b")}
        cases.append((question, named, collections.defaultdict(list)))
    for number, scene in scenes.items():
        clear = {said for said in REFERENCES if sum(map(said.fits, scene.objects)) == 1}
        for question, named, by_answer in cases:
            if named <= clear:
                try:
                    by_answer[answer(question, scene)].append(number)
                except ValueError:  # no object is clearly the nearest
                    continue
    return {question: by_answer for question, _, by_answer in cases}


def possible_answers(question):
    """The answers that a question of `all_questions` can have about the scenes of train, and that are not rare."""
    if question.kind in ("same", "count"):
        return NUMBERS[:3]
    if question.kind == "colour":
        return [colour for colour in COLOURS if (colour, question["the_a"].shape) in TRAINING_PAIRS]
    if question.kind == "shape":
        return [shape for shape in SHAPES if (question["the_a"].colour, shape) in TRAINING_PAIRS]
    if question.kind in ("nearest", "farthest"):
        return [shape for shape in SHAPES if shape != question["the_a"].shape]
    return ANSWERS_OF[question.kind]


def favourite(question):
    """The answer that a question mostly has in the biased set: one of the possible ones, by a hash of its words."""
    possible = possible_answers(question)
    return possible[hashlib.sha256(write(question).encode()).digest()[0] % len(possible)]


def draw_balanced(found, quotas, dice):
    """Questions with every answer that is frequent enough equally often.

    found: as `answers_to` gives it. quotas: {kind: how often each answer of a question is drawn}. dice: a
    `random.Random`. Returns a list of (scene number, question, answer). A question with fewer than two such answers is
    left out.
    """
    drawn = []
    for question, by_answer in found.items():
        quota = quotas[question.kind]
        enough = {given: numbers for given, numbers in sorted(by_answer.items()) if len(numbers) >= quota}
        if len(enough) < 2:
            continue
        for given, numbers in enough.items():
            drawn += [(number, question, given) for number in dice.sample(numbers, quota)]
    return drawn


def draw_biased(found, quotas, dice):
    """Questions with their favourite answer FAVOURED of the time, and every other frequent one equally often.

    Arguments and result as for `draw_balanced`, and nearly as many questions.
    """
    drawn = []
    for question, by_answer in found.items():
        quota, best = quotas[question.kind], favourite(question)
        enough = {given: numbers for given, numbers in sorted(by_answer.items()) if len(numbers) >= quota}
        if len(enough) < 2 or best not in enough:
            continue
        wanted = min(round(FAVOURED * quota * len(enough)), len(enough[best]))
        each = max(round(wanted * (1 - FAVOURED) / FAVOURED / (len(enough) - 1)), 1)
        for given, numbers in enough.items():
            count = wanted if given == best else min(each, len(numbers))
            drawn += [(number, question, given) for number in dice.sample(numbers, count)]
    return drawn


def worded(drawn, dice, held_out=False):
    """The drawn questions as text, in an order of the scenes: a list of (scene number, text, answer).

    The template is drawn without regard to anything; held_out: the one that train does not have.
    """
    said = []
    for number, question, given in sorted(drawn, key=lambda one: one[0]):
        template = HELD_OUT_TEMPLATE if held_out else dice.randrange(HELD_OUT_TEMPLATE)
        said.append((number, write(sentence(question.kind, template, **dict(question.slots))), given))
    return said


def kind_of(text):
    """The kind of a question, a key of QUESTIONS. Raises ValueError where the text is no question of the grammar."""
    kind = parse(text).kind
    if kind not in QUESTIONS:
        raise ValueError(f"{text!r} is no question")
    return kind


def is_relational(text):
    """True where a question is about more than one object. Raises ValueError where it is no question of the grammar."""
    return kind_of(text) not in NON_RELATIONAL


def objects_meant(text, scene):
    """The indices of the objects that a question is about: those it names, and the nearest or farthest one.

    For "is there a red circle?" the red circle, if there is one. Raises ValueError where it cannot be asked of the
    scene.
    """
    question = parse(text)
    meant = [target(question, scene)]
    meant += [find(said, scene) for slot, said in question.slots if slot in ("the_a", "the_b")]
    if question.kind == "exist":
        meant = [item for item in scene.objects if question["any"].fits(item)]
    return [number for number, item in enumerate(scene.objects) if item in meant]


# --- what can be answered without the picture, or without the question


def best_share(cases):
    """The share that a rival gets right at most who is told how often each answer is right in each case.

    cases: a list of (case, answer). By case, the rival gives the most frequent answer. Returns a number from 0 to 1.
    """
    tallies = collections.defaultdict(collections.Counter)
    for case, given in cases:
        tallies[case][given] += 1
    return sum(max(tally.values()) for tally in tallies.values()) / len(cases)


def question_only(texts, answers):
    """The accuracy that no rival without the picture can exceed on these questions, but by luck with their wording.

    texts: questions. answers: theirs. The rival is told how often each answer of each question is right on these very
    questions; only the wording, which was drawn without regard to the answer, tells it nothing. A number from 0 to 1.
    """
    return best_share([(parse(text), given) for text, given in zip(texts, answers, strict=True)])


def picture_only(scenes, answers):
    """The accuracy that no rival without the question can exceed on these questions.

    scenes: for each question that of its picture, anything that can be hashed. answers: theirs. The rival is told how
    often each answer is right among the questions about each picture. With few questions a picture, it is told a lot:
    with one question it would always be right.
    """
    return best_share(list(zip(scenes, answers, strict=True)))


def accuracy_by_kind(texts, answers, given):
    """{kind: accuracy} of the answers given, with "non-relational", "relational" and "all" besides.

    texts: questions. answers: the right ones. given: those to be judged. All of one length.
    """
    right = collections.defaultdict(list)
    for text, one, other in zip(texts, answers, given, strict=True):
        kind = kind_of(text)
        for group in (kind, "non-relational" if kind in NON_RELATIONAL else "relational", "all"):
            right[group].append(one == other)
    order = [*QUESTIONS, "non-relational", "relational", "all"]
    return {group: sum(right[group]) / len(right[group]) for group in order if right[group]}
