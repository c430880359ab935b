"""Write phrases.tsv, the embedded corpus of English-French pairs, from the hand-written grammar in bank.toml.

    python data/phrases/generate.py            rewrite phrases.tsv
    python data/phrases/generate.py --check    say whether phrases.tsv is what this script would write

Standard library only. The same bank gives the same bytes on every machine and every Python from 3.11 on.

Both sides of a pair are built together. A noun phrase carries its gender and number, a predicate asks its subject for
them, and elision and contraction come last, when the words stand side by side.
"""

import argparse
import hashlib
import os
import random
import sys
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
BANK_PATH = FOLDER / "bank.toml"
PHRASES_PATH = FOLDER / "phrases.tsv"

SEED = 20261121
MIN_WORDS, MAX_WORDS = 3, 30
LONGEST_IN_TRAIN = 26
# {split: {band of English words: sentences}}. test_long and test_pairs together are the test split.
SPLITS = {
    "train": {(3, 5): 1700, (6, 8): 2400, (9, 11): 2400, (12, 14): 2300, (15, 17): 2100, (18, 20): 1700}
    | {(21, 23): 1200, (24, 26): 600},
    "validation": {(3, 5): 60, (6, 8): 90, (9, 11): 90, (12, 14): 90, (15, 17): 90, (18, 20): 80, (21, 23): 60}
    | {(24, 26): 40},
    "test_pairs": {(3, 5): 60, (6, 8): 150, (9, 11): 150, (12, 14): 150, (15, 17): 150, (18, 20): 120, (21, 23): 110}
    | {(24, 26): 110},
    "test_long": {(27, 30): 200},
}
HELD_OUT_SHARE = 0.1  # of the noun-adjective and of the subject-verb pairs
DEMONSTRATION = (
    "The quick brown fox jumped over the lazy dog.",
    "Le renard brun rapide a sauté par-dessus le chien paresseux.",
)
NEVER_HELD_OUT = {("fox", "quick"), ("fox", "brown"), ("dog", "lazy"), ("fox", "jump")}


def words(text):
    """The words of a list written as text."""
    return text.split()


# The order of English adjectives, and how often each kind is taken.
SLOTS = {"beauty": 1, "size": 1.5, "quality": 3, "age": 1.5, "colour": 2.5, "origin": 1.5}
BEFORE = {"beauty", "size", "age"}  # those that stand before the French noun
ALONE = {"pretty", "good"}  # no other adjective beside them
PLAIN = {"expensive", "delicious", "open", "closed", "fresh", "interesting"}  # no colour beside them
POSSESSIVES = [
    ("mon", "ma", "mes"),
    ("ton", "ta", "tes"),
    ("son", "sa", "ses"),
    ("notre", "notre", "nos"),
    ("votre", "votre", "vos"),
    ("leur", "leur", "leurs"),
]
BE = {"present": words("suis es est sommes êtes sont"), "past": words("étais étais était étions étiez étaient")}
HAVE = {"present": words("ai as a avons avez ont"), "past": words("avais avais avait avions aviez avaient")}
PLACE_PREPOSITIONS = [("in", "dans"), ("on", "sur"), ("at", "à")]
INANIMATE = (
    "thing",
    "clothes",
    "vehicle",
    "building",
    "food",
    "drink",
    "massfood",
    "text",
    "room",
    "place",
    "instrument",
)
NEGATIONS = {"pas": "not", "plus": "no longer", "jamais": "never", "rien": "nothing"}
NUMBERS = [
    ("two", "deux"),
    ("three", "trois"),
    ("four", "quatre"),
    ("five", "cinq"),
    ("six", "six"),
    ("seven", "sept"),
    ("eight", "huit"),
    ("ten", "dix"),
    ("twelve", "douze"),
    ("twenty", "vingt"),
]
ELIDED = {"le", "la", "je", "ne", "que", "de", "me", "te"}
# What happens once, and so not "every day"; states, without passé composé here; verbs without present here.
ONCE = set(words("find lose break build steal meet bite choose forget fall hide"))
STATES = {"love", "live", "have", "need"}
PAST_ONLY = {"fall", "break", "bite", "build", "steal", "lose"}
# What starts at one moment ("when he opened the door") and what goes on ("while he sleeps").
PUNCTUAL = set(words("arrive leave come_in come_out fall come_back open close see hear find break call meet"))
GOING_ON = set(words("sleep sing dance work play eat read wash clean prepare paint look_at listen_to repair draw"))
INTENDED = set(
    words(
        "buy sell read write open close clean wash paint draw help invite visit repair build cut prepare sing "
        "dance sleep run play work leave stay go eat drink find choose take cross pick see walk"
    )
)
FORGETTABLE = words("eat drink buy see hear find forget sell lose")
# What may come after what, with the same object: "he bought an apple, and he ate it".
THEN = {
    "buy": "lose sell eat drink wash read repair forget hide cut",
    "find": "lose sell eat wash read hide take open clean",
    "take": "lose hide forget carry open",
    "see": "invite help follow call",
    "write": "lose forget hide",
    "prepare": "eat drink",
    "choose": "buy eat forget",
    "look_for": "find",
    "look_at": "buy choose draw",
    "pick": "eat wash cut",
    "cut": "eat wash",
    "open": "close read",
    "wash": "cut paint repair",
    "carry": "lose break",
    "meet": "help thank invite call",
    "hear": "follow call see",
    "wait_for": "see follow take",
    "hide": "lose find forget",
    "read": "hide forget",
    "repair": "sell wash paint",
    "build": "sell paint",
    "clean": "paint leave",
    "steal": "hide eat sell lose",
    "listen_to": "thank",
    "break": "repair hide",
    "forget": "look_for",
    "lose": "look_for find",
    "visit": "leave draw",
    "cross": "leave",
    "help": "thank invite",
    "invite": "call wait_for",
}
OBJECT_PLACES = {
    "find": "garden street kitchen bedroom beach forest bridge school station",
    "read": "garden library bedroom office school beach",
    "eat": "garden kitchen restaurant beach",
    "draw": "garden school beach",
    "lose": "forest street beach station market museum",
    "hide": "garden bedroom forest kitchen",
    "buy": "market village town",
    "sell": "market village town",
    "meet": "street station beach market museum village town school library theatre",
    "wait_for": "street station bridge beach garden school",
    "forget": "office school station hotel restaurant library church",
    "prepare": "kitchen hotel",
    "write": "garden office school",
    "repair": "garden street",
    "drink": "garden kitchen restaurant",
}
NO_PLACE = set(words("jump fly cross visit love need have leave go see hear arrive"))
WEATHERED = set(words("run stay come_back close leave come_in take"))  # because it is raining
WEATHERED_NOT = set(words("run walk play go leave come_out work paint wash clean repair open close visit dance"))
MAIN = {
    "transitive": 18,
    "intransitive": 9,
    "ditransitive": 4,
    "dative": 2,
    "instrumental": 1,
    "placing": 2,
    "pronoun": 4,
}
REASONED = {"transitive": 5, "intransitive": 5, "dative": 1.5, "ditransitive": 1, "expression": 0.5}
THERE = [
    ({"portable", "food"}, {"kitchen", "bedroom", "office", "garden", "hotel", "school", "house"}),
    ({"pet"}, {"garden", "field", "street", "farm"}),
    ({"forestal"}, {"forest", "garden", "field"}),
    ({"person"}, {"street", "garden", "market", "station", "church", "school", "beach", "bridge", "theatre"}),
]
ADDRESSES = [
    ("My friends", "Mes amis", "m"),
    ("Children", "Les enfants", "m"),
    ("Girls", "Les filles", "f"),
    ("Boys", "Les garçons", "m"),
    ("Ladies", "Mesdames", "f"),
    ("Paul and Marie", "Paul et Marie", "m"),
    ("Julie and Emma", "Julie et Emma", "f"),
    ("Gentlemen", "Messieurs", "m"),
]
CONTRADICTIONS = {("open", "open"), ("close", "closed"), ("clean", "clean"), ("wash", "clean"), ("break", "broken")}
DEGREES = {"": "", "too": "trop", "very": "très", "so": "si"}
# Adjectives that no longer (or never) hold; those that take no degree; those that stand before a noun only.
PASSING = set(words("tired happy sad hungry open closed empty dirty clean hot cold jealous dangerous shy lazy"))
WITHOUT_DEGREE = {"open", "closed", "broken", "empty", "delicious"}
NOT_PREDICATES = {"new", "good", "hungry", "delicious"}


