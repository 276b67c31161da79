"""A limit, looked at along sizes that grow: evidence, not a proof for all sizes."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from proofs_check.outcome import Holds, Outcome, Refuted, Undecided


@dataclass(frozen=True)
class AtSizes:
    """`quantity` approaches `limit` as `measure` grows, which `text` says.

    At each of the sizes both are computed; |quantity / limit - 1| has to fall from each size to the
    next, and to be at most `last` at the largest one.
    """

    measure: str
    sizes: Sequence[int]
    quantity: Callable[[int], float]
    limit: Callable[[int], float]
    last: float
    text: str

    kind: ClassVar[str] = "asymptotic"
    universal: ClassVar[bool] = False

    def __post_init__(self) -> None:
        pairs = list(itertools.pairwise(self.sizes))
        if len(pairs) < 2 or any(after <= before for before, after in pairs):
            raise ValueError(f"a limit is looked at at three sizes that grow, got {self.sizes}")

    def check(self) -> Outcome:
        """Computes both at every size."""
        distances: list[float] = []
        for size in self.sizes:
            quantity, limit = float(self.quantity(size)), float(self.limit(size))
            distance = abs(quantity / limit - 1) if limit else math.nan
            at = f"{self.measure} = {size}: {quantity:.9g} against {limit:.9g}"
            if not math.isfinite(distance):
                return Undecided(f"at {at} there is no relative difference")
            if distances and distance >= distances[-1]:
                return Refuted(
                    f"at {at}, relative difference {distance:.3g}, not below {distances[-1]:.3g} "
                    "of the size before"
                )
            distances.append(distance)
        if distances[-1] > self.last:
            return Refuted(f"at {at}, relative difference {distances[-1]:.3g} > {self.last:g}")
        return Holds(f"relative differences {', '.join(f'{each:.2g}' for each in distances)}")

    @property
    def listed(self) -> str:
        """The sizes that were looked at."""
        return f"{self.measure} = {', '.join(map(str, self.sizes))}"

    def formula(self) -> str:
        """The statement and the sizes."""
        return f"{self.text}; looked at for {self.listed}, to within {self.last:g} at the end"
