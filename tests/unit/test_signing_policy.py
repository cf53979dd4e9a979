"""The section `[acts]` of a profile: which acts are signed with a passkey."""

import pytest

from chalicelib.errors import BadInput, Rejected
from chalicelib.policy.basis import NO_BASIS
from chalicelib.policy.profile import read_profile
from chalicelib.policy.shipped import load_profile
from chalicelib.policy.signing import SIGNED_ACTS, SignatureRules
from infra.policy.entries import entries
from tests.unit.policy_file import STATUTORY

ACTS = '[acts]\nsignature = {{ {} }}\nbasis = [{{ proposed = "…" }}]\n'


def with_acts(rules: str) -> SignatureRules:
    """Read the default profile with these rules in it."""
    return read_profile(f"{STATUTORY}\n{ACTS.format(rules)}", "file").signature


def test_only_what_differs_is_an_entry() -> None:
    """`duban policy diff` tells it, with its basis."""
    before = entries(load_profile("statutory"))
    text = STATUTORY + ACTS.format('confirm = "required"')
    after = entries(read_profile(text, "file"))
    assert {key: after[key].value for key in after.keys() - before.keys()} == {
        "signature.confirm": "required"
    }
    assert after["signature.confirm"].basis != NO_BASIS


def test_every_act_is_offered_where_a_profile_says_nothing() -> None:
    """No shipped profile has the section."""
    rules = load_profile("statutory").signature
    assert {rules.of(act) for act in SIGNED_ACTS} == {"offered"}


def test_a_profile_says_which_acts_are_signed() -> None:
    """What it does not name is offered."""
    rules = with_acts('confirm = "required", find = "none"')
    assert [rules.of(act) for act in ("confirm", "find", "revoke")] == [
        "required",
        "none",
        "offered",
    ]


@pytest.mark.parametrize("rules", ['confirm = "always"', 'explode = "none"', "confirm = true"])
def test_nothing_else_is_read(rules: str) -> None:
    """A misspelt rule would let an act pass unsigned."""
    with pytest.raises(BadInput):
        with_acts(rules)


@pytest.mark.parametrize(
    ("act", "is_signed", "is_right"),
    [
        ("confirm", True, True),
        ("confirm", False, False),
        ("find", True, False),
        ("find", False, True),
        ("revoke", True, True),
        ("revoke", False, True),
        ("acknowledge", True, False),
        ("acknowledge", False, True),
    ],
)
def test_an_act_is_held_to_it(act: str, *, is_signed: bool, is_right: bool) -> None:
    """Required and missing, or not taken and there: 422 with the field."""
    rules = with_acts('confirm = "required", find = "none"')
    if is_right:
        rules.check(act, is_signed=is_signed)
        return
    with pytest.raises(Rejected) as refused:
        rules.check(act, is_signed=is_signed)
    assert (refused.value.status, refused.value.field) == (422, "signature")
