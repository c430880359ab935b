"""What lesson 2a needs besides: models of a text that count, and its figures."""
