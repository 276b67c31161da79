"""Every public callable with wrong values of every argument: one line that names it, or right.

The table is every public name of synthetic and theory, each argument, each wrong value. A call
works with the arguments of `good_calls`; then one of them is made wrong. Allowed are an answer that
ACCEPTED gives a reason for, and a TypeError, a ValueError or an error of the project that the
project itself raises, in one line that names the argument.
"""

import inspect
import linecache
import re
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import synthetic
import theory
from synthetic.experiments.unit import Unit
from tests.bounded import bounded
from tests.good_calls import RECORDS, good_call, public

ROOTS = tuple(str(Path(str(package.__file__)).parent) for package in (synthetic, theory))
LONGEST_LINE, LONGEST_SECONDS = 400, 5
PARTS = 2

BAD: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "-inf": lambda: float("-inf"),
    "-1": lambda: -1,
    "0": lambda: 0,
    "1.5": lambda: 1.5,
    "2^70": lambda: 2**70,
    "-2^70": lambda: -(2**70),
    "True": lambda: True,
    "numpy -1": lambda: np.int64(-1),
    "1j": lambda: 1j,
    "text": lambda: "x",
    "no text": lambda: "",
    "number as text": lambda: "2",
    "bytes": lambda: b"x",
    "no list": list,
    "list of None": lambda: [None],
    "list of nan": lambda: [float("nan")] * 2,
    "ragged": lambda: [[1.0], [1.0, 2.0]],
    "dict": dict,
    "object": lambda: object(),
    "class": lambda: dict,
    "function": lambda: lambda: None,
    "no tensor": lambda: torch.zeros(0, dtype=torch.float64),
    "tensor of nan": lambda: torch.full((2, 3), torch.nan, dtype=torch.float64),
    "tensor of -1": lambda: torch.full((2, 3), -1),
    "four axes": lambda: torch.zeros(1, 1, 1, 1, dtype=torch.float64),
    "complex tensor": lambda: torch.zeros(2, 3, dtype=torch.complex128),
    "array of text": lambda: np.array(["x"]),
    "masked array": lambda: np.ma.masked_array(
        [[0.5, 0.5], [1.0, 0.0]], [[False, True], [False, False]]
    ),
    "set": lambda: {0.25, 0.75},
    "null byte": lambda: "a\0b",
    "sparse tensor": lambda: torch.zeros(2, 3, dtype=torch.int64).to_sparse(),
    "meta tensor": lambda: torch.zeros(2, 3, dtype=torch.int64, device="meta"),
}


SHARES = {"epsilon", "final", "first", "gamma", "hold", "minimum_time", "uniform_share", "eta"}
SHARES |= {"dropout", "masked_input"}
ALIASES = {
    "epsilon": "symbol",
    "length": "positions",
    "name": "language",
    "pattern": "regular expression",
    "prefix": "token",
    "prompt": "token",
    "text": "grammar",
}
"""Other words by which a message may call an argument."""


def is_right(name: str, argument: str, kind: str, default: Any, *, unit: bool) -> bool:
    """Whether a value that looks wrong is right for this argument, and so is accepted."""
    texts, flags = {"text", "no text", "number as text"}, {"True"}
    zero, positive = {"0"}, {"1.5", "2^70"}
    reasons = (
        # by default there is none, or there need not be one
        kind == "None" and (default is None or f"{name}.{argument}" in MAY_BE_NONE),
        # a flag is True or False
        kind in flags and (isinstance(default, bool) or argument == "causal"),
        # no unit, no row, no policy is some
        kind in {"no list", "no tensor", "dict"} and argument in {"units", "others"},
        # any text is a path, a folder, a pattern or the name of an estimator
        (kind in texts and argument in {"path", "folder", "directory", "pattern", "estimator"})
        or (kind == "null byte" and argument in {"pattern", "estimator"})
        or (kind == "null byte" and (name, argument) in {("Arm", "name"), ("Corpus", "text")})
        or (kind in texts and (name, argument) == ("Arm", "name")),
        # a share or a divergence of 0, a seed, position or number of successes 0
        kind in zero and argument in {*SHARES, "seed", "position", "successes", "warmup_steps"},
        kind in zero and argument in {"patience_seconds", "average_decay", "weight_decay"},
        # numbers without an upper end
        kind in positive and argument in {"epsilon", "gamma", "tolerance", "weight_decay"},
        kind in positive and argument in {"learning_rate", "gradient_clip", "patience_seconds"},
        kind in {"inf"} and argument == "gradient_clip",
        # an error can be asked to be at most any number, and compared with any
        name == "least_steps" and argument == "target",
        name == "progress_bar" and argument == "entropy_per_token",
        # anything can be called; what it does then is the caller's own
        kind in {"function", "class"} and callable_wanted(name, argument),
        # whole numbers are taken modulo a prime
        kind in {"tensor of -1"} and (name, argument) == ("Affine", "matrix"),
        # of tokens, noise_levels looks at the shape, point_masses at those that are known
        kind == "tensor of -1" and name in {"noise_levels", "point_masses"},
        # a field of a unit that was added later has any plain default
        name == "added",
        # a unit is data: what it names, and whether that is possible, is found when it runs
        unit and kind in {"null byte", *texts, *zero, *positive, *flags},
    )
    return any(reasons)


