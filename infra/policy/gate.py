"""Refuse to package or deploy a stage with a profile that cannot be read or is at fault."""

from pathlib import Path

from chalicelib.errors import BadInput
from chalicelib.policy.shipped import load_selection
from infra.policy.choice import choose_profile
from infra.policy.review import review


def check_folder(profiles: Path) -> None:
    """Look through every profile of a folder. Raises BadInput for the first fault."""
    for file in sorted(profiles.glob("*.toml")):
        profile = choose_profile(str(file), file.name)
        if profile.id != file.stem:
            raise BadInput(f"its id is {profile.id!r}, not {file.stem!r}", str(file))
        for remark in review(profile):
            if remark.kind == "fault":
                raise BadInput(remark.reason, f"{file}: {remark.entry}")


def check_selected(text: str) -> None:
    """Look whether the parameter `Profile` selects what is shipped. Raises BadInput."""
    load_selection(text, "Profile")
