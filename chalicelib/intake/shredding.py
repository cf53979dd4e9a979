"""The event by which an operator has a case shredded: our own, with its legal basis (依据).

The basis is published for ever, so it is no free text: the name of a law and the article in it.
"""

import re
from datetime import datetime

from chalicelib.errors import BadInput
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.event_types import Reported

_NUMBER = "[0-9一二三四五六七八九十百零〇]{1,7}"
_BASIS = re.compile(
    rf"《[\u4e00-\u9fff（）]{{2,40}}》第{_NUMBER}条(之{_NUMBER})?(第{_NUMBER}款)?(第{_NUMBER}项)?"
)


def shredding_event(case: str, number: int, basis: str, now: datetime) -> Event:
    """Return the event that shreds *case* again, on a law and article (*basis*), else BadInput."""
    if not _BASIS.fullmatch(basis):
        raise BadInput(
            zh="依据会公布：只写一部法律和条文，例如 《个人信息保护法》第四十七条第一款第三项",
            en="the ground is published: name a law and an article, and nothing else, "
            "such as 《个人信息保护法》第四十七条第一款第三项",
            where="--basis",
        )
    return own_event(Reported.CASE_SHREDDED, case, f"shredded/{number}", now, {"basis": basis})
