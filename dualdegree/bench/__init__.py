"""How fast is it? Seeded workloads, their baselines, and the figures that `dualdegree bench` prints."""
