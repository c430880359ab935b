"""The web site of the course: README, docs/, datasheets and executed lessons as the source of a Sphinx project."""
