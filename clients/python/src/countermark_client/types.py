"""What goes to the API and what comes back, schema by schema. Instants are RFC 3339 text.

Written by clients/python/write_methods.py from docs/reference/api.json; change that, not this.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class AnswerSent(TypedDict):
    """An answer. Which `event` a case takes now stands in its `permitted`.

    `counter_accepted`: the seller is right. `counter_rejected`: say why; a reviewer decides. `action_filed`: one
    went to court or to an authority; its proof is in `files`. `mended`: what was missing in the notice.
    `withdrawn`, `retracted_as_error`: the complaint is over; as an error everything it did is undone.
    """

    event: Literal["counter_accepted", "counter_rejected", "action_filed", "mended", "withdrawn", "retracted_as_error"]
    words: NotRequired[str]
    files: NotRequired[list[Piece]]


class Answers(TypedDict):
    """What the register says about a right, as text; `/right-kinds` says what each kind is asked."""

    office: NotRequired[str | None]
    mark_type: NotRequired[str | None]
    name: NotRequired[str | None]
    number: NotRequired[str | None]
    owner: NotRequired[str | None]
    expires_on: NotRequired[str | None]
    classes: NotRequired[str | None]
    brand: NotRequired[str | None]
    designates: NotRequired[str | None]
    renewed: NotRequired[str | None]
    assigned: NotRequired[str | None]
    changed: NotRequired[str | None]
    mandate_ends_on: NotRequired[str | None]
    registered: NotRequired[str | None]
    work_kind: NotRequired[str | None]
    author: NotRequired[str | None]
    published_on: NotRequired[str | None]
    country: NotRequired[str | None]
    filed_on: NotRequired[str | None]
    content: NotRequired[str | None]


class AnswersSent(TypedDict):
    """One answer to many cases; words and files go to each of them."""

    event: Literal["counter_accepted", "counter_rejected", "action_filed", "mended", "withdrawn", "retracted_as_error"]
    words: NotRequired[str]
    files: NotRequired[list[Piece]]
    cases: list[CaseSeen]


class AppealFiled(TypedDict):
    """An appeal of this side. `granted` null with a `decided_at`: closed, what it was about no longer stands."""

    filed_at: str
    words: Words
    files: list[File]
    due_at: str | None
    decided_at: str | None
    granted: bool | None
    answer: Words | None


class AppealSent(TypedDict):
    """Why the decision is wrong."""

    words: str
    files: NotRequired[list[Piece]]


class AppealStands(TypedDict):
    """Whether one can appeal now, and until when; `why_not` says what is in the way. `until` is null before one was
    told.
    """

    may: bool
    until: Deadline | None
    why_not: WhyNot | None
    filed: list[AppealFiled]


class CaseRow(TypedDict):
    """One case in a list. `seq` is its version: the ETag of the case."""

    number: str
    notice: str
    line: int
    marketplace: str
    listing: ListingShown
    seller: str
    complainant: str
    reason: str
    procedure: str
    state: str
    status: str
    waits_on: str
    awaits_service: bool
    outcome: str
    ask: str
    round: int
    escalated: bool
    due_at: str | None
    opened_at: str
    outcome_at: str | None
    seq: int


class CaseSeen(TypedDict):
    """A case as the program saw it. Without `seq` any state will do."""

    number: str
    seq: NotRequired[int | None]


class CaseShown(TypedDict):
    """One case whole. `permitted` are the events its reader can cause now."""

    number: str
    notice: str
    line: int
    marketplace: str
    listing: ListingShown
    seller: str
    complainant: str
    reason: str
    procedure: str
    state: str
    status: str
    waits_on: str
    awaits_service: bool
    outcome: str
    ask: str
    round: int
    escalated: bool
    due_at: str | None
    opened_at: str
    outcome_at: str | None
    seq: int
    reason_title: str
    complainant_email: str
    right: dict[str, Any]
    procedure_version: str
    procedure_digest: str
    duties: list[str]
    chances: int
    is_yours: bool
    permitted: list[str]
    due: Deadline | None
    statement: Words
    copy_of_listing: Copy
    evidence: list[File]
    trail: list[Step]
    papers: list[PaperShown]
    siblings: list[str]


class ClockShown(TypedDict):
    """One clock. `amounts` holds one amount for each chance; `source` says where the number comes from."""

    name: str
    amounts: list[int]
    unit: str
    calendar: str
    starts: str
    first_day: str
    roll: str
    source: str


class Coded(TypedDict):
    """A code with its words."""

    code: str
    label: str


class ContactChanged(TypedDict):
    """What changes; what is left out stays."""

    contact_email: NotRequired[str | None]
    address: NotRequired[str | None]
    phone: NotRequired[str | None]


class ContactShown(TypedDict):
    """How a complainant is reached. Name and e-mail reach the seller; the rest only where the procedure says so."""

    name: str
    contact_email: str
    address: str
    phone: str


class Copy(TypedDict):
    """The listing as it was frozen at filing."""

    taken_at: str
    title: str
    text: str
    price: str
    currency: str
    sha256: str
    pictures: list[File]


class Counted(TypedDict):
    """How many lines there are of each verdict."""

    all: int
    ready: int
    mend: int
    nothing: int


class CounterShown(TypedDict):
    """A counter-notice. `contact` is empty and `papers` is, where the procedure does not pass them on."""

    filed_at: str
    ground: str
    statement: Words
    facts: dict[str, str]
    papers: list[Paper]
    declarations: list[str]
    signature: str
    contact: dict[str, str]


class Day(TypedDict):
    """One day of a clock: counted or passed over, and why."""

    day: str
    counted: int | None
    kind: str
    reason: str
    name: str | None


class Deadline(TypedDict):
    """Until when, day by day. From `due_at` on it is late."""

    due_at: str
    last_day: str
    zone: str
    provisional: bool
    unit: str
    days: list[Day]


class Defect(TypedDict):
    """One thing to mend."""

    code: str
    field: str
    message: str
    how_to_mend: str


class EventShown(TypedDict):
    """One link of the chain: codes, ids, instants and digests. `position` is its place in the whole log, once it has
    one.
    """

    seq: int
    event: str
    by: str
    at: str
    recorded_at: str
    state: str
    ask: str
    payload: dict[str, Any]
    hash: str
    position: int | None
    proof: str


class Evidence(TypedDict):
    """A piece of evidence. `private`: the other side does not see it; a proof of identity it never sees."""

    file: int
    kind: NotRequired[
        Literal[
            "comparison",
            "licence_list",
            "test_buy_order",
            "test_buy_report",
            "claim_chart",
            "evaluation_report",
            "ruling",
            "origin_proof",
            "work_sample",
            "disclosure_proof",
            "register_extract",
            "secrecy_proof",
            "capture",
            "purchase_proof",
            "supplier_authorisation",
            "licence_letter",
            "own_right_proof",
            "prior_art",
            "non_infringement_comparison",
            "photo",
            "identity_document",
            "other",
        ]
    ]
    private: NotRequired[bool]


class EvidenceShown(TypedDict):
    """A piece of evidence. `private`: the seller does not see it."""

    kind: str
    private: bool
    file: File


class Facts(TypedDict):
    """What a reason asks to be told beside the words; `/reasons` says which."""

    right_owner: NotRequired[str | None]
    right_number: NotRequired[str | None]
    order_number: NotRequired[str | None]
    countries: NotRequired[str | None]
    claim_number: NotRequired[str | None]
    disclosed_on: NotRequired[str | None]
    case_number: NotRequired[str | None]
    court: NotRequired[str | None]
    work: NotRequired[str | None]
    purchased_on: NotRequired[str | None]
    pieces: NotRequired[str | None]
    pieces_why: NotRequired[str | None]
    supplier: NotRequired[str | None]
    licensed_until: NotRequired[str | None]
    own_number: NotRequired[str | None]


class Fault(TypedDict):
    """One thing that kept a line out."""

    line: int
    code: str
    field: str
    message: str
    how_to_mend: str


class File(TypedDict):
    """A file as it is kept; its bytes are fetched from `/api/v1/files/{id}`."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str


