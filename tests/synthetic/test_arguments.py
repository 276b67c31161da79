"""Plain arguments: integers of every library are taken, everything else is one line by name."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from synthetic.arguments import (
    LONGEST,
    check_count,
    check_generator,
    check_integer,
    check_length,
    check_number,
    check_seed,
    check_steps,
    seeded,
    short,
)
from synthetic.denoisers import Oracle
from synthetic.languages import Dyck, NGram, catalogue
from synthetic.models import TransformerConfig, forward_flops
from synthetic.sampling import (
    Bisection,
    FixedCount,
    LeftToRight,
    TablePolicy,
    bisection_rounds,
    equal_sizes,
    generate,
    linear,
    two_phase,
)

FOURS = [4, np.int64(4), np.uint8(4), np.arange(5)[4], torch.tensor(4), torch.tensor([4])[0]]
NO_INTEGERS = [True, np.True_, torch.tensor(True), 4.0, np.float64(4), "4", None, [4], 4 + 0j]


@pytest.mark.parametrize("four", FOURS, ids=lambda value: type(value).__name__)
def test_integers_of_every_library_are_the_same(four: Any) -> None:
    for check in (check_length, check_count, check_steps, check_seed):
        assert check(four) == 4
        assert type(check(four)) is int
    language = catalogue.load("ngram2-v8")

    def generator() -> torch.Generator:
        return torch.Generator().manual_seed(0)

    assert linear(four) == linear(4)
    assert equal_sizes(8, four) == equal_sizes(8, 4)
    assert two_phase(four, 0.5) == two_phase(4, 0.5)
    assert bisection_rounds(four) == bisection_rounds(4)
    assert (Bisection(four), LeftToRight(four)) == (Bisection(4), LeftToRight(4))
    assert FixedCount([four]) == FixedCount([4])
    assert TablePolicy([four]) == TablePolicy([4])
    assert repr(LeftToRight(four)) == "LeftToRight(block=4)"
    words = language.sample(four, four, generator())
    assert torch.equal(words, language.sample(4, 4, generator()))
    drawn = [
        generate(Oracle(language), LeftToRight(), length=n, count=n, generator=generator()).tokens
        for n in (four, 4)
    ]
    assert torch.equal(*drawn)
    config = TransformerConfig(
        vocab_size=four, max_length=four, width=four, depth=four, heads=four, causal=False
    )
    assert type(config.width) is int
    assert forward_flops(config, length=four) == forward_flops(config, length=4)
    assert torch.equal(
        NGram.random(2, four, 2, 1.0, 0).sample(3, 5, generator()),
        NGram.random(2, 4, 2, 1.0, 0).sample(3, 5, generator()),
    )


@pytest.mark.parametrize("wrong", NO_INTEGERS, ids=repr)
def test_what_is_no_integer_is_named(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^number is an integer >= 1, got [^\n]+$"):
        check_integer("number", wrong)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: check_length(0), "length is an integer >= 1, got 0"),
        (lambda: linear(10**8), f"steps is an integer of at most {LONGEST}, got 100000000"),
        (lambda: check_seed(2**63), r"seed is an integer in 0\.\.2\^63-1, got 92"),
        (lambda: check_seed(-1), r"seed is an integer in 0\.\."),
        (lambda: Dyck(2, 10**9), "need more than 4096 states"),
        (lambda: Dyck(1, 10**9), "need more than 4096 states"),
        (lambda: check_integer("width", 3, least=4, most=8), r"width is an integer in 4\.\.8"),
    ],
)
def test_what_would_not_end_is_refused_at_once(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("wrong", [None, 0, np.random.default_rng(0), torch, "cpu"], ids=short)
def test_a_generator_that_is_none_is_named(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"generator is a torch.Generator such as .*, got "):
        check_generator(wrong)
    with pytest.raises(TypeError, match=r"^generator is a torch\.Generator"):
        catalogue.load("ngram2-v8").sample(1, 4, wrong)


@pytest.mark.parametrize("half", [0.5, np.float32(0.5), torch.tensor(0.5), np.float64(0.5)])
def test_numbers_of_every_library_are_the_same(half: Any) -> None:
    assert check_number("rate", half, 0, 1) == 0.5
    assert type(check_number("rate", half)) is float


@pytest.mark.parametrize("wrong", [math.nan, "0.5", None, True, 1.5, -1e-9, [0.5], 1j], ids=repr)
def test_what_is_no_number_of_the_range_is_named(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^rate is a number in 0\.\.1, got [^\n]+$"):
        check_number("rate", wrong, 0, 1)


def test_one_seed_is_one_stream() -> None:
    assert torch.equal(torch.rand(3, generator=seeded(5)), torch.rand(3, generator=seeded(5)))
    assert not torch.equal(torch.rand(3, generator=seeded(5)), torch.rand(3, generator=seeded(6)))


def test_large_values_are_shown_by_their_type() -> None:
    assert short(list(range(1000))) == "a list"
    assert short(object()) == "a object"
    assert short("two\nlines") == r"'two\nlines'"
