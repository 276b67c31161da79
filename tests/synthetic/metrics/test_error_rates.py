"""Sequence error rate and every estimator of the token error rate against exact enumeration."""

import decimal
import math
from decimal import Decimal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs, NGram, enumerate_sequences
from synthetic.metrics import (
    cross_entropy,
    enumerated_law,
    generative_token_error_rate,
    kl_divergence,
    sequence_error_rate,
    sequence_error_rate_of_law,
    token_error_rate,
    token_error_rate_chain_rule,
    token_error_rate_gap,
    token_error_rate_importance_weighted_bound,
    token_error_rate_path_bound,
    valid_generative_token_error_rate,
)
from synthetic.quantities import mean_estimate
from synthetic.sampling import Bernoulli, generate, linear
from synthetic.sampling.path import path_log_prob
from tests.synthetic.metrics.laws import DIGITS, exact_cross_entropy, law_of, laws, pairs
from tests.synthetic.sampling.small_cases import (
    CPU,
    binomial_fits,
    brute_force_law,
    exact_path_gap,
    generator,
    tabulated,
)

EVERY = settings(max_examples=30, deadline=None, derandomize=True)
PAIRS = CopyPairs(2)
POSSIBLE = [[0, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]]
IMPOSSIBLE = [[0, 1, 1, 1], [0, 1, 1, 0]]


def tokens(*rows: list[int]) -> Tensor:
    return torch.tensor(rows, dtype=torch.int64, device=CPU)


def numbers(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64, device=CPU)


def test_sequence_error_rate_counts_what_the_language_lacks() -> None:
    estimate = sequence_error_rate(tokens(*POSSIBLE, *IMPOSSIBLE), PAIRS)
    assert (estimate.value, estimate.samples) == (0.4, 5)
    assert estimate.estimator == "share of samples, Clopper-Pearson"
    assert 0.05 < estimate.low < 0.4 < estimate.high < 0.86
    assert sequence_error_rate(tokens(*POSSIBLE), PAIRS).low == 0
    assert sequence_error_rate(tokens(*IMPOSSIBLE), PAIRS).high == 1
    every = enumerate_sequences(2, 4)
    lacks = sequence_error_rate_of_law(law_of([1.0] * 16), enumerated_law(PAIRS, 4))
    assert sequence_error_rate(every, PAIRS).value == lacks == 0.75


@pytest.mark.parametrize(
    "metric",
    [sequence_error_rate, generative_token_error_rate, valid_generative_token_error_rate],
)
def test_tokens_of_another_vocabulary_are_refused(metric: object) -> None:
    assert callable(metric)
    for wrong, message in [
        (tokens([0, 0, 2, 2]), "tokens lie in 0..1 with no mask, got 2"),
        (tokens([0, 0, -1, 0]), "tokens lie in 0..1 with no mask, got -1"),
        (tokens([0, 0])[0], "tokens have shape"),
        (tokens([0, 0]).double(), "tokens are integers, got torch.float64"),
    ]:
        with pytest.raises(ValueError, match=message):
            metric(wrong, PAIRS)


@EVERY
@given(pairs(), st.integers(1, 9))
def test_the_exact_rate_is_within_its_error(pair: tuple[Tensor, Tensor], length: int) -> None:
    """The referee has sixty digits; infinite exactly where a possible sequence is missed."""
    law, model = pair
    rate = token_error_rate(model, law, length)
    if bool(((law > 0) & (model == 0)).any()):
        assert (rate.value, rate.error) == (math.inf, 0.0)
        return
    with decimal.localcontext(DIGITS):
        exact = (exact_cross_entropy(law, model) / length).exp()
        distance = abs(Decimal(rate.value) - exact)
        assert distance <= Decimal(rate.error)
    # and no larger than what the sizes of the terms say, ten times of which would be refused
    terms = torch.where(law > 0, law * model.log().abs(), 0.0).sum() / length
    stated = float(terms) * (len(law) + 8) * 2.0**-52 + 2.0**-50
    assert rate.error <= 1.5 * stated * rate.value


