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

SLOTS = ["beauty", "size", "quality", "age", "colour", "origin"]  # the order of English adjectives
BEFORE = {"beauty", "size", "age"}  # those that stand before the French noun
POSSESSIVES = [
    ("mon", "ma", "mes"),
    ("ton", "ta", "tes"),
    ("son", "sa", "ses"),
    ("notre", "notre", "nos"),
    ("votre", "votre", "vos"),
    ("leur", "leur", "leurs"),
]
BE = {"present": "suis es est sommes êtes sont".split(), "past": "étais étais était étions étiez étaient".split()}
HAVE = "ai as a avons avez ont".split()
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
# What happens once, and so not "every day"; what is a state, and so has no passé composé here.
ONCE = set("find lose break build steal meet bite choose receive forget fall hide finish".split())
STATES = {"love", "hate", "live", "have"}
# Why somebody does something to a thing: the adjectives that give the reason.
REASONS = {
    "sell": ("too", "old small heavy slow big expensive"),
    "hate": ("too", "sweet long noisy cold dark boring difficult"),
    "wash": ("very", "dirty"),
    "clean": ("very", "dirty"),
    "buy": ("so", "beautiful pretty good useful delicious fresh"),
    "love": ("so", "beautiful pretty quiet interesting"),
    "choose": ("so", "beautiful pretty light good"),
    "admire": ("so", "beautiful famous strange"),
    "visit": ("very", "famous beautiful interesting old"),
    "finish": ("so", "interesting good delicious"),
    "eat": ("so", "good delicious sweet fresh"),
    "leave": ("too", "noisy cold dark sad"),
    "repair": ("", "broken"),
}
DEGREES = {"": "", "too": "trop", "very": "très", "so": "si"}
MOODS = "tired happy sad hungry proud jealous nervous shy curious brave patient polite strong lazy clever".split()
NOT_PREDICATES = {"new"}


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
    for kind, lines in (raw["verbs"] | {"having": [raw["verbs"]["have"]]}).items():
        if kind == "have":
            continue
        bank["verbs"][kind] = []
        for line in lines:
            base, third, past, infinitive, present, participle, subjects, *rest = cells(line)
            given = {"objects": frozenset(rest[0].split())} if rest else {}
            if kind == "intransitive":
                given = {"aux": rest[0], "complement": rest[1]}
            verb = Verb(
                base,
                third,
                past,
                infinitive,
                tuple(present.split()),
                participle,
                frozenset(subjects.split()),
                kind=kind,
                **given,
            )
            assert len(verb.present) == 6, verb
            bank["verbs"][kind].append(verb)
    for name, lines in raw["adverbials"].items():
        bank["adverbials"][name] = [cells(line) for line in lines]
    bank["names"] = [cells(line) for line in raw["names"]]
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


