"""course_phrases: rules of French and English over the surface of every pair, apart from the generator.

The rules know the word forms of data/phrases/bank.toml, and nothing of how generate.py puts them together.
"""

import collections
import importlib.util
import itertools
import re
import sys
import tomllib
import unicodedata

import pytest

from course_utils.paths import resource

PHRASES = resource("data") / "phrases"
BANK = tomllib.loads((PHRASES / "bank.toml").read_text(encoding="utf-8"))
ASPIRATED = set(BANK["aspirated"])
BE = ["suis", "es", "est", "sommes", "êtes", "sont"]
HAVE = ["ai", "as", "a", "avons", "avez", "ont"]
PERSONS = {"je": 0, "j'": 0, "tu": 1, "il": 2, "elle": 2, "qui": None, "ils": 5, "elles": 5}
CLITICS = {"me", "m'", "te", "t'", "le", "la", "l'", "les", "lui", "leur", "nous", "vous"}
SECOND = {"pas", "plus", "jamais", "rien"}


def cells(line):
    return [cell.strip() for cell in line.split("|")]


def read_forms():
    """(nouns, adjectives, verbs, participles): {form: set of (gender, plural)}, {form: set of persons}."""
    nouns, adjectives = collections.defaultdict(set), collections.defaultdict(set)
    for line in (line for lines in BANK["nouns"].values() for line in lines):
        _, _, one, many, gender, _ = cells(line)
        nouns[one].add((gender, False))
        if many:
            nouns[many].add((gender, True))
    for line in BANK["adjectives"]:
        _, m, f, mp, fp, *_ = cells(line)
        for form in m.split("/"):
            adjectives[form].add(("m", False))
        for form, traits in ((f, ("f", False)), (mp, ("m", True)), (fp, ("f", True))):
            adjectives[form].add(traits)
    verbs, participles, with_be = collections.defaultdict(set), collections.defaultdict(set), set()
    for kind, lines in BANK["verbs"].items():
        for line in lines:
            _, _, _, _, present, participle, _, *rest = cells(line)
            for person, form in enumerate(present.split()):
                verbs[form].add(person)
            for gender in "mf":
                for plural in (False, True):
                    form = participle + ("e" if gender == "f" else "")
                    form += "s" if plural and not form.endswith("s") else ""
                    participles[form].add((gender, plural))
                    if kind == "intransitive" and rest[0] == "être":
                        with_be.add(form)
    for forms in (BE, HAVE, ["étais", "étais", "était", "étions", "étiez", "étaient"]):
        for person, form in enumerate(forms):
            verbs[form].add(person)
    for person, form in enumerate(["avais", "avais", "avait", "avions", "aviez", "avaient"]):
        verbs[form].add(person)
    return nouns, adjectives, verbs, participles, with_be


NOUNS, ADJECTIVES, VERBS, PARTICIPLES, WITH_BE = read_forms()
NAMES = {cells(line)[0].lower(): cells(line)[1] for line in BANK["names"]}
DETERMINERS = {
    "le": {("m", False)},
    "la": {("f", False)},
    "l'": {("m", False), ("f", False)},
    "un": {("m", False)},
    "une": {("f", False)},
    "ce": {("m", False)},
    "cet": {("m", False)},
    "cette": {("f", False)},
    "du": {("m", False)},
    "au": {("m", False)},
    "ma": {("f", False)},
    "ta": {("f", False)},
    "sa": {("f", False)},
}
SINGULAR, PLURAL = {("m", False), ("f", False)}, {("m", True), ("f", True)}
DETERMINERS |= dict.fromkeys(["mon", "ton", "son", "notre", "votre", "leur"], SINGULAR)
NUMBERS = ["deux", "trois", "quatre", "cinq", "six", "sept", "huit", "dix", "douze", "vingt"]
DETERMINERS |= dict.fromkeys(
    ["les", "des", "ces", "aux", "mes", "tes", "ses", "nos", "vos", "leurs", "plusieurs", *NUMBERS], PLURAL
)
# Before a vowel: what is elided, and the forms that stand there in place of another.
ELIDE = {"le", "la", "je", "ne", "que", "de", "me", "te"}
NOT_BEFORE_VOWEL = {"ma", "ta", "sa", "ce", "beau", "nouveau"}
ONLY_BEFORE_VOWEL = {"cet", "bel", "vieil", "nouvel"}


def vowel(word):
    return word not in ASPIRATED and unicodedata.normalize("NFD", word)[0] in "aeiouœh"