def test_an_error_without_the_size_of_the_logarithms_is_too_small() -> None:
    """The broken twin: K + 64 units in the last place, whatever the exponent."""
    missed = 0
    for tiny in range(200, 300):
        law, model = law_of([1, 1]), law_of([1, 10.0**-tiny])
        rate = token_error_rate(model, law, 1)
        with decimal.localcontext(DIGITS):
            exact = exact_cross_entropy(law, model).exp()
            distance = abs(Decimal(rate.value) - exact)
            assert distance <= Decimal(rate.error)
            missed += distance > Decimal(rate.value * (2 + 64) * 2.0**-52)
    assert missed > 0


@EVERY
@given(st.sampled_from([1, 2, 3]).flatmap(lambda n: st.tuples(st.just(n), laws(2**n), laws(2**n))))
def test_the_rate_is_that_of_the_language_only_for_its_own_law(
    given_laws: tuple[int, Tensor, Tensor],
) -> None:
    """log TER(p) - log TER(q) = KL(q || p) / L >= 0, and TER(q) = exp(H / L)."""
    length, law, model = given_laws
    of_law, other = token_error_rate(law, law, length), token_error_rate(model, law, length)
    assert of_law.value == pytest.approx(math.exp(cross_entropy(law, law) / length), rel=1e-14)
    assert other.value >= of_law.value - of_law.error - other.error
    divergence = kl_divergence(law, model)
    if 1e-9 < divergence < 300:
        assert other.value > of_law.value
        gap = math.log(other.value) - math.log(of_law.value)
        assert gap == pytest.approx(divergence / length, rel=1e-6)


@pytest.mark.parametrize("language", [PAIRS, NGram.random(2, 3, 2, 1.0, 0)])
def test_the_language_itself_has_the_perplexity_of_its_entropy(language: NGram) -> None:
    law = enumerated_law(language, 4)
    rate, entropy = token_error_rate(law, law, 4), language.entropy(4)
    assert rate.value == pytest.approx(math.exp(entropy.value / 4), rel=1e-12)
    uniform = law_of([1.0] * len(law))
    assert token_error_rate(uniform, law, 4).value == pytest.approx(language.vocab_size, rel=1e-12)


def test_rates_beyond_float64_are_infinite_with_no_proved_error() -> None:
    sure, hopeless = numbers(1.0, 0.0), numbers(5e-324, 1.0)
    rate = token_error_rate(hopeless, sure, 1)
    assert (rate.value, rate.error) == (math.inf, math.inf)
    assert token_error_rate(hopeless, sure, 2).value == pytest.approx(
        math.exp(744.44 / 2), rel=1e-2
    )
    assert token_error_rate_path_bound(numbers(-800.0, -800.0), 1).value == math.inf


def test_bounds_are_means_of_logarithms() -> None:
    paths = numbers(-1.0, -2.0, -6.0)
    bound = token_error_rate_path_bound(paths, 3)
    assert bound.value == pytest.approx(math.e)
    error = float(paths.std()) / 3**0.5 / 3
    mean = mean_estimate(-paths / 3, "mean")
    assert (bound.low, bound.high) == pytest.approx((math.exp(mean.low), math.exp(mean.high)))
    assert bound.standard_error == pytest.approx(math.e * error)
    assert (bound.samples, bound.estimator) == (3, "path bound")
    assert token_error_rate_chain_rule(paths, 3).value == bound.value
    assert token_error_rate_chain_rule(paths, 3).estimator == "exact chain rule"
    weighted = token_error_rate_importance_weighted_bound(numbers(0.25, 0.75).log().view(2, 1), 2)
    assert weighted.value == pytest.approx(2**0.5)
    assert (weighted.samples, weighted.estimator) == (1, "importance-weighted bound, 2 paths")


