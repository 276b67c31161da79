"""Models as they come: what they take, what they return, and what is refused by one line."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from synthetic.denoisers import HuggingFaceDenoiser, Oracle
from synthetic.denoisers.denoiser import check_log_probs
from synthetic.languages import CopyPairs, NGram
from synthetic.sampling import Bernoulli, generate, linear
from tests.synthetic.denoisers.test_huggingface import MASK, PAIRS, Knowing, V, tokens_of

SIZE = {
    "vocab_size": 24,
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 20,
}
SYMBOLS = [11, 5, 17]
CHAIN = NGram.random(2, V, 2, 1.0, seed=1, device="cpu")
IDS = [f"{name}_token_id" for name in ("pad", "eos", "bos", "cls", "sep")]

FAMILIES: dict[str, tuple[dict[str, Any], int]] = {
    # extra configuration, and the true number of positions
    "Bert": ({}, 20),
    "DistilBert": ({"dim": 16, "hidden_dim": 32, "n_layers": 1, "n_heads": 2}, 20),
    "Electra": ({"embedding_size": 16}, 20),
    "Albert": ({"embedding_size": 8}, 20),
    "Roberta": ({}, 18),
    "XLMRoberta": ({"pad_token_id": 9}, 10),
    "Camembert": ({}, 18),
    "MPNet": ({"pad_token_id": 9}, 18),  # it counts from 1 whatever its config says
    "Esm": (
        {"pad_token_id": 1, "mask_token_id": 4, "token_dropout": False}
        | {"position_embedding_type": "absolute"},
        18,
    ),
    "ModernBert": (dict.fromkeys(IDS, 1), 20),
}


def family(name: str) -> Any:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    config = getattr(transformers, f"{name}Config")(**(SIZE | FAMILIES[name][0]))
    torch.manual_seed(0)
    return getattr(transformers, f"{name}ForMaskedLM")(config)


@pytest.mark.parametrize("name", FAMILIES)
def test_positions_are_those_that_the_model_really_takes(name: str) -> None:
    denoiser = HuggingFaceDenoiser(family(name), symbols=SYMBOLS, mask_token_id=4)
    longest = FAMILIES[name][1]
    assert denoiser.max_length == longest
    generator = torch.Generator(device="cpu").manual_seed(0)
    tokens = torch.randint(4, (2, longest), generator=generator, device="cpu")
    check_log_probs(denoiser(tokens), tokens, 3)
    with pytest.raises(ValueError, match=f"^the model takes at most {longest} positions, got"):
        denoiser(torch.full((1, longest + 1), 3))


@pytest.mark.parametrize("name", ["Roberta", "MPNet", "Bert"])
def test_padding_is_noticed_after_an_edit_of_the_config(name: str) -> None:
    model = family(name)
    padding = 0 if name == "Bert" else 1
    model.config.pad_token_id = None
    denoiser = HuggingFaceDenoiser(model, symbols=[5, padding], mask_token_id=4)
    with pytest.raises(ValueError, match=rf"^symbol 1 is token {padding}, the padding of the mod"):
        denoiser(tokens_of(0, 2))
    masked = HuggingFaceDenoiser(model, symbols=[5, 6], mask_token_id=padding)
    with pytest.raises(ValueError, match=rf"^mask_token_id is token {padding}, the padding"):
        masked(tokens_of(0, 2))


def test_a_causal_model_is_noticed() -> None:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    config = transformers.GPT2Config(
        vocab_size=24, n_positions=20, n_embd=16, n_layer=1, n_head=2, pad_token_id=0
    )
    denoiser = HuggingFaceDenoiser(
        transformers.GPT2LMHeadModel(config), symbols=SYMBOLS, mask_token_id=4
    )
    with pytest.raises(ValueError, match=r"^GPT2LMHeadModel is causal, no law.*has generated"):
        denoiser(tokens_of(3, 3, 3))
    # Not on one position, where there is no right and left.
    denoiser(tokens_of(3))


class LeftToRight(nn.Module):
    """Logits of a running sum of embeddings, or of the embedding at each place alone."""

    def __init__(self, *, context: bool) -> None:
        super().__init__()
        self.table = nn.Embedding(MASK + 1, MASK + 1)
        self.context = context

    def forward(self, input_ids: Tensor) -> Tensor:
        hidden = self.table(input_ids)
        return hidden.cumsum(1) if self.context else hidden


def test_a_model_without_context_is_no_causal_one() -> None:
    tokens = tokens_of(V, V, 0)
    model = LeftToRight(context=False)
    check_log_probs(HuggingFaceDenoiser(model, vocab_size=V, mask_token_id=MASK)(tokens), tokens, V)
    with pytest.raises(ValueError, match="is causal"):
        HuggingFaceDenoiser(LeftToRight(context=True), vocab_size=V, mask_token_id=MASK)(tokens)


class Renamed(Knowing):
    """`Knowing` whose symbols are other tokens, called in another way, returning another type."""

    def __init__(self, symbols: list[int], output: str) -> None:
        super().__init__(CHAIN, MASK)
        self.config = SimpleNamespace(vocab_size=MASK + 9)
        self.symbols, self.output = symbols, output

    def forward(self, ids: Tensor, timesteps: Tensor) -> Any:
        assert timesteps.shape == ids.shape[:1]
        place = torch.full((MASK + 9,), V, device="cpu")
        place[self.symbols] = torch.arange(V, device="cpu")
        law = self.language.posterior(place[ids])
        logits = law.new_full((*ids.shape, MASK + 9), 5.0)
        logits[..., self.symbols] = law + self.shift
        outputs = {
            "tensor": logits,
            "tuple": (logits, None),
            "dict": {"logits": logits},
            "object": SimpleNamespace(logits=logits),
        }
        return outputs[self.output]


def call(model: nn.Module, input_ids: Tensor) -> Any:
    return model(input_ids, timesteps=torch.zeros(len(input_ids), device="cpu"))


@pytest.mark.parametrize("output", ["tensor", "tuple", "dict", "object"])
@pytest.mark.parametrize("symbols", [[0, 1, 2], [12, 3, 9]])
def test_any_symbols_forward_and_output(symbols: list[int], output: str) -> None:
    denoiser = HuggingFaceDenoiser(
        Renamed(symbols, output), symbols=symbols, mask_token_id=MASK, forward=call
    )
    tokens = tokens_of(V, V, 1, 0)
    masked = tokens == V
    computed = denoiser(tokens)
    torch.testing.assert_close(computed[masked], Oracle(CHAIN)(tokens)[masked])
    assert denoiser.logits(tokens).requires_grad
    twin = HuggingFaceDenoiser(
        Renamed(symbols, output), symbols=symbols[::-1], mask_token_id=MASK, forward=call
    )
    assert not torch.allclose(twin(tokens)[masked], computed[masked])


def test_a_forward_that_needs_more_is_named() -> None:
    message = (
        "Renamed needs timesteps: give forward=lambda model, input_ids: model(input_ids, "
        "timesteps=...)"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        HuggingFaceDenoiser(Renamed([0, 1, 2], "dict"), vocab_size=V, mask_token_id=MASK)


def test_what_the_model_cannot_do_is_one_line() -> None:
    class Failing(LeftToRight):
        def forward(self, input_ids: Tensor) -> Tensor:
            raise IndexError("index 34 is out of bounds")

    denoiser = HuggingFaceDenoiser(Failing(context=True), vocab_size=V, mask_token_id=MASK)
    message = (
        "Failing cannot be called on input_ids of shape (1, 2): IndexError: index 34 is out of "
        "bounds"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        denoiser(tokens_of(V, V))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "give vocab_size or symbols, one of them, got None and None"),
        ({"vocab_size": 2, "symbols": [1, 2]}, "one of them, got 2 and [1, 2]"),
        ({"symbols": []}, "symbols are different tokens, one or more, got []"),
        ({"symbols": [1, 1]}, "symbols are different tokens, one or more, got [1, 1]"),
        ({"symbols": [1, -1]}, "symbols[1] is an integer >= 0, got -1"),
        ({"symbols": [1, 2.5]}, "symbols[1] is an integer >= 0, got 2.5"),
        ({"symbols": [1, 9]}, "the model has the tokens 0..8, got the symbol 9"),
        ({"symbols": [1, MASK]}, f"no symbol, got {MASK}, the token of symbol 1"),
        ({"vocab_size": 2, "forward": 3}, "forward is a function or None, got 3"),
    ],
)
def test_wrong_symbols_are_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        HuggingFaceDenoiser(Knowing(PAIRS, MASK), mask_token_id=MASK, **fields)


class Dropping(Knowing):
    """`Knowing` with a law that dropout spoils."""

    def __init__(self) -> None:
        super().__init__(CopyPairs(V, device="cpu"), MASK)
        self.dropout = nn.Dropout(0.5)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
        output = super().forward(input_ids, attention_mask)
        return SimpleNamespace(logits=self.dropout(output.logits.exp()).log())


def test_every_call_is_in_evaluation_mode() -> None:
    """Training mode is not left by a call, so that training goes on with its dropout."""
    denoiser = HuggingFaceDenoiser(Dropping(), vocab_size=V, mask_token_id=MASK)
    tokens = tokens_of(V, 1, V, V).repeat(64, 1)
    expected = denoiser(tokens)
    denoiser.model.train()
    before = torch.random.get_rng_state()
    assert torch.equal(denoiser(tokens), expected)
    assert torch.equal(before, torch.random.get_rng_state())
    assert all(part.training for part in denoiser.model.modules())
    torch.manual_seed(0)
    assert not torch.equal(denoiser.logits(tokens)[..., :V].log_softmax(-1).exp(), expected.exp())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_a_model_of_any_precision_is_sampled(dtype: torch.dtype) -> None:
    denoiser = HuggingFaceDenoiser(family("Bert").to(dtype), symbols=SYMBOLS, mask_token_id=4)
    generator = torch.Generator(device="cpu").manual_seed(0)
    words = generate(denoiser, Bernoulli(linear(3)), length=6, count=5, generator=generator)
    assert int(words.tokens.max()) < len(SYMBOLS)
    assert denoiser.logits(words.tokens).dtype == dtype
