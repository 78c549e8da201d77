"""What can be asked of the API, in an event loop: one class for each group, one method for each operation.

Written by clients/python/write_methods.py from docs/reference/api.json; change that, not this.
"""

from __future__ import annotations

import builtins
from typing import Any, Literal, Unpack

from countermark_client import types as t
from countermark_client.call import Call, Content, Lines, Upload, segment
from countermark_client.client import AsyncDoor, AsyncPages, AsyncPushes, AsyncSender


class AsyncAbout:
    """The group `about` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def describe_api(self) -> dict[str, Any]:
        """The description of this API, in OpenAPI 3.1."""
        return await self._sender.run(Call[dict[str, Any]]("GET", "/openapi.json"))


class AsyncAccess:
    """The group `access` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def who_am_i(self) -> t.Me:
        """Say for whom this key acts."""
        return await self._sender.run(Call[t.Me]("GET", "/me"))

    async def list_sign_ins(self) -> t.SignIns:
        """List where the person of this key is signed in."""
        return await self._sender.run(Call[t.SignIns]("GET", "/me/sign-ins"))

    async def end_every_sign_in(self, *, idempotency_key: str | None = None) -> t.SignInsEnded:
        """Sign the person of this key out of every browser. Keys go on: they are taken back one by one."""
        return await self._sender.run(Call[t.SignInsEnded]("POST", "/me/sign-ins/end", idempotency_key=idempotency_key))

    async def end_sign_in(self, id: int, /) -> None:
        """End one of them. Harmless when it is over."""
        await self._sender.run(Call[None]("DELETE", f"/me/sign-ins/{segment(id)}", reads="nothing", case=str(id)))

    async def read_contact(self) -> t.ContactShown:
        """Read how the account is reached."""
        return await self._sender.run(Call[t.ContactShown]("GET", "/contact"))

    async def change_contact_data(self, **body: Unpack[t.ContactChanged]) -> t.ContactShown:
        """Change how the account is reached. Notices already sent keep what they said.

        Refused as account_defective.
        """
        return await self._sender.run(Call[t.ContactShown]("PATCH", "/contact", json=body))


class AsyncAccount:
    """The group `account` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def read(self) -> t.AccountShown:
        """Read the account of this key: who it is, what is missing, what was found each time."""
        return await self._sender.run(Call[t.AccountShown]("GET", "/account"))

    async def describe_identity(self, **body: Unpack[t.IdentitySaid]) -> t.AccountShown:
        """Say which document shows who the account is. Of its number a keyed digest and the end are kept.

        Refused as identity_defective, identity_moved.
        """
        return await self._sender.run(Call[t.AccountShown]("PUT", "/account/identity", json=body))

    async def add_identity_paper(self, *, file: Upload, idempotency_key: str | None = None) -> t.AccountShown:
        """Add a scan or a photo of the document. It is sealed at once, and shown to the reviewer who takes it on alone.

        Refused as file_refused, identity_defective, identity_moved.
        """
        return await self._sender.run(
            Call[t.AccountShown](
                "POST", "/account/identity/papers", upload={"file": file}, idempotency_key=idempotency_key
            )
        )

    async def remove_identity_paper(self, paper: int, /) -> None:
        """Take a paper away again, while nothing was sent. Harmless when it is gone.

        Refused as identity_moved.
        """
        await self._sender.run(
            Call[None]("DELETE", f"/account/identity/papers/{segment(paper)}", reads="nothing", case=str(paper))
        )

    async def submit_identity(self, *, idempotency_key: str | None = None) -> t.AccountShown:
        """Send it to be verified. Until it is, rights and complaints of the account wait.

        Refused as identity_defective, identity_moved.
        """
        return await self._sender.run(
            Call[t.AccountShown]("POST", "/account/identity/submit", idempotency_key=idempotency_key)
        )

    async def change_name_or_address(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.NameChanged]
    ) -> t.AccountShown:
        """Change name or address. Verified ones stand until papers that show the new ones are sent and verified.

        Refused as account_defective, identity_defective, identity_moved.
        """
        return await self._sender.run(
            Call[t.AccountShown]("POST", "/account/identity/change", json=body, idempotency_key=idempotency_key)
        )

    async def drop_change_of_name(self) -> None:
        """Leave name and address as they were verified, while nothing was sent. Harmless when nothing was begun."""
        await self._sender.run(Call[None]("DELETE", "/account/identity/change", reads="nothing"))

    async def accept_what_is_in_force(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.AgreementsAccepted]
    ) -> t.AccountShown:
        """Accept what is in force now, by version; it is kept with the name of the key's person.

        Refused as agreement_defective.
        """
        return await self._sender.run(
            Call[t.AccountShown]("POST", "/account/agreements", json=body, idempotency_key=idempotency_key)
        )

    async def list_members(self) -> t.Members:
        """List who acts for the account, admins first."""
        return await self._sender.run(Call[t.Members]("GET", "/account/members"))

    async def invite_member(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.MemberInvited]
    ) -> t.InvitationShown:
        """Mail an invitation. It works once, for the account of this address.

        Refused as member_not_invited.
        """
        return await self._sender.run(
            Call[t.InvitationShown]("POST", "/account/members", json=body, idempotency_key=idempotency_key)
        )

    async def change_member(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.MemberRoleSaid]
    ) -> t.MemberShown:
        """Make somebody admin, filer or viewer. It holds from the next request on, for keys too.

        Refused as last_account_admin.
        """
        return await self._sender.run(
            Call[t.MemberShown](
                "POST", f"/account/members/{segment(id)}", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    async def remove_member(self, id: int, /) -> None:
        """Let somebody no longer act for the account.

        Refused as last_account_admin.
        """
        await self._sender.run(Call[None]("DELETE", f"/account/members/{segment(id)}", reads="nothing", case=str(id)))

    def list_accounts_to_verify(self, **query: Unpack[t.ListAccountsToVerifyAsked]) -> AsyncPages[t.IdentityCheckRow]:
        """List the accounts that wait to be verified, those due first in front."""
        return AsyncPages[t.IdentityCheckRow](self._sender, Call[Any]("GET", "/accounts-to-verify", query=query))

    async def read_identity_check(self, id: int, /) -> t.IdentityCheckShown:
        """Read one attempt, and which accounts may be the same."""
        return await self._sender.run(
            Call[t.IdentityCheckShown]("GET", f"/identity-checks/{segment(id)}", case=str(id))
        )

    async def take_identity_check(self, id: int, /, *, idempotency_key: str | None = None) -> t.IdentityCheckShown:
        """Take it on: its papers are shown to the person of this key alone.

        Refused as identity_moved, identity_not_taken, identity_own_account.
        """
        return await self._sender.run(
            Call[t.IdentityCheckShown](
                "POST", f"/identity-checks/{segment(id)}/take", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def let_identity_check_go(self, id: int, /, *, idempotency_key: str | None = None) -> None:
        """Leave it to others.

        Refused as identity_moved, identity_not_taken.
        """
        await self._sender.run(
            Call[None](
                "POST",
                f"/identity-checks/{segment(id)}/let-go",
                reads="nothing",
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    async def open_identity_paper(self, id: int, paper: int, /) -> Content:
        """Open one paper of what one has taken on. The look is kept before it is shown.

        Refused as identity_moved, identity_not_taken.
        """
        return await self._sender.run(
            Call[Content](
                "GET", f"/identity-checks/{segment(id)}/papers/{segment(paper)}", reads="bytes", case=str(paper)
            )
        )

    async def verify(self, id: int, /, *, idempotency_key: str | None = None) -> t.IdentityCheckShown:
        """The account is who it says: its rights can be verified from now on.

        Refused as identity_moved, identity_not_taken.
        """
        return await self._sender.run(
            Call[t.IdentityCheckShown](
                "POST", f"/identity-checks/{segment(id)}/verify", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def send_identity_back(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.IdentitySentBack]
    ) -> t.IdentityCheckShown:
        """Send the papers back to their holder with reasons.

        Refused as identity_defective, identity_moved, identity_not_taken.
        """
        return await self._sender.run(
            Call[t.IdentityCheckShown](
                "POST",
                f"/identity-checks/{segment(id)}/return",
                json=body,
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )


class AsyncAppeals:
    """The group `appeals` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListAppealsAsked]) -> AsyncPages[t.AppealRow]:
        """List the appeals that wait, those due first in front; or those decided, the newest first."""
        return AsyncPages[t.AppealRow](self._sender, Call[Any]("GET", "/appeals", query=query))

    async def read_appeal_to_decide(self, appeal_id: int, /) -> t.AppealShown:
        """Read one appeal: why, and the reasons it is against. The ETag is that of its case, for deciding it."""
        return await self._sender.run(Call[t.AppealShown]("GET", f"/appeals/{segment(appeal_id)}", case=str(appeal_id)))

    async def preview(
        self, appeal_id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.AppealAnswer]
    ) -> t.AppealPreview:
        """Read what answering an appeal like this would send, without deciding it.

        Refused as before_the_last_event, clock_ran_out, not_permitted.
        """
        return await self._sender.run(
            Call[t.AppealPreview](
                "POST",
                f"/appeals/{segment(appeal_id)}/preview",
                json=body,
                case=str(appeal_id),
                idempotency_key=idempotency_key,
            )
        )

    async def decide_appeal_of_case(
        self,
        appeal_id: int,
        /,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        **body: Unpack[t.AppealAnswer],
    ) -> t.AppealShown:
        """Grant an appeal, or not, with reasons; it takes effect at once. Whoever decided the case does not decide its
        appeal.

        If-Match names the state of the case, as the ETag of the appeal has it.

        Refused as appeal_decided, appeal_same_reviewer, before_the_last_event, clock_ran_out, decision_defective,
        not_permitted, stale_case.
        """
        return await self._sender.run(
            Call[t.AppealShown](
                "POST",
                f"/appeals/{segment(appeal_id)}/decide",
                json=body,
                case=str(appeal_id),
                matched=True,
                if_match=if_match,
                idempotency_key=idempotency_key,
            )
        )


class AsyncCalendars:
    """The group `calendars` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(self) -> t.Calendars:
        """List the calendars, with the due dates that rest on days nobody has announced yet."""
        return await self._sender.run(Call[t.Calendars]("GET", "/calendars"))

    async def read(self, id: str, /, **query: Unpack[t.ReadCalendarAsked]) -> t.CalendarShown:
        """Read one calendar: the days of a year that differ from their weekday, and where they come from."""
        return await self._sender.run(
            Call[t.CalendarShown]("GET", f"/calendars/{segment(id)}", query=query, case=str(id))
        )

    async def look_at_notice(
        self, id: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.HolidayNoticeSent]
    ) -> t.HolidayNoticeLooked:
        """Look at every day of a notice, without keeping anything.

        Refused as holiday_notice_defective.
        """
        return await self._sender.run(
            Call[t.HolidayNoticeLooked](
                "POST",
                f"/calendars/{segment(id)}/look-at-notice",
                json=body,
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    async def load_notice(
        self, id: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.HolidayNoticeLoaded]
    ) -> t.HolidayNoticeInForce:
        """Put a notice into force that was looked at; running clocks are counted again, and both sides of a case told.

        Refused as holiday_notice_defective, notice_digest, notice_source.
        """
        return await self._sender.run(
            Call[t.HolidayNoticeInForce](
                "POST", f"/calendars/{segment(id)}/notices", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )


class AsyncChoices:
    """The group `choices` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list_filing_places(self) -> t.WholeFilingPlace:
        """List the marketplaces a notice can be sent to, each with the procedures it offers the caller."""
        return await self._sender.run(Call[t.WholeFilingPlace]("GET", "/filing-places"))

    async def list_reasons(self, **query: Unpack[t.ListReasonsAsked]) -> t.WholeReasonShown:
        """List the reasons a notice can have, with what each needs.

        Refused as notice_defective.
        """
        return await self._sender.run(Call[t.WholeReasonShown]("GET", "/reasons", query=query))

    async def list_right_kinds(self) -> t.WholeKindShown:
        """List the kinds of IP rights with what each is asked. An agent is asked about the mandate too."""
        return await self._sender.run(Call[t.WholeKindShown]("GET", "/right-kinds"))

    async def check_links(self, *, idempotency_key: str | None = None, **body: Unpack[t.LinksSent]) -> t.LinksShown:
        """Judge links before a notice is written. The marketplace is asked about as many as one notice takes.

        Refused as notice_defective.
        """
        return await self._sender.run(
            Call[t.LinksShown]("POST", "/listing-urls/check", json=body, idempotency_key=idempotency_key)
        )


