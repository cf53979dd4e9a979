"""What interrupts or lengthens the clocks of a case, and what is wrong with what does not.

Facts may leave several lawful readings (DOMAIN DFT-01): whether a pause without written notice takes
time out, whether an extension by somebody who may not approve it adds any. So there are three sets
of interruptions: *least* has only what is beyond doubt, *interruptions* is the widest lawful
reading, *most* is that as it was told, without the longest of the profile. The law makes a card
automatic only where all three are broken. Where nothing is in doubt they are one object.
"""

from dataclasses import dataclass

from chalicelib.cases.examination import Start
from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import Permit
from chalicelib.cases.procedure import JudgedPause, is_given, judge_pauses
from chalicelib.cases.rules import Rules
from chalicelib.clock.extension import Extension
from chalicelib.clock.pause import Pause
from chalicelib.clock.timeline import UNINTERRUPTED, Interruptions
from chalicelib.policy.allowance import ExtensionRule
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile

_MOST_DOUBTED = 5  # extensions in doubt; of more than that each is found, and none counts


@dataclass(frozen=True, slots=True)
class ClockEffects:
    """The interruptions of a case's clocks in three readings, and the *defects* of acts.

    *pauses* are those of the widest lawful reading. *extended* is the extension that counts beyond
    doubt, *doubted* are those that may count.
    """

    interruptions: Interruptions = UNINTERRUPTED
    least: Interruptions = UNINTERRUPTED
    most: Interruptions = UNINTERRUPTED
    pauses: tuple[JudgedPause, ...] = ()
    extended: Fact | None = None
    doubted: tuple[Fact, ...] = ()
    defects: tuple[tuple[Fact, str], ...] = ()
    set_aside: tuple[tuple[Fact, str], ...] = ()

    @property
    def doubt(self) -> tuple[Interruptions, Interruptions] | None:
        """What is taken out and added at the least and at the most; None if nothing is in doubt."""
        is_sure = self.least is self.interruptions is self.most
        return None if is_sure else (self.least, self.most)

    @property
    def extensions(self) -> tuple[Fact, ...]:
        """The extensions that count or may count."""
        return (*([self.extended] if self.extended else ()), *self.doubted)


@dataclass(frozen=True, slots=True)
class _Extensions:
    sure: Fact | None = None
    doubted: tuple[Fact, ...] = ()
    defects: tuple[tuple[Fact, str], ...] = ()
    set_aside: tuple[tuple[Fact, str], ...] = ()


def clock_effects(permit: Permit, start: Start | None, rules: Rules) -> ClockEffects:
    """Return what pauses and extends the clocks of *permit*, which count from *start*.

    Nothing is judged before there is a start: only then are the kind of the case and its entry in
    the catalogue known. Raises Unknown.
    """
    if start is None or not (permit.procedures or permit.extensions):
        return ClockEffects()
    listed = permit.terms.procedures if permit.terms else ()
    pauses = judge_pauses(permit.procedures, rules.profile.pause, listed, rules.counting)
    extensions = _judge_extensions(permit, rules.profile)
    rule = rules.profile.extension_of(permit.terms.kind if permit.terms else "")
    sure = [_bounded(fact, rule) for fact in (extensions.sure,) if fact is not None]
    all_of_them = [*sure, *[_bounded(fact, rule) for fact in extensions.doubted]]
    shown = Interruptions(_those([each.widest for each in pauses]), all_of_them)
    least = most = shown
    if extensions.doubted or any(each.is_doubtful for each in pauses):
        least = Interruptions(_those([each.least for each in pauses]), sure)
    if any(each.is_cut for each in pauses):
        most = Interruptions(_those([each.told for each in pauses]), all_of_them)
    return ClockEffects(
        interruptions=shown,
        least=least,
        most=most,
        pauses=tuple(each for each in pauses if each.widest is not None),
        extended=extensions.sure,
        doubted=extensions.doubted,
        defects=(
            *[(each.procedure.told, each.lacks) for each in pauses if each.lacks],
            *extensions.defects,
        ),
        set_aside=extensions.set_aside,
    )


def _those(pauses: list[Pause | None]) -> list[Pause]:
    return [pause for pause in pauses if pause is not None]


def _bounded(fact: Fact, rule: ExtensionRule) -> Extension:
    return Extension(fact.at, Limit.read_object(fact.data["by"]), rule.most)


def _judge_extensions(permit: Permit, profile: Profile) -> _Extensions:
    """Return which extension counts, and which may: the first by a role that may approve it."""
    sure: Fact | None = None
    doubted, defects, set_aside = list[Fact](), list[tuple[Fact, str]](), list[tuple[Fact, str]]()
    for fact in permit.extensions:
        lacks = _lacks_approval(fact, permit, profile)
        if lacks:
            defects.append((fact, lacks))
            doubted.append(fact)
        elif sure is not None:
            set_aside.append((fact, "extended before"))
        else:
            sure = fact
            if not is_given(fact, "notified_at") and "notified_at" in profile.pause.needs:
                defects.append((fact, "no_notified_at"))
    return _Extensions(sure, tuple(doubted[:_MOST_DOUBTED]), tuple(defects), tuple(set_aside))


def _lacks_approval(extension: Fact, permit: Permit, profile: Profile) -> str:
    """Return what is wrong with the approver of *extension* (行政许可法 42); empty if nothing is."""
    allowed = profile.extension_of(permit.terms.kind if permit.terms else "").approved_by
    if allowed is None or profile.roles.role_of(extension.text("approved_by")) in allowed:
        return ""
    return "wrong_level" if is_given(extension, "approved_by") else "no_approver"
