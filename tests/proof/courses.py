"""Courses drawn from the programmes' own edges, as plain documents that engine and reference both read.

A draw starts from a course that goes well and bends it: days move to the
edges of windows and one beyond, events vanish, double, fail, get instants,
are corrected or returned, knowledge is taken away.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from proof import courses_countries, courses_creams, courses_isotretinoin, courses_labels

Event = dict[str, Any]
ZONES = courses_labels.ZONES | {
    "us-ipledge": ZoneInfo("America/New_York"),
    "uk-isotretinoin": ZoneInfo("Europe/London"),
    "eu-isotretinoin": ZoneInfo("Europe/Brussels"),
    "de-isotretinoin": ZoneInfo("Europe/Berlin"),
    "fr-isotretinoin": ZoneInfo("Europe/Paris"),
    "it-isotretinoin": ZoneInfo("Europe/Rome"),
    "ca-isotretinoin": ZoneInfo("America/Toronto"),
}
STARTS = courses_labels.STARTS | {
    "us-ipledge": ("2021-12-13", "2022-06-01", "2023-09-20", "2024-01-20", "2026-10-01", "2026-10-25", "2026-11-15"),
    "uk-isotretinoin": ("2023-11-01", "2024-01-20", "2025-10-20", "2026-01-15", "2026-02-01"),
    "eu-isotretinoin": ("2019-01-31", "2024-01-30", "2026-03-01"),
    "de-isotretinoin": ("2020-01-31", "2024-01-30", "2026-03-01"),
    "fr-isotretinoin": ("2022-01-31", "2024-01-30", "2026-03-01"),
    "it-isotretinoin": ("2024-06-30", "2025-01-30", "2026-03-01"),
    "ca-isotretinoin": ("2020-01-31", "2024-01-30", "2026-03-01"),
}
GATES: dict[str, tuple[str, ...]] = {
    "us-ipledge": ("enrol", "prescribe", "dispense", "dispense", "dispense", "take", "finish"),
    "uk-isotretinoin": ("prescribe", "prescribe", "dispense", "take", "finish"),
    "eu-isotretinoin": ("prescribe", "prescribe", "dispense", "take", "finish"),
}
GATES |= dict.fromkeys(
    courses_countries.COUNTRIES, ("prescribe", "prescribe", "dispense", "dispense", "take", "finish")
)
_CREAMS = (*courses_creams.CREAMS, *courses_creams.PIMECROLIMUS)
GATES |= dict.fromkeys(_CREAMS, courses_creams.CREAM_GATES)
GATES |= dict.fromkeys(courses_labels.ISOTRETINOIN, ("enrol", "prescribe", "dispense", "take", "take"))
GATES |= {name: (*GATES[name], "finish") for name, cream in courses_creams.CREAMS.items() if cream.finish}
_UNCOVERED = (
    dict.fromkeys(_CREAMS, courses_creams.UNCOVERED)
    | dict.fromkeys(courses_labels.ISOTRETINOIN, courses_isotretinoin.UNCOVERED)
    | dict.fromkeys(courses_countries.COUNTRIES, courses_countries.UNCOVERED)
)
# Programmes that the reference evaluator knows.
REFERENCED = ("us-ipledge", "uk-isotretinoin", "eu-isotretinoin", *_CREAMS, *courses_labels.ISOTRETINOIN)
REFERENCED += courses_countries.COUNTRIES


class Draw:
    """One random course under construction."""

    def __init__(self, seed: int, programme: str) -> None:
        self.random = Random(seed)
        self.programme = programme
        self.events: list[Event] = []
        self.calm = self.random.choice((0.0, 0.8, 0.93, 0.98))
        self.start = date.fromisoformat(self.random.choice(STARTS[programme])) + timedelta(self.pick(0, -1, 1))

    def pick(self, *choices: Any) -> Any:
        """The first choice is the one that goes well; a calm draw mostly takes it."""
        return choices[0] if self.random.random() < self.calm else self.random.choice(choices)

    def chance(self, probability: float) -> bool:
        """Whether an accident happens; to a calm draw, seldom."""
        return self.random.random() < probability * (1.3 - self.calm)

    def add(self, kind: str, day: date, **fields: Any) -> None:
        """One event on a day, now and then missing, doubled, or with an instant."""
        if self.chance(0.015):
            return
        event: Event = {"event": kind, "on": day.isoformat()} | fields
        if self.chance(0.12):
            hour = self.pick("00:00", "08:30", "12:00", "18:15", "23:59:59")
            event = {
                "event": kind,
                "at": f"{day.isoformat()}T{hour}{self.pick('-04:00', '-05:00', '+00:00', '+09:00')}",
            }
            event |= fields
        self.events.append(event)
        if self.chance(0.01):
            self.events.append(dict(event))


def draw_case(seed: int, programme: str) -> tuple[dict[str, Any], str, datetime]:
    """A course document, a gate and an instant."""
    draw = Draw(seed, programme)
    by_label = programme in courses_labels.LABELS
    patient, anchors = courses_labels.draw_label(draw) if by_label else _BUILDERS[programme](draw)
    _accidents(draw, anchors)
    _results(draw)
    draw.random.shuffle(draw.events)
    _corrections(draw, anchors)
    document: dict[str, Any] = {"safecourse": "1", "programme": programme, "patient": patient, "covers": _covers(draw)}
    document["events"] = draw.events
    day = draw.random.choice([*anchors, anchors[-1], anchors[-1]]) + timedelta(
        draw.random.choice((-1, 0, 1, 2, 3, 5, 6, 7, 8))
    )
    hour, minute, second = draw.random.choice(((0, 0, 0), (12, 0, 0), (12, 0, 0), (23, 59, 59)))
    at = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZONES[programme])
    return document, draw.random.choice(GATES[programme]), at


# ---- accidents that may befall any course ---------------------------------------------------------------


def _accidents(draw: Draw, anchors: list[date]) -> None:
    def near() -> date:
        return draw.random.choice(anchors) + timedelta(draw.pick(-1, 0, 1))

    if draw.chance(0.08):
        draw.add("pregnancy-test", near(), result="positive", setting=draw.pick("home", "medical", "unknown"))
        if draw.chance(0.5):
            draw.add("judged", near(), matter="pregnancy-excluded", by=draw.pick("prescriber", "prescriber", "patient"))
    if draw.chance(0.04):
        draw.add("pregnancy", near())
    if draw.chance(0.1):
        draw.add("contraception-lapse", near(), what=draw.pick("missed-pill", "unprotected-sex", "method-stopped"))
    if draw.chance(0.05):
        draw.add("missed-period", near())
    if draw.chance(0.15):
        setting = draw.pick("home", "medical", "laboratory", "unknown", "supervised-remote")
        extra = {"sensitivity_miu_ml": draw.pick("10", "25", "26", "50")} if draw.chance(0.3) else {}
        draw.add(
            "pregnancy-test", near(), result=draw.pick("negative", "negative", "invalid"), setting=setting, **extra
        )
    if draw.chance(0.06):
        draw.add("discontinued", near())
        if draw.chance(0.6):
            draw.add("enrolled", near())
    if draw.chance(0.04):
        draw.add("enrolled", near())
    if draw.chance(0.05):
        draw.add("decertified", near(), role=draw.pick("prescriber", "pharmacy"))
    if draw.chance(0.05):
        draw.add("certified", near(), role=draw.pick("prescriber", "pharmacy"))
    if draw.chance(0.06):
        category = draw.pick("can-become-pregnant", "cannot-become-pregnant")
        criteria = [] if category.startswith("can-") else [draw.pick("hysterectomy", "abstinent")]
        draw.add("classified", near(), category=category, criteria=criteria)
    if draw.chance(0.1):
        draw.add("menses-started", near())
    if draw.chance(0.05):
        draw.add("monthly-confirmation", near(), by=draw.pick("prescriber", "prescriber", "delegate"))
    if draw.chance(0.05):
        draw.add("returned", near(), days_supply="30")
    if draw.chance(0.04):
        draw.add("treatment-stopped", near())


def _results(draw: Draw) -> None:
    """Now and then the record says when a test's result was out."""
    for event in draw.events:
        if event["event"] == "pregnancy-test" and draw.chance(0.08):
            day = date.fromisoformat(event.get("on") or event["at"][:10])
            event["resulted"] = (day + timedelta(draw.pick(0, 1, 2, 5))).isoformat()