class AsyncComplaints:
    """The group `complaints` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListComplaintsAsked]) -> AsyncPages[t.CaseRow]:
        """List the cases the caller may see.

        A seller sees a case once the notice was found complete. Cases without a clock stand behind those with one.
        """
        return AsyncPages[t.CaseRow](self._sender, Call[Any]("GET", "/complaints", query=query))

    async def read(self, number: str, /) -> t.CaseShown:
        """Read one case whole: what the caller's role may see, what it may do, and until when.

        The header ETag names its state; send it back as If-Match with what you do. Reading a case here does not count
        as having been told of it.
        """
        return await self._sender.run(Call[t.CaseShown]("GET", f"/complaints/{segment(number)}", case=str(number)))

    async def withdraw(
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
        return await self._sender.run(
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

    def list_events(self, number: str, /, **query: Unpack[t.ListEventsAsked]) -> AsyncPages[t.EventShown]:
        """List the events of a case, oldest first."""
        return AsyncPages[t.EventShown](
            self._sender, Call[Any]("GET", f"/complaints/{segment(number)}/events", query=query, case=str(number))
        )

    async def prove(self, number: str, /) -> t.Proof:
        """Prove a case: its chain, and for each event the way into a checkpoint we signed."""
        return await self._sender.run(Call[t.Proof]("GET", f"/complaints/{segment(number)}/proof", case=str(number)))

    async def answer(
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
        return await self._sender.run(
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

    async def answer_many(self, *, idempotency_key: str | None = None, **body: Unpack[t.AnswersSent]) -> t.Results:
        """Answer in up to 300 cases at once, each for itself.

        A case that moved, in which this is not open, or whose mandate does not allow it, stays as it is and says why;
        the others go on. What is wrong with the answer itself refuses the whole.

        Refused as answer_defective, file_unknown.
        """
        return await self._sender.run(Call[t.Results]("POST", "/answers", json=body, idempotency_key=idempotency_key))

    async def read_counter_notice(self, number: str, /) -> t.CounterShown:
        """Read the newest counter-notice to a case, as its procedure lets the complainant see it."""
        return await self._sender.run(
            Call[t.CounterShown]("GET", f"/complaints/{segment(number)}/counter-notice", case=str(number))
        )

    async def read_appeal(self, number: str, /) -> t.AppealStands:
        """Say whether the newest decision of a case can be appealed, until when, and what became of an appeal."""
        return await self._sender.run(
            Call[t.AppealStands]("GET", f"/complaints/{segment(number)}/appeal", case=str(number))
        )

    async def file_appeal(
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
        return await self._sender.run(
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

    async def read_statements(self, number: str, /) -> t.WholePaperShown:
        """Read the statements of reasons and decisions of a case, the newest first, as the caller's side was told."""
        return await self._sender.run(
            Call[t.WholePaperShown]("GET", f"/complaints/{segment(number)}/statements", case=str(number))
        )

    async def fetch_case_file(self, number: str, /) -> dict[str, Any]:
        """Take a case home: all of it with the proof of each step, so that anybody can check it without us."""
        return await self._sender.run(
            Call[dict[str, Any]]("GET", f"/complaints/{segment(number)}/file", case=str(number))
        )


class AsyncCounterNoticeDrafts:
    """The group `counter_notice_drafts` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list_counter_drafts(self, **query: Unpack[t.ListCounterDraftsAsked]) -> AsyncPages[t.CounterDraftRow]:
        """List the answers that were begun and not sent, the newest first."""
        return AsyncPages[t.CounterDraftRow](self._sender, Call[Any]("GET", "/counter-notice-drafts", query=query))

    async def start_counter_draft(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.CounterBegun]
    ) -> t.CounterDraftShown:
        """Begin an answer to cases of one notice (201); where one was begun already, write on in that (200).

        Refused as cases_apart.
        """
        return await self._sender.run(
            Call[t.CounterDraftShown]("POST", "/counter-notice-drafts", json=body, idempotency_key=idempotency_key)
        )

    async def read_counter_draft(self, id: int, /) -> t.CounterDraftShown:
        """Read a draft, and what sending it would say."""
        return await self._sender.run(
            Call[t.CounterDraftShown]("GET", f"/counter-notice-drafts/{segment(id)}", case=str(id))
        )

    async def change_counter_draft(self, id: int, /, **body: Unpack[t.CounterTyped]) -> t.CounterDraftShown:
        """Write on. No clock waits for a draft.

        Refused as cases_apart.
        """
        return await self._sender.run(
            Call[t.CounterDraftShown]("PATCH", f"/counter-notice-drafts/{segment(id)}", json=body, case=str(id))
        )

    async def discard_counter_draft(self, id: int, /) -> None:
        """Delete a draft. Its cases can be answered as before."""
        await self._sender.run(
            Call[None]("DELETE", f"/counter-notice-drafts/{segment(id)}", reads="nothing", case=str(id))
        )

    async def add_counter_paper(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.Piece]
    ) -> t.CounterDraftShown:
        """Add a file that was sent to `/files` before; the same file twice is there once.

        Refused as evidence_too_many, file_unknown.
        """
        return await self._sender.run(
            Call[t.CounterDraftShown](
                "POST",
                f"/counter-notice-drafts/{segment(id)}/papers",
                json=body,
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    async def remove_counter_paper(self, id: int, file_id: int, /) -> t.CounterDraftShown:
        """Take a paper out again; one that is not there is gone already."""
        return await self._sender.run(
            Call[t.CounterDraftShown](
                "DELETE", f"/counter-notice-drafts/{segment(id)}/papers/{segment(file_id)}", case=str(file_id)
            )
        )

    async def send_counter_draft(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.CounterDraftSent]
    ) -> t.CounterFiled:
        """File the answer: one chance of each case is used. Sent again, it answers the same counter-notice (200).

        Refused as before_the_last_event, cases_apart, clock_ran_out, counter_notice_defective, not_permitted,
        stale_case.
        """
        return await self._sender.run(
            Call[t.CounterFiled](
                "POST",
                f"/counter-notice-drafts/{segment(id)}/send",
                json=body,
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )


class AsyncCounterNotices:
    """The group `counter_notices` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list_counter_notice_grounds(self, **query: Unpack[t.ListCounterNoticeGroundsAsked]) -> t.Grounds:
        """List the grounds on which a seller can answer, with the papers and facts each asks for."""
        return await self._sender.run(Call[t.Grounds]("GET", "/counter-notice-grounds", query=query))

    async def read_counter_notice_form(self, number: str, /) -> t.FormShown:
        """Read what an answer in this case takes: grounds, elements, the other cases it can cover, what the other side
        sees.

        Without a chance left `may_answer` is false and `cases` is empty.
        """
        return await self._sender.run(
            Call[t.FormShown]("GET", f"/complaints/{segment(number)}/counter-notice-form", case=str(number))
        )

    def list(self, **query: Unpack[t.ListCounterNoticesAsked]) -> AsyncPages[t.CounterFiled]:
        """List the answers this shop has sent, the newest first."""
        return AsyncPages[t.CounterFiled](self._sender, Call[Any]("GET", "/counter-notices", query=query))

    async def file(self, *, idempotency_key: str | None = None, **body: Unpack[t.CounterSent]) -> t.CounterFiled:
        """Answer a notice: say for which listings, on which ground, with which papers.

        One chance of each case is used. Send it to `/counter-notices/lint` first: that says all there is to mend or
        to know.

        Refused as before_the_last_event, cases_apart, clock_ran_out, counter_notice_defective, file_unknown,
        not_permitted, stale_case.
        """
        return await self._sender.run(
            Call[t.CounterFiled]("POST", "/counter-notices", json=body, idempotency_key=idempotency_key)
        )

    async def lint(self, *, idempotency_key: str | None = None, **body: Unpack[t.CounterSent]) -> t.Lint:
        """Ask what sending this answer would say, without sending it: all defects, all warnings, what the other side
        will see.

        Refused as before_the_last_event, cases_apart, clock_ran_out, file_unknown, not_permitted, stale_case.
        """
        return await self._sender.run(
            Call[t.Lint]("POST", "/counter-notices/lint", json=body, idempotency_key=idempotency_key)
        )

    async def read_own_counter_notice(self, counter_id: int, /) -> t.CounterFiled:
        """Read one answer as it was sent."""
        return await self._sender.run(
            Call[t.CounterFiled]("GET", f"/counter-notices/{segment(counter_id)}", case=str(counter_id))
        )

    async def take_down_many(self, *, idempotency_key: str | None = None, **body: Unpack[t.TakeDown]) -> t.Ended:
        """Take down several listings oneself: their cases end without a decision, all of them or none.

        Refused as before_the_last_event, clock_ran_out, not_permitted, stale_case.
        """
        return await self._sender.run(Call[t.Ended]("POST", "/take-downs", json=body, idempotency_key=idempotency_key))

    async def take_down_listing(
        self, number: str, /, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> t.CaseShown:
        """Take the listing down oneself: the case ends without a decision.

        Refused as before_the_last_event, clock_ran_out, not_permitted, stale_case.
        """
        return await self._sender.run(
            Call[t.CaseShown](
                "POST",
                f"/complaints/{segment(number)}/take-down",
                case=str(number),
                matched=True,
                if_match=if_match,
                idempotency_key=idempotency_key,
            )
        )


class AsyncDecisions:
    """The group `decisions` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list_decision_grounds(self, **query: Unpack[t.ListDecisionGroundsAsked]) -> t.DecisionGrounds:
        """List the grounds decisions rest on: what the codes in cases, letters and webhooks mean."""
        return await self._sender.run(Call[t.DecisionGrounds]("GET", "/decision-grounds", query=query))

    async def preview(
        self, number: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.StepSent]
    ) -> t.PreviewShown:
        """Read what a step would do and what would be sent, without making it: the statement of reasons word by word.

        Refused as before_the_last_event, clock_ran_out, not_permitted.
        """
        return await self._sender.run(
            Call[t.PreviewShown](
                "POST",
                f"/complaints/{segment(number)}/decision-preview",
                json=body,
                case=str(number),
                idempotency_key=idempotency_key,
            )
        )

    async def decide_complaint(
        self,
        number: str,
        /,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        **body: Unpack[t.StepSent],
    ) -> t.StepShown:
        """Make a step: accept or send back a notice, decide a case. It goes out in ten seconds; until then it can be
        undone.

        Claims the case. The same step sent again finds the first. Whether it was entered says the case itself; a step
        on a case that another hand moved meanwhile is dropped, and stands in `/dropped-steps`.

        Refused as before_the_last_event, clock_ran_out, decision_defective, for_a_senior, held_by_another,
        not_permitted, stale_case, step_on_its_way.
        """
        return await self._sender.run(
            Call[t.StepShown](
                "POST",
                f"/complaints/{segment(number)}/decision",
                json=body,
                case=str(number),
                matched=True,
                if_match=if_match,
                idempotency_key=idempotency_key,
            )
        )

    async def list_steps(self) -> t.Steps:
        """List one's own steps that are on their way."""
        return await self._sender.run(Call[t.Steps]("GET", "/steps"))

    async def read_step(self, step_id: int, /) -> t.StepShown:
        """Read a step of one's own that has not gone out yet; after that there is nothing here, and the case says what
        happened.
        """
        return await self._sender.run(Call[t.StepShown]("GET", f"/steps/{segment(step_id)}", case=str(step_id)))

    async def undo_step(self, step_id: int, /, *, idempotency_key: str | None = None) -> t.StepShown:
        """Take a step back, with the lines it was made for; the cases are the reviewer's again. Answers the step as it
        was.

        Refused as too_late_to_undo.
        """
        return await self._sender.run(
            Call[t.StepShown](
                "POST", f"/steps/{segment(step_id)}/undo", case=str(step_id), idempotency_key=idempotency_key
            )
        )

    async def list_dropped_steps(self) -> t.DroppedSteps:
        """List one's own steps that could not happen. Their cases stand as somebody else left them."""
        return await self._sender.run(Call[t.DroppedSteps]("GET", "/dropped-steps"))

    async def mark_dropped_steps_read(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.DroppedRead]
    ) -> t.DroppedSteps:
        """Say that these were read; answers those that are left."""
        return await self._sender.run(
            Call[t.DroppedSteps]("POST", "/dropped-steps/read", json=body, idempotency_key=idempotency_key)
        )

    def list(self, **query: Unpack[t.ListDecisionsAsked]) -> AsyncPages[t.DecisionRow]:
        """List the decisions reviewers made, the newest first."""
        return AsyncPages[t.DecisionRow](self._sender, Call[Any]("GET", "/decisions", query=query))

    async def read(self, decision_id: int, /) -> t.DecisionShown:
        """Read one decision whole."""
        return await self._sender.run(
            Call[t.DecisionShown]("GET", f"/decisions/{segment(decision_id)}", case=str(decision_id))
        )


class AsyncDeliveries:
    """The group `deliveries` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListDeliveriesAsked]) -> AsyncPages[t.DeliveryShown]:
        """List deliveries of letters, newest first: those that came back for good, or others."""
        return AsyncPages[t.DeliveryShown](self._sender, Call[Any]("GET", "/deliveries", query=query))

    async def list_unserved(self) -> t.UnservedList:
        """List the cases whose clock waits for a letter that has not arrived."""
        return await self._sender.run(Call[t.UnservedList]("GET", "/unserved"))

    async def read_letter(self, id: int, /) -> t.Letter:
        """Read a letter of ours as its reader sees it, with every way it was tried. Reading it here serves nobody."""
        return await self._sender.run(Call[t.Letter]("GET", f"/letters/{segment(id)}", case=str(id)))

    async def tell_otherwise(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.ToldOtherwise]
    ) -> t.Letter:
        """Tell the reader another way. Handed over, their clock runs from now; by mail, once its server takes the
        letter.

        Refused as cannot_serve.
        """
        return await self._sender.run(
            Call[t.Letter](
                "POST", f"/letters/{segment(id)}/tell", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    def list_right_letters_not_arrived(
        self, **query: Unpack[t.ListRightLettersNotArrivedAsked]
    ) -> AsyncPages[t.RightLetterBack]:
        """List the letters about rights that came back for good, or had no address, and that nobody has read; the oldest
        first.
        """
        return AsyncPages[t.RightLetterBack](self._sender, Call[Any]("GET", "/right-letters/not-arrived", query=query))

    async def send_right_letter_again(self, id: int, /, *, idempotency_key: str | None = None) -> t.RightLetterBack:
        """Send a letter about a right that did not arrive once more, to the address its holder has now.

        Refused as holder_without_address.
        """
        return await self._sender.run(
            Call[t.RightLetterBack](
                "POST", f"/right-letters/{segment(id)}/send-again", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def hand_over_right_letter(self, id: int, /, *, idempotency_key: str | None = None) -> t.RightLetterBack:
        """Say that the reader of a letter about a right that did not arrive was told another way. It is no task any
        more.
        """
        return await self._sender.run(
            Call[t.RightLetterBack](
                "POST", f"/right-letters/{segment(id)}/handed-over", case=str(id), idempotency_key=idempotency_key
            )
        )


class AsyncFiles:
    """The group `files` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def upload(self, *, file: Upload, idempotency_key: str | None = None) -> t.FileShown:
        """Send in a file: PDF, JPG or PNG, judged by its content and not by its name.

        What is kept is a copy written anew. Name its id in a notice, an answer, an appeal; only who sent it in can do
        so.

        Refused as file_refused.
        """
        return await self._sender.run(
            Call[t.FileShown]("POST", "/files", upload={"file": file}, idempotency_key=idempotency_key)
        )

    async def read(self, id: int, /) -> t.FileShown:
        """Say what a file is."""
        return await self._sender.run(Call[t.FileShown]("GET", f"/files/{segment(id)}", case=str(id)))

    async def fetch(self, id: int, /) -> Content:
        """Fetch the bytes of a file."""
        return await self._sender.run(
            Call[Content]("GET", f"/files/{segment(id)}/content", reads="bytes", case=str(id))
        )