class FileShown(TypedDict):
    """A kept file. `original_sha256` is of what was sent, `sha256` of what is kept: always a copy written anew."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    original_sha256: str
    pages: int | None
    width: int | None
    height: int | None
    uploaded_at: str
    erased_at: str | None


class FilingPlace(TypedDict):
    """A marketplace a notice can be sent to. Its first procedure is the usual one."""

    slug: str
    name: str
    territory: str
    zone: str
    most_lines: int
    procedures: list[Offered]


class Happened(TypedDict):
    """One event in the history of a right; `answers` are those that were sent with it."""

    at: str
    event: str
    title: str
    reasons: list[str]
    note: str
    answers: dict[str, str]


class KindShown(TypedDict):
    """A kind of IP right: its fields, the papers that prove it, and why one can be sent back."""

    kind: str
    title: str
    offices: list[Coded]
    fields: list[QuestionShown]
    papers: list[QuestionShown]


class KnownListing(TypedDict):
    """A listing: how it stands, what is asked of it, and what its marketplace sent."""

    item_id: str
    kind: str
    url: str
    title: str
    seller: str | None
    stands: str
    stands_at: str | None
    stands_there: dict[str, str]
    wanted: str
    wanted_there: dict[str, str]
    sent: Sent | None


class LeftOut(TypedDict):
    """A line that became no case: what was sent, the code of the verdict, and what can be done."""

    line: int
    raw: str
    code: str
    message: str


class LineShown(TypedDict):
    """The verdict on one line. `verdict`: `ready`, `mend` (somebody has to do something) or `nothing` (nothing to
    do).

    `code` is empty when it is ready; `note` then says something beside that. `case` is the case it is under
    already.
    """

    line: int
    raw: str
    verdict: str
    code: str
    message: str
    note: str
    item_id: str
    url: str
    case: str


class LinksSent(TypedDict):
    """Lines as one pastes them. With a right, those already under complaint on it are found."""

    marketplace: str
    mode: NotRequired[Literal["listing", "storefront"]]
    right: NotRequired[int | None]
    lines: list[str]


class LinksShown(TypedDict):
    """The verdict on every line that is not blank, in order."""

    counted: Counted
    lines: list[LineShown]


class LintShown(TypedDict):
    """What sending would say. `defects` have to be mended first; `warnings` keep nothing out."""

    can_send: bool
    procedure: str
    timing: str
    defects: list[Defect]
    warnings: list[Defect]
    counted: Counted
    lines: list[LineShown]


class ListingShown(TypedDict):
    """The listing complained of. `shop_state` is what the marketplace confirmed last."""

    url: str
    item_id: str
    kind: str
    title: str
    shop_state: str


class Me(TypedDict):
    """What a key is and for whom it acts."""

    name: str
    client_id: str
    role: str
    scopes: list[str]
    person: str
    holder: Party | None
    seller: Party | None
    marketplace: Place | None
    expires_at: str | None


class MessageRow(TypedDict):
    """One message in a list. `waits`: the reader is asked to act. `read_at` null: nobody has said that it was read."""

    id: int
    notice: str
    kind: str
    subject: str
    waits: bool
    created_at: str
    read_at: str | None
    complaints: list[str]


class MessageShown(TypedDict):
    """One message whole, as things stand now."""

    id: int
    notice: str
    kind: str
    subject: str
    waits: bool
    created_at: str
    read_at: str | None
    complaints: list[str]
    greeting: str
    about: list[str]
    told: list[Told]


class Move(TypedDict):
    """One move: in which state, on which event, of whom. `common`: it can interrupt any procedure."""

    state: str
    event: str
    by: str
    leads: list[Way]
    common: bool


class NoticeRow(TypedDict):
    """One notice in a list."""

    number: str
    marketplace: str
    procedure: str
    right: int | None
    mode: str
    reason: str
    submitted_at: str
    cases: int
    open_cases: int


class NoticeSent(TypedDict):
    """A notice. `procedure` is left out for the usual one of the marketplace; `listings` holds addresses as one
    pastes them.
    """

    marketplace: str
    procedure: NotRequired[str]
    right: int
    mode: NotRequired[Literal["listing", "storefront"]]
    reason: Literal[
        "TM-1",
        "TM-2",
        "TM-3",
        "TM-4",
        "TM-5",
        "TM-6",
        "TM-7",
        "TM-8",
        "TM-9",
        "TM-10",
        "CR-1",
        "CR-2",
        "CR-3",
        "CR-4",
        "CR-5",
        "PT-1",
        "PT-2",
        "PT-3",
        "PT-4",
        "DS-1",
        "GI-1",
        "OT-1",
        "OT-2",
        "OT-3",
    ]
    listings: list[str]
    statement: NotRequired[str]
    facts: NotRequired[Facts]
    evidence: NotRequired[list[Evidence]]
    declarations: NotRequired[
        list[
            Literal[
                "good_faith",
                "truth",
                "accuracy_perjury",
                "signature",
                "mistake_perjury",
                "jurisdiction_consent",
                "accepts_service",
                "end_measures_request",
            ]
        ]
    ]
    signature: NotRequired[str]


class NoticeShown(TypedDict):
    """One notice whole. `right_frozen` is the right as it stood when the notice was sent."""

    number: str
    marketplace: str
    procedure: str
    right: int | None
    mode: str
    reason: str
    submitted_at: str
    cases: int
    open_cases: int
    procedure_version: str
    procedure_digest: str
    right_frozen: dict[str, Any]
    complainant: str
    complainant_email: str
    statement: Words
    facts: dict[str, str]
    declarations: list[str]
    signature: str
    evidence: list[EvidenceShown]
    complaints: list[CaseRow]
    left_out: list[LeftOut]


class Offered(TypedDict):
    """A procedure a marketplace offers, and what it has the complainant declare and sign."""

    id: str
    name: str
    declarations: list[Coded]
    signature: bool
    right_kinds: list[str]


class PageCaseRow(TypedDict):
    items: list[CaseRow]
    next: str | None


class PageEventShown(TypedDict):
    items: list[EventShown]
    next: str | None


class PageKnownListing(TypedDict):
    items: list[KnownListing]
    next: str | None


class PageMessageRow(TypedDict):
    items: list[MessageRow]
    next: str | None


class PageNoticeRow(TypedDict):
    items: list[NoticeRow]
    next: str | None


class PageRightRow(TypedDict):
    items: list[RightRow]
    next: str | None


class PageSellerShown(TypedDict):
    items: list[SellerShown]
    next: str | None


class Paper(TypedDict):
    """A paper of a counter-notice and what it shows."""

    kind: str
    file: File


class PaperOfRight(TypedDict):
    """A paper that proves it. An agent's mandate is one of them."""

    id: int
    kind: str
    label: str
    file: File


