"""Regular languages: Python's matcher and lists of words as referees; errors that name a column."""

import itertools
import math
import re
import time
from collections.abc import Sequence
from unittest import mock

import pytest
import torch
from automata.fa.dfa import DFA
from automata.fa.nfa import NFA
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import (
    CopyPairs,
    Finite,
    NGram,
    Regular,
    catalogue,
    counterexample,
    enumerate_sequences,
    regular_expression,
)
from tests.generators import Partial
from tests.synthetic.languages.referee import assert_close, p_value
from tests.synthetic.languages.test_enumeration import check_evidence, check_posterior, check_words
from tests.synthetic.languages.test_registry import contexts
from tests.synthetic.languages.test_weights import check_weights, random_weights

EVERY = settings(max_examples=40, deadline=None, derandomize=True)
ATOMS = st.sampled_from(["a", "b", "c", "[ab]", "."])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(
            inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "{0}", "{0,1}"])
        ).map(lambda pair: f"({pair[0]}){pair[1]}"),
    ),
    max_leaves=5,
)


@EVERY
@given(PATTERNS)
def test_words_are_those_that_match(pattern: str) -> None:
    language = Regular(pattern, alphabet="abc")
    for length in range(1, 5):
        words = [*itertools.product(range(3), repeat=length)]
        wanted = [bool(re.fullmatch(pattern, "".join("abc"[x] for x in word))) for word in words]
        assert [language.is_word(word) for word in words] == wanted
        assert language.count(length) == sum(wanted)
        assert (length in language.lengths(length)) == any(wanted)
        if any(wanted):
            assert language.contains(torch.tensor(words)).tolist() == wanted


@pytest.mark.parametrize("pattern", ["a{0}b", "(ab){0}c*", "(a|b{0}){2}", "a{0,0}(bc)+"])
def test_what_is_repeated_no_times_is_the_empty_word(pattern: str) -> None:
    language = Regular(pattern, alphabet="abc")
    for length in range(1, 5):
        words = [*itertools.product("abc", repeat=length)]
        wanted = sum(bool(re.fullmatch(pattern, "".join(word))) for word in words)
        assert language.count(length) == wanted


def test_the_least_automaton_is_numbered_breadth_first() -> None:
    first, second = Regular("(ab|ac)*", "abc"), Regular("(a(b|c))*", "abc")
    assert first._automaton == second._automaton
    assert first.states == 2
    assert Regular("(a|b)*").states == 1
    assert Regular("(a|b)*a(a|b){3}").states == 16
    assert Regular("a?b").states == 3  # the first and the second differ by a move that one lacks
    assert Regular("a{2,4}c?").alphabet == ["a", "c"]
    assert Regular("[+*{][\\]\\-a-]{2}").alphabet == ["*", "+", "-", "]", "a", "{"]
    assert Regular("[+*{][\\]\\-a-]{2}").count(3) == 3**3


@pytest.mark.parametrize("seed", range(5))
def test_random_automata_are_their_words(seed: int) -> None:
    language = Regular.random(6, "abc", seed)
    for length in language.lengths(5)[-1:]:
        words = itertools.product(range(3), repeat=length)
        listed = Finite([word for word in words if language.is_word(word)], vocab_size=3)
        assert counterexample(language, listed, length) is None
        weights = random_weights((4, length, 3), (1.0, 1e-3, 0.0), seed)
        assert_close(language.posterior_given(weights), listed.posterior_given(weights).tolist())


TOMITA = {
    1: r"1*",
    2: r"(10)*",
    4: r"((0|00)?1)*(0|00)?",
    7: r"0*1*0*1*",
}


@pytest.mark.parametrize("number", range(1, 8))
def test_tomita_grammars(number: int) -> None:
    language = catalogue.load(f"tomita-{number}")
    assert isinstance(language, Regular)
    for length in range(1, 10):
        for word in itertools.product(range(2), repeat=length):
            text = "".join(map(str, word))
            zeros, ones = text.count("0"), text.count("1")
            wanted = {
                3: not re.search(r"(^|0)1(11)*0(00)*(1|$)", text),
                5: zeros % 2 == ones % 2 == 0,
                6: (zeros - ones) % 3 == 0,
            }
            matches = bool(re.fullmatch(TOMITA.get(number, ""), text))
            assert language.is_word(word) == wanted.get(number, matches), text