class AsyncGuests:
    """The group `guests` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list_guest_places(self) -> t.WholeGuestPlace:
        """List the marketplaces that take reports without an account, and what each asks of one."""
        return await self._sender.run(Call[t.WholeGuestPlace]("GET", "/guest/places"))

    async def start_guest_draft(self, **body: Unpack[t.ReportTyped]) -> t.GuestDraftMade:
        """Begin a report without an account. Nothing is sent and nobody is told before the code of a mail comes back.

        Every link is judged, and all there is to mend is answered. What was not sent within seven days is deleted.

        Refused as notice_defective.
        """
        return await self._sender.run(Call[t.GuestDraftMade]("POST", "/guest/drafts", json=body))

    async def read_guest_draft(self, draft: str, /) -> t.GuestDraftShown:
        """Read a draft: every link with its verdict, and all there is to mend.

        Refused as already_sent.
        """
        return await self._sender.run(
            Call[t.GuestDraftShown]("GET", f"/guest/drafts/{segment(draft)}", case=str(draft))
        )

    async def change_guest_draft(self, draft: str, /, **body: Unpack[t.ReportTyped]) -> t.GuestDraftShown:
        """Write a draft anew, its files apart. The links are judged again; a code that was sent is worth nothing any
        more.

        Refused as already_sent, notice_defective.
        """
        return await self._sender.run(
            Call[t.GuestDraftShown]("PUT", f"/guest/drafts/{segment(draft)}", json=body, case=str(draft))
        )

    async def discard_guest_draft(self, draft: str, /) -> None:
        """Delete a draft with the name, the address and the files in it.

        Refused as already_sent.
        """
        await self._sender.run(
            Call[None]("DELETE", f"/guest/drafts/{segment(draft)}", reads="nothing", case=str(draft))
        )

    async def add_guest_file(
        self,
        draft: str,
        /,
        *,
        file: Upload,
        kind: Literal[
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
        ],
        private: Literal["true", "false"],
    ) -> t.GuestDraftShown:
        """Add a piece of evidence: PDF, JPG or PNG, judged by its content and kept under a name of ours.

        The seller sees it only where `private` is false.

        Refused as already_sent, evidence_too_many, file_refused.
        """
        return await self._sender.run(
            Call[t.GuestDraftShown](
                "POST",
                f"/guest/drafts/{segment(draft)}/files",
                upload={"file": file},
                form={"kind": kind, "private": private},
                case=str(draft),
            )
        )

    async def remove_guest_file(self, draft: str, file_id: int, /) -> t.GuestDraftShown:
        """Take a piece of evidence out again; one that is not there is gone already.

        Refused as already_sent.
        """
        return await self._sender.run(
            Call[t.GuestDraftShown](
                "DELETE", f"/guest/drafts/{segment(draft)}/files/{segment(file_id)}", case=str(file_id)
            )
        )

    async def send_guest_code(self, draft: str, /) -> t.CodeOnItsWay:
        """Send a code of six digits to the address of the draft, once nothing is to be mended. An earlier code ends.

        The letter holds no word of the report, so nobody can write to a stranger with it.

        Refused as already_sent, notice_defective.
        """
        return await self._sender.run(
            Call[t.CodeOnItsWay]("POST", f"/guest/drafts/{segment(draft)}/code", case=str(draft))
        )

    async def send_guest_report(self, draft: str, /, **body: Unpack[t.CodeTyped]) -> t.Receipt:
        """Send the report with the code of the mail: now it has a number, and a receipt goes to the address.

        Sent again, it answers the same report (200). So it does where the same guest had reported all of it before:
        `already` then says in which cases. From now on the token of the draft opens the report.

        Refused as code_dead, code_wrong, notice_defective.
        """
        return await self._sender.run(
            Call[t.Receipt]("POST", f"/guest/drafts/{segment(draft)}/send", json=body, case=str(draft))
        )

    async def read_guest_report(self, token: str, /) -> t.NoticeShown:
        """Read a report: its cases with state and time limits, and the links that were left out, each with why."""
        return await self._sender.run(Call[t.NoticeShown]("GET", f"/guest/reports/{segment(token)}", case=str(token)))

    async def read_guest_case(self, token: str, number: str, /) -> t.CaseShown:
        """Read one case of a report whole: what happened, until when, why it was decided so, what can be done now."""
        return await self._sender.run(
            Call[t.CaseShown]("GET", f"/guest/reports/{segment(token)}/cases/{segment(number)}", case=str(number))
        )

    async def answer_guest_case(
        self, token: str, number: str, /, *, if_match: str | None = None, **body: Unpack[t.GuestAnswer]
    ) -> t.CaseShown:
        """Answer in a case: to the seller, to what a reviewer found missing, or that the complaint is over.

        Refused as answer_defective, before_the_last_event, clock_ran_out, not_permitted, stale_case.
        """
        return await self._sender.run(
            Call[t.CaseShown](
                "POST",
                f"/guest/reports/{segment(token)}/cases/{segment(number)}/answer",
                json=body,
                case=str(number),
                matched=True,
                if_match=if_match,
            )
        )

    async def answer_guest_case_with_files(
        self,
        token: str,
        number: str,
        /,
        *,
        event: Literal["counter_accepted", "counter_rejected", "mended", "withdrawn", "retracted_as_error"],
        words: str,
        kind: Literal[
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
        ],
        files: builtins.list[Upload],
        if_match: str | None = None,
    ) -> t.CaseShown:
        """Answer in a case and send papers along, as `multipart/form-data`, 26 MB in all. One that is refused refuses
        the answer.

        PDF, JPG or PNG, judged by its content and kept under a name of ours; the seller may see it.

        Refused as answer_defective, before_the_last_event, clock_ran_out, evidence_too_many, file_refused,
        not_permitted, stale_case.
        """
        return await self._sender.run(
            Call[t.CaseShown](
                "POST",
                f"/guest/reports/{segment(token)}/cases/{segment(number)}/answer-with-files",
                upload={"files": files},
                form={"event": event, "words": words, "kind": kind},
                case=str(number),
                matched=True,
                if_match=if_match,
            )
        )

    async def end_guest_links(self, token: str, /) -> t.LinksEnded:
        """End every link and token of a report, this one too: for somebody whose mail went on to others."""
        return await self._sender.run(
            Call[t.LinksEnded]("POST", f"/guest/reports/{segment(token)}/end-links", case=str(token))
        )

    async def ask_for_guest_links(self, **body: Unpack[t.AddressAsked]) -> t.Asked:
        """Ask for links to what was reported from an address. They go there by mail; the answer is the same for every
        address.
        """
        return await self._sender.run(Call[t.Asked]("POST", "/guest/links", json=body))

    async def send_code_for_link(self, link: str, /) -> t.CodeOnItsWay:
        """Send a code for the link of a mail to the address the report came from."""
        return await self._sender.run(
            Call[t.CodeOnItsWay]("POST", f"/guest/links/{segment(link)}/code", case=str(link))
        )

    async def open_guest_link(self, link: str, /, **body: Unpack[t.CodeTyped]) -> t.Receipt:
        """Open a report by the link of a mail and its code; `token` is good for some days.

        Refused as code_dead, code_wrong.
        """
        return await self._sender.run(
            Call[t.Receipt]("POST", f"/guest/links/{segment(link)}/open", json=body, case=str(link))
        )


class AsyncListings:
    """The group `listings` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, slug: str, /, **query: Unpack[t.ListListingsAsked]) -> AsyncPages[t.KnownListing]:
        """List the listings known of a marketplace; a seller sees their own."""
        return AsyncPages[t.KnownListing](
            self._sender, Call[Any]("GET", f"/marketplaces/{segment(slug)}/listings", query=query, case=str(slug))
        )

    def push(self, slug: str, lines: Lines, /) -> AsyncPushes[t.BulkSummary]:
        """Send listings in bulk: one JSON object on each line, up to 10,000 lines and 20 MB.

        New ones are added, changed ones kept, the same again writes nothing, so that a whole catalogue can be sent
        every night. Lines with faults are left out and named; all others are kept. A state that changed reaches the
        cases about the listing.
        """
        return AsyncPushes[t.BulkSummary](
            self._sender, Call[t.BulkSummary]("POST", f"/marketplaces/{segment(slug)}/listings", case=str(slug)), lines
        )

    async def read(self, slug: str, item_id: str, /) -> t.KnownListing:
        """Read one listing: how it stands, what is asked of it, what its marketplace sent last.

        An item id with a slash is asked for in the list, by `item_id`.
        """
        return await self._sender.run(
            Call[t.KnownListing]("GET", f"/marketplaces/{segment(slug)}/listings/{segment(item_id)}", case=str(item_id))
        )


