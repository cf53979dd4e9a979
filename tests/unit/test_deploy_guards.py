"""What a stage that is not local must not be deployed with; asked before anything is changed."""

import pytest

from chalicelib.errors import BadInput
from infra.policy.gate import check_stage
from infra.stack.deploy import DEFAULTS
from tests.support.template_file import template


def refused(**given: str) -> list[str]:
    """Why a stage is not deployed with the *given* parameters."""
    with pytest.raises(BadInput) as error:
        check_stage(DEFAULTS | given)
    return [each.line("zh") for each in (error.value, *error.value.others)]


def test_the_default_may_be_deployed() -> None:
    """Without an instrument it numbers nothing and prints nothing."""
    check_stage(DEFAULTS)
    check_stage(DEFAULTS | {"Profile": "statutory,43=statutory", "RegionCode": "370102"})


def test_a_profile_that_issues_on_a_model_is_refused_with_all_its_lines() -> None:
    """Chinese first, with file, line and key; also where it holds for some regions only."""
    lines = refused(Profile="statutory,43=hunan")
    assert len(lines) > 5
    for line in lines:
        assert line.startswith("hunan.toml:")
        assert "basis：自动发牌的依据不是法律" in line
        assert line.split(":")[1].isdigit()
    assert refused(Profile="hunan,43=hunan") == lines, "each once"


def test_a_document_of_a_place_is_law_there_and_a_model_elsewhere() -> None:
    """梅市府〔2008〕15号 is of Meizhou."""
    there = refused(Profile="meizhou", RegionCode="441402")
    elsewhere = refused(Profile="meizhou", RegionCode="370102")
    assert any("梅市府〔2008〕15号" in line for line in elsewhere)
    assert not any("梅市府〔2008〕15号" in line for line in there)


def test_only_the_local_stage_has_a_made_up_instrument() -> None:
    """So no other may have its clock."""
    (line,) = refused(Clock="table")
    assert line.startswith("Clock: 只有本机演示环境可以调钟")


def test_what_a_stage_has_by_default_is_what_the_template_says() -> None:
    """Only what is given, or was once given, can be otherwise."""
    parameters = template()["Parameters"]
    assert {name: parameters[name]["Default"] for name in DEFAULTS} == DEFAULTS
