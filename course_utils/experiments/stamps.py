"""Which code made a result: hashes of all that a script of this folder runs of the course.

A script's stamp counts the script itself and every function, class and constant of the course that it reaches, in
modules and in what lessons export, wherever these are defined. What only loads, names or writes files does not count.
"""

import ast
import functools
import hashlib

from course_utils.parsed_code import code_hash
from course_utils.paths import PACKAGE
from course_utils.references import exported_names, exported_source

RESULTS = PACKAGE / "experiments" / "results"
NOT_COUNTED = tuple(
    f"course_utils.{room}"
    for room in (
        "datasets",
        "experiments.result_file",
        "experiments.stamps",
        "experiments.unfinished",
        "notebook",
        "parsed_code",
        "paths",
        "references",
        "tools",
    )
)


def code_of(name):
    """The stamp of the script experiments/NAME.py: {file or definition: its hash}, sorted, the script first."""
    script = f"course_utils.experiments.{name}"
    sources = {}
    for (_, definition), node in reached(script).items():
        sources.setdefault(definition, []).append(ast.unparse(node))
    hashes = {definition: code_hash(*sorted(sources[definition])) for definition in sorted(sources)}
    return {f"{name}.py": code_hash(source_of(script))} | hashes


def changes(name, code):
    """What of a result's stamp is no longer so: the names of files and definitions, sorted."""
    now = code_of(name)
    return sorted(part for part in now.keys() | code.keys() if now.get(part) != code.get(part))


def weights_hash(name):
    """16 hexadecimal digits of results/NAME.npz, or None where the script leaves no weights."""
    path = RESULTS / f"{name}.npz"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else None


def reached(script):
    """{(module or lesson, name): syntax tree} of the definitions that a script uses, directly or through others."""
    found, lessons, attributes = {}, set(), set()
    waiting = [(script, node) for node in ast.parse(source_of(script)).body]
    while waiting:
        place, node = waiting.pop()
        wanted = used_by(place, node)
        if is_module(place):
            lessons |= lessons_in(node)
            attributes |= {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
        if not waiting:  # only now all lessons are known, and all names that may be of their exports
            wanted |= {(f"lesson {lesson}", name) for lesson in lessons for name in exported_names(lesson) & attributes}
        for where in wanted - found.keys():
            if where[0] != script:
                found[where] = contents(where[0])[0][where[1]]
                waiting.append((where[0], found[where]))
    return found


def used_by(place, node):
    """{(module or lesson, name)} of the course's definitions that a statement of a module or a lesson mentions."""
    used = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            used.add(defined_at(place, part.id))
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            module = contents(place)[1].get(part.value.id, "")
            used.add(defined_at(module, part.attr) if is_module(module) else None)
    return used - {None}


def lessons_in(node):
    """The lessons of which a statement takes the exports: {"4b"} where it calls `exports("4b")`."""
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call) and part.args]
    return {ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func).split(".")[-1] == "exports"}


def defined_at(place, name):
    """(module or lesson, name) where what `place` calls `name` is defined, or None where it is not of the course."""
    definitions, imports = contents(place)
    if name in definitions:
        return place, name
    module, _, original = imports.get(name, "").rpartition(".")
    if is_module(module) and not is_module(imports[name]) and not imports[name].startswith(NOT_COUNTED):
        return defined_at(module, original)
    return None


@functools.cache
def contents(place):
    """({name: its definition's syntax tree}, {name: dotted name that it is imported from}) of a module or a lesson."""
    definitions, imports = {}, {}
    for node in ast.parse(source_of(place)).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            origin = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            imports |= {alias.asname or alias.name: origin + alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            definitions[node.name] = node
        elif isinstance(node, ast.Assign):
            names = [part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)]
            definitions |= dict.fromkeys(names, node)
    return definitions, imports


def source_of(place):
    """The source text of a dotted module name of the course, or of "lesson 4b"."""
    if place.startswith("lesson "):
        return exported_source(place.removeprefix("lesson "))
    return file_of(place).read_text(encoding="utf-8")


def is_module(dotted):
    """True where a dotted name is a module of the course."""
    return dotted.split(".")[0] == "course_utils" and file_of(dotted).is_file()


def file_of(dotted):
    """Where a module of the course would lie: `a/b.py`, or `a/b/__init__.py` where there is such a folder."""
    path = PACKAGE.joinpath(*dotted.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
