"""Which medicine a text is about, as a whole and sentence by sentence, and which of its uses a sentence speaks of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from safecourse.leaflets.model import UNKNOWN, Medicine
from safecourse.leaflets.phrases import Hit
from safecourse.leaflets.sentences import NONE, Sentence
from safecourse.leaflets.words import Word

_NAMED = 1.0  # weight of a name
_SIGN = 0.2  # and of a word that only stands near it; several different ones are needed
_ENOUGH = 0.6  # below, a text is about none of the medicines
_RIVALS = 3  # a text that names other treatments so often, and none of ours, is about those
_SHARE = 0.3  # a second medicine counts if it is named this often, compared with the first
_ALIKE = 86  # of 100; "isotretinion" is 92 to "isotretinoin", "tretinoin" is 86
_LONG_NAME = 7  # letters; a shorter name that is misspelt may be another word

_AT_THE_START = 1  # a paragraph about another treatment names it first, or after "the"
OTHERS = "other_subject"  # the word list of other treatments

Hits = Mapping[str, list[Hit]]


def name_key(medicine: Medicine) -> str:
    """Under which name the search lists the names of a medicine."""
    return f"name of {medicine.name}"


def sign_keys(medicine: Medicine) -> tuple[str, ...]:
    """Likewise the words that stand near it, each by itself."""
    return tuple(f"sign of {medicine.name}: {sign}" for sign in medicine.signs)


def misspelt(sentences: Sequence[Sentence], medicines: Sequence[Medicine]) -> dict[str, str]:
    """Words that are a long name of a medicine with a letter or two wrong, and that medicine."""
    names = {
        name: medicine.name
        for medicine in medicines
        for name in medicine.names
        if len(name) >= _LONG_NAME and name.isalpha()
    }
    known = {one for name in names for one in (name, f"{name}s")} | {"tretinoin", "etretinate", "alitretinoin"}
    found = {}
    for surface in {word.surface for one in sentences for word in one.words}:
        if len(surface) < _LONG_NAME or surface in known:
            continue
        near = process.extractOne(surface, names, scorer=fuzz.ratio, score_cutoff=_ALIKE + 1)
        if near is not None and near[0][0] == surface[0]:
            found[surface] = names[near[0]]
    return found


def medicines_of(hits: Sequence[Hits], wrong: Mapping[str, str], sentences: Sequence[Sentence],
                 medicines: Sequence[Medicine]) -> tuple[str, ...]:  # fmt: skip
    """The medicines that a text is about, the main one first; none if it is about something else."""
    weights: dict[str, float] = {}
    named: dict[str, int] = {}
    written = Counter(wrong[word.surface] for one in sentences for word in one.words if word.surface in wrong)
    for medicine in medicines:
        key = name_key(medicine)
        named[medicine.name] = sum(len(one.get(key, ())) for one in hits) + written[medicine.name]
        signs = sum(1 for key in sign_keys(medicine) if any(key in one for one in hits))
        weights[medicine.name] = named[medicine.name] * _NAMED + signs * _SIGN
    if not any(named.values()) and sum(len(one.get(OTHERS, ())) for one in hits) >= _RIVALS:
        return ()
    ordered = sorted((name for name in weights if weights[name] >= _ENOUGH), key=lambda name: -weights[name])
    if not ordered:
        return ()
    main = ordered[0]
    others = [name for name in ordered[1:] if named[name] >= 2 and named[name] >= _SHARE * named[main]]
    return (main, *others)


def spoken_of(hits: Sequence[Hits], wrong: Mapping[str, str], sentences: Sequence[Sentence],
              about: Sequence[str], medicines: Sequence[Medicine]) -> list[frozenset[str]]:  # fmt: skip
    """For each sentence the medicines that it speaks of: those named in it, else those of the sentence before.

    A paragraph that begins with another treatment is about that one, so about none of them.
    """
    found: list[frozenset[str]] = []
    usual = current = frozenset(about[:1])
    block = NONE
    for sentence, one in zip(sentences, hits, strict=True):
        here = {medicine.name for medicine in medicines if name_key(medicine) in one}
        here |= {wrong[word.surface] for word in sentence.words if word.surface in wrong}
        begins = sentence.block != block
        block = sentence.block
        if begins and not current:
            current = usual
        if here:
            # What is only mentioned in passing is not the subject of the sentences after it.
            usual = current = frozenset(here & set(about)) or usual
            found.append(frozenset(here))
            continue
        if begins and any(hit.start <= _AT_THE_START for hit in one.get(OTHERS, ())):
            current = frozenset()
        found.append(current)
    return found


def topics_of(hits: Sequence[Hits], sentences: Sequence[Sentence], medicine: Medicine) -> list[frozenset[str]]:
    """For each sentence the uses that it speaks of: its own, else those of the sentence before or of the heading."""
    found: list[frozenset[str]] = []
    current: frozenset[str] = frozenset()
    for sentence, one in zip(sentences, hits, strict=True):
        here = frozenset(topic for topic, concept in medicine.topics.items() if concept in one)
        if here:
            current = here
        elif sentence.heading != NONE and sentence.kind != "heading" and found[sentence.heading]:
            above = sentences[sentence.heading]
            first_of_section = sentence.block == above.block + 1
            current = found[sentence.heading] if first_of_section else current
        found.append(current)
    return found


def topics_at(
    hit: Hit, words: Sequence[Word], hits: Hits, sentence_topics: frozenset[str], medicine: Medicine
) -> frozenset[str]:
    """The uses that a place in a sentence speaks of: the one named in its clause, else those of the sentence."""
    here = words[hit.start]
    named = [(topic, words[one.start]) for topic, concept in medicine.topics.items() for one in hits.get(concept, ())]
    in_part = frozenset(topic for topic, word in named if word.part == here.part)
    in_clause = frozenset(topic for topic, word in named if word.clause == here.clause)
    return in_part or in_clause or sentence_topics


def in_words(about: Sequence[str]) -> str:
    """The medicines of a text as one word or list."""
    return ", ".join(about) or UNKNOWN
