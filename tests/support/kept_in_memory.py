"""How long a process believes what it has read, for tests that count what it reads."""

import pytest

_KEEPING = (
    *("calendar.store.", "policy.store.", "policy.adoption_store.", "policy.registrations."),
    *("people.organisation_store.", "plumbing.sources.", "plumbing.sign_in_secret."),
    "plumbing.name_tokens._",
)


def keep_for(patch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let a process read everything again after so many *seconds*, however long a test takes."""
    for module in _KEEPING:
        patch.setattr(f"chalicelib.{module}KEEP_SECONDS", seconds)
