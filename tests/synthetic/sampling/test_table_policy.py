"""A policy as a table: what it reveals, and what it refuses."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.sampling import Strategy, TablePolicy, generate
from synthetic.sampling.contract import check_strategy
from tests.synthetic.sampling.generation_cases import hashed
from tests.synthetic.sampling.small_cases import CPU, generator, index_of, random_table

LENGTH, SYMBOLS = 3, 2


def masked_bits(code: int) -> int:
    """The masked positions of a partial sequence of two symbols, as bits."""
    digits = [code // 3 ** (LENGTH - 1 - position) % 3 for position in range(LENGTH)]
    return sum(2**position for position, digit in enumerate(digits) if digit == SYMBOLS)


@st.composite
def policies(draw: st.DrawFn) -> TablePolicy:
    """Any nonempty set of masked positions in every partial sequence."""
    table = []
    for code in range(3**LENGTH):
        masked = masked_bits(code)
        wanted = draw(st.integers(0, 2**LENGTH - 1)) & masked
        table.append(wanted or masked)
    return TablePolicy(table)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(policies(), st.lists(st.integers(0, 2), min_size=LENGTH, max_size=LENGTH))
def test_each_step_reveals_what_the_table_says(policy: TablePolicy, prompt: list[int]) -> None:
    """Replays the steps of generated sequences; the twin reads positions from the right."""
    start = torch.tensor(prompt, device=CPU)
    made = generate(
        hashed(SYMBOLS), policy, length=LENGTH, count=4, generator=generator(0), prompt=start
    )
    assert bool(((made.tokens >= 0) & (made.tokens < SYMBOLS)).all())
    assert made.evaluations.tolist() == made.reveal_step.amax(1).tolist()
    assert made.probes.tolist() == [0] * 4
    for tokens, steps in zip(made.tokens, made.reveal_step, strict=True):
        for step in range(1, int(steps.max()) + 1):
            before = tokens.masked_fill(steps >= step, SYMBOLS)
            decided = policy.table[int(index_of(before.unsqueeze(0), SYMBOLS + 1))]
            revealed = [position for position in range(LENGTH) if steps[position] == step]
            assert sum(2**position for position in revealed) == decided


def test_bits_count_from_the_left() -> None:
    """The broken twin has its bits reversed and reveals the other end first."""
    first = [next((2**i for i in range(LENGTH) if masked_bits(code) >> i & 1), 0)
             for code in range(3**LENGTH)]  # fmt: skip
    last = [next((2**i for i in reversed(range(LENGTH)) if masked_bits(code) >> i & 1), 0)
            for code in range(3**LENGTH)]  # fmt: skip
    steps = {
        name: generate(
            random_table(SYMBOLS, LENGTH, 0), TablePolicy(table), length=LENGTH, count=1,
            generator=generator(0),
        ).reveal_step.tolist()
        for name, table in {"first": first, "last": last}.items()
    }  # fmt: skip
    assert steps == {"first": [[1, 2, 3]], "last": [[3, 2, 1]]}


def test_a_decision_depends_on_the_value() -> None:
    """After a 0 the rest comes at once, after a 1 it comes one by one."""
    table = [masked_bits(code) for code in range(3**LENGTH)]
    table[-1] = 1
    table[1 * 9 + 2 * 3 + 2] = 2
    made = generate(
        random_table(SYMBOLS, LENGTH, 1), TablePolicy(table), length=LENGTH, count=50,
        generator=generator(2),
    )  # fmt: skip
    expected = 2 + made.tokens[:, 0]
    assert set(expected.tolist()) == {2, 3}
    assert torch.equal(made.evaluations, expected)


def test_declared_attributes() -> None:
    policy = TablePolicy(torch.tensor([0, 0, 1], device=CPU))
    assert isinstance(policy, Strategy)
    assert check_strategy(policy) is policy
    assert (policy.draw_order, policy.remasks, policy.probes) == (
        "choose_then_sample",
        False,
        False,
    )
    assert policy.value_dependent
    assert policy == TablePolicy([0, 0, 1])
    assert hash(policy) == hash(TablePolicy((0, 0, 1)))
    assert repr(policy) == "TablePolicy(<3 partial sequences>)"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([], "a table has an entry for every partial sequence, got none"),
        ([0, -1], "entry 1 of the table is an integer >= 0, got -1"),
        ([0, 0.5], "entry 1 of the table is an integer >= 0, got 0.5"),
        ([True], "entry 0 of the table is an integer >= 0, got True"),
    ],
    ids=["empty", "negative", "fraction", "bool"],
)
def test_tables_of_anything_else_are_refused(table: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TablePolicy(table)


def test_tables_that_do_not_fit_are_refused() -> None:
    denoiser = random_table(SYMBOLS, LENGTH, 0)

    def run(table: list[int]) -> None:
        generate(denoiser, TablePolicy(table), length=LENGTH, count=2, generator=generator(0))

    complete = [masked_bits(code) for code in range(27)]
    run(complete)
    with pytest.raises(ValueError, match=r"2 symbols at length 3 has 3\^3 entries, got 9"):
        run(complete[:9])
    undecided = "is reached some of its masked positions, got "
    with pytest.raises(ValueError, match=undecided + r"0b0 for \[2, 2, 2\]"):
        run([*complete[:-1], 0])
    with pytest.raises(ValueError, match=undecided + r"0b1111 for \[2, 2, 2\]"):
        run([*complete[:-1], 15])
    twice = [1 if code == 26 else masked_bits(code) | 1 for code in range(27)]
    with pytest.raises(ValueError, match=undecided + r"0b111 for"):
        run(twice)
    unreached = [*complete]
    for code in itertools.chain(range(9), range(9, 18)):
        unreached[code] = 0  # everything is revealed from the start
    unreached[0] = 0
    run(unreached)


def test_no_tensor_is_made_on_the_default_device() -> None:
    denoiser = random_table(SYMBOLS, LENGTH, 0)
    policy = TablePolicy([masked_bits(code) for code in range(27)])

    def tokens() -> list[list[int]]:
        made = generate(denoiser, policy, length=LENGTH, count=3, generator=generator(0))
        return made.tokens.tolist()

    expected = tokens()
    with torch.device("meta"):
        assert tokens() == expected