def tokens(text):
    """Words in lower case, an elided one apart with its apostrophe, and punctuation."""
    return re.findall(
        r"(?:parce|est-ce|qu'est-ce|aujourd'hui|o'clock|[^\W_]+(?:-\w+)*'|[^\W_]+(?:-\w+)*|[.,?])", text.lower()
    )


def phrases_of(words):
    """(start, end, traits) of every noun phrase whose determiner, adjectives and noun stand side by side."""
    found = []
    for i, word in enumerate(words):
        if word not in DETERMINERS and word not in ("de", "d'"):
            continue
        j = i + 1
        while j < len(words) and words[j] in ADJECTIVES and words[j] not in NOUNS:
            j += 1
        if j >= len(words) or words[j] not in NOUNS:
            continue
        pronoun = word in CLITICS and (words[i - 1] in PERSONS or words[i - 1] in ("ne", "n'", "nous", "vous"))
        if pronoun and words[j] in VERBS and j == i + 1:
            continue  # a pronoun and a verb: il la porte
        end = j + 1
        while end < len(words) and words[end] in ADJECTIVES and words[end] not in VERBS:
            end += 1
        found.append((i, end, j))
    return found


def fault(french):
    """What is wrong with a French sentence, or None."""
    words = tokens(french)
    pairs = list(itertools.pairwise(words))
    for word, following in pairs:
        if word in ELIDE and following.isalpha() and vowel(following):
            return f"{word} {following}: not elided"
        if word.endswith("'") and word[:-1] in {"l", "d", "j", "n", "qu", "m", "t"} and not vowel(following):
            return f"{word}{following}: elided before a consonant"
        if (word, following) in {("de", "le"), ("de", "les"), ("à", "le"), ("à", "les"), ("si", "il"), ("si", "ils")}:
            return f"{word} {following}: not contracted"
        if word == "s'" and following not in ("il", "ils"):
            return f"s'{following}"
        if word in NOT_BEFORE_VOWEL and vowel(following) and following.isalpha() and following not in HAVE:
            return f"{word} {following}: before a vowel"
        if word in ONLY_BEFORE_VOWEL and not vowel(following):
            return f"{word} {following}: before a consonant"
    for start, end, noun in phrases_of(words):
        traits = set(NOUNS[words[noun]])
        if words[start] in DETERMINERS:
            traits &= DETERMINERS[words[start]]
        for word in [*words[start + 1 : noun], *words[noun + 1 : end]]:
            traits &= ADJECTIVES[word]
        if not traits:
            return f"{' '.join(words[start:end])}: no agreement"
    for check in (negation, subjects, participles):
        if trouble := check(words):
            return trouble
    return None


def negation(words):
    """ne and its second word come together."""
    for i, word in enumerate(words):
        if word in ("ne", "n'") and not SECOND & set(words[i + 1 : i + 5]):
            return f"ne alone: {' '.join(words[i : i + 5])}"
        if word in SECOND and not {"ne", "n'"} & set(words[max(0, i - 4) : i]):
            return f"{word} without ne: {' '.join(words[max(0, i - 4) : i + 1])}"
    return None


def verb_after(words, i):
    """The index of the verb after ne and pronouns from i on."""
    while i < len(words) and (words[i] in ("ne", "n'") or words[i] in CLITICS):
        i += 1
    return i


def subjects(words):
    """Each verb agrees in person and number with the pronoun or the noun phrase before it."""
    starts = {".", ",", "et", "mais", "que", "qu'", "quand", "si", "s'", "où"}
    for i, word in enumerate(words):
        person = PERSONS.get(word)
        if word in ("nous", "vous") and (i == 0 or words[i - 1] in starts):
            person = {"nous": 3, "vous": 4}[word]
        if person is None:
            continue
        if word == "il" and words[i + 1] in ("y", "pleut", "neige", "fait", "faisait", "pleuvait"):
            continue
        at = verb_after(words, i + 1)
        if words[at] not in VERBS or person not in VERBS[words[at]]:
            return f"{' '.join(words[i : at + 1])}: the verb does not agree"
    for start, end, noun in phrases_of(words):
        if (start and words[start - 1] not in starts | {"ce"}) or words[start] in ("de", "d'"):
            continue
        at = verb_after(words, end)
        if at < len(words) and words[at] in VERBS and "qui" not in words[:start]:
            plural = any(plural for _, plural in NOUNS[words[noun]] & DETERMINERS[words[start]])
            if words[start - 1 : start] == ["et"] and plural is False and 5 in VERBS[words[at]]:
                continue  # the boy and the girl sing
            if (5 if plural else 2) not in VERBS[words[at]]:
                return f"{' '.join(words[start : at + 1])}: the verb does not agree"
    return None


