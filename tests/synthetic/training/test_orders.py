"""Arms of few orders: which orders, what each step is told, and the loss at the true law."""

import itertools
import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.denoisers.left_to_right import stacked_left_to_right
from synthetic.languages import NGram, enumerate_sequences
from synthetic.models import Transformer, TransformerConfig
from synthetic.models.more_positions import with_more_positions
from synthetic.models.stacked import StackedTransformer, parameter_count
from synthetic.training import Arm, Member, SideBySide
from synthetic.training.arms import masked_diffusion, plain_autoregressive
from synthetic.training.orders import draw_orders, listed_orders

LENGTH, MASK = 4, 3
LANGUAGE = NGram.random(2, 3, 3, 1.0, 0)
WORDS = enumerate_sequences(3, LENGTH)
LAW = LANGUAGE.log_prob(WORDS).exp()
CAUSAL = plain_autoregressive(1e-2)
BIDIRECTIONAL = masked_diffusion(1e-2)
MODEL = TransformerConfig(
    vocab_size=3, max_length=LENGTH, width=16, depth=2, heads=2, causal=True, any_order=True
)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator(device="cpu").manual_seed(seed)


def surprisals(given: Tensor, tokens: Tensor) -> Tensor:
    return -given.gather(-1, tokens.unsqueeze(-1)).squeeze(-1)


@given(length=st.integers(1, 6), data=st.data())
def test_listed_orders_are_distinct_and_begin_left_to_right(length: int, data: Any) -> None:
    count = data.draw(st.integers(1, min(16, math.factorial(length))))
    listed = listed_orders(length, count)
    assert listed[0].tolist() == list(range(length))
    assert len(listed.unique(dim=0)) == count
    assert torch.equal(listed.sort(1).values, torch.arange(length).expand(count, length))
    if count > 1:  # more orders are the same ones and others
        assert torch.equal(listed_orders(length, count - 1), listed[:-1])


@pytest.mark.parametrize("orders", [1, 2, 4, "all"])
def test_every_order_is_drawn_and_no_other(orders: Any) -> None:
    drawn = draw_orders(torch.Size((2000, 4)), orders, generator())
    seen = {tuple(order) for order in drawn.tolist()}
    if orders == "all":  # one of the 24 misses with probability 24 x (23/24)^2000 < 1e-35
        assert seen == set(itertools.permutations(range(4)))
    else:  # one of four misses with probability 4 x .75^2000
        assert seen == {tuple(order) for order in listed_orders(4, orders).tolist()}


@pytest.mark.parametrize("orders", [2, 4, "all"])
def test_the_loss_of_a_causal_arm_at_the_true_law_is_the_entropy(orders: Any) -> None:
    """Each step has the conditional of its position given those before it in the order."""
    arm = replace(CAUSAL, orders=orders)
    inputs, targets, weights, order, _ = arm.read(WORDS, MASK, generator())
    assert order is not None
    assert torch.equal(targets, WORDS.gather(1, order))
    assert torch.equal(inputs[:, 1:], targets[:, :-1])
    oracle = Oracle(LANGUAGE)
    entropy = LANGUAGE.entropy(LENGTH).value / LENGTH
    listed = set(itertools.permutations(range(LENGTH)))
    if orders != "all":
        listed = {tuple(one) for one in listed_orders(LENGTH, orders).tolist()}
    for one in listed:
        hidden, total = torch.full_like(WORDS, MASK), torch.zeros_like(LAW)
        for step, position in enumerate(one):
            told = surprisals(oracle(hidden), WORDS)[:, position]
            total += told * weights[:, step]
            hidden[:, position] = WORDS[:, position]
        assert float((LAW * total).sum()) == pytest.approx(entropy, abs=1e-12)


@pytest.mark.parametrize("orders", [1, 2])
def test_a_bidirectional_arm_hides_the_last_of_an_order_and_predicts_all_of_them(
    orders: Any,
) -> None:
    """Its loss at the true law is the mean entropy of what is hidden, at least that of a token."""
    arm = replace(BIDIRECTIONAL, orders=orders)
    rows = WORDS.repeat(40, 1)
    inputs, targets, weights, order, _ = arm.read(rows, MASK, generator())
    assert order is None
    assert torch.equal(targets, rows)
    hidden = inputs == MASK
    sizes = hidden.sum(1)
    assert torch.equal(weights, hidden / sizes.unsqueeze(1).double())
    listed = listed_orders(LENGTH, orders).tolist()
    sets = {tuple(sorted(one[LENGTH - k :])) for one in listed for k in range(1, LENGTH + 1)}
    assert {tuple(row.nonzero().flatten().tolist()) for row in hidden} == sets
    oracle, total = Oracle(LANGUAGE), 0.0
    for one in listed:
        for k in range(1, LENGTH + 1):
            last = torch.tensor(one[LENGTH - k :])
            told = surprisals(oracle(WORDS.index_fill(1, last, MASK)), WORDS)[:, last]
            total += float((LAW * told.mean(1)).sum()) / (LENGTH * orders)
    drawn = surprisals(oracle(inputs), rows)
    each = torch.where(hidden, drawn * weights, 0.0).sum(1).view(40, -1) @ LAW
    # five standard deviations of the mean of 40: a false alarm in 2 million
    assert float(each.mean()) == pytest.approx(total, abs=5 * float(each.std()) / 40**0.5)
    assert total > LANGUAGE.entropy(LENGTH).value / LENGTH