@EVERY
@given(st.lists(st.floats(-9, 0), min_size=2, max_size=6), st.integers(1, 5), st.integers(0, 99))
def test_the_gap_of_one_path_is_the_difference_of_bounds(
    values: list[float], length: int, seed: int
) -> None:
    paths = numbers(*values)
    language = -3 * torch.rand(len(paths), generator=generator(seed), device=CPU).double()
    gap = token_error_rate_gap(paths.unsqueeze(0), language, length)
    bound = token_error_rate_path_bound(paths, length)
    entropy_rate = token_error_rate_chain_rule(language, length)
    assert gap.value == pytest.approx(
        math.log(bound.value) - math.log(entropy_rate.value), abs=1e-12
    )
    assert gap.estimator == "path bound"
    both = token_error_rate_gap(torch.stack([paths, paths.flip(0)]), language, length)
    assert both.estimator == "importance-weighted bound, 2 paths"


def test_generative_rates_swap_the_roles() -> None:
    rate = generative_token_error_rate(tokens(*POSSIBLE), PAIRS)
    assert rate.value == pytest.approx(2**0.5)  # each word has 2 bits in 4 tokens
    assert rate.estimator == "generative"
    broken = generative_token_error_rate(tokens(*POSSIBLE, IMPOSSIBLE[0]), PAIRS)
    assert broken.value == broken.low == broken.high == math.inf
    valid = valid_generative_token_error_rate(tokens(*POSSIBLE, *IMPOSSIBLE), PAIRS)
    assert valid is not None
    assert valid.value == pytest.approx(2**0.5)
    assert valid.samples == 3
    assert valid.estimator == "generative over valid samples"
    assert valid_generative_token_error_rate(tokens(*IMPOSSIBLE), PAIRS) is None


def test_the_valid_generative_rate_is_the_conditional_mean() -> None:
    language = NGram.random(order=2, vocab_size=3, branching=2, temperature=1.0, seed=5)
    every = enumerate_sequences(3, 3)
    possible = every[language.contains(every)]
    assert 0 < len(possible) < len(every)
    valid = valid_generative_token_error_rate(every, language)
    assert valid is not None
    mean = float(-language.log_prob(possible).mean()) / 3
    assert valid.value == pytest.approx(math.exp(mean), rel=1e-12)
    assert generative_token_error_rate(every, language).value == math.inf


def test_all_estimators_of_a_sampler_against_exact_enumeration() -> None:
    """Hoeffding for the means and an exact binomial test for the share: together 1e-6 or less."""
    language, length, schedule, count = NGram.random(2, 2, 2, 0.3, 1), 3, linear(2), 20000
    table = tabulated(Oracle(language), length)
    law, target = brute_force_law(table, "Bernoulli", schedule), enumerated_law(language, length)
    words = language.sample(count, length, generator(0))
    paths = path_log_prob(table, Bernoulli(schedule), words, generator(1), paths=2)
    true = language.log_prob(words)
    made = generate(table, Bernoulli(schedule), length=length, count=count, generator=generator(2))

    def near(value: float, expected: float, spread: float) -> bool:
        """Whether a mean of values in an interval of this length is within Hoeffding at 2e-7."""
        return abs(value - expected) <= spread * math.sqrt(math.log(2 / 2e-7) / (2 * count))

    spread = float(paths.max() - paths.min()) / length
    divergence = kl_divergence(target, law) / length
    path_gap = exact_path_gap(language, length, Bernoulli(schedule))
    entropy = language.entropy(length).value / length
    bound = math.log(token_error_rate_path_bound(paths[0], length).value)
    assert near(bound, entropy + path_gap, spread)
    assert not near(bound, entropy + path_gap + 0.1, spread)
    differences = (true - paths) / length
    gap = token_error_rate_gap(paths[:1], true, length).value
    assert near(gap, path_gap, float(differences.max() - differences.min()))
    weighted = token_error_rate_gap(paths, true, length).value
    assert divergence < weighted < gap
    generative = math.log(generative_token_error_rate(made.tokens, language).value)
    nats = -target.log() / length
    assert near(generative, cross_entropy(law, target) / length, float(nats.max() - nats.min()))
    pairs_made = generate(
        Oracle(PAIRS), Bernoulli(linear(2)), length=2, count=count, generator=generator(3)
    )
    wrong = round(sequence_error_rate(pairs_made.tokens, PAIRS).value * count)
    assert binomial_fits(wrong, count, 0.25, 2e-7)


