"""The maintainer's tools behind the command `course`: no notebook ever imports them."""
