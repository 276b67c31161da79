"""Languages, denoisers, samplers and what is measured on them; knows no theorem."""

import os

# Threads of torch that wait for each other sleep rather than spin: where other work takes cores,
# spinning made exact laws ten to fifty times slower. Torch reads it when it is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
