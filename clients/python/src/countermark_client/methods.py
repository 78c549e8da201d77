"""What can be asked of the API, in a thread: one class for each group, one method for each operation.

Written by clients/python/write_methods.py from docs/reference/api.json; change that, not this.
"""

from __future__ import annotations

from typing import Any, Unpack

from countermark_client import types as t
from countermark_client.call import Call, Content, Lines, Upload, segment
from countermark_client.client import Pages, Pushes, Sender, SyncDoor


class About:
    """The group `about` of the API."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def describe_api(self) -> dict[str, Any]:
        """The description of this API, in OpenAPI 3.1."""
        return self._sender.run(Call[dict[str, Any]]("GET", "/openapi.json"))


class Access:
    """The group `access` of the API."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def who_am_i(self) -> t.Me:
        """Say for whom this key acts."""
        return self._sender.run(Call[t.Me]("GET", "/me"))

    def read_contact(self) -> t.ContactShown:
        """Read how the account is reached."""
        return self._sender.run(Call[t.ContactShown]("GET", "/contact"))

    def change_contact_data(self, **body: Unpack[t.ContactChanged]) -> t.ContactShown:
        """Change how the account is reached. Notices already sent keep what they said.

        Refused as account_defective.
        """
        return self._sender.run(Call[t.ContactShown]("PATCH", "/contact", json=body))


class Choices:
    """The group `choices` of the API."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list_filing_places(self) -> t.WholeFilingPlace:
        """List the marketplaces a notice can be sent to, each with the procedures it offers the caller."""
        return self._sender.run(Call[t.WholeFilingPlace]("GET", "/filing-places"))

    def list_reasons(self, **query: Unpack[t.ListReasonsAsked]) -> t.WholeReasonShown:
        """List the reasons a notice can have, with what each needs.

        Refused as notice_defective.
        """
        return self._sender.run(Call[t.WholeReasonShown]("GET", "/reasons", query=query))

    def list_right_kinds(self) -> t.WholeKindShown:
        """List the kinds of IP rights with what each is asked. An agent is asked about the mandate too."""
        return self._sender.run(Call[t.WholeKindShown]("GET", "/right-kinds"))

    def check_links(self, *, idempotency_key: str | None = None, **body: Unpack[t.LinksSent]) -> t.LinksShown:
        """Judge links before a notice is written. The marketplace is asked about as many as one notice takes.

        Refused as notice_defective.
        """
        return self._sender.run(
            Call[t.LinksShown]("POST", "/listing-urls/check", json=body, idempotency_key=idempotency_key)
        )


class Complaints:
    """The group `complaints` of the API."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListComplaintsAsked]) -> Pages[t.CaseRow]:
        """List the cases the caller may see.

        A seller sees a case once the notice was found complete. Cases without a clock stand behind those with one.
        """
        return Pages[t.CaseRow](self._sender, Call[Any]("GET", "/complaints", query=query))

    def read(self, number: str, /) -> t.CaseShown:
        """Read one case whole: what the caller's role may see, what it may do, and until when.

        The header ETag names its state; send it back as If-Match with what you do. Reading a case here does not count
        as having been told of it.
        """
        return self._sender.run(Call[t.CaseShown]("GET", f"/complaints/{segment(number)}", case=str(number)))

    def withdraw(
        self,
        number: str,
        /,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        **body: Unpack[t.Withdrawal],
    ) -> t.CaseShown:
        """Take a complaint back. The listing is free of it at once.

        Refused as before_the_last_event, clock_ran_out, not_permitted, stale_case.
        """
        return self._sender.run(
            Call[t.CaseShown](
                "POST",
                f"/complaints/{segment(number)}/withdraw",
                json=body,
                case=str(number),
                matched=True,
                if_match=if_match,
                idempotency_key=idempotency_key,
            )
        )

    def list_events(self, number: str, /, **query: Unpack[t.ListEventsAsked]) -> Pages[t.EventShown]:
        """List the events of a case, oldest first."""
        return Pages[t.EventShown](
            self._sender, Call[Any]("GET", f"/complaints/{segment(number)}/events", query=query, case=str(number))
        )

    def prove(self, number: str, /) -> t.Proof:
        """Prove a case: its chain, and for each event the way into a checkpoint we signed."""
        return self._sender.run(Call[t.Proof]("GET", f"/complaints/{segment(number)}/proof", case=str(number)))

    def answer(
        self,
        number: str,
        /,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        **body: Unpack[t.AnswerSent],
    ) -> t.CaseShown:
        """Answer in one case: to a counter-notice, or to what a reviewer found missing.

        Refused as answer_defective, before_the_last_event, clock_ran_out, file_unknown, not_permitted, stale_case.
        """
        return self._sender.run(
            Call[t.CaseShown](
                "POST",
                f"/complaints/{segment(number)}/answer",
                json=body,
                case=str(number),
                matched=True,
                if_match=if_match,
                idempotency_key=idempotency_key,
            )
        )

    def answer_many(self, *, idempotency_key: str | None = None, **body: Unpack[t.AnswersSent]) -> t.Results:
        """Answer in up to 300 cases at once, each for itself.

        A case that moved, or in which this is not open, stays as it is and says why; the others go on. What is wrong
        with the answer itself refuses the whole.

        Refused as answer_defective, file_unknown.
        """
        return self._sender.run(Call[t.Results]("POST", "/answers", json=body, idempotency_key=idempotency_key))

    def read_counter_notice(self, number: str, /) -> t.CounterShown:
        """Read the newest counter-notice to a case, as its procedure lets the complainant see it."""
        return self._sender.run(
            Call[t.CounterShown]("GET", f"/complaints/{segment(number)}/counter-notice", case=str(number))
        )

    def read_appeal(self, number: str, /) -> t.AppealStands:
        """Say whether the newest decision of a case can be appealed, until when, and what became of an appeal."""
        return self._sender.run(Call[t.AppealStands]("GET", f"/complaints/{segment(number)}/appeal", case=str(number)))

    def file_appeal(
        self,
        number: str,
        /,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        **body: Unpack[t.AppealSent],
    ) -> t.AppealStands:
        """Appeal the newest decision of a case. Another person looks at it again; it costs nothing.

        The listing stays as it is meanwhile.

        Refused as appeal_counter_notice_open, appeal_defective, appeal_late, appeal_not_ours, appeal_nothing_lost,
        appeal_open, appeal_still_open, appealed_before, before_the_last_event, clock_ran_out, file_unknown,
        not_permitted, stale_case.
        """
        return self._sender.run(
            Call[t.AppealStands](
                "POST",
                f"/complaints/{segment(number)}/appeal",
                json=body,
                case=str(number),
                matched=True,
                if_match=if_match,
                idempotency_key=idempotency_key,
            )
        )

    def read_statements(self, number: str, /) -> t.WholePaperShown:
        """Read the statements of reasons and decisions of a case, the newest first, as the caller's side was told."""
        return self._sender.run(
            Call[t.WholePaperShown]("GET", f"/complaints/{segment(number)}/statements", case=str(number))
        )

    def fetch_case_file(self, number: str, /) -> dict[str, Any]:
        """Take a case home: all of it with the proof of each step, so that anybody can check it without us."""
        return self._sender.run(Call[dict[str, Any]]("GET", f"/complaints/{segment(number)}/file", case=str(number)))


