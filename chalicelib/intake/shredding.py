"""The event by which an operator has a case shredded: told by us, on a legal ground.

The ground is published for ever, so it is no free text: the name of a law and the place in it.
"""

import re
from datetime import datetime

from chalicelib.errors import BadInput
from chalicelib.instant import text
from chalicelib.intake.event import OURS, Event
from chalicelib.intake.event_types import Reported

_NUMBER = "[0-9一二三四五六七八九十百零〇]{1,7}"
_GROUND = re.compile(
    rf"《[\u4e00-\u9fff（）]{{2,40}}》第{_NUMBER}条(之{_NUMBER})?(第{_NUMBER}款)?(第{_NUMBER}项)?"
)


def shredding(case: str, number: int, basis: str, now: datetime) -> Event:
    """Tell that *case* is shredded, for the *number*-th time, on the legal ground *basis*.

    Raises BadInput where the ground is anything else than a law, an article and what is within it.
    """
    if not _GROUND.fullmatch(basis):
        raise BadInput(
            "the ground is published: name a law and an article, and nothing else,"
            " such as 《个人信息保护法》第四十七条第一款第三项",
            "--basis",
        )
    return Event(
        id=f"shredded/{number}",
        source=OURS,
        subject=case,
        type=Reported.CASE_SHREDDED,
        time=text(now),
        data={"basis": basis},
    )
