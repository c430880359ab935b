"""What lesson 1 needs besides: the gallery, generated sentences, a Markov model, and its figures."""
