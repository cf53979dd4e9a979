"""The grammar of event types, who may report which, and that each has its data."""

import re

import pytest

from chalicelib.errors import Rejected
from chalicelib.intake.event import normalise
from chalicelib.intake.event_types import SOURCE_TYPES, Derived, Reported
from chalicelib.intake.payload import MODELS, data_schema
from tests.support.posted import posted

TYPES = [*Reported, *Derived]


def test_every_type_is_subject_then_past_tense():
    """`subject.past_tense`, the enum's name being the same words; only a heartbeat has no past."""
    past = r"[a-z]+\.([a-z]+_)*([a-z]+ed|left|found|withdrawn|set_aside|sent_back|missing|overdue)"
    for kind in TYPES:
        assert re.fullmatch(past, kind) or kind == "heartbeat"
        assert kind.name == kind.value.replace(".", "_").upper()


def test_no_type_is_both_reported_and_derived():
    """So a type says who speaks."""
    assert len({*TYPES}) == len(Reported) + len(Derived)


def test_every_type_of_a_source_has_a_model_and_a_schema():
    """None is forgotten, and each can be told in the OpenAPI document."""
    assert set(MODELS) == set(SOURCE_TYPES)
    for kind in SOURCE_TYPES:
        assert data_schema(kind)["additionalProperties"] is False


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in SOURCE_TYPES])
def test_no_source_may_report_what_people_do_or_supervision_derives(kind):
    """It is told which types there are for it."""
    with pytest.raises(Rejected) as refusal:
        normalise(posted(kind, "2026-11-02T09:00:00+08:00", {}))
    assert (refusal.value.status, refusal.value.field) == (422, "type")
    assert str(refusal.value).endswith("known are " + ", ".join(SOURCE_TYPES))
