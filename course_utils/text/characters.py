"""Text as characters of a small alphabet, and a text of the student's own."""

import unicodedata
from pathlib import Path

import numpy as np

CHARACTERS = "abcdefghijklmnopqrstuvwxyz .,'[]"  # the 32 of the speech exercise; a character's index is its code

STANDS_FOR = str.maketrans({"?": ".", "!": ".", ";": ",", ":": ",", "-": " ", "–": " ", "—": " ", "’": "'", "‘": "'"})


def in_characters(text):
    """A text in the 32 CHARACTERS alone: lower-cased, accents dropped, other marks replaced or left out.

    in_characters("Dear friends: who's there?\\n[Applause]") is "dear friends, who's there. [applause]".
    """
    plain = unicodedata.normalize("NFKD", text.translate(STANDS_FOR)).lower()
    kept = "".join(character if character in CHARACTERS or character.isspace() else "" for character in plain)
    return " ".join(kept.split())


def codes_of(text, alphabet=CHARACTERS):
    """The place of each character of a text in an alphabet, (T,) int32; -1 where it is not there."""
    return np.array([alphabet.find(character) for character in text], "int32")


class TextNotUsable(Exception):
    """A text of the student's own cannot be used; the message says why and what would help."""

    def _render_traceback_(self):  # IPython shows this in place of a stack trace
        return [str(self)]


def own_text(place, smallest=20_000):
    """A text file or a folder of them, cut in three: 80 % to train, 10 % to validate, 10 % to test.

    place: path of a text file or of a folder of .txt files, or "upload" to choose a file on Colab.
    smallest: how many characters there must be. Returns [train, validation, test]; raises TextNotUsable.
    """
    if place == "upload":
        try:
            from google.colab import files
        except ImportError:
            raise TextNotUsable('"upload" works on Colab only; here give the path of a text file.') from None
        parts = list(files.upload().values())
    else:
        path = Path(place).expanduser()
        if not path.exists():
            raise TextNotUsable(f"There is no file or folder {place!r} here; give the path of a text file.")
        paths = sorted(path.glob("*.txt")) if path.is_dir() else [path]
        parts = [file.read_bytes() for file in paths]
    if any(b"\0" in part for part in parts):
        raise TextNotUsable(f"{place!r} is not plain text (it holds zero bytes); save it as .txt and give that file.")
    text = "\n".join(part.decode("utf-8", errors="replace") for part in parts)
    if len(text) < smallest:
        found = f"{len(text):,} characters" + ("" if parts else " (no .txt file in that folder)")
        raise TextNotUsable(f"{place!r} has {found}; a network needs {smallest:,} or more to learn anything from.")
    edges = [0, len(text) * 8 // 10, len(text) * 9 // 10, len(text)]
    return [text[edges[n] : edges[n + 1]] for n in range(3)]