def _corrections(draw: Draw, anchors: list[date]) -> None:
    """Now and then an event is corrected, and now and then the correction, in any order of the file and of days."""
    if not draw.events or not draw.chance(0.08):
        return
    wrong = draw.random.choice(draw.events)
    wrong["id"] = "e-1"
    for number in range(1, draw.random.choice((1, 1, 2, 3)) + 1):
        correction = {"event": "corrected", "on": draw.random.choice(anchors).isoformat(), "corrects": f"e-{number}"}
        correction |= {"id": f"e-{number + 1}", "reason": "entered in error"}
        draw.events.insert(draw.random.randint(0, len(draw.events)), correction)


def _covers(draw: Draw) -> Any:
    if not draw.chance(0.35):
        return "complete"
    first = (draw.start + timedelta(draw.pick(-400, -30, -1, 0, 1))).isoformat()
    if draw.chance(0.4):
        return {"from": first}
    if draw.chance(0.5):
        gap = draw.start + timedelta(draw.pick(0, 5, 19, 30))
        later = (gap + timedelta(draw.pick(1, 2, 10))).isoformat()
        return [{"from": "1990-01-01", "until": gap.isoformat()}, {"from": later}]
    uncovered = _UNCOVERED.get(draw.programme)
    if uncovered is not None:
        kinds = draw.random.choice(uncovered)
    else:
        kinds = draw.pick(
            ["pregnancy-test"], ["lab", "weight"], ["dispensed", "contraception", "certified", "decertified"]
        )
    everything = [
        "certified", "decertified", "enrolled", "discontinued", "classified", "form-signed", "counselled", "judged",
        "contraception", "contraception-lapse", "menses-started", "missed-period", "pregnancy-test", "pregnancy",
        "home-testing-permitted", "monthly-confirmation", "questions-answered", "prescribed", "dispensed", "returned",
        "treatment-started", "treatment-stopped", "dose-taken", "visited", "assessed", "diagnosed", "prior-treatment",
        "condition", "second-prescriber-agreed", "authorised", "authorisation-reversed", "corrected", "medication",
        "outcome", "rest-started", "rest-ended", "flare-started", "flare-ended", "adverse-event", "dose-skipped",
        "questionnaire",
    ]  # fmt: skip
    return {"from": "1990-01-01", "kinds": [one for one in everything if one not in kinds]}


