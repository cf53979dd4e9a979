"""The examples in the files of the rules, each played through the core.

A failure names the file and the example, and says in words what was expected and what was found.
"""

import re
from collections.abc import Iterator, Sequence

import pytest

from chalicelib.errors import BadInput, Rejected
from chalicelib.findings.rule_file import rule_text
from chalicelib.policy.conduct import list_rules
from infra.policy.example_words import describe_found
from infra.policy.rule_examples import Example, Found, read_examples
from tests.rules.played import play

_WRONG = (
    (r"'(.+)' is not a valid Reported", r"没有 \1 这种事件，请对照 docs/events.md"),
    (r"not a limit: ('.+?') ", r"\1 不是期限，请写成 20wd、30d、8wh、24h、2mo"),
)


def in_words(findings: Sequence[Found]) -> str:
    """Return *findings* as a lawyer reads them."""
    return "；".join(map(describe_found, sorted(findings))) or "没有（nothing）"


def outcome(example: Example) -> str:
    """Return in words what the core finds in *example*, or why it cannot be played."""
    try:
        return in_words(play(example))
    except (Rejected, BadInput, ValueError) as error:
        return f"不能裁断，{getattr(error, 'zh', '') or _in_chinese(str(error))}"


def _in_chinese(message: str) -> str:
    """Return what is wrong with a value of an example; what has no words here as it is."""
    for pattern, chinese in _WRONG:
        if match := re.match(pattern, message):
            return match.expand(chinese)
    return message


def differences(rule: str, text: str) -> Iterator[str]:
    """Yield in words each example in the *text* of the file of *rule* that comes out otherwise."""
    try:
        examples = read_examples(rule, text)
    except BadInput as error:
        yield str(error)
        return
    for example in examples:
        expected, found = in_words(example.findings), outcome(example)
        if found != expected:
            yield f"{example}\n  应当发现 expected：{expected}\n  实际发现 found：{found}"


@pytest.mark.parametrize("rule", list_rules())
def test_the_examples_of_a_rule_come_out(rule: str) -> None:
    """It finds what each example says: ground, level and legal instant, and nothing else."""
    if told := "\n".join(differences(rule, rule_text(rule))):
        pytest.fail(told, pytrace=False)
