"""What does a file of trademarks in WIPO ST.66 say? One or many marks a file.

The owners may stand within a mark or, as the USPTO writes them, behind it; those belong to the mark before them. Which of them
owns the mark today is told as in ST.96, by the code of the party.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from countermark.connectors.office import Fault, OfficeRecord
from countermark.connectors.office_records import words
from countermark.connectors.office_records.limits import LIMITS, Limits
from countermark.connectors.office_records.reading import Collected, finished
from countermark.connectors.office_records.st96 import COUNTS_UP
from countermark.connectors.office_records.xml_stream import Element, elements

ROOTS = ("Transaction", "TradeMarkTransactionBody", "TradeMarkDetails", "TradeMark")
NAME_LINES = ("FreeFormatNameLine", "OrganizationName", "LastName", "EntityName")


def read_st66(stream: BinaryIO, limits: Limits = LIMITS) -> Iterator[OfficeRecord | Fault]:
    """Each trademark of the file, or what is wrong with it and where. Closes nothing; reads `stream` to its end."""
    count = 0
    for found in _with_owners(elements(stream, root=ROOTS, wanted=("TradeMark", "ApplicantDetails"), limits=limits)):
        if isinstance(found, Fault):
            yield found
            return
        count += 1
        if count > limits.records:
            yield Fault("too_many", found.line, {"most": str(limits.records)}, fatal=True)
            return
        yield _record(found)
    if not count:
        yield Fault("no_record", 1, fatal=True)


def _with_owners(found: Iterable[Element | Fault]) -> Iterator[Element | Fault]:
    """Every mark with the owners that stand behind it among its own children."""
    mark: Element | None = None
    for each in found:
        if isinstance(each, Element) and each.name == "ApplicantDetails":
            if mark:
                mark.children.append(each)
            continue
        if mark:
            yield mark
        mark = each if isinstance(each, Element) else None
        if isinstance(each, Fault):
            yield each
    if mark:
        yield mark


def _record(mark: Element) -> OfficeRecord | Fault:
    name, number = mark.said("MarkVerbalElementText"), mark.said("RegistrationNumber")
    got = Collected(mark.line, name, number)
    office = mark.said("RegistrationOfficeCode")
    code, sentence = mark.said("MarkCurrentStatusCode"), mark.said("MarkCurrentStatusExternalDescriptionText")
    assigned, renamed = words.conveyance(each.text for each in mark.all("AssignmentConveyanceCategory"))
    record = OfficeRecord(
        office=office.upper(),
        number=got.number(number),
        application_number=mark.said("ApplicationNumber"),
        mark=name or mark.said("MarkDescription"),
        mark_type=words.mark_type(mark.said("MarkFeature"), mark.said("MarkFeatureCode")),
        owners=_owners(mark, office),
        classes=got.classes([(each.text, each.line) for each in mark.all("ClassNumber") if each.text.strip()]),
        filed_on=got.day_in(mark, "ApplicationDate"),
        registered_on=got.day_in(mark, "RegistrationDate"),
        renewed_on=got.day_in(mark, "RenewalDate"),
        expires_on=got.day_in(mark, "ExpiryDate"),
        status=words.status(code, code, sentence),
        status_code=code,
        status_text=sentence or code,
        status_on=got.day_in(mark, "MarkCurrentStatusDate"),
        register=words.register(mark.said("RegisterCategory")),
        was_assigned=assigned,
        was_renamed=renamed,
        picture=words.picture(mark.said("MarkImageFilename", "MarkImageURI")),
        line=mark.line,
    )  # fmt: skip
    return finished(record, got)


def _owners(mark: Element, office: str) -> tuple[str, ...]:
    parties = [party for party in mark.all("Applicant", "Holder") if party.said(*NAME_LINES)]
    if office in COUNTS_UP and parties:
        last = max(_party_code(party) for party in parties)
        parties = [party for party in parties if _party_code(party) == last]
    return tuple(dict.fromkeys(party.said(*NAME_LINES) for party in parties))


def _party_code(party: Element) -> int:
    said = party.said("PartyTypeCode")
    return int(said) if said.isascii() and said.isdigit() else 0