class PaperShown(TypedDict):
    """A statement of reasons or a decision, as its party was told."""

    seq: int
    at: str
    title: str
    paragraphs: list[list[Any]]


class Party(TypedDict):
    """A rights holder, an agent or a shop."""

    id: int
    name: str


class Piece(TypedDict):
    """A file sent to `/files` before, and what it shows."""

    file: int
    kind: NotRequired[
        Literal[
            "comparison",
            "licence_list",
            "test_buy_order",
            "test_buy_report",
            "claim_chart",
            "evaluation_report",
            "ruling",
            "origin_proof",
            "work_sample",
            "disclosure_proof",
            "register_extract",
            "secrecy_proof",
            "capture",
            "purchase_proof",
            "supplier_authorisation",
            "licence_letter",
            "own_right_proof",
            "prior_art",
            "non_infringement_comparison",
            "photo",
            "identity_document",
            "other",
        ]
    ]


class Place(TypedDict):
    """A marketplace."""

    slug: str
    name: str


class ProcedureRow(TypedDict):
    """One procedure in a list. `chances`: how many times the seller can answer; 0 sets no limit."""

    id: str
    name: str
    version: str
    digest: str
    chances: int
    duties: list[str]


class ProcedureShown(TypedDict):
    """One procedure whole. `needs`, `serves` and `tell` stand as in the pack."""

    id: str
    name: str
    version: str
    digest: str
    chances: int
    duties: list[str]
    start: str
    timing: list[str]
    serves: dict[str, list[str]]
    needs: dict[str, list[str]]
    tell: dict[str, list[str]]
    states: list[StateShown]
    clocks: list[ClockShown]
    moves: list[Move]