@pytest.mark.parametrize("arm", [CAUSAL, BIDIRECTIONAL])
def test_masked_input_hides_more_and_predicts_the_same(arm: Arm) -> None:
    few = replace(arm, orders=2)
    clean, noised = (
        one.read(WORDS, MASK, generator()) for one in (few, replace(few, masked_input=0.3))
    )
    assert torch.equal(clean.weights, noised.weights)
    assert torch.equal(clean.targets, noised.targets)
    more = noised.inputs == MASK
    assert bool(((clean.inputs == MASK) <= more).all())
    assert int(more.sum()) > int((clean.inputs == MASK).sum())


def test_a_step_sees_what_is_before_it_in_the_order_and_where_it_goes() -> None:
    model = Transformer(MODEL, seed=0, device="cpu")
    orders = torch.rand(3**LENGTH, LENGTH, generator=generator()).argsort(1)
    tokens = WORDS.gather(1, orders)
    inputs = torch.cat((torch.full_like(tokens[:, :1], MASK), tokens[:, :-1]), 1)
    logits = model(inputs, order=orders)
    for step in range(LENGTH):
        later = inputs.clone()
        later[:, step + 1 :] = (later[:, step + 1 :] + 1) % 3
        swapped = orders.clone()
        swapped[:, step + 1 :] = swapped[:, step + 1 :].flip(1)
        other = model(later, order=swapped)
        assert torch.allclose(other[:, : step + 1], logits[:, : step + 1], atol=1e-5)
        moved = orders.roll(1, dims=1)  # another target and another source
        assert not torch.allclose(model(inputs, order=moved)[:, step], logits[:, step], atol=1e-2)
    default = torch.arange(LENGTH).expand_as(inputs)
    assert torch.equal(model(inputs), model(inputs, order=default))


def test_side_by_side_each_reads_its_own_order() -> None:
    models = [Transformer(MODEL, seed=seed, device="cpu") for seed in (0, 1)]
    together = StackedTransformer(models)
    orders = torch.rand(2, 5, LENGTH, generator=generator()).argsort(-1)
    tokens = torch.randint(4, (2, 5, LENGTH), generator=generator())
    logits = together(tokens, order=orders)
    for place, model in enumerate(models):
        assert torch.allclose(logits[place], model(tokens[place], order=orders[place]), atol=1e-5)
        alone = together.model(place)
        assert torch.equal(alone(tokens[place]), model(tokens[place]))


def test_a_causal_model_of_all_orders_learns_the_left_to_right_law() -> None:
    """It is never trained on that order alone, and its KL falls below a tenth of the first."""
    arm = replace(CAUSAL, orders="all")
    run = SideBySide(LANGUAGE, MODEL, [Member(arm, 0, None)], batch_size=64, warmup_steps=20)
    true = Oracle(LANGUAGE)

    def divergence() -> float:
        learned = stacked_left_to_right(run.models, WORDS)[0]
        chain = -surprisals(learned, WORDS).sum(1)
        return float((LAW * (true.language.log_prob(WORDS) - chain)).sum())

    before = divergence()
    run.annealed(300, lambda models: None)
    run.advance(300)
    assert divergence() < before / 10


def test_broken_twin_a_model_that_is_not_told_the_order_cannot() -> None:
    model = Transformer(replace(MODEL, any_order=False), seed=0, device="cpu")
    with pytest.raises(ValueError, match="only a transformer with any_order reads an order"):
        model(WORDS, order=torch.arange(LENGTH).expand_as(WORDS))
    arm = replace(CAUSAL, orders=2)
    with pytest.raises(ValueError, match=r"orders=2 have a model with any_order=True, got False"):
        SideBySide(LANGUAGE, model.config, [Member(arm, 0, None)], batch_size=2)


def test_it_has_as_many_parameters() -> None:
    size = TransformerConfig(
        vocab_size=8, max_length=8, width=32, depth=2, heads=2, causal=True, rotary=True
    )
    counts = [parameter_count(size), parameter_count(replace(size, any_order=True))]
    assert counts[0] < counts[1] <= 1.02 * counts[0]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"orders": 1}, "orders 1 are those of next token: leave them out"),
        ({"orders": 0}, "orders is an integer >= 1, got 0"),
        ({"objective": "any order", "orders": "all"}, "orders 'all' are those of any order"),
        ({"orders": "some"}, "orders"),
    ],
)
def test_wrong_orders_are_one_line(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        Arm(**{"name": "a", "objective": "next token", "learning_rate": 1e-3, **settings})
    assert "\n" not in str(error.value)


def test_more_orders_than_there_are_and_a_cache_are_refused() -> None:
    with pytest.raises(ValueError, match="3 positions have 1 to 6 orders or 'all', got 7"):
        listed_orders(3, 7)
    model = Transformer(MODEL, seed=0, device="cpu")
    cache = model.empty_cache(1)
    cache.length = 1
    with pytest.raises(ValueError, match="any_order has no key-value cache"):
        model(WORDS[:1, :1], cache=cache)
    with pytest.raises(ValueError, match="keeps its number of positions"):
        with_more_positions(model, 9)
