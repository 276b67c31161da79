"""Denoisers of noisy tokens: the posterior by enumeration, its three forms, an exact error."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import (
    NoisyOracle,
    NoisyPerturbed,
    Oracle,
    Perturbed,
    as_noisy_denoiser,
    leave_one_out,
    noisy_conditional,
    posterior_of_leave_one_out,
)
from synthetic.denoisers.noisy_denoiser import check_noisy_denoiser
from synthetic.denoisers.perturbed import ErrorDirection
from synthetic.languages import CopyPairs, NGram, enumerate_sequences
from synthetic.metrics import enumerated_law
from synthetic.noise import Absorbing, Hybrid, Noise, Uniform
from tests.generators import SEEDS, Partial, ngrams, partials
from tests.synthetic.noise.noises import LEVELS, listed_posterior

CHAIN = NGram([0.5, 0.3, 0.2], [[0.5, 0.5, 0], [0, 0.1, 0.9], [0.6, 0, 0.4]])
NOISES: tuple[Noise, ...] = (Absorbing(3), Uniform(3), Hybrid(3, 0.4))
KINDS: tuple[ErrorDirection, ...] = ("uniform", "mode", "random")


def all_noisy(noise: Noise, length: int) -> Tensor:
    return enumerate_sequences(noise.shown, length)


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("eta", [1.0, 0.6, 1e-3, 1e-300])
def test_the_oracle_is_bayes_rule(noise: Noise, eta: float) -> None:
    tokens = all_noisy(noise, 3)
    oracle = NoisyOracle(CHAIN, noise)
    weights = noise.kernel(0.0, eta)[:3].T[tokens]
    seen = weights.any(-1).all(-1)  # at level 1 absorbing noise shows nothing but masks
    tokens, weights = tokens[seen], weights[seen]
    wanted, evidence = listed_posterior(enumerated_law(CHAIN, 3), weights)
    alive = evidence > 0
    torch.testing.assert_close(oracle(tokens, eta).exp()[alive], wanted[alive])


@given(partials(of=ngrams(most=3), longest=3), LEVELS)
def test_absorbing_noise_has_the_posterior_of_masks_at_every_level(
    case: Partial, eta: float
) -> None:
    noise, language = Absorbing(case.language.vocab_size), case.language
    eta = min(eta, 0.99)  # at level 1 everything is masked
    alive = language.log_evidence(case.tokens) > -math.inf
    log_posterior = NoisyOracle(language, noise)(case.tokens, eta)[alive]
    torch.testing.assert_close(
        log_posterior.exp(), Oracle(language)(case.tokens).exp()[alive], rtol=1e-12, atol=0
    )


def test_levels_of_rows_and_positions() -> None:
    noise = Uniform(3)
    oracle, tokens = NoisyOracle(CHAIN, noise), all_noisy(noise, 3)[:4]
    rows = torch.tensor([0.1, 0.2, 0.3, 0.4])
    alone = [oracle(tokens[i : i + 1], float(rows[i])) for i in range(4)]
    torch.testing.assert_close(oracle(tokens, rows.double()), torch.cat(alone))
    levels = torch.tensor([[0.0, 0.5, 0.5]]).double().expand(4, 3)
    given_first = oracle(tokens, levels)[:, 0]
    assert torch.equal(given_first.argmax(-1), tokens[:, 0])
    assert bool((given_first.exp().max(-1).values == 1).all())


@pytest.mark.parametrize("noise", [Uniform(3), Hybrid(3, 0.4)])
@pytest.mark.parametrize("eta", [0.9, 0.3, 1e-4, 1e-12])
def test_leave_one_out_by_enumeration(noise: Noise, eta: float) -> None:
    """Each position in turn without its own weight; there and back; and the conditional law."""
    tokens, law = all_noisy(noise, 3), enumerated_law(CHAIN, 3)
    weights = noise.likelihood(tokens, eta)
    posterior = NoisyOracle(CHAIN, noise)(tokens, eta)
    others = leave_one_out(posterior, tokens, eta, noise)
    shape = (noise.shown,) * 3
    evidence = listed_posterior(law, weights)[1].view(shape)
    for position in range(3):
        alone = weights.clone()
        alone[:, position] = 1.0
        wanted = listed_posterior(law, alone)[0][:, position]
        torch.testing.assert_close(others.exp()[:, position], wanted, rtol=1e-9, atol=1e-300)
        conditional = noisy_conditional(others, torch.full(tokens.shape, eta), noise).exp()
        joint = evidence.movedim(position, -1)
        wanted = (joint / joint.sum(-1, keepdim=True)).unsqueeze(position)
        wanted = wanted.expand(*shape, noise.shown).reshape(-1, noise.shown)
        torch.testing.assert_close(conditional[:, position], wanted, rtol=1e-6, atol=1e-12)
    back = posterior_of_leave_one_out(others, tokens, eta, noise)
    torch.testing.assert_close(back.exp(), posterior.exp(), rtol=1e-12, atol=1e-300)


def test_the_published_shift_of_the_logit_under_uniform_noise() -> None:
    """log(1 + V (1 - eta) / eta) off the observed token's logit; without V it is another law."""
    noise, eta = Uniform(3), 0.2
    tokens = all_noisy(noise, 3)
    posterior = NoisyOracle(CHAIN, noise)(tokens, eta)
    exact = leave_one_out(posterior, tokens, eta, noise).exp()
    for symbols, right in ((3, True), (1, False)):
        shift = math.log1p(symbols * (1 - eta) / eta)
        shifted = posterior - shift * torch.nn.functional.one_hot(tokens, 3).double()
        error = float((shifted.log_softmax(-1).exp() - exact).abs().max())
        assert (error < 1e-14) is right


