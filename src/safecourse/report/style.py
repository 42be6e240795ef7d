"""The look of the page: colours as data (a test computes their contrast), and the style sheet that uses them."""

from __future__ import annotations

# What each colour is for. Text stands on paper, card, soft or one of the tints; marks are boxes on a card.
LIGHT = {
    "paper": "#f5f4f0",
    "card": "#ffffff",
    "soft": "#eef0ee",
    "ink": "#1b2426",
    "quiet": "#51605f",
    "rule": "#d8dcd8",
    "edge": "#7c8986",
    "link": "#0b5c6b",
    "yes": "#17633f",
    "yes-tint": "#e4f2e9",
    "no": "#9a2b2b",
    "no-tint": "#faeae8",
    "open": "#7a4d00",
    "open-tint": "#fbf0d9",
    "none": "#51605f",
    "none-tint": "#eef0ee",
    "mark": "#2c5d68",
    "mark-ink": "#ffffff",
    "supply": "#a9cdd3",
    "band": "#f4e3b2",
    "window": "#8a6a12",
    "now": "#a0361c",
}
DARK = {
    "paper": "#121718",
    "card": "#1b2123",
    "soft": "#252d2f",
    "ink": "#e7ecea",
    "quiet": "#a8b5b2",
    "rule": "#384244",
    "edge": "#82908d",
    "link": "#8fd0dc",
    "yes": "#85d3a6",
    "yes-tint": "#173125",
    "no": "#f3a8a1",
    "no-tint": "#3d2020",
    "open": "#ebc46f",
    "open-tint": "#372b12",
    "none": "#a8b5b2",
    "none-tint": "#252d2f",
    "mark": "#9ed3dc",
    "mark-ink": "#10272c",
    "supply": "#2f5a63",
    "band": "#40371c",
    "window": "#d3ad4f",
    "now": "#ff9d80",
}


def css() -> str:
    """The whole style sheet: light, dark where the reader prefers it, light again on paper."""
    light, dark = _variables(LIGHT), _variables(DARK)
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{_TEXT}{_PARTS}{_DRAWING}{_SIZES}"
    )


