"""How many rounds orders of reveal need where words are too long to list all sets of positions."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.kinds.measurement import exact
from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from theory.studies.kinds.law import certified, oracle
from theory.studies.kinds.order_depth import CONSTANT, DEPTH


@dataclass(frozen=True, kw_only=True)
class LongOrderDepth(Unit):
    """The rows of `OrderDepth` for a catalogue language of one length, by its structure.

    The depths are exact. So is the constant c_L, but of observed bits: there it is estimated from
    `samples` words, and the estimator of the row says so.
    """

    kind = "depth of orders of long words"
    version = 1

    language: str
    language_hash: str
    length: int
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """Minutes for the 3,014 sets of cells of squares of order 5, little for all others."""
        return 400.0 if self.language == "latin-5" else 2.0

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """A row of the constant and one for each order, of as many steps as it needs rounds."""
        from synthetic.arguments import seeded
        from synthetic.languages import catalogue
        from theory.laws import estimate_collision_constant
        from theory.laws.policies.order_depth import bisection_order, order_depth
        from theory.laws.structured import structured_law

        language = catalogue.load(self.language)
        law = structured_law(language)
        depths = {
            "left to right": order_depth(law, range(law.length)),
            "bisection": order_depth(law, bisection_order(law.length)),
            "best order": law.least_depth(),
        }
        setting = oracle(self.language, self.language_hash, law.length, 0)
        constant = law.collision_constant()
        if constant is None:
            estimate = estimate_collision_constant(
                language, length=law.length, samples=self.samples, generator=seeded(self.seed)
            )
            rows: list[Row] = [dict(setting.row(CONSTANT, estimate))]
        else:
            rows = [certified(setting, CONSTANT, constant, "exact law")]
        for reveal, depth in depths.items():
            setting = oracle(self.language, self.language_hash, law.length, depth, reveal)
            rows.append(dict(setting.row(DEPTH, exact(float(depth)))))
        return Result(rows)
