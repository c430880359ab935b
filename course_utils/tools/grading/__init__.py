"""Grading: `course grade` runs what students handed in, shut in, and judges what came out, outside.

submissions   what was handed in: notebooks, folders, archives; nothing is run and nothing is trusted
platforms     the names that learning platforms give to what was handed in
course        what is asked: the exercises of the lessons, their names, points, private checks
probes        what of a check goes into the sandbox: its probe, never its inputs, judge or oracle
linux         what the kernel offers to shut a process in       (also runs inside, standard library only)
launcher      builds the small root that student code sees      (runs inside)
worker        imports TensorFlow once and forks per submission  (runs inside)
notebook_python: a notebook's Python, as IPython runs it                   (runs inside)
sandbox       the outside of it: starts workers, hands them jobs, watches the limits
judge         from a submission to verdicts
apart         what we do with what students made, in a process that can be ended
command       here or in a container; on other systems nothing else is imported
here          all of it on this computer
container     all of it in a container
journal, pages, exports: what is kept of them, how it is shown, and what platforms import
"""