# ---- us-ipledge ------------------------------------------------------------------------------------------


def _ipledge(draw: Draw) -> tuple[dict[str, str], list[date]]:
    start, pick = draw.start, draw.pick
    can = draw.random.random() < 0.75
    age = pick(30, 17, 18, 11, 12, 53, 54, 55)
    born = date(start.year - age, start.month, min(start.day, 28)) + timedelta(pick(0, 0, 30, 31, 36, 1))
    patient = {"born": born.isoformat()}
    if not draw.chance(0.1):
        patient["cycles"] = draw.random.choice(("regular", "irregular"))
    if draw.chance(0.3):
        patient["category"] = "can-become-pregnant" if can or draw.chance(0.1) else "cannot-become-pregnant"
    _ipledge_entry(draw, can)
    if not can:
        return patient, _ipledge_cannot(draw)
    draw.add("contraception", start + timedelta(pick(0, -5, 1)), by="prescriber", **_methods(draw, start))
    test_1 = start + timedelta(pick(0, -3, -1, 1, 4))
    draw.add("pregnancy-test", test_1, result="negative", setting=pick("medical", "medical", "laboratory", "home"))
    test_2 = test_1 + timedelta(pick(30, 18, 19, 20, 25, 31))
    if not draw.chance(0.1):
        draw.add("menses-started", test_2 - timedelta(pick(2, 0, 4, 5)))
    anchors = [start, start + timedelta(30), test_2]
    month, tests = test_2, draw.random.choice((1, 1, 2, 3))
    for number in range(tests):
        if draw.chance(0.12):
            draw.add("home-testing-permitted", month - timedelta(pick(0, 1, -1)), by="prescriber")
        home = number > 0 and draw.random.random() < 0.2
        _ipledge_month(draw, month, "home" if home else pick("laboratory", "medical"))
        anchors += [month, month + timedelta(6)]
        if draw.random.random() < 0.6:
            dispensed = month + timedelta(pick(1, 2, 6, 7))
            draw.add("dispensed", dispensed, days_supply="30")
            anchors.append(dispensed)
            if draw.chance(0.12):
                draw.add("returned", dispensed + timedelta(pick(0, 1, 3)), days_supply="30")
            month = dispensed + timedelta(pick(28, 24, 0, 1))
        else:
            month = month + timedelta(draw.random.choice((4, 7, 18, 19, 20, 28)))
            if draw.random.random() < 0.6:
                draw.add("menses-started", month - timedelta(pick(0, 2, 4, 5)))
    if draw.random.random() < 0.25:
        end = month + timedelta(pick(2, 10))
        draw.add("treatment-stopped", end)
        for offset in (pick(0, 1, 2), pick(30, 29, 31)):
            draw.add("pregnancy-test", end + timedelta(offset), result="negative", setting=pick("medical", "home"))
        anchors += [end, end + timedelta(30), end + timedelta(31)]
    return patient, anchors


