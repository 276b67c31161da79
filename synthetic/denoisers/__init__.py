"""Denoisers: masked tokens in, log-probabilities out."""

from synthetic.denoisers.autoregressive import AutoregressiveModel
from synthetic.denoisers.denoiser import Denoiser, FunctionDenoiser, as_denoiser
from synthetic.denoisers.huggingface import HuggingFaceDenoiser
from synthetic.denoisers.network import Network
from synthetic.denoisers.oracle import Oracle
from synthetic.denoisers.perturbed import Perturbed

__all__ = [
    "AutoregressiveModel",
    "Denoiser",
    "FunctionDenoiser",
    "HuggingFaceDenoiser",
    "Network",
    "Oracle",
    "Perturbed",
    "as_denoiser",
]
