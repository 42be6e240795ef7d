"""The leaflet as one web page: no script, no outside address, fit for a phone and for paper."""

from __future__ import annotations

from html import escape

from safecourse.words.leaflet import Leaflet, Line, Reference, Section

_STYLE = """
:root { --ink: #16202a; --quiet: #46525c; --accent: #0b4f6c; --alarm: #8c1d18; --paper: #ffffff; --line: #c3ccd3; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9eef2; --quiet: #b3bec7; --accent: #8fd0ee; --alarm: #ffb4ab; --paper: #12181d; --line: #45525c; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.125rem/1.55 Georgia, "Libertinus Serif", serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.25rem; }
.kind { color: var(--quiet); font-size: .9rem; letter-spacing: .04em; text-transform: uppercase; margin: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .2rem 0 .8rem; }
h2 { font-size: 1.3rem; color: var(--accent); margin: 2rem 0 .5rem; break-after: avoid; }
.frame { border: solid var(--line); border-width: 1px 0; padding: .7rem 0; font-size: 1rem; }
ul { padding-left: 1.2rem; margin: 0; }
li { margin: .55rem 0; break-inside: avoid; }
.mark { font-size: .75rem; color: var(--quiet); white-space: nowrap; }
.mark a { color: inherit; }
.assumes { display: block; font-size: .9rem; font-style: italic; color: var(--quiet); }
.alarm { border: 3px solid var(--alarm); border-radius: .3rem; padding: 0 1rem .8rem; margin: 1.3rem 0; }
.alarm h2 { background: var(--alarm); color: var(--paper); margin: 0 -1rem .6rem; padding: .45rem 1rem; }
.boxed { border: 4px solid var(--ink); padding: .4rem 1rem .8rem; margin: 1.6rem 0; font-weight: bold; }
.boxed h2 { color: var(--ink); margin-top: .5rem; }
.write { border: 1px solid var(--quiet); border-radius: .3rem; padding: .7rem 1rem 2.4rem; margin: 1.3rem 0; }
.write { font-weight: bold; }
nav ul { columns: 2; font-size: 1rem; list-style: none; padding: 0; }
nav a { color: var(--accent); display: inline-block; padding: .25rem 0; }
.sources { font-size: .85rem; overflow-wrap: anywhere; }
.sources :target { outline: 2px solid var(--accent); }
footer { color: var(--quiet); font-size: .85rem; border-top: 1px solid var(--line); margin-top: 2rem; }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) { nav ul { columns: 1; } }
@media print {
  :root { --ink: #000; --quiet: #333; --accent: #000; --alarm: #000; --paper: #fff; --line: #666; }
  body { font-size: 12.5pt; } main { max-width: none; padding: 0; } nav { display: none; }
  .boxed, .write { break-inside: avoid; }
  .alarm h2 { background: none; color: var(--ink); border-bottom: 2px solid var(--ink); }
}
"""


def html(made: Leaflet) -> str:
    """The leaflet as an HTML document."""
    say = made.phrases
    every = (*made.emergencies, *made.boxed, *made.sections)
    contents = "".join(f'<li><a href="#topic-{one.topic}">{escape(one.heading)}</a></li>' for one in every)
    grades = "; ".join(f"<strong>{letter}</strong> = {escape(meaning)}" for letter, meaning in made.grades)
    parts = [
        f'<p class="kind">{escape(say["leaflet"])}</p>',
        f"<h1>{escape(made.title)}</h1>",
        f'<p class="frame">{escape(say["not-advice"])} <strong>{escape(made.review)}</strong></p>',
        *(_section(one, "alarm", say["not-confirmed"]) for one in made.emergencies),
        f'<p class="write">{escape(say["write-here"])}</p>',
        f'<nav aria-label="{escape(say["contents"])}"><h2>{escape(say["contents"])}</h2><ul>{contents}</ul></nav>',
        *(_section(one, "boxed", say["not-confirmed"]) for one in made.boxed),
        *(_section(one, "", say["not-confirmed"]) for one in made.sections),
        f'<section class="sources" aria-labelledby="sources"><h2 id="sources">{escape(say["sources"])}</h2>',
        f"<p>{escape(say['marks'])} {grades}.</p>",
        *(_reference(one, say["seen"]) for one in made.references),
        "</section>",
        f"<footer><p>{escape(made.made_by)} {escape(say['not-advice'])} {escape(made.review)}</p></footer>",
    ]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="{made.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(made.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    )


def _section(one: Section, kind: str, not_confirmed: str) -> str:
    lines = "\n".join(_line(line, not_confirmed) for line in one.lines)
    shown = f' class="{kind}"' if kind else ""
    return (
        f'<section{shown} aria-labelledby="topic-{one.topic}">\n'
        f'<h2 id="topic-{one.topic}">{escape(one.heading)}</h2>\n'
        f"<ul>\n{lines}\n</ul>\n</section>"
    )


def _line(line: Line, not_confirmed: str) -> str:
    links = ", ".join(f'<a href="#source-{number}">{number}</a>' for number in line.numbers)
    letter = line.mark.rpartition("· ")[2]
    taken = f"{escape(not_confirmed)} {escape(line.assumes)}"
    assumes = f'<span class="assumes">{taken}</span>' if line.assumes else ""
    return f'<li id="{line.id}">{escape(line.text)} <span class="mark">[{links} · {letter}]</span>{assumes}</li>'


def _reference(one: Reference, seen: str) -> str:
    source = one.source
    return (
        f'<p id="source-{one.number}"><strong>{one.number}</strong> <span lang="en">{escape(source.title)}.</span> '
        f'{escape(seen)} <span lang="en">{escape(source.seen)}. {escape(source.url)}</span></p>'
    )