class AsyncLog:
    """The group `log` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def read(self) -> t.LogShown:
        """Read the state of the log. The proof of a single case is at `/complaints/{number}/proof`."""
        return await self._sender.run(Call[t.LogShown]("GET", "/log"))

    def list_checkpoints(self, **query: Unpack[t.ListCheckpointsAsked]) -> AsyncPages[t.CheckpointShown]:
        """List the signed checkpoints, newest first; hex. Keep them elsewhere, and nobody can rewrite what they cover."""
        return AsyncPages[t.CheckpointShown](self._sender, Call[Any]("GET", "/log/checkpoints", query=query))

    async def check(self, *, idempotency_key: str | None = None) -> t.CheckShown:
        """Have the whole log checked by a worker; what it finds stands at `/log`."""
        return await self._sender.run(Call[t.CheckShown]("POST", "/log/checks", idempotency_key=idempotency_key))

    def list_staff_events(self, **query: Unpack[t.ListStaffEventsAsked]) -> AsyncPages[t.DeedShown]:
        """List what the desk itself did, newest first; for a key narrowed to one marketplace, what was done about that."""
        return AsyncPages[t.DeedShown](self._sender, Call[Any]("GET", "/staff-events", query=query))


class AsyncMandates:
    """The group `mandates` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListMandatesAsked]) -> AsyncPages[t.MandateShown]:
        """List mandates, the newest first. An owner reads those it gave, a reviewer those of everybody that were sent."""
        return AsyncPages[t.MandateShown](self._sender, Call[Any]("GET", "/mandates", query=query))

    async def begin(self, *, idempotency_key: str | None = None, **body: Unpack[t.MandateSaid]) -> t.MandateShown:
        """Begin to register a mandate of an owner. It is kept as it is; nothing is sent yet.

        Refused as mandate_defective.
        """
        return await self._sender.run(
            Call[t.MandateShown]("POST", "/mandates", json=body, idempotency_key=idempotency_key)
        )

    async def read(self, id: int, /) -> t.MandateShown:
        """Read one mandate: what it covers, where it stands, why it was sent back."""
        return await self._sender.run(Call[t.MandateShown]("GET", f"/mandates/{segment(id)}", case=str(id)))

    async def change(self, id: int, /, **body: Unpack[t.MandateSaid]) -> t.MandateShown:
        """Say anew what a mandate covers, while it was not sent. A signed paper goes: it was signed for something else.

        Refused as mandate_moved.
        """
        return await self._sender.run(Call[t.MandateShown]("PUT", f"/mandates/{segment(id)}", json=body, case=str(id)))

    async def discard(self, id: int, /) -> None:
        """Delete the draft of a mandate that was never sent.

        Refused as mandate_moved.
        """
        await self._sender.run(Call[None]("DELETE", f"/mandates/{segment(id)}", reads="nothing", case=str(id)))

    async def add_signed_paper(
        self, id: int, /, *, is_own_text: bool, file: Upload, idempotency_key: str | None = None
    ) -> t.MandateShown:
        """Add the signed power of attorney: PDF, JPG or PNG. One takes the place of the other.

        Refused as file_refused, mandate_moved.
        """
        return await self._sender.run(
            Call[t.MandateShown](
                "POST",
                f"/mandates/{segment(id)}/paper",
                upload={"file": file},
                form={"is_own_text": is_own_text},
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    async def submit(self, id: int, /, *, idempotency_key: str | None = None) -> t.MandateShown:
        """Send a mandate for verification. The owner is written to at once. One that was sent is answered as it is.

        Refused as mandate_defective, mandate_moved.
        """
        return await self._sender.run(
            Call[t.MandateShown](
                "POST", f"/mandates/{segment(id)}/submit", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def revoke(self, id: int, /, *, idempotency_key: str | None = None) -> t.MandateShown:
        """Give a mandate back, take back what was passed on, or decline an offer; its owner ends it. It ends at once.

        Its open complaints stand still.

        Refused as mandate_moved.
        """
        return await self._sender.run(
            Call[t.MandateShown](
                "POST", f"/mandates/{segment(id)}/revoke", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def pass_mandate_on(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.PassedOn]
    ) -> t.MandateShown:
        """Offer a part of a mandate to another agent: never more than it covers itself, and only where its owner allows
        it.

        Refused as mandate_defective, mandate_moved.
        """
        return await self._sender.run(
            Call[t.MandateShown](
                "POST", f"/mandates/{segment(id)}/pass-on", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    async def accept(self, id: int, /, *, idempotency_key: str | None = None) -> t.MandateShown:
        """Accept a mandate another agent offers to your e-mail. It is in force from then on.

        Refused as mandate_moved.
        """
        return await self._sender.run(
            Call[t.MandateShown](
                "POST", f"/mandates/{segment(id)}/accept", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def keep(self, *, idempotency_key: str | None = None, **body: Unpack[t.MandateGiven]) -> t.MandateShown:
        """Keep a mandate you gave with your account: from then on you read it, and what is done under it, and can end
        it.

        Refused as mandate_moved.
        """
        return await self._sender.run(
            Call[t.MandateShown]("POST", "/given-mandates", json=body, idempotency_key=idempotency_key)
        )

    async def take_mandate_over(self, id: int, /, *, idempotency_key: str | None = None) -> t.MandateShown:
        """Go on yourself with the complaints of a mandate you gave and that has ended. Those that stood still go on at
        once.

        Refused as mandate_moved.
        """
        return await self._sender.run(
            Call[t.MandateShown](
                "POST", f"/mandates/{segment(id)}/take-over", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def approve(self, id: int, /, *, idempotency_key: str | None = None) -> t.MandateShown:
        """Put a mandate in force. Cases that stood still under an ended one, and that it covers, go on.

        Refused as mandate_moved.
        """
        return await self._sender.run(
            Call[t.MandateShown](
                "POST", f"/mandates/{segment(id)}/approve", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def return_mandate(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.MandateReturned]
    ) -> t.MandateShown:
        """Send a mandate back to its agent with reasons.

        Refused as mandate_defective, mandate_moved.
        """
        return await self._sender.run(
            Call[t.MandateShown](
                "POST", f"/mandates/{segment(id)}/return", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    def list_mandate_acts(self, **query: Unpack[t.ListMandateActsAsked]) -> AsyncPages[t.MandateAct]:
        """List everything agents did in the owner's name, the newest first: filed, answered, withdrew, appealed."""
        return AsyncPages[t.MandateAct](self._sender, Call[Any]("GET", "/mandate-acts", query=query))


class AsyncMarketplaces:
    """The group `marketplaces` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListMarketplacesAsked]) -> AsyncPages[t.MarketplaceShown]:
        """List the places of sale, as an operator keeps them."""
        return AsyncPages[t.MarketplaceShown](self._sender, Call[Any]("GET", "/marketplaces", query=query))

    async def add(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.MarketplaceAdded]
    ) -> t.MarketplaceShown:
        """Take up a place of sale. Everything that is wrong is said at once.

        Refused as marketplace_defective.
        """
        return await self._sender.run(
            Call[t.MarketplaceShown]("POST", "/marketplaces", json=body, idempotency_key=idempotency_key)
        )

    async def add_known_marketplaces(self, *, idempotency_key: str | None = None) -> t.KnownAdded:
        """Add what is missing of the marketplaces known from the start."""
        return await self._sender.run(
            Call[t.KnownAdded]("POST", "/known-marketplaces", idempotency_key=idempotency_key)
        )

    async def read(self, slug: str, /) -> t.MarketplaceShown:
        """Read one place of sale."""
        return await self._sender.run(Call[t.MarketplaceShown]("GET", f"/marketplaces/{segment(slug)}", case=str(slug)))

    async def change(self, slug: str, /, **body: Unpack[t.MarketplaceChanged]) -> t.MarketplaceShown:
        """Replace what is said about a place of sale. Running cases keep what they were opened with.

        Refused as marketplace_defective.
        """
        return await self._sender.run(
            Call[t.MarketplaceShown]("PUT", f"/marketplaces/{segment(slug)}", json=body, case=str(slug))
        )

    async def try_address(
        self, slug: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.AddressTried]
    ) -> t.AddressVerdict:
        """Try how an address would be read at this place, by its patterns or by others.

        Refused as marketplace_defective.
        """
        return await self._sender.run(
            Call[t.AddressVerdict](
                "POST",
                f"/marketplaces/{segment(slug)}/try-address",
                json=body,
                case=str(slug),
                idempotency_key=idempotency_key,
            )
        )

    async def read_report_link(self, slug: str, /) -> t.ReportLink:
        """Read what to paste, in the language of the shop. It works without JavaScript."""
        return await self._sender.run(
            Call[t.ReportLink]("GET", f"/marketplaces/{segment(slug)}/report-link", case=str(slug))
        )

    async def change_report_link(self, slug: str, /, **body: Unpack[t.ReportLinkSaid]) -> t.ReportLink:
        """Say how many listings a report without an account may name here."""
        return await self._sender.run(
            Call[t.ReportLink]("PUT", f"/marketplaces/{segment(slug)}/report-link", json=body, case=str(slug))
        )


class AsyncMeasures:
    """The group `measures` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListMeasuresAsked]) -> AsyncPages[t.MeasureShown]:
        """List what was asked for listings, oldest first: what is not confirmed yet, or what drifted in the last 90
        days.
        """
        return AsyncPages[t.MeasureShown](self._sender, Call[Any]("GET", "/measures", query=query))

    async def read(self, id: int, /) -> t.MeasureShown:
        """Read one measure."""
        return await self._sender.run(Call[t.MeasureShown]("GET", f"/measures/{segment(id)}", case=str(id)))

    async def confirm(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.ListingSeen]
    ) -> t.MeasureShown:
        """Say that it was done at the marketplace, and how the listing stands now. Its cases know it at once.

        Refused as no_open_measure, not_what_was_asked.
        """
        return await self._sender.run(
            Call[t.MeasureShown](
                "POST", f"/measures/{segment(id)}/confirm", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    async def try_measure_again(self, id: int, /, *, idempotency_key: str | None = None) -> t.MeasureShown:
        """Ask the marketplace once more."""
        return await self._sender.run(
            Call[t.MeasureShown](
                "POST", f"/measures/{segment(id)}/try-again", case=str(id), idempotency_key=idempotency_key
            )
        )

    def list_shop_measures(self, **query: Unpack[t.ListShopMeasuresAsked]) -> AsyncPages[t.ShopMeasureShown]:
        """List what was asked for whole shops, oldest first."""
        return AsyncPages[t.ShopMeasureShown](self._sender, Call[Any]("GET", "/shop-measures", query=query))

    async def read_shop_measure(self, id: int, /) -> t.ShopMeasureShown:
        """Read one measure upon a shop."""
        return await self._sender.run(Call[t.ShopMeasureShown]("GET", f"/shop-measures/{segment(id)}", case=str(id)))

    async def confirm_shop_measure(self, id: int, /, *, idempotency_key: str | None = None) -> t.ShopMeasureShown:
        """Say that it was done at the marketplace.

        Refused as no_open_measure.
        """
        return await self._sender.run(
            Call[t.ShopMeasureShown](
                "POST", f"/shop-measures/{segment(id)}/confirm", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def try_shop_measure_again(self, id: int, /, *, idempotency_key: str | None = None) -> t.ShopMeasureShown:
        """Ask the marketplace once more."""
        return await self._sender.run(
            Call[t.ShopMeasureShown](
                "POST", f"/shop-measures/{segment(id)}/try-again", case=str(id), idempotency_key=idempotency_key
            )
        )


class AsyncMessages:
    """The group `messages` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListMessagesAsked]) -> AsyncPages[t.MessageRow]:
        """List the messages to the caller, the newest first. Listing them is not reading them."""
        return AsyncPages[t.MessageRow](self._sender, Call[Any]("GET", "/messages", query=query))

    async def read(self, id: int, /) -> t.MessageShown:
        """Read one message, in the language asked for.

        This starts no clock: a machine reads, and nobody has looked. `POST /messages/{id}/read` says that somebody
        has.
        """
        return await self._sender.run(Call[t.MessageShown]("GET", f"/messages/{segment(id)}", case=str(id)))

    async def say_message_read(self, id: int, /, *, idempotency_key: str | None = None) -> t.MessageShown:
        """Say that somebody has read a message. That is being told: clocks that waited for it start now.

        Saying it again changes nothing.
        """
        return await self._sender.run(
            Call[t.MessageShown]("POST", f"/messages/{segment(id)}/read", case=str(id), idempotency_key=idempotency_key)
        )

    def list_right_letters(self, **query: Unpack[t.ListRightLettersAsked]) -> AsyncPages[t.RightLetterShown]:
        """List what the account was told about its rights, the newest first. Listing is not reading."""
        return AsyncPages[t.RightLetterShown](self._sender, Call[Any]("GET", "/right-letters", query=query))

    async def say_right_letter_read(self, id: int, /, *, idempotency_key: str | None = None) -> t.RightLetterShown:
        """Say that somebody has read a letter about a right. No clock waits for it; saying it again changes nothing."""
        return await self._sender.run(
            Call[t.RightLetterShown](
                "POST", f"/right-letters/{segment(id)}/read", case=str(id), idempotency_key=idempotency_key
            )
        )


class AsyncNoticeDrafts:
    """The group `notice_drafts` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListNoticeDraftsAsked]) -> AsyncPages[t.DraftRow]:
        """List what was begun and not sent, the newest first: by pages and programs of the same holder."""
        return AsyncPages[t.DraftRow](self._sender, Call[Any]("GET", "/notice-drafts", query=query))

    async def start(self, *, idempotency_key: str | None = None, **body: Unpack[t.DraftTyped]) -> t.DraftShown:
        """Begin a notice with what is known. Nothing is sent and no clock runs; refused is only what names something
        unknown.

        Refused as notice_defective.
        """
        return await self._sender.run(
            Call[t.DraftShown]("POST", "/notice-drafts", json=body, idempotency_key=idempotency_key)
        )

    async def read(self, id: int, /) -> t.DraftShown:
        """Read a draft: its lines with their verdicts, and what sending it would say.

        Refused as already_sent.
        """
        return await self._sender.run(Call[t.DraftShown]("GET", f"/notice-drafts/{segment(id)}", case=str(id)))

    async def change(self, id: int, /, **body: Unpack[t.DraftTyped]) -> t.DraftShown:
        """Write on. Another marketplace, right or mode has the lines read again.

        Refused as already_sent, notice_defective.
        """
        return await self._sender.run(
            Call[t.DraftShown]("PATCH", f"/notice-drafts/{segment(id)}", json=body, case=str(id))
        )

    async def discard(self, id: int, /) -> None:
        """Delete a draft.

        Refused as already_sent.
        """
        await self._sender.run(Call[None]("DELETE", f"/notice-drafts/{segment(id)}", reads="nothing", case=str(id)))

    async def add_draft_evidence(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.Evidence]
    ) -> t.DraftShown:
        """Add a file that was sent to `/files` before; the same file twice is there once.

        Refused as already_sent, evidence_too_many, file_unknown.
        """
        return await self._sender.run(
            Call[t.DraftShown](
                "POST",
                f"/notice-drafts/{segment(id)}/evidence",
                json=body,
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    async def remove_draft_evidence(self, id: int, file_id: int, /) -> t.DraftShown:
        """Take a file out again; one that is not there is gone already.

        Refused as already_sent.
        """
        return await self._sender.run(
            Call[t.DraftShown]("DELETE", f"/notice-drafts/{segment(id)}/evidence/{segment(file_id)}", case=str(file_id))
        )

    async def split(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.SplitOff]
    ) -> t.DraftShown:
        """Put some lines into a draft of their own, with the other answers: shops beside listings, another marketplace.

        Refused as already_sent, notice_defective.
        """
        return await self._sender.run(
            Call[t.DraftShown](
                "POST", f"/notice-drafts/{segment(id)}/split", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    async def send(self, id: int, /, *, idempotency_key: str | None = None) -> t.NoticeShown:
        """Send a draft. Sent again, it answers the same notice (200). What is wrong refuses it, and the draft stays.

        Refused as notice_defective.
        """
        return await self._sender.run(
            Call[t.NoticeShown](
                "POST", f"/notice-drafts/{segment(id)}/send", case=str(id), idempotency_key=idempotency_key
            )
        )


class AsyncNotices:
    """The group `notices` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListNoticesAsked]) -> AsyncPages[t.NoticeRow]:
        """List the notices that were sent, the newest first."""
        return AsyncPages[t.NoticeRow](self._sender, Call[Any]("GET", "/notices", query=query))

    async def send(self, *, idempotency_key: str | None = None, **body: Unpack[t.NoticeSent]) -> t.NoticeShown:
        """Send a notice. Each listing that can be complained of becomes a case of its own.

        A listing that cannot keeps no other out: it is answered under `left_out`, with its verdict. Anything else
        that is wrong refuses the whole, with every defect at once. The marketplace is asked about each listing
        meanwhile, so the answer can take its time; send an Idempotency-Key, and a second try finds the first.

        Refused as file_unknown, notice_defective.
        """
        return await self._sender.run(
            Call[t.NoticeShown]("POST", "/notices", json=body, idempotency_key=idempotency_key)
        )

    async def lint(self, *, idempotency_key: str | None = None, **body: Unpack[t.NoticeSent]) -> t.LintShown:
        """Ask what sending this notice would say, without sending it. Nothing is opened, nobody is told.

        Refused is only what names something that is not there: a marketplace, a right, a file.

        Refused as file_unknown, notice_defective.
        """
        return await self._sender.run(
            Call[t.LintShown]("POST", "/notices/lint", json=body, idempotency_key=idempotency_key)
        )

    async def read(self, number: str, /) -> t.NoticeShown:
        """Read a notice whole: its cases, the lines it left out, the evidence, what was declared."""
        return await self._sender.run(Call[t.NoticeShown]("GET", f"/notices/{segment(number)}", case=str(number)))


class AsyncOperations:
    """The group `operations` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def read(self) -> t.Operations:
        """Read what the operator's home says: what is stuck, who works, what must always hold."""
        return await self._sender.run(Call[t.Operations]("GET", "/operations"))

    def list_jobs(self, **query: Unpack[t.ListJobsAsked]) -> AsyncPages[t.JobShown]:
        """List the work that waits, runs or was given up."""
        return AsyncPages[t.JobShown](self._sender, Call[Any]("GET", "/jobs", query=query))

    async def retry_job(self, id: int, /, *, idempotency_key: str | None = None) -> t.JobShown:
        """Try a job that was given up once more, now.

        Refused as job_not_failed.
        """
        return await self._sender.run(
            Call[t.JobShown]("POST", f"/jobs/{segment(id)}/retry", case=str(id), idempotency_key=idempotency_key)
        )

    def list_looks(self, **query: Unpack[t.ListLooksAsked]) -> AsyncPages[t.LookShown]:
        """List who looked at what, newest first."""
        return AsyncPages[t.LookShown](self._sender, Call[Any]("GET", "/looks", query=query))

    async def read_retention(self) -> t.RetentionShown:
        """Read what is kept how long, and what was counted and let go last."""
        return await self._sender.run(Call[t.RetentionShown]("GET", "/retention"))

    async def count_retention(self, *, idempotency_key: str | None = None) -> t.RetentionShown:
        """Have a worker count what would go today. Nothing goes."""
        return await self._sender.run(
            Call[t.RetentionShown]("POST", "/retention/count", idempotency_key=idempotency_key)
        )

    async def apply_retention(self, *, idempotency_key: str | None = None) -> t.RetentionShown:
        """Have a worker let go what may no longer be kept; it does not come back. Refused unless counted within a day.

        Refused as retention_not_counted.
        """
        return await self._sender.run(
            Call[t.RetentionShown]("POST", "/retention/apply", idempotency_key=idempotency_key)
        )

    async def read_restoration(self) -> t.RestorationShown:
        """Read whether the installation was restored from a backup and stands still."""
        return await self._sender.run(Call[t.RestorationShown]("GET", "/restoration"))

    async def release_restoration(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.Release]
    ) -> t.RestorationShown:
        """Let the workers of a restored installation work again.

        Refused as nothing_to_release.
        """
        return await self._sender.run(
            Call[t.RestorationShown]("POST", "/restoration/release", json=body, idempotency_key=idempotency_key)
        )


class AsyncOrders:
    """The group `orders` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListOrdersAsked]) -> AsyncPages[t.OrderRow]:
        """List orders and decisions, newest first."""
        return AsyncPages[t.OrderRow](self._sender, Call[Any]("GET", "/orders", query=query))

    async def record(self, *, idempotency_key: str | None = None, **body: Unpack[t.OrderSent]) -> t.OrderShown:
        """Record an order, or a decision of our own, and have it carried out at once. All that is wrong is said at once.

        Refused as file_unknown, order_defective.
        """
        return await self._sender.run(Call[t.OrderShown]("POST", "/orders", json=body, idempotency_key=idempotency_key))

    async def read(self, number: str, /) -> t.OrderShown:
        """Read one order: what it lays on whom, what came of it, whom it was told."""
        return await self._sender.run(Call[t.OrderShown]("GET", f"/orders/{segment(number)}", case=str(number)))

    async def answer(
        self, number: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.OrderAnswer]
    ) -> t.OrderShown:
        """Say that the information that was ordered has been given; the authority is told.

        Refused as order_defective, order_ended.
        """
        return await self._sender.run(
            Call[t.OrderShown](
                "POST",
                f"/orders/{segment(number)}/answer",
                json=body,
                case=str(number),
                idempotency_key=idempotency_key,
            )
        )

    async def set_order_aside(self, number: str, /, *, idempotency_key: str | None = None) -> t.OrderShown:
        """End an order that was lifted, or a decision that is taken back: what it asked is released.

        Refused as order_ended.
        """
        return await self._sender.run(
            Call[t.OrderShown](
                "POST", f"/orders/{segment(number)}/set-aside", case=str(number), idempotency_key=idempotency_key
            )
        )

    async def hand_over_order_letter(
        self, number: str, letter_id: int, /, *, idempotency_key: str | None = None
    ) -> t.OrderShown:
        """Say that a letter which came back was given to its reader another way."""
        return await self._sender.run(
            Call[t.OrderShown](
                "POST",
                f"/orders/{segment(number)}/letters/{segment(letter_id)}/handed-over",
                case=str(letter_id),
                idempotency_key=idempotency_key,
            )
        )

    async def send_order_letter_again(
        self, number: str, letter_id: int, /, *, idempotency_key: str | None = None
    ) -> t.OrderShown:
        """Send a letter which came back once more, to the same address."""
        return await self._sender.run(
            Call[t.OrderShown](
                "POST",
                f"/orders/{segment(number)}/letters/{segment(letter_id)}/send-again",
                case=str(letter_id),
                idempotency_key=idempotency_key,
            )
        )

    async def read_order_receipt(self, number: str, /) -> t.OrderReceipt:
        """Read the receipt of an authority's order, to send it by post or by a program of one's own."""
        return await self._sender.run(
            Call[t.OrderReceipt]("GET", f"/orders/{segment(number)}/receipt", case=str(number))
        )

    async def order_case(
        self,
        number: str,
        /,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        **body: Unpack[t.CaseOrder],
    ) -> t.CaseShown:
        """Record the order of a court or an authority on one case; it takes effect at once.

        Refused as before_the_last_event, clock_ran_out, not_permitted, order_defective, stale_case.
        """
        return await self._sender.run(
            Call[t.CaseShown](
                "POST",
                f"/complaints/{segment(number)}/order",
                json=body,
                case=str(number),
                matched=True,
                if_match=if_match,
                idempotency_key=idempotency_key,
            )
        )

    def list_shop_orders(self, **query: Unpack[t.ListShopOrdersAsked]) -> AsyncPages[t.ShopOrderRow]:
        """List what courts, authorities and the marketplace itself laid on the shop or its listings, newest first."""
        return AsyncPages[t.ShopOrderRow](self._sender, Call[Any]("GET", "/shop-orders", query=query))

    async def read_shop_order(self, number: str, /) -> t.ShopOrderShown:
        """Read one: what was done, why, until when, and what can be done against it."""
        return await self._sender.run(
            Call[t.ShopOrderShown]("GET", f"/shop-orders/{segment(number)}", case=str(number))
        )

    async def appeal_shop_order(
        self, number: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.ShopAppealSent]
    ) -> t.ShopOrderShown:
        """Appeal a decision of the marketplace's own. Another person than who decided answers, with reasons; it costs
        nothing.

        Refused as appeal_defective, appeal_late, appeal_not_ours, appeal_nothing_lost, appealed_before, file_unknown.
        """
        return await self._sender.run(
            Call[t.ShopOrderShown](
                "POST",
                f"/shop-orders/{segment(number)}/appeal",
                json=body,
                case=str(number),
                idempotency_key=idempotency_key,
            )
        )

    def list_order_appeals(self, **query: Unpack[t.ListOrderAppealsAsked]) -> AsyncPages[t.OrderAppealRow]:
        """List the appeals against our own decisions that wait, those due first in front; or those answered, newest
        first.
        """
        return AsyncPages[t.OrderAppealRow](self._sender, Call[Any]("GET", "/order-appeals", query=query))

    async def read_order_appeal(self, appeal_id: int, /) -> t.OrderAppealShown:
        """Read one appeal against a decision of our own."""
        return await self._sender.run(
            Call[t.OrderAppealShown]("GET", f"/order-appeals/{segment(appeal_id)}", case=str(appeal_id))
        )

    async def decide_order_appeal(
        self, appeal_id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.OrderAppealAnswer]
    ) -> t.OrderAppealShown:
        """Answer an appeal: granted, what the decision lays on this shop is lifted at once. By another than who decided.

        Refused as appeal_decided, appeal_same_reviewer, decision_defective.
        """
        return await self._sender.run(
            Call[t.OrderAppealShown](
                "POST",
                f"/order-appeals/{segment(appeal_id)}/decide",
                json=body,
                case=str(appeal_id),
                idempotency_key=idempotency_key,
            )
        )


class AsyncPeople:
    """The group `people` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListPeopleAsked]) -> AsyncPages[t.PersonShown]:
        """List everybody who can sign in, or a part of them."""
        return AsyncPages[t.PersonShown](self._sender, Call[Any]("GET", "/people", query=query))

    async def add(self, *, idempotency_key: str | None = None, **body: Unpack[t.PersonAdded]) -> t.PersonShown:
        """Add somebody to the desk, with one role.

        Refused as auditor_defective, auditor_without_end, person_defective.
        """
        return await self._sender.run(
            Call[t.PersonShown]("POST", "/people", json=body, idempotency_key=idempotency_key)
        )

    async def read(self, id: int, /) -> t.PersonShown:
        """Read one person: roles, and in how many browsers they are signed in."""
        return await self._sender.run(Call[t.PersonShown]("GET", f"/people/{segment(id)}", case=str(id)))

    async def set_person_role(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.RoleSet]
    ) -> t.PersonShown:
        """Give or take a role; it holds from their next request. The last operator cannot be taken away.

        Refused as last_operator.
        """
        return await self._sender.run(
            Call[t.PersonShown](
                "POST", f"/people/{segment(id)}/roles", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    async def set_person_active(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.PersonActive]
    ) -> t.PersonShown:
        """Let somebody sign in again, or no longer; then every session of theirs ends and their keys open nothing.

        Refused as last_operator.
        """
        return await self._sender.run(
            Call[t.PersonShown](
                "POST", f"/people/{segment(id)}/active", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    async def set_person_auditor(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.Audit]
    ) -> t.PersonShown:
        """Let somebody read whatever operators read until an instant, at most a year off, or no longer.

        Refused as auditor_defective.
        """
        return await self._sender.run(
            Call[t.PersonShown](
                "POST", f"/people/{segment(id)}/audit", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    async def end_person_sessions(self, id: int, /, *, idempotency_key: str | None = None) -> t.SessionsEnded:
        """Sign somebody out of every browser."""
        return await self._sender.run(
            Call[t.SessionsEnded](
                "POST", f"/people/{segment(id)}/end-sessions", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def lift_second_factors_of_person(
        self, id: int, /, *, idempotency_key: str | None = None
    ) -> t.SecondFactorsLifted:
        """Let the mailed code be enough again for somebody who lost everything else; they are signed out everywhere."""
        return await self._sender.run(
            Call[t.SecondFactorsLifted](
                "POST", f"/people/{segment(id)}/lift-second-factors", case=str(id), idempotency_key=idempotency_key
            )
        )


class AsyncProcedures:
    """The group `procedures` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(self) -> t.WholeProcedureRow:
        """List the procedures that are installed. Running cases keep the version they were opened under."""
        return await self._sender.run(Call[t.WholeProcedureRow]("GET", "/procedures"))

    async def read(self, id: str, /) -> t.ProcedureShown:
        """Read one procedure whole: every state, clock and move there is."""
        return await self._sender.run(Call[t.ProcedureShown]("GET", f"/procedures/{segment(id)}", case=str(id)))

    async def draw(self, id: str, /) -> Content:
        """Draw a procedure, from the same pack."""
        return await self._sender.run(
            Call[Content]("GET", f"/procedures/{segment(id)}/diagram", reads="bytes", case=str(id))
        )


class AsyncReview:
    """The group `review` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list_queue(self, **query: Unpack[t.ListQueueAsked]) -> AsyncPages[t.QueueRow]:
        """List the cases that wait on a reviewer, the most urgent first.

        A case whose step is on its way does not wait.
        """
        return AsyncPages[t.QueueRow](self._sender, Call[Any]("GET", "/queue", query=query))

    async def read_queue_figures(self) -> t.FiguresShown:
        """Say how many cases wait, are late, are due today and tomorrow."""
        return await self._sender.run(Call[t.FiguresShown]("GET", "/queue/figures"))

    async def read_next_case(self) -> t.Next:
        """Name the case to do next: one held already, then the most urgent that is free. It is not claimed by this."""
        return await self._sender.run(Call[t.Next]("GET", "/queue/next"))

    async def claim_many(self, *, idempotency_key: str | None = None, **body: Unpack[t.ClaimsSent]) -> t.Claims:
        """Claim what is free of these cases. A claim that nobody acts on lapses after a while."""
        return await self._sender.run(
            Call[t.Claims]("POST", "/queue/claims", json=body, idempotency_key=idempotency_key)
        )

    async def claim_case(self, number: str, /, *, idempotency_key: str | None = None) -> t.Hold:
        """Claim a case that waits on a reviewer; claiming one's own again renews it. Deciding claims by itself.

        Refused as for_a_senior, held_by_another, not_waiting.
        """
        return await self._sender.run(
            Call[t.Hold](
                "POST", f"/complaints/{segment(number)}/claim", case=str(number), idempotency_key=idempotency_key
            )
        )

    async def let_case_go(self, number: str, /, *, idempotency_key: str | None = None) -> t.Hold:
        """Give a case back to the queue. One held by somebody else, or whose step is on its way, stays as it is."""
        return await self._sender.run(
            Call[t.Hold](
                "POST", f"/complaints/{segment(number)}/let-go", case=str(number), idempotency_key=idempotency_key
            )
        )

    async def pass_case_to_senior(
        self, number: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.SeniorAsked]
    ) -> t.Hold:
        """Ask a senior to take the case: only seniors can hold it then.

        Refused as decision_defective, for_a_senior, held_by_another, no_senior, not_waiting.
        """
        return await self._sender.run(
            Call[t.Hold](
                "POST",
                f"/complaints/{segment(number)}/pass-to-senior",
                json=body,
                case=str(number),
                idempotency_key=idempotency_key,
            )
        )

    async def read_bench(self, number: str, /) -> t.Bench:
        """Read everything a decision is made from: the right, the frozen copy, what each side said, what may be done.

        It does not claim the case. `steps` is empty while nothing waits on a reviewer.
        """
        return await self._sender.run(Call[t.Bench]("GET", f"/complaints/{segment(number)}/bench", case=str(number)))

    async def read_changes(self, number: str, /) -> t.ChangesShown:
        """Ask the marketplace what has changed in the listing since its copy was frozen. The decision is about the copy."""
        return await self._sender.run(
            Call[t.ChangesShown]("GET", f"/complaints/{segment(number)}/changes", case=str(number))
        )


class AsyncRights:
    """The group `rights` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list(self, **query: Unpack[t.ListRightsAsked]) -> AsyncPages[t.RightRow]:
        """List rights, the newest first. A reviewer reads those of everybody that were sent for verification."""
        return AsyncPages[t.RightRow](self._sender, Call[Any]("GET", "/rights", query=query))

    async def begin(self, *, idempotency_key: str | None = None, **body: Unpack[t.RightBegun]) -> t.RightShown:
        """Begin to register a right. It is kept as it is and can be incomplete; nothing is sent yet.

        Refused as right_defective.
        """
        return await self._sender.run(Call[t.RightShown]("POST", "/rights", json=body, idempotency_key=idempotency_key))

    async def read(self, id: int, /) -> t.RightShown:
        """Read one right: where it stands, why it was sent back and how to mend it, its papers, its history.

        The history keeps the answers as they were sent each time. `missing` is what still keeps it from being sent,
        `would_be_returned` what a reviewer would then probably send it back for; a reviewer reads it while it is
        pending.
        """
        return await self._sender.run(Call[t.RightShown]("GET", f"/rights/{segment(id)}", case=str(id)))

    async def change(self, id: int, /, **body: Unpack[t.RightChanged]) -> t.RightShown:
        """Change answers of a right that was not sent yet, or was sent back.

        Refused as right_defective, right_moved.
        """
        return await self._sender.run(Call[t.RightShown]("PATCH", f"/rights/{segment(id)}", json=body, case=str(id)))

    async def discard(self, id: int, /) -> None:
        """Delete the draft of a right that was never sent.

        Refused as right_moved.
        """
        await self._sender.run(Call[None]("DELETE", f"/rights/{segment(id)}", reads="nothing", case=str(id)))

    async def add_paper(
        self, id: int, /, *, kind: str, file: Upload, idempotency_key: str | None = None
    ) -> t.RightShown:
        """Add a paper that proves a right: its certificate, an agent's mandate. PDF, JPG or PNG.

        Refused as file_refused, right_defective, right_moved, too_many_papers.
        """
        return await self._sender.run(
            Call[t.RightShown](
                "POST",
                f"/rights/{segment(id)}/papers",
                upload={"file": file},
                form={"kind": kind},
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    async def remove_paper(self, id: int, paper: int, /) -> None:
        """Take a paper away again. Harmless when it is gone.

        Refused as right_moved.
        """
        await self._sender.run(
            Call[None]("DELETE", f"/rights/{segment(id)}/papers/{segment(paper)}", reads="nothing", case=str(paper))
        )

    async def submit(self, id: int, /, *, idempotency_key: str | None = None) -> t.RightShown:
        """Send a right for verification. Until when somebody should have looked stands in `due_at`.

        One that is being verified already is answered as it is.

        Refused as right_defective, right_moved.
        """
        return await self._sender.run(
            Call[t.RightShown]("POST", f"/rights/{segment(id)}/submit", case=str(id), idempotency_key=idempotency_key)
        )

    def list_right_imports(self, **query: Unpack[t.ListRightImportsAsked]) -> AsyncPages[t.ImportShown]:
        """List the files of rights that were brought in, the newest first."""
        return AsyncPages[t.ImportShown](self._sender, Call[Any]("GET", "/right-imports", query=query))

    async def check_rights_file(self, *, file: Upload, idempotency_key: str | None = None) -> t.ImportShown:
        """Send in a file of rights: every row gets its verdict, and nothing is stored yet.

        XLSX or CSV with the headings of `/right-kinds` and a column `kind`, an export of TMview, or records of an
        office as XML (WIPO ST.96, ST.66).

        Refused as file_refused, rights_file_unreadable.
        """
        return await self._sender.run(
            Call[t.ImportShown]("POST", "/right-imports", upload={"file": file}, idempotency_key=idempotency_key)
        )

    async def read_right_import(self, id: int, /) -> t.ImportShown:
        """Read how far a file is: its verdicts counted, and how many rights are stored."""
        return await self._sender.run(Call[t.ImportShown]("GET", f"/right-imports/{segment(id)}", case=str(id)))

    async def discard_right_import(self, id: int, /) -> None:
        """Forget a file of which nothing was stored.

        Refused as import_moved.
        """
        await self._sender.run(Call[None]("DELETE", f"/right-imports/{segment(id)}", reads="nothing", case=str(id)))

    def list_right_import_rows(self, id: int, /, **query: Unpack[t.ListRightImportRowsAsked]) -> AsyncPages[t.RowShown]:
        """List the rows of a file with their verdicts, and what is wrong with each.

        Verdicts: `new`, `changed` (a right you have), `same` (nothing to do), `mend`.
        """
        return AsyncPages[t.RowShown](
            self._sender, Call[Any]("GET", f"/right-imports/{segment(id)}/rows", query=query, case=str(id))
        )

    async def start_right_import(self, id: int, /, *, idempotency_key: str | None = None) -> t.ImportShown:
        """Have the rows without a fault stored, as drafts. One that is being stored already is answered as it is.

        Refused as import_moved, import_runs.
        """
        return await self._sender.run(
            Call[t.ImportShown](
                "POST", f"/right-imports/{segment(id)}/start", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def clone(self, id: int, /, *, idempotency_key: str | None = None) -> t.RightShown:
        """Begin a right as a copy of another: the same answers but for the number and the days, and no papers."""
        return await self._sender.run(
            Call[t.RightShown]("POST", f"/rights/{segment(id)}/clone", case=str(id), idempotency_key=idempotency_key)
        )

    async def add_papers(self, *, file: Upload, idempotency_key: str | None = None) -> t.PapersPlaced:
        """Add papers of many rights at once: a ZIP of PDF, JPG and PNG, each named after the number of its right.

        `55180021.pdf`, `CN 55180021 renewal_certificate.pdf`, `55180021/class_page 2.jpg`. Without a word for what it
        is, a file is the first paper the right needs. Sent again, what is there already stays as it is. Nothing is
        guessed: a name that can mean two rights, or a number that lost its zeros, is left out and said.

        Refused as rights_file_unreadable.
        """
        return await self._sender.run(
            Call[t.PapersPlaced]("POST", "/right-papers", upload={"file": file}, idempotency_key=idempotency_key)
        )

    def list_right_submissions(self, **query: Unpack[t.ListRightSubmissionsAsked]) -> AsyncPages[t.SubmissionShown]:
        """List what was judged to be sent together, the newest first."""
        return AsyncPages[t.SubmissionShown](self._sender, Call[Any]("GET", "/right-submissions", query=query))

    async def check_drafts(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.DraftsChosen]
    ) -> t.SubmissionShown:
        """Have drafts judged, all or those a file brought in: every one gets its verdict, and nothing is sent yet.

        More than 500 are judged by a worker: read the submission until its state is no longer `checking`.
        """
        return await self._sender.run(
            Call[t.SubmissionShown]("POST", "/right-submissions", json=body, idempotency_key=idempotency_key)
        )

    async def read_right_submission(self, id: int, /) -> t.SubmissionShown:
        """Read how far it is: the verdicts counted, and how many drafts are sent."""
        return await self._sender.run(Call[t.SubmissionShown]("GET", f"/right-submissions/{segment(id)}", case=str(id)))

    async def discard_right_submission(self, id: int, /) -> None:
        """Forget verdicts of which nothing was sent. The drafts stay.

        Refused as submission_moved.
        """
        await self._sender.run(Call[None]("DELETE", f"/right-submissions/{segment(id)}", reads="nothing", case=str(id)))

    def list_checked_drafts(self, id: int, /, **query: Unpack[t.ListCheckedDraftsAsked]) -> AsyncPages[t.CheckedDraft]:
        """List the drafts with their verdicts, and what is wrong with each.

        Verdicts: `ready`, `doubtful` (a reviewer would probably send it back), `mend` (cannot be sent), `moved` (no
        draft any more).
        """
        return AsyncPages[t.CheckedDraft](
            self._sender, Call[Any]("GET", f"/right-submissions/{segment(id)}/drafts", query=query, case=str(id))
        )

    async def start_right_submission(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.SendingStarted]
    ) -> t.SubmissionShown:
        """Have the ready drafts sent for verification. One that is being sent already is answered as it is.

        Refused as submission_moved.
        """
        return await self._sender.run(
            Call[t.SubmissionShown](
                "POST",
                f"/right-submissions/{segment(id)}/start",
                json=body,
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    async def list_return_reasons(self, **query: Unpack[t.ListReturnReasonsAsked]) -> t.ReturnReasons:
        """List the reasons for which the registration of a right is sent back."""
        return await self._sender.run(Call[t.ReturnReasons]("GET", "/return-reasons", query=query))

    def list_rights_to_verify(self, **query: Unpack[t.ListRightsToVerifyAsked]) -> AsyncPages[t.RightToCheck]:
        """List the registrations that wait to be verified, those due first in front; or the rights in doubt."""
        return AsyncPages[t.RightToCheck](self._sender, Call[Any]("GET", "/rights-to-verify", query=query))

    async def approve(self, right_id: int, /, *, idempotency_key: str | None = None) -> t.RightToCheck:
        """Verify a right: complaints can rest on it from now on.

        Refused as right_moved.
        """
        return await self._sender.run(
            Call[t.RightToCheck](
                "POST", f"/rights/{segment(right_id)}/approve", case=str(right_id), idempotency_key=idempotency_key
            )
        )

    async def return_right(
        self, right_id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.ReturnSent]
    ) -> t.RightToCheck:
        """Send a registration back to its holder with reasons of `/return-reasons`.

        Refused as right_defective, right_moved.
        """
        return await self._sender.run(
            Call[t.RightToCheck](
                "POST",
                f"/rights/{segment(right_id)}/return",
                json=body,
                case=str(right_id),
                idempotency_key=idempotency_key,
            )
        )

    async def settle(
        self, right_id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.SettledSent]
    ) -> t.Settled:
        """Say how the doubt about a right ends, for all its cases.

        Refused as right_moved.
        """
        return await self._sender.run(
            Call[t.Settled](
                "POST",
                f"/rights/{segment(right_id)}/settle",
                json=body,
                case=str(right_id),
                idempotency_key=idempotency_key,
            )
        )

    async def send_renewal(
        self, id: int, /, *, expires_on: str, file: Upload, idempotency_key: str | None = None
    ) -> t.RenewalShown:
        """Say that a right was renewed, with the certificate of renewal: PDF, JPG or PNG. A reviewer looks at it.

        The right does not end meanwhile. One renewal at a time; `ends` of the right says from when until when it can
        be.

        Refused as file_refused, right_defective, right_moved.
        """
        return await self._sender.run(
            Call[t.RenewalShown](
                "POST",
                f"/rights/{segment(id)}/renewals",
                upload={"file": file},
                form={"expires_on": expires_on},
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    def list_renewals(self, **query: Unpack[t.ListRenewalsAsked]) -> AsyncPages[t.RenewalShown]:
        """List the renewals that wait for a reviewer, those due first in front."""
        return AsyncPages[t.RenewalShown](self._sender, Call[Any]("GET", "/renewals", query=query))

    async def answer_renewal(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.RenewalAnswered]
    ) -> t.Settled:
        """Answer a renewal. Once it is accepted, cases that stand still go on with the time that was left.

        Refused as right_moved.
        """
        return await self._sender.run(
            Call[t.Settled](
                "POST", f"/renewals/{segment(id)}/answer", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    async def end(
        self, right_id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.EndingSent]
    ) -> t.Settled:
        """Record what happened to a right: transferred, given up, lapsed, declared invalid …; its cases are told.

        Refused as right_moved.
        """
        return await self._sender.run(
            Call[t.Settled](
                "POST",
                f"/rights/{segment(right_id)}/endings",
                json=body,
                case=str(right_id),
                idempotency_key=idempotency_key,
            )
        )

    async def reject(
        self, right_id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.RejectSent]
    ) -> t.Settled:
        """Do not accept a right, and not by mending it. Complaints that waited for it end; no seller hears of them.

        Refused as right_moved.
        """
        return await self._sender.run(
            Call[t.Settled](
                "POST",
                f"/rights/{segment(right_id)}/reject",
                json=body,
                case=str(right_id),
                idempotency_key=idempotency_key,
            )
        )

    async def read_register_record(self, id: int, /) -> t.RecordShown:
        """Read the record fetched last beside what is claimed, field by field, as of the day it was fetched."""
        return await self._sender.run(
            Call[t.RecordShown]("GET", f"/rights/{segment(id)}/register-record", case=str(id))
        )

    async def ask_register(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.RegisterAsked]
    ) -> t.RecordShown:
        """Fetch the record of the register and fill in every answer that is empty.

        Nothing typed is overwritten: where the two differ, `take-over` takes the record's side, answer by answer.

        Refused as office_takes_no_such_number, record_unknown, register_not_asked, right_moved.
        """
        return await self._sender.run(
            Call[t.RecordShown](
                "POST",
                f"/rights/{segment(id)}/register-record",
                json=body,
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    async def take_over_from_register(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.TakenOver]
    ) -> t.RecordShown:
        """Let answers be what the record fetched last says. Those the record does not have stay as they are.

        Refused as register_not_asked, right_moved.
        """
        return await self._sender.run(
            Call[t.RecordShown](
                "POST",
                f"/rights/{segment(id)}/register-record/take-over",
                json=body,
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    async def check_register(self, right_id: int, /, *, idempotency_key: str | None = None) -> t.RecordShown:
        """Have the register asked again, of a right in whatever state. Nothing ends by it.

        Refused as office_takes_no_such_number, record_unknown, register_not_asked.
        """
        return await self._sender.run(
            Call[t.RecordShown](
                "POST",
                f"/rights/{segment(right_id)}/register-check",
                case=str(right_id),
                idempotency_key=idempotency_key,
            )
        )

    def list_register_findings(self, **query: Unpack[t.ListRegisterFindingsAsked]) -> AsyncPages[t.RecordShown]:
        """List the records that speak against living rights and wait for a reviewer, the oldest first."""
        return AsyncPages[t.RecordShown](self._sender, Call[Any]("GET", "/register-findings", query=query))

    async def note_register_finding(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.LookedAt]
    ) -> t.RecordShown:
        """Say that a record was looked at and nothing follows. What happened to the right goes to
        `/rights/{id}/endings`.

        Refused as right_moved.
        """
        return await self._sender.run(
            Call[t.RecordShown](
                "POST",
                f"/register-findings/{segment(id)}/looked",
                json=body,
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    def list_transfers(self, **query: Unpack[t.ListTransfersAsked]) -> AsyncPages[t.TransferShown]:
        """List what the caller has sent; to a reviewer what waits of everybody."""
        return AsyncPages[t.TransferShown](self._sender, Call[Any]("GET", "/right-transfers", query=query))

    async def send_transfer(
        self,
        *,
        kind: Literal["trademark", "copyright", "patent", "utility_model", "design", "other"],
        office: Literal["CN", "US", "EM", "GB", "WO", "JP", "KR", "EP", "HK", "TW", "other"],
        number: str,
        owner: str,
        goes_on: bool,
        file: Upload,
        idempotency_key: str | None = None,
    ) -> t.TransferShown:
        """Say that a right which its former owner had registered here is the caller's now, with the certificate of
        assignment.

        A reviewer looks at it. Then the right moves to the caller's account with its papers and its history, and what
        runs on it goes on there with the time that was left, or ends. Only its owner takes a right over, no agent.

        Refused as file_refused, right_defective, right_moved.
        """
        return await self._sender.run(
            Call[t.TransferShown](
                "POST",
                "/right-transfers",
                upload={"file": file},
                form={"kind": kind, "office": office, "number": number, "owner": owner, "goes_on": goes_on},
                idempotency_key=idempotency_key,
            )
        )

    async def answer_transfer(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.TransferAnswered]
    ) -> t.Settled:
        """Answer what a new owner sent. Accepted, the right moves to its account, and its complaints go on there or end.

        Refused as account_not_verified, right_moved.
        """
        return await self._sender.run(
            Call[t.Settled](
                "POST",
                f"/right-transfers/{segment(id)}/answer",
                json=body,
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )


class AsyncScreening:
    """The group `screening` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def list_holder_findings(self, **query: Unpack[t.ListHolderFindingsAsked]) -> AsyncPages[t.FoundRow]:
        """List the listings that screening found under one's own rights, the newest first, and what became of them."""
        return AsyncPages[t.FoundRow](self._sender, Call[Any]("GET", "/holder-findings", query=query))

    async def read_holder_finding(self, id: int, /) -> t.FoundShown:
        """Read one: what matched where, and what became of the listing."""
        return await self._sender.run(Call[t.FoundShown]("GET", f"/holder-findings/{segment(id)}", case=str(id)))

    async def release_finding(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.FindingReleased]
    ) -> t.FoundShown:
        """Say that this listing is allowed: what was laid on it is taken back, and it is not found for this again.

        Let go before, it is answered as it is.

        Refused as finding_rests_on_others, mandate_lacks.
        """
        return await self._sender.run(
            Call[t.FoundShown](
                "POST",
                f"/holder-findings/{segment(id)}/release",
                json=body,
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    def list_allowed_sellers(self, **query: Unpack[t.ListAllowedSellersAsked]) -> AsyncPages[t.AllowedShown]:
        """List the sellers who may use one's own rights, the newest first."""
        return AsyncPages[t.AllowedShown](self._sender, Call[Any]("GET", "/allowed-sellers", query=query))

    async def allow_seller(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.AllowedSent]
    ) -> t.AllowedShown:
        """Say that a seller may use a right. What was stopped in its shop for that alone is taken back.

        Allowed before, it is answered as it is.

        Refused as mandate_lacks, reference_defective.
        """
        return await self._sender.run(
            Call[t.AllowedShown]("POST", "/allowed-sellers", json=body, idempotency_key=idempotency_key)
        )

    async def end_allowed_seller(self, id: int, /, *, idempotency_key: str | None = None) -> t.AllowedShown:
        """Say that a seller may no longer use a right. What was taken back for it stays so."""
        return await self._sender.run(
            Call[t.AllowedShown](
                "POST", f"/allowed-sellers/{segment(id)}/end", case=str(id), idempotency_key=idempotency_key
            )
        )

    def list_findings(self, **query: Unpack[t.ListFindingsAsked]) -> AsyncPages[t.FindingRow]:
        """List what screening found, the newest first or the surest first."""
        return AsyncPages[t.FindingRow](self._sender, Call[Any]("GET", "/findings", query=query))

    async def read_finding(self, id: int, /) -> t.FindingShown:
        """Read one finding: what matched where, how sure, by which rules, what followed, what people said of it."""
        return await self._sender.run(Call[t.FindingShown]("GET", f"/findings/{segment(id)}", case=str(id)))

    async def take_finding(self, id: int, /, *, idempotency_key: str | None = None) -> t.FindingShown:
        """Take a finding up: nobody else is given it.

        Refused as finding_decided, finding_held.
        """
        return await self._sender.run(
            Call[t.FindingShown]("POST", f"/findings/{segment(id)}/take", case=str(id), idempotency_key=idempotency_key)
        )

    async def let_go_of_finding(self, id: int, /, *, idempotency_key: str | None = None) -> t.FindingShown:
        """Give a finding back."""
        return await self._sender.run(
            Call[t.FindingShown](
                "POST", f"/findings/{segment(id)}/let-go", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def decide_finding(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.FindingDecision]
    ) -> t.FindingShown:
        """Say whether a finding is right. Right: the listing is stopped, by a person's decision, or stays so. Wrong: it
        is let go,.

        and what was found does not speak against this listing again. In shadow it is an opinion only.

        Refused as finding_decided, finding_held, finding_past.
        """
        return await self._sender.run(
            Call[t.FindingShown](
                "POST", f"/findings/{segment(id)}/decide", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    def list_fingerprints(self, **query: Unpack[t.ListFingerprintsAsked]) -> AsyncPages[t.FingerprintShown]:
        """List the listings that are kept down, the newest first."""
        return AsyncPages[t.FingerprintShown](self._sender, Call[Any]("GET", "/fingerprints", query=query))

    async def lift_fingerprint(self, id: int, /, *, idempotency_key: str | None = None) -> t.FingerprintShown:
        """Keep a listing down no longer. What was stopped because of it stays as it is.

        Refused as fingerprint_ended.
        """
        return await self._sender.run(
            Call[t.FingerprintShown](
                "POST", f"/fingerprints/{segment(id)}/lift", case=str(id), idempotency_key=idempotency_key
            )
        )

    def list_references(self, **query: Unpack[t.ListReferencesAsked]) -> AsyncPages[t.ReferenceShown]:
        """List the words and pictures that are looked for, the newest first. A reviewer reads those of everybody."""
        return AsyncPages[t.ReferenceShown](self._sender, Call[Any]("GET", "/references", query=query))

    async def register_references(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.ReferencesSent]
    ) -> t.WholeReferenceShown:
        """Register words and pictures, several at once. A reviewer looks at each before it counts.

        Everything that is wrong is said at once; then nothing was registered.

        Refused as file_unknown, reference_defective, screening_not_installed.
        """
        return await self._sender.run(
            Call[t.WholeReferenceShown]("POST", "/references", json=body, idempotency_key=idempotency_key)
        )

    async def read_reference(self, id: int, /) -> t.ReferenceShown:
        """Read one word or picture: where it stands, and why it was sent back."""
        return await self._sender.run(Call[t.ReferenceShown]("GET", f"/references/{segment(id)}", case=str(id)))

    async def end_reference(self, id: int, /, *, idempotency_key: str | None = None) -> t.ReferenceShown:
        """Have a word or a picture looked for no more. Ended before, it is answered as it is."""
        return await self._sender.run(
            Call[t.ReferenceShown](
                "POST", f"/references/{segment(id)}/end", case=str(id), idempotency_key=idempotency_key
            )
        )

    def list_references_to_check(self, **query: Unpack[t.ListReferencesToCheckAsked]) -> AsyncPages[t.ReferenceToCheck]:
        """List the words and pictures that wait to be verified, those due first in front."""
        return AsyncPages[t.ReferenceToCheck](self._sender, Call[Any]("GET", "/references-to-check", query=query))

    async def decide_reference(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.ReferenceDecided]
    ) -> t.ReferenceShown:
        """Say whether a word or a picture is the holder's own: then it is looked for; or send it back with why.

        Refused as reference_defective, reference_moved, screening_not_installed.
        """
        return await self._sender.run(
            Call[t.ReferenceShown](
                "POST", f"/references/{segment(id)}/decide", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    async def screen_listings(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.Screening]
    ) -> t.ScreeningDone:
        """Screen listings at upload, up to 100 in a call, each by its words, its pictures and what came down before.

        What follows is what the marketplace set as its mode for each reason: nothing but a note (shadow), an answer
        (advisory), or a measure with reasons that the seller can contest (blocking). The same listing sent again is
        answered the same.

        Refused as screening_not_installed.
        """
        return await self._sender.run(
            Call[t.ScreeningDone]("POST", "/screen", json=body, idempotency_key=idempotency_key)
        )

    async def list_screening_modes(self) -> t.ModesShown:
        """List what each marketplace has us do for each reason."""
        return await self._sender.run(Call[t.ModesShown]("GET", "/screening/modes"))

    async def set_screening_mode(self, **body: Unpack[t.ModeSent]) -> t.ModesShown:
        """Say what is done for one reason at one marketplace from now on; what was done before stays."""
        return await self._sender.run(Call[t.ModesShown]("PUT", "/screening/modes", json=body))

    async def read_screening_index(self) -> t.IndexShown:
        """Read whether the index serves everything that is looked for, and how much that is."""
        return await self._sender.run(Call[t.IndexShown]("GET", "/screening/index"))

    def list_screening_rules(self, **query: Unpack[t.ListScreeningRulesAsked]) -> AsyncPages[t.RulesShown]:
        """List the rule sets, the newest first."""
        return AsyncPages[t.RulesShown](self._sender, Call[Any]("GET", "/screening/rules", query=query))

    async def draft_screening_rules(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.RulesSent]
    ) -> t.RulesShown:
        """Make a rule set of these numbers and of all that people said until now. It is a draft until it is adopted.

        Refused as screening_rules_defective.
        """
        return await self._sender.run(
            Call[t.RulesShown]("POST", "/screening/rules", json=body, idempotency_key=idempotency_key)
        )

    async def adopt_screening_rules(self, number: int, /, *, idempotency_key: str | None = None) -> t.RulesShown:
        """Judge by this rule set from now on, everywhere.

        Refused as screening_rules_not_draft.
        """
        return await self._sender.run(
            Call[t.RulesShown](
                "POST", f"/screening/rules/{segment(number)}/adopt", case=str(number), idempotency_key=idempotency_key
            )
        )

    def list_screening_replays(self, **query: Unpack[t.ListScreeningReplaysAsked]) -> AsyncPages[t.ReplayShown]:
        """List what was asked, the newest first."""
        return AsyncPages[t.ReplayShown](self._sender, Call[Any]("GET", "/screening/replays", query=query))

    async def ask_for_screening_replay(
        self, *, idempotency_key: str | None = None, **body: Unpack[t.ReplaySent]
    ) -> t.ReplayShown:
        """Have past listings judged by a rule set, without any effect: what marketplaces sent, and what was frozen for
        cases.

        Pictures count by the hashes of those that were kept; none is fetched again.

        Refused as screening_not_installed, screening_replay_defective.
        """
        return await self._sender.run(
            Call[t.ReplayShown]("POST", "/screening/replays", json=body, idempotency_key=idempotency_key)
        )

    async def read_screening_replay(self, id: int, /) -> t.ReplayShown:
        """Read how far one has come, and what would have changed."""
        return await self._sender.run(Call[t.ReplayShown]("GET", f"/screening/replays/{segment(id)}", case=str(id)))

    async def read_screening_drift(self) -> t.DriftTable:
        """Read whether screening still proves right as often as before, for each combination of signals."""
        return await self._sender.run(Call[t.DriftTable]("GET", "/screening/drift"))


class AsyncSellers:
    """The group `sellers` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def put_seller_identifiers(
        self, slug: str, ref: str, /, **body: Unpack[t.IdentifiersSent]
    ) -> t.IdentifiersKept:
        """Say what is known of a seller: bank account, tax number, telephone, e-mail, address, device, document.

        Sellers with the same are linked. Everything that says nothing is named at once; then nothing was kept.

        Refused as identifiers_defective.
        """
        return await self._sender.run(
            Call[t.IdentifiersKept](
                "PUT", f"/marketplaces/{segment(slug)}/sellers/{segment(ref)}/identifiers", json=body, case=str(ref)
            )
        )

    async def list_seller_links(self, slug: str, ref: str, /) -> t.SellerLinksShown:
        """Read which sellers belong together with this one, and why. Sellers themselves never read it.

        Refused as screening_not_installed.
        """
        return await self._sender.run(
            Call[t.SellerLinksShown](
                "GET", f"/marketplaces/{segment(slug)}/sellers/{segment(ref)}/links", case=str(ref)
            )
        )

    async def deny_seller_link(
        self, slug: str, ref: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.LinkDenied]
    ) -> t.SellerLinksShown:
        """Say that two sellers who are tied to each other directly are not one, and why.

        Refused as no_such_link, screening_not_installed.
        """
        return await self._sender.run(
            Call[t.SellerLinksShown](
                "POST",
                f"/marketplaces/{segment(slug)}/sellers/{segment(ref)}/links/deny",
                json=body,
                case=str(ref),
                idempotency_key=idempotency_key,
            )
        )

    async def take_back_denial(
        self, slug: str, ref: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.DenialTakenBack]
    ) -> t.SellerLinksShown:
        """Take back that two sellers are not one, and why: what ties them counts again, where it is still there.

        Refused as link_not_denied, no_such_link, screening_not_installed.
        """
        return await self._sender.run(
            Call[t.SellerLinksShown](
                "POST",
                f"/marketplaces/{segment(slug)}/sellers/{segment(ref)}/links/take-back-denial",
                json=body,
                case=str(ref),
                idempotency_key=idempotency_key,
            )
        )

    async def confirm_seller_link(
        self, slug: str, ref: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.LinkConfirmed]
    ) -> t.SellerLinksShown:
        """Say that two sellers who are tied to each other directly belong together, and why: it counts, however weak the
        evidence.

        Refused as link_is_denied, no_such_link, screening_not_installed.
        """
        return await self._sender.run(
            Call[t.SellerLinksShown](
                "POST",
                f"/marketplaces/{segment(slug)}/sellers/{segment(ref)}/links/confirm",
                json=body,
                case=str(ref),
                idempotency_key=idempotency_key,
            )
        )

    async def take_back_confirmation(
        self, slug: str, ref: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.ConfirmationTakenBack]
    ) -> t.SellerLinksShown:
        """Take back that two sellers belong together, and why: their evidence alone counts again.

        Refused as link_not_confirmed, no_such_link, screening_not_installed.
        """
        return await self._sender.run(
            Call[t.SellerLinksShown](
                "POST",
                f"/marketplaces/{segment(slug)}/sellers/{segment(ref)}/links/take-back-confirmation",
                json=body,
                case=str(ref),
                idempotency_key=idempotency_key,
            )
        )

    def list_all_seller_links(self, **query: Unpack[t.ListAllSellerLinksAsked]) -> AsyncPages[t.PairShown]:
        """List which two sellers are tied, by what, and what a person said of it. Sellers themselves never read it."""
        return AsyncPages[t.PairShown](self._sender, Call[Any]("GET", "/seller-links", query=query))

    async def read_seller_link(self, id: str, /) -> t.PairWhole:
        """Read one link: what ties the two, what people said of it, what came from one to the other."""
        return await self._sender.run(Call[t.PairWhole]("GET", f"/seller-links/{segment(id)}", case=str(id)))

    def list(self, slug: str, /, **query: Unpack[t.ListSellersAsked]) -> AsyncPages[t.SellerShown]:
        """List the sellers of a marketplace, with what lies on their shops."""
        return AsyncPages[t.SellerShown](
            self._sender, Call[Any]("GET", f"/marketplaces/{segment(slug)}/sellers", query=query, case=str(slug))
        )

    def push_seller_lines(self, slug: str, lines: Lines, /) -> AsyncPushes[t.BulkSummary]:
        """Send sellers in bulk: one JSON object on each line, up to 10,000 lines and 20 MB.

        New ones are added, changed ones kept, the same again writes nothing. Lines with faults are left out and
        named.
        """
        return AsyncPushes[t.BulkSummary](
            self._sender, Call[t.BulkSummary]("POST", f"/marketplaces/{segment(slug)}/sellers", case=str(slug)), lines
        )

    async def read(self, slug: str, ref: str, /) -> t.SellerShown:
        """Read one seller. An id with a slash is asked for in the list, by `ref`."""
        return await self._sender.run(
            Call[t.SellerShown]("GET", f"/marketplaces/{segment(slug)}/sellers/{segment(ref)}", case=str(ref))
        )

    def list_claim_links(self, slug: str, /, **query: Unpack[t.ListClaimLinksAsked]) -> AsyncPages[t.ClaimLinkShown]:
        """List the links to a shop that nobody has used, taken back or let run out. Their addresses are not kept."""
        return AsyncPages[t.ClaimLinkShown](
            self._sender, Call[Any]("GET", f"/marketplaces/{segment(slug)}/claim-links", query=query, case=str(slug))
        )

    async def make_claim_link(
        self, slug: str, /, *, idempotency_key: str | None = None, **body: Unpack[t.ClaimLinkWanted]
    ) -> t.ClaimLinkMade:
        """Make a link with which one person becomes admin of a shop. It works once; an earlier one of the desk ends.

        Refused as shop_unknown, shop_without_address.
        """
        return await self._sender.run(
            Call[t.ClaimLinkMade](
                "POST",
                f"/marketplaces/{segment(slug)}/claim-links",
                json=body,
                case=str(slug),
                idempotency_key=idempotency_key,
            )
        )

    async def revoke_claim_link(self, slug: str, id: int, /, *, idempotency_key: str | None = None) -> t.ClaimLinkShown:
        """Take a link back that nobody has used.

        Refused as link_ended.
        """
        return await self._sender.run(
            Call[t.ClaimLinkShown](
                "POST",
                f"/marketplaces/{segment(slug)}/claim-links/{segment(id)}/revoke",
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    def list_shop_people(self, slug: str, /, **query: Unpack[t.ListShopPeopleAsked]) -> AsyncPages[t.ShopMemberShown]:
        """List who acts for a shop with an account."""
        return AsyncPages[t.ShopMemberShown](
            self._sender, Call[Any]("GET", f"/marketplaces/{segment(slug)}/shop-people", query=query, case=str(slug))
        )

    async def remove_shop_person(
        self, slug: str, id: int, /, *, idempotency_key: str | None = None
    ) -> t.ShopMemberShown:
        """Let somebody act for a shop no longer, its last admin too. Their keys for it open nothing; they and the shop
        are told.

        With the last person the webhooks of the shop are closed.
        """
        return await self._sender.run(
            Call[t.ShopMemberShown](
                "POST",
                f"/marketplaces/{segment(slug)}/shop-people/{segment(id)}/remove",
                case=str(id),
                idempotency_key=idempotency_key,
            )
        )

    async def read_shop_sign_in(self, slug: str, /) -> t.ShopSignInShown:
        """Read how sellers of a marketplace claim their shop by signing in there."""
        return await self._sender.run(
            Call[t.ShopSignInShown]("GET", f"/marketplaces/{segment(slug)}/shop-sign-in", case=str(slug))
        )

    async def set_shop_sign_in(self, slug: str, /, **body: Unpack[t.ShopSignInSaid]) -> t.ShopSignInShown:
        """Set the sign-in of a marketplace up, or replace it. Everything that is wrong is said at once.

        Refused as shop_sign_in_defective.
        """
        return await self._sender.run(
            Call[t.ShopSignInShown]("PUT", f"/marketplaces/{segment(slug)}/shop-sign-in", json=body, case=str(slug))
        )

    async def end_shop_sign_in(self, slug: str, /) -> None:
        """Take the sign-in away. Whoever claimed a shop by it keeps it."""
        await self._sender.run(
            Call[None]("DELETE", f"/marketplaces/{segment(slug)}/shop-sign-in", reads="nothing", case=str(slug))
        )

    async def try_shop_sign_in(self, slug: str, /, *, idempotency_key: str | None = None) -> t.SignInTried:
        """Ask the provider for its description, as a seller's first step would. Nobody is signed in."""
        return await self._sender.run(
            Call[t.SignInTried](
                "POST",
                f"/marketplaces/{segment(slug)}/shop-sign-in/try",
                case=str(slug),
                idempotency_key=idempotency_key,
            )
        )


class AsyncWebhooks:
    """The group `webhooks` of the API."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(self) -> t.Endpoints:
        """List the endpoints of the account, the shop or, for operators, the platform."""
        return await self._sender.run(Call[t.Endpoints]("GET", "/webhooks"))

    async def add(self, *, idempotency_key: str | None = None, **body: Unpack[t.EndpointSent]) -> t.EndpointMade:
        """Make an endpoint. It is sent what is recorded from now on; its secret is shown this once.

        Refused as endpoint_defective.
        """
        return await self._sender.run(
            Call[t.EndpointMade]("POST", "/webhooks", json=body, idempotency_key=idempotency_key)
        )

    async def read(self, id: int, /) -> t.EndpointShown:
        """Read one endpoint."""
        return await self._sender.run(Call[t.EndpointShown]("GET", f"/webhooks/{segment(id)}", case=str(id)))

    async def change(self, id: int, /, **body: Unpack[t.EndpointSent]) -> t.EndpointShown:
        """Replace what is said about an endpoint; filters bind what is taken up from now on.

        Refused as endpoint_defective.
        """
        return await self._sender.run(Call[t.EndpointShown]("PUT", f"/webhooks/{segment(id)}", json=body, case=str(id)))

    async def close(self, id: int, /) -> None:
        """Never send to it again: its secrets are destroyed, what was delivered stays on record."""
        await self._sender.run(Call[None]("DELETE", f"/webhooks/{segment(id)}", reads="nothing", case=str(id)))

    async def change_webhook_secret(self, id: int, /, *, idempotency_key: str | None = None) -> t.SecretMade:
        """Make a new secret, shown this once; for a day the one before signs beside it."""
        return await self._sender.run(
            Call[t.SecretMade]("POST", f"/webhooks/{segment(id)}/secret", case=str(id), idempotency_key=idempotency_key)
        )

    async def pause(self, id: int, /, *, idempotency_key: str | None = None) -> t.EndpointShown:
        """Send nothing for now; nothing is lost.

        Refused as not_in_this_state.
        """
        return await self._sender.run(
            Call[t.EndpointShown](
                "POST", f"/webhooks/{segment(id)}/pause", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def resume(self, id: int, /, *, idempotency_key: str | None = None) -> t.EndpointShown:
        """Go on where it stood, with everything that waits.

        Refused as not_in_this_state.
        """
        return await self._sender.run(
            Call[t.EndpointShown](
                "POST", f"/webhooks/{segment(id)}/resume", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def try_webhook_now(self, id: int, /, *, idempotency_key: str | None = None) -> t.EndpointShown:
        """Do not wait for the next try of an endpoint that fails.

        Refused as not_in_this_state.
        """
        return await self._sender.run(
            Call[t.EndpointShown](
                "POST", f"/webhooks/{segment(id)}/try-now", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def test(self, id: int, /, *, idempotency_key: str | None = None) -> t.DispatchShown:
        """Send a ping, in whatever state the endpoint is; its delivery shows what came of it."""
        return await self._sender.run(
            Call[t.DispatchShown](
                "POST", f"/webhooks/{segment(id)}/test", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def replay(
        self, id: int, /, *, idempotency_key: str | None = None, **body: Unpack[t.ReplayFrom]
    ) -> t.Replayed:
        """Send everything from a point on once more, under the ids it had, marked as a replay.

        Refused as nothing_to_replay, replay_from_where.
        """
        return await self._sender.run(
            Call[t.Replayed](
                "POST", f"/webhooks/{segment(id)}/replay", json=body, case=str(id), idempotency_key=idempotency_key
            )
        )

    def list_webhook_deliveries(
        self, id: int, /, **query: Unpack[t.ListWebhookDeliveriesAsked]
    ) -> AsyncPages[t.DispatchShown]:
        """List what was sent to an endpoint or waits for it, newest first."""
        return AsyncPages[t.DispatchShown](
            self._sender, Call[Any]("GET", f"/webhooks/{segment(id)}/deliveries", query=query, case=str(id))
        )

    async def send_webhook_again(self, id: int, /, *, idempotency_key: str | None = None) -> t.DispatchShown:
        """Send one event once more, under its old id, before what waits of its case.

        Refused as not_in_this_state.
        """
        return await self._sender.run(
            Call[t.DispatchShown](
                "POST", f"/webhook-deliveries/{segment(id)}/send-again", case=str(id), idempotency_key=idempotency_key
            )
        )

    async def give_webhook_up(self, id: int, /, *, idempotency_key: str | None = None) -> t.DispatchShown:
        """Do not send this one any more: what waits behind it in its case goes on.

        Refused as not_in_this_state.
        """
        return await self._sender.run(
            Call[t.DispatchShown](
                "POST", f"/webhook-deliveries/{segment(id)}/give-up", case=str(id), idempotency_key=idempotency_key
            )
        )


class AsyncClient(AsyncDoor):
    """The API of one installation, in an event loop; each group of the API is an attribute."""

    def _furnish(self) -> None:
        self.about = AsyncAbout(self._sender)
        self.access = AsyncAccess(self._sender)
        self.account = AsyncAccount(self._sender)
        self.appeals = AsyncAppeals(self._sender)
        self.calendars = AsyncCalendars(self._sender)
        self.choices = AsyncChoices(self._sender)
        self.complaints = AsyncComplaints(self._sender)
        self.counter_notice_drafts = AsyncCounterNoticeDrafts(self._sender)
        self.counter_notices = AsyncCounterNotices(self._sender)
        self.decisions = AsyncDecisions(self._sender)
        self.deliveries = AsyncDeliveries(self._sender)
        self.files = AsyncFiles(self._sender)
        self.guests = AsyncGuests(self._sender)
        self.listings = AsyncListings(self._sender)
        self.log = AsyncLog(self._sender)
        self.mandates = AsyncMandates(self._sender)
        self.marketplaces = AsyncMarketplaces(self._sender)
        self.measures = AsyncMeasures(self._sender)
        self.messages = AsyncMessages(self._sender)
        self.notice_drafts = AsyncNoticeDrafts(self._sender)
        self.notices = AsyncNotices(self._sender)
        self.operations = AsyncOperations(self._sender)
        self.orders = AsyncOrders(self._sender)
        self.people = AsyncPeople(self._sender)
        self.procedures = AsyncProcedures(self._sender)
        self.review = AsyncReview(self._sender)
        self.rights = AsyncRights(self._sender)
        self.screening = AsyncScreening(self._sender)
        self.sellers = AsyncSellers(self._sender)
        self.webhooks = AsyncWebhooks(self._sender)
