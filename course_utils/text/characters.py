"""Text as characters of a small alphabet, and a text of the student's own."""

import re
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


def alphabet_of(text, rarest=1):
    """The characters that occur at least `rarest` times in a text, sorted, as one string."""
    codes, counts = np.unique(np.array(list(text)), return_counts=True)
    return "".join(codes[counts >= rarest])


def own_text(place, smallest=20_000, rarest=10):
    """A text file or a folder of them in its own alphabet, cut in three: to train, to validate and to test.

    place: path of a text file or of a folder of .txt files, or "upload" to choose files on Colab.
    smallest: how many characters there must be, after those that occur fewer than `rarest` times are left out.
    Returns ([80 % of the text, 10 %, 10 %], alphabet); raises TextNotUsable.
    """
    files = uploaded() if place == "upload" else files_at(place)
    text = "\n".join(plain_text(name, content) for name, content in files.items())
    alphabet = alphabet_of(text, rarest) if text else ""
    text = "".join(character for character in text if character in alphabet)
    if len(text) < smallest or len(alphabet) < 2:
        found = f"{len(text):,} characters of {len(alphabet)} kinds that occur {rarest} times or more"
        raise TextNotUsable(f"{place!r} has {found}; a network needs {smallest:,} or more to learn anything from.")
    edges = [0, len(text) * 8 // 10, len(text) * 9 // 10, len(text)]
    return [text[edges[n] : edges[n + 1]] for n in range(3)], alphabet


def uploaded():
    """{name: content} of the files that are chosen on Colab."""
    try:
        from google.colab import files
    except ImportError:
        raise TextNotUsable('"upload" works on Colab only; here give the path of a text file.') from None
    return files.upload()


def files_at(place):
    """{name: content} of a text file, or of the .txt files of a folder, but for hidden ones."""
    path = Path(place.strip().strip("'\"")).expanduser()
    if not path.exists():
        raise TextNotUsable(f"There is no file or folder {place!r} here; give the path of a text file.")
    paths = sorted(file for file in path.glob("*.txt") if file.name[0] != ".") if path.is_dir() else [path]
    if not paths:
        raise TextNotUsable(f"There is no .txt file in the folder {place!r}.")
    return {file.name: file.read_bytes() for file in paths}


def plain_text(name, content):
    """The bytes of a text file as a string: composed Unicode, single spaces, at most one empty line in a row."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # by a byte order mark
    if b"\0" in content and not marked:
        raise TextNotUsable(f"{name!r} is not plain text (it holds zero bytes); save it as .txt, in UTF-8.")
    try:
        text = content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise TextNotUsable(f"{name!r} is not in UTF-8 (at byte {error.start:,}); save it as UTF-8.") from None
    text = unicodedata.normalize("NFC", text)
    text = "\n".join(" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).strip()
