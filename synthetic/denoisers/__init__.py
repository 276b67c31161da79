"""Denoisers: masked or noisy tokens in, log-probabilities out."""

from synthetic.denoisers.autoregressive import AutoregressiveModel
from synthetic.denoisers.denoiser import Denoiser, FunctionDenoiser, as_denoiser
from synthetic.denoisers.huggingface import HuggingFaceDenoiser
from synthetic.denoisers.leave_one_out import (
    leave_one_out,
    noisy_conditional,
    posterior_of_leave_one_out,
)
from synthetic.denoisers.network import Network
from synthetic.denoisers.noisy_denoiser import NoisyDenoiser, as_noisy_denoiser
from synthetic.denoisers.noisy_network import NoisyNetwork
from synthetic.denoisers.noisy_oracle import NoisyOracle
from synthetic.denoisers.noisy_permutations import NoisyPermutations
from synthetic.denoisers.noisy_perturbed import NoisyPerturbed
from synthetic.denoisers.oracle import Oracle
from synthetic.denoisers.perturbed import Perturbed

__all__ = [
    "AutoregressiveModel",
    "Denoiser",
    "FunctionDenoiser",
    "HuggingFaceDenoiser",
    "Network",
    "NoisyDenoiser",
    "NoisyNetwork",
    "NoisyOracle",
    "NoisyPermutations",
    "NoisyPerturbed",
    "Oracle",
    "Perturbed",
    "as_denoiser",
    "as_noisy_denoiser",
    "leave_one_out",
    "noisy_conditional",
    "posterior_of_leave_one_out",
]