class Writer:
    """Writes one sentence in both languages and remembers its noun-adjective and subject-verb pairs."""

    def __init__(self, bank, rng):
        self.bank, self.rng = bank, rng
        self.adjective_pairs, self.verb_pairs = set(), set()
        self.used = set()
        self.you = None

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, items):
        items = list(items)
        if not items:
            raise Reject
        return self.rng.choice(items)

    def weighted(self, options):
        return self.rng.choices(list(options), list(options.values()))[0]

    # ------------------------------------------------------------ noun phrases

    def nouns(self, tags):
        return [noun for noun in self.bank["nouns"] if noun.tags & tags and noun.lemma not in self.used]

    def adjectives_for(self, noun, count):
        """Up to `count` adjectives in English order: one or two before the French noun, at most two after it."""
        fitting = [a for a in self.bank["adjectives"] if a.tags & noun.tags]
        chosen = []
        for _ in range(count):
            taken = {a.slot for a in chosen}
            before = taken & BEFORE
            candidates = [
                a
                for a in fitting
                if a.slot not in taken
                and (a.slot not in BEFORE or not before or (before | {a.slot}) == {"beauty", "age"})
                and not (a.slot not in BEFORE and len(taken - BEFORE) == 2)
                and not (a.en in ("pretty", "good", "bad") and chosen)
                and not any(b.en in ("pretty", "good", "bad") and a.slot in BEFORE for b in chosen)
            ]
            if candidates:
                slot = self.pick(sorted({a.slot for a in candidates}))
                chosen.append(self.pick(a for a in candidates if a.slot == slot))
        chosen.sort(key=lambda a: SLOTS.index(a.slot))
        return chosen

    def noun_phrase(self, tags, determiners=None, owner=None, adjectives=None, relative=0.0):
        """A noun of these tags with its determiner, adjectives and, at times, a relative clause."""
        noun = self.pick(self.nouns(frozenset(tags)))
        self.used.add(noun.lemma)
        mass = not noun.en[1]
        kin = "kin" in noun.tags
        if determiners is None:
            determiners = {"the": 10, "a": 6, "some": 4, "this": 3, "number": 2, "several": 1, "many": 1, "own": 2}
        determiners = dict(determiners)
        if kin:
            determiners = {"own": 1}
        if mass:
            determiners = {k: v for k, v in determiners.items() if k in ("the", "some", "any", "own")}
        if "own" in determiners and owner is None and not kin:
            del determiners["own"]
        if not determiners:
            raise Reject
        kind = self.weighted(determiners)
        plural = kind in ("some", "number", "several", "many", "any") and not mass
        if kind in ("the", "this", "own") and not mass and "single" not in noun.tags:
            plural = self.chance(0.25)
        if adjectives is None:
            adjectives = self.weighted({0: 40, 1: 32, 2: 24, 3: 4})
        if kin:
            adjectives = 0 if self.chance(0.85) else 1
        found = self.adjectives_for(noun, adjectives)
        for adjective in found:
            self.adjective_pairs.add((noun.lemma, adjective.en))
        before = [a for a in found if a.slot in BEFORE]
        after = [a for a in found if a.slot not in BEFORE][::-1]
        form = 2 * plural + (noun.gender == "f")
        french_noun = noun.fr[plural]
        french, following = [], french_noun
        for a in reversed(before):
            vowel = form == 0 and before_vowel(following, self.bank["aspirated"])
            following = a.before_vowel if vowel else a.fr[form]
            french.insert(0, following)
        vowel = before_vowel(following, self.bank["aspirated"])
        en, fr = self.determiner(kind, noun, plural, vowel, bool(before), owner)
        english = [*en, *(a.en for a in found), noun.en[plural]]
        french = [*fr, *french, french_noun, *(a.fr[form] for a in after)]
        phrase = NounPhrase(english, french, 5 if plural else 2, noun.gender, noun.tags, noun.lemma)
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
            if mass:
                return ["some"], ["de", article]
            return ["some"], ["de" if preposed else "des"]
        if kind == "any":
            return ["any"], ["de"]
        if kind == "this":
            return ["these" if plural else "this"], [
                "ces" if plural else "cette" if feminine else "cet" if vowel else "ce"
            ]
        if kind == "number":
            english, french = self.pick(NUMBERS)
            return [english], [french]
        if kind == "several":
            return ["several"], ["plusieurs"]
        if kind == "many":
            return ["many"], ["beaucoup", "de"]
        if kind == "every":
            return ["every"], ["chaque"]
        english, person = owner or self.free_owner()
        m, f, many = POSSESSIVES[person]
        return [english], [many if plural else f if feminine and not vowel else m]

    def free_owner(self):
        owners = [("my", 0), ("my", 0), ("our", 3), ("his", 2), ("her", 2)]
        if self.you:
            owners += [("your", self.you.person)] * 6
        return self.pick(owners)

    def owner_of(self, subject):
        """The possessive that refers to the subject."""
        if subject.person == 2:
            animal = "animal" in subject.tags
            return ("its" if animal else "his" if subject.gender == "m" else "her", 2)
        return {0: ("my", 0), 1: ("your", 1), 3: ("our", 3), 4: ("your", 4), 5: ("their", 5)}[subject.person]

    def name(self):
        name, gender = self.pick(n for n in self.bank["names"] if n[0] not in self.used)
        self.used.add(name)
        return NounPhrase([name], [name], 2, gender, frozenset(["person", "adult", "child"]), name)

    def pronoun(self, english, french, person, gender, tags=("person", "adult", "child")):
        return NounPhrase([english], [french], person, gender, frozenset(tags), english, True)

    def again(self, phrase):
        """The subject pronoun that takes a noun phrase up: he, she, it, they; I, you and we stay."""
        if phrase.person in (0, 1, 3, 4):
            return phrase
        if phrase.person == 5:
            return NounPhrase(
                ["they"], ["elles" if phrase.gender == "f" else "ils"], 5, phrase.gender, phrase.tags, phrase.lemma, True
            )
        person = phrase.tags & {"person", "kin"}
        english = ("she" if phrase.gender == "f" else "he") if person else "it"
        french = "elle" if phrase.gender == "f" else "il"
        return NounPhrase([english], [french], 2, phrase.gender, phrase.tags, phrase.lemma, True)

    def subject(self, tags, simple=False, plain=False):
        """A subject for a verb with these subject tags."""
        human = bool(tags & {"person", "kin"})
        options = {"noun": 10}
        if human:
            options |= {"name": 2, "pronoun": 4, "pair": 0 if simple else 1.5}
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
            return self.pick(
                [
                    self.pronoun("I", "je", 0, "?"),
                    self.pronoun("we", "nous", 3, "?"),
                    self.pronoun("he", "il", 2, "m"),
                    self.pronoun("she", "elle", 2, "f"),
                ]
            )
        if kind == "pair":
            one = self.noun_phrase(tags & {"person", "kin"}, {"the": 3, "this": 1, "own": 1}, adjectives=self.pick([0, 0, 1]))
            two = self.name() if self.chance(0.2) else self.noun_phrase({"person", "kin"}, {"the": 1}, adjectives=0)
            gender = "f" if one.gender == two.gender == "f" else "m"
            return NounPhrase(
                [*one.en, "and", *two.en], [*one.fr, "et", *two.fr], 5, gender, one.tags & two.tags | {"person"},
                one.lemma + " and " + two.lemma,
            )  # fmt: skip
        kinds = {"the": 10, "this": 3, "a": 2, "number": 1, "own": 1, "several": 0.5, "many": 0.5}
        return self.noun_phrase(tags, kinds, relative=0 if simple else 0.3)

    # ------------------------------------------------------------ predicates

    def note(self, subject, verb):
        if not subject.pronoun and subject.lemma:
            for lemma in subject.lemma.split(" and "):
                self.verb_pairs.add((lemma, verb))

    def clear_tense(self, verb, subject, tense):
        """Whether the English form tells the tense: 'they put' could be either."""
        return verb.base != verb.past or subject.person == 2 or tense is None

    def english(self, verb, tense, subject, negation="", adverb=""):
        """(statement, auxiliary of the question, rest of the question) of an English verb."""
        third = subject.person == 2
        if verb.kind == "modal":
            finite = verb.third if third else verb.base
            if negation == "pas":
                if verb.base == "want to":
                    finite = ("does" if third else "do") + " not want to"
                else:
                    finite = {"can": "cannot", "must": "must not"}[verb.base]
            front = ("does" if third else "do") if verb.base == "want to" else verb.base
            return [finite], [front], ["want to"] if verb.base == "want to" else []
        finite = verb.past if tense == "past" else verb.third if third else verb.base
        do = "did" if tense == "past" else "does" if third else "do"
        adverb = [adverb] if adverb else []
        question = [*adverb, verb.base]
        if negation == "pas":
            return [do, "not", *adverb, verb.base], [do], question
        if negation in ("plus", "jamais"):
            return [NEGATIONS[negation], finite], [do], question
        if negation == "rien":
            return [finite, "nothing"], [do], question
        return [*adverb, finite], [do], question

    def french(self, verb, tense, subject, negation="", adverb="", clitics=(), preceding=None):
        """The French verb with ne, pronouns, auxiliary, second negation word, adverb and participle."""
        ne = ["ne"] if negation else []
        second = [negation] if negation else []
        adverb = [adverb] if adverb else []
        if tense == "present":
            return [*ne, *clitics, verb.present[subject.person], *second, *adverb]
        participle = verb.participle
        if verb.aux == "être":
            if subject.gender == "?":
                raise Reject
            participle = agree(participle, subject.gender, subject.plural)
            aux = BE["present"][subject.person]
        else:
            aux = HAVE[subject.person]
            if preceding is not None:
                if preceding.gender == "?":
                    raise Reject
                participle = agree(participle, preceding.gender, preceding.plural)
        return [*ne, *clitics, aux, *second, *adverb, participle]

    def where(self, tags=None, subject=None):
        """A place with its preposition."""
        owner = self.owner_of(subject) if subject and subject.tags & {"person", "kin"} and self.chance(0.2) else None
        kinds = {"the": 8, "this": 2, "a": 1} if owner is None else {"own": 1}
        near = {"near": "près de", "behind": "derrière", "in front of": "devant"}
        if tags is None and self.chance(0.3):
            place = self.noun_phrase({"building", "tree", "wall", "lake", "river", "bridge", "gate", "statue", "hedge"}, {"the": 5, "this": 1, "a": 2},
                                     adjectives=self.pick([0, 1, 1, 2]))  # fmt: skip
            preposition = self.pick(["near", "behind", "in front of"])
            if preposition == "in front of" and place.lemma in ("river", "lake", "bridge"):
                preposition = "near"
            return [preposition, *place.en], [near[preposition], *place.fr]
        place = self.noun_phrase(tags or {"in", "on", "at"}, kinds, owner, relative=0.1, adjectives=self.pick([0, 0, 1, 1, 2]))
        if place.plural:
            raise Reject
        for tag, french in (("in", "dans"), ("on", "sur"), ("at", "à")):
            if tag in place.tags:
                return [tag, *place.en], [french, *place.fr]
        raise Reject

    def time(self, tense):
        return self.pick(self.bank["adverbials"][tense])

    def object_determiners(self, negation, subject):
        kinds = {"the": 9, "a": 6, "some": 4, "this": 3, "number": 2, "several": 0.7, "many": 0.7}
        if subject.tags & {"person", "kin"}:
            kinds["own"] = 2
        if negation:
            kinds = {"the": 6, "this": 3, "own": 2, "any": 4}
        return kinds

    def clause(self, tense, subject=None, simple=False, negatable=True, kinds=None, timed=None):
        """One clause about a subject (chosen here unless given)."""
        kinds = kinds or {
            "transitive": 18,
            "intransitive": 9,
            "ditransitive": 4,
            "dative": 2.5,
            "instrumental": 1.2,
            "placing": 2,
            "pronoun": 4,
            "nothing": 0.7,
            "having": 1.5 if tense == "present" else 0,
            "copula": 3 if tense == "present" else 0,
            "as": 1 if tense == "present" else 0,
            "modal": 3 if tense == "present" else 0,
        }
        kind = self.weighted(kinds)
        if kind in ("copula", "as"):
            return self.copula(subject, kind, simple)
        if kind == "modal":
            return self.modal(subject, simple)
        bank_kind = {"pronoun": "transitive", "nothing": "transitive"}.get(kind, kind)
        verbs = self.bank["verbs"][bank_kind]
        if kind == "pronoun":
            verbs = [v for v in verbs if v.objects & {"person"}] + self.bank["verbs"]["dative"] + [
                v for v in self.bank["verbs"]["ditransitive"]
            ]
        if kind == "nothing":
            verbs = [v for v in verbs if v.base in "eat drink buy see hear find forget understand sell lose".split()]
        if tense == "past":
            verbs = [v for v in verbs if v.base not in STATES]
        if subject is not None:
            verbs = [v for v in verbs if v.subjects & (subject.tags | {subject.lemma})]
            if subject.pronoun and subject.lemma in ("I", "you", "we", "he", "she"):
                verbs = [v for v in verbs if v.subjects & {"person", "adult", "child", "kin"}]
        verb = self.pick(verbs)
        if subject is None:
            subject = self.subject(verb.subjects, simple)
        if not self.clear_tense(verb, subject, tense):
            raise Reject
        self.note(subject, verb.base)
        negation = ""
        if kind == "nothing":
            negation = "rien"
        elif negatable and self.chance(0.2):
            choices = {"pas": 6, "jamais": 2}
            if tense == "present":
                choices["plus"] = 2
            negation = self.weighted(choices)
        habitual = verb.base not in ONCE | STATES
        frequency = ("", "")
        if tense == "present" and not negation and habitual and self.chance(0.12):
            frequency = self.pick(self.bank["adverbials"]["frequency"])
        clause = self.complete(kind, verb, tense, subject, negation, frequency, simple)
        clause.timed = bool(frequency[0]) or negation == "jamais"
        if timed is None:
            timed = self.chance(0.15 if simple else 0.3)
        if timed and not clause.timed and negation != "plus" and (tense == "past" or habitual):
            en, fr = self.time(tense)
            if subject.plural and "school" in en:
                raise Reject
            clause.en.append(en)
            clause.fr.append(fr)
            clause.en_question.append(en)
            clause.timed = True
        return clause

    def complete(self, kind, verb, tense, subject, negation, frequency, simple):
        """The clause with the objects and complements of its verb."""
        clitics, preceding, obj = [], None, None
        rest_en, rest_fr = [], []
        relative = 0.05 if simple else 0.3
        if kind == "pronoun":
            clitics, preceding, rest_en, rest_fr = self.personal_object(verb, tense, subject, negation)
        elif kind in ("transitive", "having"):
            obj = self.noun_phrase(verb.objects, self.object_determiners(negation, subject), self.owner_of(subject),
                                   relative=relative)  # fmt: skip
            rest_en, rest_fr = obj.en, obj.fr
            where = {"find", "see", "read", "eat", "draw", "lose", "hide", "buy", "meet", "wait for", "forget", "prepare"}
            if not simple and verb.base in where and not negation and self.chance(0.25):
                en, fr = self.where()
                rest_en, rest_fr = rest_en + en, rest_fr + fr
        elif kind == "ditransitive":
            obj = self.noun_phrase(verb.objects, self.object_determiners(negation, subject), self.owner_of(subject))
            person = self.noun_phrase({"person", "kin"}, {"the": 5, "this": 2, "a": 1}, self.owner_of(subject), relative=relative)
            rest_en, rest_fr = [*obj.en, "to", *person.en], [*obj.fr, "à", *person.fr]
        elif kind == "dative":
            person = self.noun_phrase(verb.objects, {"the": 5, "this": 2, "a": 1, "own": 1}, self.owner_of(subject), relative=relative)
            rest_en, rest_fr = person.en, ["à", *person.fr]
        elif kind == "instrumental":
            thing = self.noun_phrase(verb.objects, {"the": 5, "this": 1}, adjectives=self.pick([0, 0, 1]))
            if thing.plural:
                raise Reject
            rest_en, rest_fr = thing.en, ["de", *thing.fr]
            if not negation and self.chance(0.4):
                en, fr = self.where()
                rest_en, rest_fr = rest_en + en, rest_fr + fr
        elif kind == "placing":
            obj = self.noun_phrase(verb.objects, self.object_determiners(negation, subject), self.owner_of(subject),
                                   adjectives=self.pick([0, 1, 1, 2]))  # fmt: skip
            on = self.noun_phrase({"support"}, {"the": 5, "this": 2, "a": 1})
            if on.plural:
                raise Reject
            preposition = self.pick([("on", "sur"), ("under", "sous")])
            rest_en, rest_fr = [*obj.en, preposition[0], *on.en], [*obj.fr, preposition[1], *on.fr]
        elif kind == "intransitive":
            rest_en, rest_fr = self.movement(verb, subject, negation, simple)
        en, front, question = self.english(verb, tense, subject, negation, frequency[0])
        fr = self.french(verb, tense, subject, negation, frequency[1], clitics, preceding)
        return Clause(subject, en + rest_en, fr + rest_fr, front, question + rest_en, tense, verb.base, obj, bool(negation))

    def movement(self, verb, subject, negation, simple):
        """The complement of an intransitive verb."""
        if verb.complement == "over":
            thing = self.noun_phrase({"obstacle", "fierce", "pet"} - {"horse"}, {"the": 6, "a": 3, "this": 2, "number": 1},
                                     adjectives=self.pick([0, 1, 1, 2, 2]), relative=0 if simple else 0.15)  # fmt: skip
            return ["over", *thing.en], ["par-dessus", *thing.fr]
        if verb.complement == "home":
            return self.where({"home"}, subject)
        if verb.complement in ("to", "from", "out"):
            tags = {"to": {"goal"}, "from": {"goal"}, "out": {"house", "castle", "school", "church", "forest", "garden", "bedroom", "kitchen"}}
            place = self.noun_phrase(tags[verb.complement], {"the": 8, "this": 1}, adjectives=self.pick([0, 0, 1, 1, 2]))
            if place.plural:
                raise Reject
            if verb.complement == "to":
                return ["to", *place.en], ["à", *place.fr]
            return ["from" if verb.complement == "from" else "of", *place.en], ["de", *place.fr]
        if verb.complement == "where" and self.chance(0.6):
            return self.where(None, subject)
        if not negation and verb.base in ("walk", "run", "work", "come in", "come out", "eat", "swim") and self.chance(0.5):
            en, fr = self.pick(self.bank["adverbials"]["manner"])
            if (verb.base, en) != ("run", "slowly"):
                return [en], [fr]
        return [], []

    def personal_object(self, verb, tense, subject, negation):
        """me, te, le, la, nous, vous, les or me, te, lui, nous, vous, leur as the object of a verb."""
        options = [("me", "me", "me", 0, "?"), ("us", "nous", "nous", 3, "?"), ("him", "le", "lui", 2, "m")]
        options += [("her", "la", "lui", 2, "f"), ("them", "les", "leur", 5, "?")]
        if self.you:
            you = self.you
            options = [("you", "te" if you.person == 1 else "vous", "te" if you.person == 1 else "vous", you.person, you.gender)]
        english, direct, indirect, person, gender = self.pick(options)
        if person in (0, 3) and subject.person in (0, 3) or person in (1, 4) and subject.person in (1, 4):
            raise Reject
        if verb.kind == "dative":
            return [indirect], None, [english], []
        if verb.kind == "ditransitive":
            obj = self.noun_phrase(verb.objects, self.object_determiners(negation, subject), self.owner_of(subject))
            return [indirect], None, [english, *obj.en], obj.fr
        return [direct], NounPhrase([], [], person, gender), [english], []

    def copula(self, subject, kind="copula", simple=False, tense="present", only=None, degree=None):
        """A subject that is, is not, is no longer or is never something; or as such as another."""
        if subject is None:
            subject = self.subject(frozenset(self.pick([("person", "kin"), ("animal",), ("thing", "clothes", "vehicle", "building", "food", "drink",
                                   "massfood", "text", "room", "place", "instrument")])), simple)  # fmt: skip
        tags = subject.tags | {subject.lemma}
        adjectives = [a for a in self.bank["adjectives"] if a.tags & tags and a.en not in NOT_PREDICATES]
        if only:
            adjectives = [a for a in adjectives if a.en in only]
        adjective = self.pick(adjectives)
        if subject.gender == "?" and len(set(adjective.fr[:2])) > 1:
            raise Reject
        for lemma in subject.lemma.split(" and "):
            if not subject.pronoun or subject.lemma not in ("I", "you", "we", "he", "she", "it", "they"):
                self.adjective_pairs.add((lemma, adjective.en))
        form = adjective.fr[2 * subject.plural + (subject.gender == "f")]
        be = {"present": ["am", "are", "is", "are", "are", "are"], "past": ["was", "were", "was", "were", "were", "were"]}
        finite = be[tense][subject.person]
        fixed = adjective.en in ("open", "closed", "broken", "empty") or adjective.slot in ("origin", "colour")
        if degree is None:
            degree = "" if fixed else self.pick(["", "", "very", "too"])
        negation = "" if tense == "past" else self.weighted({"": 8, "pas": 2, "plus": 0.6, "jamais": 0.5})
        if kind == "as":
            if fixed:
                raise Reject
            other = self.noun_phrase(subject.tags & {"person", "kin", "animal", "thing", "clothes", "vehicle", "building", "food", "text", "place", "room",
                                     "instrument", "drink", "massfood"}, {"the": 3, "this": 1}, adjectives=0)  # fmt: skip
            if not adjective.tags & other.tags:
                raise Reject
            negation = self.pick(["", "pas"])
            en, fr = ["as", adjective.en, "as", *other.en], ["aussi", form, "que", *other.fr]
        else:
            if negation == "plus" and (adjective.en == "young" and False):
                raise Reject
            en, fr = [degree, adjective.en], [DEGREES[degree], form]
        en, fr = [w for w in en if w], [w for w in fr if w]
        middle = [NEGATIONS[negation]] if negation else []
        ne = ["ne"] if negation else []
        second = [negation] if negation else []
        french = [*ne, BE[tense][subject.person], *second, *fr]
        return Clause(subject, [finite, *middle, *en], french, [finite], en, tense, "be", None, bool(negation), negation == "jamais")

    def modal(self, subject, simple):
        """want to, can or must with an infinitive."""
        modal = self.pick(self.bank["verbs"]["modal"])
        verbs = [v for v in self.bank["verbs"]["transitive"] if v.base not in ONCE | STATES]
        verbs = verbs + [v for v in self.bank["verbs"]["intransitive"] if v.base not in ONCE | STATES]
        if subject is not None:
            verbs = [v for v in verbs if v.subjects & (subject.tags | {subject.lemma})]
        verb = self.pick(verbs)
        if subject is None:
            subject = self.subject(verb.subjects & {"person", "kin", "adult", "child", "animal", "pet"} or {"person"}, simple)
        if not subject.tags & {"person", "kin"}:
            raise Reject
        self.note(subject, modal.base.split()[0])
        self.note(subject, verb.base)
        negation = self.weighted({"": 7, "pas": 3})
        en, front, question = self.english(modal, "present", subject, negation)
        fr = self.french(modal, "present", subject, negation)
        clitics, obj = [], None
        if verb.kind == "intransitive":
            rest_en, rest_fr = self.movement(verb, subject, negation, simple)
        elif verb.objects & {"person"} and self.chance(0.5):
            clitics, _, rest_en, rest_fr = self.personal_object(verb, "present", subject, negation)
        else:
            obj = self.noun_phrase(verb.objects, self.object_determiners(negation, subject), self.owner_of(subject),
                                   relative=0 if simple else 0.2)  # fmt: skip
            rest_en, rest_fr = obj.en, obj.fr
        rest_en = [verb.base, *rest_en]
        return Clause(subject, en + rest_en, [*fr, *clitics, verb.infinitive, *rest_fr], front, question + rest_en, "present",
                      modal.base, obj, bool(negation))  # fmt: skip

    # ------------------------------------------------------------ relative clauses

    def relative_clause(self, phrase):
        """Add to a noun phrase: who / that (qui), whom / that (que), where (où)."""
        person = bool(phrase.tags & {"person", "kin"})
        kinds = {}
        if phrase.tags & {"person", "animal"}:
            kinds |= {"who": 3, "whom": 2}
        elif phrase.tags & {"home", "room", "building", "garden", "park"}:
            kinds |= {"where": 3, "whom": 2}
        else:
            kinds |= {"whom": 1}
        kind = self.weighted(kinds)
        tense = self.pick(["present", "past"])
        if kind == "who":
            clause = self.clause(tense, phrase, simple=True, kinds={"transitive": 5, "intransitive": 4, "copula": 1 if tense == "present" else 0})
            phrase.en += ["who" if person else "that", *clause.en]
            phrase.fr += ["qui", *clause.fr]
            return
        if kind == "where":
            verbs = [v for v in self.bank["verbs"]["intransitive"] if v.base in ("live", "work", "sleep", "dance", "sing", "play")]
            verb = self.pick(verbs)
            if "home" not in phrase.tags and verb.base in ("live",):
                raise Reject
            if verb.base == "live":
                tense = "present"
            subject = self.subject(verb.subjects, simple=True)
            self.note(subject, verb.base)
            en = self.english(verb, tense, subject)[0]
            phrase.en += ["where", *subject.en, *en]
            phrase.fr += ["où", *subject.fr, *self.french(verb, tense, subject)]
            return
        verbs = [v for v in self.bank["verbs"]["transitive"] if v.objects & phrase.tags and v.base != "finish"]
        if tense == "past":
            verbs = [v for v in verbs if v.base not in STATES]
        verb = self.pick(verbs)
        subject = self.subject(verb.subjects, simple=True)
        if not self.clear_tense(verb, subject, tense):
            raise Reject
        self.note(subject, verb.base)
        en = self.english(verb, tense, subject)[0]
        phrase.en += ["whom" if person else "that", *subject.en, *en]
        phrase.fr += ["que", *subject.fr, *self.french(verb, tense, subject, preceding=phrase)]

    # ------------------------------------------------------------ sentences

    def statement(self, clause):
        return [*clause.subject.en, *clause.en], [*clause.subject.fr, *clause.fr]

    def follow_up(self, clause, tense):
        """A second clause about the object of the first: 'and he ate it', 'but she did not see them'."""
        obj, subject = clause.object, clause.subject
        if obj is None or clause.negative or not subject.tags & {"person", "kin"} or obj.tags & {"animal"} or subject.person == 5:
            raise Reject
        after = {
            "buy": "lose sell eat drink wash read repair lend forget", "find": "lose sell eat wash read hide take", "take": "lose hide forget carry",
            "see": "invite help follow call", "receive": "lose read open sell", "write": "lose translate finish send",
            "prepare": "eat", "choose": "buy eat forget", "look for": "find", "look at": "buy choose draw", "pick": "eat wash cut", "cut": "eat",
            "open": "close read", "wash": "cut paint repair", "carry": "lose break", "draw": "paint", "meet": "help thank invite call",
            "hear": "follow call see", "wait for": "see follow", "hide": "lose find forget", "read": "translate hide forget understand", "repair": "sell wash paint",
            "build": "sell paint", "clean": "paint sell", "steal": "hide eat sell lose", "listen to": "understand thank",
            "break": "repair hide", "forget": "look for", "lose": "look for find",
        }.get(clause.verb, "").split()  # fmt: skip
        verbs = [v for v in self.bank["verbs"]["transitive"] if v.base in after and v.objects & obj.tags and v.subjects & {"person"}]
        verb = self.pick(verbs)
        again = self.again(subject)
        if not self.clear_tense(verb, again, tense):
            raise Reject
        if obj.tags & {"person", "kin"}:
            if not obj.plural and (obj.gender == subject.gender or subject.gender == "?"):
                pass
            english = "them" if obj.plural else "her" if obj.gender == "f" else "him"
        else:
            english = "them" if obj.plural else "it"
        french = "les" if obj.plural else "la" if obj.gender == "f" else "le"
        self.verb_pairs.add((subject.lemma, verb.base)) if not subject.pronoun else None
        negation = "pas" if self.chance(0.3) else ""
        en = [*self.english(verb, tense, again, negation)[0], english]
        fr = self.french(verb, tense, again, negation, "", [french], obj)
        return ["but" if negation else "and", *again.en, *en], ["mais" if negation else "et", *again.fr, *fr]

    def reason(self, clause, tense):
        """because he was tired; because it was too small."""
        subject, obj = clause.subject, clause.object
        if obj is not None and clause.verb in REASONS and not clause.negative and not obj.tags & {"person", "animal"}:
            degree, adjectives = REASONS[clause.verb]
            if subject.person == 5 and obj.plural:
                raise Reject
            about = self.copula(self.again(obj), tense="past" if tense == "past" else "present", only=adjectives.split(), degree=degree)
        elif subject.tags & {"person"} and subject.person in (0, 1, 2, 3, 4, 5):
            about = self.copula(self.again(subject), tense="past" if tense == "past" else "present", only=MOODS, degree=self.pick(["", "", "very", "too"]))
        else:
            raise Reject
        if about.negative:
            raise Reject
        en, fr = self.statement(about)
        return ["because", *en], ["parce", "que", *fr]

    def address(self):
        """Call somebody: from then on 'you' is determined."""
        if self.chance(0.55):
            name, gender = self.pick(self.bank["names"])
            self.used.add(name)
            self.you = self.pronoun("you", "tu", 1, gender)
            return [name, ","], [name, ","]
        en, fr, gender = self.pick(
            [("My friends", "Mes amis", "m"), ("Children", "Les enfants", "m"), ("Girls", "Les filles", "f"), ("Boys", "Les garçons", "m"), ("Ladies", "Mesdames", "f"),
             ("Paul and Marie", "Paul et Marie", "m"), ("Julie and Emma", "Julie et Emma", "f"), ("Gentlemen", "Messieurs", "m")]
        )  # fmt: skip
        self.used |= {"friend", "girl", "boy", "lady", "Paul", "Marie", "Julie", "Emma"}
        self.you = self.pronoun("you", "vous", 4, gender)
        return [en, ","], [fr, ","]

    def question(self):
        kind = self.weighted({"yes": 6, "where": 1.5, "why": 2, "when": 1, "what": 2, "who": 2})
        tense = self.pick(["present", "past"])
        if kind == "who":
            clause = self.clause(tense, NounPhrase(["who"], ["qui"], 2, "m", frozenset(["person"]), "who", True), negatable=False,
                                 kinds={"transitive": 5, "intransitive": 3, "ditransitive": 1})  # fmt: skip
            return ["who", *clause.en, "?"], ["qui", *clause.fr, "?"]
        if kind == "what":
            verb = self.pick(v for v in self.bank["verbs"]["transitive"] if v.base in "eat drink buy see hear read write find lose look for sell look at prepare choose draw carry hide forget".split())
            subject = self.subject(verb.subjects)
            self.note(subject, verb.base)
            _, front, en = self.english(verb, tense, subject)
            fr = self.french(verb, tense, subject)
            if self.chance(0.5):
                time = self.time(tense)
                en, fr = [*en, time[0]], [*fr, time[1]]
            return ["what", *front, *subject.en, *en, "?"], ["qu'est-ce", "que", *subject.fr, *fr, "?"]
        clause = self.clause(tense, negatable=False, kinds=None if kind in ("yes", "why") else {"transitive": 4, "intransitive": 3}, timed=False if kind == "when" else None)
        if clause.negative or (kind == "when" and clause.timed):
            raise Reject
        if kind == "where" and any(w in clause.fr for w in ("dans", "sur", "près de", "derrière", "devant", "à")):
            raise Reject
        word = {"yes": [], "where": ["where"], "why": ["why"], "when": ["when"]}[kind]
        mot = {"yes": [], "where": ["où"], "why": ["pourquoi"], "when": ["quand"]}[kind]
        return [*word, *clause.front, *clause.subject.en, *clause.en_question, "?"], [*mot, "est-ce", "que", *clause.subject.fr, *clause.fr, "?"]

    def there_is(self):
        tags, where = self.pick([
            ({"thing", "clothes", "food", "instrument"} , {"room", "garden", "hotel", "school", "house"}),
            ({"animal"}, {"garden", "field", "forest", "street", "tree", "park", "kitchen", "cellar", "farm"}),
            ({"person"}, {"street", "park", "garden", "market", "station", "kitchen", "office", "church", "school", "beach", "bridge"}),
        ])  # fmt: skip
        thing = self.noun_phrase(tags, {"a": 5, "number": 3, "some": 2, "many": 1, "several": 1}, relative=0.5)
        if "fixed" in thing.tags:
            raise Reject
        if self.chance(0.4) and thing.tags & {"animal", "clothes", "food", "portable"}:
            place = self.noun_phrase({"support"}, {"the": 4, "this": 2, "own": 1}, self.free_owner())
            preposition = self.pick([("on", "sur"), ("under", "sous"), ("near", "près de"), ("behind", "derrière")])
            en, fr = [preposition[0], *place.en], [preposition[1], *place.fr]
        else:
            en, fr = self.where(where - {"tree"})
        if "who" in thing.en or "whom" in thing.en or "that" in thing.en:  # the place first, lest it belong to the relative clause
            return [*en, ",", "there", "are" if thing.plural else "is", *thing.en], [*fr, ",", "il", "y", "a", *thing.fr]
        return ["there", "are" if thing.plural else "is", *thing.en, *en], ["il", "y", "a", *thing.fr, *fr]

    def body(self, tense, size):
        """A statement of one, two or three clauses."""
        if size == 1:
            if self.chance(0.06):
                return self.there_is()
            clause = self.clause(tense, simple=self.chance(0.5))
            en, fr = self.statement(clause)
            if self.chance(0.12) and not clause.timed and not clause.negative and tense == "past":
                time = self.time(tense)
                return [time[0], ",", *en], [time[1], ",", *fr]
            return en, fr
        kind = self.weighted({"and": 3, "follow": 4, "because": 3, "reason": 3, "when": 2, "while": 1.2, "if": 1.2, "that": 3, "there": 0.6})
        if kind == "follow":
            clause = self.clause(tense, kinds={"transitive": 1}, timed=False, negatable=False)
            en, fr = self.statement(clause)
            more_en, more_fr = self.follow_up(clause, tense)
            en, fr = en + more_en, fr + more_fr
            if size > 2:
                more_en, more_fr = self.reason(clause, tense)
                en, fr = en + more_en, fr + more_fr
            return en, fr
        if kind == "reason":
            clause = self.clause(tense, timed=False, negatable=size == 2)
            en, fr = self.statement(clause)
            more_en, more_fr = self.reason(clause, tense)
            en, fr = en + more_en, fr + more_fr
            if size > 2:
                return self.joined(tense, (en, fr), self.body(tense, 1))
            return en, fr
        if kind == "that":
            verb = self.pick(self.bank["verbs"]["saying"])
            subject = self.subject(verb.subjects, simple=size < 3)
            self.note(subject, verb.base)
            en, fr = self.body(self.pick(["present", "past"]), size - 1)
            head = self.english(verb, "present", subject)[0]
            return [*subject.en, *head, "that", *en], [*subject.fr, *self.french(verb, "present", subject), "que", *fr]
        if kind == "when":
            punctual = {"arrive", "leave", "come in", "come out", "fall", "come back", "open", "close", "see", "hear", "find", "break", "call", "meet", "go"}
            first = self.clause(tense, timed=False, negatable=False, kinds={"transitive": 1, "intransitive": 2}, simple=True)
            if first.verb not in punctual:
                raise Reject
            return self.subordinate("when", "quand", self.statement(first), self.body(tense, size - 1))
        if kind == "while":
            first = self.clause("present", timed=False, negatable=False, kinds={"transitive": 1, "intransitive": 1}, simple=True)
            if first.verb not in {"sleep", "sing", "dance", "work", "play", "eat", "read", "wash", "clean", "prepare", "paint", "look at", "listen to", "repair", "draw"}:
                raise Reject
            return self.subordinate("while", "pendant que", self.statement(first), self.body("present", size - 1))
        if kind == "if":
            first = self.clause("present", timed=False, simple=True, kinds={"transitive": 3, "intransitive": 2, "copula": 2, "modal": 1})
            return self.subordinate("if", "si", self.statement(first), self.body("present", size - 1))
        if kind == "because":
            first = self.body(tense, size - 1)
            second = self.statement(self.clause(tense))
            return [*first[0], "because", *second[0]], [*first[1], "parce", "que", *second[1]]
        if kind == "there":
            return self.joined("present", self.there_is(), self.body("present", size - 1))
        return self.joined(tense, self.body(tense, 1), self.body(tense, size - 1))

    def joined(self, tense, one, two):
        english, french = self.pick([("and", "et"), ("and", "et"), ("but", "mais")])
        return [*one[0], ",", english, *two[0]], [*one[1], ",", french, *two[1]]

    def subordinate(self, english, french, first, main):
        if self.chance(0.5):
            return [english, *first[0], ",", *main[0]], [french, *first[1], ",", *main[1]]
        return [*main[0], english, *first[0]], [*main[1], french, *first[1]]

    def sentence(self, size):
        """(English, French) with about `size` clauses; 0 is a very short one."""
        start = ([], [])
        if self.chance(0.12):
            start = self.address()
        if self.chance(0.15) and size <= 2:
            en, fr = self.question()
            mark = []
        else:
            tense = self.pick(["present", "past"])
            en, fr = self.body(tense, max(size, 1))
            mark = ["."]
        return (
            join_english([*start[0], *en, *mark]),
            join_french([*start[1], *fr, *mark], self.bank["aspirated"]),
        )


def demonstration(bank):
    """The sentence of lesson 4b, put together by the same rules."""
    writer = Writer(bank, random.Random(0))
    fox, dog = ([n for n in bank["nouns"] if n.lemma == name][0] for name in ("fox", "dog"))
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
    """Rows (split, English, French), filled band by band."""
    rng = random.Random(SEED)
    wanted = {split: dict(bands) for split, bands in SPLITS.items()}
    rows, seen = [], {"en": set(), "fr": set()}
    tries = Counter()
    words_of_train = None
    for split in ("train", "validation", "test_pairs", "test_long"):
        if split == "validation":
            words_of_train = [set(), set()]
            for _, en, fr in rows:
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
            size = 1 if longest <= 8 else 2 if longest <= 14 else rng.choice([2, 2, 3]) if longest <= 20 else rng.choice([3, 4])
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
            if words_of_train and not (set(words_of(en)) <= words_of_train[0] and set(words_of(fr)) <= words_of_train[1]):
                continue
            seen["en"].add(en)
            seen["fr"].add(fr)
            bands[band] -= 1
            rows.append((split, en, fr))
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
    return ("split\ten\tfr\n" + "".join("\t".join(row) + "\n" for row in rows)).encode("utf-8")


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
