"""The report: answer and verdicts come first, every number leads to its units, all is escaped."""

import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from tests.once import made_once
from theory.claims import CLAIMS, SUBJECTS
from theory.claims.ledger import LedgerEntry, entry
from theory.report.figures.draw import Picture, claim_plan, draw_all, draw_one, picture_of, plans
from theory.report.page import render
from theory.report.publish import Results
from theory.report.sections import TESTS, UNITS, answer
from theory.studies.profiles import Profile


class Page(HTMLParser):
    """Ids, links by where they stand, headings, and the cells of each line of each table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.contents: list[str] = []
        self.headings: list[str] = []
        self.lines: list[list[str]] = []  # links in each cell, by line
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
            if tag in ("h2", "h3"):
                self.headings.append(given["id"])
        if tag == "tr":
            self.lines.append([])
        elif tag == "td":
            self.lines[-1].append("")
        elif tag == "a":
            self.links.append(given["href"])
            if "nav" in self._open:
                self.contents.append(given["href"])
            if "td" in self._open:
                self.lines[-1][-1] = given["href"]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    @property
    def dangling(self) -> set[str]:
        """Links into the page that lead nowhere."""
        return {link for link in self.links if link.removeprefix("#") not in self.ids}


@pytest.fixture(scope="module")
def entries(claim_results: Results, claimed: Profile) -> list[LedgerEntry]:
    rows = {"quick": claim_results.read()}
    return [entry(claim, rows, {"quick": claimed}) for claim in CLAIMS.values()]


@pytest.fixture(scope="module")
def drawn(
    entries: Sequence[LedgerEntry], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Picture]:
    """The figures of some claims, drawn as for a report: many tests and few, judged and shown
    alone. Tests of the readability of figures draw that of every claim."""
    tested = [one for one in entries if one.tests]
    alone = [one for one in tested if one.verdict == "not run"]
    chosen = [one for one in tested if one.claim.id in ("guidance", "leave-one-out")] + alone[:1]
    drawings = [claim_plan(one) for one in chosen]
    folder = made_once(tmp_path_factory, "claims", lambda folder: draw_all(drawings, folder))
    return {
        one.claim.id: picture_of(plan, folder)
        for one, (plan, _) in zip(chosen, drawings, strict=True)
    }


@pytest.fixture(scope="module")
def pictures(entries: Sequence[LedgerEntry], drawn: dict[str, Picture]) -> dict[str, Picture]:
    """A picture for every claim with tests; where its figure was not drawn another stands in."""
    stand_in = drawn["leave-one-out"]
    plans_of = {one.claim.id: claim_plan(one)[0] for one in entries if one.tests}
    named = {
        name: replace(stand_in, title=plan.title, text=plan.text) for name, plan in plans_of.items()
    }
    return named | drawn


@pytest.fixture(scope="module")
def text(
    claim_results: Results,
    entries: Sequence[LedgerEntry],
    pictures: dict[str, Picture],
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    rows = claim_results.read()
    plan, table = plans(rows)[0]
    picture = draw_one(plan, table, tmp_path_factory.mktemp("figures"))
    return render(rows, [picture], "test", entries, pictures)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_every_claim_that_was_run_has_its_picture_in_both_themes(
    pictures: dict[str, Picture], drawn: dict[str, Picture], entries: Sequence[LedgerEntry]
) -> None:
    judged = [one.claim.id for one in entries if one.verdict != "not run"]
    assert [name for name in pictures if name in judged] == judged
    shown_alone = set(pictures) - set(judged)  # tests that do not decide
    assert not any(
        test.decides for one in entries if one.claim.id in shown_alone for test in one.tests
    )
    assert all("Profile: quick." in picture.text for picture in pictures.values())
    assert all(claim_plan(one)[0].name == one.claim.figure for one in entries)
    assert len(drawn) >= 2
    for name, picture in drawn.items():
        assert picture.light.stem == CLAIMS[name].figure
        for path in (picture.light, picture.dark, picture.light.with_suffix(".pdf")):
            assert path.stat().st_size > 10_000
        assert picture.light.read_bytes() != picture.dark.read_bytes()


def test_the_first_screen_has_the_answer_and_a_line_for_each_claim(
    text: str, page: Page, entries: Sequence[LedgerEntry]
) -> None:
    claims = [f"claim-{name}" for name in CLAIMS]
    assert page.headings[: 1 + len(claims)] == ["ledger", *claims]
    assert page.links[: len(claims)] == [f"#{claim}" for claim in claims]
    first, _ = text.split("<nav", 1)
    told = answer(entries)
    assert len(told) == 3
    for sentence in told:
        assert html.escape(sentence, quote=False) in html.unescape(first).replace("&", "&amp;")
    for one in entries:
        assert html.unescape(first).count(verdict_line(one)) == 1


def verdict_line(one: LedgerEntry) -> str:
    style = one.verdict.replace(" ", "-")
    shown = f'<b class="{style}">{one.counted}</b> {one.headline}'
    return f'<li><a href="#claim-{one.claim.id}">{shown}</a></li>'


def test_ten_verdicts_at_most_stand_open_and_the_others_are_folded_by_subject(
    text: str, entries: Sequence[LedgerEntry]
) -> None:
    first, _ = text.split("<nav", 1)
    unfolded, *folded = html.unescape(first).split("<details")
    main, *others = SUBJECTS
    by_subject = {name: [one for one in entries if one.subject == name] for name in SUBJECTS}
    assert sum(map(len, by_subject.values())) == len(entries)
    assert len(by_subject[main]) <= 10
    assert all(one.claim.source.startswith("arXiv 2502.09622") for one in by_subject[main])
    number = 1
    for name, part in zip(SUBJECTS, [unfolded, *folded], strict=True):
        expected = [verdict_line(one) for one in by_subject[name]]
        assert part.count("<li>") == len(expected)
        assert all(line in part for line in expected)
        assert f'start="{number}"' in part
        number += len(expected)
    for name, part in zip(others, folded, strict=True):
        heading, _ = part.split("</summary>")
        verdicts = Counter(one.verdict for one in by_subject[name])
        assert f"{name.capitalize()}, {len(by_subject[name])} claims: " in heading
        assert all(f"{count} {verdict}" in heading for verdict, count in verdicts.items())


def test_the_contents_name_every_section(page: Page) -> None:
    assert page.contents == [f"#{heading}" for heading in page.headings]


def test_every_link_leads_to_one_place(page: Page) -> None:
    assert page.dangling == set()
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []


def test_every_value_of_a_test_leads_to_the_units_of_its_language(
    page: Page, entries: Sequence[LedgerEntry]
) -> None:
    width, value = len(TESTS), TESTS.index("value [low, high]")
    links = [line[value] for line in page.lines if len(line) == width and line[value]]
    expected = []
    for one in entries:
        for test in one.tests:
            language = test.language.split(",")[0]
            has_units = language in set(one.rows["language"])
            place = f"-{language.replace(' ', '-')}" if has_units else ""
            expected.append(f"#units-{one.claim.id}{place}")
    assert links == expected
    assert set(links) <= {f"#{name}" for name in page.ids}


def test_every_unit_of_a_claim_has_its_line(page: Page, entries: Sequence[LedgerEntry]) -> None:
    for one in entries:
        assert {f"#unit-{unit}" for unit in one.rows["unit"]} <= set(page.links)
    lines = [line for line in page.lines if len(line) == len(UNITS)]
    units = [name for name in page.ids if name.startswith("unit-")]
    assert len(lines) == len(units) == len(set(units))


def test_the_page_says_all_of_a_claim(text: str, entries: Sequence[LedgerEntry]) -> None:
    for one in entries:
        pattern = f'<h3 id="claim-{one.claim.id}">.*?</section>'
        (part,) = re.findall(pattern, text, re.DOTALL)
        for term in ("source", "prediction", "rule, fixed in advance", "command"):
            assert f"<dt>{term}</dt>" in part
        said = html.unescape(part)
        assert one.claim.statement in said
        assert f"{one.verdict_in_words}</b>: {one.sentence}</p>" in said
        assert f"steplab run --profile quick --claim {one.claim.id}" in said
        assert part.count("<figure>") == bool(one.tests)
        assert part.count("<table>") == 2 * bool(one.tests)


def test_broken_twin_a_link_to_a_unit_that_is_not_there_is_found(text: str) -> None:
    name = next(one for one in Page(text).ids if one.startswith("unit-"))
    broken = Page(text.replace(f'id="{name}"', 'id="elsewhere"'))
    assert broken.dangling == {f"#{name}"}


def test_names_and_hashes_of_rows_are_escaped(claim_results: Results) -> None:
    evil = "<script>alert('x')</script>"
    rows = claim_results.read().head(20)
    page = render(rows.assign(language=evil, unit=evil, commit=evil), [], evil)
    assert evil not in page
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in page
    assert page.count("<script>") == 1


def test_a_report_of_part_of_the_rows_has_no_dangling_links(claim_results: Results) -> None:
    rows = claim_results.read()
    laws = rows["kind"].str.contains("law|order|phase|slack|constant")
    for part in (rows[rows["language"] == "dyck2-depth3"], rows[laws], rows[~laws]):
        page = Page(render(part, [], "part"))
        assert page.dangling == set()
        assert page.contents == [f"#{heading}" for heading in page.headings]


def test_a_difference_is_said_and_a_claim_without_rows_has_no_tests(
    entries: Sequence[LedgerEntry],
) -> None:
    refuted = next(one for one in entries if one.verdict == "refuted")
    larger = replace(refuted, profile="standard", quick="supported")
    page = render(refuted.rows, [], "part", [larger])
    assert f"{larger.counted}; the quick profile says supported</b>" in page
    assert "*</b>" not in page
    nothing = LedgerEntry(refuted.claim, None, (), "not run", pd.DataFrame())
    page = render(refuted.rows, [], "part", [nothing])
    assert Page(page).dangling == set()
    assert '<b class="not-run">not run</b>' in page


def test_the_committed_ledger_stands_once_under_its_name(
    claim_results: Results, entries: Sequence[LedgerEntry]
) -> None:
    other = [replace(one, profile="standard") for one in entries]
    page = render(claim_results.read(), [], "quick profile", entries, committed=other)
    assert page.count("Ledger of the standard rows</h2>") == 1
    assert Page(page).contents == [f"#{heading}" for heading in Page(page).headings]
    alone = render(claim_results.read(), [], "quick profile", entries)
    assert "Ledger of the standard rows" not in alone
