"""Which sampler to use for a language and a goal, and what it costs."""
