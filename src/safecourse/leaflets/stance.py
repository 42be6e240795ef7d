"""What a sentence does with its words: says so, denies it, or asks.

A leaflet that says "it is not suitable for long-term use" holds all words of the claim that it is. So each word is
either denied or not, and a claim counts where its words are not.
"""

from __future__ import annotations

from itertools import pairwise

from safecourse.leaflets.words import Word


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_AUXILIARY = _words(
    "is are was were be can could may might will would shall should must does do did has have had need needs makes "
    "make making offers offer gives helps allows provides works remains"
)
_PRONOUNS = _words("it this that they you we he she i these those which who")
_JOINS = frozenset({"and", "or"})
_STARTERS = _AUXILIARY | _PRONOUNS | _words("therefore thus hence also then thereby to")

# Whole sub-clauses that are denied, wherever in them the word stands: "its long-term use is not recommended".
_DENY_ALL = _words("not never neither nor nobody none")
_DENY_PREDICATE = _words(
    "unsafe illegal unlawful wrong untrue false myth inappropriate unsuitable contraindicated forbidden prohibited "
    "discouraged unproven unlicensed unapproved misleading mistaken nonsense"
)
# Words after which the next few are denied: "no steroid", "without a break", "avoid continuous use".
_DENY_AFTER = {"no": 6, "without": 6, "avoid": 9, "avoids": 9, "avoiding": 9, "refrain": 8, "prohibits": 8}
_DENY_PAIRS = {("rather", "than"): 7, ("instead", "of"): 7} | {
    (one, "against"): 9
    for one in ("advise", "advised", "advises", "recommend", "recommended", "warn", "warned", "warns")
}
_NOT_DENYING = _words("only just merely simply least exclusively necessarily")
_NO_LIMIT = _words("more longer later less doubt wonder matter other better")
# A denial of these reaches over the whole rest of the sentence: "it is not known whether it lowers the risk".
_ATTITUDES = _words(
    "think believe mean means say imply know known show shown prove proven proved establish established suggest "
    "recommend recommended advise advised assume expect understood confirmed studied clear certain sure settled follow "
    "evidence reason prescribe claim"
)
_DOUBTS = _words("unknown unclear uncertain undecided whether")
_CONCESSIVE = _words("but however although though yet whereas while")

_FORBIDDING = _words("never avoid avoided unsuitable contraindications contraindicated")
_FORBIDDEN_ACTS = _words(
    "use used take taken apply start be have give put donate drink do suitable for recommended eat share buy if combine"
)
_CONDITIONS = _words("if before")
_ADDRESSES = _words("tell ask stop call talk speak inform")

_YES = _words("yes absolutely certainly definitely sure indeed yep yeah")
_SAYING = _words("say says said think thinks believe believes claim claims heard told rumour rumor")
_FLATLY_WRONG = _words("wrong wrongly myth untrue false mistake mistaken mistakenly incorrect")
_WRONG = _words("no not")


def denied_of(words: tuple[Word, ...]) -> tuple[bool, ...]:
    """For each word of a sentence whether it is denied there."""
    subs = _subs(words)
    denied = [False] * len(words)
    reach = False  # a denial that goes on over the sub-clauses
    for start, end in subs:
        piece = words[start:end]
        if reach and piece[0].surface in _CONCESSIVE:
            reach = False
        whole = reach or _denies_all(words, start, end)
        if whole:
            denied[start:end] = [True] * (end - start)
        else:
            _deny_after(words, start, end, denied)
        doubts = any(word.surface in _DOUBTS for word in piece)
        reach = reach or doubts or (any(denied[start:end]) and any(word.surface in _ATTITUDES for word in piece))
        if doubts:
            denied[start:end] = [True] * (end - start)
    return tuple(denied)


def is_negative(words: tuple[Word, ...]) -> bool:
    """Whether a heading or the sentence before a list denies what follows: "Do not take with it".

    Not any negation does: under "What steroids do not do" stands what they do.
    """
    surfaces = [word.surface for word in words]
    pairs = set(pairwise(surfaces))
    return bool(
        _FORBIDDING & set(surfaces)
        or any(one == "not" and other in _FORBIDDEN_ACTS for one, other in pairs)
        or surfaces[-1:] == ["not"]
        or ("no", "1") in pairs
        or (_CONDITIONS & set(surfaces) and _ADDRESSES & set(surfaces))
    )


def answers_yes(words: tuple[Word, ...]) -> bool:
    """Whether a sentence begins as an answer that agrees."""
    first = [word.surface for word in words[:2]]
    return bool(first) and (first[0] in _YES or first == ["of", "course"])


def reports(words: tuple[Word, ...]) -> bool:
    """Whether a sentence tells what somebody says or believes."""
    return any(word.surface in _SAYING for word in words)


def calls_wrong(words: tuple[Word, ...]) -> bool:
    """Whether a sentence itself calls what somebody says or believes wrong."""
    return reports(words) and any(word.surface in _FLATLY_WRONG for word in words)


def puts_right(words: tuple[Word, ...], asks: bool) -> bool:
    """Whether a sentence right after a reported one questions it ("Is she right?") or contradicts it ("Not quite.")."""
    surfaces = [word.surface for word in words]
    return asks or bool(_FLATLY_WRONG & set(surfaces) or _WRONG & set(surfaces[:3]))


def _subs(words: tuple[Word, ...]) -> list[tuple[int, int]]:
    """Stretches with one statement each: clauses, cut also where "and is", ", it" or "it can" begins another."""
    starts = [0]
    for at in range(1, len(words)):
        word, before = words[at], words[at - 1]
        following = words[at + 1].surface if at + 1 < len(words) else ""
        new_part = before.part != word.part
        if (
            word.clause != before.clause
            or (new_part and (word.surface in _STARTERS or word.surface == "not" or following in _AUXILIARY))
            or (word.surface in _JOINS and following in _STARTERS)
            or (word.surface in _PRONOUNS and following in _AUXILIARY and before.surface not in _JOINS | {"if", "that"})
        ):
            starts.append(at)
    return list(zip(starts, [*starts[1:], len(words)], strict=True))


def _denies_all(words: tuple[Word, ...], start: int, end: int) -> bool:
    for at in range(start, end):
        surface = words[at].surface
        following = words[at + 1].surface if at + 1 < len(words) else ""
        if surface in _DENY_ALL and following not in _NOT_DENYING:
            return True
        if surface in _DENY_PREDICATE:
            return True
        if surface == "no" and following == "1":  # no one
            return True
    return False


def _deny_after(words: tuple[Word, ...], start: int, end: int, denied: list[bool]) -> None:
    for at in range(start, end):
        surface = words[at].surface
        following = words[at + 1].surface if at + 1 < end else ""
        count = _DENY_AFTER.get(surface, _DENY_PAIRS.get((surface, following), 0))
        if surface == "no" and following in _NO_LIMIT:
            count = 0
        for one in range(at, min(end, at + count + 1)) if count else ():
            if one > at and words[one].part != words[at].part and surface in ("no", "without"):
                break
            denied[one] = True
