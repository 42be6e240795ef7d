"""A text in, findings out: each claim looked for in each sentence, each omission in the whole text."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safecourse.leaflets import loading, names, subject
from safecourse.leaflets.measures import Measure, measures_of
from safecourse.leaflets.model import ANY, SEVERAL, Check, Claim, Expression, Finding, Medicine, Omission, Patterns
from safecourse.leaflets.phrases import Hit, Search
from safecourse.leaflets.sentences import NONE, Sentence, sentences_of
from safecourse.leaflets.stance import answers_yes, calls_wrong, denied_of, is_negative, puts_right, reports

_BESIDE = 5  # words between what is said and what it is said of
_AROUND = 2  # sentences on either side that may put a sentence right
_TOGETHER = 3  # sentences in a row in which what belongs together may stand
_QUOTED = 1000  # letters of a sentence that a finding quotes
Hits = subject.Hits


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as it is searched: per sentence what was found, what is denied, and of what it speaks."""

    sentences: tuple[Sentence, ...]
    hits: tuple[Hits, ...]
    denied: tuple[tuple[bool, ...], ...]
    measures: tuple[tuple[Measure, ...], ...]
    asserted: tuple[bool, ...]  # false for questions without a yes, and for what the text itself calls wrong
    medicines: tuple[frozenset[str], ...]
    topics: dict[str, list[frozenset[str]]]


def check_text(text: str, patterns: Patterns | None = None) -> Check:
    """What a leaflet says that the rule books don't, leaves out, sells, or garbles.

    The findings are in the order of their lines; an omission stands at the line where its topic is nearest, or at the
    last line. A text about none of the medicines has the medicine "unknown" and only those findings that concern any.
    """
    known = loading.shipped() if patterns is None else patterns
    search = _shipped_search() if patterns is None else _search(known)
    sentences = sentences_of(text)
    hits = tuple(search.hits(one.words) for one in sentences)
    wrong = subject.misspelt(sentences, known.medicines)
    about = subject.medicines_of(hits, wrong, sentences, known.medicines)
    if not about:
        return Check(subject.in_words(about), ())
    read = _read(sentences, hits, wrong, about, known)
    last = max(text.count("\n") + (not text.endswith("\n")), 1)
    by_name = {one.name: one for one in known.medicines}
    found: list[Finding] = []
    for claim in known.claims:
        if claim.medicine == ANY or claim.medicine in about:
            found += _claimed(claim, read, by_name.get(claim.medicine))
    for omission in known.omissions:
        if omission.medicine in about:
            found += _omitted(omission, read, last)
    found += _misnamed(known, read)
    return Check(subject.in_words(about), tuple(_ordered(found)))


@functools.cache
def _shipped_search() -> Search:
    return _search(loading.shipped())


def _search(patterns: Patterns) -> Search:
    phrases = dict(patterns.concepts)
    for medicine in patterns.medicines:
        phrases[subject.name_key(medicine)] = medicine.names
        phrases |= dict(zip(subject.sign_keys(medicine), ((sign,) for sign in medicine.signs), strict=True))
    return Search(phrases)


def _read(sentences: tuple[Sentence, ...], hits: tuple[Hits, ...], wrong: dict[str, str], about: Sequence[str],
          known: Patterns) -> _Text:  # fmt: skip
    denied = [denied_of(one.words) for one in sentences]
    for index, one in enumerate(sentences):
        if _introduced_as_denied(sentences, one):
            denied[index] = (True,) * len(one.words)
    return _Text(
        sentences,
        hits,
        tuple(denied),
        tuple(measures_of(one.words) for one in sentences),
        tuple(_asserted(sentences, index) for index in range(len(sentences))),
        tuple(subject.spoken_of(hits, wrong, sentences, about, known.medicines)),
        {one.name: subject.topics_of(hits, sentences, one) for one in known.medicines},
    )


