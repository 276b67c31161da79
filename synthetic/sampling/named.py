"""Every strategy by its name: one registry for samples, units, advice, tables and figures."""

import difflib
from importlib import import_module

from synthetic.arguments import check_length, check_steps
from synthetic.sampling.strategies.named_strategy import NamedStrategy
from synthetic.sampling.strategies.strategy import Strategy

# files of `strategies`, each with `named`: its strategies with what is said of them
FILES = (
    "bernoulli",
    "fixed_count",
    "first_hitting",
    "left_to_right",
    "bisection",
    "least_entropy",
    "entropy_bounded",
    "most_confident",
    "most_confident_samples",
)
STRATEGIES: dict[str, NamedStrategy] = {
    one.name: one
    for file in FILES
    for one in import_module(f"synthetic.sampling.strategies.{file}").named
}


def named(name: str) -> NamedStrategy:
    """The strategy of a name; hyphens stand for spaces, and a number after a colon for a parameter.

    An unknown name is an error that lists those that are known.
    """
    family, _, given = name.partition(":")
    family = family.replace("-", " ")
    if family not in STRATEGIES:
        near = difflib.get_close_matches(family, STRATEGIES, n=1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"a strategy is one of {'; '.join(STRATEGIES)}, got {name!r}{hint}")
    entry = STRATEGIES[family]
    if not given:
        return entry
    if entry.with_parameter is None:
        raise ValueError(f"the strategy {family!r} takes no parameter, got {name!r}")
    try:
        parameter = float(given)
    except ValueError:
        raise ValueError(f"the parameter of {family!r} is a number, got {name!r}") from None
    return entry.with_parameter(parameter)


def build_strategy(name: str, length: int, steps: int) -> Strategy:
    """The strategy of a name for `length` free positions in `steps` steps."""
    return named(name).build(check_length(length), check_steps(steps))
