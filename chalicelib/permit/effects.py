"""What interrupts or lengthens the clocks of a case, and what is wrong with what does not.

Facts may leave several lawful readings (DOMAIN DFT-01), as of a pause without written notice, or an
extension without approval. So there are three sets of interruptions. *least* is beyond doubt.
*interruptions* is the widest lawful reading. *most* is that as it was told, without the longest of
the profile. A card is automatic only where the limit is over by all three.
"""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.clock.timeline import UNINTERRUPTED, Doubt, Extension, Interruptions
from chalicelib.errors import Unknown
from chalicelib.permit.clocks.examination import Start
from chalicelib.permit.procedure import JudgedPause, is_given, judge_pauses
from chalicelib.permit.state import Permit
from chalicelib.policy.allowance import ExtensionRule
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Terms

_MOST_DOUBTED = 5  # extensions in doubt; of more than that each is found, and none counts


class ClockEffects(Struct, frozen=True):
    """The interruptions of a case's clocks, what of them is in *doubt*, and the *defects* of acts.

    *pauses* are those of the widest lawful reading. *extended* counts beyond doubt, *doubted* may.
    """

    interruptions: Interruptions = UNINTERRUPTED
    doubt: Doubt | None = None
    pauses: tuple[JudgedPause, ...] = ()
    extended: Fact | None = None
    doubted: tuple[Fact, ...] = ()
    defects: tuple[tuple[Fact, str], ...] = ()
    set_aside: tuple[tuple[Fact, str], ...] = ()

    @property
    def extensions(self) -> tuple[Fact, ...]:
        """The extensions that count or may count."""
        return (*([self.extended] if self.extended else ()), *self.doubted)


class _Extensions(NamedTuple):
    sure: list[Fact]  # one at the most
    doubted: list[Fact]
    defects: list[tuple[Fact, str]]
    set_aside: list[tuple[Fact, str]]


def clock_effects(permit: Permit, start: Start | None, rules: Rules) -> ClockEffects:
    """Return what pauses and extends *permit*, counting from *start*. Raises Unknown."""
    if not (permit.procedures or permit.extensions):
        return ClockEffects()
    profile, terms = rules.profile, permit.terms or Terms()
    judged = judge_pauses(permit.procedures, profile.pause, terms.procedures, rules.counting)
    pauses = [each for each in judged if each.widest is not None]
    defects = [(each.procedure.told, each.lacks) for each in judged if each.lacks]
    extensions = permit.extensions if start is not None else ()  # else its kind is unknown
    rule = profile.extension_of(terms.kind)
    sure, doubted, unfit, set_aside = _judge_extensions(extensions, rule, profile)
    added = [_bounded(fact, rule) for fact in sure]
    may_be_added = [*added, *[_bounded(fact, rule) for fact in doubted]] if doubted else added
    shown = Interruptions([each.widest for each in pauses if each.widest], may_be_added)
    return ClockEffects(
        interruptions=shown,
        # Without a defect no pause is in doubt, and none is cut.
        doubt=_find_doubt(shown, added, pauses, doubted) if defects or doubted else None,
        pauses=tuple(pauses),
        extended=sure[0] if sure else None,
        doubted=tuple(doubted),
        defects=(*defects, *unfit),
        set_aside=tuple(set_aside),
    )


def _find_doubt(
    shown: Interruptions, sure: list[Extension], pauses: list[JudgedPause], doubted: list[Fact]
) -> Doubt | None:
    """Return what of *shown* is in doubt; what is the same as in *shown* is that very object."""
    least = most = shown
    doubtful = [each.procedure.told for each in pauses if each.is_doubtful]
    cut = [each.procedure.told for each in pauses if each.is_cut]
    if doubted or doubtful:
        least = Interruptions([each.least for each in pauses if each.least], sure)
    if cut:
        most = Interruptions([each.told for each in pauses if each.told], shown.extensions)
    since = min((fact.at for fact in (*doubted, *doubtful, *cut)), default=None)
    return None if since is None else Doubt(least, most, since)


def known_effects(permit: Permit, rules: Rules) -> ClockEffects:
    """Return what pauses and extends *permit*, as far as no calendar is needed to know it."""
    start = Start(permit.acceptance.at, permit.acceptance) if permit.acceptance else None
    try:
        return clock_effects(permit, start, rules)
    except Unknown:
        return ClockEffects()


def _bounded(fact: Fact, rule: ExtensionRule) -> Extension:
    return Extension(fact.at, Limit.read_object(fact.data["by"]), rule.most)


def _judge_extensions(
    extensions: Sequence[Fact], rule: ExtensionRule, profile: Profile
) -> _Extensions:
    """Return which extension counts, and which may: the first by a role that may approve it."""
    judged = _Extensions([], [], [], [])
    for fact in extensions:
        if lacks := _lacks_approval(fact, rule, profile):
            judged.defects.append((fact, lacks))
            if len(judged.doubted) < _MOST_DOUBTED:
                judged.doubted.append(fact)
        elif judged.sure:
            judged.set_aside.append((fact, "extended before"))
        else:
            judged.sure.append(fact)
            if not is_given(fact, "notified_at") and "notified_at" in profile.pause.needs:
                judged.defects.append((fact, "no_notified_at"))
    return judged


def _lacks_approval(extension: Fact, rule: ExtensionRule, profile: Profile) -> str:
    """Return what is wrong with the approver of *extension* (行政许可法 42), or empty."""
    allowed = rule.approved_by
    if allowed is None or profile.roles.role_of(extension.text("approved_by")) in allowed:
        return ""
    return "wrong_level" if is_given(extension, "approved_by") else "no_approver"
