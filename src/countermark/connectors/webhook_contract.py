"""What must every `Sender` do? Inherit in a test module and give the two fixtures; an adapter that passes may be plugged in."""

from datetime import timedelta
from typing import Any, Protocol

from countermark.connectors.webhook import ANSWER_CHARACTERS, NotReached, Sender

HEADERS = {
    "content-type": "application/json",
    "webhook-id": "evt_1",
    "webhook-timestamp": "1",
    "webhook-signature": "v1,x",
}
BODY = '{"type":"ping","data":{"mark":"灯"}}'.encode()


class Receiver(Protocol):
    """The other side, as a test sees it."""

    url: str
    nobody_url: str  # where nobody listens

    def answers(self, status: int, text: str = "", headers: dict[str, str] | None = None) -> None:
        """What it says to every request from now on."""

    def got(self) -> list[tuple[dict[str, str], bytes]]:
        """Headers (names in lower case) and body of every request so far."""


class SenderContract:
    """Fixtures: `sender` (Sender) and `receiver` (Receiver), fresh for each test."""

    def test_what_is_sent_arrives_byte_for_byte_with_its_headers(self, sender: Sender, receiver: Any) -> None:
        receiver.answers(200, "thanks")
        answer = sender.post(receiver.url, headers=HEADERS, body=BODY)
        assert (answer.status, answer.text, answer.is_accepted) == (200, "thanks", True)
        ((headers, body),) = receiver.got()
        assert body == BODY
        assert {name: headers[name] for name in HEADERS} == HEADERS

    def test_an_answer_that_is_no_success_is_handed_on_and_not_raised(self, sender: Sender, receiver: Any) -> None:
        receiver.answers(500, "out of order")
        answer = sender.post(receiver.url, headers=HEADERS, body=BODY)
        assert (answer.status, answer.text, answer.is_accepted) == (500, "out of order", False)

    def test_a_redirect_is_an_answer_and_is_not_followed(self, sender: Sender, receiver: Any) -> None:
        receiver.answers(307, headers={"location": receiver.url})
        assert not sender.post(receiver.url, headers=HEADERS, body=BODY).is_accepted
        assert len(receiver.got()) == 1

    def test_of_a_long_answer_the_beginning_is_kept(self, sender: Sender, receiver: Any) -> None:
        receiver.answers(200, "灯" * 5_000)
        answer = sender.post(receiver.url, headers=HEADERS, body=BODY)
        assert (answer.status, answer.text) == (200, "灯" * ANSWER_CHARACTERS)

    def test_a_receiver_that_says_when_to_come_back_is_heard(self, sender: Sender, receiver: Any) -> None:
        receiver.answers(429, headers={"retry-after": "120"})
        assert sender.post(receiver.url, headers=HEADERS, body=BODY).retry_after == timedelta(seconds=120)

    def test_nobody_there_is_said_as_such(self, sender: Sender, receiver: Any) -> None:
        try:
            sender.post(receiver.nobody_url, headers=HEADERS, body=BODY)
        except NotReached as error:
            assert error.code == "unreachable"
        else:
            raise AssertionError("where nobody listens nothing can be delivered")
