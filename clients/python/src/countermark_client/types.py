"""What goes to the API and what comes back, schema by schema. Instants are RFC 3339 text.

Written by clients/python/write_methods.py from docs/reference/api.json; change that, not this.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class AccountShown(TypedDict):
    """An account. It is complete with its identity verified and one right; `missing` says what is not there."""

    id: int
    name: str
    kind: str
    location: str
    identity: Literal["none", "pending", "returned", "verified"]
    verified_at: str | None
    missing: list[Literal["identity", "right"]]
    documents: list[str]
    attempts: list[IdentityAttempt]
    to_accept: list[AgreementShown]


class AddressAsked(TypedDict):
    """The address the reports came from."""

    email: str


class AddressTried(TypedDict):
    """An address to read; `patterns` in place of those that are kept."""

    address: str
    patterns: NotRequired[str | None]


class AddressVerdict(TypedDict):
    """How an address is read; nothing was kept."""

    found: bool
    item_id: str
    url: str
    kind: str
    sentence: str


class AgreementShown(TypedDict):
    """One version of what everybody accepts."""

    id: str
    version: str
    title: str
    text: list[str]


class AgreementsAccepted(TypedDict):
    """The version of every agreement in `to_accept` that its person has read and accepts."""

    versions: dict[str, str]


class AllowedSent(TypedDict):
    """Which seller may use which right."""

    right: int
    marketplace: str
    seller: str


class AllowedShown(TypedDict):
    """A seller who may use a right: nothing is found under it in this seller's listings."""

    id: int
    right: int
    marketplace: str
    seller: str
    seller_name: str
    at: str
    ended_at: str | None


class AnswerSent(TypedDict):
    """An answer. Which `event` a case takes now stands in its `permitted`.

    `counter_accepted`: the seller is right. `counter_rejected`: say why; a reviewer decides. `action_filed`: one
    went to court or to an authority; its proof is in `files`. `mended`: what was missing in the notice.
    `withdrawn`, `retracted_as_error`: the complaint is over; as an error everything it did is undone.
    """

    event: Literal["counter_accepted", "counter_rejected", "action_filed", "mended", "withdrawn", "retracted_as_error"]
    words: NotRequired[str]
    files: NotRequired[list[Piece]]


class Answerable(TypedDict):
    """A case of the same notice that the same answer can cover."""

    number: str
    seq: int


class AnsweredCase(TypedDict):
    """A case a counter-notice answers. `seq` is the event it made there, `round` the chance it used."""

    number: str
    seq: int
    round: int


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
    us_register: NotRequired[str | None]
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


class AppealAnswer(TypedDict):
    """How an appeal ends and why. `granted` null closes one that has nothing left to win (`only_to_close`)."""

    granted: bool | None
    words: str


class AppealFiled(TypedDict):
    """An appeal of this side. `granted` null with a `decided_at`: closed, what it was about no longer stands."""

    filed_at: str
    words: Words
    files: list[File]
    due_at: str | None
    decided_at: str | None
    granted: bool | None
    answer: Words | None


class AppealPreview(TypedDict):
    """What will be sent."""

    can_be_sent: bool
    paragraphs: list[list[Any]]
    defects: list[Defect]


class AppealRow(TypedDict):
    """An appeal. `granted` null with a `decided_at`: closed, nothing was left to win. `had_a_part`: somebody else
    decides it.
    """

    id: int
    number: str
    notice: str
    side: Literal["seller", "complainant"]
    seq: int
    filed_at: str
    due: Deadline
    decided_at: str | None
    granted: bool | None
    had_a_part: bool


class AppealSent(TypedDict):
    """Why the decision is wrong."""

    words: str
    files: NotRequired[list[Piece]]


class AppealShown(TypedDict):
    """An appeal whole. `deciders` had a part in what is appealed; `only_to_close`: nothing is left to win."""

    id: int
    number: str
    notice: str
    side: Literal["seller", "complainant"]
    seq: int
    filed_at: str
    due: Deadline
    decided_at: str | None
    granted: bool | None
    had_a_part: bool
    words: Words
    files: list[File]
    against: PaperShown | None
    deciders: list[str]
    only_to_close: bool
    decided_by: str
    answer: Words | None


class AppealStands(TypedDict):
    """Whether one can appeal now, and until when; `why_not` says what is in the way. `until` is null before one was
    told.
    """

    may: bool
    until: Deadline | None
    why_not: WhyNot | None
    filed: list[AppealFiled]


class Asked(TypedDict):
    """The same for every address, whether anything was reported from it or not."""

    asked: Literal[True]


class Audit(TypedDict):
    """Until when somebody audits; null: no longer."""

    until: str | None


class Bench(TypedDict):
    """A case as it lies before a reviewer. `alike` are the other lines of the notice the same step can be made for."""

    case: CaseShown
    right_now: RightNow | None
    filer_role: str
    facts: dict[str, Any]
    declarations: list[str]
    signature: str
    checks: list[CheckAsked]
    steps: list[StepOffered]
    risk: RiskShown
    held_by: HeldBy | None
    senior: SeniorNote | None
    step_on_its_way: bool
    alike: list[str]


class BulkSummary(TypedDict):
    """What became of the lines. Those with a fault were left out, all others are kept."""

    lines: int
    added: int
    changed: int
    unchanged: int
    older: int
    refused: int
    faults: list[LineFault]


class CalendarDay(TypedDict):
    """A day that is otherwise than its weekday."""

    day: str
    kind: str
    name: str


class CalendarRow(TypedDict):
    """A calendar and up to when it is certain."""

    id: str
    title: str
    zone: str
    first_year: int
    last_year: int
    version: str
    certain_before: str
    provisional_due_dates: int


class CalendarShown(TypedDict):
    """One calendar with the days of one year, and where they come from."""

    id: str
    title: str
    zone: str
    first_year: int
    last_year: int
    version: str
    certain_before: str
    provisional_due_dates: int
    source: str
    year: int
    days: list[CalendarDay]
    resting: list[str]
    notices: list[HolidayNoticeKept]


class Calendars(TypedDict):
    """Every calendar there is."""

    items: list[CalendarRow]


class CaseOrder(TypedDict):
    """An order that decides one case."""

    event: Literal["ordered_up", "ordered_down"]
    reference: str


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
    """One case whole. `permitted` are the events its reader can cause now; `mandate` is the number of that an agent
    filed under, "" for sellers and where there is none.
    """

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
    mandate: str
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


class ChangesShown(TypedDict):
    """What is different at the marketplace now. `nobody`: it cannot be asked; `unreachable`: it did not answer."""

    answer: Literal["same", "changed", "gone", "unreachable", "nobody"]
    asked_at: str
    title: list[PieceShown]
    text: list[PieceShown]
    price: WasIs | None
    seller: WasIs | None
    pictures: list[PictureChanged]
    state: str


class CheckAsked(TypedDict):
    """What the reason asks for. `met`: the rows themselves show it, and `why` says how; the rest is left to judge."""

    id: str
    text: str
    met: bool
    why: str


class CheckShown(TypedDict):
    """What a check of the whole log found."""

    id: int
    asked_at: str
    done_at: str | None
    events: int | None
    checkpoints: int | None
    fault_count: int | None
    faults: list[str]


class CheckedDraft(TypedDict):
    """One draft with its verdict; `defects` is what keeps it from being sent, or what a reviewer would send it back
    for.
    """

    row: int
    right: int
    verdict: Literal["ready", "doubtful", "mend", "moved", "waits"]
    kind: str
    office: str
    number: str
    name: str
    defects: list[Defect]


class CheckpointShown(TypedDict):
    """A signed checkpoint over the first `size` events (C2SP)."""

    size: int
    origin: str
    root: str
    at: str
    signature: str
    public_key: str


class ClaimLinkMade(TypedDict):
    """A new link. Its address is shown this once; null where it was mailed."""

    id: int
    ref: str
    kind: str
    role: str
    created_at: str
    expires_at: str
    url: str | None


class ClaimLinkShown(TypedDict):
    """A link that nobody has used."""

    id: int
    ref: str
    kind: str
    role: str
    created_at: str
    expires_at: str


class ClaimLinkWanted(TypedDict):
    """For which shop a link is to be made, and whether we mail it."""

    ref: str
    mail: NotRequired[bool]


class Claims(TypedDict):
    """What became of each: held now, held by somebody else or waiting for a senior, or not waiting on a reviewer at
    all.
    """

    held: list[str]
    held_by_others: list[str]
    not_waiting: list[str]


class ClaimsSent(TypedDict):
    """Cases by their numbers."""

    cases: list[str]


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


class CodeOnItsWay(TypedDict):
    """A code went to this address, of which only its owner recognises the whole."""

    to: str
    good_for_minutes: int


class CodeTyped(TypedDict):
    """The code of the newest mail."""

    code: str


class Coded(TypedDict):
    """A code with its words."""

    code: str
    label: str


class ConfirmationTakenBack(TypedDict):
    """With which other seller it was confirmed to belong together, and why that is taken back."""

    marketplace: str
    seller: str
    words: str


class ContactChanged(TypedDict):
    """What changes; what is left out stays."""

    contact_email: NotRequired[str | None]
    address: NotRequired[str | None]
    phone: NotRequired[str | None]


class ContactSent(TypedDict):
    """How the seller is reached. What is left out is taken from the account of the shop."""

    name: NotRequired[str | None]
    email: NotRequired[str | None]
    address: NotRequired[str]
    phone: NotRequired[str]


class ContactShown(TypedDict):
    """How a complainant is reached. Name and e-mail reach the seller; the rest only where the procedure says so."""

    name: str
    contact_email: str
    address: str
    phone: str


class Contest(TypedDict):
    """The measure that was laid on the listing, and where its seller reads why and appeals."""

    order: str
    url: str


class Copy(TypedDict):
    """The listing as it was frozen at filing."""

    taken_at: str
    title: str
    text: str
    price: str
    currency: str
    sha256: str
    pictures: list[File]


class CountShown(TypedDict):
    """How often a combination of signals proved right, and how often not."""

    combination: str
    right: int
    wrong: int


class Counted(TypedDict):
    """How many lines there are of each verdict."""

    all: int
    ready: int
    mend: int
    nothing: int


class CounterBegun(TypedDict):
    """The cases to answer, and what else is known."""

    cases: list[str]
    ground: NotRequired[
        Literal[
            "",
            "bought_from_owner",
            "authorised_supplier",
            "licence",
            "second_hand",
            "no_use_of_mark",
            "own_right",
            "work_not_copied",
            "patent_not_infringed",
            "ruling",
            "mistake",
            "other",
        ]
        | None
    ]
    statement: NotRequired[str | None]
    facts: NotRequired[CounterFacts | None]
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
        | None
    ]
    signature: NotRequired[str | None]
    contact: NotRequired[ContactSent | None]


class CounterDraftRow(TypedDict):
    """One draft in a list."""

    id: int
    notice: str
    updated_at: str


class CounterDraftSent(TypedDict):
    """The cases as the program saw them; left out, those of the draft as they are now."""

    cases: NotRequired[list[CaseSeen]]


