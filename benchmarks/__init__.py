"""The speed of pipectl as ratios: `python -m benchmarks` makes the trees, runs the goals and writes the page."""
