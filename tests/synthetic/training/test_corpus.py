"""A corpus: fixed words in an order an epoch, functions of its seed."""

import dataclasses
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import CopyPairs, NGram
from synthetic.models import TransformerConfig
from synthetic.training import AnyOrder, CheckpointError, TrainingConfig, TrainingCorpus, train

LANGUAGE = NGram([0.5, 0.5], [[0.9, 0.1], [0.4, 0.6]])
MODEL = TransformerConfig(vocab_size=2, max_length=8, width=8, depth=1, heads=2, causal=False)
CONFIG = TrainingConfig(steps=4, batch_size=4, learning_rate=1e-2, warmup_steps=1)


def counted(rows: torch.Tensor) -> dict[tuple[int, ...], int]:
    counts: dict[tuple[int, ...], int] = {}
    for row in rows.tolist():
        counts[tuple(row)] = counts.get(tuple(row), 0) + 1
    return counts


@settings(max_examples=15)
@given(size=st.integers(1, 9), batch=st.integers(1, 12), seed=st.integers(0, 3))
def test_every_epoch_is_all_words_once_whatever_the_batch(size: int, batch: int, seed: int) -> None:
    corpus = TrainingCorpus(LANGUAGE, 5, size, seed)
    epochs = 3
    steps = corpus.steps(epochs, batch)
    rows = torch.cat([corpus.batch(step, batch) for step in range(steps)])
    assert rows.dtype == torch.int64
    assert epochs * size <= len(rows) < epochs * size + batch
    for epoch in range(epochs):
        words = rows[epoch * size : (epoch + 1) * size]
        assert counted(words) == counted(corpus.tokens)
        assert torch.equal(words, corpus.tokens[corpus.order(epoch)].long())


def test_order_and_words_are_functions_of_the_seed() -> None:
    first, again, other = (TrainingCorpus(LANGUAGE, 30, 40, seed) for seed in (0, 0, 1))
    later = again.order(3)  # asked for before the orders of earlier epochs
    orders = [first.order(epoch) for epoch in range(4)]
    assert torch.equal(orders[3], later)
    assert len({tuple(order.tolist()) for order in orders}) == 4
    assert torch.equal(first.tokens, again.tokens)
    assert not torch.equal(first.tokens, other.tokens)
    assert not torch.equal(first.order(0), other.order(0))
    assert first.fingerprint == again.fingerprint != other.fingerprint


def test_words_that_coincide_are_counted() -> None:
    corpus = TrainingCorpus(LANGUAGE, 4, 16, 2)
    assert corpus.coinciding == 16 - len(counted(corpus.tokens)) > 0
    assert corpus.coincidence == f"{corpus.coinciding} of 16 sequences equal one before them"
    assert TrainingCorpus(LANGUAGE, 60, 30).coinciding == 0


@pytest.mark.parametrize(
    ("length", "count", "message"),
    [
        (4, 17, "the language has 16 words of length 4, got unique_sequences 17: take fewer"),
        (4, 0, "unique_sequences is an integer >= 1, got 0"),
        (4, 2.5, "unique_sequences is an integer, got 2.5"),
        (0, 3, "length"),
    ],
)
def test_impossible_sizes_are_one_line(length: int, count: int, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        TrainingCorpus(LANGUAGE, length, count)
    assert "\n" not in str(error.value)


def test_words_of_a_language_with_zeros_are_what_counts() -> None:
    with pytest.raises(ValueError, match=r"the language has 9 words of length 4, got.* 10:"):
        TrainingCorpus(CopyPairs(3), 4, 10)
    assert TrainingCorpus(CopyPairs(3), 4, 9).unique_sequences == 9


def test_more_than_memory_holds_is_one_line() -> None:
    with pytest.raises(ValueError, match=r"the corpus takes 1e\+06 GB, this machine has") as error:
        TrainingCorpus(LANGUAGE, 1000, 10**12)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("epochs", [1.5, 0, "2"])
def test_fractional_epochs_are_refused(epochs: int) -> None:
    with pytest.raises(ValueError, match="epochs is an integer >= 1, got"):
        TrainingCorpus(LANGUAGE, 4, 3).steps(epochs, 2)


def test_a_resumed_run_on_another_corpus_is_refused_and_keeps_its_checkpoint(
    tmp_path: Path,
) -> None:
    def run(
        corpus: TrainingCorpus | None, steps: int = 4, folder: Path | None = tmp_path
    ) -> torch.Tensor:
        config = dataclasses.replace(CONFIG, steps=steps)
        return train(
            LANGUAGE, length=8, model=MODEL, objective=AnyOrder(), config=config, corpus=corpus,
            directory=folder,
        ).model.head  # fmt: skip

    corpus = TrainingCorpus(LANGUAGE, 8, 10, 0)
    kept = run(corpus)
    for other, message in (
        (TrainingCorpus(LANGUAGE, 8, 11, 0), "training.unique_sequences is 10 there and 11 here"),
        (TrainingCorpus(LANGUAGE, 8, 10, 1), "corpus.seed is 0 there and 1 here"),
        (None, "training.unique_sequences is 10 there and None here"),
    ):
        with pytest.raises(CheckpointError, match=message) as error:
            run(other)
        assert "\n" not in str(error.value)
    assert torch.equal(run(corpus), kept)
    assert torch.equal(run(corpus, folder=None), kept)


def test_a_corpus_of_another_language_or_length_is_refused() -> None:
    for corpus in (
        TrainingCorpus(LANGUAGE, 7, 3),
        TrainingCorpus(NGram([1.0, 0.0], torch.eye(2)), 8, 1),
    ):
        with pytest.raises(ValueError, match="the corpus is of another language or length"):
            train(
                LANGUAGE, length=8, model=MODEL, objective=AnyOrder(), config=CONFIG, corpus=corpus
            )
