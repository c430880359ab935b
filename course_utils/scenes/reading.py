"""The examples of `course_scenes` as arrays and lists, for lessons."""

from dataclasses import dataclass

import numpy as np

from course_utils.scenes.world import read_scene


def pictures_and_captions(dataset):
    """The pictures of a corpus and what is said of them.

    dataset: a `tf.data.Dataset` of {"image", "captions"}, as `load("course_scenes", "train")` gives it. Returns
    (pictures (n, 64, 64, 3) uint8, list of n lists of captions).
    """
    examples = list(dataset.as_numpy_iterator())
    pictures = np.stack([example["image"] for example in examples])
    return pictures, [[caption.decode() for caption in example["captions"]] for example in examples]


def scenes_of(dataset):
    """The scenes of a corpus that has them as text: a list of `Scene`, in the order of the pictures.

    dataset: of any config of `course_scenes` but "captions".
    """
    return [read_scene(example["scene"].decode()) for example in dataset.as_numpy_iterator()]


@dataclass(frozen=True)
class Questions:
    """m questions about n pictures.

    pictures: (n, 64, 64, 3) uint8. asked: (m,), the index of the picture that each question is about. texts, answers,
    kinds: lists of m strings. relational: (m,) bool.
    """

    pictures: np.ndarray
    asked: np.ndarray
    texts: list
    answers: list
    kinds: list
    relational: np.ndarray


def pictures_and_questions(dataset):
    """The pictures of a corpus and the questions about them, as `Questions`.

    dataset: a `tf.data.Dataset` of {"image", "questions"}, as `load("course_scenes/questions", "train")` gives it.
    """
    examples = list(dataset.as_numpy_iterator())
    lengths = [len(example["questions"]["question"]) for example in examples]
    columns = {
        name: np.concatenate([example["questions"][name] for example in examples])
        for name in ("question", "answer", "kind", "relational")
    }
    texts, answers, kinds = ([word.decode() for word in columns[name]] for name in ("question", "answer", "kind"))
    return Questions(
        pictures=np.stack([example["image"] for example in examples]),
        asked=np.repeat(np.arange(len(examples)), lengths),
        texts=texts,
        answers=answers,
        kinds=kinds,
        relational=columns["relational"].astype(bool),
    )


@dataclass(frozen=True)
class Dialogs:
    """n dialogs of T turns, each about one picture.

    pictures: (n, 64, 64, 3) uint8. openings: n strings. questions, answers: n lists of T strings. candidates: n lists
    of T lists of 10 strings. right: (n, T), the index of the answer among its candidates.
    """

    pictures: np.ndarray
    openings: list
    questions: list
    answers: list
    candidates: list
    right: np.ndarray


def pictures_and_dialogs(dataset):
    """The pictures of a corpus and the dialogs about them, as `Dialogs`.

    dataset: a `tf.data.Dataset` of {"image", "opening", "turns"}, as `load("course_scenes/dialogs", "train")` gives it.
    """
    examples = list(dataset.as_numpy_iterator())
    answers = [[word.decode() for word in example["turns"]["answer"]] for example in examples]
    candidates = [[[word.decode() for word in row] for row in example["turns"]["candidates"]] for example in examples]
    right = [
        [row.index(answer) for row, answer in zip(rows, given, strict=True)]
        for rows, given in zip(candidates, answers, strict=True)
    ]
    return Dialogs(
        pictures=np.stack([example["image"] for example in examples]),
        openings=[example["opening"].decode() for example in examples],
        questions=[[word.decode() for word in example["turns"]["question"]] for example in examples],
        answers=answers,
        candidates=candidates,
        right=np.array(right),
    )
