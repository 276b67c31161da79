"""What the structure of a language says of its law on sets of positions."""

from typing import Protocol

from synthetic.quantities import CertifiedValue
from theory.laws.policies.order_depth import PositionsLaw


class StructuredLaw(PositionsLaw, Protocol):
    """Which positions are independent given others, at the one length L of a language."""

    def least_depth(self) -> int:
        """The fewest rounds without error of any order of the positions."""

    def collision_constant(self) -> CertifiedValue | None:
        """c_L, the limit of N SER / L in random order; None where it is out of reach."""