def _variables(colours: dict[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


_TEXT = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;padding:2rem 1.5rem 3rem;max-width:64rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
h1,h2,h3,h4,h5{line-height:1.25;margin:0;text-wrap:balance}
h1{font-size:1.9rem;letter-spacing:-.015em}
h2{font-size:1.4rem;letter-spacing:-.01em}
h3{font-size:1.15rem;margin:2.25rem 0 .75rem}
h4{font-size:1.1rem}
h5{font-size:.95rem;margin:1.1rem 0 .5rem}
p{margin:.4rem 0}
ul,ol{margin:.4rem 0;padding-left:1.3rem}
dl,dd{margin:0}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
cite{font-style:normal}
abbr{text-decoration:none}
bdi{overflow-wrap:anywhere}
table{border-collapse:collapse}
th{text-align:left;font-weight:600}
summary{cursor:pointer;padding:.3rem 0;min-height:1.75rem;color:var(--link);font-weight:600}
summary::marker{color:var(--quiet)}
.quiet,.act,.until,.seen,.address,dt,.label{color:var(--quiet)}
.act,.until{font-weight:400}
.label{font-weight:600}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.chip{display:inline-block;padding:.05rem .5rem;border:1px solid var(--edge);border-radius:1rem;font-size:.78rem;
line-height:1.4;color:var(--quiet);white-space:nowrap}
.chip.official{color:var(--yes);border-color:var(--yes)}
.chip.unverified{color:var(--open);border-color:var(--open)}
"""

_PARTS = """
.told{margin:1.25rem 0}
.told dl>div{display:grid;grid-template-columns:7rem 1fr;gap:0 1rem;padding:.35rem 0;border-top:1px solid var(--rule)}
.notice{background:var(--open-tint);border-radius:.6rem;padding:.7rem 1.1rem;margin:1.25rem 0}
.notice strong{font-weight:600}
.notice,.notice .quiet{color:var(--ink)}
.notice summary{color:var(--ink)}
.notice li{margin:.4rem 0}
#glance{font-size:1.15rem;margin:1.75rem 0 .6rem}
.glance{width:100%;background:var(--card);border:1px solid var(--rule);border-radius:.6rem;border-collapse:separate;
border-spacing:0;overflow:hidden}
.glance th,.glance td{padding:.55rem 1rem;border-top:1px solid var(--rule);vertical-align:top}
.glance thead th{border-top:0;color:var(--quiet);font-size:.85rem}
.glance tbody th{width:8rem}
.sign{display:flex;gap:.5rem;align-items:flex-start;color:inherit;text-decoration:none}
a.sign:hover{text-decoration:underline}
.icon{flex:none;width:1.5em;height:1.5em;padding:.1em;border-radius:50%;fill:none;stroke:currentColor;
stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}
.allowed .icon{color:var(--yes);background:var(--yes-tint)}
.refused .icon{color:var(--no);background:var(--no-tint)}
.undetermined .icon{color:var(--open);background:var(--open-tint)}
.not-decided .icon{color:var(--none);background:var(--none-tint)}
td.allowed b,.card.allowed .outcome b{color:var(--yes)}
td.refused b,.card.refused .outcome b{color:var(--no)}
td.undetermined b,.card.undetermined .outcome b{color:var(--open)}
td.not-decided b,.card.not-decided .outcome b{color:var(--none)}
.programme{margin-top:3rem;padding-top:2rem;border-top:2px solid var(--ink)}
.card{background:var(--card);border:1px solid var(--rule);border-left:5px solid var(--edge);border-radius:.6rem;
padding:1rem 1.25rem;margin:.9rem 0;scroll-margin-top:1rem}
.card.allowed{border-left-color:var(--yes)}
.card.refused{border-left-color:var(--no)}
.card.undetermined{border-left-color:var(--open)}
.head{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;justify-content:space-between;align-items:center}
.act{font-size:.92rem;margin-left:.3rem}
.outcome{display:flex;gap:.5rem;align-items:flex-start;margin:0}
.blocks{list-style:none;padding:0;margin:0}
.blocks>li{padding:.75rem 0;border-top:1px solid var(--rule)}
.block{display:grid;grid-template-columns:1fr 1fr;gap:.5rem 2rem}
.block p{margin:0 0 .3rem}
.block strong{font-weight:600}
.block dl{font-size:.88rem}
.block dl>div{display:grid;grid-template-columns:5.6rem 1fr;gap:.6rem;padding:.1rem 0}
.verdict{display:block;font-size:.8rem;font-weight:700;color:var(--no)}
.verdict.unknown{color:var(--open)}
.short{padding-left:1.1rem;font-size:.94rem}
.short li{margin:.3rem 0}
.seen{font-size:.86rem;white-space:nowrap}
.seen::before{content:"\\2014\\00a0"}
.earliest{font-size:1.05rem}
.noplan{background:var(--soft);border-radius:.6rem;padding:.8rem 1.1rem}
.plan{display:grid;grid-template-columns:auto minmax(16rem,1fr);gap:1.5rem 2.5rem;align-items:start;margin:1rem 0}
.months{display:flex;flex-wrap:wrap;gap:1.25rem}
.plan .months{flex-direction:column}
.month{table-layout:fixed;width:21rem;background:var(--card);border:1px solid var(--rule)}
.month caption{text-align:left;font-weight:600;padding:0 0 .35rem}
.month th{font-size:.78rem;color:var(--quiet);font-weight:400;text-align:center;padding:.25rem 0}
.month td{height:3rem;padding:.2rem;vertical-align:top;border:1px solid var(--rule);font-size:.85rem}
.month td.none{background:var(--soft)}
.date{display:inline-block;min-width:1.5rem;padding:0 .2rem;text-align:center;line-height:1.35rem}
.today .date{border-radius:1rem;box-shadow:inset 0 0 0 1.5px var(--now);color:var(--now);font-weight:700}
.goal{background:var(--yes-tint);box-shadow:inset 0 0 0 2px var(--yes)}
.letters{display:flex;flex-wrap:wrap;gap:2px;margin-top:1px}
.letter{display:inline-block;min-width:1.1rem;padding:0 .15rem;border:1px solid var(--mark);border-radius:.2rem;
background:var(--mark);color:var(--mark-ink);font-size:.72rem;line-height:1rem;font-weight:700;text-align:center}
.letter.going{background:var(--card);color:var(--mark)}
.hint{flex-basis:100%;max-width:21rem;margin:0;font-size:.82rem}
.leap{flex-basis:100%;margin:0;color:var(--quiet)}
.steps{list-style:none;padding:0;margin:0}
.steps li{display:flex;gap:.75rem;padding:.5rem 0;border-top:1px solid var(--rule)}
.steps .letter{flex:none;align-self:flex-start;min-width:1.5rem;line-height:1.4rem;font-size:.85rem}
.when{display:block;font-weight:600}
.sources{list-style:none;padding:0}
.sources>li{padding:.7rem 0;border-top:1px solid var(--rule)}
.sources p{margin:.15rem 0;font-size:.9rem}
.address{overflow-wrap:anywhere;font-size:.82rem}
.grades>div{display:grid;grid-template-columns:7rem 1fr;gap:1rem;padding:.15rem 0;font-size:.9rem}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--rule);font-size:.88rem;color:var(--quiet)}
"""

_DRAWING = """
.timeline{display:block;width:100%;height:auto;background:var(--card);border:1px solid var(--rule);
border-radius:.6rem;font-family:inherit}
.wide .timeline{padding:.75rem}
.narrow{display:none}
.timeline text{fill:var(--ink);font-size:12.5px}
.timeline .tick,.timeline .band-label{fill:var(--quiet);font-size:12px}
.timeline .year{font-weight:700}
.timeline .lane{font-size:13px;font-weight:600}
.timeline .head{font-size:10.5px;text-anchor:middle;fill:var(--quiet)}
.timeline .middle{text-anchor:middle}
.timeline .end{text-anchor:end}
.timeline .code{font-size:11px;font-weight:600;text-anchor:middle}
.timeline .now-label{fill:var(--now);font-weight:700;font-size:12px}
.rule,.grid{stroke:var(--rule);stroke-width:1}
.grid{stroke-dasharray:2 3}
.now{stroke:var(--now);stroke-width:2}
.band{fill:var(--band);stroke:var(--window);stroke-width:1}
.window{fill:var(--window)}
.cut{fill:var(--soft)}
.outage{fill:var(--open-tint);stroke:var(--open);stroke-dasharray:3 3}
.supply{fill:var(--supply);stroke:var(--mark);stroke-width:1}
.trend text{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
.trend .value{font-size:12px;font-weight:700}
.dose.done{fill:var(--mark)}
.dose.due{fill:var(--card);stroke:var(--mark);stroke-width:1.5}
.miss{stroke:var(--no);stroke-width:2}
.pause{fill:var(--edge)}
.finish{stroke:var(--ink);stroke-width:3}
.look{fill:var(--window)}
.goal{stroke:var(--window);stroke-width:1.5;stroke-dasharray:5 3}
.curve{fill:none;stroke:var(--mark);stroke-width:2}
.point{fill:var(--mark)}
.treatment{margin-top:3rem;padding-top:2rem;border-top:2px solid var(--ink)}
.treatment>h2{margin-bottom:.75rem}
.supply.later,.supply.struck{fill:none;stroke:var(--edge);stroke-dasharray:3 3}
.box{fill:var(--mark);stroke:var(--card);stroke-width:1}
.mark .code{fill:var(--mark-ink)}
.alarm .box{fill:var(--no)}
.alarm .code{fill:var(--card)}
.later .box,.struck .box,.mixed .box{fill:var(--card);stroke:var(--mark);stroke-width:1.5}
.later .box{stroke-dasharray:3 2}
.key .narrow{display:none}
.later.alarm .box,.struck.alarm .box,.mixed.alarm .box{stroke:var(--no)}
.later .code,.mixed .code{fill:var(--mark)}
.later.alarm .code,.mixed.alarm .code,.struck.alarm .code{fill:var(--no)}
.struck .code{fill:var(--quiet)}
.strike{stroke:var(--no);stroke-width:2}
.key{list-style:none;padding:0;margin:.75rem 0;display:flex;flex-wrap:wrap;gap:.35rem 1.5rem;font-size:.88rem}
.key li{display:flex;gap:.5rem;align-items:center}
.sample{flex:none;width:2rem;height:1.25rem}
.events{width:100%;font-size:.92rem;margin-top:.4rem}
.events th,.events td{padding:.35rem .75rem .35rem 0;border-top:1px solid var(--rule);vertical-align:top}
.events thead th{border-top:0;color:var(--quiet);font-size:.82rem}
.events .day{white-space:nowrap}
.events .number{color:var(--mark)}
.events .alarm .number{color:var(--no)}
.events b{font-weight:600}
tr.struck .what b,tr.struck bdi{text-decoration:line-through;text-decoration-color:var(--no)}
tr.later .what,tr.struck .what{color:var(--quiet)}
"""

_SIZES = """
@media screen and (max-width:44rem){
body{padding:1.25rem 1rem 2.5rem}
h1{font-size:1.6rem}
.wide{display:none}
.narrow{display:block}
.key .narrow{display:flex}
.told dl>div{grid-template-columns:5.2rem 1fr;gap:0 .6rem}
.block,.plan{grid-template-columns:1fr}
.block{gap:.25rem}
.block dl>div{display:block}
.block dt,.block dd{display:inline}
.block dt::after{content:": "}
.card{padding:.9rem 1rem}
.head{flex-direction:column;align-items:flex-start}
.glance th,.glance td{padding:.55rem .7rem}
.glance tbody th{width:5.6rem}
.month{width:100%}
.plan .months{min-width:0}
.events td,.events th{padding-right:.6rem}
.grades>div{grid-template-columns:6.2rem 1fr;gap:.6rem}
.many,.many tbody,.many tr,.many th,.many td{display:block}
.glance.many tbody th{width:auto}
.many thead{display:none}
.many td{border-top:0;padding-top:0}
.many td::before{content:attr(data-of);display:block;font-size:.8rem;color:var(--quiet)}
}
@media (max-width:24rem){
.events,.events tbody,.events tr{display:block}
.events thead{display:none}
.events tr{display:grid;grid-template-columns:2.4rem 1fr;padding:.35rem 0;border-top:1px solid var(--rule)}
.events th,.events td{border:0;padding:0}
.events .what{grid-column:2}
}
@media print{
@page{margin:13mm}
:root{--paper:#ffffff}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
html{font-size:9pt}
body{padding:0;max-width:none;line-height:1.4}
h1,h2,h3,h4,h5,summary,.head,caption{break-after:avoid}
.blocks>li,.sources>li,.steps li,.short li,.notice li,tr,.month,.timeline,.key,.glance{break-inside:avoid}
.card{padding:.7rem 1rem;margin:.6rem 0}
.block dl>div{display:block}
.block dt,.block dd{display:inline}
.block dt::after{content:": "}
.blocks>li{padding:.45rem 0}
.short{columns:2;column-gap:2rem;font-size:.88rem}
.plan{grid-template-columns:1fr;gap:.75rem}
.plan .months{flex-direction:row}
.month{width:18rem}
.month td{height:2.4rem}
.sources{columns:2;column-gap:2rem}
details:not(.aside)::details-content{content-visibility:visible;display:block;block-size:auto}
summary{color:var(--ink);list-style:none;min-height:0;padding:.15rem 0}
summary::-webkit-details-marker{display:none}
.aside summary{font-weight:400;color:var(--quiet)}
a{color:inherit;text-decoration:none}
.chip{white-space:normal}
}
"""
