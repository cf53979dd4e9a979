"""The basis (依据) of each counted day: the law or document that sets how it counts.

The national law is the same everywhere. A region's own rules (office hours, counting, pauses,
extensions) are cited from its profile.
"""

from msgspec import Struct

from chalicelib.policy.profile import Profile


class ClockBasis(Struct, frozen=True):
    """The laws and documents by which one clock counts."""

    counting: str = "本机关的计时规则"  # as the profile cites it
    office: str = "本机关的办公时间"
    pause: str = "《中华人民共和国行政许可法》第四十五条"
    extension: str = "《中华人民共和国行政许可法》第四十二条"
    first_day: str = "《中华人民共和国民法典》第二百零一条第一款"
    hours: str = "《中华人民共和国民法典》第二百零一条第二款"
    months: str = "《中华人民共和国民法典》第二百零二条"
    rest_day: str = "《中华人民共和国民法典》第二百零三条第一款"
    close: str = "《中华人民共和国民法典》第二百零三条第二款"
    workdays: str = "《中华人民共和国行政许可法》第八十二条"
    weekend: str = "《国务院关于职工工作时间的规定》第七条"
    fixed_holidays: str = "《全国年节及纪念日放假办法》第二条"


LAW = ClockBasis()


def basis_of_clock(profile: Profile, extension: str = "") -> ClockBasis:
    """Return the basis that *profile* cites; *extension* is that of the kind of case, if any."""
    return ClockBasis(
        counting=str(profile.basis["counting"]),
        office=str(profile.office.basis),
        pause=str(profile.pause.basis),
        extension=extension or str(profile.extension.basis),
    )