MAY_BE_NONE = {"TrainingConfig.gradient_clip"}


def callable_wanted(name: str, argument: str) -> bool:
    return argument in {"function", "forward", "report", "on_done", "progress", "stop", "error"}


def is_public_callable(name: str, value: Any) -> bool:
    """Whether a person calls it: no protocol, base, record, exception or name of a type."""
    if name in RECORDS or getattr(value, "_is_protocol", False) or inspect.isabstract(value):
        return False
    if not isinstance(value, type) and not inspect.isroutine(value):
        return False
    return not (isinstance(value, type) and issubclass(value, BaseException))


def bad_calls(name: str, value: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Argument, kind of wrong value and all arguments, of each wrong call."""
    makers = good_call(name, value)
    for argument in makers:
        for kind, bad in BAD.items():
            others = {key: make() for key, make in makers.items() if key != argument}
            yield argument, kind, others | {argument: bad()}


def fault(value: Any, argument: str, given: dict[str, Any]) -> str | None:
    """What is wrong with the answer to a wrong call; 'accepted' where there was no error."""
    try:
        value(**given)
    except OSError as error:
        return None if error.filename or isinstance(error, ValueError) else repr(error)
    except Exception as error:
        said = str(error)
        if callable_wanted("", argument) and callable(given[argument]):
            return None  # what a caller's own function raises passes through
        *_, (frame, line) = traceback.walk_tb(error.__traceback__)
        path = frame.f_code.co_filename
        if not isinstance(error, (TypeError, ValueError)):
            return f"{type(error).__name__}: {said[:80]}"
        if not path.startswith(ROOTS) or not linecache.getline(path, line).lstrip().startswith(
            "raise "
        ):
            return f"raw {type(error).__name__}: {said[:80]}"
        if "\n" in said or len(said) > LONGEST_LINE:
            return f"not one line: {said[:80]}"
        if not _names(argument, said) and not (argument == "path" and given[argument] in said):
            return f"does not name it: {said[:80]}"
        return None
    return "accepted"


def _names(argument: str, said: str) -> bool:
    words = re.sub("[^a-z0-9]+", " ", said.lower())
    names = (argument, ALIASES.get(argument, argument))
    return any(name.replace("_", " ").rstrip("s") in words for name in names)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_wrong_value_of_any_argument_is_named_in_one_line(
    part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    tried, wrong = 0, []
    for name, value in chosen(part):
        value(**{key: make() for key, make in good_call(name, value).items()})  # the table is right
        parameters = inspect.signature(value).parameters
        unit = isinstance(value, type) and issubclass(value, Unit)
        for argument, kind, given in bad_calls(name, value):
            tried += 1
            with warnings.catch_warnings(action="ignore"), bounded(LONGEST_SECONDS):
                problem = fault(value, argument, given)
            default = parameters[argument].default
            if problem == "accepted" and is_right(name, argument, kind, default, unit=unit):
                continue
            if problem is not None:
                wrong.append(f"{name}({argument} = {kind}): {problem}")
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong)
    assert tried > 1000
    record_property("wrong calls", tried)


def chosen(part: int) -> list[tuple[str, Any]]:
    """Every PARTS-th public callable."""
    return [one for one in public() if is_public_callable(*one)][part::PARTS]


def unchecked(length: int) -> int:
    """The broken twin: nothing looks at what it is given."""
    return len(range(length))


def silent(length: int) -> None:
    """The broken twin that takes anything."""


@pytest.mark.parametrize("twin", [unchecked, silent])
def test_the_table_refuses_what_is_not_checked(twin: Callable[..., Any]) -> None:
    faults = [fault(twin, argument, given) for argument, _, given in bad_calls("twin", twin)]
    assert sum(problem is not None for problem in faults) > 20


def test_every_public_name_is_tried_or_a_record() -> None:
    names = {name for name, _ in public()}
    assert names >= RECORDS
    tried = {name for part in range(PARTS) for name, _ in chosen(part)}
    assert {"NGram", "generate", "train", "output_law", "run_units", "LeastSteps"} <= tried
    assert len(tried) > 150