class CounterDraftShown(TypedDict):
    """A draft whole. `cases` are those it answers that can still be answered; `open_cases` all of its notice that
    can.
    """

    id: int
    notice: str
    updated_at: str
    cases: list[str]
    open_cases: list[str]
    ground: str
    statement: str
    facts: dict[str, str]
    papers: list[Paper]
    declarations: list[str]
    signature: str
    contact: dict[str, str]
    can_send: bool
    defects: list[Defect]
    warnings: list[Defect]


class CounterFacts(TypedDict):
    """What a ground asks to be told, as text; `/counter-notice-grounds` says which."""

    purchased_on: NotRequired[str | None]
    pieces: NotRequired[str | None]
    pieces_why: NotRequired[str | None]
    supplier: NotRequired[str | None]
    licensed_until: NotRequired[str | None]
    own_number: NotRequired[str | None]
    case_number: NotRequired[str | None]
    court: NotRequired[str | None]


class CounterFiled(TypedDict):
    """A counter-notice as its seller sent it. `told` names what of it the complainant sees; `*` is all of it."""

    id: int
    notice: str
    filed_at: str
    ground: str
    ground_title: str
    statement: Words
    facts: dict[str, str]
    papers: list[Paper]
    declarations: list[str]
    signature: str
    contact: dict[str, str]
    told: list[str]
    cases: list[AnsweredCase]


class CounterSent(TypedDict):
    """A counter-notice for one case, or for many of one notice that are at the same chance."""

    cases: list[CaseSeen]
    ground: NotRequired[
        Literal[
            "",
            "bought_from_owner",
            "authorised_supplier",
            "licence",
            "second_hand",
            "no_use_of_mark",
            "own_right",
            "work_not_copied",
            "patent_not_infringed",
            "ruling",
            "mistake",
            "other",
        ]
    ]
    statement: NotRequired[str]
    facts: NotRequired[CounterFacts]
    evidence: NotRequired[list[Piece]]
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
    contact: NotRequired[ContactSent]


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


class CounterTyped(TypedDict):
    """What is known of an answer so far. What is left out, or null, stays as it was."""

    cases: NotRequired[list[str] | None]
    ground: NotRequired[
        Literal[
            "",
            "bought_from_owner",
            "authorised_supplier",
            "licence",
            "second_hand",
            "no_use_of_mark",
            "own_right",
            "work_not_copied",
            "patent_not_infringed",
            "ruling",
            "mistake",
            "other",
        ]
        | None
    ]
    statement: NotRequired[str | None]
    facts: NotRequired[CounterFacts | None]
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
        | None
    ]
    signature: NotRequired[str | None]
    contact: NotRequired[ContactSent | None]


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


class DecisionGroundShown(TypedDict):
    """A ground of decisions. `clause` is the rule it breaks; `rule`: what a procedure or another body has decided."""

    id: str
    title: str
    verdict: str
    role: Literal["finding", "answer", "rule"]
    families: list[str]
    clause: str
    asks_words: bool


class DecisionGrounds(TypedDict):
    """Grounds in the order a form offers them."""

    items: list[DecisionGroundShown]


class DecisionRow(TypedDict):
    """A decision on a claim. `seq` is its event in the case."""

    id: int
    number: str
    notice: str
    marketplace: str
    seq: int
    at: str
    event: str
    verdict: str
    grounds: list[str]
    checks: list[str]
    reviewer: str


class DecisionShown(TypedDict):
    """A decision whole: the reviewer's own words, and the paragraphs as staff read them."""

    id: int
    number: str
    notice: str
    marketplace: str
    seq: int
    at: str
    event: str
    verdict: str
    grounds: list[str]
    checks: list[str]
    reviewer: str
    words: Words
    paragraphs: list[list[Any]]


class DeedShown(TypedDict):
    """What somebody of the desk changed about people, marketplaces, calendars or cases."""

    id: int
    at: str
    event: str
    by: int | None
    person: int | None
    marketplace: str | None
    data: dict[str, Any]


class Defect(TypedDict):
    """One thing to mend."""

    code: str
    field: str
    message: str
    how_to_mend: str


class DeliveryShown(TypedDict):
    """One way one letter went to one address."""

    id: int
    letter: int
    notice: str
    party: str
    channel: str
    address: str
    attempts: int
    delivered_at: str | None
    failed_at: str | None
    answer: str


class DenialTakenBack(TypedDict):
    """Of which other seller it was denied, and why it no longer is. What was said before stays readable."""

    marketplace: str
    seller: str
    words: str


class DispatchShown(TypedDict):
    """One event on its way to one endpoint, or a test."""

    id: int
    webhook_id: str
    event: str
    case: str | None
    position: int | None
    state: str
    attempts: int
    tried_at: str | None
    next_at: str
    accepted_at: str | None
    status: int | None
    fault: str
    answer: str
    replays: int


class DraftRow(TypedDict):
    """One draft in a list."""

    id: int
    marketplace: str
    procedure: str
    right: int | None
    mode: str
    reason: str
    created_at: str
    updated_at: str


class DraftShown(TypedDict):
    """A draft whole, with the verdict on each line and all there is to mend."""

    id: int
    marketplace: str
    procedure: str
    right: int | None
    mode: str
    reason: str
    created_at: str
    updated_at: str
    statement: str
    facts: dict[str, str]
    declarations: list[str]
    signature: str
    evidence: list[EvidenceShown]
    counted: Counted
    lines: list[LineShown]
    can_send: bool
    timing: str
    defects: list[Defect]
    warnings: list[Defect]


class DraftTyped(TypedDict):
    """What is known of a notice so far. What is left out, or null, stays as it was."""

    marketplace: NotRequired[str | None]
    procedure: NotRequired[str | None]
    right: NotRequired[int | None]
    mode: NotRequired[Literal["listing", "storefront"] | None]
    reason: NotRequired[
        Literal[
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
        | None
    ]
    listings: NotRequired[list[str] | None]
    statement: NotRequired[str | None]
    facts: NotRequired[Facts | None]
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
        | None
    ]
    signature: NotRequired[str | None]


class DraftsChosen(TypedDict):
    """Which drafts: all, or those a file brought in."""

    import_id: NotRequired[int | None]


class DriftShown(TypedDict):
    """One combination of signals: the last thirty days against all before."""

    combination: str
    lately: ShareShown
    before: ShareShown
    moved: Literal["", "up", "down"]
    said: str


class DriftTable(TypedDict):
    """Every combination that people said something of."""

    items: list[DriftShown]


class DroppedRead(TypedDict):
    """Ids of dropped steps."""

    ids: list[int]


class DroppedShown(TypedDict):
    """A step that could not happen: the case moved by another hand before it went out."""

    id: int
    number: str
    event: str
    dropped_at: str


class DroppedSteps(TypedDict):
    """Steps the person of this key has not read about yet, the newest first."""

    items: list[DroppedShown]


class DueDateMoved(TypedDict):
    """A due date that moved."""

    case: str
    before: str
    after: str


class ElementAsked(TypedDict):
    """What the procedure asks of this answer. A `declaration` is sent as its id in `declarations`."""

    id: str
    kind: Literal["declaration", "field", "evidence"]
    field: str
    text: str
    how_to_mend: str


class Ended(TypedDict):
    """The cases that ended, in the order of their numbers."""

    cases: list[TakenDown]


class EndingSent(TypedDict):
    """What happened to a right. `docs/reference/rights.md` says what each means for its cases."""

    ending: Literal[
        "expired",
        "lapsed",
        "surrendered",
        "revoked",
        "transferred",
        "confirmed",
        "not_taken_over",
        "disputed",
        "mandate_ended",
        "invalidated",
        "forged",
    ]
    why: str


class EndpointMade(TypedDict):
    """A new endpoint. Its secret is shown this once."""

    id: int
    name: str
    url: str
    events: list[str]
    marketplaces: list[str]
    packs: list[str]
    health: str
    why: str
    failing_since: str | None
    accepted_at: str | None
    next_try_at: str | None
    last_answer: str
    old_secret_until: str | None
    next_position: int
    waiting: int
    given_up: int
    secret: str


class EndpointSent(TypedDict):
    """An address that wants to be told; an empty filter lets everything through that its owner may see."""

    name: str
    url: str
    events: NotRequired[list[str]]
    marketplaces: NotRequired[list[str]]
    packs: NotRequired[list[str]]


class EndpointShown(TypedDict):
    """An endpoint and how it fares."""

    id: int
    name: str
    url: str
    events: list[str]
    marketplaces: list[str]
    packs: list[str]
    health: str
    why: str
    failing_since: str | None
    accepted_at: str | None
    next_try_at: str | None
    last_answer: str
    old_secret_until: str | None
    next_position: int
    waiting: int
    given_up: int


class Endpoints(TypedDict):
    """Every endpoint that is not closed; there are few."""

    items: list[EndpointShown]


class Ends(TypedDict):
    """How a right stands today at its office. `state`: approved, expiring, in_grace or expired; `reminded`: at how
    many days before the end its holder was reminded last. Taken for renewal from `renewable_from` on, until
    `rescued_until`.
    """

    state: str
    on: str
    reminded: int | None
    renewable_from: str | None
    rescued_until: str | None


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


class ExampleShown(TypedDict):
    """A listing that would be judged otherwise."""

    change: str
    item_id: str
    title: str
    url: str


class FactAsked(TypedDict):
    """A fact a ground asks for. A `date` is written 2026-02-25, a `number` in digits; both as text."""

    name: str
    label: str
    hint: str
    type: str
    may_stay_empty: bool


class Facts(TypedDict):
    """What a reason asks to be told beside the words; `/reasons` says which. `goods_classes` goes with every
    trademark.
    """

    right_owner: NotRequired[str | None]
    right_number: NotRequired[str | None]
    goods_classes: NotRequired[str | None]
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


class FieldCompared(TypedDict):
    """One answer beside the record. `filled`: it was taken from the record; `worked_out`: by the term, the record
    names none.
    """

    id: str
    label: str
    claimed: str
    recorded: str
    verdict: Literal["same", "differs", "not_claimed", "not_in_record"]
    filled: bool
    worked_out: bool


class FiguresShown(TypedDict):
    """How much waits; `mine` is held by the person of this key."""

    total: int
    late: int
    today: int
    tomorrow: int
    mine: int


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


class Finding(TypedDict):
    """Where the record speaks against a right that complaints rest on."""

    code: str
    what: str


class FindingDecision(TypedDict):
    """Whether it is what it seems, and why."""

    right: bool
    words: NotRequired[str]


class FindingReleased(TypedDict):
    """Why this listing is allowed; the platform reads it."""

    words: NotRequired[str]


class FindingRow(TypedDict):
    """What was found in one listing, and what followed."""

    id: int
    marketplace: str
    item_id: str
    url: str
    title: str
    seller: str
    reason: Literal["words", "pictures", "stay_down"]
    verdict: Literal["review", "block"]
    done: Literal["noted", "told", "review", "blocked"]
    mode: Literal["shadow", "advisory", "blocking"]
    state: Literal["waiting", "decided", "closed"]
    probability: float
    combination: str
    rules: int
    index_version: int
    rights: list[int]
    order: str | None
    case: str | None
    at: str
    taken_by: str
    decided_by: str
    decided_at: str | None
    past_at: str | None
    past_why: Literal["", "mended", "replaced", "gone"]