def _introduced_as_denied(sentences: tuple[Sentence, ...], one: Sentence) -> bool:
    """Whether a sentence stands in a list behind "do not use it" or right under such a heading."""
    if one.kind == "item" and one.lead != NONE and is_negative(sentences[one.lead].words):
        return True
    if one.heading == NONE:
        return False
    above = sentences[one.heading]
    return one.block == above.block + 1 and not above.asks and is_negative(above.words)


def _asserted(sentences: tuple[Sentence, ...], index: int) -> bool:
    """Whether a sentence states what it says: questions don't, unless the next sentence says yes."""
    one = sentences[index]
    after = sentences[index + 1 : index + 2]
    if one.asks:
        return bool(after) and answers_yes(after[0].words)
    doubted = reports(one.words) and any(puts_right(other.words, other.asks) for other in after)
    return not (doubted or calls_wrong(one.words))


# ---- claims ---------------------------------------------------------------------------------------------------


def _claimed(claim: Claim, text: _Text, medicine: Medicine | None) -> Iterator[Finding]:
    if _nearby(claim.unless_text, text.hits):
        return
    seen: set[str] = set()
    for index, sentence in enumerate(text.sentences):
        if not text.medicines[index] or (medicine is not None and claim.medicine not in text.medicines[index]):
            continue
        where = _place(claim, text, index, medicine)
        if where is None or sentence.text in seen:
            continue
        seen.add(sentence.text)
        yield Finding(
            sentence.words[where.start].line,
            _quoted(sentence.text),
            claim.kind,
            claim.says.replace("{found}", _said(sentence, where)),
            str(claim.source),
            claim.grade,
            claim.id,
        )


def _place(claim: Claim, text: _Text, index: int, medicine: Medicine | None) -> Hit | None:
    """Where in a sentence a claim is made; None if it isn't."""
    hits = text.hits[index]
    # A question states nothing, but a link text or a garbled name may stand in it.
    if not text.asserted[index] and claim.kind in ("contradicts", "omits"):
        return None
    groups = [[hit for name in group for hit in hits.get(name, ())] for group in claim.groups]
    if not all(groups):
        return None
    if _holds(claim.unless, hits) or any(_holds(claim.unless_near, one) for one in _around(text, index)):
        return None
    if not all(any(name in one for name in group for one in _before(text, index)) for group in claim.context):
        return None
    groups = [_standing(claim, those, text.denied[index]) for those in groups]
    if claim.limits is not None:
        groups.append(_beyond(claim, text, index, medicine))
    elif claim.topic and medicine is not None:
        groups[0] = [hit for hit in groups[0] if _is_topic(claim, text, index, hit, medicine)]
    groups[-1] = [hit for hit in groups[-1] if not _beside(claim.unless_beside, hits, hit)]
    return _together(groups, claim.near) if all(groups) else None


def _beside(expression: Expression, hits: Hits, hit: Hit) -> bool:
    """Whether something stands within a few words of a place."""
    return any(
        one.start < hit.end + _BESIDE and one.end > hit.start - _BESIDE
        for names_ in expression
        for name in names_
        for one in hits.get(name, ())
    )


def _standing(claim: Claim, hits: list[Hit], denied: tuple[bool, ...]) -> list[Hit]:
    """The hits of a group whose stance is that of the claim."""
    if claim.polarity == "either":
        return hits
    return [hit for hit in hits if denied[hit.start] == (claim.polarity == "denied")]


def _beyond(claim: Claim, text: _Text, index: int, medicine: Medicine | None) -> list[Hit]:
    """Where a number stands that the rule books don't name; nowhere if one stands beside it that they do."""
    assert claim.limits is not None
    found = []
    for measure in text.measures[index]:
        if measure.kind != claim.limits.kind:
            continue
        if claim.topic and medicine is not None and not _is_topic(claim, text, index, measure.hit, medicine):
            continue
        if claim.limits.admits(measure.value):
            return []
        if not text.denied[index][measure.hit.start]:
            found.append(measure.hit)
    return found


