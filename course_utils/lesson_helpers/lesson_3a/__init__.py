"""What lesson 3a alone needs."""