def _ipledge_entry(draw: Draw, can: bool) -> None:
    start, pick = draw.start, draw.pick
    far = start + timedelta(pick(400, 40, 37, 36))
    who = {"who": "dr-a"} if draw.random.random() < 0.15 else {}
    draw.add("certified", start - timedelta(pick(200, 1, 0)), role="prescriber", **who, **_maybe(draw, until=far))
    draw.add("certified", start - timedelta(pick(200, 329, 330, 335)), role="pharmacy", **_maybe(draw, until=far))
    if draw.chance(0.15):  # colleagues, of whom one may be certified and the other not
        draw.add("certified", start - timedelta(200), role="prescriber", who="dr-b", **_maybe(draw, until=start))
    if draw.chance(0.15):
        draw.add("certified", start - timedelta(pick(200, 400)), role="pharmacy", who="p-1")
        draw.add("certified", start - timedelta(pick(200, 400)), role="pharmacy", who="p-2")
    evidence: dict[str, Any] = {}
    criteria: list[str] = []
    if not can:
        menopause = draw.random.choice(("menopausal", "no-periods"))
        criteria = [pick("cisgender-male", "hysterectomy", menopause, "tubal-sterilization", "transgender-woman")]
        if criteria == [menopause]:
            evidence = {"fsh": "post-menopausal-range"}
            if draw.chance(0.5):
                evidence |= {"hcg": "negative", "estradiol": "depressed", "progesterone": pick("absent", "present")}
    elif draw.random.random() < 0.2:
        criteria = [pick("abstinent", "pre-menarche", "one-ovary-removed", "transgender-man")]
    category = "can-become-pregnant" if can else "cannot-become-pregnant"
    draw.add("classified", start, category=category, criteria=criteria, **evidence)
    draw.add("enrolled", start)
    for form in ("patient-information", "birth-defects") if can else ("patient-information",):
        for by in ("patient", "prescriber", *(("guardian",) if draw.random.random() < 0.3 else ())):
            draw.add("form-signed", start, form=form, by=by)
    draw.add("counselled", start, by="prescriber")


def _ipledge_cannot(draw: Draw) -> list[date]:
    pick, month = draw.pick, draw.start
    anchors = [draw.start]
    for _ in range(pick(1, 2)):
        draw.add("visited", month, setting="in-person")
        draw.add("monthly-confirmation", month + timedelta(pick(0, 1)), by="prescriber")
        supply = pick("30", "31")
        draw.add("prescribed", month + timedelta(pick(0, 1)), product="isotretinoin", days_supply=supply)
        anchors += [month, month + timedelta(30)]
        if draw.chance(0.5):
            draw.add("dispensed", month + timedelta(pick(1, 5)), days_supply="30")
        month = month + timedelta(pick(1, 28, 30))
    if draw.chance(0.2):
        draw.add("treatment-stopped", month)
    return anchors


