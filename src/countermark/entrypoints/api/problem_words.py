"""What is each problem of the API called? A code, once given out, keeps its meaning.

Refusals that pages show too are worded in `entrypoints/refusal_words.py`; here stand those only programs meet.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Said(NamedTuple):
    status: int
    title: Promise
    detail: Promise


PROBLEMS = {
    "request_unreadable": Said(
        400, _("The request cannot be read"), _("Something in it is not as HTTP has it. Nothing was done.")
    ),
    "body_unreadable": Said(
        400, _("The body cannot be read"), _("Nothing was done. The defect says what is wrong with it.")
    ),
    "text_unprintable": Said(
        400, _("The address holds a character nothing can store"), _("Take NUL out of path and query.")
    ),
    "idempotency_key_unreadable": Said(
        400, _("The idempotency key cannot be read"), _("Send 1 to 255 visible ASCII characters, such as a UUID.")
    ),
    "not_authenticated": Said(
        401,
        _("No key, or one that opens nothing"),
        _("Send `Authorization: Bearer` and a key or token; one that has expired or was taken back opens nothing."),
    ),
    "role_lost": Said(
        403,
        _("The person of this key no longer has its role"),
        _("A key never can more than its person can. Ask an operator."),
    ),
    "not_for_this_role": Said(
        403,
        _("This is for other roles"),
        _("The key acts as %(role)s; this is for: %(roles)s. Make a key in one of these roles."),
    ),
    "scope_missing": Said(
        403,
        _("The key may not do this"),
        _("It has no scope `%(scope)s`. Make a key with it, or ask for it with the token."),
    ),
    "not_allowed": Said(403, _("This is not allowed"), _("The key does not open this.")),
    "key_is_narrowed": Said(
        403,
        _("This concerns more than one marketplace"),
        _("The key is narrowed to %(name)s. Take one that is not."),
    ),
    "too_many_lines": Said(
        413, _("These are too many lines at once"), _("Nothing was read. Send at most %(most)s lines in one call.")
    ),
    "not_found": Said(
        404,
        _("There is nothing here for you"),
        _("No such thing exists, or it is not yours; both look the same from outside."),
    ),
    "method_not_allowed": Said(
        405, _("This cannot be done with this address"), _("The header Allow names the methods it takes.")
    ),
    "not_possible": Said(409, _("This is not possible now"), _("Look at it as it is now; nothing was changed.")),
    "request_still_running": Said(
        409,
        _("The first request with this idempotency key still runs"),
        _("Nothing was done twice. Ask again in a second."),
    ),
    "length_required": Said(411, _("The request does not say how long it is"), _("Send Content-Length.")),
    "body_too_large": Said(413, _("The body is too large"), _("Send less at once. Nothing was read.")),
    "media_type_unknown": Said(415, _("This kind of body is not read here"), _("Send it as: %(media)s.")),
    "request_defective": Said(
        422,
        _("Something in the request does not fit"),
        _("Nothing was done. Each defect names its field and the way to mend it."),
    ),
    "defective": Said(422, _("Something is missing"), _("Nothing was done. Each defect says how to mend it.")),
    "cursor_unknown": Said(
        422,
        _("This cursor is not of this list"),
        _("Take `next` of the answer before, with the same filters and the same key; or begin anew."),
    ),
    "idempotency_key_reused": Said(
        422,
        _("This idempotency key came with another request"),
        _("Nothing was done. Take a new key for a new request."),
    ),
    "match_missing": Said(
        428,
        _("The request does not say which state of the case it is about"),
        _("Send If-Match with the ETag of the case as you read it."),
    ),
    "too_many_requests": Said(
        429, _("Too many requests"), _("The minute of this key is used up. Retry-After says when the next begins.")
    ),
    "too_many_from_here": Said(
        429,
        _("Too many requests from this computer"),
        _("The minute of this network address is used up. Nothing was done. Retry-After says when the next begins."),
    ),
    "broken": Said(
        500,
        _("Something broke on our side"),
        _("It is logged under the request id. Try again; with an idempotency key nothing happens twice."),
    ),
}

# Refusals of the floors below that pages word in place; programs read them here.
PROBLEMS |= {
    "too_often": Said(
        429, _("More than an hour allows"), _("Nothing was done. Go on in an hour; what was written is kept.")
    ),
    "too_many_codes": Said(
        429, _("We have sent several codes already"), _("No code was sent. Use the newest one, or wait an hour.")
    ),
    "code_wrong": Said(
        422, _("That is not the code we sent"), _("Type the six digits of the newest mail. Tries left: %(left)s.")
    ),
    "code_dead": Said(
        422, _("This code is no longer good"), _("It was used, is too old, or was tried too often. Ask for a new one.")
    ),
    "code_not_sent": Said(503, _("The code could not be sent"), _("Nothing was lost. Try again in a minute.")),
    "notice_defective": Said(
        422, _("The notice cannot be sent as it is"), _("Nothing was sent. Each defect says how to mend it.")
    ),
    "counter_notice_defective": Said(
        422, _("The counter-notice cannot be filed as it is"), _("No chance was used. Each defect says how to mend it.")
    ),
    "decision_defective": Said(
        422, _("The decision is not complete"), _("Nothing was decided. Each defect says how to mend it.")
    ),
    "statement_incomplete": Said(
        422, _("The statement of reasons is not complete"), _("Nothing was decided. Each defect says how to mend it.")
    ),
    "appeal_defective": Said(
        422, _("The appeal cannot be filed as it is"), _("Nothing was filed. Each defect says how to mend it.")
    ),
    "answer_defective": Said(
        422, _("The answer cannot be entered as it is"), _("Nothing was entered. Each defect says how to mend it.")
    ),
    "file_unknown": Said(
        422, _("A file is named that is not there"), _("Nothing was done. Send it to /api/v1/files first.")
    ),
    "identity_defective": Said(
        422, _("Something is missing in these papers"), _("Nothing was sent. Each defect names the way to mend it.")
    ),
    "agreement_defective": Said(
        422, _("Something in force is not accepted"), _("Name each agreement of `to_accept` with its version.")
    ),
    "mandate_defective": Said(
        422, _("The mandate cannot be sent as it is"), _("Nothing was sent. Each defect says how to mend it.")
    ),
    "right_defective": Said(
        422, _("The right cannot be sent as it is"), _("Nothing was sent. Each defect says how to mend it.")
    ),
    "order_defective": Said(
        422, _("The order cannot be entered as it is"), _("Nothing was entered. Each defect says how to mend it.")
    ),
    "marketplace_defective": Said(
        422, _("The marketplace cannot be kept as it is"), _("Nothing was changed. Each defect says how to mend it.")
    ),
    "shop_sign_in_defective": Said(
        422, _("The sign-in cannot be kept as it is"), _("Nothing was changed. Each defect says how to mend it.")
    ),
    "account_defective": Said(
        422, _("The account cannot be kept as it is"), _("Nothing was changed. Each defect says how to mend it.")
    ),
    "person_defective": Said(
        422, _("The person cannot be added"), _("Nothing was changed. The defect names its field.")
    ),
    "key_defective": Said(422, _("The key cannot be made"), _("Nothing was changed. The defect names its field.")),
    "pattern_defective": Said(
        422, _("The patterns of addresses cannot be read"), _("Nothing was changed. Each defect names its place.")
    ),
    "holiday_notice_defective": Said(
        422, _("The holiday notice cannot be read"), _("Nothing was changed. Each defect names its place.")
    ),
    "file_refused": Said(
        422, _("The file was not kept"), _("The defect says why, and what its owner can do about it.")
    ),
    "files_not_now": Said(
        503,
        _("No file can be kept at the moment"),
        _("Nothing was kept, and nothing is wrong with it. Send it again later."),
    ),
    "evidence_too_many": Said(422, _("It takes no more files"), _("The file was not kept. Take one out first.")),
    "too_many_papers": Said(422, _("The right takes no more papers"), _("The paper was not kept. Take one out first.")),
    "cannot_serve": Said(
        422, _("The message cannot be handed over this way"), _("Nothing was recorded. Take another channel.")
    ),
    "already_sent": Said(
        409, _("This draft has gone out"), _("It can no longer be changed. Read the notice it became.")
    ),
    "register_not_asked": Said(
        422,
        _("The register was not asked"),
        _(
            "This office cannot be asked from here, not about this kind of right, or there is no number. Nothing was changed."
        ),
    ),
    "record_unknown": Said(
        422,
        _("The register has nothing under this number"),
        _("Nothing was changed. Compare the number with the certificate."),
    ),
    "office_takes_no_such_number": Said(
        422, _("This is no number the register takes"), _("It was not asked, and nothing was changed.")
    ),
    "office_refused": Said(
        502,
        _("The register did not let this platform in"),
        _("Nothing was changed. The operator has to see to the key."),
    ),
    "office_unavailable": Said(
        503, _("The register does not answer at the moment"), _("Nothing was changed. Ask again later.")
    ),
    "mandate_moved": Said(409, _("The mandate has moved on"), _("Nothing was changed. Read it as it is now.")),
    "right_moved": Said(409, _("The right has moved on"), _("Nothing was changed. Read it as it is now.")),
    "for_a_senior": Said(
        409, _("A senior reviewer was asked to take this case"), _("Nothing was changed. A senior decides it.")
    ),
    "step_on_its_way": Said(
        409,
        _("Another step of this case is on its way"),
        _("Nothing was changed. Undo it first, or wait until it is entered."),
    ),
    "already_served": Said(
        409,
        _("The clock of this case does not wait for service"),
        _("It runs already, or none waits. Nothing was changed."),
    ),
    "appeal_decided": Said(409, _("This appeal is decided"), _("Nothing was changed. Read how it ended.")),
    "appeal_open": Said(
        409, _("An appeal against this decision is open"), _("One at a time; wait until it is decided.")
    ),
    "appeal_late": Said(409, _("The time to appeal is over"), _("Nothing was filed.")),
    "appeal_nothing_lost": Said(
        409, _("There is nothing to appeal against"), _("The decision was not against the one who asks.")
    ),
    "appeal_not_ours": Said(409, _("This cannot be appealed here"), _("Somebody else than this platform decided it.")),
    "appeal_still_open": Said(
        409, _("The case is still open"), _("What is not decided cannot be appealed. Answer in the case.")
    ),
    "appeal_counter_notice_open": Said(
        409, _("A counter-notice is still possible"), _("File it first; an appeal comes after.")
    ),
    "appealed_before": Said(409, _("This decision was appealed before"), _("An appeal is decided once.")),
    "appeal_same_reviewer": Said(
        409, _("Another reviewer decides this appeal"), _("Whoever decided the case does not decide the appeal.")
    ),
    "job_not_failed": Said(
        409, _("This job was not given up"), _("It runs or waits for its turn. Nothing was changed.")
    ),
    "retention_not_counted": Said(
        409,
        _("Nobody has counted today what would go"),
        _("Nothing went. Have it counted first, and read the numbers."),
    ),
    "nothing_to_release": Said(
        409, _("Nothing is held"), _("The installation was not restored, or was released before.")
    ),
    "auditor_defective": Said(
        422, _("This person cannot audit, or not until then"), _("Nothing was changed. The defect names what is wrong.")
    ),
    "auditor_without_end": Said(
        422, _("Nothing says until when they audit"), _("Nothing was changed. Send `until`: an audit ends by itself.")
    ),
    "notice_source": Said(
        422,
        _("Nothing says where the notice is from"),
        _("Nothing was changed. Send `source`: its number, date or address."),
    ),
    "notice_digest": Said(
        422,
        _("This is not the notice that was looked at"),
        _("Nothing was changed. Look at it first; the digest of this text is %(digest)s."),
    ),
    "replay_from_where": Said(
        422, _("Nothing says from where on"), _("Nothing was changed. Send `position` or `since`, one of the two.")
    ),
    "endpoint_defective": Said(
        422, _("The webhook cannot be kept as it is"), _("Nothing was changed. The defect names its field.")
    ),
    "not_in_this_state": Said(
        409, _("This is not possible in its state"), _("Nothing was changed. Read it as it is now.")
    ),
    "nothing_to_replay": Said(
        422, _("There is nothing to send again"), _("Nothing was sent. Choose an earlier point, or another filter.")
    ),
    "order_ended": Said(
        409,
        _("The order has ended"),
        _("Nothing was changed. An order that ended does not come back; enter a new one."),
    ),
    "cases_apart": Said(
        422,
        _("These cases cannot be answered together"),
        _("Nothing was filed. Answer the cases of one notice and one chance at a time."),
    ),
    "not_waiting": Said(
        409, _("This case does not wait on a reviewer"), _("Nothing was changed. Take a case of the queue.")
    ),
    "no_senior": Said(
        409,
        _("There is no senior to pass this case to"),
        _("Nothing was changed. Seniors decide by themselves; otherwise ask an operator to name one."),
    ),
    "shop_unknown": Said(
        422,
        _("There is no such seller at this marketplace"),
        _("No link was made. Send the seller %(ref)s first, or look how its id is written."),
    ),
    "shop_without_address": Said(
        409,
        _("No address of this shop is known"),
        _("No link was made. Send its address, or make the link without `mail`."),
    ),
    "holder_without_address": Said(
        409,
        _("No address of this holder is known"),
        _("Nothing was sent. Tell %(name)s another way, then say that it was handed over."),
    ),
    "link_not_mailed": Said(
        503, _("The mail could not be sent"), _("The link was taken back. Try again, or make it without `mail`.")
    ),
    "link_ended": Said(409, _("This link has ended"), _("Nothing was changed: it was used, or taken back before.")),
    "last_operator": Said(
        409, _("This is the last operator"), _("Nothing was changed. Give somebody else the role first.")
    ),
}

UNREADABLE = {
    "not_utf8": _("The body is not UTF-8."),
    "not_json": _("The body is not JSON."),
    "no_number": _("NaN and Infinity are no numbers in JSON."),
    "named_twice": _("One object has this name twice."),
    "too_deep": _("The body is nested too deeply."),
    "unprintable_text": _("A text holds a character nothing can store: NUL, or half of a surrogate pair."),
}

# type of a schema's fault -> the sentence
FIELD_WORDS = {
    "missing": _("This field is missing."),
    "unknown_field": _("There is no such field."),
    "string_type": _("This has to be a text."),
    "int_type": _("This has to be a whole number."),
    "int_parsing": _("This has to be a whole number."),
    "int_from_float": _("This has to be a whole number."),
    "bool_type": _("This has to be true or false."),
    "bool_parsing": _("This has to be true or false."),
    "list_type": _("This has to be a list."),
    "dict_type": _("This has to be an object."),
    "model_type": _("This has to be an object."),
    "model_attributes_type": _("This has to be an object."),
    "literal_error": _("This has to be one of: %(expected)s."),
    "enum": _("This has to be one of: %(expected)s."),
    "string_too_long": _("This is too long: at most %(max_length)s characters."),
    "string_too_short": _("This is too short: at least %(min_length)s characters."),
    "too_long": _("These are too many: at most %(max_length)s."),
    "too_short": _("These are too few: at least %(min_length)s."),
    "greater_than_equal": _("This is too small: at least %(ge)s."),
    "less_than_equal": _("This is too large: at most %(le)s."),
    "not_a_date": _("This is not written as a date or an instant."),
    "timezone_aware": _("This instant has no time zone."),
    "string_pattern_mismatch": _("This does not look as it should: %(pattern)s."),
    "other": _("This does not fit: %(said)s"),
}
WAYS_OUT = {
    "unknown_field": _("Did you mean %(nearest)s?"),
    "unknown_field_nothing_near": _("Leave it out."),
    "missing": _("Add it."),
    "not_a_date": _("Write it as 2026-02-25 or, for an instant, 2026-02-25T14:02:00+08:00."),
    "timezone_aware": _("Write it with its offset, such as 2026-02-25T14:02:00+08:00."),
}
