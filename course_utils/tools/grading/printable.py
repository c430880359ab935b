"""Text that students had a hand in, as it may be printed and kept."""


def one_line(text, most=1000):
    """A text as one printable line of at most `most` characters."""
    text = str(text)[: 4 * most].encode("utf-8", "replace").decode("utf-8")
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= most else line[: most - 2] + " …"