def traits_before(words, i):
    """(gender, plural) of the subject that ends before i, past ne and pronouns; None where it is not sure."""
    while i and (words[i - 1] in ("ne", "n'") or words[i - 1] in CLITICS - {"nous", "vous"}):
        i -= 1
    word = words[i - 1]
    if word in ("il", "ils", "elle", "elles"):
        return ("f" if word.startswith("e") else "m", word.endswith("s"))
    for start, end, noun in phrases_of(words):
        sure = start == 0 or words[start - 1] in {",", "que", "qu'", "quand", "si", "où"}
        if end == i and sure and words[start] in DETERMINERS:
            (traits,) = NOUNS[words[noun]] & DETERMINERS[words[start]]
            return traits
    if word in NAMES and (i == 1 or words[i - 2] != "et"):
        return (NAMES[word], False)
    return None


def participles(words):
    """After être: agreement with the subject. After avoir: with le, la, l', les or que before it, or none."""
    for i, word in enumerate(words):
        j = i + 1
        while j < len(words) and words[j] in SECOND | {"très", "trop", "si", "aussi", "souvent", "toujours", "parfois"}:
            j += 1
        if j >= len(words):
            continue
        if word in BE or word in ("était", "étaient", "étais", "étions", "étiez"):
            forms = PARTICIPLES[words[j]] if words[j] in WITH_BE else ADJECTIVES.get(words[j])
            traits = traits_before(words, i)
            if forms and traits and traits not in forms:
                return f"{' '.join(words[max(0, i - 4) : j + 1])}: no agreement with the subject"
        elif word in HAVE and words[j] in PARTICIPLES:
            forms, before = PARTICIPLES[words[j]], words[i - 1]
            if before == "les":
                right = any(plural for _, plural in forms)
            elif before == "l'":
                right = any(not plural for _, plural in forms)
            elif before in ("t'", "vous", "te"):
                right = True
            elif relative := antecedent(words, i):
                right = bool(relative & forms)
            else:
                right = ("m", False) in forms
            if not right:
                return f"{' '.join(words[max(0, i - 6) : j + 1])}: the participle does not agree"
    return None


def antecedent(words, i):
    """The traits of the noun to which the nearest que before i refers; None where there is none."""
    for j in range(i - 1, 0, -1):
        if words[j] in (",", "qui", "quand", "si", "s'", "où", "mais"):
            return None
        if words[j] in ("que", "qu'"):
            if any(word in VERBS and word not in NOUNS for word in words[j + 2 : i]):
                return None  # the relative clause has its verb already
            for start, end, noun in phrases_of(words):
                if end == j:
                    aussi = "aussi" in words[max(0, start - 3) : end]
                    return None if aussi else NOUNS[words[noun]] & DETERMINERS.get(words[start], SINGULAR | PLURAL)
            return None
    return None


# ------------------------------------------------------------ English


def read_english():
    """(third person singular, base, past) forms of the verbs, first words only, with their particles."""
    third, base, past = set(), set(), set()
    for kind, lines in BANK["verbs"].items():
        for line in lines:
            one, three, before, *_ = (cell.split(" ")[0] for cell in cells(line))
            if kind == "modal" and one != "want":
                third.add(one)
            base.add(one)
            third.add(three)
            past.add(before)
    return third | {"is", "does"}, base | {"am", "are", "do"}, past | {"did", "was", "were", "cannot"}


THIRD, BASE, PAST = read_english()


def english_fault(english):
    """What is wrong with an English sentence, or None."""
    words = tokens(english)
    for word, following in itertools.pairwise(words):
        if word in ("a", "an") and (word == "an") != (following[0] in "aeiou" or following == "hour"):
            return f"{word} {following}"
    starts = {",", "and", "but", "that", "if", "when", "while", "because", "where"}
    skipped = {"never", "no", "longer", "often", "always", "sometimes", "rarely"}
    for i, word in enumerate(words):
        if word in ("do", "does", "did") and words[i + 1] == "not" and words[i + 2] not in BASE:
            return f"{word} not {words[i + 2]}"
        if word in ("i", "he", "she", "we", "they") and (i == 0 or words[i - 1] in starts):
            j = i + 1
            while words[j] in skipped:
                j += 1
            right = PAST | (THIRD if word in ("he", "she") else BASE | {"can", "must"})
            if words[j] not in right and words[i - 1] not in ("do", "does", "did"):
                return f"{' '.join(words[i : j + 1])}: the verb does not agree"
    return None


