"""The lessons generator: what a student gets, and every mistake of an author that stops it."""

import ast
import json
from types import SimpleNamespace

import pytest

from course_utils.tools import lessons
from course_utils.tools.notebooks import CourseError

REPOSITORY = "https://github.com/someone/somewhere"
FIRST = 4  # the number of the first cell after title, install and setup
CHECK = '# check: 9z.1\nf = check("9z.1", f)'
EXERCISE = "# exercise: 9z.1\ndef f(x):\n    ### BEGIN SOLUTION\n    return x + 1\n    ### END SOLUTION"


@pytest.fixture
def course(tmp_path, write_notebook):
    """course(*cells) makes a checkout whose one solution, 9z_small, holds these cells; it returns its root."""

    def make(*cells, whole=True, repository=REPOSITORY):
        (tmp_path / "pyproject.toml").write_text(f'[project.urls]\nRepository = "{repository}"\n')
        write_notebook(tmp_path / "solutions" / "9z_small.ipynb", *cells, whole=whole)
        return tmp_path

    return make


def generate(root, check=False, find_check=lambda exercise: SimpleNamespace(name="f")):
    return lessons.generate(root, check=check, find_check=find_check)


def lesson_of(root):
    return json.loads((root / "lessons" / "9z_small.ipynb").read_text(encoding="utf-8"))


def sources(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def bytes_of(root):
    return {path: path.read_bytes() for path in root.rglob("*.ipynb")}


def test_a_solution_becomes_a_blank(course):
    root = course(EXERCISE, CHECK, ("print(1)", ["nbval-ignore-output", "tolerance=0.1", "hide-input"]))
    assert generate(root) == 0
    lesson = lesson_of(root)
    blank = '# exercise: 9z.1\ndef f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError("exercise 9z.1")'
    assert sources(lesson)[3:] == [blank, CHECK, "print(1)"]
    assert [cell["id"] for cell in lesson["cells"]] == [f"cell-{n}" for n in range(1, 7)]
    assert [cell["metadata"] for cell in lesson["cells"]] == [{}] * 5 + [{"tags": ["hide-input"]}]
    assert lesson["metadata"] == {
        "accelerator": "GPU",
        "colab": {"gpuType": "T4", "name": "9z_small.ipynb", "provenance": []},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


PREDICT = '# predict: 9z.A\n# How much is left? ½?\nleft = predict("9z.A", 0.5)  # a half'
COMPARE = 'compare("9z.A", 0.25)'


def test_a_prediction_is_left_to_the_student(course):
    root = course(PREDICT, COMPARE)
    assert generate(root) == 0
    assert sources(lesson_of(root))[3:] == [PREDICT.replace("0.5", "..."), COMPARE]
    assert "0.5" in sources(json.loads((root / "solutions" / "9z_small.ipynb").read_text()))[3]


def test_a_guess_of_several_lines_is_left_out_whole(course):
    root = course('# predict: 9z.A\nranks = predict(\n    "9z.A",\n    ["a – é",\n     "b"],\n)', COMPARE)
    generate(root)
    assert sources(lesson_of(root))[3] == '# predict: 9z.A\nranks = predict(\n    "9z.A",\n    ...,\n)'


def test_outputs_and_counts_stay_in_the_solution(course):
    root = course("print(1)")
    path = root / "solutions" / "9z_small.ipynb"
    solution = json.loads(path.read_text())
    solution["cells"][3] |= {
        "execution_count": 3,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}],
        "metadata": {"tags": ["tolerance=0.1"]},
    }
    path.write_text(json.dumps(solution))
    generate(root)
    made, kept = lesson_of(root)["cells"][3], json.loads(path.read_text())["cells"][3]
    assert (made["execution_count"], made["outputs"], made["metadata"]) == (None, [], {})
    assert kept == solution["cells"][3]


