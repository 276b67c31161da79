"""Signals are noted and answered when the loop is ready."""

import os
import signal
import threading

import pytest

from synthetic.experiments.interrupt import stop_signal


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_noted_and_the_second_obeyed(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stop_signal() as stop:
        assert stop() == 0
        os.kill(os.getpid(), number)
        assert stop() == number
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(number) is before


def test_another_thread_is_left_alone() -> None:
    noted: list[int] = []

    def work() -> None:
        with stop_signal() as stop:
            noted.append(stop())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert noted == [0]
