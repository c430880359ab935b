"""Sentences as tokens and back, and vocabularies of them."""

import re
from collections import Counter

import numpy as np

PAD, START, END, UNKNOWN = range(4)

SPECIAL = ["<pad>", "<start>", "<end>", "<unk>"]

TOKEN = re.compile(
    r"""&\w+;                                        # a character written by its name, as &amp;
      | <\w+>                                        # <unk>
      | (?:\b(?:[cdjlmnst]|(?:jus|lors|puis|quel)?qu)['’])(?=\w)  # an elision: l' d' qu'
      | aujourd['’]hui | o['’]clock
      | \w+n['’]t\b                                  # doesn't
      | ['’](?:s|m|d|re|ve|ll)\b                     # the 's of "the dog's"
      | \d+(?:[.,]\d+)+
      | \w+(?:-\w+)*                                 # a word, with its hyphens
      | \.\.\.
      | \S""",
    re.IGNORECASE | re.VERBOSE,
)


def tokens_of(sentence):
    """The words and punctuation marks of a sentence, English or French, as a list.

    tokens_of("L'ami n'a pas vu le chien.") is ["l'", "ami", "n'", "a", "pas", "vu", "le", "chien", "."]: what is elided
    keeps its apostrophe and stands alone, and so does an English 's. The first letter of the sentence becomes small, a
    name's too, except in "I"; other capitals stay.
    """
    tokens = TOKEN.findall(sentence)
    first = next((n for n, token in enumerate(tokens) if token[0].isalnum()), None)
    if first is not None and tokens[first] != "I":
        tokens[first] = tokens[first][0].lower() + tokens[first][1:]
    return tokens


def sentence_of(tokens, language="fr"):
    """The way back from `tokens_of`: a sentence with its spaces, its apostrophes and its first capital.

    language: "fr" has a space before ? ! : ; and %, "en" has none.
    """
    ends = {".", ",", "...", ")", "]", "°"} | (set() if language == "fr" else {"?", "!", ":", ";", "%"})
    sentence, glued, quoted = "", True, False
    for token in tokens:
        close = token in ends or token[0] in "'’" or (token == '"' and quoted)
        sentence += token if close or glued else " " + token
        quoted = quoted != (token == '"')
        glued = token in {"(", "[", "#", "$"} or (token == '"' and quoted) or (token[-1] in "'’" and len(token) > 1)
    first = next((n for n, character in enumerate(sentence) if character.isalnum()), 0)
    return sentence[:first] + sentence[first : first + 1].upper() + sentence[first + 1 :]


class Vocabulary:
    """The words of one language, each with its id, learned from the sentences to train on and from no other.

    sentences: lists of tokens. least: how often a word must occur to be in it. size: how many ids at most, the more
    frequent words first. `words` lists the words by id; ids 0 to 3 are <pad>, <start>, <end> and <unk>, the word that
    is not in the vocabulary.
    """

    def __init__(self, sentences, least=1, size=None):
        counts = Counter(token for tokens in sentences for token in tokens)
        frequent = sorted((-count, token) for token, count in counts.items() if count >= least)
        self.words = (SPECIAL + [token for _, token in frequent])[:size]
        self.ids = {word: number for number, word in enumerate(self.words)}

    def __len__(self):
        return len(self.words)

    def encode(self, sentences):
        """The ids of sentences (lists of tokens), each closed by <end>: (n, T) int32, right-padded with 0."""
        rows = [[self.ids.get(token, UNKNOWN) for token in tokens] + [END] for tokens in sentences]
        ids = np.full((len(rows), max(map(len, rows), default=0)), PAD, dtype="int32")
        for row, values in zip(ids, rows, strict=True):
            row[: len(values)] = values
        return ids

    def decode(self, ids):
        """Lists of tokens from ids (n, T), each up to its first <end>; <pad> and <start> are left out, <unk> is not."""
        sentences = []
        for row in np.asarray(ids).tolist():
            row = row[: row.index(END)] if END in row else row
            sentences.append([self.words[token] for token in row if token not in (PAD, START)])
        return sentences
