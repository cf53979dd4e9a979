"""Refuse to package or deploy a stage with a profile that is at fault, or rests on too little."""

from collections.abc import Mapping
from pathlib import Path

from chalicelib.calendar.shipped import load_calendar
from chalicelib.errors import BadInput, Unknown, refuse_all
from chalicelib.policy.shipped import load_profile, load_selection
from infra.policy.choice import choose_profile, profile_file
from infra.policy.guards import complaints
from infra.policy.review import review


def check_folder(profiles: Path) -> None:
    """Look through every profile of a folder. Raises BadInput for the first fault."""
    for file in sorted(profiles.glob("*.toml")):
        profile = choose_profile(str(file), file.name)
        if profile.id != file.stem:
            zh = f"它的 id 是 {profile.id!r}，不是 {file.stem!r}"
            en = f"its id is {profile.id!r}, not {file.stem!r}"
            raise BadInput(zh=zh, en=en, where=str(file))
        for remark in review(profile):
            if remark.kind == "fault":
                raise BadInput(remark.text, f"{file}: {remark.entry}")


def check_names(parameters: Mapping[str, str]) -> None:
    """Refuse *parameters* that name what is not there: such a stage answers nobody.

    Raises BadInput.
    """
    if "Profile" in parameters:
        load_selection(parameters["Profile"], "Profile")
    if "Calendar" in parameters:
        try:
            load_calendar(parameters["Calendar"])
        except Unknown as error:
            zh = f"没有日历 {parameters['Calendar']!r}"
            en = f"there is no calendar {parameters['Calendar']!r}"
            raise BadInput(zh=zh, en=en, where="Calendar") from error
    code = parameters.get("RegionCode", "000000")
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 12):  # noqa: PLR2004
        zh = f"行政区划代码是 2 至 12 位数字，不是 {code!r}"
        en = f"a division code has 2 to 12 digits, not {code!r}"
        raise BadInput(zh=zh, en=en, where="RegionCode")


def check_stage(parameters: Mapping[str, str]) -> None:
    """Refuse the `Profile`, `RegionCode` and `Clock` of a stage that is not local. Raises BadInput.

    All mistakes of all selected profiles are told at once. Only the local stage has a clock that
    can be moved, and with it a made-up instrument.
    """
    if parameters["Clock"] != "wall":
        zh = "只有本机演示环境可以调钟，它的发牌依据是虚构的"
        en = "only the local stage has a clock that can be moved, and a made-up instrument"
        raise BadInput(zh=zh, en=en, where="Clock")
    selection = load_selection(parameters["Profile"], "Profile")
    regions = [(parameters["RegionCode"], selection.default), *selection.by_area]
    refused: dict[str, BadInput] = {}  # each once, whatever the number of its regions
    for region, name in regions:
        file, text = profile_file(name)
        for complaint in complaints(load_profile(name), region):
            if not complaint.is_warning:
                refusal = BadInput(complaint.text, complaint.where(file, text))
                refused.setdefault(str(refusal), refusal)
    refuse_all([*refused.values()])
