"""Announce: have the log state new rules before they are in force.

Whoever verifies the log finds each judgement under rules that were stated. So no case may be judged
by rules that the log does not have yet, however soon after them the next ones come.
"""

import time
from collections.abc import Callable

from chalicelib.errors import BadInput, Bilingual
from chalicelib.lambdas.stating import Coming, is_stated, state, state_coming
from chalicelib.plumbing.services import Services

WAIT_SECONDS = 120  # facts are gathered for up to half a minute before they are sealed
_PAUSE_SECONDS = 0.25


def announce(services: Services, coming: Coming, seconds: int = WAIT_SECONDS) -> None:
    """State the rules in force, then those *coming*; wait until the log has them.

    Raises BadInput after *seconds*; what is coming must not be put in force then. Crash anywhere:
    it is not in force, and the next minute states what is.
    """
    services.catalogues.current(fresh=True)
    services.calendars.current(fresh=True)
    services.policies.current(fresh=True)
    state(services)  # others may have been deployed within this minute
    note = state_coming(services, coming)
    zh, en = "新规则", "new rules"
    wait_for_log(services, lambda: is_stated(services, note), Bilingual(zh, en), seconds)


def wait_for_log(
    services: Services, has_it: Callable[[], bool], what: Bilingual, seconds: int = WAIT_SECONDS
) -> None:
    """Wait until the log has the statement of *what*. Raises BadInput after *seconds*."""
    ends = time.monotonic() + seconds
    while not has_it():
        if time.monotonic() >= ends:
            raise BadInput(
                zh=f"{seconds} 秒内日志没有写入{what.zh}的声明，所以{what.zh}没有生效。请看"
                " /healthz 的 seal_lag，等它回落后把同一命令再执行一次。",
                en=f"the log did not state the {what.en} within {seconds} s, so it is not "
                "in force; look at seal_lag in /healthz, and give the same command again "
                "once it is low",
            )
        services.pause(_PAUSE_SECONDS)