class Reject(Exception):
    """This attempt cannot be finished; the caller tries another."""


# ------------------------------------------------------------ words


@dataclass(frozen=True)
class Noun:
    en: tuple  # singular, plural; '' where there is none
    fr: tuple
    gender: str
    tags: frozenset

    @property
    def lemma(self):
        return self.en[0]


@dataclass(frozen=True)
class Adjective:
    en: str
    fr: tuple  # m, f, m plural, f plural
    before_vowel: str  # the masculine singular before a vowel
    slot: str
    tags: frozenset


@dataclass(frozen=True)
class Verb:
    base: str
    third: str
    past: str
    infinitive: str
    present: tuple
    participle: str
    subjects: frozenset
    objects: frozenset = frozenset()
    aux: str = "avoir"
    complement: str = ""
    kind: str = ""


@dataclass
class NounPhrase:
    en: list
    fr: list
    person: int = 2  # 0 je, 1 tu, 2 il, 3 nous, 4 vous, 5 ils
    gender: str = "m"
    tags: frozenset = frozenset()
    lemma: str = ""
    pronoun: bool = False
    adjectives: frozenset = frozenset()  # its adjectives and their slots
    related: bool = False  # ends in a relative clause

    @property
    def plural(self):
        return self.person >= 3


@dataclass
class Clause:
    """A clause, its statement and question forms on the English side, and what later clauses may refer to."""

    subject: NounPhrase
    en: list  # the English predicate of the statement
    fr: list
    front: list = field(default_factory=list)  # the auxiliary of the English question
    en_question: list = None  # the English predicate of the question
    tense: str = "present"
    verb: str = ""
    kind: str = ""
    object: NounPhrase = None
    negative: bool = False
    timed: bool = False  # has an adverbial of time or frequency


def cells(line):
    return [cell.strip() for cell in line.split("|")]


def read_bank():
    """The bank with its lines parsed into Noun, Adjective and Verb."""
    raw = tomllib.loads(BANK_PATH.read_text(encoding="utf-8"))
    bank = {"aspirated": set(raw["aspirated"]), "adverbials": {}, "verbs": {}}
    bank["nouns"] = []
    for group, lines in raw["nouns"].items():
        for line in lines:
            one, many, un, des, gender, tags = cells(line)
            tags = frozenset([group, one, *tags.split()])
            bank["nouns"].append(Noun((one, many), (un, des), gender, tags))
    bank["adjectives"] = []
    for line in raw["adjectives"]:
        en, m, f, mp, fp, slot, tags = cells(line)
        m, _, vowel = m.partition("/")
        bank["adjectives"].append(Adjective(en, (m, f, mp, fp), vowel or m, slot, frozenset(tags.split())))
    for kind, lines in raw["verbs"].items():
        bank["verbs"][kind] = []
        for line in lines:
            base, third, past, infinitive, present, participle, subjects, *rest = cells(line)
            aux, complement, objects = rest if kind == "intransitive" else ("avoir", "", rest[0])
            tags = frozenset(subjects.split()), frozenset(objects.split())
            present = tuple(present.split())
            verb = Verb(base, third, past, infinitive, present, participle, *tags, aux, complement, kind)
            assert len(verb.present) == 6, verb
            bank["verbs"][kind].append(verb)
    bank["weather"] = {name: [cells(line) for line in lines] for name, lines in raw["weather"].items()}
    bank["reasons"] = {name: {} for name in raw["reasons"]}
    for name, lines in raw["reasons"].items():
        for verb, *reason in map(cells, lines):
            bank["reasons"][name][verb.replace(" ", "_")] = reason[0] if len(reason) == 1 else reason
    for name, lines in raw["adverbials"].items():
        bank["adverbials"][name] = [cells(line) for line in lines]
    bank["names"] = [cells(line) for line in raw["names"]]
    known = set().union(*(noun.tags for noun in bank["nouns"]))
    for word in [*bank["adjectives"], *(verb for verbs in bank["verbs"].values() for verb in verbs)]:
        tags = word.tags if isinstance(word, Adjective) else word.subjects | word.objects
        unknown = {tag.removeprefix("-") for tag in tags} - known
        assert not unknown, f"{word}: no noun has the tags {unknown}"
    return bank


# ------------------------------------------------------------ French


def before_vowel(word, aspirated):
    """Whether a French word begins with a vowel sound, before which le, de, ne ... are elided."""
    word = word.lower().removeprefix("@")
    if word in aspirated:
        return False
    letter = unicodedata.normalize("NFD", word)[0]
    return letter in "aeiouœh"


def agree(participle, gender, plural):
    """A participle in the feminine or the plural: lu, lue, lus, lues; pris, prise, pris, prises."""
    form = participle + ("e" if gender == "f" else "")
    return form + ("s" if plural and not form.endswith("s") else "")


def join_french(tokens, aspirated):
    """The words as a sentence: contraction of de and à with an article (written @le, @les), then elision."""
    words = []
    tokens = [word for token in tokens for word in token.split()]
    for i, token in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else ""
        vowel = bool(following) and before_vowel(following, aspirated)
        if token in ("@le", "@la", "@les"):
            article = token[1:]
            if article != "les" and vowel:
                words.append("l'")
            elif words and words[-1] in ("de", "à") and article in ("le", "les"):
                words[-1] = {"dele": "du", "deles": "des", "àle": "au", "àles": "aux"}[words[-1] + article]
            else:
                words.append(article)
        elif token in ELIDED and vowel:
            words.append(token[:-1] + "'")
        elif token == "si" and following in ("il", "ils"):
            words.append("s'")
        else:
            words.append(token)
    text = " ".join(words).replace("' ", "'").replace(" ,", ",").replace(" .", ".")
    return text[0].upper() + text[1:]


def join_english(tokens):
    """The words as a sentence, with an before a vowel."""
    words = [word for token in tokens for word in token.split()]
    for i, word in enumerate(words[:-1]):
        following = words[i + 1].lower()
        if word == "a" and following[0] in "aeiou" and not following.startswith(("use", "uni", "one")):
            words[i] = "an"
    text = " ".join(words).replace(" ,", ",").replace(" .", ".").replace(" ?", "?")
    return text[0].upper() + text[1:]


def count_words(text):
    """The number of words: what white space separates, without the question mark that French sets apart."""
    return sum(word != "?" for word in text.split())


# ------------------------------------------------------------ sentences


def key(verb):
    """The name of a verb in the tables: look_at for 'look at'."""
    return verb.base.replace(" ", "_")


def fits(adjective, tags):
    """Whether an adjective goes with a noun of these tags (its own name among them)."""
    return bool(adjective.tags & tags) and not any(f"-{tag}" in adjective.tags for tag in tags)


def english_pronoun(phrase):
    """he, she, it, they; I, you and we as they are."""
    if phrase.person in (0, 1, 3, 4):
        return phrase.lemma
    if phrase.person == 5:
        return "they"
    if phrase.tags & {"person", "kin"}:
        return "she" if phrase.gender == "f" else "he"
    return "it"


