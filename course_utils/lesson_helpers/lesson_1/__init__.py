"""What lesson 1 needs besides: the gallery of sequence problems, and generated sentences."""
