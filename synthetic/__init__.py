"""Languages, denoisers, samplers and what is measured on them; knows no theorem."""