def test_long_words() -> None:
    language = Regular("(ab|c)*")
    words = language.sample(20, 100, torch.Generator().manual_seed(0))
    assert all(re.fullmatch("(ab|c)*", text) for text in language.text(words))
    assert bool(language.contains(words).all())


@pytest.mark.parametrize(
    ("pattern", "alphabet", "message"),
    [
        ("(ab", None, "a parenthesis that is not closed at column 1"),
        ("ab)", None, r"unexpected '\)' at column 3"),
        ("*a", None, r"nothing to repeat before '\*' at column 1"),
        ("a**", None, "two repetitions in a row, put parentheses at column 3"),
        ("a[]", None, "a bracket that is empty or not closed at column 2"),
        ("a{x}", None, r"a repetition reads .* at column 2"),
        ("a{3,2}", None, "repetitions from 3 to 2 at column 2"),
        ("abd", "abc", "'d' is not in the alphabet 'abc' at column 3"),
        ("a\\", None, "nothing after the backslash at column 2"),
        ("", None, "no symbols, give an alphabet"),
        ("a", "aa", "alphabet has different symbols, at least one, got 'aa'"),
        ("(a{99}){999}", None, "more than 20000 states"),
        ("(" * 300 + "a" + ")" * 300, None, "more than 100 parentheses deep at column 101"),
        ("[a-c]", None, r"no ranges, list the symbols .* at column 3"),
        ("b[^a]", None, r"no complements, list the other symbols .* at column 3"),
        ("a\\d", None, r"'\\d' is no class of symbols here, list them at column 2"),
        ("^a$", None, r"the whole word is matched, no '\^' .* at column 1"),
        ("a\n(b", None, "not closed at line 2, column 1"),
        ("a", [chr(sign) for sign in range(200, 300)], "'a' is not in the alphabet 'ÈÉ"),
    ],
)
def test_refusals(pattern: str, alphabet: str | None, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        Regular(pattern, alphabet)
    assert "\n" not in str(error.value)


def as_peer(language: Regular) -> DFA:
    """The same automaton for automata-lib."""
    letters = language.alphabet or [str(symbol) for symbol in range(language.vocab_size)]
    return peer(*language._automaton, letters)


def peer(moves: list[list[int | None]], accepting: list[bool], letters: Sequence[str]) -> DFA:
    """A table of moves for automata-lib."""
    return DFA(
        states=set(range(len(moves))),
        input_symbols=set(letters),
        transitions={
            state: {letter: to for letter, to in zip(letters, row) if to is not None}
            for state, row in enumerate(moves)
        },
        initial_state=0,
        final_states={state for state, accepts in enumerate(accepting) if accepts},
        allow_partial=True,
    )


@pytest.mark.parametrize(
    "pattern", ["(ab|c)*", "(a|b)*a(a|b)(a|b)c?", "a*b*c*", "(a|bc)+(b|ca)*", "((aa|b)*c)*", "a?b+"]
)
def test_automata_lib_agrees(pattern: str) -> None:
    """The same language by its own construction, and as many words of each length to 20."""
    ours = Regular(pattern, "abc")
    theirs = DFA.from_nfa(NFA.from_regex(pattern, input_symbols=set("abc")))
    assert as_peer(ours) == theirs
    assert as_peer(Regular(f"({pattern})|ab{{9}}a", "abc")) != theirs  # a broken twin
    assert [ours.count(n) for n in range(21)] == [
        theirs.count_words_of_length(n) for n in range(21)
    ]
    assert ours.states <= len(theirs.minify().states)


@pytest.mark.parametrize("name", ["tomita-3", "tomita-5", "regular-random", "ones-modulo-5"])
def test_automata_lib_counts_the_same(name: str) -> None:
    language = catalogue.load(name)
    assert isinstance(language, Regular)
    theirs = as_peer(language)
    for length in range(1, 21):
        assert language.count(length) == theirs.count_words_of_length(length)


@pytest.mark.parametrize("pattern", ["(a|b)*a(a|b){30}b(a|b)*", "(a?b?c?d?){900}b{1,900}"])
def test_too_many_states_end_in_time(pattern: str) -> None:
    started = time.process_time()
    with pytest.raises(ValueError, match="more than 2048 states, from the left and from the right"):
        Regular(pattern)
    assert time.process_time() - started < 5


class Unturned(Regular):
    """A broken twin: words of an automaton that reads from the right, weighed from the left."""

    def _as_read(self, rows: torch.Tensor) -> torch.Tensor:
        return rows


@pytest.mark.parametrize("after", [3, 4])
def test_words_are_read_from_the_right_where_the_left_has_too_many_states(
    after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern = f"(a|b)*a(a|b){{{after}}}"
    forwards = Regular(pattern, "abc")
    monkeypatch.setattr(regular_expression, "STATE_LIMIT", 2 * after + 6)
    language = Regular(pattern, "abc")
    assert (forwards.states, language.states) == (2 ** (after + 1), after + 2)
    for length in range(after + 1, 7):
        words = enumerate_sequences(3, length)
        wanted = [bool(re.fullmatch(pattern, text)) for text in language.text(words)]
        assert [language.is_word(tuple(word)) for word in words.tolist()] == wanted
        assert language.count(length) == sum(wanted)
        case = Partial(language, contexts(language, length))
        check_evidence(case)
        check_posterior(case)
        check_words(language, length)
        check_weights(language, random_weights((4, length, 3), (1.0, 1e-3, 0.0), length))
    assert p_value(language, language.sample(2000, 5, torch.Generator().manual_seed(0))) > 1e-6
    with pytest.raises(AssertionError):
        check_evidence(Partial(Unturned(pattern, "abc"), words))


@EVERY
@given(PATTERNS)
def test_both_ends_read_the_same_words(pattern: str) -> None:
    forwards = Regular(pattern, "abc")
    with mock.patch.object(regular_expression, "STATE_LIMIT", 3):
        try:
            language = Regular(pattern, "abc")
        except ValueError:
            return
    for length in range(1, 5):
        assert counterexample(language, forwards, length) is None
        assert language.count(length) == forwards.count(length)


def test_long_words_read_from_the_right() -> None:
    pattern = "(a|b)*a(a|b){30}"
    language = Regular(pattern)
    assert repr(language) == "Regular(32 states, 2 symbols, read from the right)"
    assert language.count(40) == 2**39
    assert language.lengths(40) == list(range(31, 41))
    assert language.entropy(40).value == pytest.approx(39 * math.log(2))
    words = language.sample(50, 40, torch.Generator().manual_seed(0))
    assert all(re.fullmatch(pattern, text) for text in language.text(words))
    masked = torch.full((1, 40), language.mask)
    certain = (language.posterior(masked)[0, :, 0] == 0).nonzero().flatten().tolist()
    assert certain == [9]


def test_counterexamples() -> None:
    one, other = Regular("(ab|c)*", "abc"), Regular("(ab|c)*(ab)?", "abc")
    assert counterexample(one, other, 3) is None
    word = counterexample(one, Regular("(ab|cc)*", "abc"), 4)
    assert word is not None
    assert word.tolist() == [0, 1, 2, 2] or one.is_word(tuple(word.tolist()))
    chain = NGram([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]])
    assert counterexample(chain, Regular("(a|b)*"), 5) is None
    nearly = NGram([0.5, 0.5], [[0.5, 0.5], [0.501, 0.499]])
    assert counterexample(chain, nearly, 3) is not None
    assert counterexample(Regular("(ab)*"), CopyPairs(2), 3) is not None
    assert counterexample(Regular("(ab)*"), Regular("(ba)*"), 3) is None
    with pytest.raises(ValueError, match="one vocabulary, got V = 2 and 3"):
        counterexample(CopyPairs(2), CopyPairs(3), 2)
    with pytest.raises(ValueError, match=r"2\^30 sequences, too many"):
        counterexample(chain, nearly, 30)
