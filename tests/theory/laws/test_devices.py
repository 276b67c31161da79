"""Laws run where their language is: nothing is made on torch's default device."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from synthetic.denoisers import Oracle
from synthetic.languages import NGram
from synthetic.sampling import Bernoulli, linear
from theory.laws import (
    chain_bisection_sequence_error_rate,
    chain_fixed_count_sequence_error_rate,
    chain_sequence_error_rate,
    chain_token_error_rate,
    collision_constant,
    estimate_collision_constant,
    estimate_information_curve,
    finite_collision_constant,
    information_curve,
    optimal_policy,
    output_law,
)

TABLES = ([0.2, 0.5, 0.3], [[0.5, 0.5, 0.0], [0.3, 0.3, 0.4], [0.6, 0.0, 0.4]])


def generator() -> torch.Generator:
    return torch.Generator(device="cpu").manual_seed(0)


LAWS: dict[str, Callable[[NGram], Any]] = {
    "chain SER": lambda q: chain_sequence_error_rate(q, length=40, schedule=linear(5)).value,
    "chain TER": lambda q: (
        chain_token_error_rate(
            q, length=9, schedule=linear(3), sequences=4, generator=generator()
        ).gap.value
    ),
    "bisection": lambda q: chain_bisection_sequence_error_rate(q, length=9, rounds=2).value,
    "fixed count": lambda q: chain_fixed_count_sequence_error_rate(q, length=6, sizes=(3, 3)).value,
    "collision": lambda q: collision_constant(q).value,
    "finite collision": lambda q: finite_collision_constant(q, length=4).value,
    "estimated collision": lambda q: (
        estimate_collision_constant(q, length=8, samples=50, generator=generator()).value
    ),
    "curve": lambda q: information_curve(q, 9)(0.5),
    "estimated curve": lambda q: estimate_information_curve(q, 6, 20, generator())(0.5).value,
    "output law": lambda q: float(output_law(Oracle(q), Bernoulli(linear(2)), length=4)[1]),
    "policy": lambda q: optimal_policy(q, length=3).points[0].kl_divergence,
}


@pytest.mark.parametrize("name", LAWS)
def test_a_law_makes_nothing_on_the_default_device(name: str) -> None:
    language = NGram(*TABLES, device="cpu")
    wanted = LAWS[name](language)
    with torch.device("meta"):
        assert LAWS[name](language) == wanted


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_a_law_is_the_same_on_every_device(name: str, device: str) -> None:
    if device == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    wanted = LAWS[name](NGram(*TABLES, device="cpu"))
    assert LAWS[name](NGram(*TABLES, device=device)) == pytest.approx(wanted, rel=1e-10)
