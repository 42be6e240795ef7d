"""``leaflet check``: what a leaflet gets wrong, leaves out, sells or garbles, as text or JSON."""

from __future__ import annotations

import json

from safecourse import wording
from safecourse.cli.arguments import Usage
from safecourse.cli.screen import NOTICE, Terminal
from safecourse.leaflets import Check, Finding, UnusableLeaflet, check_text, read_leaflet
from safecourse.leaflets.model import UNKNOWN

_HEADINGS = {
    "contradicts": "Contradicts the rule books",
    "sells": "Offers to sell",
    "garbled": "Garbled names",
    "omits": "Leaves out",
}
_COLOURS = {"contradicts": "red", "sells": "red", "garbled": "yellow", "omits": "yellow"}
_BY_RULE = "Found by patterns, not by understanding: what is not listed is not thereby right."


def leaflet_check_command(path: str, as_json: bool) -> int:
    """Print what was found in a leaflet; 0 whatever it is, for it is an answer. Usage if the file can't be read."""
    try:
        check = check_text(read_leaflet(path))
    except UnusableLeaflet as wrong:
        raise Usage(str(wrong)) from None
    if as_json:
        print(json.dumps(check.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(_in_words(check, Terminal.here()))
    return 0


def _in_words(check: Check, terminal: Terminal) -> str:
    if check.medicine == UNKNOWN:
        text = "This text is about none of the medicines of the rule books (isotretinoin, imiquimod, pimecrolimus): "
        return terminal.fill(f"{text}nothing was checked.", "")
    count = wording.number_of(len(check.findings), "finding")
    lines = [terminal.paint(f"A text about {check.medicine}: {count}", "bold")]
    for kind, heading in _HEADINGS.items():
        those = [one for one in check.findings if one.kind == kind]
        if those:
            lines += ["", terminal.paint(f"{heading} ({len(those)})", _COLOURS[kind])]
            for one in those:
                lines += _finding(one, terminal)
    return "\n".join([*lines, "", terminal.fill(_BY_RULE, ""), terminal.paint(NOTICE, "dim")])


def _finding(one: Finding, terminal: Terminal) -> list[str]:
    lines = []
    if one.kind == "omits":
        near = f" (nearest: line {one.line})" if one.text else ""
        lines.append(terminal.fill(f"{one.says.removeprefix('Left out: ').capitalize()}{near}", "    ", "  - "))
    else:
        lines.append(terminal.fill(f'line {one.line}: "{one.text}"', "    ", "  - "))
        lines.append(terminal.fill(one.says, "    "))
    lines.append(terminal.paint(terminal.fill(f"Source: {one.source} ({one.grade}).", "    "), "dim"))
    return lines
