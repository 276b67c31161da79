"""Models side by side are the models that each would be alone."""

import itertools
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from synthetic.denoisers import Oracle
from synthetic.denoisers.left_to_right import left_to_right, prefixes
from synthetic.languages import NGram, enumerate_sequences
from synthetic.models import Transformer, TransformerConfig
from synthetic.models.stacked import StackedTransformer, parameter_count
from synthetic.training import (
    AnyOrder,
    Arm,
    CheckpointError,
    Member,
    NextToken,
    SideBySide,
    TrainingConfig,
    TrainingCorpus,
    WarmupStableDecay,
    train,
)
from synthetic.training.arms import masked_diffusion, plain_autoregressive, tuning_grid

LENGTH = 6
LANGUAGE = NGram.random(2, 3, 3, 1.0, 0)
CAUSAL = TransformerConfig(
    vocab_size=3, max_length=LENGTH, width=8, depth=2, heads=2, causal=True, rotary=True
)
MODELS = {True: CAUSAL, False: replace(CAUSAL, causal=False)}
ARMS = {True: plain_autoregressive(1e-2), False: masked_diffusion(1e-2)}
WARMUP, BATCH = 2, 4


def beside(members: list[Member], **changes: Any) -> SideBySide:
    model = MODELS[members[0].arm.causal]
    settings = {"batch_size": BATCH, "warmup_steps": WARMUP, **changes}
    return SideBySide(LANGUAGE, model, members, **settings)


def members(causal: bool) -> list[Member]:
    arm = ARMS[causal]
    return [
        Member(arm, 0, TrainingCorpus(LANGUAGE, LENGTH, 7, 0)),
        Member(replace(arm, learning_rate=3e-3, weight_decay=1.0), 1, None),
        Member(replace(arm, weight_decay=0.0), 2, TrainingCorpus(LANGUAGE, LENGTH, 9, 1)),
    ]


def alone(member: Member, steps: int, decay: float) -> Transformer:
    causal = member.arm.causal
    return train(
        LANGUAGE,
        length=LENGTH,
        model=MODELS[causal],
        objective=NextToken() if causal else AnyOrder(),
        config=TrainingConfig(
            steps=steps,
            batch_size=BATCH,
            learning_rate=member.arm.learning_rate,
            weight_decay=member.arm.weight_decay,
            warmup_steps=WARMUP,
            schedule=WarmupStableDecay(decay),
            seed=member.seed,
        ),
        corpus=member.corpus,
    ).model


def weights(model: Transformer) -> torch.Tensor:
    return torch.cat([weight.detach().flatten() for weight in model.parameters()])


@pytest.mark.parametrize("causal", [True, False])
def test_each_model_is_that_of_a_run_alone_to_rounding(causal: bool) -> None:
    """Annealed at two ends on the way of one stable phase, against a run of that many steps."""
    run = beside(members(causal), decay=0.5)
    for end in (6, 16):
        annealed = run.annealed(end, lambda models: [models.model(place) for place in range(3)])
        for member, model in zip(members(causal), annealed, strict=True):
            expected = alone(member, end, 0.5)
            difference = float((weights(model) - weights(expected)).abs().max())
            assert difference < 2e-5
    assert run.step == run.decay_begins(16) < 16


def test_broken_twin_another_seed_or_decay_is_another_model() -> None:
    run = beside(members(True), decay=0.5)
    model = run.annealed(8, lambda models: models.model(0))
    first = members(True)[0]
    for other in (replace(first, seed=5), replace(first, arm=replace(first.arm, weight_decay=1.0))):
        assert float((weights(model) - weights(alone(other, 8, 0.5))).abs().max()) > 1e-3
    assert float((weights(model) - weights(alone(first, 8, 0.1))).abs().max()) > 1e-3


@pytest.mark.parametrize("causal", [True, False])
def test_dropout_and_masked_input_are_those_of_a_run_alone(causal: bool) -> None:
    arm = replace(ARMS[causal], dropout=0.3, masked_input=0.2 if causal else 0.0)
    both = [Member(ARMS[causal], 3, None), Member(arm, 4, TrainingCorpus(LANGUAGE, LENGTH, 5, 2))]
    run, single, plain = (
        beside(both),
        beside(both[1:]),
        beside([replace(both[1], arm=ARMS[causal])]),
    )
    for each in (run, single, plain):
        each.advance(9)
    together, expected = weights(run.models.model(1)), weights(single.models.model(0))
    assert float((together - expected).abs().max()) < 1e-5
    assert float((together - weights(plain.models.model(0))).abs().max()) > 1e-3


def test_a_resumed_run_is_the_uninterrupted_one_bit_for_bit(tmp_path: Path) -> None:
    whole, first = beside(members(False)), beside(members(False))
    whole.advance(9)
    first.advance(4)
    first.save(tmp_path, {"rows": [1, 0.5, "text"]})
    again = beside(members(False))
    assert again.restore(tmp_path) == {"rows": [1, 0.5, "text"]}
    assert again.step == 4
    again.advance(9)
    assert torch.equal(again.weights, whole.weights)
    assert torch.equal(again.moments, whole.moments)