class Files:
    """The group `files` of the API."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def upload(self, *, file: Upload, idempotency_key: str | None = None) -> t.FileShown:
        """Send in a file: PDF, JPG or PNG, judged by its content and not by its name.

        What is kept is a copy written anew. Name its id in a notice, an answer, an appeal; only who sent it in can do
        so.

        Refused as file_refused.
        """
        return self._sender.run(
            Call[t.FileShown]("POST", "/files", upload={"file": file}, idempotency_key=idempotency_key)
        )

    def read(self, id: int, /) -> t.FileShown:
        """Say what a file is."""
        return self._sender.run(Call[t.FileShown]("GET", f"/files/{segment(id)}", case=str(id)))

    def fetch(self, id: int, /) -> Content:
        """Fetch the bytes of a file."""
        return self._sender.run(Call[Content]("GET", f"/files/{segment(id)}/content", reads="bytes", case=str(id)))


class Listings:
    """The group `listings` of the API."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(self, slug: str, /, **query: Unpack[t.ListListingsAsked]) -> Pages[t.KnownListing]:
        """List the listings known of a marketplace; a seller sees their own."""
        return Pages[t.KnownListing](
            self._sender, Call[Any]("GET", f"/marketplaces/{segment(slug)}/listings", query=query, case=str(slug))
        )

    def push(self, slug: str, lines: Lines, /) -> Pushes[t.Summary]:
        """Send listings in bulk: one JSON object on each line, up to 10,000 lines and 20 MB.

        New ones are added, changed ones kept, the same again writes nothing, so that a whole catalogue can be sent
        every night. Lines with faults are left out and named; all others are kept. A state that changed reaches the
        cases about the listing.
        """
        return Pushes[t.Summary](
            self._sender, Call[t.Summary]("POST", f"/marketplaces/{segment(slug)}/listings", case=str(slug)), lines
        )

    def read(self, slug: str, item_id: str, /) -> t.KnownListing:
        """Read one listing: how it stands, what is asked of it, what its marketplace sent last.

        An item id with a slash is asked for in the list, by `item_id`.
        """
        return self._sender.run(
            Call[t.KnownListing]("GET", f"/marketplaces/{segment(slug)}/listings/{segment(item_id)}", case=str(item_id))
        )