class FindingShown(TypedDict):
    """One finding whole: what matched, and what people said of it."""

    id: int
    marketplace: str
    item_id: str
    url: str
    title: str
    seller: str
    reason: Literal["words", "pictures", "stay_down"]
    verdict: Literal["review", "block"]
    done: Literal["noted", "told", "review", "blocked"]
    mode: Literal["shadow", "advisory", "blocking"]
    state: Literal["waiting", "decided", "closed"]
    probability: float
    combination: str
    rules: int
    index_version: int
    rights: list[int]
    order: str | None
    case: str | None
    at: str
    taken_by: str
    decided_by: str
    decided_at: str | None
    past_at: str | None
    past_why: Literal["", "mended", "replaced", "gone"]
    brand: str
    text: str
    price: str
    currency: str
    classes: list[int]
    pictures: list[PictureShown]
    matches: list[Match]
    told: list[str]
    opinions: list[OpinionShown]


class FingerprintShown(TypedDict):
    """A listing that was taken down for good in a case, and is kept down."""

    id: int
    case: str
    marketplace: str
    item_id: str
    title: str
    seller: str | None
    right: int | None
    pictures: int
    state: Literal["in_force", "lifted", "expired"]
    made_at: str
    until: str
    ended_at: str | None
    ended_why: str


class Foreseen(TypedDict):
    """What would follow in one case."""

    number: str
    round: int
    state: str
    waits_on: str
    ask: str


class FormShown(TypedDict):
    """What an answer in this case takes. `told` names what of it the complainant will see; `*` is all of it."""

    may_answer: bool
    round: int
    chances: int
    due: Deadline | None
    cases: list[Answerable]
    grounds: list[GroundShown]
    elements: list[ElementAsked]
    told: list[str]
    papers_max: int
    paper_bytes_max: int
    statement_max: int


class FoundRow(TypedDict):
    """A listing in which something of the holder's was found, and what became of it.

    `stopped`: taken down, and down still; `waiting`: a reviewer looks at it; `told`: the marketplace was told,
    nothing stopped; `put_back`: up again after an appeal or a second look; `released`: the holder let it go;
    `mended`: the seller changed the listing, or offers it no more, before anybody decided.
    """

    id: int
    marketplace: str
    item_id: str
    url: str
    title: str
    seller: str
    reason: Literal["words", "pictures", "stay_down"]
    became: Literal["stopped", "waiting", "told", "put_back", "released", "mended"]
    status: str
    probability: float
    rights: list[int]
    can_release: bool
    at: str


class FoundShown(TypedDict):
    """The same with what matched."""

    id: int
    marketplace: str
    item_id: str
    url: str
    title: str
    seller: str
    reason: Literal["words", "pictures", "stay_down"]
    became: Literal["stopped", "waiting", "told", "put_back", "released", "mended"]
    status: str
    probability: float
    rights: list[int]
    can_release: bool
    at: str
    matches: list[Match]
    told: list[str]


class GroundOffered(TypedDict):
    """A ground a step can rest on; `asks_words`: it says nothing without words of the reviewer's own."""

    id: str
    title: str
    role: Literal["finding", "answer"]
    asks_words: bool


class GroundShown(TypedDict):
    """A ground of a counter-notice. `needs`: of each inner list one kind of paper; without it the answer is weaker."""

    id: str
    title: str
    explain: str
    rights: list[str]
    not_against: list[str]
    needs: list[list[str]]
    helps: list[str]
    facts: list[FactAsked]
    statement_min: int


class Grounds(TypedDict):
    """Grounds in the order a form offers them."""

    items: list[GroundShown]


class GuestAnswer(TypedDict):
    """What the guest says in a case; `permitted` of the case names what it takes now."""

    event: Literal["counter_accepted", "counter_rejected", "mended", "withdrawn", "retracted_as_error"]
    words: NotRequired[str]


class GuestDraftMade(TypedDict):
    """A draft and its token, which is shown only here: it opens the draft, and once the code was typed the report."""

    marketplace: str
    procedure: str
    most_listings: int
    reason: str
    statement: str
    right_owner: str
    right_number: str
    name: str
    email: str
    declarations: list[str]
    evidence: list[GuestPiece]
    counted: Counted
    lines: list[LineShown]
    can_send: bool
    defects: list[Defect]
    warnings: list[Defect]
    token: str


class GuestDraftShown(TypedDict):
    """A report that was not sent yet. `defects` have to be mended first; `declarations` are asked when the code is."""

    marketplace: str
    procedure: str
    most_listings: int
    reason: str
    statement: str
    right_owner: str
    right_number: str
    name: str
    email: str
    declarations: list[str]
    evidence: list[GuestPiece]
    counted: Counted
    lines: list[LineShown]
    can_send: bool
    defects: list[Defect]
    warnings: list[Defect]


class GuestPiece(TypedDict):
    """A piece of evidence of a draft, under a name of ours. `private`: the seller does not see it."""

    kind: str
    private: bool
    file: File


class GuestPlace(TypedDict):
    """A marketplace that takes reports without an account, by which procedure, and what that asks."""

    slug: str
    name: str
    most_listings: int
    most_files: int
    procedure: str
    procedure_name: str
    owner_needed: bool
    declarations: list[Coded]
    reasons: list[Coded]


class Happened(TypedDict):
    """One event in the history of a right; `answers` are those that were sent with it."""

    at: str
    event: str
    title: str
    reasons: list[str]
    note: str
    answers: dict[str, str]


class HeldBy(TypedDict):
    """Which reviewer holds a case, and since when. `is_you`: the person of this key."""

    name: str
    is_you: bool
    since: str | None


class Hold(TypedDict):
    """Who holds a case now; null: nobody."""

    number: str
    held_by: HeldBy | None
    for_a_senior: bool


class HolidayNoticeInForce(TypedDict):
    """The notice is in force; running clocks were counted again."""

    year: int
    looked_at: int
    moved: list[DueDateMoved]


class HolidayNoticeKept(TypedDict):
    """A holiday notice that was loaded."""

    year: int
    source: str
    loaded_at: str
    replaced_at: str | None


class HolidayNoticeLoaded(TypedDict):
    """A notice that was looked at."""

    text: str
    source: NotRequired[str]
    digest: str


class HolidayNoticeLooked(TypedDict):
    """What a notice says; nothing is in force before it is loaded."""

    year: int
    digest: str
    days: list[CalendarDay]
    missing: list[str]


class HolidayNoticeSent(TypedDict):
    """The text of an official notice, or a table `date,kind,name`."""

    text: str
    source: NotRequired[str]


class IdentifierSent(TypedDict):
    """Something the marketplace knows of a seller. Write telephone numbers with their country."""

    kind: Literal["phone", "email", "bank", "tax", "address", "device", "document"]
    value: str


class IdentifiersKept(TypedDict):
    """How many of each kind are kept. What they are nobody can read back: only keyed digests are kept."""

    kept: dict[str, int]
    links_changed: int


class IdentifiersSent(TypedDict):
    """Everything that is known of one seller; what is not named is let go."""

    identifiers: list[IdentifierSent]


class IdentityAttempt(TypedDict):
    """One attempt to show who the account is. `number_end` is the end of the number on the document."""

    state: Literal["draft", "pending", "returned", "verified"]
    is_change: bool
    name: str
    address: str
    document: str
    number_end: str
    valid_until: str | None
    submitted_at: str | None
    due_at: str | None
    decided_at: str | None
    reasons: list[IdentityReason]
    note: str
    papers: list[IdentityPaperShown]


class IdentityCheckRow(TypedDict):
    """An account that waits."""

    id: int
    account: int
    name: str
    due_at: str | None
    taken_by: str


class IdentityCheckShown(TypedDict):
    """One attempt on the desk. `taken_by` has it; its papers are shown to nobody else."""

    id: int
    account: int
    name: str
    kind: str
    location: str
    taken_by: str
    attempt: IdentityAttempt
    duplicates: list[PossiblySame]


class IdentityPaperShown(TypedDict):
    """A file that shows who the account is; nobody reads it back from here."""

    id: int
    name: str
    size: int


class IdentityReason(TypedDict):
    """IdentityReason papers were sent back, and how that is mended."""

    id: str
    title: str
    how_to_mend: str


class IdentitySaid(TypedDict):
    """Which document shows it: one of `documents` of `/account`. An empty number leaves the one sent before."""

    document: Literal[
        "id_card",
        "passport",
        "driving_licence",
        "business_licence",
        "social_organisation",
        "hk_business_registration",
        "incorporation",
        "business_registration",
    ]
    number: NotRequired[str]
    valid_until: NotRequired[str | None]


class IdentitySentBack(TypedDict):
    """IdentityReason; the holder reads the reasons, how to mend each, and the note."""

    reasons: list[
        Literal[
            "unreadable",
            "name_differs",
            "number_differs",
            "expired",
            "not_whole",
            "wrong_paper",
            "chop_missing",
            "photo_missing",
            "altered",
            "already_here",
        ]
    ]
    note: NotRequired[str]


class ImportShown(TypedDict):
    """A file of rights. `counts`: verdict -> rows. `done_to` is the last row that was seen to while it is stored."""

    id: int
    file_name: str
    sha256: str
    form: str
    encoding: str
    not_read: list[str]
    state: Literal["shown", "running", "done"]
    counts: dict[str, int]
    stored: int
    changed: int
    done_to: int
    at: str
    started_at: str | None
    done_at: str | None


class IndexShown(TypedDict):
    """The index of pictures, and what is looked for. It is behind while `served` is less than `wanted`."""

    served: int
    wanted: int
    points: int
    pictures: int
    hashes: int
    references: int
    fingerprints: int


class InvitationShown(TypedDict):
    """An invitation that is on its way. The link is in the mail alone."""

    email: str
    role: Literal["admin", "filer", "viewer"]
    expires_at: str


class JobShown(TypedDict):
    """A promise of work. What is done is deleted."""

    id: int
    kind: str
    key: str
    state: Literal["failed", "running", "waiting", "later"]
    run_at: str
    attempts: int
    failed_at: str | None
    error: str
    progress: str


class KindShown(TypedDict):
    """A kind of IP right: its fields, the papers that prove it, and why one can be sent back."""

    kind: str
    title: str
    offices: list[Coded]
    fields: list[QuestionShown]
    papers: list[QuestionShown]


class KnownAdded(TypedDict):
    """The slugs of those that were added."""

    added: list[str]


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
    sent: ListingSent | None


class LeftOut(TypedDict):
    """A line that became no case: what was sent, the code of the verdict, and what can be done."""

    line: int
    raw: str
    code: str
    message: str


class Letter(TypedDict):
    """A letter: what it says, every way it was tried, and the cases whose clock waits for it."""

    id: int
    notice: str
    party: str
    kind: str
    created_at: str
    read_at: str | None
    subject: str
    about: list[str]
    deliveries: list[DeliveryShown]
    waiting: list[str]


class LineFault(TypedDict):
    """One thing that kept a line out."""

    line: int
    code: str
    field: str
    message: str
    how_to_mend: str


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


class LinkConfirmed(TypedDict):
    """Which other seller belongs together with this one. It counts as long as anything ties them, or until it is
    taken back.
    """

    marketplace: str
    seller: str
    words: str


class LinkDenied(TypedDict):
    """Which other seller is not the same, and why. It stays so, whatever is found later, until somebody takes it
    back.
    """

    marketplace: str
    seller: str
    words: str


