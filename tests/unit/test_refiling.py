"""Handing in again: of one applicant, however the source writes the name the second time."""

from typing import Any

import pytest

from chalicelib.cases.refiling import same_applicant


def application(name: str = "", title: str = "") -> dict[str, Any]:
    """The private fields of an application."""
    applicant = {"applicant": {"name": name}} if name else {}
    return {**applicant, **({"title": title} if title else {})}


@pytest.mark.parametrize("name", ["张三", "张 三", "张\u3000三"])
def test_blanks_make_no_other_applicant(name: str) -> None:
    """The name counts, whatever the application is called."""
    assert same_applicant(application("张三", "开办药店"), application(name, "另一件"))


def test_blanks_make_no_other_title() -> None:
    """It counts where no name is told."""
    assert same_applicant(application("", "开办药店"), application("", "开办 药店"))
    assert not same_applicant(application("", "开办药店"), application("", "另一件"))


@pytest.mark.parametrize("other", [application("李四", "开办药店"), application("", "开办药店")])
def test_another_name_or_none_is_another_applicant(other: dict[str, Any]) -> None:
    """Though the title is the same."""
    assert not same_applicant(application("张三", "开办药店"), other)


def test_letters_are_alike_in_any_width_and_case() -> None:
    """As intake systems write them."""
    assert same_applicant(application("ＡＣＭＥ Ltd"), application("Acme LTD"))
    assert not same_applicant(application(), application())
