"""What may a program be allowed to do, and which role can hand out which of it?

The lists are closed. A scope narrows what the role of the key can do; it never widens it. A retired scope stays here,
with its year: a word once given out keeps its meaning.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy, pgettext_lazy

RIGHTS_HOLDER, AGENT, SELLER = "rights_holder", "agent", "seller"
REVIEWER, SENIOR, OPERATOR = "reviewer", "senior", "operator"
AUDITOR = "auditor"  # reads what operators read, until a day; changes nothing

COMPLAINANTS = (RIGHTS_HOLDER, AGENT)
PARTIES = (*COMPLAINANTS, SELLER)
DESK = (REVIEWER, SENIOR)
EVERY_ROLE = (*PARTIES, *DESK, OPERATOR)

ROLES = {
    RIGHTS_HOLDER: pgettext_lazy("role", "rights holder"),
    AGENT: pgettext_lazy("role", "agent"),
    SELLER: pgettext_lazy("role", "seller"),
    REVIEWER: pgettext_lazy("role", "reviewer"),
    SENIOR: pgettext_lazy("role", "senior reviewer"),
    OPERATOR: pgettext_lazy("role", "operator"),
    AUDITOR: pgettext_lazy("role", "auditor"),
}

# scope -> (what it lets a program do, the roles whose keys can have it)
SCOPES = {
    "complaints:read": (gettext_lazy("Read complaints and their timelines"), EVERY_ROLE),
    "complaints:act": (gettext_lazy("Act on complaints: answer, withdraw, appeal"), EVERY_ROLE),
    "notices:write": (gettext_lazy("Send notices"), COMPLAINANTS),
    "counter_notices:write": (gettext_lazy("File counter-notices"), (SELLER,)),
    "rights:read": (gettext_lazy("Read IP rights"), (*COMPLAINANTS, *DESK, OPERATOR)),
    "rights:write": (gettext_lazy("Add and change IP rights"), COMPLAINANTS),
    "account:read": (gettext_lazy("Read the account, its proof of identity and its members"), COMPLAINANTS),
    "account:write": (gettext_lazy("Show who the account is, and accept agreements"), COMPLAINANTS),
    "members:manage": (gettext_lazy("Say who acts for the account"), COMPLAINANTS),
    "identity:check": (gettext_lazy("Verify who an account is"), DESK),
    "decisions:write": (gettext_lazy("Check notices and decide cases"), DESK),
    "listings:read": (gettext_lazy("Read listings"), EVERY_ROLE),
    "listings:write": (gettext_lazy("Send listings in bulk"), (SELLER, OPERATOR)),
    "sellers:read": (gettext_lazy("Read sellers"), (*DESK, OPERATOR)),
    "sellers:write": (gettext_lazy("Add and change sellers"), (OPERATOR,)),
    "claims:write": (
        gettext_lazy("Make links with which sellers claim their shop, and let people of a shop go"),
        (OPERATOR,),
    ),
    "marketplaces:read": (gettext_lazy("Read marketplaces and their rules"), EVERY_ROLE),
    "marketplaces:write": (gettext_lazy("Add and change marketplaces"), (OPERATOR,)),
    "messages:read": (gettext_lazy("Read messages"), EVERY_ROLE),
    "files:read": (gettext_lazy("Fetch files"), EVERY_ROLE),
    "files:write": (gettext_lazy("Upload files"), EVERY_ROLE),
    "sign_ins:read": (gettext_lazy("See where you are signed in"), EVERY_ROLE),
    "sign_ins:end": (gettext_lazy("Sign you out of browsers"), EVERY_ROLE),
    "webhooks:manage": (gettext_lazy("Manage webhooks"), (*PARTIES, OPERATOR)),
    "webhooks:read": (gettext_lazy("Read webhooks and what was delivered"), (*PARTIES, OPERATOR)),
    "events:read": (gettext_lazy("Read the log of events with its proofs"), EVERY_ROLE),
    "operations:read": (gettext_lazy("Read what runs and what is stuck"), (OPERATOR,)),
    "operations:act": (gettext_lazy("Mend what is stuck"), (OPERATOR,)),
}
ADMINS_ONLY = frozenset({"members:manage", "webhooks:manage", "webhooks:read"})
HOLDS = {"webhooks:manage": "webhooks:read"}  # a scope -> the one that is in it: reading was part of managing before


def scopes_of(role: str) -> tuple[str, ...]:
    """Every scope a key in this role can have, in the order of the list. An auditor's are those with which operators read."""
    if role == AUDITOR:
        return tuple(scope for scope in scopes_of(OPERATOR) if scope.endswith(":read"))
    return tuple(scope for scope, (_, roles) in SCOPES.items() if role in roles)


def known(scopes: Iterable[str], role: str) -> tuple[str, ...]:
    """Those of `scopes` that a key in this role can have, in the order of the list."""
    asked = set(scopes)
    return tuple(scope for scope in scopes_of(role) if scope in asked)


def of_member(scopes: Iterable[str], role: str) -> frozenset[str]:
    """Those of `scopes` that a member of an account has in this role: a viewer reads, only an admin says who acts for it."""
    if role == "admin":
        return frozenset(scopes)
    if role == "filer":
        return frozenset(scopes) - ADMINS_ONLY
    return frozenset(scope for scope in scopes if scope.endswith(":read")) - ADMINS_ONLY


def with_held(scopes: Iterable[str]) -> frozenset[str]:
    """These scopes and those that are in them."""
    given = frozenset(scopes)
    return given | {HOLDS[scope] for scope in given & HOLDS.keys()}
