"""Captions of photographs, in English and in French (Multi30k)."""