class LinkWordShown(TypedDict):
    """What a person said of this seller and another: that they are not one, that they are, or that either is taken
    back.
    """

    seller: SellerNamed
    what: Literal["denied", "taken_back", "confirmed", "unconfirmed"]
    at: str
    by: str
    words: Words


class LinkedSeller(TypedDict):
    """A seller that belongs together with this one, and the way there over others, from this one on."""

    seller: SellerNamed
    strength: float
    way: list[SellerNamed]


class LinksEnded(TypedDict):
    """How many links and tokens were ended."""

    ended: int


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


class Lint(TypedDict):
    """What sending would answer. `warnings` keep nothing from being sent: the answer is weaker, and the chance is
    used.
    """

    can_be_sent: bool
    defects: list[Defect]
    warnings: list[Defect]
    told: list[str]
    cases: list[Foreseen]


class LintShown(TypedDict):
    """What sending would say. `defects` have to be mended first; `warnings` keep nothing out."""

    can_send: bool
    procedure: str
    timing: str
    defects: list[Defect]
    warnings: list[Defect]
    counted: Counted
    lines: list[LineShown]


class ListingSeen(TypedDict):
    """How the listing stands now."""

    state: Literal["up", "demoted", "paused", "removed", "sold_out", "deleted_by_seller", "gone"]


class ListingSent(TypedDict):
    """What the marketplace sent of it last."""

    text: str
    price: str
    currency: str
    images: list[str]
    state: str
    updated_at: str
    pushed_at: str


class ListingShown(TypedDict):
    """The listing complained of. `shop_state` is what the marketplace confirmed last."""

    url: str
    item_id: str
    kind: str
    title: str
    shop_state: str


class ListingToScreen(TypedDict):
    """A listing as its seller wants to offer it."""

    item_id: str
    title: str
    url: NotRequired[str]
    brand: NotRequired[str]
    text: NotRequired[str]
    seller: NotRequired[str]
    price: NotRequired[str]
    currency: NotRequired[str]
    classes: NotRequired[list[int]]
    pictures: NotRequired[list[PictureSent]]
    files: NotRequired[list[PictureFile]]
    addresses: NotRequired[list[str]]


class LogShown(TypedDict):
    """How far the log is numbered and signed, and what the last check found."""

    events: int
    numbered: int
    signed: int
    check: CheckShown | None
    waiting: CheckShown | None


class LookShown(TypedDict):
    """Somebody of the desk, or an auditor, was shown something about a party."""

    at: str
    person: int
    name: str
    role: str
    what: str
    key: str
    request_id: str


class LookedAt(TypedDict):
    """What the reviewer found."""

    note: NotRequired[str]


class MandateAct(TypedDict):
    """One thing an agent did in the owner's name. `event` is the step of the case or `appealed`, `said` the same in
    words.

    `state` is where the case stands now, `mandate` the one it is under now.
    """

    at: str
    case: str
    event: str
    said: str
    right: str
    marketplace: str
    state: str
    agent: str
    agent_id: int
    mandate: int
    mandate_number: str


class MandateGiven(TypedDict):
    """The signed token of the address that the owner was mailed: what stands there after `/mandate/`."""

    token: str


class MandateReturned(TypedDict):
    """Why it is sent back; the agent reads the note."""

    reasons: list[
        Literal[
            "mandate_unsigned", "mandate_too_narrow", "mandate_other_text", "mandate_signatory", "mandate_unreadable"
        ]
    ]
    note: NotRequired[str]


class MandateSaid(TypedDict):
    """What a mandate covers, as far as it is known; what is not given stays. `rights` and `marketplaces` null: all."""

    principal_name: NotRequired[str]
    principal_address: NotRequired[str]
    principal_email: NotRequired[str]
    rights: NotRequired[list[int] | None]
    marketplaces: NotRequired[list[str] | None]
    powers: NotRequired[list[Literal["file", "answer", "withdraw", "settle"]]]
    may_delegate: NotRequired[bool]
    starts_on: NotRequired[str | None]
    ends_on: NotRequired[str | None]


class MandateShown(TypedDict):
    """A mandate. `rights` and `marketplaces` are null where it covers all; `missing` is what keeps it from being
    sent.

    A sub-mandate names the mandate it was passed on from; while it is offered, `agent` is who offers it. `rights`
    are of the agent's own list, so its owner reads `right_names`; paper and `missing` are between the agent and
    the reviewer.
    """

    id: int
    number: str
    state: Literal["draft", "offered", "pending", "returned", "in_force", "expired", "revoked"]
    status: str
    agent: str
    agent_id: int
    passed_on_from: str
    offered_to: str
    principal_name: str
    principal_address: str
    principal_email: str
    rights: list[int] | None
    right_names: list[str] | None
    marketplaces: list[str] | None
    powers: list[str]
    may_delegate: bool
    starts_on: str | None
    ends_on: str | None
    paper: File | None
    is_own_text: bool
    submitted_at: str | None
    due_at: str | None
    verified_at: str | None
    return_reasons: list[str]
    return_note: str
    missing: list[Defect]


class MarketplaceAdded(TypedDict):
    """A new place of sale."""

    name: str
    territory: str
    offered_in: NotRequired[list[str]]
    calendar: str
    zone: str
    language: NotRequired[str]
    packs: list[str]
    duties: NotRequired[list[str]]
    timing: NotRequired[str]
    connector: NotRequired[str]
    base_url: NotRequired[str]
    secret_name: NotRequired[str]
    patterns: NotRequired[str]
    is_active: NotRequired[bool]
    slug: str


class MarketplaceChanged(TypedDict):
    """All that is said about a place of sale; what is left out is as for a new one."""

    name: str
    territory: str
    offered_in: NotRequired[list[str]]
    calendar: str
    zone: str
    language: NotRequired[str]
    packs: list[str]
    duties: NotRequired[list[str]]
    timing: NotRequired[str]
    connector: NotRequired[str]
    base_url: NotRequired[str]
    secret_name: NotRequired[str]
    patterns: NotRequired[str]
    is_active: NotRequired[bool]


class MarketplaceShown(TypedDict):
    """A place of sale as it is kept."""

    slug: str
    name: str
    territory: str
    offered_in: list[str]
    calendar: str
    zone: str
    language: str
    packs: list[str]
    duties: list[str]
    timing: str
    connector: str
    base_url: str
    secret_name: str
    patterns: str
    is_active: bool
    reads_addresses: bool
    open_cases: int


class Match(TypedDict):
    """What was met in the listing. Of words: `field`, `span`, `observed`, `canonical`; of pictures the rest.

    Places are polygons in fractions of width and height.
    """

    kind: str
    how: str
    about: str
    probability: float
    field: str | None
    span: list[Any] | None
    observed: str | None
    canonical: str | None
    distance: int | None
    context: str | None
    word: str | None
    support: list[str]
    picture: int | None
    known: int | None
    way: str | None
    points: int | None
    place: list[list[Any]] | None
    known_place: list[list[Any]] | None
    colours: float | None


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


class MeasureShown(TypedDict):
    """What a listing should be, asked of its marketplace."""

    id: int
    marketplace: str
    item_id: str
    url: str
    wanted: str
    wanted_there: dict[str, str]
    asked_at: str
    attempts: int
    answer: str
    by_hand: bool
    drifted: bool
    confirmed_at: str | None
    confirmed_state: str
    superseded: bool
    states: list[str]


class MemberInvited(TypedDict):
    """Whom to invite, and as what."""

    email: str
    role: Literal["admin", "filer", "viewer"]


class MemberRoleSaid(TypedDict):
    """What somebody is from now on."""

    role: Literal["admin", "filer", "viewer"]


class MemberShown(TypedDict):
    """Somebody who acts for the account."""

    id: int
    name: str
    email: str
    role: Literal["admin", "filer", "viewer"]
    since: str | None


class Members(TypedDict):
    """Everybody who acts for the account."""

    items: list[MemberShown]


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


class ModeSent(TypedDict):
    """What is to be done from now on."""

    marketplace: str
    reason: Literal["words", "pictures", "stay_down"]
    mode: Literal["off", "shadow", "advisory", "blocking"]


class ModeShown(TypedDict):
    """What is done for one reason at one marketplace. Without `since` nobody has said so: it is shadow."""

    marketplace: str
    reason: Literal["words", "pictures", "stay_down"]
    mode: Literal["off", "shadow", "advisory", "blocking"]
    since: str | None
    by: str


class ModesShown(TypedDict):
    """Every marketplace, every reason."""

    items: list[ModeShown]


class Move(TypedDict):
    """One move: in which state, on which event, of whom. `common`: it can interrupt any procedure."""

    state: str
    event: str
    by: str
    leads: list[Way]
    common: bool


class NameChanged(TypedDict):
    """What the account is called, and where it is."""

    name: str
    address: NotRequired[str]


class Next(TypedDict):
    """The case to do next; null when none waits that this person may take."""

    case: QueueRow | None


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


class NumbersSent(TypedDict):
    """What is left out stays as it is in the rule set in force. 0 < review_at <= block_at <= 1."""

    review_at: NotRequired[float | None]
    block_at: NotRequired[float | None]
    prior_weight: NotRequired[float | None]


class NumbersShown(TypedDict):
    """From which probability people look and a listing stops; how many opinions the rules' own estimate weighs."""

    review_at: float
    block_at: float
    prior_weight: float


class Offered(TypedDict):
    """A procedure a marketplace offers, and what it has the complainant declare and sign."""

    id: str
    name: str
    declarations: list[Coded]
    signature: bool
    right_kinds: list[str]


class Operations(TypedDict):
    """Everything at a glance. With a key narrowed to one marketplace, of that one alone; `platform` is then null."""

    late_cases: int
    unserved_cases: int
    letters_came_back: int
    order_letters_came_back: int
    order_appeals_waiting: int
    measures_by_hand: int
    measures_unconfirmed: int
    shop_measures_open: int
    orders_in_force: int
    platform: Platform | None


class OpinionShown(TypedDict):
    """What somebody said of it."""

    source: Literal["reviewer", "appeal", "holder", "case"]
    right: bool
    by: str
    at: str
    words: Words


class OrderAnswer(TypedDict):
    """Which information was given."""

    text: str


class OrderAppealAnswer(TypedDict):
    """How it ends and why; the seller reads it."""

    granted: bool
    words: str


class OrderAppealRow(TypedDict):
    """An appeal against a decision of our own. `had_a_part`: somebody else answers it."""

    id: int
    order: str
    seller: str
    marketplace: str
    filed_at: str
    due: Deadline
    decided_at: str | None
    granted: bool | None
    had_a_part: bool


class OrderAppealShown(TypedDict):
    """One whole: why, and what the shop was told."""

    id: int
    order: str
    seller: str
    marketplace: str
    filed_at: str
    due: Deadline
    decided_at: str | None
    granted: bool | None
    had_a_part: bool
    words: Words
    files: list[File]
    statement: list[list[str]]
    decided_by: str
    answer: Words | None


class OrderLetterShown(TypedDict):
    """A letter about the order, to its authority or to a shop."""

    id: int
    what: str
    seller: str | None
    address: str
    delivered_at: str | None
    failed_at: str | None
    answer: str


