"""Records of an office in the schemas real ones come in, small and made up: FJELL of Halden & Moe AS."""

from __future__ import annotations

HALDEN = "Halden & Moe AS"
ST96 = {  # root, its namespaces, prefixes of the common and of the trademark part: drafts of version 1, and version 2
    "1_D3": ("Transaction", "http://www.wipo.int/standards/XMLSchema/{}/1", "com", "tmk"),
    "2.2": ("TrademarkTransaction", "http://www.wipo.int/standards/XMLSchema/ST96/{}", "ns1", "ns2"),
}


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def st96_mark(
    number: str = "7654321",
    *,
    name: str = "FJELL",
    owner: str = HALDEN,
    before: str = "Fjell Lamps Inc.",
    classes: tuple[str, ...] = ("009", "011"),
    registered: str = "2019-03-05-05:00",
    renewed: str = "",
    status: tuple[str, str] = ("700", "The trademark is registered."),
    feature: str = "4",
    conveyance: str = "",
    application: str = "88123456",
    office: str = "US",
    c: str = "ns1",
    t: str = "ns2",
) -> str:
    """One mark as the USPTO writes it: today's owner by the highest sequence, national classes beside those of Nice."""
    nice = "".join(
        f"<{t}:GoodsServicesClassification><{t}:ClassificationKindCode>Nice</{t}:ClassificationKindCode>"
        f"<{t}:ClassNumber>{each}</{t}:ClassNumber></{t}:GoodsServicesClassification>"
        for each in classes
    )
    applicants = "".join(
        f'<{t}:Applicant {c}:sequenceNumber="{place}"><{c}:Contact><{c}:Name><{c}:EntityName>{escaped(who)}'
        f"</{c}:EntityName></{c}:Name></{c}:Contact></{t}:Applicant>"
        for place, who in ((31, owner), (10, before))
    )
    assignment = (
        f"<{t}:AssignmentConveyanceCategory>{conveyance}</{t}:AssignmentConveyanceCategory>" if conveyance else ""
    )
    return f"""
<{t}:Trademark>
<{c}:RegistrationOfficeCode>{office}</{c}:RegistrationOfficeCode>
<{c}:ApplicationNumber><{c}:IPOfficeCode>{office}</{c}:IPOfficeCode>
<{c}:ApplicationNumberText>{application}</{c}:ApplicationNumberText></{c}:ApplicationNumber>
<{c}:RegistrationNumber>{number}</{c}:RegistrationNumber>
<{t}:ApplicationDate>2018-09-20-04:00</{t}:ApplicationDate>
<{c}:RegistrationDate>{registered}</{c}:RegistrationDate>
<{t}:MarkCurrentStatusCode>{status[0]}</{t}:MarkCurrentStatusCode>
<{t}:MarkCurrentStatusDate>2019-03-05</{t}:MarkCurrentStatusDate>
<{t}:MarkRepresentation><{t}:MarkReproduction><{t}:WordMarkSpecification>
<{t}:MarkVerbalElementText>{escaped(name)}</{t}:MarkVerbalElementText></{t}:WordMarkSpecification>
<{t}:MarkImageBag><{t}:MarkImage><{c}:FileName>No image available</{c}:FileName></{t}:MarkImage></{t}:MarkImageBag>
</{t}:MarkReproduction><{t}:MarkDescriptionBag><{t}:NationalMarkDescription>
<{t}:MarkFeatureCode>{feature}</{t}:MarkFeatureCode></{t}:NationalMarkDescription></{t}:MarkDescriptionBag></{t}:MarkRepresentation>
<{t}:GoodsServicesBag><{t}:GoodsServices><{t}:GoodsServicesClassificationBag>{nice}
<{t}:GoodsServicesClassification><{t}:ClassificationKindCode>Domestic</{t}:ClassificationKindCode>
<{t}:NationalClassNumber>021</{t}:NationalClassNumber></{t}:GoodsServicesClassification>
</{t}:GoodsServicesClassificationBag></{t}:GoodsServices></{t}:GoodsServicesBag>
<{t}:ApplicantBag>{applicants}</{t}:ApplicantBag>
<{t}:AssignmentBag>{assignment}</{t}:AssignmentBag>
<{t}:NationalTrademarkInformation><{t}:RegisterCategory>Principal</{t}:RegisterCategory>
<{t}:MarkCurrentStatusExternalDescriptionText>{status[1]}</{t}:MarkCurrentStatusExternalDescriptionText>
<{t}:RenewalDate>{renewed}</{t}:RenewalDate></{t}:NationalTrademarkInformation>
</{t}:Trademark>"""


def st96(*marks: str, version: str = "2.2", encoding: str = "UTF-8") -> bytes:
    """A file of these marks; without any, of one with everything as usual."""
    root, space, c, t = ST96[version]
    spaces = f'xmlns:{c}="{space.format("Common")}" xmlns:{t}="{space.format("Trademark")}"'
    bag = "".join(marks or (st96_mark(c=c, t=t),))
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n<{t}:{root} {spaces}>'
    text = f"{head}<{t}:TrademarkBag>{bag}</{t}:TrademarkBag></{t}:{root}>"
    return text.encode(encoding)


def st66_mark(number: str = "7654321", *, name: str = "FJELL", owner: str = HALDEN, inside: bool = False) -> str:
    """One mark; its owners behind it, as the USPTO writes them, or inside it, as the standard has them."""
    parties = "".join(
        f"<Applicant><ApplicantAddressBook><FormattedNameAddress><Name><FreeFormatName><FreeFormatNameDetails>"
        f"<FreeFormatNameLine>{escaped(who)}</FreeFormatNameLine></FreeFormatNameDetails></FreeFormatName></Name>"
        f"</FormattedNameAddress></ApplicantAddressBook><ApplicantExt><u:PartyTypeCode>{code}</u:PartyTypeCode>"
        f"</ApplicantExt></Applicant>"
        for who, code in ((owner, "30"), ("Fjell Lamps Inc.", "10"))
    )
    owners = f"<ApplicantDetails>{parties}</ApplicantDetails>"
    mark = f"""<TradeMark><RegistrationOfficeCode>US</RegistrationOfficeCode>
<ApplicationNumber>88123456</ApplicationNumber><ApplicationDate>2018-09-20-04:00</ApplicationDate>
<RegistrationNumber>{number}</RegistrationNumber><RegistrationDate>2019-03-05-05:00</RegistrationDate>
<MarkCurrentStatusCode>702</MarkCurrentStatusCode><MarkFeature>TYPESET WORD(S) /LETTER(S) /NUMBER(S)</MarkFeature>
<WordMarkSpecification><MarkVerbalElementText>{escaped(name)}</MarkVerbalElementText></WordMarkSpecification>
<GoodsServicesDetails><GoodsServices><ClassDescriptionDetails><ClassDescription><ClassNumber>009</ClassNumber>
</ClassDescription><ClassDescription><ClassNumber>011</ClassNumber></ClassDescription></ClassDescriptionDetails></GoodsServices></GoodsServicesDetails>
{owners if inside else ""}</TradeMark>"""
    return f"<TradeMarkDetails>{mark}</TradeMarkDetails>{'' if inside else owners}"


def st66(*marks: str) -> bytes:
    """A file of these marks; without any, of one with everything as usual."""
    bag = "".join(f"<TransactionData>{mark}</TransactionData>" for mark in marks or (st66_mark(),))
    spaces = (
        'xmlns:u="urn:us:gov:doc:uspto:trademark:status" xmlns="http://www.wipo.int/standards/XMLSchema/trademarks"'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><Transaction {spaces}>{bag}</Transaction>'.encode()