class Proof(TypedDict):
    """What anybody needs to check a case without us. The checkpoint is a C2SP signed note."""

    case: str
    genesis: str
    events: list[ProvedEvent]
    checkpoint: str | None
    public_key: str | None


class ProvedEvent(TypedDict):
    """One event with the way from its leaf to the root of the checkpoint."""

    payload: str
    hash: str
    position: int | None
    proof: list[str] | None


class QuestionShown(TypedDict):
    """A field or a paper. Asked only under the answers in `when` and from the days in `when_from`; `many`: several
    papers.
    """

    id: str
    label: str
    hint: str
    type: str
    required: bool
    many: bool
    choices: list[Coded]
    when: dict[str, list[str]]
    when_from: dict[str, str]


class ReasonShown(TypedDict):
    """What a notice can complain of. Of each list in `needs` one kind of evidence has to be there; `helps` can be."""

    code: str
    title: str
    explanation: str
    right_kinds: list[str]
    modes: list[str]
    territories: list[str]
    needs: list[list[Coded]]
    helps: list[Coded]
    facts: list[Coded]
    shown_by_listing: bool
    least_words: int


class Result(TypedDict):
    """What became of one case. `done` false: nothing happened in it, and `problem` says why."""

    number: str
    done: bool
    state: str
    outcome: str
    seq: int | None
    problem: WhyNot | None


