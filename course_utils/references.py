"""The reference answers that stand in the solutions, and what a solution exports to scripts."""

import ast
import functools
import json

from course_utils.exercises import code_cells, exercise_sources, imports_in, lesson_of, marker, solution_path


def setup_namespace(notebook):
    """A fresh namespace in which the imports of the notebook's `# setup` cells have been done.

    An exercise may use these and earlier exercises of its lesson, and nothing else: that is what
    lets a grader run exercises without the rest of the notebook.
    """
    namespace = {"__name__": "exercise"}
    for source in code_cells(notebook):
        if marker(source) == ("setup", None):
            exec(imports_in(source), namespace)
    return namespace


@functools.cache
def references(lesson):
    """The namespace of lesson "2b" after its setup imports and all its solved exercises."""
    notebook = json.loads(solution_path(lesson).read_text(encoding="utf-8"))
    namespace = setup_namespace(notebook)
    for exercise, source in exercise_sources(notebook).items():
        exec(compile(source, f"<solution of {exercise}>", "exec"), namespace)
    return namespace


def definitions(lesson, *wanted, **given):
    """The namespace of lesson "2b" with its solved exercises and what its cells define, without what else they do.

    wanted: names of functions, classes and constants in capitals; without any, all functions and classes, and those
    constants that are literals. given: {name: value}, which the lesson does not define anew.
    """
    namespace = references(lesson) | given
    for source in code_cells(json.loads(solution_path(lesson).read_text(encoding="utf-8"))):
        for node in ast.parse(source).body:
            names, literal = defined_by(node)
            if names - given.keys() and (names & set(wanted) if wanted else literal):
                exec(compile(ast.Module([node], []), f"<lesson {lesson}>", "exec"), namespace)
    return namespace


def defined_by(node):
    """The names that a function, a class or constants in capitals define, and whether nothing is computed for them."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}, True
    if not isinstance(node, ast.Assign):
        return set(), False
    names = {part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    try:
        ast.literal_eval(node.value)
        literal = True
    except ValueError:
        literal = False
    return (names, literal) if all(map(str.isupper, names)) else (set(), False)


def reference(exercise, name):
    """The reference answer `name` of `exercise`, from the solution notebook."""
    return references(lesson_of(exercise))[name]