def test_a_stub_and_several_regions(course):
    source = (
        "# exercise: 9z.1\n"
        "### BEGIN SOLUTION\nrate = 0.1\n### STUB\n# rate = ...  # a number, # from 0 to 1\n### END SOLUTION\n"
        "def f(x):\n    y = x\n"
        "    ### BEGIN SOLUTION\n    y += 1\n    ### STUB\n    # if y:\n    #     pass\n    ### END SOLUTION\n"
        "    ### BEGIN SOLUTION\n    return y\n    ### END SOLUTION"
    )
    root = course(source, CHECK)
    generate(root)
    assert sources(lesson_of(root))[3] == (
        "# exercise: 9z.1\nrate = ...  # a number, # from 0 to 1\ndef f(x):\n    y = x\n    if y:\n        pass\n"
        '    # YOUR CODE HERE\n    raise NotImplementedError("exercise 9z.1")'
    )


def test_generating_again_changes_nothing(course):
    root = course(EXERCISE, CHECK)
    generate(root)
    before = bytes_of(root)
    times = {path: path.stat().st_mtime_ns for path in before}
    assert generate(root) == 0
    assert bytes_of(root) == before
    assert {path: path.stat().st_mtime_ns for path in before} == times  # not even rewritten


def test_the_layout_of_the_file_does_not_matter(course):
    """The same solution saved by another editor gives the same lesson."""
    root = course(EXERCISE, CHECK)
    generate(root)
    before = (root / "lessons" / "9z_small.ipynb").read_bytes()
    path = root / "solutions" / "9z_small.ipynb"
    solution = json.loads(path.read_text())
    for cell in solution["cells"]:
        cell["source"] = "".join(cell["source"])
    reordered = dict(reversed(solution.items()))
    path.write_text(json.dumps(reordered, indent=4))
    assert generate(root, check=True) == 0
    assert (root / "lessons" / "9z_small.ipynb").read_bytes() == before


def test_missing_and_duplicate_ids_are_made_and_kept(course):
    root = course("a = 1", "a = 1", "a = 1")
    path = root / "solutions" / "9z_small.ipynb"
    solution = json.loads(path.read_text())
    del solution["cells"][3]["id"]
    solution["cells"][5]["id"] = solution["cells"][4]["id"]
    solution["nbformat_minor"] = 0  # as Colab saves it
    path.write_text(json.dumps(solution))
    generate(root)
    ids = [cell["id"] for cell in lesson_of(root)["cells"]]
    assert len(set(ids)) == 6 and ids[4] == "cell-5"
    after = json.loads(path.read_text())
    assert [cell["id"] for cell in after["cells"]] == ids and after["nbformat_minor"] == 5
    after["cells"].insert(3, {"cell_type": "markdown", "id": "new", "metadata": {}, "source": "Inserted."})
    path.write_text(json.dumps(after))
    generate(root)
    assert [cell["id"] for cell in lesson_of(root)["cells"]] == [*ids[:3], "new", *ids[3:]]


def test_moving_the_repository(course):
    root = course(EXERCISE, CHECK)
    generate(root)
    for address in ("https://github.com/else/where", "https://github.com/else/where-2.git"):
        (root / "pyproject.toml").write_text(f'[project.urls]\nRepository = "{address}"\n')
        assert generate(root, check=True) == 1
        assert generate(root) == 0
        name = address.removeprefix("https://github.com/").removesuffix(".git")
        for folder in ("lessons", "solutions"):
            notebook = json.loads((root / folder / "9z_small.ipynb").read_text())
            title, install = sources(notebook)[:2]
            badge = (
                "[![Open In Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
                f"(https://colab.research.google.com/github/{name}/blob/main/lessons/9z_small.ipynb)"
            )
            assert title == f"# 9z · A title\n\n{badge}\n\nWhat it is about."
            assert f'"git+{address}"' in install
            assert "someone" not in json.dumps(notebook)


def test_the_install_cell_is_short_plain_python(course):
    root = course("# setup: install\nanything = 1", whole=True)
    generate(root)
    install = sources(lesson_of(root))[1]
    assert ast.parse(install) and len(install.split("\n")) <= 12
    assert install.startswith("# setup: install\n") and "anything" not in install


