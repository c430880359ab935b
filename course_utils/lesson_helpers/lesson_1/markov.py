"""A Markov model of words, whose conditional probabilities come from counts.

course_utils.text.ngrams does this for characters; seven words of a large vocabulary do not fit into its 63 bits.
"""

import collections


class MarkovModel:
    """P(word | context) for contexts of up to `order` words, counted in texts.

    A context seen only a few times says little, so its counts are mixed with what the context without its first word
    says (Witten and Bell): the more different words have followed a context, the less certain is the next one. Where
    nothing has been counted, all words are equally probable.
    """

    def __init__(self, texts, order):
        """texts: lists of words. order: words of the longest context."""
        self.follow = collections.defaultdict(collections.Counter)  # {context: {next word: how often}}
        for words in texts:
            for t, word in enumerate(words):
                for length in range(min(order, t) + 1):
                    self.follow[tuple(words[t - length : t])][word] += 1
        self.seen = {context: counts.total() for context, counts in self.follow.items()}
        self.words = len(self.follow[()]) + 1  # and one for all unknown words

    def conditional(self, word, context):
        """P(word | context). context: tuple of words, the ones right before `word`, in reading order."""
        p = 1 / self.words
        for length in range(len(context) + 1):
            shorter = tuple(context[len(context) - length :])
            if shorter not in self.seen:
                break  # and no longer one has been seen either
            counts = self.follow[shorter]
            p = (counts[word] + len(counts) * p) / (self.seen[shorter] + len(counts))
        return p

    def knows(self, context):
        """Whether a context has been seen."""
        return tuple(context) in self.seen

    def continued(self, start, order, count, rng):
        """The words of `start`, and words drawn after them, each from those that followed the last `order` ones.

        It ends early where a context has never been seen. rng: a `numpy.random.Generator`.
        """
        words = list(start)
        while len(words) < count:
            counts = self.follow.get(tuple(words[len(words) - order :]))
            if not counts:
                break
            drawn = rng.integers(sum(counts.values()))
            for word, times in sorted(counts.items()):
                drawn -= times
                if drawn < 0:
                    words.append(word)
                    break
        return words