def _is_topic(claim: Claim, text: _Text, index: int, hit: Hit, medicine: Medicine) -> bool:
    """Whether a place speaks of one use, the claim's; or of none or several, if it asks that."""
    words, hits = text.sentences[index].words, text.hits[index]
    here = subject.topics_at(hit, words, hits, text.topics[medicine.name][index], medicine)
    return len(here) != 1 if claim.topic == SEVERAL else here == frozenset({claim.topic})


def _together(groups: list[list[Hit]], near: int) -> Hit | None:
    """The stretch of words that holds a hit of each group, no longer than ``near`` (0: however long)."""
    for first in groups[0]:
        start, end = first.start, first.end
        for others in groups[1:]:
            best = min(others, key=lambda hit: max(end, hit.end) - min(start, hit.start))
            start, end = min(start, best.start), max(end, best.end)
        if near == 0 or end - start <= near:
            return Hit(start, end)
    return None


def _around(text: _Text, index: int) -> Sequence[Hits]:
    return text.hits[max(0, index - _AROUND) : index + _AROUND + 1]


def _before(text: _Text, index: int) -> Iterator[Hits]:
    """The sentence, the one before it in its paragraph, the question that it answers, and its heading."""
    one = text.sentences[index]
    yield text.hits[index]
    if index and (text.sentences[index - 1].block == one.block or text.sentences[index - 1].asks):
        yield text.hits[index - 1]
    for above in (one.heading, one.lead):
        if above != NONE:
            yield text.hits[above]


def _holds(expression: Expression, hits: Hits) -> bool:
    return any(all(name in hits for name in names) for names in expression)


def _nearby(expression: Expression, hits: Sequence[Hits]) -> bool:
    """Whether an alternative is found, with all its words, in sentences that follow each other closely."""
    for index in range(len(hits)) if expression else ():
        window = hits[index : index + _TOGETHER]
        if any(all(any(name in one for one in window) for name in names) for names in expression):
            return True
    return False


def _misnamed(known: Patterns, text: _Text) -> Iterator[Finding]:
    seen: set[str] = set()
    for sentence in text.sentences:
        for where, name in names.nearly(sentence.words, known.names):
            said = _said(sentence, where)
            if said not in seen:
                seen.add(said)
                says = names.in_place(name.says, said, name)
                line = sentence.words[where.start].line
                yield Finding(line, _quoted(sentence.text), "garbled", says, str(name.source), name.grade, name.words)


def _said(sentence: Sentence, where: Hit) -> str:
    return " ".join(word.surface for word in sentence.words[where.start : where.end])


# ---- omissions ------------------------------------------------------------------------------------------------


def _omitted(omission: Omission, text: _Text, last: int) -> Iterator[Finding]:
    if omission.when and not _stated(omission.when, text):
        return
    if _nearby(omission.covered, text.hits):
        return
    near = _nearest(omission, text)
    line, sentence = (near.line, near.text) if near else (last, "")
    yield Finding(line, _quoted(sentence), "omits", omission.says, str(omission.source), omission.grade, omission.id)


def _nearest(omission: Omission, text: _Text) -> Sentence | None:
    """The first sentence that speaks of the topic: the first alternative counts most."""
    for names_ in omission.near:
        for one, hits in zip(text.sentences, text.hits, strict=True):
            if _holds((names_,), hits):
                return one
    return None


def _stated(expression: Expression, text: _Text) -> bool:
    """Whether something is said anywhere without being denied."""
    return any(
        all(any(not denied[hit.start] for hit in hits.get(name, ())) for name in names)
        for hits, denied in zip(text.hits, text.denied, strict=True)
        for names in expression
    )


# ---- the answer -----------------------------------------------------------------------------------------------


def _quoted(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1].rsplit(" ", 1)[0] + "\u2026"


def _ordered(found: list[Finding]) -> Iterator[Finding]:
    """By line, what is said before what is left out; what two patterns say alike of one sentence stands once."""
    seen: set[tuple[str, ...]] = set()
    for one in sorted(found, key=lambda one: (one.line, one.kind == "omits")):
        alike = (one.kind, one.text, one.source if one.kind in ("garbled", "sells") else one.says)
        if alike not in seen:
            seen.add(alike)
            yield one