class Results(TypedDict):
    """What became of each case, in the order they were named."""

    done: int
    not_done: int
    cases: list[Result]


class ReturnReason(TypedDict):
    """Why it was sent back, and how to mend it."""

    code: str
    what: str
    how_to_mend: str


class RightBegun(TypedDict):
    """A right as far as it is known. `/right-kinds` says what each kind is asked, and under which answers."""

    kind: Literal["trademark", "copyright", "patent", "utility_model", "design", "other"]
    answers: NotRequired[Answers]


class RightChanged(TypedDict):
    """Answers that change; those not given stay, "" empties one."""

    answers: Answers


class RightRow(TypedDict):
    """One right in a list."""

    id: int
    kind: str
    state: str
    status: str
    name: str
    office: str
    number: str
    owner: str
    territory: str
    classes: list[int]
    expires_on: str | None
    submitted_at: str | None
    due_at: str | None
    verified_at: str | None


class RightShown(TypedDict):
    """One right whole. `missing`: what still has to be mended before it can be sent."""

    id: int
    kind: str
    state: str
    status: str
    name: str
    office: str
    number: str
    owner: str
    territory: str
    classes: list[int]
    expires_on: str | None
    submitted_at: str | None
    due_at: str | None
    verified_at: str | None
    holder: str
    answers: dict[str, str]
    return_reasons: list[ReturnReason]
    return_note: str
    picture: File | None
    papers: list[PaperOfRight]
    missing: list[Defect]
    history: list[Happened]


class SellerShown(TypedDict):
    """A seller, and what lies on the shop as a whole."""

    ref: str
    name: str
    email: str
    language: str
    zone: str
    has_account: bool
    measures: list[str]
    unconfirmed: bool


class Sent(TypedDict):
    """What the marketplace sent of it last."""

    text: str
    price: str
    currency: str
    images: list[str]
    state: str
    updated_at: str
    pushed_at: str


class StateShown(TypedDict):
    """One state: whom it waits on, by which clock, what it asks of the listing, and the outcome once it rests."""

    name: str
    title: str
    waits_on: str | None
    clock: str | None
    asks: str
    outcome: str | None