# ------------------------------------------------------------ tests


@pytest.fixture(scope="module")
def rows():
    lines = (PHRASES / "phrases.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "split\ten\tfr"
    return [line.split("\t") for line in lines[1:]]


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("generate_phrases", PHRASES / "generate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "french",
    [
        "Le homme mange une pomme.",
        "Le grand maison est vide.",
        "L'hibou dort.",
        "Il donne la clé à le roi.",
        "Elle revient de le musée.",
        "Ma amie dort.",
        "Le nouveau hôtel est ouvert.",
        "Cet garçon dort.",
        "Il ne mange la pomme.",
        "Il mange jamais la pomme.",
        "Les filles dort.",
        "Nous dormez.",
        "Elle est arrivé.",
        "Les filles sont partis.",
        "La soupe est froid.",
        "La lettre qu'il a écrit est longue.",
        "Elle a achetée une robe.",
        "Si il pleut, elle dort.",
        "Il a vu les chats, et il les a appelé.",
        "Les vieilles hommes dorment.",
    ],
)
def test_the_rules_find_mistakes(french):
    assert fault(french)


@pytest.mark.parametrize("english", ["He eat an apple.", "A old man sleeps.", "She does not sleeps.", "We sleeps."])
def test_the_english_rules_find_mistakes(english):
    assert english_fault(english)


def test_no_sentence_has_a_mistake_that_the_rules_know(rows):
    faults = [(trouble, french) for _, _, french in rows if (trouble := fault(french))]
    assert not faults, faults[:10]
    faults = [(trouble, english) for _, english, _ in rows if (trouble := english_fault(english))]
    assert not faults, faults[:10]


def test_typography(rows):
    for _, english, french in rows:
        assert re.fullmatch(r"[A-Z][A-Za-z' ,]*[^ ,'][.?]", english), english
        assert re.fullmatch(r"[A-ZÀÉÊ][a-zA-Zàâçéèêëîïôûùœ' ,-]*([^ ,'-]\.|[^ ,'-] \?)", french), french
        assert "  " not in english + french and english.endswith("?") == french.endswith("?")
        assert not re.search(r"(?<! )\?", french) and not re.search(r"' | '| ,", french + english)


def test_you_is_determined_by_whom_the_sentence_calls(rows):
    for _, english, french in rows:
        if re.search(r"\b(you|your)\b", english):
            called = english.split(",")[0]
            alone = called in {cells(line)[0] for line in BANK["names"]}
            assert alone or called[:2] in ("My", "Ch", "Gi", "Bo", "La", "Ge") or " and " in called, english
            assert not set(tokens(french)) & (
                {"vous", "votre", "vos"} if alone else {"tu", "te", "t'", "ton", "ta", "tes"}
            )


def test_sizes_lengths_and_vocabulary(rows, generator):
    splits = collections.Counter(split for split, _, _ in rows)
    assert splits["train"] >= 12000 and splits["validation"] == 600
    assert splits["test_pairs"] + splits["test_long"] == 1200
    for side in (1, 2):
        assert len({row[side] for row in rows}) == len(rows)
        assert all(3 <= generator.count_words(row[side]) <= 30 for row in rows)
        in_train = {word for row in rows if row[0] == "train" for word in tokens(row[side])}
        assert len(in_train) >= 400
        assert {word for row in rows for word in tokens(row[side])} == in_train
    lengths = {split: [generator.count_words(en) for part, en, _ in rows if part == split] for split in splits}
    assert max(lengths["train"]) < min(lengths["test_long"]) and max(lengths["test_long"]) == 30


@pytest.mark.slow
def test_the_corpus_is_what_its_generator_makes_and_holds_out_what_it_says(rows, generator):
    made = generator.write_corpus(generator.read_bank())
    assert generator.serialise(made) == (PHRASES / "phrases.tsv").read_bytes()
    seen = set().union(*(pairs | verbs for split, _, _, pairs, verbs in made if split in ("train", "validation")))
    for split, english, _, pairs, verbs in made:
        if split == "test_pairs":
            assert (pairs | verbs) - seen, english


def test_the_demonstration_is_derived_and_not_in_train(rows, generator):
    assert generator.demonstration(generator.read_bank()) == generator.DEMONSTRATION
    assert not any("quick brown fox" in english for _, english, _ in rows)
    assert not fault(generator.DEMONSTRATION[1])
