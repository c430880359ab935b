"""`make bench`: the course's networks beside PyTorch and JAX, on the same work, in one run. See docs/benchmarks.md."""