class Writer:
    """Writes one sentence in both languages and remembers its noun-adjective and subject-verb pairs."""

    def __init__(self, bank, rng):
        self.bank, self.rng = bank, rng
        self.adjective_pairs, self.verb_pairs = set(), set()
        self.used = set()  # nouns, names and verbs: none comes twice
        self.mentioned = []  # noun phrases a pronoun could refer to
        self.you = None
        self.embedded = set()  # kinds of subordinate clause so far: none comes twice

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, items):
        items = list(items)
        if not items:
            raise Reject
        return self.rng.choice(items)

    def weighted(self, options):
        return self.rng.choices(list(options), list(options.values()))[0]

    def once(self, name):
        """Use a word or a construction that may come once in a sentence."""
        if name in self.used:
            raise Reject
        self.used.add(name)

    # ------------------------------------------------------------ noun phrases

    def nouns(self, tags):
        return [noun for noun in self.bank["nouns"] if noun.tags & tags and noun.lemma not in self.used]

    def adjectives_for(self, noun, count):
        """Up to `count` adjectives in English order: one or two before the French noun, at most two after it."""
        fitting = [a for a in self.bank["adjectives"] if fits(a, noun.tags)]
        chosen = []
        for _ in range(count):
            taken = {a.slot for a in chosen}
            before = taken & BEFORE
            names = {a.en for a in chosen}
            candidates = [
                a
                for a in fitting
                if a.slot not in taken
                and (a.slot not in BEFORE or not before or names | {a.en} == {"beautiful", "old"})
                and (a.slot in BEFORE or len(taken - BEFORE) < 2)
                and not ((a.en in ALONE and names) or names & ALONE)
                and not ((a.slot == "colour" and names & PLAIN) or (a.en in PLAIN and "colour" in taken))
            ]
            if candidates:
                slot = self.weighted({s: SLOTS[s] for s in SLOTS if any(a.slot == s for a in candidates)})
                frequent = [a for a in candidates if a.slot == slot for _ in range(4 if a.en == "quick" else 1)]
                chosen.append(self.pick(frequent))
        chosen.sort(key=lambda a: list(SLOTS).index(a.slot))
        return chosen

    def noun_phrase(self, tags, determiners=None, owner=None, adjectives=None, relative=0.0):
        """A noun of these tags with its determiner, adjectives and, at times, a relative clause.

        determiners: {kind: weight}; owner: (English possessive, person) where "own" is among them.
        """
        noun = self.pick(self.nouns(frozenset(tags)))
        self.used.add(noun.lemma)
        mass, kin = not noun.en[1], "kin" in noun.tags
        determiners = dict(
            determiners or {"the": 10, "a": 6, "some": 4, "this": 3, "number": 2, "several": 1, "many": 1}
        )
        if kin:
            determiners = {"own": 1}
        elif not noun.tags & {"owned", "pet"} or owner is None:
            determiners.pop("own", None)
        if mass:
            determiners = {k: v for k, v in determiners.items() if k in ("the", "some", "any")}
        if not determiners:
            raise Reject
        kind = self.weighted(determiners)
        plural = kind in ("some", "number", "several", "many", "any") and not mass
        if kind in ("the", "this", "own") and not mass and "single" not in noun.tags:
            plural = self.chance(0.25)
        if adjectives is None:
            adjectives = self.weighted({0: 36, 1: 30, 2: 28, 3: 6})
        if kin:
            adjectives = 0 if self.chance(0.8) else 1
        found = self.adjectives_for(noun, adjectives)
        self.adjective_pairs |= {(noun.lemma, adjective.en) for adjective in found}
        before = [a for a in found if a.slot in BEFORE]
        after = [a for a in found if a.slot not in BEFORE][::-1]
        form = 2 * plural + (noun.gender == "f")
        following, french = noun.fr[plural], []
        for a in reversed(before):
            vowel = form == 0 and before_vowel(following, self.bank["aspirated"])
            following = a.before_vowel if vowel else a.fr[form]
            french.insert(0, following)
        vowel = before_vowel(following, self.bank["aspirated"])
        en, fr = self.determiner(kind, noun, plural, vowel, bool(before), owner)
        phrase = NounPhrase(
            [*en, *(a.en for a in found), noun.en[plural]],
            [*fr, *french, noun.fr[plural], *(a.fr[form] for a in after)],
            5 if plural else 2,
            noun.gender,
            noun.tags,
            noun.lemma,
            adjectives=frozenset(a.en for a in found) | {a.slot for a in found},
        )
        self.mentioned.append(phrase)
        if kind in ("the", "this", "a") and not kin and self.chance(relative):
            self.relative_clause(phrase)
        return phrase

    def determiner(self, kind, noun, plural, vowel, preposed, owner):
        """The English and the French determiner; `vowel`: the French word after it begins with a vowel."""
        mass, feminine = not noun.en[1], noun.gender == "f"
        article = "@les" if plural else "@la" if feminine else "@le"
        if kind == "the":
            return ["the"], [article]
        if kind == "a":
            return ["a"], ["une" if feminine else "un"]
        if kind == "some":
            return ["some"], ["de", article] if mass else ["de" if preposed else "des"]
        if kind == "any":
            return ["any"], ["de"]
        if kind == "this":
            french = "ces" if plural else "cette" if feminine else "cet" if vowel else "ce"
            return ["these" if plural else "this"], [french]
        if kind == "number":
            english, french = self.pick(NUMBERS)
            return [english], [french]
        if kind == "several":
            return ["several"], ["plusieurs"]
        if kind == "many":
            return ["many"], ["beaucoup", "de"]
        english, person = owner or self.free_owner()
        m, f, many = POSSESSIVES[person]
        return [english], [many if plural else f if feminine and not vowel else m]

    def free_owner(self):
        owners = [("my", 0), ("my", 0), ("our", 3), ("his", 2), ("her", 2)]
        if self.you:
            owners = [("your", self.you.person)] * 4 + owners
        return self.pick(owners)

    def owner_of(self, subject):
        """The possessive that refers to the subject; None for animals."""
        if subject.lemma == "who" or subject.tags & {"animal"}:
            return None
        if subject.person == 2:
            return ("her" if subject.gender == "f" else "his", 2)
        return {0: ("my", 0), 1: ("your", 1), 3: ("our", 3), 4: ("your", 4), 5: ("their", 5)}[subject.person]

    def name(self):
        name, gender = self.pick(n for n in self.bank["names"] if n[0] not in self.used)
        self.used.add(name)
        phrase = NounPhrase([name], [name], 2, gender, frozenset(["person", "adult", "child"]), name)
        self.mentioned.append(phrase)
        return phrase

    def pronoun(self, english, french, person, gender, tags=("person", "adult", "child", "grown")):
        return NounPhrase([english], [french], person, gender, frozenset(tags), english, True)

    def again(self, phrase):
        """The subject pronoun that takes a noun phrase up; no other noun phrase may fit it in another gender."""
        english = english_pronoun(phrase)
        if phrase.person in (0, 1, 3, 4):
            return phrase
        self.must_be_clear(phrase)
        feminine = phrase.gender == "f"
        french = ("elles" if feminine else "ils") if phrase.plural else "elle" if feminine else "il"
        return NounPhrase(
            [english], [french], phrase.person, phrase.gender, phrase.tags, phrase.lemma, True, phrase.adjectives
        )

    def must_be_clear(self, phrase):
        for other in self.mentioned:
            if english_pronoun(other) == english_pronoun(phrase) and other.gender != phrase.gender:
                raise Reject

    def subject(self, tags, simple=False):
        """A subject for a verb with these subject tags."""
        human = "person" in tags and "kin" in tags
        options = {"noun": 10}
        if human:
            options |= {"name": 2, "pronoun": 4, "pair": 0 if simple else 1.2}
        elif tags & {"child", "adult"}:
            options |= {"name": 1, "pronoun": 2}
        if self.you and (human or tags & {"child", "adult"}):
            options["you"] = 14
        kind = self.weighted(options)
        if kind == "you":
            return self.you
        if kind == "name":
            return self.name()
        if kind == "pronoun":
            chosen = self.pick(
                [("I", "je", 0, "?"), ("we", "nous", 3, "?"), ("he", "il", 2, "m"), ("she", "elle", 2, "f")]
            )
            return self.pronoun(*chosen)
        if kind == "pair":
            one = self.noun_phrase(self.pick([{"person"}, {"kin"}]), {"the": 1}, adjectives=self.pick([0, 0, 1]))
            two = (
                self.name()
                if self.chance(0.3)
                else self.noun_phrase(one.tags & {"person", "kin"}, {"the": 1}, adjectives=0)
            )
            gender = "f" if one.gender == two.gender == "f" else "m"
            phrase = NounPhrase(
                [*one.en, "and", *two.en],
                [*one.fr, "et", *two.fr],
                5,
                gender,
                (one.tags & two.tags) | {"person"},
                one.lemma + " and " + two.lemma,
            )
            self.mentioned.append(phrase)
            return phrase
        kinds = {"the": 10, "this": 3, "a": 2, "number": 1, "own": 1, "several": 0.5, "many": 0.5}
        return self.noun_phrase(tags, kinds, relative=0 if simple else 0.3)

    # ------------------------------------------------------------ predicates

    def note(self, subject, verb):
        """Remember a subject-verb pair, and that the verb has been used."""
        self.once("verb " + verb)
        if not subject.pronoun:
            self.verb_pairs |= {(lemma, verb) for lemma in subject.lemma.split(" and ")}

    def check_tense(self, verb, subject, tense):
        """The English form must tell the tense ('they put' could be either); some verbs have one tense only here."""
        if verb.base == verb.past and subject.person != 2:
            raise Reject
        if (tense == "past" and verb.base in STATES) or (tense == "present" and verb.base in PAST_ONLY):
            raise Reject

    def english(self, verb, tense, subject, negation="", adverb=""):
        """(statement, auxiliary of the question, rest of the question) of an English verb."""
        third = subject.person == 2
        do = "did" if tense == "past" else "does" if third else "do"
        if verb.base == "be afraid of":
            be = ["am", "are", "is", "are", "are", "are"][subject.person]
            return [be, *NEGATIONS.get(negation, "").split(), "afraid of"], [be], ["afraid of"]
        if verb.base in ("can", "must"):
            return [{"can": "cannot", "must": "must not"}[verb.base] if negation else verb.base], [verb.base], []
        finite = verb.past if tense == "past" else verb.third if third else verb.base
        adverb = [adverb] if adverb else []
        question = [*adverb, verb.base]
        if negation == "pas":
            return [do, "not", *question], [do], question
        if negation in ("plus", "jamais"):
            return [NEGATIONS[negation], finite], [do], question
        if negation == "rien":
            return [finite, "nothing"], [do], question
        return [*adverb, finite], [do], question

    def french(self, verb, tense, subject, negation="", adverb="", clitics=(), preceding=None):
        """The French verb with ne, pronouns, auxiliary, second negation word, adverb and participle.

        preceding: the direct object that stands before, a pronoun or que; the participle agrees with it.
        """
        ne, second = (["ne"], [negation]) if negation else ([], [])
        adverb = [adverb] if adverb else []
        if tense == "present":
            noun = verb.infinitive.split()[1:]  # avoir besoin
            return [*ne, *clitics, verb.present[subject.person], *second, *adverb, *noun]
        participle, auxiliary = verb.participle, HAVE["present"][subject.person]
        agrees = subject if verb.aux == "être" else preceding
        if verb.aux == "être":
            auxiliary = BE["present"][subject.person]
        if agrees is not None:
            if agrees.gender == "?":
                raise Reject
            participle = agree(participle, agrees.gender, agrees.plural)
        return [*ne, *clitics, auxiliary, *second, *adverb, participle]

    def where(self, tags, subject=None):
        """A place with its preposition: one of these tags, or near something."""
        if self.chance(0.25) and not tags & {"home"}:
            place = self.noun_phrase({"landmark"}, {"the": 5, "this": 1, "a": 2}, adjectives=self.pick([0, 1, 1, 2]))
            choices = [("near", "près de")]
            if place.lemma not in ("river", "lake", "bridge"):
                choices += [("behind", "derrière"), ("in front of", "devant")]
            en, fr = self.pick(choices)
        else:
            owner = self.owner_of(subject) if subject and subject.tags & {"person", "kin"} else None
            kinds = {"the": 8, "this": 2, "a": 1, "own": 1.5}
            place = self.noun_phrase(tags, kinds, owner, relative=0.1, adjectives=self.pick([0, 0, 1, 1, 2]))
            if "at" in place.tags and place.en[0] != "the":
                raise Reject
            if place.related:
                self.closed = True
            en, fr = next(pair for pair in PLACE_PREPOSITIONS if pair[0] in place.tags)
        if place.plural:
            raise Reject
        return [en, *place.en], [fr, *place.fr]

    def time(self, tense):
        return self.pick(self.bank["adverbials"][tense])

    def object_determiners(self, negation):
        if negation:
            return {"the": 6, "this": 3, "own": 2, "any": 4}
        return {"the": 9, "a": 6, "some": 4, "this": 3, "number": 2, "several": 0.7, "many": 0.7, "own": 2}

    def clause(self, tense, subject=None, simple=False, negatable=True, kinds=None, timed=None, verbs=None):
        """One clause about a subject (chosen here unless given); `verbs`: the keys it must choose from."""
        present = tense == "present"
        kind = self.weighted(
            kinds
            or {
                "transitive": 18,
                "intransitive": 9,
                "ditransitive": 4,
                "dative": 2.5,
                "instrumental": 1.2,
                "placing": 2,
                "pronoun": 4,
                "nothing": 0.7,
                "having": 1.5 * present,
                "expression": 1.5 * present,
                "copula": 3 * present,
                "as": present,
                "modal": 3 * present,
            }
        )
        if kind in ("copula", "as"):
            return self.copula(subject, kind, simple)
        if kind == "modal":
            return self.modal(subject, simple)
        bank = self.bank["verbs"]
        if kind == "pronoun":
            candidates = (
                [v for v in bank["transitive"] if "person" in v.objects] + bank["dative"] + bank["ditransitive"]
            )
        elif kind == "nothing":
            candidates = [v for v in bank["transitive"] if v.base in FORGETTABLE]
        else:
            candidates = bank[kind]
        if verbs:
            candidates = [v for v in candidates if key(v) in verbs]
        if subject is not None:
            candidates = [v for v in candidates if v.subjects & (subject.tags | {subject.lemma})]
        verb = self.pick(candidates)
        if subject is None:
            subject = self.subject(verb.subjects, simple)
        self.check_tense(verb, subject, tense)
        self.note(subject, verb.base)
        negation = "rien" if kind == "nothing" else ""
        if negatable and not negation and self.chance(0.2) and kind != "expression":
            negation = self.weighted({"pas": 6, "jamais": 2, "plus": 2 * present * (verb.base not in ONCE)})
        habitual = verb.base not in ONCE | STATES and kind not in ("having", "expression")
        frequency = ("", "")
        if present and not negation and habitual and timed is not False and self.chance(0.12):
            frequency = self.pick(self.bank["adverbials"]["frequency"])
        self.closed = False  # whether the clause ends in another clause, after which nothing may be added
        clause = self.complete(kind, verb, tense, subject, negation, frequency, simple)
        clause.timed = bool(frequency[0]) or negation == "jamais" or self.closed
        timed = self.chance(0.15 if simple else 0.35) if timed is None else timed
        if timed and not clause.timed and (not present or (habitual and not negation)):
            en, fr = self.time(tense)
            if verb.base == "come in" and en.startswith("in "):
                raise Reject
            clause.en, clause.fr, clause.en_question = [*clause.en, en], [*clause.fr, fr], [*clause.en_question, en]
            clause.timed = True
        return clause

    def complete(self, kind, verb, tense, subject, negation, frequency, simple):
        """The clause with the objects and complements of its verb."""
        clitics, preceding, obj, rest_en, rest_fr = [], None, None, [], []
        relative = 0.05 if simple else 0.3
        owner = self.owner_of(subject)
        if kind == "pronoun":
            clitics, preceding, rest_en, rest_fr = self.personal_object(verb, subject, negation)
        elif kind in ("transitive", "having"):
            kinds = self.object_determiners(negation)
            if verb.base in STATES - {"have"}:
                kinds = {"the": 6, "this": 2, "own": 1}
            elif verb.base in ("leave", "visit", "clean"):
                kinds = {"the": 6, "this": 2, "a": 2 * (not negation), "own": 1}
            obj = self.noun_phrase(verb.objects, kinds, owner, relative=relative)
            if any((verb.base, adjective) in CONTRADICTIONS for adjective in obj.adjectives):
                raise Reject
            rest_en, rest_fr = obj.en, obj.fr
            self.closed |= obj.related
            if not simple and key(verb) in OBJECT_PLACES and not negation and not obj.related and self.chance(0.3):
                en, fr = self.where(frozenset(OBJECT_PLACES[key(verb)].split()), subject)
                rest_en, rest_fr = rest_en + en, rest_fr + fr
        elif kind == "ditransitive":
            obj = self.noun_phrase(verb.objects, self.object_determiners(negation), owner)
            to = self.noun_phrase({"person", "kin"}, {"the": 5, "this": 2, "a": 1}, owner, relative=relative)
            rest_en, rest_fr = [*obj.en, "to", *to.en], [*obj.fr, "à", *to.fr]
            self.closed |= to.related
        elif kind == "dative":
            to = self.noun_phrase(verb.objects, {"the": 5, "this": 2, "a": 1, "own": 1}, owner, relative=relative)
            rest_en, rest_fr = to.en, ["à", *to.fr]
            self.closed |= to.related
        elif kind in ("instrumental", "expression"):
            kinds = {"the": 5, "this": 2} | ({"a": 3, "own": 1} if verb.base == "need" else {})
            thing = self.noun_phrase(verb.objects, kinds, owner, adjectives=self.pick([0, 0, 1, 2]), relative=relative)
            if thing.plural and kind == "instrumental":
                raise Reject
            rest_en, rest_fr = thing.en, ["de", *thing.fr]
            self.closed |= thing.related
        elif kind == "placing":
            obj = self.noun_phrase(
                verb.objects, self.object_determiners(negation), owner, adjectives=self.pick([0, 1, 1, 2])
            )
            on = self.noun_phrase({"support"}, {"the": 5, "this": 2, "a": 1})
            if on.plural:
                raise Reject
            en, fr = self.pick([("on", "sur"), ("under", "sous")])
            rest_en, rest_fr = [*obj.en, en, *on.en], [*obj.fr, fr, *on.fr]
        elif kind == "intransitive":
            rest_en, rest_fr = self.movement(verb, subject, negation, simple)
        en, front, question = self.english(verb, tense, subject, negation, frequency[0])
        fr = self.french(verb, tense, subject, negation, frequency[1], clitics, preceding)
        return Clause(
            subject, en + rest_en, fr + rest_fr, front, question + rest_en, tense, key(verb), kind, obj, bool(negation)
        )

    def movement(self, verb, subject, negation, simple):
        """The complement of an intransitive verb."""
        complement = verb.complement
        if complement in ("over", "above"):
            kinds = {"the": 6, "a": 3, "this": 2, "number": 1}
            relative = 0 if simple else 0.15
            thing = self.noun_phrase(verb.objects, kinds, None, self.pick([0, 1, 1, 2, 2]), relative)
            self.closed |= thing.related
            return ["over", *thing.en], ["par-dessus" if complement == "over" else "au-dessus de", *thing.fr]
        if complement == "stay" or (complement == "in" and self.chance(0.65)):
            return self.where(verb.objects, subject)
        if complement in ("to", "from", "out"):
            place = self.noun_phrase(verb.objects, {"the": 8, "this": 1}, None, self.pick([0, 0, 1, 1, 2]))
            if place.plural:
                raise Reject
            english = {"to": "to", "from": "from", "out": "of"}[complement]
            return [english, *place.en], ["à" if complement == "to" else "de", *place.fr]
        if not negation and verb.base in ("walk", "run", "work", "swim") and self.chance(0.4):
            en, fr = self.pick(self.bank["adverbials"]["manner"])
            if (verb.base, en) != ("run", "slowly"):
                return [en], [fr]
        return [], []

    def personal_object(self, verb, subject, negation):
        """me, te, le, la, nous, vous, les or me, te, lui, nous, vous, leur as the object of a verb."""
        options = [("me", "me", "me", 0, "?"), ("us", "nous", "nous", 3, "?"), ("him", "le", "lui", 2, "m")]
        options += [("her", "la", "lui", 2, "f"), ("them", "les", "leur", 5, "?")]
        if self.you:
            french = "te" if self.you.person == 1 else "vous"
            options = [("you", french, french, self.you.person, self.you.gender)]
        english, direct, indirect, person, gender = self.pick(options)
        for same in ((0, 3), (1, 4)):
            if person in same and subject.person in same:
                raise Reject
        if verb.kind == "dative":
            return [indirect], None, [english], []
        if verb.kind == "ditransitive":
            obj = self.noun_phrase(verb.objects, self.object_determiners(negation), self.owner_of(subject))
            return [indirect], None, [english, *obj.en], obj.fr
        return [direct], NounPhrase([], [], person, gender), [english], []

    def copula(self, subject, kind="copula", simple=False, tense="present", only=None, degree=None):
        """A subject that is, is not, is no longer or is never something; or as such as another."""
        if subject is None:
            groups = self.pick([("person", "kin"), ("person", "kin"), ("animal",), INANIMATE])
            if groups != INANIMATE and "person" in groups and self.chance(0.4):
                subject = self.subject(frozenset(groups), simple)
            else:
                kinds = {"the": 8, "this": 3, "own": 2}
                owner = self.free_owner()
                subject = self.noun_phrase(groups, kinds, owner, self.pick([0, 0, 0, 1]), 0 if simple else 0.4)
        tags = subject.tags | {subject.lemma}
        animate = bool(tags & {"person", "kin", "animal"})
        reason = only is not None
        share = 0.15 if not reason else 0 if "hungry" not in only else 0.4 if len(only) > 1 else 1
        if animate and kind == "copula" and "hungry" not in subject.adjectives and self.chance(share):
            return self.hungry(subject, tense, degree)
        adjectives = [
            a
            for a in self.bank["adjectives"]
            if fits(a, tags)
            and (a.en in only and a.en != "hungry" if reason else a.en not in NOT_PREDICATES)
            and a.en not in subject.adjectives
            and (reason or a.slot not in subject.adjectives)
            and (animate or a.slot != "origin")
            and not (animate and a.slot == "colour")
            and not (tags & {"person"} and a.slot == "size")
        ]
        adjective = self.pick(adjectives)
        if subject.gender == "?" and adjective.fr[0] != adjective.fr[1]:
            raise Reject
        if not subject.pronoun:
            self.adjective_pairs |= {(lemma, adjective.en) for lemma in subject.lemma.split(" and ")}
        form = adjective.fr[2 * subject.plural + (subject.gender == "f")]
        fixed = adjective.en in WITHOUT_DEGREE or adjective.slot in ("origin", "colour")
        if degree is None:
            degree = "" if fixed else self.pick(["", "", "very", "too"])
        elif fixed:
            degree = ""
        negation = ""
        if not reason and tense == "present" and self.chance(0.25):
            passing = adjective.en in PASSING
            negation = self.weighted({"pas": 4, "plus": 1.5 * passing, "jamais": passing})
            degree = ""
        if kind == "as":
            groups = subject.tags & {"person", "kin", "animal", "clothes", "vehicle", "building", "food"}
            other = self.noun_phrase(groups, {"the": 3, "this": 1}, adjectives=0)
            if fixed or not fits(adjective, other.tags):
                raise Reject
            negation = self.pick(["", "pas"])
            en, fr = ["as", adjective.en, "as", *other.en], ["aussi", form, "que", *other.fr]
        else:
            en, fr = [w for w in (degree, adjective.en) if w], [w for w in (DEGREES[degree], form) if w]
        return self.be(subject, tense, negation, en, fr, BE)

    def hungry(self, subject, tense, degree=None):
        """be hungry: avoir faim."""
        degree = self.pick(["", "", "very"]) if degree is None else degree
        negation = "" if tense == "past" or degree else self.weighted({"": 6, "pas": 2, "plus": 1, "jamais": 0.5})
        if not subject.pronoun:
            self.adjective_pairs |= {(lemma, "hungry") for lemma in subject.lemma.split(" and ")}
        en, fr = [w for w in (degree, "hungry") if w], [w for w in (DEGREES[degree], "faim") if w]
        return self.be(subject, tense, negation, en, fr, HAVE)

    def be(self, subject, tense, negation, en, fr, verb):
        finite = {"present": "am are is are are are", "past": "was were was were were were"}[tense].split()[
            subject.person
        ]
        ne, second = (["ne"], [negation]) if negation else ([], [])
        french = [*ne, verb[tense][subject.person], *second, *fr]
        english = [finite, *NEGATIONS.get(negation, "").split(), *en]
        return Clause(
            subject, english, french, [finite], en, tense, "be", "copula", None, bool(negation), negation == "jamais"
        )

    def modal(self, subject, simple):
        """want to, can or must with an infinitive."""
        modal = self.pick(self.bank["verbs"]["modal"])
        bank = self.bank["verbs"]
        verbs = [v for v in bank["transitive"] + bank["intransitive"] if v.base in INTENDED and "person" in v.subjects]
        verb = self.pick(verbs)
        if subject is None:
            subject = self.subject(frozenset(["person", "kin"]), simple)
        if not subject.tags & {"person", "kin"}:
            raise Reject
        self.note(subject, modal.base.split()[0])
        self.note(subject, verb.base)
        negation = self.weighted({"": 7, "pas": 3})
        en, front, question = self.english(modal, "present", subject, negation)
        fr = self.french(modal, "present", subject, negation)
        clitics, obj = [], None
        self.closed = False
        if verb.kind == "intransitive":
            rest_en, rest_fr = self.movement(verb, subject, negation, simple)
        elif "person" in verb.objects and self.chance(0.6):
            clitics, _, rest_en, rest_fr = self.personal_object(verb, subject, negation)
        else:
            kinds = self.object_determiners(negation)
            obj = self.noun_phrase(verb.objects, kinds, self.owner_of(subject), relative=0 if simple else 0.2)
            rest_en, rest_fr = obj.en, obj.fr
        rest_en = [verb.base, *rest_en]
        french = [*fr, *clitics, verb.infinitive, *rest_fr]
        return Clause(
            subject,
            en + rest_en,
            french,
            front,
            question + rest_en,
            "present",
            key(modal),
            "modal",
            obj,
            bool(negation),
            True,
        )

    # ------------------------------------------------------------ relative clauses

    def relative_clause(self, phrase):
        """Add to a noun phrase: who / that (qui), whom / that (que), where (où)."""
        self.mentioned = [other for other in self.mentioned if other is not phrase]
        person = bool(phrase.tags & {"person", "kin"})
        if phrase.tags & {"person", "animal"}:
            kinds = {"who": 3, "whom": 2}
        elif phrase.tags & {"home", "room", "building", "garden"}:
            kinds = {"where": 3, "whom": 2}
        else:
            kinds = {"whom": 1}
        kind = self.weighted(kinds)
        tense = self.pick(["present", "past"])
        phrase.related = True
        if kind == "who":
            kinds = {"transitive": 5, "intransitive": 4, "copula": 1 * (tense == "present")}
            clause = self.clause(tense, phrase, simple=True, kinds=kinds)
            phrase.en = [*phrase.en, "who" if person else "that", *clause.en]
            phrase.fr = [*phrase.fr, "qui", *clause.fr]
        elif kind == "where":
            verb = self.pick(
                v
                for v in self.bank["verbs"]["intransitive"]
                if v.base in ("live", "work", "sleep", "dance", "sing", "play", "stay") and phrase.tags & v.objects
            )
            tense = "present" if verb.base in STATES else tense
            subject = self.subject(verb.subjects, simple=True)
            self.note(subject, verb.base)
            en = self.english(verb, tense, subject)[0]
            phrase.en = [*phrase.en, "where", *subject.en, *en]
            phrase.fr = [*phrase.fr, "où", *subject.fr, *self.french(verb, tense, subject)]
        else:
            verb = self.pick(v for v in self.bank["verbs"]["transitive"] if v.objects & phrase.tags)
            subject = self.subject(verb.subjects, simple=True)
            self.check_tense(verb, subject, tense)
            self.note(subject, verb.base)
            en = self.english(verb, tense, subject)[0]
            phrase.en = [*phrase.en, "whom" if person else "that", *subject.en, *en]
            phrase.fr = [*phrase.fr, "que", *subject.fr, *self.french(verb, tense, subject, preceding=phrase)]
        self.mentioned.append(phrase)

    # ------------------------------------------------------------ sentences

    def statement(self, clause):
        return [*clause.subject.en, *clause.en], [*clause.subject.fr, *clause.fr]

    def follow_up(self, clause, tense):
        """A clause about the object of another: 'and he ate it', 'but she did not see them'."""
        obj, subject = clause.object, clause.subject
        if obj is None or clause.negative or obj.tags & {"animal"} or not subject.tags & {"person", "kin"}:
            raise Reject
        after = THEN.get(clause.verb, "").split()
        verb = self.pick(
            v
            for v in self.bank["verbs"]["transitive"]
            if key(v) in after and v.objects & obj.tags and "person" in v.subjects
        )
        again = self.again(subject)
        self.must_be_clear(obj)
        self.check_tense(verb, again, tense)
        self.note(subject, verb.base)
        if obj.plural:
            english, french = "them", "les"
        else:
            english = {"he": "him", "she": "her", "it": "it"}[english_pronoun(obj)]
            french = "la" if obj.gender == "f" else "le"
        negation = "pas" if self.chance(0.3) else ""
        en = [*self.english(verb, tense, again, negation)[0], english]
        fr = self.french(verb, tense, again, negation, "", [french], obj)
        return Clause(
            again, en, fr, tense=tense, verb=key(verb), kind="transitive", object=obj, negative=bool(negation)
        )

    def reason(self, clause):
        """because he was tired; because it was too small; because it was raining."""
        self.once("because")
        subject, obj, tense = clause.subject, clause.object, clause.tense
        reasons = self.bank["reasons"]
        moods = reasons["does_not" if clause.negative else "does"].get(clause.verb)
        options = {}
        of_thing = clause.kind == "transitive" and clause.verb in reasons["thing"] and not clause.negative
        if of_thing and obj.tags & set(INANIMATE) and subject.tags & {"person", "kin"}:
            options["thing"] = 4
        if moods:
            options["mood"] = 4
        if clause.verb in (WEATHERED_NOT if clause.negative else WEATHERED):
            options["weather"] = 2
        if not options:
            raise Reject
        kind = self.weighted(options)
        if kind == "weather":
            self.once("weather")
            weather = self.bank["weather"]["because"]
            if any(english_pronoun(phrase) == "it" for phrase in self.mentioned):
                weather = [line for line in weather if "rain" in line[0]]  # lest 'it' be read as the thing
            present_en, present_fr, past_en, past_fr = self.pick(weather)
            en, fr = (past_en, past_fr) if tense == "past" else (present_en, present_fr)
            return ["because", en], ["parce", "que", fr]
        if kind == "thing":
            degree, adjectives = reasons["thing"][clause.verb]
            about = self.copula(self.again(obj), tense=tense, only=adjectives.split(), degree=degree)
        else:
            degree = self.pick(["", "too"] if clause.negative else ["", "", "very"])
            about = self.copula(self.again(subject), tense=tense, only=moods.split(), degree=degree)
        en, fr = self.statement(about)
        return ["because", *en], ["parce", "que", *fr]

    def address(self):
        """Call somebody: from then on 'you' is determined, and must come."""
        if self.chance(0.6):
            name, gender = self.pick(self.bank["names"])
            self.used.add(name)
            self.you = self.pronoun("you", "tu", 1, gender)
            return [name, ","], [name, ","]
        en, fr, gender = self.pick(ADDRESSES)
        self.used |= {"friend", "girl", "boy", "Paul", "Marie", "Julie", "Emma"}
        self.you = self.pronoun("you", "vous", 4, gender)
        return [en, ","], [fr, ","]

    def question(self):
        kind = self.weighted({"yes": 6, "where": 1.5, "why": 2, "when": 1, "what": 2, "who": 2})
        tense = self.pick(["present", "past"])
        if kind == "who":
            who = NounPhrase(["who"], ["qui"], 2, "m", frozenset(["person"]), "who", True)
            clause = self.clause(
                tense, who, negatable=False, kinds={"transitive": 5, "intransitive": 3, "ditransitive": 1}
            )
            return ["who", *clause.en, "?"], ["qui", *clause.fr, "?"]
        if kind == "what":
            asked = "eat drink buy see hear read write find lose look_for sell look_at prepare choose draw carry hide"
            verb = self.pick(
                v for v in self.bank["verbs"]["transitive"] if key(v) in asked.split() and "person" in v.subjects
            )
            subject = self.subject(verb.subjects)
            self.check_tense_of_question(verb, tense)
            self.note(subject, verb.base)
            _, front, en = self.english(verb, tense, subject)
            fr = self.french(verb, tense, subject)
            if self.chance(0.5) and not subject.related and (tense == "past" or verb.base not in ONCE | STATES):
                time = self.time(tense)
                en, fr = [*en, time[0]], [*fr, time[1]]
            return ["what", *front, *subject.en, *en, "?"], ["qu'est-ce", "que", *subject.fr, *fr, "?"]
        kinds = None if kind in ("yes", "why") else {"transitive": 4, "intransitive": 3}
        timed = False if kind == "when" else None
        clause = self.clause(tense, negatable=False, kinds=kinds, timed=timed, simple=kind in ("where", "when"))
        if clause.negative or (kind == "when" and clause.timed) or (kind == "why" and clause.verb in ("can", "be")):
            raise Reject
        if kind == "where" and (clause.kind == "intransitive" and clause.verb not in ("work", "live", "dance", "play")):
            raise Reject
        if kind == "where" and (
            set(clause.fr) & {"dans", "sur", "près de", "derrière", "devant", "à"} or clause.verb in NO_PLACE
        ):
            raise Reject
        en, fr = {
            "yes": ([], []),
            "where": (["where"], ["où"]),
            "why": (["why"], ["pourquoi"]),
            "when": (["when"], ["quand"]),
        }[kind]
        english = [*en, *clause.front, *clause.subject.en, *clause.en_question, "?"]
        return english, [*fr, "est-ce", "que", *clause.subject.fr, *clause.fr, "?"]

    def check_tense_of_question(self, verb, tense):
        if (tense == "past" and verb.base in STATES) or (tense == "present" and verb.base in PAST_ONLY):
            raise Reject

    def there_is(self):
        """There is something somewhere; the place comes first where a relative clause follows the thing."""
        tags, places = self.pick(THERE)
        thing = self.noun_phrase(tags, {"a": 5, "number": 3, "some": 2, "many": 1, "several": 1}, relative=0.5)
        if thing.tags & {"portable", "food"} and self.chance(0.6):
            place = self.noun_phrase({"support"}, {"the": 4, "this": 2})
            preposition = self.pick([("on", "sur"), ("under", "sous")])
            en, fr = [preposition[0], *place.en], [preposition[1], *place.fr]
        else:
            place = self.noun_phrase(
                places, {"the": 4, "this": 1, "own": 1}, self.free_owner(), self.pick([0, 1, 1, 2])
            )
            preposition = next(pair for pair in PLACE_PREPOSITIONS if pair[0] in place.tags)
            en, fr = [preposition[0], *place.en], [preposition[1], *place.fr]
            if en[0] == "at" and en[1] != "the":
                raise Reject
        if place.plural:
            raise Reject
        be = "are" if thing.plural else "is"
        if thing.related:
            return [*en, ",", "there", be, *thing.en], [*fr, ",", "il", "y", "a", *thing.fr]
        return ["there", be, *thing.en, *en], ["il", "y", "a", *thing.fr, *fr]

    def body(self, tense, size, first=True, plain=False):
        """A statement of about `size` clauses; `first`: it begins the sentence; `plain`: after a condition."""
        if size <= 1:
            if first and self.chance(0.06):
                return self.there_is()
            clause = self.clause(
                tense, simple=self.chance(0.5), kinds=MAIN if plain else None, timed=False if plain else None
            )
            en, fr = self.statement(clause)
            if first and tense == "past" and not clause.timed and not clause.negative and self.chance(0.15):
                time = self.time(tense)
                return [time[0], ",", *en], [time[1], ",", *fr]
            return en, fr
        kinds = {
            "and": 3,
            "follow": 4,
            "reason": 4,
            "when": 2,
            "while": 1.2,
            "if": 1.6,
            "that": 3,
            "there": 0.6 * first,
        }
        if plain:
            kinds = {"and": 2, "follow": 3, "reason": 3}
        kind = self.weighted(kinds)
        if kind in ("when", "while", "if"):
            self.once("condition")
            if size > 2 and not first:
                raise Reject
        if kind == "follow":
            clause = self.clause(tense, kinds={"transitive": 1}, timed=False, negatable=False, verbs=set(THEN))
            more = self.follow_up(clause, tense)
            (en, fr), (more_en, more_fr) = self.statement(clause), self.statement(more)
            link = ("but", "mais") if more.negative else ("and", "et")
            result = [*en, ",", link[0], *more_en], [*fr, ",", link[1], *more_fr]
            if size > 2 and self.chance(0.7):
                en, fr = self.reason(more)
                return [*result[0], *en], [*result[1], *fr]
            return result
        if kind == "reason":
            clause = self.clause(tense, timed=False, kinds=REASONED)
            (en, fr), (more_en, more_fr) = self.statement(clause), self.reason(clause)
            result = [*en, *more_en], [*fr, *more_fr]
            return self.joined(result, self.body(tense, size - 2, False, plain)) if size > 2 else result
        if kind == "that":
            self.once("that")
            verb = self.pick(self.bank["verbs"]["saying"])
            subject = self.subject(verb.subjects, simple=size < 3)
            self.note(subject, verb.base)
            en, fr = self.body(self.pick(["present", "past"]), size - 1, False)
            if en[0] == subject.en[0] and subject.pronoun:
                raise Reject
            head = self.english(verb, "present", subject)[0]
            return [*subject.en, *head, "that", *en], [*subject.fr, *self.french(verb, "present", subject), "que", *fr]
        if kind == "when":
            if tense == "present":
                self.once("weather")
                sub = self.pick(self.bank["weather"]["when"])
                sub = [sub[0]], [sub[1]]
            else:
                sub = self.clause("past", None, True, False, {"transitive": 1, "intransitive": 2}, False, PUNCTUAL)
                sub = self.statement(sub)
            return self.subordinate("when", "quand", sub, self.body(tense, size - 1, False, True), first, size)
        if kind == "while":
            sub = self.clause("present", None, True, False, {"transitive": 1, "intransitive": 1}, False, GOING_ON)
            return self.subordinate(
                "while", "pendant que", self.statement(sub), self.body("present", size - 1, False, True), first, size
            )
        if kind == "if":
            if self.chance(0.4):
                self.once("weather")
                sub = self.pick(self.bank["weather"]["when"])
                sub = [sub[0]], [sub[1]]
            else:
                kinds = {"transitive": 3, "intransitive": 2, "copula": 2, "modal": 1, "expression": 1}
                sub = self.statement(self.clause("present", timed=False, simple=True, kinds=kinds))
            return self.subordinate("if", "si", sub, self.body("present", size - 1, False, True), first, size)
        if kind == "there":
            return self.joined(self.there_is(), self.body("present", size - 1, False))
        half = self.rng.randint(1, size - 1)
        return self.joined(self.body(tense, half, first, plain), self.body(tense, size - half, False, plain))

    def joined(self, one, two):
        english, french = self.pick([("and", "et"), ("and", "et"), ("but", "mais")])
        return [*one[0], ",", english, *two[0]], [*one[1], ",", french, *two[1]]

    def subordinate(self, english, french, sub, main, first, size):
        if first and (size > 2 or self.chance(0.5)):
            return [english, *sub[0], ",", *main[0]], [french, *sub[1], ",", *main[1]]
        return [*main[0], english, *sub[0]], [*main[1], french, *sub[1]]

    def sentence(self, size):
        """(English, French) with about `size` clauses."""
        start = ([], [])
        if self.chance(0.18):
            start = self.address()
        if self.chance(0.15) and size <= 2:
            (en, fr), mark = self.question(), []
        else:
            (en, fr), mark = self.body(self.pick(["present", "past"]), size), ["."]
        if self.you and not {"you", "your"} & set(en):
            raise Reject
        english = join_english([*start[0], *en, *mark])
        return english, join_french([*start[1], *fr, *mark], self.bank["aspirated"])


