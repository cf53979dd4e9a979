"""The states of a card (牌的状态), the acts of people about it, and which acts fit which state."""

from collections.abc import Mapping
from typing import Literal

from chalicelib.intake.event_types import Derived, Reported

CardStage = Literal[
    "proposed",  # 待确认
    "issued",  # 已发牌
    "acknowledged",  # 已签收
    "responded",  # 已答复
    "sent_back",  # 答复被打回
    "appealed",  # 申诉中
    "step_proposed",  # 逾期未答复，升级待确认
    "closed",  # 已办结
    "revoked",  # 已撤销
    "dismissed",  # 不予发牌
    "lost",  # 依据丧失
]
CardAct = Literal[
    "confirm",  # 确认：发牌，或者升级
    "dismiss",  # 不予升级
    "acknowledge",
    "respond",
    "send_back",
    "appeal",
    "decide",
    "revoke",
]

TYPE_OF_ACT: Mapping[CardAct, str] = {
    "confirm": Reported.CARD_CONFIRMED,
    "dismiss": Reported.ESCALATION_DISMISSED,
    "acknowledge": Reported.CARD_ACKNOWLEDGED,
    "respond": Reported.CARD_RESPONDED,
    "send_back": Reported.CARD_SENT_BACK,
    "appeal": Reported.CARD_APPEALED,
    "decide": Reported.APPEAL_DECIDED,
    "revoke": Reported.CARD_REVOKED,
}
ACT_OF_TYPE: Mapping[str, CardAct] = {kind: act for act, kind in TYPE_OF_ACT.items()}

POSSIBLE: Mapping[CardStage, tuple[CardAct, ...]] = {
    "proposed": ("confirm", "revoke"),
    "issued": ("acknowledge", "respond", "appeal", "revoke"),
    "acknowledged": ("respond", "appeal", "revoke"),
    "responded": ("send_back", "appeal", "revoke"),
    "sent_back": ("respond", "appeal", "revoke"),
    "appealed": ("respond", "decide", "revoke"),
    "step_proposed": ("confirm", "dismiss", "respond", "send_back", "revoke"),
    "closed": ("send_back", "revoke"),
    "lost": ("revoke",),
    "revoked": (),
    "dismissed": (),
}

WAITING_TYPES = frozenset(
    {
        *(Reported.CARD_RESPONDED, Reported.CARD_SENT_BACK, Derived.CARD_REMEDIED),
        *(Reported.CARD_APPEALED, Reported.APPEAL_DECIDED),
        *(Derived.CARD_RECHECKED, Reported.ESCALATION_DISMISSED),
    }
)
"""The facts that begin or end a wait for an answer."""
