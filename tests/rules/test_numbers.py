"""Each number of a profile counts: something reads it, and something in the code asks for it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

import chalicelib
from chalicelib.errors import BadInput
from chalicelib.policy.basis import Basis
from chalicelib.policy.profile import Profile, read_profile
from chalicelib.policy.shipped import list_profiles, profile_text
from chalicelib.policy.signing import SIGNED_ACTS

NUMBER = re.compile(r"^([a-z_]+) = ([^#]*?)([0-9]+)(.*)$", re.MULTILINE)
NO_NUMBERS = {"id", "title", "basis", "says"}


def changed_numbers(text: str) -> Iterator[tuple[str, str]]:
    """Yield each line of a profile that has a number, and the *text* with another number in it."""
    for match in NUMBER.finditer(text):
        if match[1] in NO_NUMBERS or match[1].isdigit():
            continue
        other = str(int(match[3]) + 1).zfill(len(match[3]))
        yield match[0], text[: match.start(3)] + other + text[match.end(3) :]


def as_read(text: str) -> Profile | None:
    """Return the profile without its version; None: it is refused."""
    try:
        return replace(read_profile(text, "here"), version="")
    except BadInput:
        return None


@pytest.mark.parametrize("name", list_profiles())
def test_every_number_of_a_profile_is_read(name: str) -> None:
    """With another number the profile is another one, or is refused: none stands there in vain."""
    text = profile_text(name)
    right = as_read(text)
    assert right is not None
    unread = [line for line, other in changed_numbers(text) if as_read(other) == right]
    assert unread == []
    assert len([*changed_numbers(text)]) > 80


def field_names(value: Any) -> Iterator[str]:
    """Yield the name of each field of the records in *value*, at any depth."""
    if isinstance(value, Basis):
        return
    if isinstance(value, Struct):
        for field in value.__struct_fields__:
            yield field
            yield from field_names(getattr(value, field))
    elif isinstance(value, dict):
        for part in value.values():
            yield from field_names(part)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from field_names(part)


@pytest.mark.source
def test_every_field_of_a_profile_is_asked_for() -> None:
    """By some code; to be set where it is read is no use of it. Signed acts go by their names."""
    root = Path(chalicelib.__file__).parent
    code = "".join(path.read_text("utf-8") for path in root.rglob("*.py"))
    names = {*field_names(read_profile(profile_text("statutory"), "here"))} - {*SIGNED_ACTS}
    assert sorted(name for name in names if not re.search(rf"\.{name}\b", code)) == []