def demonstration(bank):
    """The sentence of lesson 4b, put together by the same rules."""
    writer = Writer(bank, random.Random(0))
    fox, dog = (next(n for n in bank["nouns"] if n.lemma == name) for name in ("fox", "dog"))
    jump = next(v for v in bank["verbs"]["intransitive"] if v.base == "jump")
    phrases = []
    for noun, adjectives in ((fox, ("quick", "brown")), (dog, ("lazy",))):
        found = [a for a in bank["adjectives"] if a.en in adjectives]
        writer.adjectives_for = lambda noun, count, found=found: found
        writer.nouns = lambda tags, noun=noun: [noun]
        while True:
            phrase = writer.noun_phrase(noun.tags, {"the": 1})
            if not phrase.plural:
                break
        phrases.append(phrase)
    one, two = phrases
    en = writer.english(jump, "past", one)[0]
    fr = writer.french(jump, "past", one)
    return (
        join_english([*one.en, *en, "over", *two.en, "."]),
        join_french([*one.fr, *fr, "par-dessus", *two.fr, "."], bank["aspirated"]),
    )


# ------------------------------------------------------------ the corpus


def held_out(pair):
    """Whether a noun-adjective or a subject-verb pair belongs to the test split only."""
    if pair in NEVER_HELD_OUT:
        return False
    digest = hashlib.sha256(f"{SEED} {pair[0]} {pair[1]}".encode()).digest()
    return int.from_bytes(digest[:4], "big") < HELD_OUT_SHARE * 2**32