class OrderLineShown(TypedDict):
    """One listing or one shop the order is about."""

    item_id: str | None
    seller: str | None
    case: str | None
    measure: str
    released_at: str | None
    effect_at: str | None
    effect: str


class OrderReceipt(TypedDict):
    """The receipt as the authority gets it, in the language of the order."""

    number: str
    language: str
    to: str
    lines: list[str]


class OrderRow(TypedDict):
    """An order as a list shows it."""

    number: str
    source: str
    kind: str
    marketplace: str
    authority: str
    country: str
    basis: str
    reference: str
    measure: str
    countries: list[str]
    until: str | None
    received_at: str
    at: str
    state: str
    ended_at: str | None
    ended_how: str
    lines: int
    confirmed: int


class OrderSent(TypedDict):
    """An order as it came in, or, with `source` operator, a decision of our own: then `basis` names a clause of our
    rules.
    """

    source: NotRequired[Literal["authority", "operator"]]
    kind: Literal["restrict", "restore", "inform"]
    marketplace: str
    received_at: str
    words: str
    authority: NotRequired[str]
    country: NotRequired[str]
    basis: NotRequired[str]
    reference: NotRequired[str]
    contact_email: NotRequired[str]
    language: NotRequired[str]
    measure: NotRequired[Literal["", "demote", "pause", "remove", "freeze_funds", "suspend", "close"]]
    territories: NotRequired[list[str]]
    until: NotRequired[str | None]
    addresses: NotRequired[list[str]]
    seller: NotRequired[str]
    file: NotRequired[int | None]


class OrderShown(TypedDict):
    """One order whole."""

    number: str
    source: str
    kind: str
    marketplace: str
    authority: str
    country: str
    basis: str
    reference: str
    measure: str
    countries: list[str]
    until: str | None
    received_at: str
    at: str
    state: str
    ended_at: str | None
    ended_how: str
    lines: int
    confirmed: int
    words: Words
    answer: Words
    contact_email: str
    language: str
    about: list[OrderLineShown]
    letters: list[OrderLetterShown]
    steps: list[OrderStep]


class OrderStep(TypedDict):
    """A step of the order's own log."""

    seq: int
    event: str
    by: str
    at: str
    hash: str


class PageAllowedShown(TypedDict):
    items: list[AllowedShown]
    next: str | None


class PageAppealRow(TypedDict):
    items: list[AppealRow]
    next: str | None


class PageCaseRow(TypedDict):
    items: list[CaseRow]
    next: str | None


class PageCheckedDraft(TypedDict):
    items: list[CheckedDraft]
    next: str | None


class PageCheckpointShown(TypedDict):
    items: list[CheckpointShown]
    next: str | None


class PageClaimLinkShown(TypedDict):
    items: list[ClaimLinkShown]
    next: str | None


class PageCounterDraftRow(TypedDict):
    items: list[CounterDraftRow]
    next: str | None


class PageCounterFiled(TypedDict):
    items: list[CounterFiled]
    next: str | None


class PageDecisionRow(TypedDict):
    items: list[DecisionRow]
    next: str | None


class PageDeedShown(TypedDict):
    items: list[DeedShown]
    next: str | None


class PageDeliveryShown(TypedDict):
    items: list[DeliveryShown]
    next: str | None


class PageDispatchShown(TypedDict):
    items: list[DispatchShown]
    next: str | None


class PageDraftRow(TypedDict):
    items: list[DraftRow]
    next: str | None


class PageEventShown(TypedDict):
    items: list[EventShown]
    next: str | None


class PageFindingRow(TypedDict):
    items: list[FindingRow]
    next: str | None


class PageFingerprintShown(TypedDict):
    items: list[FingerprintShown]
    next: str | None


class PageFoundRow(TypedDict):
    items: list[FoundRow]
    next: str | None


class PageIdentityCheckRow(TypedDict):
    items: list[IdentityCheckRow]
    next: str | None


class PageImportShown(TypedDict):
    items: list[ImportShown]
    next: str | None


class PageJobShown(TypedDict):
    items: list[JobShown]
    next: str | None


class PageKnownListing(TypedDict):
    items: list[KnownListing]
    next: str | None


class PageLookShown(TypedDict):
    items: list[LookShown]
    next: str | None


class PageMandateAct(TypedDict):
    items: list[MandateAct]
    next: str | None


class PageMandateShown(TypedDict):
    items: list[MandateShown]
    next: str | None


class PageMarketplaceShown(TypedDict):
    items: list[MarketplaceShown]
    next: str | None


class PageMeasureShown(TypedDict):
    items: list[MeasureShown]
    next: str | None


class PageMessageRow(TypedDict):
    items: list[MessageRow]
    next: str | None


class PageNoticeRow(TypedDict):
    items: list[NoticeRow]
    next: str | None


class PageOrderAppealRow(TypedDict):
    items: list[OrderAppealRow]
    next: str | None


class PageOrderRow(TypedDict):
    items: list[OrderRow]
    next: str | None


class PagePairShown(TypedDict):
    items: list[PairShown]
    next: str | None


class PagePersonShown(TypedDict):
    items: list[PersonShown]
    next: str | None


class PageQueueRow(TypedDict):
    items: list[QueueRow]
    next: str | None


class PageRecordShown(TypedDict):
    items: list[RecordShown]
    next: str | None


class PageReferenceShown(TypedDict):
    items: list[ReferenceShown]
    next: str | None


class PageReferenceToCheck(TypedDict):
    items: list[ReferenceToCheck]
    next: str | None


class PageRenewalShown(TypedDict):
    items: list[RenewalShown]
    next: str | None


class PageReplayShown(TypedDict):
    items: list[ReplayShown]
    next: str | None


class PageRightLetterBack(TypedDict):
    items: list[RightLetterBack]
    next: str | None


class PageRightLetterShown(TypedDict):
    items: list[RightLetterShown]
    next: str | None


class PageRightRow(TypedDict):
    items: list[RightRow]
    next: str | None


class PageRightToCheck(TypedDict):
    items: list[RightToCheck]
    next: str | None


class PageRowShown(TypedDict):
    items: list[RowShown]
    next: str | None


class PageRulesShown(TypedDict):
    items: list[RulesShown]
    next: str | None


class PageSellerShown(TypedDict):
    items: list[SellerShown]
    next: str | None


class PageShopMeasureShown(TypedDict):
    items: list[ShopMeasureShown]
    next: str | None


class PageShopMemberShown(TypedDict):
    items: list[ShopMemberShown]
    next: str | None


class PageShopOrderRow(TypedDict):
    items: list[ShopOrderRow]
    next: str | None


class PageSubmissionShown(TypedDict):
    items: list[SubmissionShown]
    next: str | None


class PageTransferShown(TypedDict):
    items: list[TransferShown]
    next: str | None


class PairSaid(TypedDict):
    """What a person said of it."""

    what: Literal["denied", "taken_back", "confirmed", "unconfirmed"]
    at: str
    by: str
    words: Words


class PairShown(TypedDict):
    """Two sellers that are tied directly. It says that they have in common what few others have, not that either did
    wrong.
    """

    id: str
    one: SellerNamed
    other: SellerNamed
    state: Literal["suggested", "confirmed", "denied"]
    strength: float
    counts: bool
    evidence: list[TieShown]
    by: str
    at: str | None
    found_at: str


class PairWhole(TypedDict):
    """One link whole: what people said of it, the newest first, and the newest findings that came from one to the
    other.
    """

    id: str
    one: SellerNamed
    other: SellerNamed
    state: Literal["suggested", "confirmed", "denied"]
    strength: float
    counts: bool
    evidence: list[TieShown]
    by: str
    at: str | None
    found_at: str
    said: list[PairSaid]
    came_over: list[int]
    counts_from: float


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


class PaperPlaced(TypedDict):
    """What became of one file of the ZIP. `right`: where it went, or belongs; `how_to_mend` is "" where all is well."""

    file: str
    outcome: Literal[
        "attached",
        "there",
        "no_right",
        "several_rights",
        "zeros_lost",
        "digits_lost",
        "right_settled",
        "paper_unknown",
        "refused",
        "too_many",
    ]
    right: int | None
    kind: str
    message: str
    how_to_mend: str


class PaperShown(TypedDict):
    """A statement of reasons or a decision, as its party was told."""

    seq: int
    at: str
    title: str
    paragraphs: list[list[Any]]


class PapersPlaced(TypedDict):
    """What became of every file, in the order of the ZIP. `left_out` found no place, or was not taken."""

    added: int
    there_already: int
    left_out: int
    items: list[PaperPlaced]


class Party(TypedDict):
    """A rights holder, an agent or a shop."""

    id: int
    name: str


class PassedOn(TypedDict):
    """What is passed on, and to whom: the e-mail with which the other agent signs in. What is not given is as in the
    mandate.
    """

    offered_to: str
    rights: NotRequired[list[int] | None]
    marketplaces: NotRequired[list[str] | None]
    powers: NotRequired[list[Literal["file", "answer", "withdraw", "settle"]] | None]
    starts_on: NotRequired[str | None]
    ends_on: NotRequired[str | None]


class PersonActive(TypedDict):
    """Whether they may sign in."""

    active: bool


class PersonAdded(TypedDict):
    """Somebody new, who signs in by a code sent to the address. An auditor needs an end."""

    email: str
    name: str
    role: Literal["reviewer", "senior", "operator", "auditor"]
    until: NotRequired[str | None]


class PersonShown(TypedDict):
    """Somebody who can sign in."""

    id: int
    name: str
    email: str
    is_reviewer: bool
    is_senior: bool
    is_operator: bool
    auditor_until: str | None
    is_active: bool
    last_sign_in: str | None
    sessions: int | None


class PictureChanged(TypedDict):
    """Picture `number` (from 1) of the frozen copy."""

    number: int
    what: Literal["replaced", "gone", "new"]


class PictureFile(TypedDict):
    """A picture of the listing itself: parts of it are found, too."""

    content: str
    url: NotRequired[str]


class PictureSent(TypedDict):
    """A picture of the listing as its PDQ hash, worked out where the picture is: found whole, mirrored or turned,
    not in part.
    """

    pdq: str
    quality: NotRequired[int]
    url: NotRequired[str]


class PictureShown(TypedDict):
    """A picture of the listing. `file`: as which it was kept."""

    url: str
    file: int | None
    sha256: str


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


class PieceShown(TypedDict):
    """A piece of a compared text; `cut`: something unchanged is left out here."""

    kind: Literal["same", "gone", "new", "cut"]
    text: str


class Place(TypedDict):
    """A marketplace."""

    slug: str
    name: str


class Platform(TypedDict):
    """What concerns all marketplaces."""

    workers: list[WorkerShown]
    jobs_failed: int
    jobs_waiting: int
    jobs_oldest: str | None
    events: int
    events_not_numbered: int
    log_checked_at: str | None
    log_faults: int | None
    log_check_is_old: bool
    provisional_due_dates: int
    webhooks_stopped: int
    webhooks_failing: int


class PossiblySame(TypedDict):
    """An account that may be the same; `by` says what is equal."""

    id: int
    name: str
    by: Literal["number", "name_address", "contact_domain"]


