"""English-French pairs from an original grammar (data/phrases)."""
