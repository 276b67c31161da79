"""What languages, noises and denoisers are asked, with wrong values of every argument.

As `test_bad_calls`, for methods: every public class of which `good_calls` makes one.
"""

import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch

from synthetic.languages import Language
from synthetic.noise import Noise
from tests.bounded import bounded
from tests.good_calls import constant, good_call, public
from tests.test_bad_calls import BAD, LONGEST_SECONDS, fault, is_public_callable

OF_LANGUAGES: tuple[str, ...] = (
    *("contains", "count", "entropy", "estimate_entropy", "lengths", "log_evidence"),
    *("log_evidence_given", "log_normaliser", "log_prob", "posterior", "posterior_given"),
    *("sample", "text", "to"),
)
OF_NOISES = ("corrupt", "known", "likelihood")


def asked() -> Iterator[tuple[str, Callable[..., Any], dict[str, Callable[[], Any]]]]:
    """Every method with its name and makers of arguments that it takes."""
    for name, value in public():
        if not isinstance(value, type) or not is_public_callable(name, value):
            continue
        one = value(**{key: make() for key, make in good_call(name, value).items()})
        names: tuple[str, ...]
        if isinstance(one, Language):
            names, length = OF_LANGUAGES, one.lengths(16)[0]
        elif isinstance(one, Noise):
            names, length = OF_NOISES, 3
        elif value.__module__.startswith("synthetic.denoisers.") and callable(one):
            names, length = ("__call__",), 3
        else:
            continue
        for method in names:
            yield f"{name}.{method}", getattr(one, method), arguments(one, method, length)


def arguments(one: Any, method: str, length: int) -> dict[str, Callable[[], Any]]:
    """Makers of arguments that a method takes, by name."""
    size = one.vocab_size
    ones = torch.ones((2, length, size), dtype=torch.float64)
    makers: dict[str, Callable[[], Any]] = {
        "count": constant(2),
        "device": constant("cpu"),
        "eta": constant(0.5),
        "generator": lambda: torch.Generator().manual_seed(0),
        "length": constant(length),
        "maximum": constant(length),
        "samples": constant(2),
        "tokens": lambda: torch.zeros((2, length), dtype=torch.int64),
        "weights": constant(ones),
    }
    return {name: makers[name] for name in inspect.signature(getattr(one, method)).parameters}


def is_right(method: str, argument: str, kind: str) -> bool:
    """Whether a value that looks wrong is right for this argument."""
    # no noise, no lengths, the word without symbols
    return kind == "0" and (argument in {"eta", "maximum"} or method.endswith(".count"))


def test_a_wrong_value_of_any_argument_of_a_method_is_named(record_property: Any) -> None:
    tried, wrong = 0, []
    for name, method, makers in asked():
        for argument in makers:
            for kind, bad in BAD.items():
                given = {key: make() for key, make in makers.items()} | {argument: bad()}
                tried += 1
                with warnings.catch_warnings(action="ignore"), bounded(LONGEST_SECONDS):
                    problem = fault(method, argument, given)
                if problem is not None and not (
                    problem == "accepted" and is_right(name, argument, kind)
                ):
                    wrong.append(f"{name}({argument} = {kind}): {problem}")
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong)
    assert tried > 5000
    record_property("wrong calls of methods", tried)
