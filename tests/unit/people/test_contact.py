"""Telephone numbers and mail addresses as a county's tables have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.people.contact import read_mail, read_telephone


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13800000000", "13800000000"),
        ("+8613800000000", "13800000000"),
        ("+86 138-0000-0000", "13800000000"),
        ("0086 13800000000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("１３８０００００００0", "13800000000"),
        ("0743-8223456", "0743-8223456"),
        ("07438223456", "0743-8223456"),
        ("(0743)8223456", "0743-8223456"),
        ("（0743）8223456", "0743-8223456"),
        ("+86 743 8223456", "0743-8223456"),
        ("+86-10-12345678", "010-12345678"),
        ("010-12345678", "010-12345678"),
        ("0755 12345678", "0755-12345678"),
        ("0743-8223456转801", "0743-8223456-801"),
        ("0743-8223456-801", "0743-8223456-801"),
        ("0743-8223456 ext. 801", "0743-8223456-801"),
    ],
)
def test_a_number_has_one_spelling(written: str, number: str) -> None:
    """So the same person twice is no contradiction."""
    assert read_telephone(written) == number
    assert read_telephone(number) == number


@pytest.mark.parametrize(
    "written",
    [
        "1380000000", "138000000000", "12800000000", "1.38E+10", "8223456", "7438223456",
        "0743-822345", "010-1234567", "+852 61234567", "+1 2025550123", "+86 8223456", "12345",
        "不详", "", "-", "13800000000/13900000000", "13800000000转1", "0743-8223456-1234567",
        "0000000000", "00000000000", "13-800000000", "+8613800000000000",
    ],
)  # fmt: skip
def test_what_is_neither_a_mobile_nor_a_landline_is_no_number(written: str) -> None:
    """A digit too few or many, no area code, another country, two numbers."""
    assert read_telephone(written) is None


@given(st.text(max_size=30))
def test_what_is_taken_is_ascii_and_read_again_the_same(written: str) -> None:
    """Whatever a cell has."""
    number = read_telephone(written)
    assert number is None or (number.isascii() and read_telephone(number) == number)
    mail = read_mail(written)
    assert mail is None or (mail.isascii() and read_mail(mail) == mail and "\n" not in mail)


@pytest.mark.parametrize(
    ("written", "mail"),
    [
        ("w@example.cn", "w@example.cn"),
        (" wang.fang+1@mail.gov.cn ", "wang.fang+1@mail.gov.cn"),
        ("wang＠example.cn", "wang@example.cn"),
        ("a@xn--fiqs8s.xn--fiqs8s", "a@xn--fiqs8s.xn--fiqs8s"),
        (f"{'a' * 64}@example.cn", f"{'a' * 64}@example.cn"),
    ],
)
def test_an_address_is_taken(written: str, mail: str) -> None:
    """With blanks around, or wide letters, too."""
    assert read_mail(written) == mail


@pytest.mark.parametrize(
    "written",
    [
        "w@", "@example.cn", "w", "w@localhost", "w@example", "w@example.c", "w@-a.cn", "w@a-.cn",
        "w@a..cn", ".w@a.cn", "w.@a.cn", "w..x@a.cn", "w@x@a.cn", "w @a.cn", "w@a.cn;x@a.cn",
        "王 <w@a.cn>", "w@a.cn,x@b.cn", "w@a.cn\nBcc: x@b.cn", "mailto:w@a.cn", "王@a.cn",
        "w@a。cn", "w@1.2.3.4", f"{'a' * 65}@a.cn", f"a@{'b.' * 126}cn",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(written: str) -> None:
    """Two addresses, a name before it, a line more: what a mail server would read otherwise."""
    assert read_mail(written) is None
