"""How is it said what a rule of retention lets go, and when? One text for each rule of apps/keeping/retention.toml."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_lazy, ngettext

from countermark.apps.keeping.rules import Rule

WHAT = {
    "sessions": gettext_lazy("Sessions, from their end"),
    "sign_in_links": gettext_lazy("Links of sellers to their cases, from their end"),
    "shop_claims": gettext_lazy("Links by which somebody claims a shop, from their end"),
    "member_invitations": gettext_lazy("Invitations to act for an account, from their end"),
    "identity_papers": gettext_lazy("Papers that show who an account is, from the finding"),
    "left_identity_papers": gettext_lazy("Papers that show who an account is and were never sent, from their arrival"),
    "browser_sessions": gettext_lazy("From which browser somebody was signed in, from the last visit"),
    "looks": gettext_lazy("Who of the desk looked at what, from that day"),
    "guest_links": gettext_lazy("Links of guests to their reports, from their end"),
    "findings": gettext_lazy("What screening found in listings, from the day it was found"),
    "seller_identifiers": gettext_lazy("Digests of what marketplaces know of sellers, from the day they were sent"),
    "access_tokens": gettext_lazy("Access tokens of programs, from their end"),
    "api_replays": gettext_lazy("Answers kept for repeated requests of programs, from the first"),
    "address_counts": gettext_lazy("How often an address of the network asked, from that minute"),
    "mail_confirmations": gettext_lazy("Codes that confirm an address, from when they were made"),
    "sent_drafts": gettext_lazy("Drafts of notices that were sent, from the last change"),
    "left_drafts": gettext_lazy("Drafts of notices that were not sent, from the last change"),
    "sent_answers": gettext_lazy("Drafts of counter-notices that were sent, from the last change"),
    "left_answers": gettext_lazy("Drafts of counter-notices that were not sent, from the last change"),
    "guest_drafts": gettext_lazy("Reports of guests that were never sent, from the last change"),
    "log_checks": gettext_lazy("Results of checks of the log, from the check"),
    "mail_addresses": gettext_lazy("Addresses of letters about cases, from their arrival"),
    "right_letter_addresses": gettext_lazy("Addresses of letters about rights, from their arrival"),
    "order_addresses": gettext_lazy("Addresses of letters about orders, from their arrival"),
    "identity_documents": gettext_lazy("Proofs of identity, from the end of the last case they belong to"),
    "case_files": gettext_lazy("Files of cases, from the end of the last case they belong to"),
    "left_files": gettext_lazy("Files that were sent in and belong to nothing, from their arrival"),
    "case_texts": gettext_lazy("What a holder, seller or guest wrote, from the end of their last case"),
}
THEN = {
    "delete": gettext_lazy("deleted"),
    "blank": gettext_lazy("emptied; that and when it arrived stays"),
    "erase_texts": gettext_lazy("their keys are destroyed; the log still verifies"),
    **dict.fromkeys(("erase_files", "erase_left_files"), gettext_lazy("the bytes go; digest, kind and size stay")),
}


def period(rule: Rule) -> str:
    """How long it is kept."""
    if rule.years:
        return ngettext("%(n)s year", "%(n)s years", rule.years) % {"n": rule.years}
    if rule.days:
        return ngettext("%(n)s day", "%(n)s days", rule.days) % {"n": rule.days}
    return gettext("not beyond it")


def what(rule: Rule) -> str:
    """What the rule speaks of; its table where nobody has worded it."""
    return str(WHAT.get(rule.id, rule.table))
