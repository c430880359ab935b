"""What a script of hours has done so far, so that it goes on where it was stopped."""

import json
import os

from course_utils.experiments import stamps
from course_utils.paths import REPOSITORY


class Unfinished:
    """The parts of a measurement that are done, in build/NAME.json; begun anew where the script's code has changed.

    name: the script's module name.
    """

    def __init__(self, name):
        self.path = REPOSITORY / "build" / f"{name}.json"
        self.code = stamps.code_of(name)
        found = json.loads(self.path.read_text(encoding="utf-8")) if self.path.is_file() else {}
        self.rows = found["rows"] if found.get("code") == self.code else {}

    def done_or(self, part, work):
        """The result of a part, a name: as it was kept, or of `work()`, which is then kept."""
        if part not in self.rows:
            self.rows[part] = work()
            self.path.parent.mkdir(exist_ok=True)
            temporary = self.path.with_suffix(".tmp")
            temporary.write_text(json.dumps({"code": self.code, "rows": self.rows}), encoding="utf-8")
            os.replace(temporary, self.path)
        return self.rows[part]
