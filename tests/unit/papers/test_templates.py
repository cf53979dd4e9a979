"""Templates of documents: what a profile may say, and what is refused."""

from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from chalicelib.policy.papers import FIELDS, PAPERS
from chalicelib.policy.profile import read_profile
from infra.policy.review import review
from tests.unit.policy_file import STATUTORY

ROOT = Path(__file__).parents[3]

NOTICE = 'level = "supervision"\ntitle = "监察通知书"'
LINE = '"请提供办件案卷、办理过程记录和原因说明，配合检查。"'


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[documents.yellow_card] ", "[document.yellow_card] ", "document: must be an array"),
        (
            "[documents.reminder]",
            "[documents.remainder]",
            "documents.remainder: this name is not known here",
        ),
        ('authority = "监察委员会"', 'authority = ""', "authority: 1 characters at least"),
        (NOTICE, NOTICE.replace("supervision", "warning"), "level: must be one of red"),
        (NOTICE, NOTICE.replace("监察", "{number}"), "may not name 'number' here"),
        (LINE, '"{surname}"', "may not name 'surname' here"),
        (LINE, '"{}"', "may not name '' here"),
        (LINE, '"{due"', "not a template"),
        (LINE, '"{due.year}"', "may not name 'due.year' here"),
        (LINE, '"{due:d}"', "not a template"),
        (LINE, '"{due!x}"', "not a template"),
        (LINE, '""', "body 4: 1 characters at least"),
        (LINE, '"依据：{basis}。按照{instrument}发出。"', "body: names something twice"),
        ("draft = true", 'draft = "yes"', "draft: must be true or false"),
    ],
)
def test_what_cannot_be_filled_in_is_refused(old: str, new: str, reason: str) -> None:
    """When the profile is read, not when a card is issued."""
    assert old in STATUTORY
    with pytest.raises(BadInput, match=r"mine\.toml") as error:
        read_profile(STATUTORY.replace(old, new, 1), "mine.toml")
    assert reason in str(error.value)


def test_a_paper_may_be_left_out() -> None:
    """A place that has no reminders has none."""
    head, _, rest = STATUTORY.partition("[documents.reminder]")
    without = read_profile(head + rest[rest.index("[documents.red_card]") :], "mine.toml")
    assert without.papers.keys() == {*PAPERS} - {"reminder"}


def test_every_field_can_be_named() -> None:
    """And braces can be written, doubled."""
    every = "".join(f"{{{name}}}" for name in sorted(FIELDS))
    profile = read_profile(STATUTORY.replace(LINE, f'"{every}{{{{}}}}"', 1), "mine.toml")
    assert profile.papers["supervision_notice"].body[3].endswith("{{}}")


def told(profile: str) -> list[tuple[str, str, str]]:
    """What `duban policy check` says of a profile: kind, entry and reason."""
    issues = review(read_profile(profile, "mine.toml"))
    return [(issue.kind, issue.entry, issue.text.en) for issue in issues]


SILENT = ('respond = "30d"\n', "")
ASKED = "paragraph 5 is never there: at supervision no respond is set"


@pytest.mark.parametrize(
    ("old", "new", "remark"),
    [
        (*SILENT, ("note", "documents.supervision_notice.body", ASKED)),
        (
            '"经查，{matter}',
            '"请于{deadline}前答复。",\n"经查，{matter}',
            (
                "fault",
                "documents.supervision_proposal.body",
                "paragraph 1 is never there: at referral no deadline is set",
            ),
        ),
        (
            'level = "supervision"\ntitle = "监察通知书"',
            'level = "red"\ntitle = "监察通知书"',
            ("note", "ladder.supervision", "no document is made at this level"),
        ),
    ],
)
def test_what_is_never_made_is_told(old: str, new: str, remark: tuple[str, str, str]) -> None:
    """By `duban policy check`, before anybody waits for it."""
    assert old in STATUTORY
    assert remark not in told(STATUTORY)
    assert remark in told(STATUTORY.replace(old, new, 1))


def test_a_document_of_a_level_that_is_not_climbed_to_is_a_fault() -> None:
    """Without [ladder.referral] nothing is ever referred."""
    head, _, rest = STATUTORY.partition("[ladder.referral]")
    without = head + rest[rest.index("[claims]") :]
    without = without.replace('refer = ["V-23", "V-32", "V-33"]', "refer = []", 1)
    reason = "is never made: there is no [ladder.referral]"
    assert ("fault", "documents.supervision_proposal", reason) in told(without)


@pytest.mark.parametrize("page", ["profiles.md", "profiles.en.md"])
def test_every_field_and_document_is_told_in_the_docs(page: str) -> None:
    """Whoever writes a template looks there."""
    told = (ROOT / "docs" / page).read_text("utf-8")
    assert all(f"`{name}`" in told for name in FIELDS)
    assert all(name in told for name in PAPERS)
