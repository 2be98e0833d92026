"""Speed, in figures that anyone can reproduce: `make bench` writes `docs/bench.md`."""
