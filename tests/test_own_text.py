"""A text of the student's own: read in its own alphabet, or refused in a sentence that names the file."""

import numpy as np
import pytest

from course_utils.text import TextNotUsable, alphabet_of, codes_of, own_text

SPEECH = "One speech. " * 1000


def test_a_file_and_a_folder_without_what_is_hidden_in_it(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(SPEECH, encoding="utf-8")
    (tmp_path / "._a.txt").write_bytes(b"\0\5\x16\7")
    for place, size in ((tmp_path / "a.txt", 11_999), (tmp_path, 2 * 11_999)):
        parts, alphabet = own_text(str(place), smallest=5_000)
        assert sum(map(len, parts)) == size and len(parts[0]) == size * 8 // 10
        assert "".join(parts).startswith("One speech. One")
        assert alphabet == " .Ocehnps"  # the line feed between two files is rare


@pytest.mark.parametrize("text", ["Въ началѣ было слово. ", "在起初已有聖言。", "🙂🙃 🎈", "L'été, à Nîmes : ça va ? "])
def test_any_script_keeps_its_characters(tmp_path, text):
    (tmp_path / "mine.txt").write_text(text * 3_000, encoding="utf-8")
    parts, alphabet = own_text(str(tmp_path / "mine.txt"), smallest=1_000)
    assert set(alphabet) == set(text) and "".join(parts) == (text * 3_000).strip()
    assert np.all(codes_of(parts[0], alphabet) >= 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_understood(tmp_path, encoding):
    (tmp_path / "mine.txt").write_text(SPEECH, encoding=encoding)
    assert own_text(str(tmp_path / "mine.txt"), smallest=5_000)[0][0].startswith("One speech.")


def test_blanks_and_line_ends_are_made_alike(tmp_path):
    (tmp_path / "mine.txt").write_bytes(b"one  two\t three \r\n\r\n\r\n\r\nfour\r\n" * 500)
    parts, _ = own_text(f'"{tmp_path / "mine.txt"}" ', smallest=5_000)  # pasted with quotes
    assert parts[0].startswith("one two three\n\nfour\none two three")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none.txt", None, "no file"),
        ("few.txt", b"short", "0 characters of 0 kinds"),
        ("empty.txt", b"", "0 characters"),
        ("rare.txt", bytes(range(33, 127)) * 9, "10 times or more"),
        ("one.txt", b"a" * 30_000, "30,000 characters of 1 kinds"),
        ("x.bin", b"\0" * 9, "'x.bin' is not plain text"),
        ("french.txt", "été ".encode("cp1252") * 9_000, "'french.txt' is not in UTF-8 .at byte 0.; save it as UTF-8"),
    ],
)
def test_a_text_that_cannot_be_used_is_one_sentence(tmp_path, name, content, reason):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TextNotUsable, match=reason) as error:
        own_text(str(tmp_path / name))
    assert error.value._render_traceback_() == [str(error.value)]


def test_a_folder_without_texts_and_an_upload_outside_of_colab(tmp_path):
    (tmp_path / ".hidden.txt").write_text(SPEECH, encoding="utf-8")
    with pytest.raises(TextNotUsable, match=r"no \.txt file"):
        own_text(str(tmp_path))
    with pytest.raises(TextNotUsable, match="Colab only"):
        own_text("upload")


def test_an_alphabet_is_sorted_and_leaves_out_what_is_rare():
    assert alphabet_of("banana") == "abn" and alphabet_of("banana", rarest=2) == "an"
