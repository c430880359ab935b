"""How good translations are: BLEU, whole and by length."""

import numpy as np


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
