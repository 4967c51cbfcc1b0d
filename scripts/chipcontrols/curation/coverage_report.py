"""The audit of completeness, shown: as text, as JSON, as a list to work through, as a page.

For each document and class of candidates the report says how many a row captures, how many are
excluded, for which reasons, and how many are open.  Lines excluded whole are counted by reason
apart from that: no candidates are looked for in them.

The page is one HTML file without scripts and without outside resources.  It shows the reading text
of every document line by line; a candidate is underlined according to its status, bears the letter
of its class and leads to the row that accounts for it, listed below the document with links back.
The number of the line stands for the candidate ``line``.  Candidates may lie inside others (a
numeral in a quotation); where two cross each other, the later one is cut in two, so that elements
nest.  Out of scope: finding candidates and judging them (`coverage` does).
"""

from __future__ import annotations

import dataclasses
import heapq
import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from chipcontrols.validation import completeness as coverage
from chipcontrols.validation import passages
from chipcontrols.validation.completeness import Account, Candidate
from chipcontrols.validation.passages import Evidence

STATUSES = ("captured", "excluded", "open")
LETTERS = {"numeral": "n", "date": "d", "quotation": "q", "name": "L", "attribution": "v"}
"""The letter that marks each class on the page; the class ``line`` is marked by its number."""
AROUND = 40


@dataclasses.dataclass(frozen=True, slots=True)
class Tally:
    """How many candidates of a class are captured, excluded (by reason), and open."""

    captured: int
    excluded: Mapping[str, int]
    open: int


def reason_of(account: Account) -> str:
    """Return why a candidate is excluded; nothing for others."""
    return account.by.partition(": ")[0] if account.status == "excluded" else ""


def row_of(account: Account) -> str:
    """Return the row that accounts for a candidate, as ``table/id``.

    A form stands for all rows of aliases of its entity: ``aliases/nvidia``.
    """
    row = account.by.partition(": ")[2] if account.status == "excluded" else account.by
    table, _, identifier = row.partition("/")
    return f"{table}/{identifier.rpartition(' ')[2]}" if table == "aliases" else row


def tally(accounts: Iterable[Account]) -> Tally:
    """Return how many of the accounts have each status."""
    accounts = list(accounts)
    statuses = Counter(account.status for account in accounts)
    reasons = Counter(reason for account in accounts if (reason := reason_of(account)))
    return Tally(statuses["captured"], dict(sorted(reasons.items())), statuses["open"])


def tallies(accounts: Iterable[Account]) -> dict[str, Tally]:
    """Return the tally of each class, and of all under ``all``."""
    accounts = list(accounts)
    found = {
        kind: tally(account for account in accounts if account.candidate.kind == kind)
        for kind in coverage.CLASSES
    }
    return {**found, "all": tally(accounts)}


def by_document(evidence: Evidence, accounts: Iterable[Account]) -> dict[str, list[Account]]:
    """Return the accounts of each document, also of documents that have none."""
    found: dict[str, list[Account]] = {seed: [] for seed in evidence.documents}
    for account in accounts:
        found[account.candidate.seed].append(account)
    return found


def whole_lines(evidence: Evidence, seed: str) -> dict[str, int]:
    """Return how many lines of a document are excluded whole, by reason."""
    reasons = Counter(
        row.cells["reason"]
        for (document, _), row in coverage.whole_lines(evidence).items()
        if document == seed
    )
    return dict(sorted(reasons.items()))


def listed(counts: Mapping[str, int]) -> str:
    """Return counts in words.

    >>> listed({"idiom": 2, "repeat": 1})
    'idiom 2, repeat 1'
    """
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def open_accounts(accounts: Iterable[Account]) -> list[Account]:
    """Return the accounts that are open, in order of place."""
    found = [account for account in accounts if account.status == "open"]
    return sorted(found, key=lambda account: account.candidate)


