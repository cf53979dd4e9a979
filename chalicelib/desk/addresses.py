"""Where the pages about a case are. Pure; the addresses are relative, as all of the desks are."""

from urllib.parse import quote


def case_address(case: str) -> str:
    """Return a case's part of an address."""
    return quote(case, safe="")


def record_address(case: str) -> str:
    """Return where the whole record of *case* is shown; empty where there is no case."""
    return f"desk/cases/{case_address(case)}/record" if case else ""