def test_shapes_and_words_that_do_not_fit_are_refused() -> None:
    one, two = numbers(-1.0, -2.0), numbers(-1.0, -2.0).expand(2, 2)
    with pytest.raises(ValueError, match=r"path_log_prob is .* shape \(K,\), got \(2, 2\)"):
        token_error_rate_path_bound(two, 3)
    with pytest.raises(ValueError, match=r"path_log_prob is .* shape \(K, B\), got \(2,\)"):
        token_error_rate_importance_weighted_bound(one, 3)
    with pytest.raises(ValueError, match=r"path_log_prob is .* shape \(K, B\), got \(0, 2\)"):
        token_error_rate_gap(two[:0], one, 3)
    with pytest.raises(ValueError, match="are of one number of words, got 1 and 2"):
        token_error_rate_gap(two, one[:1], 3)
    with pytest.raises(ValueError, match="words are those of the language, got one of probability"):
        token_error_rate_gap(two, numbers(-1.0, -math.inf), 3)
    with pytest.raises(ValueError, match=r"path_log_prob is .* shape \(K,\), got \(0,\)"):
        token_error_rate_path_bound(one[:0], 3)
    for wrong in (0.5, math.inf):
        with pytest.raises(ValueError, match=f"log_prob holds log-probabilities <= 0, got {wrong}"):
            token_error_rate_path_bound(numbers(-1.0, wrong), 3)
        with pytest.raises(ValueError, match=f"log_prob holds log-probabilities <= 0, got {wrong}"):
            token_error_rate_chain_rule(numbers(-1.0, wrong), 3)
        with pytest.raises(ValueError, match="path_log_prob holds log-probabilities <= 0"):
            token_error_rate_importance_weighted_bound(numbers(-1.0, wrong).view(2, 1), 3)
        with pytest.raises(ValueError, match="language_log_prob holds log-probabilities <= 0"):
            token_error_rate_gap(two, numbers(-1.0, wrong), 3)
    for short in (0, -1):
        with pytest.raises(ValueError, match=f"length is an integer.*, got {short}"):
            token_error_rate_gap(two, one, short)
    with pytest.raises(ValueError, match="law and language_law have one shape, got 3 and 2"):
        token_error_rate(law_of([1, 1, 1]), law_of([1, 1]), 1)
    with pytest.raises(ValueError, match=r"law sums to 1 .*, got 0.9"):
        token_error_rate(law_of([1, 1]) * 0.9, law_of([1, 1]), 1)
    for length in (0, -1, 2.0, True):
        with pytest.raises(ValueError, match=f"length is an integer.*, got {length}"):
            token_error_rate(law_of([1, 1]), law_of([1, 1]), length)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=f"length is an integer.*, got {length}"):
            token_error_rate_path_bound(one, length)  # type: ignore[arg-type]


def test_words_that_leave_out_rare_ones_bound_the_rate_from_below_alone() -> None:
    """Of two words, .999 and .001: the frequent one alone; both; and words equally likely."""
    frequent, rare = math.log(0.999), math.log(0.001)
    noise = torch.arange(200, dtype=torch.float64, device="cpu") / 1e5
    for true, open_end in (
        ([frequent] * 200, True),
        ([frequent] * 198 + [rare] * 2, True),
        ([frequent] * 100 + [rare] * 100, False),
        ([math.log(1 / 16)] * 200, False),
    ):
        words = numbers(*true)
        path = 2 * words - noise
        bound = token_error_rate_path_bound(path, 4, language_log_prob=words)
        gap = token_error_rate_gap(path[None], words, 4)
        assert [math.isinf(one.high) for one in (bound, gap)] == [open_end] * 2
        assert math.isfinite(token_error_rate_path_bound(path, 4).low)


def test_a_gap_that_few_words_carry_is_no_point() -> None:
    words = numbers(*[-1.0] * 30)
    gap = token_error_rate_gap(words[None], words, 2)
    assert (gap.low, gap.value, gap.high) == (0.0, 0.0, math.inf)
