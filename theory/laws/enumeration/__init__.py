"""Laws of languages and samplers small enough to list every outcome."""