class Messages:
    """The group `messages` of the API."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListMessagesAsked]) -> Pages[t.MessageRow]:
        """List the messages to the caller, the newest first. Listing them is not reading them."""
        return Pages[t.MessageRow](self._sender, Call[Any]("GET", "/messages", query=query))

    def read(self, id: int, /) -> t.MessageShown:
        """Read one message, in the language asked for.

        This starts no clock: a machine reads, and nobody has looked. `POST /messages/{id}/read` says that somebody
        has.
        """
        return self._sender.run(Call[t.MessageShown]("GET", f"/messages/{segment(id)}", case=str(id)))

    def say_message_read(self, id: int, /, *, idempotency_key: str | None = None) -> t.MessageShown:
        """Say that somebody has read a message. That is being told: clocks that waited for it start now.

        Saying it again changes nothing.
        """
        return self._sender.run(
            Call[t.MessageShown]("POST", f"/messages/{segment(id)}/read", case=str(id), idempotency_key=idempotency_key)
        )


class Notices:
    """The group `notices` of the API."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListNoticesAsked]) -> Pages[t.NoticeRow]:
        """List the notices that were sent, the newest first."""
        return Pages[t.NoticeRow](self._sender, Call[Any]("GET", "/notices", query=query))

    def send(self, *, idempotency_key: str | None = None, **body: Unpack[t.NoticeSent]) -> t.NoticeShown:
        """Send a notice. Each listing that can be complained of becomes a case of its own.

        A listing that cannot keeps no other out: it is answered under `left_out`, with its verdict. Anything else
        that is wrong refuses the whole, with every defect at once. The marketplace is asked about each listing
        meanwhile, so the answer can take its time; send an Idempotency-Key, and a second try finds the first.

        Refused as file_unknown, notice_defective.
        """
        return self._sender.run(Call[t.NoticeShown]("POST", "/notices", json=body, idempotency_key=idempotency_key))

    def lint(self, *, idempotency_key: str | None = None, **body: Unpack[t.NoticeSent]) -> t.LintShown:
        """Ask what sending this notice would say, without sending it. Nothing is opened, nobody is told.

        Refused is only what names something that is not there: a marketplace, a right, a file.

        Refused as file_unknown, notice_defective.
        """
        return self._sender.run(Call[t.LintShown]("POST", "/notices/lint", json=body, idempotency_key=idempotency_key))

    def read(self, number: str, /) -> t.NoticeShown:
        """Read a notice whole: its cases, the lines it left out, the evidence, what was declared."""
        return self._sender.run(Call[t.NoticeShown]("GET", f"/notices/{segment(number)}", case=str(number)))


