"""Five years of hourly temperatures in Beijing, measured (UCI 381)."""
