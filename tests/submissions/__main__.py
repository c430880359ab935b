"""Write the table of verdicts: `PYTHONPATH=tests .venv/bin/python -m submissions`."""

from submissions import TABLE_FILE, table

TABLE_FILE.write_text(table(), encoding="utf-8")