def raw_column(evidence: Evidence, candidate: Candidate) -> int:
    """Return the column in the document, from 1, at which a candidate begins."""
    line = evidence.documents[candidate.seed].lines[candidate.line - 1]
    return line.raw_span(candidate.start, candidate.end)[0] + 1


# --- text, list, JSON ---


def as_text(evidence: Evidence, accounts: Iterable[Account]) -> str:
    """Return one table a document, and one for all of them."""
    documents = by_document(evidence, accounts)
    everything = [account for found in documents.values() for account in found]
    lines = []
    for seed, found in documents.items():
        excluded = listed(whole_lines(evidence, seed))
        lines.append(f"{seed}  {len(evidence.documents[seed].lines)} lines")
        lines[-1] += f", excluded whole: {excluded}" if excluded else ""
        lines += [*text_table(tallies(found)), ""]
    left = len(open_accounts(everything))
    lines += ["all documents", *text_table(tallies(everything)), ""]
    lines.append(
        f"open: {left}" + (" (list them with --open)" if left else ", nothing is left out")
    )
    return "\n".join(lines)


def text_table(found: Mapping[str, Tally]) -> Iterator[str]:
    """Yield the lines of a table of tallies."""
    yield f"  {'class':<12}{'captured':>9}{'excluded':>9}{'open':>6}"
    for kind, counts in found.items():
        line = f"  {kind:<12}{counts.captured:>9}{sum(counts.excluded.values()):>9}"
        yield f"{line}{counts.open:>6}   {listed(counts.excluded)}".rstrip()


def as_list(evidence: Evidence, accounts: Iterable[Account]) -> str:
    """Return the open candidates, each with the words around it below."""
    lines = []
    for account in open_accounts(accounts):
        candidate = account.candidate
        place = f"seeds/{candidate.seed}:{candidate.line}:{raw_column(evidence, candidate)}"
        lines.append(f"{place} {candidate.kind} {coverage.shortened(candidate.text)}")
        lines.append(f"    {around(evidence, candidate)}")
    return "\n".join([*lines, f"open: {len(lines) // 2}"])


def around(evidence: Evidence, candidate: Candidate) -> str:
    """Return the words around a candidate, which is marked ⟦ ⟧."""
    reading = evidence.documents[candidate.seed].lines[candidate.line - 1].reading
    if candidate.kind == "line":
        return f"⟦{reading}⟧"
    first, last = max(candidate.start - AROUND, 0), candidate.end + AROUND
    before, after = reading[first : candidate.start], reading[candidate.end : last]
    dots = "…" if first else "", "…" if last < len(reading) else ""
    return f"{dots[0]}{before}⟦{candidate.text}⟧{after}{dots[1]}"


