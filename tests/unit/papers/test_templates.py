"""Templates of documents: what a profile may say, and what is refused."""

import pytest

from chalicelib.errors import BadInput
from chalicelib.policy.papers import FIELDS, PAPERS
from chalicelib.policy.profile import read_profile
from tests.unit.policy_file import STATUTORY

NOTICE = 'level = "supervision"\ntitle = "监察通知书"'
LINE = '"请提供办件案卷、办理过程记录和原因说明，配合检查。"'


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[documents] ", "[document] ", "unknown key 'document'"),
        ("[documents.reminder]", "[documents.remainder]", "unknown key 'remainder'"),
        ('authority = "×××政务服务管理机构"', 'authority = ""', "authority must be text"),
        (NOTICE, NOTICE.replace("supervision", "warning"), "not 'warning'"),
        (NOTICE, NOTICE.replace("监察", "{number}"), "may not name 'number' here"),
        (LINE, '"{surname}"', "may not name 'surname' here"),
        (LINE, '"{}"', "may not name '' here"),
        (LINE, '"{due"', "not a template"),
        (LINE, '"{due.year}"', "may not name 'due.year' here"),
        (LINE, '"{due:d}"', "not a template"),
        (LINE, '"{due!x}"', "not a template"),
        (LINE, '""', "body must be a list of words"),
        (LINE, '"依据：{basis}。"', "body names something twice"),
        ("draft = true", 'draft = "yes"', "draft must be true or false"),
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
    assert without.papers.templates.keys() == {*PAPERS} - {"reminder"}


def test_every_field_can_be_named() -> None:
    """And braces can be written, doubled."""
    every = "".join(f"{{{name}}}" for name in sorted(FIELDS))
    profile = read_profile(STATUTORY.replace(LINE, f'"{every}{{{{}}}}"', 1), "mine.toml")
    assert profile.papers.templates["supervision_notice"].body[2].endswith("{{}}")
