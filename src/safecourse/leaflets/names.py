"""Names of diseases with one word wrong: "actinic keratitis" is another disease, "basel cell carcinoma" is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from safecourse.leaflets.model import DiseaseName
from safecourse.leaflets.phrases import Hit
from safecourse.leaflets.words import Word, stem_of

_ALIKE = 75  # of 100: one or two letters of a word of eight
_LONG = 6  # letters; shorter words are alike by chance (warts, parts)


def nearly(words: Sequence[Word], names: Sequence[DiseaseName]) -> Iterator[tuple[Hit, DiseaseName]]:
    """Where a sentence nearly names a disease, and which."""
    for name in names:
        parts = name.words.split()
        stems = [stem_of(part) for part in parts]
        for start in range(len(words) - len(parts) + 1):
            window = words[start : start + len(parts)]
            odd = [at for at, word in enumerate(window) if word.stem != stems[at]]
            if len(odd) == 1 and _misspelt(window[odd[0]].surface, parts[odd[0]], name.also):
                yield Hit(start, start + len(parts)), name


def _misspelt(word: str, meant: str, also: Sequence[str]) -> bool:
    return (
        len(meant) >= _LONG
        and len(word) >= _LONG
        and word not in also
        and not any(one.endswith("*") and word.startswith(one[:-1]) for one in also)
        and fuzz.ratio(word, meant) >= _ALIKE
    )


def in_place(says: str, found: str, name: DiseaseName) -> str:
    """A sentence of a pattern with what was found, and what was meant."""
    values: Mapping[str, str] = {"{found}": found, "{meant}": name.words}
    for mark, value in values.items():
        says = says.replace(mark, value)
    return says
