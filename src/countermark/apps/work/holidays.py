"""What is a holiday called in the reader's language?

The calendars name holidays in English. The names below are those of the PRC, of the United States and of TARGET, and
what the member states have in common; any other keeps the name its calendar gives it."""

from django.utils.translation import gettext, pgettext, pgettext_lazy

OBSERVED = " (observed)"
NAMES = {
    "New Year's Day": pgettext_lazy("holiday", "New Year's Day"),
    "Spring Festival": pgettext_lazy("holiday", "Spring Festival"),
    "Tomb-sweeping Day": pgettext_lazy("holiday", "Tomb-sweeping Day"),
    "Labour Day": pgettext_lazy("holiday", "Labour Day"),
    "Labor Day": pgettext_lazy("holiday", "Labor Day"),
    "Dragon Boat Festival": pgettext_lazy("holiday", "Dragon Boat Festival"),
    "Mid-autumn Festival": pgettext_lazy("holiday", "Mid-autumn Festival"),
    "National Day": pgettext_lazy("holiday", "National Day"),
    "Anti-Fascist 70th Day": pgettext_lazy("holiday", "Anti-Fascist 70th Day"),
    "Birthday of Martin Luther King, Jr.": pgettext_lazy("holiday", "Birthday of Martin Luther King, Jr."),
    "Washington's Birthday": pgettext_lazy("holiday", "Washington's Birthday"),
    "Memorial Day": pgettext_lazy("holiday", "Memorial Day"),
    "Juneteenth National Independence Day": pgettext_lazy("holiday", "Juneteenth National Independence Day"),
    "Independence Day": pgettext_lazy("holiday", "Independence Day"),
    "Columbus Day": pgettext_lazy("holiday", "Columbus Day"),
    "Veterans Day": pgettext_lazy("holiday", "Veterans Day"),
    "Thanksgiving Day": pgettext_lazy("holiday", "Thanksgiving Day"),
    "Christmas Eve": pgettext_lazy("holiday", "Christmas Eve"),
    "Christmas Day": pgettext_lazy("holiday", "Christmas Day"),
    "Christmas Holiday": pgettext_lazy("holiday", "Christmas Holiday"),
    "Second Day of Christmas": pgettext_lazy("holiday", "Second Day of Christmas"),
    "Saint Stephen's Day": pgettext_lazy("holiday", "Saint Stephen's Day"),
    "Epiphany": pgettext_lazy("holiday", "Epiphany"),
    "Maundy Thursday": pgettext_lazy("holiday", "Maundy Thursday"),
    "Good Friday": pgettext_lazy("holiday", "Good Friday"),
    "Easter Sunday": pgettext_lazy("holiday", "Easter Sunday"),
    "Easter Monday": pgettext_lazy("holiday", "Easter Monday"),
    "Ascension Day": pgettext_lazy("holiday", "Ascension Day"),
    "Pentecost": pgettext_lazy("holiday", "Pentecost"),
    "Pentecost Monday": pgettext_lazy("holiday", "Pentecost Monday"),
    "Corpus Christi": pgettext_lazy("holiday", "Corpus Christi"),
    "Assumption Day": pgettext_lazy("holiday", "Assumption Day"),
    "All Saints' Day": pgettext_lazy("holiday", "All Saints' Day"),
    "German Unity Day": pgettext_lazy("holiday", "German Unity Day"),
    "Europe Day": pgettext_lazy("holiday", "Europe Day"),
    "May Day": pgettext_lazy("holiday", "May Day"),
}


def holiday(name: str) -> str:
    """Say a holiday as its calendar names it; several on one day stand with a semicolon, a day moved says so."""
    return pgettext("between two holidays of one day", "; ").join(_one(each) for each in name.split("; "))


def _one(name: str) -> str:
    plain = name.removesuffix(OBSERVED)
    said = str(NAMES.get(plain, plain))
    return gettext("%(holiday)s (observed)") % {"holiday": said} if plain != name else said
