"""Sentences as tokens and back, vocabularies, batches of sentence pairs, and BLEU: what translating needs around it."""

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


def pairs_of(dataset, source="en", target="fr"):
    """The sentences of a corpus of translations, as two lists of texts: (sources, targets).

    dataset: a `tf.data.Dataset` of {"en", "fr"}, as `load("course_phrases", "train")` gives it.
    """
    pairs = list(dataset.as_numpy_iterator())
    return [pair[source].decode() for pair in pairs], [pair[target].decode() for pair in pairs]


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


def copy_unknown(tokens, source_tokens, weights):
    """A translation in which each <unk> is replaced by the source word that it attended to most.

    tokens, source_tokens: lists. weights: attention (T, S) of each token of the translation, S >= len(source_tokens).
    """
    return [
        source_tokens[int(np.argmax(weights[t][: len(source_tokens)]))] if token == SPECIAL[UNKNOWN] else token
        for t, token in enumerate(tokens)
    ]


def teacher_forced(target):
    """What the decoder reads and what it shall say: (target_in, target_out), each (n, T) int32.

    target: ids (n, T) of sentences closed by <end>. target_in is target one step later, behind <start>, and its <end>
    and padding are <pad>.
    """
    start = np.full_like(target[:, :1], START)
    return np.where(target == PAD, PAD, np.concatenate([start, target[:, :-1]], axis=1)), target


def batches_by_length(source, target, batch_size, edges=(10, 14, 18, 24, 34, 52), seed=0):
    """Batches of sentence pairs of like length, in a new order each time, without end.

    source: ids (n, S). target: ids (n, T), closed by <end>, both right-padded with 0. edges: lengths to which batches
    are padded: a pair goes to the first that both of its sentences fit into, and one that fits into none raises
    ValueError. Few edges mean few shapes, and each shape is compiled once.
    Returns a `tf.data.Dataset` of ((source (batch_size, E), target_in (batch_size, E)), target_out (batch_size, E)) for
    `model.fit` with steps_per_epoch = n // batch_size; E is one of the edges, and every batch is full.
    """
    import tensorflow as tf

    longest = max(source.shape[1], target.shape[1])
    if longest > edges[-1]:
        raise ValueError(f"a sentence has {longest} tokens with its <end>, and the last edge is {edges[-1]}")
    target_in, target_out = teacher_forced(target)

    def length(*ids):
        return tf.reduce_max([tf.math.count_nonzero(row, dtype="int32") for row in ids])

    def cut(*ids):
        return [row[: tf.math.count_nonzero(row)] for row in ids]

    pairs = tf.data.Dataset.from_tensor_slices((source, target_in, target_out))
    pairs = pairs.shuffle(len(source), seed=seed).repeat().map(cut)
    upper = [edge + 1 for edge in edges]  # a length equal to an edge still belongs below it
    batches = pairs.bucket_by_sequence_length(
        length, upper, [batch_size] * len(edges) + [1], pad_to_bucket_boundary=True
    )
    return batches.map(lambda source, target_in, target_out: ((source, target_in), target_out)).prefetch(2)


def bleu(translations, references):
    """BLEU of a corpus, 0 to 100, by sacrebleu; `bleu_signature` says how it was counted.

    translations, references: lists of sentences in normal writing.
    Source: K. Papineni et al., "BLEU: a method for automatic evaluation of machine translation", 2002; M. Post, "A call
    for clarity in reporting BLEU scores", 2018.
    """
    import sacrebleu

    return sacrebleu.corpus_bleu(list(translations), [list(references)]).score


def bleu_signature():
    """The signature of `bleu`, which a score is reported with."""
    from sacrebleu.metrics import BLEU

    metric = BLEU()
    metric.corpus_score(["a"], [["a"]])
    return str(metric.get_signature())


def bleu_by_length(translations, references, lengths, parts=4):
    """BLEU of the shortest to the longest part of a corpus: (scores (parts,), edges (parts + 1,)).

    lengths: (n,), of the source sentences. edges: the quantiles of the lengths; a length on an edge belongs to the part
    that begins there, and the last part includes its right edge.
    """
    edges = np.quantile(lengths, np.linspace(0, 1, parts + 1))
    part = np.clip(np.searchsorted(edges, lengths, side="right") - 1, 0, parts - 1)
    translations, references = np.array(translations, dtype=object), np.array(references, dtype=object)
    return np.array([bleu(translations[part == n], references[part == n]) for n in range(parts)]), edges