def test_an_early_stop_leaves_no_trace_in_the_run() -> None:
    straight, branched = beside(members(True)), beside(members(True))
    straight.advance(8)
    branched.annealed(5, lambda models: None)
    branched.advance(8)
    assert torch.equal(straight.weights, branched.weights)
    with pytest.raises(ValueError, match="ask for early ends first"):
        branched.annealed(5, lambda models: None)


def test_another_corpus_is_refused_and_what_was_kept_stays(tmp_path: Path) -> None:
    run = beside(members(True))
    run.advance(3)
    run.save(tmp_path, [])
    other = members(True)
    other[0] = replace(other[0], corpus=TrainingCorpus(LANGUAGE, LENGTH, 8, 0))
    with pytest.raises(
        CheckpointError, match=r"members\.0\.unique_sequences is 7 there and 8 here"
    ):
        beside(other).restore(tmp_path)
    again = beside(members(True))
    again.restore(tmp_path)
    assert torch.equal(again.weights, run.weights)


def test_arms_of_two_objectives_or_shapes_are_refused() -> None:
    both = [Member(ARMS[True], 0, None), Member(ARMS[False], 0, None)]
    with pytest.raises(ValueError, match="arms side by side have one objective"):
        SideBySide(LANGUAGE, CAUSAL, both, batch_size=2)
    with pytest.raises(ValueError, match="arms side by side have one objective"):
        SideBySide(LANGUAGE, MODELS[False], both[:1], batch_size=2)
    wide = Transformer(replace(CAUSAL, width=16), seed=0, device="cpu")
    with pytest.raises(ValueError, match="models side by side have one shape"):
        StackedTransformer([Transformer(CAUSAL, seed=0, device="cpu"), wide])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objective": None}, "objective is one of next token, any order, uniform noise, got None"),
        ({"dropout": 1.0}, r"dropout is a number in \[0, 1\), got 1"),
        ({"weight_decay": -1.0}, "weight_decay is a number in 0..1000, got -1.0"),
        ({"learning_rate": math.nan}, "learning_rate is a number, got nan"),
        (
            {"objective": "any order", "masked_input": 0.1},
            "masked_input is for few orders or a causal",
        ),
    ],
)
def test_a_wrong_arm_is_one_line(changes: dict[str, Any], message: str) -> None:
    settings = {"name": "a", "objective": "next token", "learning_rate": 1e-3, **changes}
    with pytest.raises(ValueError, match=message) as error:
        Arm(**settings)
    assert "\n" not in str(error.value)


def test_the_loss_of_each_arm_at_the_true_conditionals_is_the_entropy() -> None:
    """Over all words and all masks: causal H / L; any order every subset of k masks with weight
    1 / k, k uniform; masked input the entropy given what is left of the prefix, which is more."""
    words = enumerate_sequences(3, LENGTH)
    oracle, law = Oracle(LANGUAGE), LANGUAGE.log_prob(words).exp()
    entropy = LANGUAGE.entropy(LENGTH).value / LENGTH
    generator = torch.Generator().manual_seed(0)

    def told(given: torch.Tensor) -> torch.Tensor:  # -log q(x_i | given) at each position
        return -given.gather(-1, words.unsqueeze(-1)).squeeze(-1)

    inputs, targets, weights, order, _ = ARMS[True].read(words, 3, generator)
    assert torch.equal(targets, words)
    assert order is None
    assert torch.equal(inputs[:, 1:], words[:, :-1])
    chain = told(left_to_right(oracle, words))
    assert float((law * (chain * weights).sum(1)).sum()) == pytest.approx(entropy, abs=1e-12)

    inputs, _, weights, *_ = ARMS[False].read(words, 3, generator)
    masked = inputs == 3
    sizes = masked.sum(1)
    assert set(sizes.tolist()) == set(range(1, LENGTH + 1))
    assert torch.equal(weights, masked / sizes.unsqueeze(1).double())
    total = 0.0
    for subset in itertools.product([False, True], repeat=LENGTH):
        count = sum(subset)
        if count:
            hidden = words.masked_fill(torch.tensor(subset), 3)
            loss = told(oracle(hidden))[:, list(subset)].mean(1)
            chance = 1 / (LENGTH * math.comb(LENGTH, count))
            total += chance * float((law * loss).sum())
    assert total == pytest.approx(entropy, abs=1e-12)

    noised = replace(ARMS[True], masked_input=0.3)
    inputs, _, weights, *_ = noised.read(words, 3, generator)
    assert set((inputs == 3)[:, 1:].double().mean(0).gt(0.2).tolist()) == {True}
    assert torch.equal(weights, ARMS[True].read(words, 3, generator).weights)
    hidden = torch.cat((inputs[:, 1:], torch.full((len(words), 1), 3)), 1)  # what row i is given
    rows = prefixes(hidden, 3).unflatten(0, (-1, LENGTH))
    given = oracle(rows.flatten(0, 1)).unflatten(0, (-1, LENGTH))
    more = told(given.diagonal(dim1=1, dim2=2).transpose(1, 2))
    assert float((law * (more * weights).sum(1)).sum()) > entropy


def test_arms_have_as_many_parameters_and_as_large_a_grid() -> None:
    counts = [parameter_count(model) for model in MODELS.values()]
    assert max(counts) <= 1.02 * min(counts)
    assert [len(set(tuning_grid(arm))) for arm in ARMS.values()] == [8, 8]
