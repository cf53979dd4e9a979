"""The grammar of event types, who may report which, and that each has its data."""

import re
from pathlib import Path

import pytest

import chalicelib
from chalicelib.errors import Rejected
from chalicelib.intake.event import normalise
from chalicelib.intake.event_types import (
    CLOSING_TYPES,
    SOURCE_TYPES,
    STARTING_TYPES,
    SUPPLEMENT_TYPES,
    Derived,
    Reported,
)
from chalicelib.intake.payload import MODELS
from infra.policy.example_words import EVENT_WORDS
from tests.support.event_schemas import data_schemas
from tests.support.posted import posted

TYPES = [*Reported, *Derived]
PACKAGE = Path(chalicelib.__file__).parent
GROUPS = (STARTING_TYPES, SUPPLEMENT_TYPES, CLOSING_TYPES)


def test_every_type_is_subject_then_past_tense():
    """`subject.past_tense`, the enum's name being the same words; only a heartbeat has no past."""
    irregular = "left|found|drawn|withdrawn|set_aside|sent_back|missing|overdue"
    past = rf"[a-z]+\.([a-z]+_)*([a-z]+ed|{irregular})"
    for kind in TYPES:
        assert re.fullmatch(past, kind) or kind == "heartbeat"
        assert kind.name == kind.value.replace(".", "_").upper()


def test_no_type_is_both_reported_and_derived():
    """So a type says who speaks."""
    assert len({*TYPES}) == len(Reported) + len(Derived)


def test_every_type_of_a_source_has_a_model_and_a_schema():
    """None is forgotten, and each can be told in the OpenAPI document."""
    apart = set(MODELS) ^ set(SOURCE_TYPES)
    assert not apart, f"MODELS of chalicelib/intake/payload.py: {apart}"
    schemas = data_schemas()
    for kind in SOURCE_TYPES:
        assert schemas[MODELS[kind].__name__]["additionalProperties"] is False


@pytest.mark.parametrize("kind", SOURCE_TYPES)
def test_every_type_of_a_source_is_read_by_the_core(kind):
    """What nothing reads stays on record and changes nothing: somebody forgot where it counts."""
    if not any(kind in group for group in GROUPS):
        files = (path for path in PACKAGE.rglob("*.py") if path.parent.name != "intake")
        is_read = any(f"Reported.{kind.name}" in path.read_text("utf-8") for path in files)
        assert is_read, f"chalicelib/permit/state.py reads no {kind}"


@pytest.mark.parametrize("kind", SOURCE_TYPES)
def test_every_type_of_a_source_has_a_word_in_examples(kind):
    """As docs/rules.md has them."""
    assert kind in EVENT_WORDS, f"infra/policy/example_words.py has no word for {kind}"


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in SOURCE_TYPES])
def test_no_source_may_report_what_people_do_or_supervision_derives(kind):
    """It is told which types there are for it."""
    with pytest.raises(Rejected) as refusal:
        normalise(posted(kind, "2026-11-02T09:00:00+08:00", {}))
    assert (refusal.value.status, refusal.value.field) == (422, "type")
    assert str(refusal.value).endswith("known are " + ", ".join(SOURCE_TYPES))