class PreviewShown(TypedDict):
    """What will be sent. `unmet` are checks of the reason that nobody ticked: they keep nothing from being sent."""

    can_be_sent: bool
    consequence: str
    paragraphs: list[list[Any]]
    defects: list[Defect]
    unmet: list[str]


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


class QueueRow(TypedDict):
    """One case that waits on a reviewer."""

    number: str
    notice: str
    marketplace: str
    state: str
    to_do: str
    round: int
    escalated: bool
    right_kind: str
    right_name: str
    listing_title: str
    listing_url: str
    seller: str
    reason: str
    reason_title: str
    risk: RiskShown
    due: Deadline | None
    held_by: HeldBy | None
    for_a_senior: bool
    seq: int


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


class Receipt(TypedDict):
    """The report has a number, and each listing is a case. `token` opens it at `/guest/reports/{token}` for some
    days.

    `already` names cases this guest had opened before about the same listings: then nothing was opened a second
    time.
    """

    number: str
    token: str
    cases: list[str]
    already: list[str]


class RecordShown(TypedDict):
    """What a register said of a right, as of `fetched_at`; `same_at` is when it last said the same.

    `status`: registered, pending, ended, expired or unknown; `status_text` are the office's own words. `waits`: a
    reviewer has to look at the findings. `picture`: the mark as the register shows it, drawn anew.
    """

    id: int
    right: int
    office: str
    number: str
    fetched_at: str
    same_at: str
    status: Literal["registered", "pending", "ended", "expired", "unknown"]
    status_text: str
    status_on: str | None
    picture: File | None
    fields: list[FieldCompared]
    findings: list[Finding]
    waits: bool
    looked_at: str | None
    note: str


class ReferenceDecided(TypedDict):
    """Whether it is the holder's own; sent back, the holder reads the note."""

    accepted: bool
    note: NotRequired[str]


class ReferenceShown(TypedDict):
    """A word or a picture that is looked for, or is to be. `note`: why it was sent back."""

    id: int
    right: int
    kind: Literal["word", "picture"]
    text: str
    file: File | None
    state: Literal["pending", "in_force", "returned", "ended"]
    status: str
    made_at: str
    due_at: str
    decided_at: str | None
    ended_at: str | None
    note: str


class ReferenceToCheck(TypedDict):
    """A word or a picture that waits for a reviewer, with whose it says it is."""

    id: int
    right: int
    kind: Literal["word", "picture"]
    text: str
    file: File | None
    state: Literal["pending", "in_force", "returned", "ended"]
    status: str
    made_at: str
    due_at: str
    decided_at: str | None
    ended_at: str | None
    note: str
    holder: str
    right_name: str
    right_number: str


class ReferencesSent(TypedDict):
    """Words, and pictures sent to `/files` before, that are to be looked for under one right of the holder's own."""

    right: int
    words: NotRequired[list[str]]
    pictures: NotRequired[list[int]]


class RegisterAsked(TypedDict):
    """Under which registration number; "" is the number among the answers."""

    number: NotRequired[str]


class RejectSent(TypedDict):
    """Why a right is not accepted; the holder reads it."""

    why: str


class Release(TypedDict):
    """What becomes of the held letters: left to operators, sent now, or they had gone out before."""

    letters: Literal["hold", "send", "sent"]


class RenewalAnswered(TypedDict):
    """Whether the renewal is shown; the holder reads the note."""

    accepted: bool
    note: NotRequired[str]


class RenewalShown(TypedDict):
    """A renewal that waits for a reviewer."""

    id: int
    right: int
    name: str
    holder: str
    expires_on: str
    sent_at: str
    due_at: str
    file: File


class ReplayFrom(TypedDict):
    """From where on: a number of the log, or an instant of recording. One of the two."""

    position: NotRequired[int | None]
    since: NotRequired[str | None]


class ReplaySent(TypedDict):
    """Which listings, by which rule set."""

    rules: int
    marketplace: NotRequired[str | None]
    since: str
    until: str


class ReplayShown(TypedDict):
    """Past listings judged by a rule set, without any effect. `changes`: how many would go from which verdict to
    which.
    """

    id: int
    rules: int
    marketplace: str | None
    since: str
    until: str
    asked_at: str
    total: int
    looked_at: int
    unseen: int
    changes: dict[str, int]
    examples: list[ExampleShown]
    finished_at: str | None


class Replayed(TypedDict):
    """The first number of the log that is sent again."""

    position: int


class ReportLink(TypedDict):
    """The link to the form for people without an account. Not open: the form does not offer this marketplace."""

    is_open: bool
    procedure: str
    most_listings: int
    url: str
    html_with_place_for_listing: str
    html_for_every_page: str
    html_of_script: str


class ReportLinkSaid(TypedDict):
    """How many listings one report may name; null for as many as everywhere."""

    most_listings: int | None