def write_corpus(bank):
    """Rows (split, English, French, noun-adjective pairs, subject-verb pairs), filled band by band."""
    rng = random.Random(SEED)
    wanted = {split: dict(bands) for split, bands in SPLITS.items()}
    rows, seen = [], {"en": set(), "fr": set()}
    tries = Counter()
    words_of_train = None
    for split in ("train", "validation", "test_pairs", "test_long"):
        if split == "validation":
            words_of_train = [set(), set()]
            for _, en, fr, *_ in rows:
                words_of_train[0] |= set(words_of(en))
                words_of_train[1] |= set(words_of(fr))
        bands = wanted[split]
        while any(bands.values()):
            tries[split] += 1
            if tries[split] > 3_000_000:
                raise SystemExit(f"{split} cannot be filled: {bands}")
            writer = Writer(bank, rng)
            need = [band for band, count in bands.items() if count]
            longest = rng.choice(need)[1]
            size = (
                1
                if longest <= 8
                else 2
                if longest <= 14
                else rng.choice([2, 2, 3])
                if longest <= 20
                else rng.choice([3, 4])
            )
            try:
                en, fr = writer.sentence(size)
            except Reject:
                continue
            length = count_words(en)
            band = next((b for b in need if b[0] <= length <= b[1]), None)
            if band is None or not MIN_WORDS <= count_words(fr) <= MAX_WORDS:
                continue
            if en in seen["en"] or fr in seen["fr"] or "uick brown fox" in en:
                continue
            outside = any(map(held_out, writer.adjective_pairs | writer.verb_pairs))
            if (split in ("train", "validation") and outside) or (split == "test_pairs" and not outside):
                continue
            if words_of_train and not (
                set(words_of(en)) <= words_of_train[0] and set(words_of(fr)) <= words_of_train[1]
            ):
                continue
            seen["en"].add(en)
            seen["fr"].add(fr)
            bands[band] -= 1
            rows.append((split, en, fr, writer.adjective_pairs, writer.verb_pairs))
    # The bands were filled side by side; within a split the order is random.
    order = {split: i for i, split in enumerate(SPLITS)}
    rng.shuffle(rows)
    return sorted(rows, key=lambda row: order[row[0]])


def words_of(text):
    """The words of a text in lower case, cut at white space, apostrophes and punctuation."""
    for mark in ".,?'":
        text = text.replace(mark, " ")
    return text.lower().split()


def serialise(rows):
    return ("split\ten\tfr\n" + "".join("\t".join(row[:3]) + "\n" for row in rows)).encode("utf-8")


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if phrases.tsv is out of step")
    arguments = parser.parse_args(argv)
    bank = read_bank()
    assert demonstration(bank) == DEMONSTRATION, demonstration(bank)
    rows = write_corpus(bank)
    content = serialise(rows)
    if arguments.check:
        if not PHRASES_PATH.exists() or PHRASES_PATH.read_bytes() != content:
            print("phrases.tsv is out of step with bank.toml and generate.py: run python data/phrases/generate.py")
            return 1
        return 0
    temporary = PHRASES_PATH.with_suffix(".tmp")
    temporary.write_bytes(content)
    os.replace(temporary, PHRASES_PATH)
    print(f"wrote {len(rows)} pairs, {len(content) / 1e6:.2f} MB, to {PHRASES_PATH}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