def _methods(draw: Draw, start: date) -> dict[str, Any]:
    methods = draw.pick(
        ["combined-pill", "male-condom"],
        ["iud", "implant"], ["abstinence"], ["male-condom", "vaginal-sponge"], ["progestin-only-pill", "male-condom"],
        ["combined-pill", "withdrawal"], ["hormonal-iud"],
    )  # fmt: skip
    since = {"since": (start + timedelta(draw.pick(-40, -1, 0))).isoformat()} if draw.chance(0.5) else {}
    return {"methods": methods} | since


def _maybe(draw: Draw, **days: date) -> dict[str, str]:
    return {name: day.isoformat() for name, day in days.items() if draw.chance(0.5)}


def _ipledge_month(draw: Draw, test: date, setting: str) -> None:
    pick = draw.pick
    draw.add("pregnancy-test", test, result="negative", setting=setting)
    confirmed = test + timedelta(pick(1, 0, -1))
    draw.add("monthly-confirmation", confirmed, by="prescriber", **_acting(draw))
    last = [one for one in draw.events if one["event"] == "contraception" and one["by"] == "prescriber"]
    methods = last[-1]["methods"] if last else ["combined-pill", "male-condom"]
    if draw.random.random() < 0.5:
        draw.add("contraception", confirmed, by="prescriber", methods=methods)
    if draw.chance(0.08):
        methods = ["iud", "male-condom"]
        draw.add("contraception", confirmed, by="prescriber", methods=methods)
    answered = confirmed + timedelta(pick(0, 1, -1))
    declared = pick(methods, ["iud", "male-condom"])
    draw.add("contraception", answered, by="patient", methods=declared)
    draw.add("questions-answered", answered, passed=pick("true", "false"))
    supply = pick("30", "31")
    signed = confirmed + timedelta(pick(0, 1))
    draw.add("prescribed", signed, product=_product(draw), days_supply=supply, **_acting(draw))
    if draw.chance(0.1):
        draw.add("authorised", signed, pharmacy=draw.random.choice(("p-1", "p-2")))
        if draw.chance(0.3):
            draw.add("authorisation-reversed", signed + timedelta(pick(0, 1)), pharmacy="p-1")


def _acting(draw: Draw) -> dict[str, str]:
    return {"who": draw.random.choice(("dr-a", "dr-b"))} if draw.chance(0.2) else {}


def _product(draw: Draw) -> str:
    return "imiquimod-5" if draw.chance(0.02) else "isotretinoin"


# ---- uk-isotretinoin and eu-isotretinoin ---------------------------------------------------------------


def _european(draw: Draw) -> tuple[dict[str, str], list[date]]:
    start, pick = draw.start, draw.pick
    age = pick(30, 17, 18, 12, 11)
    born = date(start.year - age, start.month, min(start.day, 28)) + timedelta(pick(0, 1, 28, 30, 31))
    _european_entry(draw)
    visit = start + timedelta(pick(31, 28, 27, 29, 30, 32))
    anchors = [start, start + timedelta(28), visit]
    for number in range(draw.random.choice((1, 1, 2))):
        test = visit - timedelta(pick(0, 1, 3, 4))
        usual = "laboratory" if draw.programme == "ca-isotretinoin" else "medical"
        setting = pick(usual, "medical", "laboratory", "supervised-remote", "home", "unknown")
        extra = {"sensitivity_miu_ml": pick("25", "26", "10")} if draw.chance(0.3) else {}
        if usual == "laboratory":
            draw.add("pregnancy-test", start, result="negative", setting=setting)
            draw.add("menses-started", visit + timedelta(pick(1, 0, 2, 3)))
            draw.add("dose-taken", visit + timedelta(pick(2, 3, 4)))
        draw.add("pregnancy-test", test, result="negative", setting=setting, **extra)
        if number and draw.random.random() < 0.5:
            draw.add("assessed", visit, what=pick("mental-health", "sexual-function"), by="prescriber")
        by = {"by": pick("dermatologist", "gp", "specialist-nurse")} if draw.random.random() < 0.3 else {}
        if draw.random.random() < 0.75:
            if draw.programme == "it-isotretinoin" and not draw.chance(0.1):
                by["certified_on"] = (visit - timedelta(pick(0, 1, 7))).isoformat()
            draw.add("prescribed", visit, product="isotretinoin", days_supply=pick("30", "31", "28"), **by)
            if draw.programme == "de-isotretinoin" and draw.random.random() < 0.5:
                draw.add("form-signed", visit, form="pharmacist-checklist", by="pharmacist")
            anchors += [visit, visit + timedelta(7), test + timedelta(3)]
        if draw.random.random() < 0.5:
            dispensed = visit + timedelta(pick(1, 0, 7, 8))
            draw.add("dispensed", dispensed, days_supply="30")
            anchors.append(dispensed)
            if draw.chance(0.15):
                draw.add("returned", dispensed + timedelta(pick(0, 1)), days_supply="30")
        visit = visit + timedelta(pick(29, 28, 3, 1))
        anchors.append(visit)
    if draw.random.random() < 0.3:
        draw.add("treatment-stopped", visit)
        after = visit + timedelta(pick(31, 27, 28, 29, 30, 32))
        draw.add("pregnancy-test", after, result="negative", setting=pick("medical", "home", "supervised-remote"))
        anchors += [visit, after]
    return {"born": born.isoformat()}, anchors


