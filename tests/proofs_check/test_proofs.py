"""Proofs close, every certificate holds, every twin is refused, and status follows from that."""

import re
from dataclasses import replace

import pytest
import sympy

from proofs_check.certificates import (
    AtSizes,
    Certificate,
    Cited,
    Empty,
    Exhaustive,
    Induction,
    Symbolic,
    Tried,
)
from proofs_check.certificates.works import WORKS, address
from proofs_check.outcome import Holds, Refuted
from proofs_check.proof import Proof, Step, check
from proofs_check.proofs import PROOFS
from theory.bounds import THEOREMS

X = sympy.Symbol("x", real=True)
TRUE, FALSE = Symbolic((X + 1) ** 2, X**2 + 2 * X + 1), Symbolic((X + 1) ** 2, X**2 + 3 * X + 1)
# a place in a work: a theorem, section or equation, or the year of an article
OPENABLE = re.compile(
    r"(Theorems?|Lemma|Proposition|[Ss]ections?|problem|arXiv) [\dIVX(]|, [(\d]|\(\d{4}\)"
)
# what is no work of others
OURS = re.compile(r"\bsteps?\b|definition|proved (beside|here)|^none|^ours")
ID = "error-from-divergence"
STATEMENT = THEOREMS[ID].statement


def step(name: str, premises: tuple[str, ...], **changes: object) -> Step:
    made = Step(name, premises, STATEMENT, TRUE, "2 replaced by 3", FALSE)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("theorem", PROOFS)
def test_a_proof_is_complete(theorem: str) -> None:
    proof = PROOFS[theorem]
    checked = check(proof)
    for one in checked.steps:
        assert isinstance(one.outcome, Holds), (one.step.name, one.outcome)
        assert isinstance(one.twin, Refuted), (one.step.name, one.twin)
        assert one.twin.counterexample
        assert one.step.change
    assert checked.decided
    assert not checked.refuted
    assert proof.counting == proof.steps, "a step that nothing rests on"
    used = {premise for one in proof.steps for premise in one.premises}
    assert set(proof.hypotheses) <= used, "a hypothesis that nothing uses"


def parts(certificate: Certificate) -> list[Certificate]:
    """A certificate and those it is made of."""
    if isinstance(certificate, Induction):
        return [certificate, *parts(certificate.base), *parts(certificate.step)]
    return [certificate]


@pytest.mark.parametrize("theorem", PROOFS)
def test_every_certificate_could_fail_and_every_reference_can_be_opened(theorem: str) -> None:
    for one in PROOFS[theorem].steps:
        assert not isinstance(one.certificate, Empty)
        for part in parts(one.certificate):
            if isinstance(part, Symbolic):
                assert not part.trivial, (one.name, part.formula())
            if isinstance(part, Cited):
                assert OPENABLE.search(part.reference), (one.name, part.reference)
                assert not OURS.search(part.reference), (one.name, part.reference)
                assert address(part.reference) is not None, (one.name, part.reference)


@pytest.mark.parametrize(
    ("reference", "good"),
    [
        ("Cover and Thomas, Theorem 2.5.1", True),
        ("Robbins, A remark on Stirling's formula, Amer. Math. Monthly 62 (1955) 26-29", True),
        ("NIST DLMF, 4.5.1", True),
        ("definition of the mean", False),
        ("steps chain-rule and random-order", False),
        ("arXiv 2608.25505, Theorem 1; proved beside", False),
        ("none: false", False),
        ("Wallis", False),
        ("A theorem of Doe, Theorem 2.5.1", False),
    ],
)
def test_what_a_reference_is(reference: str, good: bool) -> None:
    placed = OPENABLE.search(reference) is not None and OURS.search(reference) is None
    assert (placed and address(reference) is not None) == good


def test_an_address_is_that_of_the_work_or_what_the_reference_says() -> None:
    assert address("Cover and Thomas, Lemma 11.6.1") == WORKS["Cover and Thomas"]
    assert address("Massey 1988, as arXiv 2102.04200, equation (1)") == "arXiv 2102.04200"
    assert all("isbn 978-" in where or "." in where for where in WORKS.values())
    cited = {
        part.reference
        for proof in PROOFS.values()
        for one in proof.steps
        for part in parts(one.certificate)
        if isinstance(part, Cited)
    }
    unused = [work for work in WORKS if not any(one.startswith(work) for one in cited)]
    assert unused == []


