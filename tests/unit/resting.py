"""What a row of a profile rests on in tests: a default of ours, in these words."""

from chalicelib.policy.basis import Basis, Citation


def ours(words: str) -> Basis:
    """A basis that is proposed."""
    return Basis((Citation(None, says=words),))
