"""Side-by-side measurements, each one command: `python -m benchmarks calls|latency|memory|imports|all`."""
