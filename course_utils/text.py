"""Text as lists of words."""

import re

PUNCTUATION = re.compile(r"[^\w\s]|_")
MARKUP = re.compile(r"<[^>]+>")


def words_of(text):
    """The words of a text, lower-cased, without punctuation and mark-up.

    words_of("A hot dog, not a <br/>HOT-dog!") is ["a", "hot", "dog", "not", "a", "hotdog"].
    """
    return PUNCTUATION.sub("", MARKUP.sub(" ", text.lower())).split()
