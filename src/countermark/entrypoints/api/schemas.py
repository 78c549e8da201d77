"""What stands in every schema: what comes in is strict to the last name, what goes out says what it is.

An unknown field is refused with the nearest known name, a wrong type with the path to it; every fault at once.
"""

import re
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

Item = TypeVar("Item")


def _written(value: Any) -> Any:
    """A day or an instant is written, never counted in seconds since 1970."""
    if isinstance(value, (int, float)) or (isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d", value)):
        raise PydanticCustomError("not_a_date", "Write it as RFC 3339 has it.")
    return value


# In a body they stand as text: strict about what the text says, not about its being one.
Instant = Annotated[AwareDatetime, BeforeValidator(_written), Field(strict=False)]
Day = Annotated[date, BeforeValidator(_written), Field(strict=False)]
Line = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=5000)]
# What is no white space to any reader of the description: ECMAScript counts U+FEFF as such and not U+0085, Rust the other way
# round. Digits are ASCII's, which not every reader means by \d.
VISIBLE = r"[^\s\u0085\ufeff]"
ADDRESS = rf"https?://{VISIBLE}+"
Address = Annotated[str, Field(max_length=600, pattern=f"^{ADDRESS}$")]
AddressOrNone = Annotated[str, Field(max_length=600, pattern=f"^({ADDRESS})?$")]
Price = Annotated[
    str, Field(max_length=40, pattern=r"^([0-9]{1,15}(\.[0-9]{1,4})?)?$", description='As text: "12.50".')
]
Why = Annotated[str, Field(min_length=1, max_length=2000, pattern=VISIBLE)]


class Strict(BaseModel):
    """The base of everything a program sends."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, str_max_length=20_000)

    @model_validator(mode="wrap")
    @classmethod
    def _nearest_names(cls, data: Any, handler: ModelWrapValidatorHandler["Strict"]) -> "Strict":
        try:
            return handler(data)
        except ValidationError as error:
            raise ValidationError.from_exception_data(cls.__name__, [cls._named(e) for e in error.errors()]) from None

    @classmethod
    def _named(cls, error: Any) -> InitErrorDetails:
        kind, context = error["type"], {k: v for k, v in error.get("ctx", {}).items() if k != "error"}
        if kind == "extra_forbidden":
            kind, context = "unknown_field", {"nearest": nearest(str(error["loc"][-1]), list(cls.model_fields))}
        said = PydanticCustomError(kind, "{said}", {**context, "said": error["msg"]})
        return InitErrorDetails(type=said, loc=error["loc"], input=error["input"])


class Asked(Strict):
    """The base of what stands in the query of a list: how much of it, and from where on. Values come as text."""

    model_config = ConfigDict(strict=False)

    limit: int = Field(50, ge=1, le=200, description="How many items one answer holds.")
    cursor: str = Field("", max_length=2000, description="`next` of the answer before.")


class Shown(BaseModel):
    """The base of everything we answer."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class Page(Shown, Generic[Item]):
    """A piece of a list. `next` is the cursor of the piece after it, null at the end."""

    items: list[Item]
    next: str | None = None


class Whole(Shown, Generic[Item]):
    """A list that is always answered whole."""

    items: list[Item]


class Defect(Shown):
    """One thing to mend."""

    code: str
    field: str = Field(description="Where it stands: a name, or a path such as `lines.3.url`.")
    message: str
    how_to_mend: str


class Problem(Shown):
    """Why it was not done (RFC 9457)."""

    type: str = Field(description="Stable: `{BASE_URL}/problems/<code>`.")
    code: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    defects: list[Defect]


def nearest(name: str, known: list[str]) -> str:
    """The known name most like this one, "" when none is."""
    return next(iter(get_close_matches(name, known, 1, 0.6)), "")
