"""All benchmarks in one table each: `python -m benchmarks --device cpu`."""

from dataclasses import dataclass

import tyro

from benchmarks import grammar, laws, posterior, quality, sampling, training
from benchmarks.table import show
from synthetic.device import check_device


@dataclass(frozen=True)
class Benchmarks:
    """Measure posterior, grammars, training, sampling, exact laws and trained quality in turn."""

    device: str = "cpu"
    """Where tensors live: cpu, cuda, cuda:N or mps."""


def main() -> None:
    """Runs everything."""
    device = str(check_device(tyro.cli(Benchmarks).device))
    show(posterior.run(device), "posterior of masked sequences")
    show(grammar.run(device), "inside-outside of grammars")
    show(training.run(device), "training")
    show(sampling.run(device), "sampling")
    show(laws.run(device), "exact laws")
    show(quality.run(device), "trained quality after the quick budget")


if __name__ == "__main__":
    main()
