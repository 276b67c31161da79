"""Languages whose sequences ask a question and answer it."""

from abc import abstractmethod

from torch import Tensor

from synthetic.languages.language import Language


class Prompted(Language):
    """A language with a prompt, an answer, and perhaps steps between that lead to it.

    A length without words, or without an answer, is a one-line error in both methods.
    """

    @abstractmethod
    def prompt_positions(self, length: int) -> Tensor:
        """Where the question stands, (L,) bool."""

    @abstractmethod
    def answer_positions(self, length: int) -> Tensor:
        """Where its answer stands, (L,) bool; no position of the prompt."""
