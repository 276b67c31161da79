"""Where threads spin exact laws work on one, and give back as many as there were."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch.overrides import TorchFunctionMode

from tests.good_calls import good_call
from theory import laws
from theory.laws.one_thread import one_thread

LAWS = {name: law for name in laws.__all__ if inspect.isfunction(law := getattr(laws, name))}


@pytest.fixture(autouse=True)
def three_threads_that_spin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


class Threads(TorchFunctionMode):
    """Counts the threads under which torch computes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[int] = set()

    def __torch_function__(
        self, function: Any, types: Any, arguments: Any = (), named: Any = None
    ) -> Any:
        if getattr(function, "__name__", "") != "__get__":  # an attribute is not computed
            self.seen.add(torch.get_num_threads())
        return function(*arguments, **(named or {}))


def threads_seen(function: Callable[..., Any], given: dict[str, Any]) -> set[int]:
    with Threads() as threads:
        function(**given)
    return threads.seen


@pytest.mark.parametrize("name", LAWS)
def test_a_law_takes_one_thread(name: str) -> None:
    given = {key: make() for key, make in good_call(name, LAWS[name]).items()}
    assert threads_seen(LAWS[name], given) <= {1}
    assert torch.get_num_threads() == 3


def test_the_check_refuses_a_law_on_all_threads() -> None:
    assert threads_seen(lambda size: torch.eye(size) @ torch.eye(size), {"size": 2}) == {3}
    name = "chain_sequence_error_rate"
    given = {key: make() for key, make in good_call(name, LAWS[name]).items()}
    assert threads_seen(inspect.unwrap(LAWS[name]), given) == {3}


def test_threads_that_sleep_are_all_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "passive")
    name = "chain_sequence_error_rate"
    given = {key: make() for key, make in good_call(name, LAWS[name]).items()}
    assert threads_seen(LAWS[name], given) == {3}


def test_an_error_gives_the_threads_back() -> None:
    seen = []

    @one_thread()
    def broken() -> None:
        seen.append(torch.get_num_threads())
        raise ValueError("halfway")

    with pytest.raises(ValueError, match="halfway"):
        broken()
    assert [*seen, torch.get_num_threads()] == [1, 3]