BEGIN, END, DEF = "    ### BEGIN SOLUTION", "    ### END SOLUTION", "# exercise: 9z.1\ndef f(x):"
MISTAKES = {
    "prediction of another lesson": ((PREDICT.replace("9z.A", "8b.A"), COMPARE), FIRST, "ids are 9z.A"),
    "prediction without a name": ((PREDICT.replace("left = ", ""), COMPARE), FIRST, "should say NAME = predict"),
    "prediction with another id": (
        (PREDICT.replace('("9z.A"', '("9z.B"'), COMPARE),
        FIRST,
        "should say NAME = predict",
    ),
    "prediction twice": ((PREDICT, PREDICT, COMPARE), FIRST + 1, f"there twice, first in cell {FIRST}"),
    "prediction that is never compared": ((COMPARE, PREDICT), FIRST + 1, "no later cell says compare"),
    "prediction that is used": ((PREDICT, "print(left)", COMPARE), FIRST + 1, "it uses left, a prediction"),
    "predict without its marker": ((PREDICT.split("\n")[-1], COMPARE), FIRST, 'begins with "# predict: ID"'),
    "begin without end": ([f"{DEF}\n{BEGIN}\n    return 1", CHECK], 4, "without ### END SOLUTION"),
    "end without begin": ([f"{DEF}\n    return 1\n{END}", CHECK], 4, "without ### BEGIN SOLUTION"),
    "nested": ([f"{DEF}\n{BEGIN}\n{BEGIN}\n    return 1\n{END}\n{END}", CHECK], 4, "a second"),
    "stub outside": ([f"{DEF}\n    ### STUB\n{BEGIN}\n    return 1\n{END}", CHECK], 4, "outside a SOLUTION region"),
    "two stubs": ([f"{DEF}\n{BEGIN}\n    return 1\n    ### STUB\n    ### STUB\n{END}", CHECK], 4, "twice"),
    "stub not commented": (
        [f"{DEF}\n{BEGIN}\n    pass\n    ### STUB\n    return 1\n{END}", CHECK],
        4,
        "does not begin with",
    ),
    "end at another indentation": ([f"{DEF}\n{BEGIN}\n    return 1\n### END SOLUTION", CHECK], 4, "not indented"),
    "marker left over": ([f"{DEF}\n{BEGIN}\n    x = 1\n{END}\n    ## END SOLUTION", CHECK], 4, "left over"),
    "region outside an exercise": (
        ["def g():\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION"],
        4,
        "left over",
    ),
    "misspelt exercise marker": ([EXERCISE.replace("exercise:", "exercise"), CHECK], 4, "left over"),
    "exercise without check": (["x = 1", EXERCISE], 5, "no check cell"),
    "check without exercise": (["x = 1", CHECK], 5, "no exercise before it"),
    "check before its exercise": ([CHECK, EXERCISE], 4, "no exercise before it"),
    "duplicate exercise": ([EXERCISE, CHECK, EXERCISE, CHECK], 6, "there twice, first in cell 4"),
    "exercise of another lesson": ([EXERCISE.replace("9z", "9y"), CHECK.replace("9z", "9y")], 4, "not of this lesson"),
    "exercise without number": ([EXERCISE.replace("9z.1", "9z.one"), CHECK], 4, "not of this lesson"),
    "exercise without id": ([EXERCISE.replace(": 9z.1", ""), CHECK], 4, "names no exercise"),
    "solution does not parse": (["x = 1", "x = ("], 5, "the solution does not parse"),
    "line magic": (["%matplotlib inline"], 4, "no magics"),
    "shell line": (["x = 1\n!ls"], 4, "no magics"),
    "lesson does not parse": (
        [EXERCISE.replace("return x + 1", "return 1\n    ### STUB"), CHECK],
        4,
        "the generated lesson",
    ),
    "exercise without region": (["# exercise: 9z.1\ndef f(x):\n    return x", CHECK], 4, "no SOLUTION region"),
    "unregistered exercise": (
        [EXERCISE.replace("9z.1", "9z.2"), CHECK.replace("9z.1", "9z.2")],
        4,
        "there is no check for it; add a subclass of Check",
    ),
    "check of another exercise": (
        [EXERCISE, '# check: 9z.1\nf = check("9z.2", f)'],
        5,
        'should say f = check("9z.1", f)',
    ),
    "check that only mentions it": ([EXERCISE, '# check: 9z.1\nprint("check(9z.1, f)")'], 5, "should say f = check"),
    "check whose answer goes nowhere": ([EXERCISE, '# check: 9z.1\ncheck("9z.1", f)'], 5, "should say f = check"),
    "another name than the check's": ([EXERCISE.replace("f(x)", "g(x)"), CHECK], 4, "its check wants 'f'"),
    "blank outside a function": (
        ["# exercise: 9z.1\n### BEGIN SOLUTION\nf = 1\n### END SOLUTION", CHECK],
        4,
        "would stop the lesson",
    ),
    "blank in a class body": (
        ["# exercise: 9z.1\nclass f:\n    ### BEGIN SOLUTION\n    a = 1\n    ### END SOLUTION", CHECK],
        4,
        "would stop the lesson",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_stops_the_generator(course, name):
    cells, number, reason = MISTAKES[name]
    root = course(*cells)
    before = bytes_of(root)

    def find_check(exercise):
        if exercise == "9z.2":
            raise KeyError("there is no check for it")
        return SimpleNamespace(name="f")

    with pytest.raises(CourseError) as caught:
        generate(root, find_check=find_check)
    sentence = str(caught.value)
    assert sentence.startswith(f"solutions/9z_small.ipynb, cell {number}: ") and reason in sentence
    assert "\n" not in sentence and sentence.endswith(".")
    assert bytes_of(root) == before


SETUP = "# setup\nimport os"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["# 9z Title", SETUP], 'no cell "# setup: install"'),
        (["# 9z Title", "# setup: install"], 'no cell "# setup"'),
        (["# setup: install", SETUP], "the lesson's title"),
    ],
)
def test_a_missing_cell_stops_the_generator(course, cells, reason):
    root = course(*cells, whole=False)
    with pytest.raises(CourseError, match=reason):
        generate(root)