def test_positions_without_doubt_keep_their_point_mass() -> None:
    noise = Absorbing(3)
    tokens = torch.tensor([[0, 3, 2]])
    posterior = NoisyOracle(CHAIN, noise)(tokens, 0.5)
    others = leave_one_out(posterior, tokens, 0.5, noise)
    torch.testing.assert_close(others, posterior)
    torch.testing.assert_close(posterior_of_leave_one_out(others, tokens, 0.5, noise), posterior)


@given(
    st.sampled_from(NOISES),
    st.sampled_from([0.9, 0.3, 1e-3]),
    st.sampled_from([1e-6, 1e-2, 0.5, 3.0]),
    st.sampled_from(KINDS),
    SEEDS,
)
def test_learning_error_is_epsilon(
    noise: Noise, eta: float, epsilon: float, kind: ErrorDirection, seed: int
) -> None:
    language = CopyPairs(3)
    tokens = all_noisy(noise, 2)
    oracle = NoisyOracle(language, noise)
    exact, moved = oracle(tokens, eta), NoisyPerturbed(oracle, epsilon, kind, seed)(tokens, eta)
    terms = torch.where(exact > -math.inf, exact.exp() * (exact - moved), 0.0)
    doubt = ~noise.known(tokens, eta)
    doubt &= torch.isfinite(language.log_evidence_given(noise.likelihood(tokens, eta)))[:, None]
    wanted = torch.full_like(terms[doubt].sum(-1), epsilon)
    torch.testing.assert_close(terms.sum(-1)[doubt], wanted, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(moved[~doubt], exact[~doubt])
    again = NoisyPerturbed(oracle, epsilon, kind, seed)(tokens.flip(0), eta).flip(0)
    torch.testing.assert_close(again, moved)


def test_perturbed_masks_and_other_levels() -> None:
    """Under absorbing noise it is `Perturbed`; the random direction is another at every level."""
    language, tokens = CHAIN, all_noisy(Absorbing(3), 2)
    noisy = NoisyPerturbed(NoisyOracle(language, Absorbing(3)), 0.3, "mode")(tokens, 0.5)
    alive = language.log_evidence(tokens) > -math.inf
    masked = Perturbed(Oracle(language), 0.3, "mode")(tokens)
    torch.testing.assert_close(noisy[alive], masked[alive])
    random = NoisyPerturbed(NoisyOracle(language, Uniform(3)), 0.3, "random")
    tokens = all_noisy(Uniform(3), 2)
    assert float((random(tokens, 1.0).exp() - random(tokens, 0.999999).exp()).abs().max()) > 0.01


def test_what_is_no_denoiser_of_noisy_tokens_is_one_line() -> None:
    oracle = Oracle(CHAIN)
    lifted = as_noisy_denoiser(lambda tokens, eta: oracle(tokens), 3)
    assert check_noisy_denoiser(lifted) is lifted
    noisy = NoisyOracle(CHAIN, Uniform(3))
    assert check_noisy_denoiser(noisy) is noisy
    for wrong in (oracle, NoisyOracle, 3):
        with pytest.raises(TypeError, match="denoiser") as error:
            check_noisy_denoiser(wrong)
        assert "\n" not in str(error.value)
    with pytest.raises(ValueError, match="the same symbols, got 2 and 3"):
        NoisyOracle(CHAIN, Uniform(2))
    with pytest.raises(TypeError, match="noise is a Noise such as Uniform"):
        NoisyOracle(CHAIN, 3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="oracle is a NoisyOracle"):
        NoisyPerturbed(oracle, 0.1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="epsilon"):
        NoisyPerturbed(noisy, -1.0)
    with pytest.raises(TypeError, match="a function"):
        as_noisy_denoiser(3, 3)  # type: ignore[arg-type]
