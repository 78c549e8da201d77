"""What does a file of trademarks in WIPO ST.96 say? Versions 1 (draft 3) to 8, as offices send them, one or many marks a file.

Who owns a mark today: offices list owners by a sequence; that of the USPTO counts up through its life (10 applicant, 20 at
publication, 30 registrant, 31 and on new owners), so the highest holds. At other offices all of them do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from countermark.connectors.office import Fault, OfficeRecord
from countermark.connectors.office_records import words
from countermark.connectors.office_records.limits import LIMITS, Limits
from countermark.connectors.office_records.reading import Collected, finished
from countermark.connectors.office_records.xml_stream import Element, elements

ROOTS = ("Transaction", "TrademarkTransaction", "TrademarkTransactionBody", "TrademarkBag", "Trademark")
COUNTS_UP = ("US",)  # whose party codes tell the life of a mark, not who owns it together
NICE = ("nice", "primary", "international")


def read_st96(stream: BinaryIO, limits: Limits = LIMITS) -> Iterator[OfficeRecord | Fault]:
    """Each trademark of the file, or what is wrong with it and where. Closes nothing; reads `stream` to its end."""
    count = 0
    for found in elements(stream, root=ROOTS, wanted=("Trademark",), limits=limits):
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


def _record(mark: Element) -> OfficeRecord | Fault:
    name, number = (
        mark.said("MarkVerbalElementText", "MarkSignificantVerbalElementText"),
        mark.said("RegistrationNumber"),
    )
    got = Collected(mark.line, name, number)
    office = mark.said("RegistrationOfficeCode", "IPOfficeCode")
    sentence = mark.said("MarkCurrentStatusExternalDescriptionText", "MarkCurrentStatusInternalDescriptionText")
    code = mark.said("MarkCurrentStatusCode")
    entries = [each.text for each in mark.all("AssignmentConveyanceCategory")]
    assigned, renamed = words.conveyance(entries)
    record = OfficeRecord(
        office=office.upper(),
        number=got.number(number),
        application_number=_application(mark),
        mark=name or mark.said("MarkDescriptionText"),
        mark_type=words.mark_type(mark.said("MarkFeatureCategory"), mark.said("MarkFeatureCode")),
        owners=_owners(mark, office),
        classes=got.classes(_classes(mark)),
        filed_on=got.day_in(mark, "ApplicationDate"),
        registered_on=got.day_in(mark, "RegistrationDate"),
        renewed_on=got.day_in(mark, "RenewalDate"),
        expires_on=got.day_in(mark, "ExpiryDate", "ExpirationDate"),
        status=words.status(mark.said("MarkCurrentStatusCategory"), code, sentence),
        status_code=code,
        status_text=sentence or mark.said("MarkCurrentStatusCategory"),
        status_on=got.day_in(mark, "MarkCurrentStatusDate"),
        register=words.register(mark.said("RegisterCategory")),
        designates=_designated(mark),
        was_assigned=assigned,
        was_renamed=renamed,
        picture=words.picture(mark.said("ImageFileName", "FileName", "ImageURI")),
        line=mark.line,
    )  # fmt: skip
    return finished(record, got)


def _application(mark: Element) -> str:
    outer = mark.first("ApplicationNumber")
    return (outer.said("ApplicationNumberText", "ST13ApplicationNumber") or outer.text.strip()) if outer else ""


def _owners(mark: Element, office: str) -> tuple[str, ...]:
    parties = list(mark.all("Applicant", "Holder", "Owner"))
    if office in COUNTS_UP and parties:
        last = max(_sequence(party) for party in parties)
        parties = [party for party in parties if _sequence(party) == last]
    names = (party.said("EntityName", "OrganizationStandardName", "PersonFullName") for party in parties)
    return tuple(dict.fromkeys(name for name in names if name))


def _sequence(party: Element) -> int:
    said = party.attributes.get("sequenceNumber", "")
    return int(said) if said.isascii() and said.isdigit() else 0


def _classes(mark: Element) -> list[tuple[str, int]]:
    rows = [(row, row.said("ClassificationKindCode").casefold()) for row in mark.all("GoodsServicesClassification")]
    nice = [row for row, kind in rows if kind in NICE or not kind]
    found = [each for row in nice for each in row.under("ClassNumber")]
    found = found or [
        each for row in mark.all("ClassDescription", "GoodsServices") for each in row.under("ClassNumber")
    ]
    return [(each.text, each.line) for each in found if each.text.strip()]


def _designated(mark: Element) -> tuple[str, ...]:
    codes = (each.text.strip().upper() for each in mark.all("DesignatedCountryCode", "DesignatedContractingPartyCode"))
    return tuple(dict.fromkeys(code for code in codes if code))
