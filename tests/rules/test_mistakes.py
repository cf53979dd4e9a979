"""A mistake in an example is told so that a lawyer can mend it: where, and what was expected."""

import pytest

from tests.rules.test_examples import differences

EXAMPLE = """
[[example]]
name = "到期时刻才批准"
events = [
  { at = 2026-06-08T10:00:00, type = "case.accepted", promise = "20wd" },
  { at = 2026-07-07T17:30:00, type = "case.extended", by = "10wd", approved_by = "head" },
]
judged_at = 2026-07-08T09:00:00
findings = [{ ground = "late", level = "yellow", at = 2026-07-07T17:30:00 }]
"""


def told(*changes: tuple[str, str]) -> str:
    """Return what is told about EXAMPLE with each of some texts replaced once."""
    text = EXAMPLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return "\n".join(differences("V-12", text))


def test_nothing_is_told_of_a_right_example() -> None:
    """It comes out."""
    assert told() == ""


def test_another_finding_is_told_in_words() -> None:
    """File, example, what was expected and what was found."""
    assert told(('ground = "late"', 'ground = "too_long"')) == (
        "V-12.toml，示例“到期时刻才批准”\n"
        "  应当发现 expected：黄牌：超过可以延长的期限（`too_long`，2026年7月7日17:30）\n"
        "  实际发现 found：黄牌：到期以后才批准延期（`late`，2026年7月7日17:30）"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at = 2026-07-07T17:30:00 }]", "at = 2026-07-07T17:30:01 }]"),
        ('level = "yellow"', 'level = "red"'),
        ('[{ ground = "late", level = "yellow", at = 2026-07-07T17:30:00 }]', "[]"),
    ],
    ids=["a second", "the level", "none"],
)
def test_an_example_is_wrong_by_a_second_by_the_level_and_by_one_finding_more(
    old: str, new: str
) -> None:
    """Nothing is rounded and nothing is left out."""
    assert "应当发现" in told((old, new))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("approved_by", "aproved_by", "不能裁断，data.aproved_by："),
        ("case.extended", "case.extendet", "不能裁断，没有 case.extendet 这种事件"),
        ('by = "10wd"', 'by = "10日"', "不能裁断，'10日' 不是期限，请写成 20wd"),
        ('ground = "late"', 'ground = "too_late"', "黄牌：没有这种情形（`too_late`"),
        ("events =", "evnets =", "V-12.toml，第1个示例“到期时刻才批准”: evnets: 此处没有这个字段"),
        ('name = "', 'nmae = 1\nname = "', "nmae: 此处没有这个字段"),
        ("judged_at = 2026-07-08T09:00:00", 'judged_at = "明天"', "judged_at: 须是时间"),
        ("findings = [{", 'profile = "nobody"\nfindings = [{', "profile: 只能是：statutory、"),
        ("findings = [{ ", "findings = [{ rule = 1, ", "findings 1.rule: 此处没有这个字段"),
        ('level = "yellow"', 'level = "orange"', "findings 1.level: 只能是："),
        ("findings = [", "findings = ", "V-12.toml: 不是 TOML"),
    ],
)
def test_what_cannot_be_read_is_told_in_chinese(old: str, new: str, says: str) -> None:
    """With the file and the example."""
    text = told((old, new))
    assert says in text
    assert text.startswith("V-12.toml")
