"""A chain of one's own: one table starts stationary, rows are normalised or named."""

import numpy as np
import pytest
import torch

from synthetic.languages import HiddenMarkov, NGram, stationary_law

ROWS = [[0.5, 0.5], [1.0, 0.0]]


def test_one_table_is_the_transition_and_starts_stationary() -> None:
    language = NGram(ROWS)
    assert language.initial.tolist() == pytest.approx([2 / 3, 1 / 3], rel=1e-15)
    assert torch.equal(language.transition, NGram([0.5, 0.5], ROWS).transition)
    assert stationary_law(ROWS) @ np.array(ROWS) == pytest.approx(stationary_law(ROWS), rel=1e-15)


def test_tables_of_float32_are_taken_and_a_wrong_row_is_named() -> None:
    third = np.full((3, 3), 1 / 3, dtype=np.float32)
    assert NGram(third).transition.sum(1).tolist() == pytest.approx([1, 1, 1], rel=1e-15)
    with pytest.raises(ValueError, match="in row 1"):
        NGram([[0.5, 0.5], [0.5, 0.6]])
    with pytest.raises(ValueError, match="give an initial law"):
        NGram(np.eye(2))


EMISSION = [[0.9, 0.1], [0.25, 0.75]]


def test_a_hidden_chain_without_an_initial_law_starts_stationary() -> None:
    given = HiddenMarkov(stationary_law(ROWS), ROWS, EMISSION)
    for language in (
        HiddenMarkov(ROWS, EMISSION),
        HiddenMarkov(transition=ROWS, emission=EMISSION),
        HiddenMarkov(ROWS, emission=EMISSION),
    ):
        assert torch.equal(language.initial, given.initial)
        assert torch.equal(language.transition, given.transition)
        assert torch.equal(language.emission, given.emission)
    with pytest.raises(ValueError, match=r"takes transition and emission.*got one table"):
        HiddenMarkov(ROWS)
    with pytest.raises(ValueError, match=r"transition has shape.*emission.*got \(2,\)"):
        HiddenMarkov([0.5, 0.5], ROWS)  # the emission is forgotten


@pytest.mark.parametrize("table", [np.eye(2, dtype=bool), [[True, False], [False, True]]])
def test_a_table_of_true_and_false_is_refused_by_name(table: object) -> None:
    with pytest.raises(ValueError, match="transition is an array of numbers, got"):
        NGram([0.5, 0.5], table)
    with pytest.raises(ValueError, match="emission is an array of numbers, got"):
        HiddenMarkov([0.5, 0.5], ROWS, table)
