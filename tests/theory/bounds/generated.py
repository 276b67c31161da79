"""Hypothesis strategies of cases: small languages under schedules and sizes."""

from hypothesis import strategies as st

from synthetic.languages import Language, NGram
from synthetic.sampling import Bernoulli, FixedCount
from tests.generators import families, hidden_markovs, ngrams, schedules, sizes_of
from theory.bounds.cases import Generated

LANGUAGES = st.one_of(ngrams(orders=(2, 3)), hidden_markovs(), families())
REPEATED = NGram([0.5, 0.5], [[1.0, 0.0], [0.0, 1.0]])  # one symbol, again and again


@st.composite
def at_length(draw: st.DrawFn, longest: int = 4) -> tuple[Language, int]:
    """A language and a length that has words."""
    language = draw(LANGUAGES.filter(lambda one: bool(one.lengths(longest))))
    return language, draw(st.sampled_from(language.lengths(longest)))


@st.composite
def bernoulli_cases(
    draw: st.DrawFn, languages: st.SearchStrategy[Language] = LANGUAGES, longest: int = 4
) -> Generated:
    """A language, a length that has words, and a schedule of Bernoulli reveal."""
    language = draw(languages.filter(lambda one: bool(one.lengths(longest))))
    length = draw(st.sampled_from(language.lengths(longest)))
    return Generated(language, length, Bernoulli(draw(schedules(6))))


@st.composite
def fixed_count_cases(
    draw: st.DrawFn, languages: st.SearchStrategy[Language] = LANGUAGES, longest: int = 4
) -> Generated:
    """The same with sizes of fixed-count reveal."""
    language = draw(languages.filter(lambda one: bool(one.lengths(longest))))
    length = draw(st.sampled_from(language.lengths(longest)))
    return Generated(language, length, FixedCount(draw(sizes_of(length, 4))))
