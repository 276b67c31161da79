"""Numbers that JSON or Python cannot write are words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import steplab
from theory.commands.printed_json import in_words, scientific


@given(st.integers(10**3, 10**60))
def test_digits_are_those_of_the_number(number: int) -> None:
    digits = str(number)
    shown = f"{digits[0]}.{digits[1:3]}e{len(digits) - 1}"
    assert (scientific(number), scientific(-number)) == (shown, f"-{shown}")


def test_numbers_of_any_length_can_be_said() -> None:
    assert scientific(8**20000) == "6.30e18061"
    assert in_words([10**3999, 10**4000, -1]) == [10**3999, "1.00e4000", -1]


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_words_of_long_sequences_are_counted(
    capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        steplab.main(["languages", "ngram2-v8", "--length", "10000", *more])
    out, err = capsys.readouterr()
    assert stop.value.code == 0, err
    assert "7.96e6020" in (json.loads(out)[0]["words"] if more else out)
