"""Scenes: pictures of simple objects, with the grammar of what is said and asked about them.

`world` says what a scene is, `rendering` draws it, `sentences` is the grammar, and `captions`, `questions` and `dialogs`
are what it is used for.
"""

from course_utils.scenes.captions import (
    blind_facts,
    blind_guesses,
    blind_words,
    draw_captions,
    facts_of,
    facts_right,
    objects_named,
    share_right,
)
from course_utils.scenes.dialogs import (
    CANDIDATES,
    candidates,
    draw_dialog,
    history_bound,
    interpret,
    mrr_without_history,
    reciprocal_ranks,
    without_history,
)
from course_utils.scenes.questions import (
    accuracy_by_kind,
    is_relational,
    kind_of,
    objects_meant,
    picture_only,
    question_only,
)
from course_utils.scenes.rendering import boxes, masks, render, share_inside
from course_utils.scenes.sentences import ANSWERS, ANSWERS_OF, answer, parse, write
from course_utils.scenes.world import (
    COLOURS,
    HELD_OUT_PAIRS,
    PLACES,
    RELATIONS,
    SHAPES,
    SIZES,
    TRAINING_PAIRS,
    Object,
    Scene,
    draw_scenes,
    object_vectors,
    read_scene,
    write_scene,
)

__all__ = [
    "ANSWERS",
    "ANSWERS_OF",
    "CANDIDATES",
    "COLOURS",
    "HELD_OUT_PAIRS",
    "PLACES",
    "RELATIONS",
    "SHAPES",
    "SIZES",
    "TRAINING_PAIRS",
    "Object",
    "Scene",
    "accuracy_by_kind",
    "answer",
    "blind_facts",
    "blind_guesses",
    "blind_words",
    "boxes",
    "candidates",
    "draw_captions",
    "draw_dialog",
    "draw_scenes",
    "facts_of",
    "facts_right",
    "history_bound",
    "interpret",
    "is_relational",
    "kind_of",
    "masks",
    "mrr_without_history",
    "object_vectors",
    "objects_meant",
    "objects_named",
    "parse",
    "picture_only",
    "question_only",
    "read_scene",
    "reciprocal_ranks",
    "render",
    "share_inside",
    "share_right",
    "without_history",
    "write",
    "write_scene",
]