def test_one_bad_notebook_keeps_all_from_being_written(course, write_notebook):
    root = course(EXERCISE, CHECK)
    write_notebook(root / "solutions" / "9y_bad.ipynb", "x = (")
    before = bytes_of(root)
    with pytest.raises(CourseError, match=r"9y_bad.ipynb, cell 4"):
        generate(root)
    assert bytes_of(root) == before


def test_the_registered_checks_are_asked(course):
    root = course(EXERCISE, CHECK)
    with pytest.raises(
        CourseError,
        match=r"cell 4: there are no checks for lesson '9z'.*add a subclass of Check to course_utils/checks",
    ):
        lessons.generate(root)


def test_check_names_what_is_out_of_step(course, write_notebook, capsys):
    root = course(EXERCISE, CHECK)
    generate(root)
    assert generate(root, check=True) == 0
    write_notebook(root / "lessons" / "8a_gone.ipynb")
    (root / "lessons" / "9z_small.ipynb").write_text("edited by hand")
    before = bytes_of(root)
    capsys.readouterr()
    assert generate(root, check=True) == 1
    said = capsys.readouterr().out
    assert "8a_gone.ipynb has no solution" in said and "lessons/9z_small.ipynb is out of step" in said
    assert bytes_of(root) == before
    assert generate(root) == 1  # the stale lesson is named, and never deleted: somebody's work may be in it
    assert (root / "lessons" / "8a_gone.ipynb").exists() and lesson_of(root)


@pytest.mark.parametrize("address", ["", "https://example.org/a/b", "https://github.com/only-owner"])
def test_an_address_that_is_not_githubs(course, address):
    with pytest.raises(CourseError, match="Repository"):
        generate(course(repository=address))
