"""How many rounds orders of reveal need on one formal language, beside its collision constant."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.kinds.measurement import exact
from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from theory.studies.kinds.law import certified, oracle

DEPTH, CONSTANT = "rounds_without_error", "collision_constant_at_length"


@dataclass(frozen=True, kw_only=True)
class OrderDepth(Unit):
    """The fewest rounds without error that reveal positions from left to right, by bisection and in
    the best order chosen in advance, and the collision constant c_L.

    Exact, by all words of a catalogue language at its longest length up to `longest` whose words
    can be listed.
    """

    kind = "depth of orders"
    version = 2

    language: str
    language_hash: str
    longest: int

    @property
    def expected_seconds(self) -> float:
        """Few words, or short ones."""
        return 0.1

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """A row of the constant and one for each order, of as many steps as it needs rounds."""
        from synthetic.languages import catalogue
        from theory.laws.enumeration.listed_law import longest_listed_law
        from theory.laws.policies.order_depth import bisection_order, least_depth, order_depth

        law = longest_listed_law(catalogue.load(self.language), self.longest)
        depths = {
            "left to right": order_depth(law, range(law.length)),
            "bisection": order_depth(law, bisection_order(law.length)),
            "best order": least_depth(law),
        }
        setting = oracle(self.language, self.language_hash, law.length, 0)
        rows: list[Row] = [certified(setting, CONSTANT, law.collision_constant(), "exact law")]
        for reveal, depth in depths.items():
            setting = oracle(self.language, self.language_hash, law.length, depth, reveal)
            rows.append(dict(setting.row(DEPTH, exact(float(depth)))))
        return Result(rows)
