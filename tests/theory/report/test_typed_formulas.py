"""Formulas typed in letters: what is one, what is not, and that signs of Markdown are text."""

import pytest

from theory.report.typed_formulas import formula, typeset


@pytest.mark.parametrize(
    ("typed", "latex"),
    [
        ("2^-(N-1)", "2^{-(N - 1)}"),
        ("F_(m,R-1)", "F_{m,R - 1}"),
        ("1 - exp(-KL(q || p))", r"1 - \exp(-\mathrm{KL}(q \Vert p))"),
        ("int_0^1 sqrt(h'(r)) dr", r"\int_{0}^{1} \sqrt{h'(r)} \,dr"),
        ("E_path sum_k TC(X_(S_k) | X_(S_<k))", r"E_{\text{path}} \sum_{k} \mathrm{TC}"),
        ("(2^ceil(log2 s_max) - 1) / L", r"(2^{\lceil \log_2 s_{\text{max}}\rceil} - 1) / L"),
        ("H(X_i | all others)", r"H(X_{i} \mid  \text{all others})"),
        ("N >= 1 + m^2", r"N \ge 1 + m^{2}"),
        ("p_1 x .. x p_k", r"p_{1} \times \dots \times p_{k}"),
        ("n 2^-eps", r"n\,2^{-\varepsilon}"),
        ("log2(n!) / 2", r"\log_2 (n!) / 2"),
    ],
)
def test_a_formula(typed: str, latex: str) -> None:
    assert (formula(typed) or "").startswith(latex)
    assert typeset(f"It is {typed}, a word.").startswith(f"It is ${latex}")


@pytest.mark.parametrize(
    "text",
    ["steps", "the sum of the entropies of U", "max-probability", "a token", "left-to-right"],
)
def test_what_is_no_formula(text: str) -> None:
    assert formula(text) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A token of a 2-gram over 3 symbols", "A token of a 2-gram over 3 symbols"),
        ("every n-gram", "every $n$-gram"),
        ("at distances a and b", "at distances $a$ and $b$"),
        ("the denoiser's `a_b` in [words_too]", r"the denoiser's `a_b` in \[words\_too\]"),
        ("off by 0.11% at m = 0.001.", "off by 0.11% at $m = 0.001$."),
    ],
)
def test_text_with_formulas(text: str, shown: str) -> None:
    assert typeset(text) == shown
