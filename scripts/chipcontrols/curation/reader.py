"""What drafts are made from: a line with its accounts, and which codes its words call for."""

import dataclasses
from collections.abc import Mapping, Sequence

from chipcontrols.curation import places, reports
from chipcontrols.languages.base import Quantity, Span
from chipcontrols.languages.characters import TITLE
from chipcontrols.package import Code, Package, Row, Table
from chipcontrols.validation.anchors import Line, occurrences
from chipcontrols.validation.candidates import Candidate
from chipcontrols.validation.completeness import Account, stands_apart
from chipcontrols.validation.lexicon import cues_in
from chipcontrols.validation.passages import Evidence
from chipcontrols.validation.rules.words import fits_unit

NOWHERE = (0, 0)


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """What drafts are made from: a package, its evidence, a line, and the accounts of the line."""

    package: Package
    evidence: Evidence
    line: Line
    accounts: Sequence[Account]

    def to_draft(self, kind: str) -> list[tuple[Candidate, str]]:
        """Return the candidates of a class that are not excluded, each with what records it."""
        here = [a for a in self.accounts if a.candidate.kind == kind and a.status != "excluded"]
        return [(account.candidate, account.by) for account in here]

    def open(self, *kinds: str) -> list[Candidate]:
        """Return the open candidates, of all classes or of some."""
        found = [a.candidate for a in self.accounts if a.status == "open"]
        return [c for c in found if not kinds or c.kind in kinds]

    @property
    def quantities(self) -> dict[Span, Quantity]:
        """The quantities of the line, by their spans."""
        return {(one.start, one.end): one for one in self.line.quantities}

    def is_heading(self) -> bool:
        """Return whether the line is short and has no full stop, as headings and credits."""
        return stands_apart(self.line, 0, len(self.line.reading))

    def report(self, span: Span) -> Span | None:
        """Return what somebody says in which a span lies, if it lies in any."""
        said = (said for _, said in reports.reported(self.line))
        return next((one for one in said if one[0] <= span[0] and span[1] <= one[1]), None)

    def excerpt(self, span: Span, *larger: Span) -> Span:
        """Return the first good excerpt for a span: larger ones, its sentence, clauses, or less; it
        occurs once on the line outside damage and has the words of the span once."""
        line, text = self.line, self.evidence.texts[self.line.document]
        around = places.sentence_around(line, *span), places.clauses_around(line, *span)
        for one in (*larger, *around):
            once = line.reading.count(line.reading[slice(*span)], *one) == 1
            if once and places.outcome(text, line, one) == "exact":
                return one
        return places.shortest_excerpt(line, *span)

    def codes(self, table: Table, column: str) -> tuple[Code, ...]:
        """Return the codes of a column."""
        return self.evidence.lexicon.codes.get((table.name, column), ())

    def fitting(self, table: Table, cells: Mapping[str, str], column: str) -> list[str]:
        """Return the codes of a column, of one that fixes a unit those of the unit of the cells."""
        row, evidence = Row(table.name, 0, "", cells, table.schema), self.evidence
        codes = self.codes(table, column)
        return [c.code for c in codes if not c.unit or fits_unit(evidence, row, column, c.code)]

    def spotted(
        self, table: Table, cells: Mapping[str, str], column: str, span: Span
    ) -> list[tuple[Span, str]]:
        """Return where words of a span call for which of the fitting codes, in order of place; a
        cue inside a longer one of another code (不得 in 未经许可不得) calls for nothing."""
        words = TITLE.sub(lambda title: " " * len(title[0]), self.line.reading[slice(*span)])
        found = cues_in(self.evidence.lexicon, table.name, column, words)
        every = {cue for cues in found.values() for cue in cues}
        whole = {cue for cue in every if not any(cue in one and cue != one for one in every)}
        return sorted(
            ((span[0] + at, span[0] + at + len(cue)), code)
            for code in self.fitting(table, cells, column)
            for cue in whole & found.get(code, {}).keys()
            for at in occurrences(words, cue)
        )

    def called(self, table: Table, cells: Mapping[str, str], column: str, span: Span) -> list[str]:
        """Return the fitting codes that words of the line call for."""
        return [*dict.fromkeys(code for _, code in self.spotted(table, cells, column, span))]

    def uncued(self, table: Table, cells: Mapping[str, str], column: str) -> list[str]:
        """Return the fitting codes that need no cue, of measures those that name first what the
        unit is: of a multiple a ratio, though some counts are multiples."""
        fitting = self.fitting(table, cells, column)
        found = [c for c in self.codes(table, column) if c.code in fitting and not c.cues]
        units = [f.name for f in table.schema.fields if f.options.get("measure") == column]
        read = [c for name in units for c in self.codes(table, name) if c.code == cells.get(name)]
        kinds = {kind for one in read for kind in (one.code, one.unit)}
        first = [one.code for one in found if one.unit.split("|")[0] in kinds]
        return first or [one.code for one in found]