def test_most_theorems_are_proved_for_all_that_they_speak_of() -> None:
    """What the certificates show where they hold, which the test above asks of every proof."""
    counting = [step for proof in PROOFS.values() for step in proof.counting]
    proved = [
        name
        for name, proof in PROOFS.items()
        if all(step.certificate.universal for step in proof.counting)
    ]
    assert len(PROOFS) >= 30
    assert len(proved) >= 15
    assert len(counting) >= 120


def test_status_is_computed() -> None:
    family = Exhaustive(lambda: range(5), lambda n: n * n >= n, "n in 0..4")
    small = Exhaustive(lambda: range(5), lambda n: n * n > n, "n in 0..4")
    assert check(Proof(ID, {}, (step("last", ()),))).status == "proved"
    verified = step("last", (), certificate=family, twin=small)
    assert check(Proof(ID, {}, (verified,))).status == "certified: n in 0..4"
    limit = AtSizes("n", (1, 2, 3), lambda n: 1 + 2.0**-n, lambda _: 1.0, 0.2, "to one")
    other = step("last", ("first",), certificate=limit, twin=replace(limit, last=0.1))
    assert check(Proof(ID, {}, (replace(other, premises=()),))).status == (
        "asymptotic: n = 1, 2, 3"
    )
    both = check(Proof(ID, {}, (replace(verified, name="first"), other)))
    assert both.status == "asymptotic: n = 1, 2, 3; certified: n in 0..4"
    assert both.decided
    assert not both.refuted
    lemma = Tried("x < 1", lambda source: source.random(), lambda x: x < 1)
    tried = step("last", (), certificate=lemma, twin=replace(lemma, holds=lambda x: x < 0.5))
    assert check(Proof(ID, {}, (tried,))).status == "proved up to tried lemmas: x < 1"
    wrong = check(Proof(ID, {}, (step("first", (), certificate=FALSE), step("last", ("first",)))))
    assert wrong.status == "refuted as stated: at x = 1: left - right = -1.0000000"
    assert wrong.decided
    assert wrong.refuted
    # a twin that holds: the check sees nothing
    blind = check(Proof(ID, {}, (step("last", (), twin=TRUE),)))
    assert blind.status == "undecided"
    assert not blind.decided
    open_ended = step("last", (), certificate=Symbolic(sympy.Function("f")(X), X))
    assert check(Proof(ID, {}, (open_ended,))).status == "undecided"


def test_a_step_counts_only_if_the_last_one_rests_on_it() -> None:
    proof = Proof(ID, {}, (step("idle", (), certificate=FALSE), step("last", ())))
    assert [one.name for one in proof.counting] == ["last"]
    assert check(proof).status == "proved"


def test_a_step_that_proofs_share_is_checked_once_and_a_changed_one_again() -> None:
    shared = step("last", ())
    first, second = (check(Proof(ID, {}, (shared,))) for _ in range(2))
    assert first.steps[0] is second.steps[0]
    assert check(Proof(ID, {}, (replace(shared, twin=TRUE),))).status == "undecided"


def test_a_chain_that_does_not_close_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'last' rests on \['nothing'\], not shown before"):
        Proof(ID, {}, (step("last", ("nothing",)),))
    with pytest.raises(ValueError, match="concludes the theorem's statement"):
        Proof(ID, {}, (step("last", (), conclusion="something else"),))
    with pytest.raises(ValueError, match=r"belongs to a theorem of theory\.bounds, got 'none'"):
        Proof("none", {}, (step("last", ()),))
    with pytest.raises(ValueError, match="two steps or hypotheses have the name 'last'"):
        Proof(ID, {"last": ""}, (step("last", ()),))
    with pytest.raises(TypeError, match="the twin of last is of kind symbolic, got cited"):
        step("last", (), twin=Cited("", "", lambda source: 0, bool))
