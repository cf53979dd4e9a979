"""The grammar of event types, and that each has its data."""

import re

from chalicelib.intake.kinds import KNOWN, ReportedType
from chalicelib.intake.payload import MODELS, data_schema


def test_every_type_is_subject_then_past_tense():
    """`subject.past_tense`, the enum's name being the same words."""
    for kind in ReportedType:
        assert re.fullmatch(r"[a-z]+\.([a-z]+_)*([a-z]+ed|left|found|withdrawn)", kind)
        assert kind.name == kind.value.replace(".", "_").upper()
        assert kind.value in KNOWN


def test_every_type_has_a_model_and_a_schema():
    """None is forgotten, and each can be told in the OpenAPI document."""
    assert set(MODELS) == set(ReportedType)
    for kind in ReportedType:
        assert data_schema(kind)["additionalProperties"] is False
