"""A chain of one's own: one table starts stationary, rows are normalised or named."""

import numpy as np
import pytest
import torch

from synthetic.languages import NGram, stationary_law

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