def as_json(evidence: Evidence, accounts: Iterable[Account]) -> str:
    """Return one JSON object: ``documents`` with their classes, ``all``, and what is ``open``."""
    documents = by_document(evidence, accounts)
    everything = [account for found in documents.values() for account in found]
    content = {
        "documents": [
            {
                "seed": seed,
                "lines": len(evidence.documents[seed].lines),
                "lines_excluded": whole_lines(evidence, seed),
                "classes": {k: dataclasses.asdict(t) for k, t in tallies(found).items()},
            }
            for seed, found in documents.items()
        ],
        "all": {k: dataclasses.asdict(t) for k, t in tallies(everything).items()},
        "open": [
            {
                "file": f"seeds/{account.candidate.seed}",
                "line": account.candidate.line,
                "column": raw_column(evidence, account.candidate),
                "class": account.candidate.kind,
                "text": account.candidate.text,
            }
            for account in open_accounts(everything)
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


# --- the page ---


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A stretch of a line to be marked; `rank` orders those that begin and end together."""

    start: int
    reach: int
    """The end, negative: of the marks that begin together the longest comes first."""
    rank: int
    account: Account = dataclasses.field(compare=False)


def anchor(seed: str, name: object) -> str:
    """Return the id of an element that belongs to a document.

    >>> anchor("001_9a4ec6c7d1d94c65.txt", "quotes/001-022-1")
    'd001-quotes-001-022-1'
    """
    return re.sub(r"[^\w-]+", "-", f"d{seed[:3]}-{name}")


def described(account: Account) -> str:
    """Return what the status of a candidate is, for its title."""
    by = f" by {row_of(account)}" if account.by else ""
    reason = f" as {reason_of(account)}" if reason_of(account) else ""
    return f"{account.candidate.kind}: {account.status}{reason}{by}"


def element(account: Account, start: int, leaf: bool) -> tuple[str, str]:
    """Return what opens and what closes a marked candidate, or its rest from `start` on.

    HTML allows no link in a link: a candidate with others inside has its link at its end.
    """
    candidate = account.candidate
    title = html.escape(described(account))
    target = f'href="#{anchor(candidate.seed, row_of(account))}"' if account.by else ""
    letter = f"<sup>{LETTERS[candidate.kind]}</sup>"
    styled = f'class="{account.status} {candidate.kind}" title="{title}"'
    if not target:
        name = anchor(candidate.seed, f"{candidate.line}-{start}-{candidate.kind}")
        return f'<mark id="{name}" {styled}>', f"{letter}</mark>"
    if leaf:
        return f"<a {target} {styled}>", f"{letter}</a>"
    return f"<span {styled}>", f'<a {target} aria-label="{title}">{letter}</a></span>'


def marked(reading: str, accounts: Iterable[Account]) -> str:
    """Return a line as HTML with its candidates marked, all elements well nested."""
    queue = [
        Mark(c.start, -c.end, coverage.CLASSES.index(c.kind), account)
        for account in accounts
        if (c := account.candidate).kind != "line"
    ]
    heapq.heapify(queue)
    inside: list[tuple[int, str]] = []
    parts, at = [], 0
    while queue or inside:
        if inside and (not queue or inside[-1][0] <= queue[0].start):
            end, closing = inside.pop()
            parts += [html.escape(reading[at:end]), closing]
            at = end
            continue
        mark = heapq.heappop(queue)
        end = -mark.reach
        if inside and inside[-1][0] < end:  # It sticks out: its rest begins where the other ends.
            end = inside[-1][0]
            heapq.heappush(queue, dataclasses.replace(mark, start=end))
        leaf = not queue or queue[0].start >= end
        opening, closing = element(mark.account, mark.start, leaf)
        parts += [html.escape(reading[at : mark.start]), opening]
        at = mark.start
        inside.append((end, closing))
    return "".join([*parts, html.escape(reading[at:])])


def as_html(evidence: Evidence, accounts: Iterable[Account]) -> str:
    """Return the page."""
    documents = by_document(evidence, accounts)
    everything = [account for found in documents.values() for account in found]
    switches = "".join(
        f'<label><input type="checkbox" id="show-{kind}" checked> {kind} <sup>{letter}</sup>'
        f"</label>\n"
        for kind, letter in LETTERS.items()
    )
    legend = "".join(f'<span class="{status}">{status}</span>\n' for status in STATUSES)
    navigation = "".join(
        f'<li><a href="#{anchor(seed, "document")}">{html.escape(seed)}</a></li>\n'
        for seed in documents
    )
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<title>What accounts for every candidate</title>",
        f"<style>\n{STYLE}{switched_off()}</style>",
        "</head>",
        "<body>",
        '<a class="skip" href="#documents">Skip to the documents</a>',
        "<header>",
        "<h1>What accounts for every candidate</h1>",
        "<p>Every number, date, quotation, name in Latin letters, verb of attribution and line of "
        "the documents is used by a row of a table, or left out with a reason, or open. A marked "
        "word leads to its row below the document; the row leads back.</p>",
        html_table(tallies(everything), "All documents"),
        f'<fieldset><legend>Shown</legend>\n{switches}<p class="legend">{legend}</p></fieldset>',
        f'<nav aria-label="Documents"><ul>\n{navigation}</ul></nav>',
        "</header>",
        '<main id="documents">',
        *(html_document(evidence, seed, found) for seed, found in documents.items()),
        "</main>",
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(parts)


def switched_off() -> str:
    """Return the style that hides the marks of a class when its box is not ticked."""
    return "".join(
        f"body:has(#show-{kind}:not(:checked)) main .{kind} "
        f"{{ all: unset }}\n"
        f"body:has(#show-{kind}:not(:checked)) main .{kind} > sup,\n"
        f"body:has(#show-{kind}:not(:checked)) main .{kind} > a:last-child:has(> sup) "
        f"{{ display: none }}\n"
        for kind in LETTERS
    )


def html_table(found: Mapping[str, Tally], caption: str) -> str:
    """Return a table of tallies."""
    some = "some"
    rows = "".join(
        f'<tr><th scope="row">{kind}</th><td>{counts.captured}</td>'
        f"<td>{sum(counts.excluded.values())}</td>"
        f'<td class="{some * bool(counts.open)}">{counts.open}</td>'
        f"<td>{html.escape(listed(counts.excluded).replace('_', ' '))}</td></tr>\n"
        for kind, counts in found.items()
    )
    heads = ("class", *STATUSES, "reasons of the excluded")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f"<table><caption>{html.escape(caption)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>"
    )


def html_document(evidence: Evidence, seed: str, accounts: list[Account]) -> str:
    """Return the section of a document: counts, what is open, its lines, the rows they lead to."""
    document = evidence.documents[seed]
    cells = next(row.cells for row in evidence.rows["sources"] if row.cells["seed"] == seed)
    language = html.escape(cells.get("language", "zh"))
    by_line: dict[int, list[Account]] = {}
    for account in accounts:
        by_line.setdefault(account.candidate.line, []).append(account)
    excluded = coverage.whole_lines(evidence)
    used: dict[str, set[int]] = {}
    for account in accounts:
        if account.by:
            used.setdefault(row_of(account), set()).add(account.candidate.line)
    lines = []
    for number, line in enumerate(document.lines, 1):
        whole = excluded.get((seed, number))
        if whole is not None:
            used.setdefault(f"exclusions/{whole.id}", set()).add(number)
            text = f"{html.escape(line.reading)} {whole_line_label(seed, whole)}"
            status = "left-out"
        else:
            text, status = marked(line.reading, by_line.get(number, ())), ""
        gutter = html_gutter(seed, number, by_line.get(number, ()))
        lines.append(
            f'<div class="line {status}" id="{anchor(seed, number)}">{gutter}'
            f'<p lang="{language}">{text}</p></div>'
        )
    name = html.escape(seed)
    return "\n".join(
        [
            f'<section id="{anchor(seed, "document")}" aria-label="{name}">',
            f"<h2>{name}</h2>",
            f'<p lang="{language}">{html.escape(cells.get("title", ""))}</p>',
            html_table(tallies(accounts), f"{len(document.lines)} lines"),
            html_open(evidence, seed, accounts),
            *lines,
            f"<h3>The rows that account for {name}</h3>",
            html_rows(evidence, seed, used),
            "</section>",
        ]
    )


def html_gutter(seed: str, number: int, accounts: Iterable[Account]) -> str:
    """Return the number of a line, marked and linked as the candidate ``line``."""
    account = next((found for found in accounts if found.candidate.kind == "line"), None)
    if account is None:
        return f'<span class="number">{number}</span>'
    title = f'class="number {account.status}" title="{html.escape(described(account))}"'
    if not account.by:
        return f'<mark {title} id="{anchor(seed, f"{number}-0-line")}">{number}</mark>'
    return f'<a {title} href="#{anchor(seed, row_of(account))}">{number}</a>'


def whole_line_label(seed: str, row: passages.Row) -> str:
    """Return the link from a line that is excluded whole to its exclusion."""
    reason = html.escape(row.cells["reason"].replace("_", " "))
    return f'<a class="label" href="#{anchor(seed, f"exclusions/{row.id}")}">{reason}</a>'


def html_open(evidence: Evidence, seed: str, accounts: list[Account]) -> str:
    """Return the list of what is open in a document, each item linked to its place."""
    items = []
    for account in open_accounts(accounts):
        c = account.candidate
        target = anchor(seed, f"{c.line}-{c.start}-{c.kind}")
        items.append(
            f'<li><a href="#{target}">{c.line}:{raw_column(evidence, c)}</a> {c.kind} '
            f"{html.escape(coverage.shortened(c.text))}</li>\n"
        )
    if not items:
        return "<p>Nothing is open.</p>"
    return (
        f"<details open><summary>Open: {len(items)}</summary><ul>\n{''.join(items)}</ul></details>"
    )


def html_rows(evidence: Evidence, seed: str, used: Mapping[str, set[int]]) -> str:
    """Return the rows that account for something in a document, with links back to its lines."""
    items = []
    for name in sorted(used):
        back = ", ".join(
            f'<a href="#{anchor(seed, number)}">{number}</a>' for number in sorted(used[name])
        )
        cells = "".join(
            f"<span><b>{html.escape(column)}</b> {html.escape(cell)}</span> "
            for column, cell in cells_of(evidence, seed, name).items()
        )
        items.append(
            f'<dt id="{anchor(seed, name)}">{html.escape(name)}</dt>'
            f"<dd>{cells}<small>line {back}</small></dd>\n"
        )
    return f"<dl>\n{''.join(items)}</dl>"


def cells_of(evidence: Evidence, seed: str, name: str) -> dict[str, str]:
    """Return what to show of a row: its filled cells, or of an entity its name and its forms."""
    table, _, identifier = name.partition("/")
    if table == "aliases":
        entity = evidence.entities.get(identifier)
        forms = [
            row.cells["alias"]
            for row in evidence.rows["aliases"]
            if row.cells["entity_id"] == identifier
            and any(row.cells["alias"] in line.reading for line in evidence.documents[seed].lines)
        ]
        named = {"name": entity.english[0], "table": entity.table} if entity else {}
        return {**named, "forms in this document": ", ".join(forms)}
    row = passages.find_row(evidence, table, identifier)
    return {
        column: cell
        for column, cell in row.cells.items()
        if cell and cell != identifier and column not in ("seed", "line")
    }


STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fdfcf9; --ink: #23221f; --soft: #6d6a63; --rule: #e2ded4; --raised: #f5f2ea;
  --captured: #1a6f5c; --excluded: #80786a; --open: #b3261e; --alarm: #fbe4e1; --target: #fff0b8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #191a1c; --ink: #e4e2dc; --soft: #a19d94; --rule: #37383b; --raised: #222326;
    --captured: #6cc7ae; --excluded: #aaa294; --open: #ff8a80; --alarm: #4a2320; --target: #4b4220;
  }
}
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
body {
  margin: 0 auto; padding: 2rem 1.25rem 6rem; max-width: 52rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, "Noto Sans", sans-serif;
}
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .75rem }
h2 { font: 600 1.15rem/1.4 ui-monospace, monospace; margin: 0 0 .5rem; overflow-wrap: anywhere }
h3 { font-size: 1rem; margin: 2.5rem 0 .5rem }
section { margin-top: 3.5rem; padding-top: 1.5rem; border-top: 2px solid var(--ink) }
a { color: inherit }
a:focus-visible, input:focus-visible, summary:focus-visible {
  outline: 2px solid var(--captured); outline-offset: 2px; border-radius: 2px;
}
.skip { position: absolute; left: -100rem }
.skip:focus { position: static }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; width: 100% }
caption { text-align: left; color: var(--soft); font-size: .85rem; padding-bottom: .25rem }
th, td { padding: .2rem .75rem .2rem 0; border-bottom: 1px solid var(--rule); font-size: .875rem }
th { text-align: left; font-weight: 600 }
td { text-align: right; width: 5rem }
td:last-child, th:last-child { text-align: left; width: auto; color: var(--soft) }
td:last-child, th:last-child { padding-left: 1rem }
thead th:not(:first-child, :last-child) { text-align: right }
tbody tr:last-child > * { border-bottom: 0 }
tbody tr:last-child > td:not(:last-child) { font-weight: 600 }
td.some { color: var(--open); font-weight: 700 }
fieldset { border: 1px solid var(--rule); border-radius: 6px; padding: .25rem 1rem .75rem }
legend { color: var(--soft); font-size: .85rem }
fieldset label { margin-right: 1rem; white-space: nowrap }
.legend { margin: .5rem 0 0 }
.legend span { margin-right: 1rem }
nav ul { padding: 0; list-style: none; font: .875rem/1.8 ui-monospace, monospace }
.line { display: grid; grid-template-columns: 3rem 1fr; align-items: baseline }
.line p {
  margin: .35rem 0; line-height: 2; overflow-wrap: anywhere;
  font-family: "Noto Serif CJK TC", "Songti TC", "PMingLiU", serif; font-size: 1.05rem;
}
.line p:lang(zh-Hans) { font-family: "Noto Serif CJK SC", "Songti SC", "SimSun", serif }
.number { font: .75rem ui-monospace, monospace; color: var(--soft); justify-self: start }
.left-out p { color: var(--soft) }
.label {
  font: .72rem system-ui, sans-serif; padding: .05rem .4rem; border-radius: 3px;
  background: var(--raised); text-decoration: none; white-space: nowrap;
}
.captured, .excluded, .open { color: inherit; background: none; text-underline-offset: .25em }
.captured { text-decoration: underline solid 1.5px var(--captured) }
.excluded { text-decoration: underline dotted 2px var(--excluded) }
.open {
  text-decoration: underline wavy 1.5px var(--open); background: var(--alarm);
  outline: 1px solid var(--open); border-radius: 2px; font-weight: 600;
}
span.quotation.captured, span.quotation.excluded { background: var(--raised) }
main a:hover { background: var(--raised) }
sup {
  font: 600 .6em/1 system-ui, sans-serif; margin-left: .15em; vertical-align: super;
  display: inline-block; text-decoration: none; user-select: none;
}
.captured > sup, .captured > a > sup { color: var(--captured) }
.excluded > sup, .excluded > a > sup { color: var(--excluded) }
.open > sup { color: var(--open) }
dl { font-size: .85rem; margin: 0 }
dt { font: 600 .8rem ui-monospace, monospace; margin-top: .9rem; overflow-wrap: anywhere }
dd { margin: .1rem 0 0 1rem; padding-left: .75rem; border-left: 2px solid var(--rule) }
dd b { font-weight: 400; color: var(--soft) }
dd span { margin-right: .6rem }
dd small { color: var(--soft) }
:target { background: var(--target); border-radius: 3px }
details { font-size: .9rem } details ul { columns: 2 18rem; padding-left: 1.2rem }
@media (max-width: 36rem) {
  th, td { padding-right: .4rem; width: auto; font-size: .78rem }
  td:last-child, th:last-child { padding-left: .4rem }
  tbody tr:last-child td:last-child { visibility: hidden; font-size: 0 }
  .line { grid-template-columns: 2rem 1fr }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt }
  fieldset, nav, .skip { display: none }
  .line, dt, tr { break-inside: avoid } dt { break-after: avoid } h2, h3 { break-after: avoid }
  section { break-before: page }
  .open { print-color-adjust: exact }
}
"""
