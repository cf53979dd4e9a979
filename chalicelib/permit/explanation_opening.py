"""How the account of each clock begins: what started it, and what had to be done in which time.

Read out to the applicant, so each sentence says who must do what; the law that sets the limit
stands behind it.
"""

from chalicelib.clock.paragraph import OpeningWords
from chalicelib.findings.clock import Clock
from chalicelib.permit.state import Permit
from chalicelib.permit.wording import procedure_name
from chalicelib.policy.allowance import UNBOUND
from chalicelib.policy.profile import Profile

# The sentence, and what happened on the day that does not count.
_OPENINGS = {
    "promise": ("您的申请于{start}受理，承诺在{limit}内办结", "受理"),
    "statutory": ("您的申请于{start}受理，法定办理期限为{limit}", "受理"),
    "first_review": ("您的申请于{start}受理，应当在{limit}内完成初审并上报", "受理"),
    "acceptance": (
        "您的申请材料于{start}收到，应当在{limit}内决定是否受理或者一次性告知补正，逾期不告知的视为受理",
        "收到",
    ),
    "supplement": (
        "需要补正的材料于{start}告知，应当在{limit}内补齐，逾期未补齐的应当作出处理",
        "告知",
    ),
    "online": ("您的网上申请于{start}提交，应当在{limit}内完成预审", "提交"),
    "stage": ("本件于{start}进入“{label}”环节，应当在{limit}内完成", "进入"),
    "procedure": ("{label}于{start}开始，批准的时限为{limit}", "开始"),
    "gap": ("您的申请于{start}容缺受理，欠缺的材料应当在{limit}内补齐", "受理"),
    "delivery": ("准予许可的决定于{start}作出，证件应当在{limit}内颁发、送达", "决定"),
    "publication": ("决定于{start}作出，应当在{limit}内公示", "决定"),
    "renewal": (
        "您的延续申请于{start}受理，应当在许可有效期届满前作出决定，逾期未作决定的视为准予延续",
        "受理",
    ),
}
_OTHER = ("本项计时自{start}开始，时限为{limit}", "开始")
_EXPLICIT = ("您的申请于{start}受理，办结时间在受理时确定", "受理")
_IMMEDIATE = ("您的申请于{start}受理，属于即办件，应当当场或者当日办结", "受理")
_DEEMED = ("您的申请材料于{start}收到，因未在期限内告知补正，依法自该日起视为受理，", "收到")
_SILENT = ("本件于{start}依法视为同意，审批文件应当在{limit}内出具、送达", "视为同意")


def opening_of(clock: Clock, permit: Permit, profile: Profile, *, silent: bool) -> OpeningWords:
    """Return the opening of *clock*; *silent* if the approval to be delivered is a deemed one."""
    sentence, act = _OPENINGS.get(clock.name, _OTHER)
    if clock.name == "promise" and clock.due_at is not None:
        sentence, act = _EXPLICIT if permit.terms and permit.terms.due_at else _IMMEDIATE
    elif clock.name == "delivery" and silent:
        sentence, act = _SILENT
    if clock.is_deemed:
        sentence, act = _DEEMED[0] + sentence.partition("，")[2], _DEEMED[1]
    label = procedure_name(clock.label) if clock.name == "procedure" else clock.label
    basis = basis_of(clock, permit, profile, silent=silent)
    filled = sentence.replace("{label}", _literal(label))
    return OpeningWords(f"{filled}（{_literal(basis)}）。" if basis else f"{filled}。", act)


def basis_of(clock: Clock, permit: Permit, profile: Profile, *, silent: bool) -> str:
    """Return the law or document that sets the limit of *clock*, as the profile cites it."""
    kind = permit.terms.kind if permit.terms else ""
    own = {
        ("statutory", "joint"): "joint",
        ("statutory", "forwarded"): "first_review",
        ("promise", "immediate"): "immediate" if clock.due_at is not None else "promise",
    }
    name = "deemed_document" if silent and clock.name == "delivery" else clock.name
    return str(profile.clocks.get(own.get((name, kind), name), UNBOUND).basis)


def _literal(text: str) -> str:
    """Return *text* with its braces escaped: those that others wrote are not to be filled in."""
    return text.replace("{", "{{").replace("}", "}}")
