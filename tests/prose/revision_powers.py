"""The numbers of docs/revisable_tokens.md, section 7: powers of 1/N, by exact laws."""

import math
from collections.abc import Sequence
from functools import cache

from synthetic.denoisers import NoisyOracle
from synthetic.languages import CopyPairs, Language, Permutations, catalogue
from synthetic.metrics import enumerated_law, kl_divergence, total_variation
from synthetic.noise import Absorbing, Uniform
from synthetic.noise.named import build_grid
from tests.prose.page import Item, Passage, Table
from theory.laws.enumeration.ancestral_law import ancestral_law, trajectory_divergence

FEW, MANY = 32, 64  # steps
SLOW = ("walks", "masked, linear")  # 3^8 noisy words at every level: ten seconds


def _language(name: str) -> tuple[Language, int]:
    """The language and the length that a line of the table names."""
    if name.startswith("copy pairs"):
        return CopyPairs(3), 4
    if name.startswith("permutations"):
        return Permutations(4), 4
    if name.startswith("walks"):
        return catalogue.load("regex:u(ud|du)(ud|du)(ud|du)(u|d)"), 8
    specification, _, rest = name.partition("`")[2].partition("`")
    return catalogue.load(specification), int(rest.rpartition("= ")[2].strip("$"))


@cache
def _quantities(name: str, sampler: str, steps: int) -> tuple[float, float, float, float]:
    """SER, KL, TV and the KL of trajectories of the exact law."""
    language, length = _language(name)
    kind, _, grid = sampler.partition(", ")
    noise = {"masked": Absorbing, "uniform": Uniform}[kind](language.vocab_size)
    oracle, levels = NoisyOracle(language, noise), build_grid(grid, steps)
    true = enumerated_law(language, length)
    law = ancestral_law(oracle, noise, levels, length=length)
    return (
        float(law[true == 0].sum()),
        kl_divergence(true, law),
        total_variation(true, law),
        trajectory_divergence(oracle, levels, length=length).trajectory,
    )


def _powers(labels: tuple[str, ...], column: int) -> Sequence[float] | None:
    """With which power of 1/N a quantity falls from 32 to 64 steps."""
    name, sampler = labels
    if (name.partition(",")[0], sampler) == SLOW:
        return None
    few, many = (_quantities(name, sampler, steps)[column] for steps in (FEW, MANY))
    return (math.log2(few / many),)


CHAIN = "chain with zeros, `ngram:order=2,vocab=3,branching=2,seed=0`, $L = 5$"
SECTION: tuple[Item, ...] = (
    Table("| language | sampler | SER | KL | TV |", _powers, labels=2),
    Passage(
        "is larger for uniform noise ({} beside {} on the first chain at $N = 64$)",
        lambda: [
            _quantities(CHAIN, sampler, MANY)[3]
            for sampler in ("uniform, cosine", "masked, linear")
        ],
    ),
)