class Procedures:
    """The group `procedures` of the API."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(self) -> t.WholeProcedureRow:
        """List the procedures that are installed. Running cases keep the version they were opened under."""
        return self._sender.run(Call[t.WholeProcedureRow]("GET", "/procedures"))

    def read(self, id: str, /) -> t.ProcedureShown:
        """Read one procedure whole: every state, clock and move there is."""
        return self._sender.run(Call[t.ProcedureShown]("GET", f"/procedures/{segment(id)}", case=str(id)))

    def draw(self, id: str, /) -> Content:
        """Draw a procedure, from the same pack."""
        return self._sender.run(Call[Content]("GET", f"/procedures/{segment(id)}/diagram", reads="bytes", case=str(id)))


class Rights:
    """The group `rights` of the API."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListRightsAsked]) -> Pages[t.RightRow]:
        """List rights, the newest first. A reviewer reads those of everybody that were sent for verification."""
        return Pages[t.RightRow](self._sender, Call[Any]("GET", "/rights", query=query))

    def begin(self, *, idempotency_key: str | None = None, **body: Unpack[t.RightBegun]) -> t.RightShown:
        """Begin to register a right. It is kept as it is and can be incomplete; nothing is sent yet.

        Refused as right_defective.
        """
        return self._sender.run(Call[t.RightShown]("POST", "/rights", json=body, idempotency_key=idempotency_key))

    def read(self, id: int, /) -> t.RightShown:
        """Read one right: where it stands, why it was sent back and how to mend it, its papers, its history.

        The history keeps the answers as they were sent each time. `missing` is what still keeps it from being sent.
        """
        return self._sender.run(Call[t.RightShown]("GET", f"/rights/{segment(id)}", case=str(id)))

    def change(self, id: int, /, **body: Unpack[t.RightChanged]) -> t.RightShown:
        """Change answers of a right that was not sent yet, or was sent back.

        Refused as right_defective, right_moved.
        """
        return self._sender.run(Call[t.RightShown]("PATCH", f"/rights/{segment(id)}", json=body, case=str(id)))

    def discard(self, id: int, /) -> None:
        """Delete the draft of a right that was never sent.

        Refused as right_moved.
        """
        self._sender.run(Call[None]("DELETE", f"/rights/{segment(id)}", reads="nothing", case=str(id)))

    def add_paper(self, id: int, /, *, kind: str, file: Upload, idempotency_key: str | None = None) -> t.RightShown:
        """Add a paper that proves a right: its certificate, an agent's mandate. PDF, JPG or PNG.

        Refused as file_refused, right_defective, right_moved, too_many_papers.
        """
        return self._sender.run(
            Call[t.RightShown](
                "POST",
                f"/rights/{segment(id)}/papers",
                upload={"file": file},
                form={"kind": kind},
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    def remove_paper(self, id: int, paper: int, /) -> None:
        """Take a paper away again. Harmless when it is gone.

        Refused as right_moved.
        """
        self._sender.run(
            Call[None]("DELETE", f"/rights/{segment(id)}/papers/{segment(paper)}", reads="nothing", case=str(paper))
        )

    def submit(self, id: int, /, *, idempotency_key: str | None = None) -> t.RightShown:
        """Send a right for verification. Until when somebody should have looked stands in `due_at`.

        One that is being verified already is answered as it is.

        Refused as right_defective, right_moved.
        """
        return self._sender.run(
            Call[t.RightShown]("POST", f"/rights/{segment(id)}/submit", case=str(id), idempotency_key=idempotency_key)
        )


class Sellers:
    """The group `sellers` of the API."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(self, slug: str, /, **query: Unpack[t.ListSellersAsked]) -> Pages[t.SellerShown]:
        """List the sellers of a marketplace, with what lies on their shops."""
        return Pages[t.SellerShown](
            self._sender, Call[Any]("GET", f"/marketplaces/{segment(slug)}/sellers", query=query, case=str(slug))
        )

    def push_seller_lines(self, slug: str, lines: Lines, /) -> Pushes[t.Summary]:
        """Send sellers in bulk: one JSON object on each line, up to 10,000 lines and 20 MB.

        New ones are added, changed ones kept, the same again writes nothing. Lines with faults are left out and
        named.
        """
        return Pushes[t.Summary](
            self._sender, Call[t.Summary]("POST", f"/marketplaces/{segment(slug)}/sellers", case=str(slug)), lines
        )

    def read(self, slug: str, ref: str, /) -> t.SellerShown:
        """Read one seller. An id with a slash is asked for in the list, by `ref`."""
        return self._sender.run(
            Call[t.SellerShown]("GET", f"/marketplaces/{segment(slug)}/sellers/{segment(ref)}", case=str(ref))
        )


class Client(SyncDoor):
    """The API of one installation, in a thread; each group of the API is an attribute."""

    def _furnish(self) -> None:
        self.about = About(self._sender)
        self.access = Access(self._sender)
        self.choices = Choices(self._sender)
        self.complaints = Complaints(self._sender)
        self.files = Files(self._sender)
        self.listings = Listings(self._sender)
        self.messages = Messages(self._sender)
        self.notices = Notices(self._sender)
        self.procedures = Procedures(self._sender)
        self.rights = Rights(self._sender)
        self.sellers = Sellers(self._sender)