class ReportTyped(TypedDict):
    """A report as far as it is written. What is missing is named by `defects`, not refused."""

    marketplace: str
    listings: list[str]
    reason: NotRequired[
        Literal[
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
        | Literal[""]
    ]
    statement: NotRequired[str]
    right_owner: NotRequired[str]
    right_number: NotRequired[str]
    name: NotRequired[str]
    email: NotRequired[str]
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


class RestorationShown(TypedDict):
    """Whether the installation was restored and is held, as it stood when, and how many letters wait for a word."""

    held: bool
    backup_at: str | None
    restored_at: str | None
    letters: dict[str, int]


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


class RetentionRule(TypedDict):
    """A rule: what goes, how long after, and where the number comes from."""

    id: str
    what: str
    table: str
    does: str
    days: int
    years: int
    source: str


class RetentionRun(TypedDict):
    """What was counted, or went: how much by each rule; a rule that is not named, nothing."""

    at: str
    by: str
    counts: dict[str, int]


class RetentionShown(TypedDict):
    """The rules, and what was counted and let go last. `waiting`: a worker is at it."""

    nightly: bool
    waiting: bool
    rules: list[RetentionRule]
    counted: RetentionRun | None
    applied: RetentionRun | None


class ReturnReason(TypedDict):
    """Why it was sent back, and how to mend it."""

    code: str
    what: str
    how_to_mend: str


class ReturnReasonShown(TypedDict):
    """Why a registration is sent back, and how its holder mends it. `rights`: the kinds it goes with, `*` is all."""

    id: str
    title: str
    how_to_mend: str
    rights: list[str]


class ReturnReasons(TypedDict):
    """Reasons in the order a form offers them."""

    items: list[ReturnReasonShown]


class ReturnSent(TypedDict):
    """Why a registration is sent back; the holder reads the reasons, how to mend each, and the note."""

    reasons: list[
        Literal[
            "owner_differs",
            "mandate_unsigned",
            "mandate_too_narrow",
            "mandate_other_text",
            "mandate_signatory",
            "mandate_unreadable",
            "copy_not_colour",
            "unreadable",
            "class_page_missing",
            "number_mismatch",
            "name_mismatch",
            "owner_mismatch",
            "expired_unrenewed",
            "pending_application",
            "extension_missing",
            "translation_missing",
            "wrong_kind",
            "supplemental_register",
            "evaluation_missing",
            "claim_unsigned",
            "work_unclear",
            "not_proven",
        ]
    ]
    note: NotRequired[str]


class RightBegun(TypedDict):
    """A right as far as it is known. `/right-kinds` says what each kind is asked, and under which answers."""

    kind: Literal["trademark", "copyright", "patent", "utility_model", "design", "other"]
    answers: NotRequired[Answers]


class RightChanged(TypedDict):
    """Answers that change; those not given stay, "" empties one."""

    answers: Answers


class RightLetterBack(TypedDict):
    """A letter about a right and how it was sent: to `address`, once more to `address_now`, empty while none is
    known.

    It did not arrive while `failed_at` is set, and `delivered_at` and `read_at` are null.
    """

    id: int
    right: int
    holder: str
    what: str
    days: int | None
    subject: str
    address: str
    address_now: str
    attempts: int
    created_at: str
    failed_at: str | None
    delivered_at: str | None
    read_at: str | None
    answer: str


class RightLetterShown(TypedDict):
    """One letter, in words as things stand now. `what`: `ends` for a reminder, with its `days`, else the event of
    the right.

    `right` is null once the right has gone over to another account.
    """

    id: int
    right: int | None
    what: str
    days: int | None
    subject: str
    sentences: list[str]
    created_at: str
    delivered_at: str | None
    read_at: str | None


class RightNow(TypedDict):
    """The right as it stands now; the case itself holds it as it stood at filing. A guest's notice has none."""

    id: int
    state: str
    expires_on: str | None
    verified_at: str | None
    mandate_ends_on: str | None
    papers: list[Paper]


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
    """One right whole. `missing`: what still has to be mended before it can be sent; `would_be_returned`: what a
    reviewer would probably send it back for. `ends`: how near its end is.
    """

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
    would_be_returned: list[Defect]
    ends: Ends | None
    renewal: RenewalShown | None
    history: list[Happened]


class RightToCheck(TypedDict):
    """A right that waits on the desk; `/rights/{id}` holds it whole, with its papers."""

    id: int
    state: Literal[
        "pending",
        "returned",
        "approved",
        "suspended",
        "expired",
        "invalidated",
        "in_grace",
        "lapsed",
        "surrendered",
        "transferred",
        "rejected",
    ]
    kind: str
    name: str
    number: str
    office: str
    holder: str
    submitted_at: str | None
    due: Deadline | None


class RiskShown(TypedDict):
    """How much hangs on a case, and why."""

    level: Literal["low", "medium", "high"]
    why: list[str]


class RoleSet(TypedDict):
    """Give or take one role."""

    role: Literal["reviewer", "senior", "operator"]
    given: bool


class RowShown(TypedDict):
    """A row with its verdict. `row` counts as the file does; `defects` is all that is wrong with it."""

    row: int
    verdict: Literal["new", "changed", "same", "mend"]
    kind: str
    office: str
    number: str
    name: str
    defects: list[Defect]


class RulesSent(TypedDict):
    """A new rule set. Opinions are counted anew in any case."""

    numbers: NotRequired[NumbersSent]
    note: NotRequired[str]


class RulesShown(TypedDict):
    """A rule set."""

    number: int
    state: Literal["draft", "in_force", "past"]
    numbers: NumbersShown
    counts: list[CountShown]
    note: str
    made_at: str
    made_by: str
    since: str | None


class Screened(TypedDict):
    """What becomes of one listing."""

    item_id: str
    verdict: Literal["allow", "review", "block"]
    done: Literal["allowed", "noted", "told", "review", "blocked"]
    probability: float
    interval: list[Any]
    reason: Literal["", "words", "pictures", "stay_down"]
    combination: str
    matches: list[Match]
    told: list[str]
    unread: list[Unread]
    finding: int | None
    contest: Contest | None


class Screening(TypedDict):
    """Which listings at which marketplace."""

    marketplace: str
    listings: list[ListingToScreen]


class ScreeningDone(TypedDict):
    """The answer to each listing, in their order. `rules`, `index_version`: what was looked with."""

    items: list[Screened]
    rules: int
    index_version: int


class SecondFactorsLifted(TypedDict):
    """How many apps and passkeys no longer count."""

    lifted: int


class SecretMade(TypedDict):
    """A new secret, shown this once; the one before signs beside it for a day."""

    secret: str


class SellerLinkShown(TypedDict):
    """One kind of evidence that ties two sellers directly. `why`: a sentence for each reason."""

    kind: Literal["identifier", "picture", "text"]
    seller: SellerNamed
    strength: float
    why: list[str]
    found_at: str
    denied_at: str | None
    denied_by: str
    denied_words: Words
    confirmed_at: str | None
    confirmed_by: str


class SellerLinksShown(TypedDict):
    """Who belongs together with this seller, and what ties it to others directly; links too weak, or denied, are
    among those.
    """

    linked: list[LinkedSeller]
    links: list[SellerLinkShown]
    said: list[LinkWordShown]


class SellerNamed(TypedDict):
    """A seller, and where."""

    marketplace: str
    ref: str
    name: str


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


class SendingStarted(TypedDict):
    """`doubtful_too`: what a reviewer would probably send back goes as well."""

    doubtful_too: NotRequired[bool]


class SeniorAsked(TypedDict):
    """Why a senior should take the case; for the senior alone."""

    note: str


class SeniorNote(TypedDict):
    """Who asked for a senior, and why."""

    by: str
    note: str


class SessionsEnded(TypedDict):
    """In how many browsers they were signed in."""

    ended: int


class Settled(TypedDict):
    """What became of the right, and how many of its cases were told."""

    right: RightToCheck
    cases_told: int


class SettledSent(TypedDict):
    """How the doubt ends. `cleared`: it is in force, open complaints go on with the time that was left. `ended`:
    open complaints end, what was decided stands. `void`: from the start; what was taken down comes back.
    """

    answer: Literal["cleared", "ended", "void"]
    why: str


class ShareShown(TypedDict):
    """How many proved right, of how many; where the share lies, 95 %."""

    right: int
    of: int
    share: float
    interval: list[Any]


class ShopAppeal(TypedDict):
    """The appeal of the shop."""

    filed_at: str
    due_at: str
    words: Words
    files: list[File]
    decided_at: str | None
    granted: bool | None
    answer: Words | None


class ShopAppealSent(TypedDict):
    """Why the decision is wrong, with papers."""

    words: str
    files: NotRequired[list[Piece]]


class ShopMeasureShown(TypedDict):
    """What should lie on a whole shop, or no longer lie on it."""

    id: int
    marketplace: str
    seller: str
    measure: str
    on: bool
    asked_at: str
    attempts: int
    answer: str
    by_hand: bool
    drifted: bool
    confirmed_at: str | None
    superseded: bool


class ShopMemberShown(TypedDict):
    """Somebody who acts for a shop with an account."""

    id: int
    name: str
    email: str
    role: str
    since: str


class ShopOrderRow(TypedDict):
    """An order of an authority, or a decision of the marketplace's own (M-…, S-… of its screening), that touches the
    shop.
    """

    number: str
    source: Literal["authority", "operator", "screening"]
    authority: str
    measure: str
    marketplace: str
    at: str
    until: str | None
    state: Literal["in_force", "ended"]
    ended_at: str | None
    ended_how: str


class ShopOrderShown(TypedDict):
    """One whole: the statement of reasons as it was sent, and whether it can be appealed."""

    number: str
    source: Literal["authority", "operator", "screening"]
    authority: str
    measure: str
    marketplace: str
    at: str
    until: str | None
    state: Literal["in_force", "ended"]
    ended_at: str | None
    ended_how: str
    statement: list[list[str]]
    matches: list[Match]
    may_appeal: bool
    until_when: Deadline | None
    why_not: WhyNot | None
    appeal: ShopAppeal | None


class ShopSignInSaid(TypedDict):
    """How the marketplace's provider is spoken to (authorization code with PKCE), and where it says which shop
    somebody runs.
    """

    issuer: str
    client_id: str
    secret_name: str
    ref_claim: str
    name_claim: NotRequired[str]
    scope: NotRequired[str]


class ShopSignInShown(TypedDict):
    """The sign-in as it is kept, and the two addresses the marketplace needs."""

    issuer: str
    client_id: str
    secret_name: str
    ref_claim: str
    name_claim: str
    scope: str
    comes_back_to: str
    sellers_begin_at: str


class SignIn(TypedDict):
    """A browser in which the person of this key is signed in. `device` is empty when the browser does not say."""

    id: int
    device: str
    since: str
    ip: str


class SignInTried(TypedDict):
    """Whether the provider answers and the secret is set; `why_not` says what is in the way."""

    works: bool
    why_not: str


class SignIns(TypedDict):
    """All of them, the newest first."""

    items: list[SignIn]


class SignInsEnded(TypedDict):
    """In how many browsers the person was signed in."""

    ended: int


class SplitOff(TypedDict):
    """Which lines go into a draft of their own, and what is different there."""

    lines: list[int]
    marketplace: NotRequired[str | None]
    right: NotRequired[int | None]
    mode: NotRequired[Literal["listing", "storefront"] | None]


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


class StepOffered(TypedDict):
    """A step that is open now. `fact` goes with it where it brings one."""

    event: str
    fact: str
    consequence: str
    grounds: list[GroundOffered]


class StepSent(TypedDict):
    """A step. Which are open, with which `fact` and on which grounds, says the bench of the case.

    `and_alike`: the same step for the other lines of the notice that wait for the same check (`alike` of the
    bench); only `accepted`, `returned` and `refused` are said of the notice.
    """

    event: Literal[
        "accepted",
        "returned",
        "refused",
        "decided_for_holder",
        "decided_for_seller",
        "restricted",
        "kept",
        "declaration_forwarded",
        "declaration_returned",
        "extension_granted",
        "action_ended",
    ]
    fact: NotRequired[Literal["", "seller_won", "core_elements"]]
    grounds: NotRequired[
        list[
            Literal[
                "tm_counterfeit_evident",
                "tm_counterfeit_test_buy",
                "tm_replica_wording",
                "tm_mark_on_goods",
                "tm_mark_in_pictures",
                "tm_mark_blurred",
                "tm_mark_in_text",
                "tm_mark_as_shop_name",
                "tm_confusingly_similar",
                "tm_parallel_import",
                "tm_packaging",
                "cr_picture_copied",
                "cr_text_copied",
                "cr_video_copied",
                "cr_pirated_copies",
                "cr_work_on_goods",
                "pt_all_features",
                "pt_ruling",
                "pt_false_marking",
                "ds_same_impression",
                "ds_unregistered_copied",
                "gi_name_misused",
                "ot_likeness",
                "ot_trade_secret",
                "ot_order",
                "an_supplier_not_authorised",
                "an_purchase_too_old",
                "an_too_few_pieces",
                "an_papers_other_goods",
                "an_licence_not_covering",
                "an_papers_not_signed",
                "no_mark",
                "descriptive_use",
                "other_goods",
                "signs_differ",
                "genuine_goods",
                "bought_from_owner_shown",
                "supplier_authorised",
                "licensed",
                "not_a_copy",
                "not_protected",
                "work_of_seller",
                "feature_missing",
                "other_impression",
                "known_before",
                "patent_marking_true",
                "seller_right",
                "ruling_for_seller",
                "right_not_covering",
                "other_listing_meant",
                "not_shown",
                "rf_right_not_proved",
                "rf_territory",
                "rf_no_first_evidence",
                "rf_other_reason",
                "rf_already_decided",
                "rf_unfounded",
                "rt_contact",
                "rt_declaration",
                "rt_evidence",
                "rt_work",
            ]
        ]
    ]
    checks: NotRequired[
        list[
            Literal[
                "mark_recognisable",
                "mark_in_text",
                "mark_in_shop",
                "goods_registered",
                "goods_similar",
                "right_covers_territory",
                "sign_of_fake",
                "no_licence",
                "no_permission",
                "order_matches_listing",
                "report_names_method",
                "replica_wording",
                "not_descriptive",
                "signs_similar",
                "confusion_likely",
                "goods_from_outside",
                "no_consent_here",
                "labels_offered",
                "work_is_complainants",
                "substantially_same",
                "copies_offered",
                "every_feature_met",
                "patent_stands",
                "same_impression",
                "same_kind_of_goods",
                "patent_claimed",
                "no_such_patent",
                "disclosed_within_term",
                "copied",
                "name_protected",
                "name_used_or_evoked",
                "goods_not_entitled",
                "person_recognisable",
                "was_secret",
                "was_guarded",
                "taken_unlawfully",
                "order_genuine",
                "order_names_this",
                "order_in_force",
            ]
        ]
    ]
    words: NotRequired[str]
    and_alike: NotRequired[bool]


class StepShown(TypedDict):
    """A step on its way: it goes out at `goes_at` unless it is undone. `also` are the other lines it was made for."""

    id: int
    number: str
    also: list[str]
    event: str
    fact: str
    grounds: list[str]
    checks: list[str]
    made_at: str
    goes_at: str
    undo: str


class Steps(TypedDict):
    """Steps of the person of this key that can still be undone, the newest first; one for each call."""

    items: list[StepShown]


class SubmissionShown(TypedDict):
    """Drafts judged together. `checking`: a worker judges them; `shown`: nothing is sent yet. `counts`: verdict ->
    drafts; `sent` is how many were sent so far; `import_id`: of which file alone.
    """

    id: int
    import_id: int | None
    state: Literal["checking", "shown", "running", "done"]
    counts: dict[str, int]
    doubtful_too: bool
    sent: int
    at: str
    started_at: str | None
    done_at: str | None


class TakeDown(TypedDict):
    """Cases of one shop whose listings the seller has taken down."""

    cases: list[CaseSeen]


class TakenDown(TypedDict):
    """A case that ended without a decision."""

    number: str
    state: str
    outcome: str
    seq: int


class TakenOver(TypedDict):
    """Which answers are to be what the record says."""

    answers: list[
        Literal[
            "mark_type",
            "name",
            "number",
            "owner",
            "expires_on",
            "classes",
            "designates",
            "us_register",
            "renewed",
            "assigned",
            "changed",
        ]
    ]


class TieShown(TypedDict):
    """One kind of evidence that ties two sellers. `why`: a sentence for each reason."""

    kind: Literal["identifier", "picture", "text"]
    strength: float
    why: list[str]
    found_at: str


class Told(TypedDict):
    """Cases of which the same is said: what happened and why, where they stand, what to do."""

    happened: list[str]
    why: str
    stands: str
    to_do: list[str]
    complaints: list[str]


class ToldOtherwise(TypedDict):
    """How its reader is told: `mail` to another address, or handed over by post, by telephone, by the marketplace."""

    channel: Literal["mail", "post", "phone", "shop"]
    address: NotRequired[str]


class TransferAnswered(TypedDict):
    """Whether the right is the new owner's; the new owner reads the note."""

    accepted: bool
    note: NotRequired[str]


class TransferShown(TypedDict):
    """What a new owner sent. `answer`: waiting, accepted or returned; `name` of the right is shown once it is the
    reader's.
    """

    id: int
    right: int | None
    name: str
    office: str
    number: str
    to: str
    owner: str
    goes_on: bool
    file: File
    sent_at: str
    due_at: str
    answer: Literal["waiting", "accepted", "returned"]
    note: str


class Unread(TypedDict):
    """A picture this answer says nothing of: which of the listing's, and why. All else was looked at."""

    picture: int
    message: str
    later: bool


class Unserved(TypedDict):
    """A case whose clock cannot start because its party was not told."""

    case: str
    notice: str
    waits_on: str
    since: str
    is_late: bool
    letter: int | None
    answers: list[str]


class UnservedList(TypedDict):
    """At most 500, those that wait longest first."""

    items: list[Unserved]


class WasIs(TypedDict):
    """What it was in the frozen copy, and what it is."""

    was: str
    now: str


class Way(TypedDict):
    """Where a move leads, under which condition. `@escalate`, `@same` and `@back` are no states but directions."""

    guard: str | None
    to: str


class WholeFilingPlace(TypedDict):
    items: list[FilingPlace]


class WholeGuestPlace(TypedDict):
    items: list[GuestPlace]


class WholeKindShown(TypedDict):
    items: list[KindShown]


class WholePaperShown(TypedDict):
    items: list[PaperShown]


class WholeProcedureRow(TypedDict):
    items: list[ProcedureRow]


class WholeReasonShown(TypedDict):
    items: list[ReasonShown]


class WholeReferenceShown(TypedDict):
    items: list[ReferenceShown]


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


class WorkerShown(TypedDict):
    """A worker of the last day and its last sign of life."""

    name: str
    is_alive: bool
    beat_at: str
    done: int
    doing: str


class ListAccountsToVerifyAsked(TypedDict):
    limit: NotRequired[int]


class ListAppealsAsked(TypedDict):
    limit: NotRequired[int]
    show: NotRequired[Literal["waiting", "decided"]]


class ReadCalendarAsked(TypedDict):
    year: NotRequired[int | None]


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


class ListCounterDraftsAsked(TypedDict):
    limit: NotRequired[int]


class ListCounterNoticeGroundsAsked(TypedDict):
    right_kind: NotRequired[Literal["trademark", "copyright", "patent", "utility_model", "design", "other"] | None]
    reason: NotRequired[
        Literal[
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
        | None
    ]


class ListCounterNoticesAsked(TypedDict):
    limit: NotRequired[int]
    notice: NotRequired[str]


class ListDecisionGroundsAsked(TypedDict):
    reason: NotRequired[
        Literal[
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
        | None
    ]
    verdict: NotRequired[Literal["upheld", "not_upheld", "refused", "returned"] | None]


class ListDecisionsAsked(TypedDict):
    limit: NotRequired[int]
    number: NotRequired[str]
    notice: NotRequired[str]
    marketplace: NotRequired[str]
    verdict: NotRequired[Literal["upheld", "not_upheld"] | None]
    mine: NotRequired[bool | None]
    since: NotRequired[str | None]
    before: NotRequired[str | None]


class ListDeliveriesAsked(TypedDict):
    limit: NotRequired[int]
    state: NotRequired[Literal["failed", "waiting", "delivered", "all"]]
    party: NotRequired[Literal["", "seller", "complainant"]]
    q: NotRequired[str]


class ListRightLettersNotArrivedAsked(TypedDict):
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


class ListCheckpointsAsked(TypedDict):
    limit: NotRequired[int]


class ListStaffEventsAsked(TypedDict):
    limit: NotRequired[int]
    event: NotRequired[str]
    person: NotRequired[int | None]


class ListMandatesAsked(TypedDict):
    limit: NotRequired[int]
    state: NotRequired[Literal["draft", "offered", "pending", "returned", "in_force", "expired", "revoked"] | None]


class ListMandateActsAsked(TypedDict):
    limit: NotRequired[int]
    agent: NotRequired[int | None]
    mandate: NotRequired[int | None]


class ListMarketplacesAsked(TypedDict):
    limit: NotRequired[int]
    q: NotRequired[str]
    active: NotRequired[bool | None]


class ListMeasuresAsked(TypedDict):
    limit: NotRequired[int]
    what: NotRequired[Literal["open", "by_hand", "unconfirmed", "drifted", "all"]]
    q: NotRequired[str]
    marketplace: NotRequired[str]


class ListShopMeasuresAsked(TypedDict):
    limit: NotRequired[int]
    what: NotRequired[Literal["open", "by_hand", "unconfirmed", "drifted", "all"]]
    q: NotRequired[str]
    marketplace: NotRequired[str]


class ListMessagesAsked(TypedDict):
    limit: NotRequired[int]
    notice: NotRequired[str]
    unread: NotRequired[bool | None]


class ListRightLettersAsked(TypedDict):
    limit: NotRequired[int]
    unread: NotRequired[bool | None]


class ListNoticeDraftsAsked(TypedDict):
    limit: NotRequired[int]


class ListNoticesAsked(TypedDict):
    limit: NotRequired[int]
    marketplace: NotRequired[str]
    right: NotRequired[int | None]
    sent_since: NotRequired[str | None]
    q: NotRequired[str]


class ListJobsAsked(TypedDict):
    limit: NotRequired[int]
    state: NotRequired[Literal["", "failed", "running", "waiting", "later"]]
    kind: NotRequired[str]


class ListLooksAsked(TypedDict):
    limit: NotRequired[int]
    person: NotRequired[int | None]
    what: NotRequired[str]
    q: NotRequired[str]


class ListOrdersAsked(TypedDict):
    limit: NotRequired[int]
    state: NotRequired[Literal["", "in_force", "ended", "untold"]]
    source: NotRequired[Literal["", "authority", "operator", "screening"]]
    marketplace: NotRequired[str]
    q: NotRequired[str]


class ListShopOrdersAsked(TypedDict):
    limit: NotRequired[int]


class ListOrderAppealsAsked(TypedDict):
    limit: NotRequired[int]
    show: NotRequired[Literal["waiting", "decided"]]
    q: NotRequired[str]


class ListPeopleAsked(TypedDict):
    limit: NotRequired[int]
    q: NotRequired[str]
    who: NotRequired[Literal["", "desk", "reviewer", "senior", "operator", "auditor", "out"]]


class ListQueueAsked(TypedDict):
    limit: NotRequired[int]
    q: NotRequired[str]
    to_do: NotRequired[Literal["check", "decide", "declaration", "right"] | None]
    clock: NotRequired[Literal["late", "today", "tomorrow"] | None]
    right: NotRequired[Literal["trademark", "copyright", "patent", "utility_model", "design", "other"] | None]
    marketplace: NotRequired[str]
    held: NotRequired[Literal["free", "me"] | None]
    sort: NotRequired[
        Literal[
            "due",
            "-due",
            "risk",
            "-risk",
            "case",
            "-case",
            "right",
            "-right",
            "listing",
            "-listing",
            "reason",
            "-reason",
            "todo",
            "-todo",
        ]
    ]


class ListRightsAsked(TypedDict):
    limit: NotRequired[int]
    state: NotRequired[
        Literal[
            "draft",
            "pending",
            "returned",
            "approved",
            "suspended",
            "expired",
            "invalidated",
            "in_grace",
            "lapsed",
            "surrendered",
            "transferred",
            "rejected",
        ]
        | None
    ]
    kind: NotRequired[Literal["trademark", "copyright", "patent", "utility_model", "design", "other"] | None]
    q: NotRequired[str]


class ListRightImportsAsked(TypedDict):
    limit: NotRequired[int]


class ListRightImportRowsAsked(TypedDict):
    limit: NotRequired[int]
    verdict: NotRequired[Literal["new", "changed", "same", "mend"] | None]


class ListRightSubmissionsAsked(TypedDict):
    limit: NotRequired[int]


class ListCheckedDraftsAsked(TypedDict):
    limit: NotRequired[int]
    verdict: NotRequired[Literal["ready", "doubtful", "mend", "moved", "waits"] | None]


class ListReturnReasonsAsked(TypedDict):
    right_kind: NotRequired[Literal["trademark", "copyright", "patent", "utility_model", "design", "other"] | None]


class ListRightsToVerifyAsked(TypedDict):
    limit: NotRequired[int]
    show: NotRequired[Literal["to_verify", "in_doubt"]]
    kind: NotRequired[Literal["trademark", "copyright", "patent", "utility_model", "design", "other"] | None]
    q: NotRequired[str]


class ListRenewalsAsked(TypedDict):
    limit: NotRequired[int]


class ListRegisterFindingsAsked(TypedDict):
    limit: NotRequired[int]


class ListTransfersAsked(TypedDict):
    limit: NotRequired[int]


class ListHolderFindingsAsked(TypedDict):
    limit: NotRequired[int]
    became: NotRequired[Literal["stopped", "waiting", "told", "put_back", "released", "mended"] | None]
    reason: NotRequired[Literal["words", "pictures", "stay_down"] | None]
    marketplace: NotRequired[str]
    right: NotRequired[int | None]
    days: NotRequired[int]
    q: NotRequired[str]


class ListAllowedSellersAsked(TypedDict):
    limit: NotRequired[int]


class ListFindingsAsked(TypedDict):
    limit: NotRequired[int]
    state: NotRequired[Literal["", "waiting", "decided", "closed"]]
    marketplace: NotRequired[str]
    reason: NotRequired[Literal["", "words", "pictures", "stay_down"]]
    verdict: NotRequired[Literal["", "review", "block"]]
    done: NotRequired[Literal["", "noted", "told", "review", "blocked"]]
    seller: NotRequired[str]
    item_id: NotRequired[str]
    combination: NotRequired[str]
    case: NotRequired[str]
    order: NotRequired[str]
    right: NotRequired[int | None]
    held: NotRequired[Literal["", "me", "free"]]
    q: NotRequired[str]
    sort: NotRequired[Literal["newest", "surest"]]


class ListFingerprintsAsked(TypedDict):
    limit: NotRequired[int]
    state: NotRequired[Literal["", "in_force", "lifted", "expired"]]
    case: NotRequired[str]
    seller: NotRequired[str]


class ListReferencesAsked(TypedDict):
    limit: NotRequired[int]
    right: NotRequired[int | None]
    kind: NotRequired[Literal["word", "picture"] | None]
    state: NotRequired[Literal["pending", "in_force", "returned", "ended"] | None]
    q: NotRequired[str]


class ListReferencesToCheckAsked(TypedDict):
    limit: NotRequired[int]


class ListScreeningRulesAsked(TypedDict):
    limit: NotRequired[int]


class ListScreeningReplaysAsked(TypedDict):
    limit: NotRequired[int]


class ListAllSellerLinksAsked(TypedDict):
    limit: NotRequired[int]
    state: NotRequired[Literal["", "suggested", "confirmed", "denied"]]
    kind: NotRequired[Literal["", "identifier", "picture", "text"]]
    strong: NotRequired[Literal["", "counts", "weak"]]
    marketplace: NotRequired[str]
    q: NotRequired[str]
    sort: NotRequired[Literal["newest", "strongest"]]


class ListSellersAsked(TypedDict):
    limit: NotRequired[int]
    ref: NotRequired[str]
    q: NotRequired[str]
    what: NotRequired[Literal["", "restricted", "open", "no_address"]]


class ListClaimLinksAsked(TypedDict):
    limit: NotRequired[int]
    ref: str


class ListShopPeopleAsked(TypedDict):
    limit: NotRequired[int]
    ref: str


class ListWebhookDeliveriesAsked(TypedDict):
    limit: NotRequired[int]
    state: NotRequired[Literal["", "waiting", "accepted", "given_up"]]
    event: NotRequired[str]
    case: NotRequired[str]
