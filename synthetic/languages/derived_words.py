"""All words of a length that a grammar derives: sequences share their parts."""

import torch
from torch import Tensor

from synthetic.languages.normal_form import NormalForm
from synthetic.languages.sequences import enumerate_sequences


def derived_words(form: NormalForm, length: int) -> Tensor:
    """The sequences (K, L) that have a derivation, in row-major order, int64.

    All sequences of n symbols, n = 1..L, are looked at once, as first and last part of each cut: a
    product of matrices for each head and cut. Entries are whole numbers >= 0, so that a positive
    one never rounds to zero.
    """
    size = len(form.alphabet)
    first = torch.zeros((size, form.symbols), dtype=torch.float32, device="cpu")
    for head, letter in form.lexical:
        first[letter, head] = 1.0
    parts: dict[int, list[tuple[int, int]]] = {}
    for head, left, right in form.binary:
        parts.setdefault(head, []).append((left, right))
    rules = {}
    for head, pairs in parts.items():
        lefts = sorted({left for left, _ in pairs})
        rights = torch.zeros((len(lefts), form.symbols), dtype=torch.float32, device="cpu")
        for left, right in pairs:
            rights[lefts.index(left), right] = 1.0
        rules[head] = (torch.tensor(lefts, device="cpu"), rights)
    spans = [first]  # of n symbols from each symbol of the grammar, (V^n, N)
    for symbols in range(2, length + 1):
        here = first.new_zeros((size**symbols, form.symbols if symbols < length else 1))
        for head, (columns, rights) in rules.items():
            if head < here.shape[1]:
                for cut in range(1, symbols):
                    ways = spans[cut - 1][:, columns] @ (rights @ spans[symbols - cut - 1].T)
                    here[:, head] += ways.flatten()
        spans.append((here > 0).float())
    return enumerate_sequences(size, length)[spans[-1][:, 0] > 0]
