"""The reference answers that stand in the solutions, and what a lesson exports to scripts and tests."""

import ast
import functools
import json
import linecache
import types

from course_utils.exercises import imports_in, lesson_of, marker, solution_path, source_of


@functools.cache
def solved(lesson):
    """The namespace of lesson "2b" after its setup imports and all its solved exercises.

    An exercise may use these imports and earlier exercises of its lesson, and nothing else: that is what lets a grader
    run exercises without the rest of the notebook.
    """
    namespace = {"__name__": "exercise"}
    for _, source in numbered_cells(lesson):
        kind, name = marker(source)
        if (kind, name) == ("setup", None):
            exec(imports_in(source), namespace)
        elif kind == "exercise":
            exec(compile(source, f"<solution of {name}>", "exec"), namespace)
    return namespace


def reference(exercise, name):
    """The reference answer `name` of `exercise`, from the solution notebook."""
    return solved(lesson_of(exercise))[name]


class Exports(types.SimpleNamespace):
    """What a lesson exports, as attributes: `exports("4b").translator`."""

    def __getattr__(self, name):
        raise AttributeError(f"the lesson exports no {name!r}; it exports {', '.join(sorted(vars(self)))}")


def exports(lesson, **given):
    """What scripts take from lesson "4b", as attributes: what its exercises define and what its export cells name.

    An export cell begins with `# export: NAME, NAME` and holds nothing but definitions: functions, classes and
    constants in capitals, made of the lesson's imports, its exercises and earlier export cells.
    given: {name: value} of what else these use (a vocabulary, PROFILE), or instead of what they define.
    Raises ValueError where an export cell is not as described.
    """
    namespace, names = lesson_namespace(lesson, **given), exported_names(lesson)
    return Exports(**{name: namespace[name] for name in names})


def lesson_namespace(lesson, **given):
    """The namespace in which the setup imports, the solved exercises and the export cells of lesson "4b" were run."""
    source, name = exported_source(lesson), f"<exports of lesson {lesson}>"
    # So that tracebacks show these lines, and TensorFlow's AutoGraph finds them as it does in a notebook.
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    namespace = {"__name__": f"exports_of_lesson_{lesson}"} | given
    for statement in ast.parse(source).body:
        exec(compile(ast.Module([statement], []), name, "exec"), namespace)
        namespace.update(given)
    return namespace


def exported_source(lesson):
    """The setup imports, the solved exercises and the export cells of lesson "4b" as one text, in order."""
    parts = []
    for number, source in numbered_cells(lesson):
        kind, name = marker(source)
        if (kind, name) == ("setup", None):
            parts.append(imports_in(source))
        elif kind == "exercise":
            parts.append(source)
        elif kind == "export":
            assert_exports(lesson, number, source)
            parts.append(source)
    return "\n\n".join(parts)


def exported_names(lesson):
    """The names that lesson "4b" exports: what its exercises define, and what its export cells name."""
    names = set()
    for _, source in numbered_cells(lesson):
        kind, listed = marker(source)
        if kind == "exercise":
            names |= {name for node in ast.parse(source).body for name in defined_by(node) or ()}
        elif kind == "export":
            names |= set(names_in(listed))
    return names


def numbered_cells(lesson):
    """[(number among all cells, from 1; source)] of the code cells of the solution of lesson "4b"."""
    cells = json.loads(solution_path(lesson).read_text(encoding="utf-8"))["cells"]
    return [(n, source_of(cell)) for n, cell in enumerate(cells, 1) if cell["cell_type"] == "code"]


def names_in(listed):
    """The names of a marker `# export: NAME, NAME`."""
    return [name.strip() for name in (listed or "").split(",") if name.strip()]


def assert_exports(lesson, number, source):
    """Raise ValueError unless a cell defines what its marker names, and holds definitions only."""
    where, defined = f"cell {number} of {solution_path(lesson).name}", set()
    for node in ast.parse(source).body:
        names = defined_by(node)
        if names is None:
            line = ast.unparse(node).split("\n")[0]
            raise ValueError(f"{where} is an export cell, and {line!r} defines no function, class or constant.")
        defined |= names
    exported = names_in(marker(source)[1])
    if missing := [name for name in exported if name not in defined]:
        raise ValueError(f"{where} exports {', '.join(missing)}, which it does not define.")
    if not exported:
        raise ValueError(f'{where} exports nothing; "# export: NAME" says what scripts may take from it.')


def defined_by(node):
    """The names that a statement defines: of a function, a class, constants in capitals; None where it does else."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return set()
    if isinstance(node, ast.Assign):
        names = {part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)}
        return names if all(map(str.isupper, names)) else None
    return None
