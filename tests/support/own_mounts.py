"""A command under mounts of its own: disks that are full or read-only."""

import subprocess

import pytest


def inside_a_namespace(script: str) -> tuple[str, ...]:
    """Return the words before a command that has *script* run first, with mounts of its own."""
    before = ("unshare", "-rm", "sh", "-ec", f'{script}\nexec "$@"', "sh")
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mounts of one's own here")
    return before