class Step(TypedDict):
    """One step of the timeline."""

    seq: int
    at: str
    event: str
    title: str
    words: Words | None
    codes: list[str]
    files: list[File]


class Summary(TypedDict):
    """What became of the lines. Those with a fault were left out, all others are kept."""

    lines: int
    added: int
    changed: int
    unchanged: int
    older: int
    refused: int
    faults: list[Fault]


class Told(TypedDict):
    """Cases of which the same is said: what happened and why, where they stand, what to do."""

    happened: list[str]
    why: str
    stands: str
    to_do: list[str]
    complaints: list[str]


class Way(TypedDict):
    """Where a move leads, under which condition. `@escalate`, `@same` and `@back` are no states but directions."""

    guard: str | None
    to: str


class WholeFilingPlace(TypedDict):
    items: list[FilingPlace]


class WholeKindShown(TypedDict):
    items: list[KindShown]


class WholePaperShown(TypedDict):
    items: list[PaperShown]


class WholeProcedureRow(TypedDict):
    items: list[ProcedureRow]


class WholeReasonShown(TypedDict):
    items: list[ReasonShown]


class WhyNot(TypedDict):
    """Why nothing happened in a case: the code of a problem, and its words."""

    code: str
    title: str
    detail: str


class Withdrawal(TypedDict):
    """Why the complaint is taken back. `as_error` undoes everything it did, points included."""

    as_error: NotRequired[bool]
    words: NotRequired[str]


class Words(TypedDict):
    """A party's own words; `erased_by` names the rule by which they were erased."""

    text: str
    erased_at: str | None
    erased_by: str


class ListReasonsAsked(TypedDict):
    right_kind: NotRequired[Literal["trademark", "copyright", "patent", "utility_model", "design", "other"] | None]
    mode: NotRequired[Literal["listing", "storefront"] | None]
    marketplace: NotRequired[str]


class ListComplaintsAsked(TypedDict):
    limit: NotRequired[int]
    state: NotRequired[str]
    waits_on: NotRequired[Literal["seller", "complainant", "reviewer", "marketplace"] | None]
    open: NotRequired[bool | None]
    outcome: NotRequired[
        Literal["upheld", "not_upheld", "dropped", "refused", "withdrawn", "reversed", "moot", "in_court"] | None
    ]
    marketplace: NotRequired[str]
    notice: NotRequired[str]
    q: NotRequired[str]
    due_before: NotRequired[str | None]
    sort: NotRequired[Literal["opened", "-opened", "due", "-due", "number", "-number"]]


class ListEventsAsked(TypedDict):
    limit: NotRequired[int]


class ListListingsAsked(TypedDict):
    limit: NotRequired[int]
    item_id: NotRequired[str]
    seller: NotRequired[str]
    stands: NotRequired[
        Literal["", "unknown", "up", "demoted", "paused", "removed", "sold_out", "deleted_by_seller", "gone"]
    ]
    wanted: NotRequired[Literal["", "nothing", "demote", "pause", "remove"]]
    q: NotRequired[str]


class ListMessagesAsked(TypedDict):
    limit: NotRequired[int]
    notice: NotRequired[str]
    unread: NotRequired[bool | None]


class ListNoticesAsked(TypedDict):
    limit: NotRequired[int]
    marketplace: NotRequired[str]
    right: NotRequired[int | None]
    sent_since: NotRequired[str | None]
    q: NotRequired[str]


class ListRightsAsked(TypedDict):
    limit: NotRequired[int]
    state: NotRequired[
        Literal["draft", "pending", "returned", "approved", "suspended", "expired", "invalidated"] | None
    ]
    kind: NotRequired[Literal["trademark", "copyright", "patent", "utility_model", "design", "other"] | None]
    q: NotRequired[str]


class ListSellersAsked(TypedDict):
    limit: NotRequired[int]
    ref: NotRequired[str]
    q: NotRequired[str]
    what: NotRequired[Literal["", "restricted", "open", "no_address"]]
