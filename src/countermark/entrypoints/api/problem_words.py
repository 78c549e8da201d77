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
    "broken": Said(
        500,
        _("Something broke on our side"),
        _("It is logged under the request id. Try again; with an idempotency key nothing happens twice."),
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
