"""Measurements too long for a notebook: scripts that write small result files, each run with one command."""
