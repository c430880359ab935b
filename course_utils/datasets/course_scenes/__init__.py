"""Pictures of simple objects with captions, questions and dialogs, made for this course (data/scenes)."""
