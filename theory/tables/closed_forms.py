"""Least steps to a TER gap where the law that is sampled has a closed form."""

import pandas as pd

from synthetic.languages import CopyPairs, catalogue
from theory.laws.policies.copy_pairs_bernoulli import copy_pairs_least_steps

CLOSED_FORM = "closed form"


def closed_least_steps(table: pd.DataFrame) -> pd.DataFrame:
    """The lines of languages that have one, Bernoulli reveal, with the exact least N to their
    target in place of what was simulated, at the same lengths."""
    lines = []
    for _, line in table.iterrows():
        entry = catalogue.ENTRIES.get(str(line["language"]))
        if entry is not None and entry.build is CopyPairs:
            symbols = entry.parameters["symbols"]
            steps = copy_pairs_least_steps(symbols, int(line["length"]), float(line["target"]))
            exact = dict.fromkeys(("value", "low", "high"), float(steps))
            lines.append(line.to_dict() | exact | {"samples": 1, "estimator": CLOSED_FORM})
    return pd.DataFrame(lines, columns=table.columns)
