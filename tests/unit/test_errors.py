"""The errors of the domain: each in both languages, and the same in another process."""

import pickle

import pytest

from chalicelib.errors import BadInput, Bilingual, Conflict, Corrupt, DomainError, Rejected, Unknown

ERRORS = [
    Conflict("另有人写入", "somebody else wrote"),
    Corrupt("内容缺失", "it is not there"),
    Unknown("calendar:2027"),
    Rejected(409, zh="不能", en="cannot", also={"state": "closed"}),
    BadInput(zh="不对", en="wrong", where=Bilingual("文件", "file")),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_is_the_same_in_another_process(error: DomainError) -> None:
    """Verifying and replaying work in several processes: what one raises another prints."""
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.text) == (type(error), str(error), error.text)
    assert vars(copy) == vars(error)


def test_what_is_missing_is_named_with_what_to_do() -> None:
    """In Chinese with the command; in English as ever."""
    assert "duban calendar import" in Unknown("calendar:2027").text.zh
    assert "--profile" in Unknown("policy:x@1").text.zh
    assert str(Unknown("calendar:2027")) == "not known: calendar:2027"
