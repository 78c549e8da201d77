"""What each of the people does on the pages again and again: Mei comes by the letter and answers, Ines replies, Rana decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from django.utils import timezone
from playwright.sync_api import expect

from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.decisions.models import PendingStep
from countermark.apps.parties.models import Person
from countermark.core import catalogue
from countermark.entrypoints.web.reviewer.words import ACTS
from stories.at_the_desk import Desk, Visitor, code_in, link_in

NAMES = {"en": "Mei Lin", "zh-hans": "林梅"}
SAYS = {"en": "They licensed me, see the letter.", "zh-hans": "权利人已授权我们销售，见授权书。"}
WHY_NOT = {
    "en": "The seal on the letter is not ours; ours is round.",
    "zh-hans": "授权书上的印章不是我们的，我们的是圆形的。",
}
SEEN = {"en": "The photo shows the mark on the base of the lamp.", "zh-hans": "照片显示灯座上有该商标。"}


@dataclass
class Comer(Visitor):
    """A visitor who knows the desk."""

    desk: Any = None

    @classmethod
    def of(cls, desk: Desk, person: Person | None = None, language: str = "en", **more: Any) -> Self:
        guest = desk.visitor(person, language)
        return cls(guest.page, language, desk, **more)


@dataclass
class Mei(Comer):
    """The seller. She has no account; what she has is the letter."""

    address: str = "mei@lantern.example"

    def comes_by_letter(self, notice: Notice) -> None:
        """From the letter about this notice: its link, and the code that is sent to the same address."""
        letter = next(one for one in self.desk.letters(self.address) if notice.number in one.subject)
        self.goes(urlsplit(link_in(letter)).path)
        self.judges()
        self.clicks("Send me the code")
        self.judges()
        self.types("Code", code_in(self.desk.letters(self.address)[0]))
        self.clicks("See the case")

    def days_left(self) -> str:
        """The number in the box of the clock."""
        said = self.page.locator(".cm-clock").first.inner_text()
        return next(word for word in said.split() if word.isdigit())

    def opens(self, case: Complaint) -> None:
        self.goes(f"/seller/cases/{case.number}/")

    def begins_an_answer(self, case: Complaint) -> None:
        """From the case, by its first choice; for this listing alone, where others could be answered with it."""
        self.opens(case)
        self.judges()
        self.page.locator("#choice-answer").check()
        self.clicks("Continue")
        self.is_at("**/seller/answers/**")
        if self.page.url.endswith("/listings/"):
            self.judges()
            expect(self.page.locator(f"#case-{case.pk}")).to_be_checked()
            self.clicks("Save and continue")
        self.is_at("**/why/")

    def gives_the_ground(self, ground: str, papers: Mapping[str, dict[str, Any]]) -> None:
        """Why she may sell it, and the papers that show it, by kind."""
        self.judges()
        self.page.locator(f"#ground-{ground}").check()
        self.settles()
        kinds = catalogue.load().evidence_kinds
        for kind, paper in papers.items():
            self.page.locator(f"#paper-{kind}").set_input_files(paper)
            expect(self.page.get_by_role("link", name=paper["name"]).first).to_be_visible()
            expect(self.page.locator("#papers")).to_contain_text(self.word(kinds[kind].label))
        self.page.locator("#statement").fill(SAYS[self.language])
        self.judges()
        self.page.get_by_role("button", name=self.word("Save and continue")).last.click()
        self.is_at("**/who/")

    def says_who_she_is(self, **more: str) -> None:
        self.judges()
        said = {"name": NAMES[self.language], "email": self.address, **more}
        for name, text in said.items():
            self.page.locator(f"#contact-{name}").fill(text)
        self.clicks("Save and continue")
        self.is_at("**/check/")

    def sends_the_answer(self) -> None:
        self.judges()
        for box in self.page.locator("input[name=declared]").all():
            box.check()
        if self.page.locator("#signature").count():
            self.page.locator("#signature").fill(NAMES[self.language])
        self.clicks("Send the answer", context="counter-notice")
        self.is_at("**/sent/")
        self.judges()

    def answers(self, case: Complaint, ground: str, papers: Mapping[str, dict[str, Any]], **contact: str) -> None:
        """The whole way of a counter-notice, question by question."""
        self.begins_an_answer(case)
        self.gives_the_ground(ground, papers)
        self.says_who_she_is(**contact)
        self.sends_the_answer()


@dataclass
class Ines(Comer):
    """The rights holder, signed in."""

    def opens(self, case: Complaint) -> None:
        self.goes(f"/holder/cases/{case.number}/")

    def reads_the_answer(self, case: Complaint) -> None:
        """From the list to the case to the counter-notice."""
        self.goes("/holder/complaints/?turn=yours")
        self.judges()
        self.follows(case.number)
        self.sees_tags("Your turn: counter-notice")
        self.follows("Read and answer")
        self.judges()

    def accepts_the_answer(self, case: Complaint) -> None:
        self.reads_the_answer(case)
        self._replies(case, "I accept it")

    def rejects_the_answer(self, case: Complaint) -> None:
        self.reads_the_answer(case)
        self.page.locator("#words").fill(WHY_NOT[self.language])
        self._replies(case, "I do not accept it")

    def withdraws(self, case: Complaint) -> None:
        self.opens(case)
        self.judges()
        self.follows("Withdraw or take back")
        self.judges()
        self.chooses("Withdraw")
        self.clicks("End the complaint", plural="End %(n)s complaints", n=1)
        self.is_at(f"**/cases/{case.number}/")

    def _replies(self, case: Complaint, label: str) -> None:
        self.chooses(label)
        self.clicks("Send the answer", plural="Send the answer for %(n)s cases", n=1)
        self.is_at(f"**/cases/{case.number}/")


@dataclass
class Rana(Comer):
    """The reviewer, signed in."""

    def takes(self, case: Complaint) -> None:
        """From the queue; opening the case claims it."""
        self.goes("/review/")
        self.judges()
        self.goes(f"/review/case/{case.number}/")
        self.judges()

    def sends(self, case: Complaint, event: str) -> None:
        """The step is on its way, and can be taken back for ten seconds."""
        self.page.get_by_role("button", name=str(ACTS[event].button)).click()
        self.page.wait_for_url(lambda url: case.number not in url)
        assert PendingStep.objects.get(complaint=case).goes_at > timezone.now()

    def accepts(self, case: Complaint, *, and_alike: bool = False) -> None:
        self.takes(case)
        self._chooses("accepted")
        if and_alike:
            self.page.locator("#alike").check()
        self.sends(case, "accepted")

    def decides(self, case: Complaint, event: str) -> None:
        """For the one side or the other, on the first ground offered and in her own words."""
        self.takes(case)
        self._chooses(event)
        self.page.locator(f"#grounds-{event} input").first.check()
        self.page.locator("#words").fill(SEEN[self.language])
        expect(self.page.locator("#preview")).to_contain_text(SEEN[self.language])
        self.judges()
        self.sends(case, event)

    def _chooses(self, event: str) -> None:
        self.page.locator(f'[name="choice"][value="{event}"] + label').click()