def _european_entry(draw: Draw) -> None:
    start, pick = draw.start, draw.pick
    criteria = draw.random.choice(
        ([], [], [], [], ["abstinent"], ["cisgender-male"], ["hysterectomy"], ["tubal-sterilization"], ["menopausal"],
         ["transgender-woman"], ["pre-menarche"])
    )  # fmt: skip
    category = "can-become-pregnant"
    if criteria and criteria != ["abstinent"]:
        category = pick("cannot-become-pregnant", "can-become-pregnant")
    evidence = {"fsh": pick("post-menopausal-range", "other")} if criteria == ["menopausal"] else {}
    if not criteria and draw.random.random() < 0.15:
        category = "contraception-not-required"
        if not draw.chance(0.3):
            draw.add("judged", start, matter="no-pregnancy-risk-expected", by=pick("prescriber", "patient"))
    if draw.random.random() < 0.9:
        draw.add("classified", start, category=category, criteria=criteria, **evidence)
    draw.add(
        "diagnosed", start, condition=pick("acne", "rosacea"), severity=pick("severe", "severe-nodular", "moderate")
    )
    draw.add("prior-treatment", start, treatment="oral-antibiotic", outcome=pick("failed", "partial", "succeeded"))
    if draw.chance(0.3):
        draw.add("judged", start, matter="no-other-treatment", by="prescriber")
    draw.add("visited", start, setting=pick("in-person", "remote"))
    draw.add("counselled", start, by="prescriber")
    for what in ("mental-health", "sexual-function"):
        draw.add("assessed", start, what=what, by="prescriber")
    for by in ("patient", "prescriber"):
        draw.add("form-signed", start, form="acknowledgement-of-risk", by=by)
    if draw.random.random() < 0.5:
        draw.add("second-prescriber-agreed", start, by=pick("prescriber", "second-prescriber"))
    methods = pick(
        ["combined-pill", "male-condom"], ["iud"], ["implant"], ["abstinence"], ["male-condom"], ["combined-pill"],
        ["injection", "diaphragm"], ["progestin-only-pill", "patch"], ["male-condom", "female-condom"],
    )  # fmt: skip
    draw.add("contraception", start, by=pick("prescriber", "patient"), methods=methods)
    if draw.chance(0.3):
        draw.add("contraception", start + timedelta(pick(5, 20, 28)), by="patient", methods=pick(methods, ["iud"]))


_BUILDERS: dict[str, Any] = {
    "us-ipledge": _ipledge,
    "uk-isotretinoin": _european,
    "eu-isotretinoin": _european,
}
_BUILDERS |= {name: lambda draw: courses_countries.bent(draw, _european(draw)) for name in courses_countries.COUNTRIES}
