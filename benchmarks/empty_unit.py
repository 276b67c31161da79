"""A unit of work that computes nothing: what is left is the cost of the runner."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments import Context, Input, Result, Unit


@dataclass(frozen=True, kw_only=True)
class Empty(Unit):
    """A unit that computes nothing and gives one row."""

    kind = "empty"
    version = 1

    number: int

    @property
    def expected_seconds(self) -> float:
        """Nothing."""
        return 0.001

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row."""
        return Result([{"language": "none", "metric": "none", "value": float(self.number)}])
