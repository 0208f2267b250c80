"""A mail server of the test's own, which can have every kind of bad day."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import logging
import math
import time
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

logging.getLogger("mail.log").setLevel(logging.CRITICAL)


class PostOffice(Controller):
    """Takes every mail and keeps it, unless told otherwise; what it is told holds from the next word on.

    It counts `calls`, `sign_ins`, what was `begun` (mails that came to their content), and keeps when each mail came.
    """

    def __init__(self) -> None:
        self.calls = self.sign_ins = self.begun = 0
        self.mails: list[EmailMessage] = []
        self.contents: list[bytes] = []  # the same mails, as they came
        self.recipients: list[list[str]] = []
        self.moments: list[float] = []
        self._talking: set[Any] = set()
        self.be_well()
        super().__init__(
            handler=self, hostname="127.0.0.1", port=0,
            authenticator=self._authenticate, auth_require_tls=False, data_size_limit=None,
        )  # fmt: skip

    def be_well(self) -> None:
        """Every bad day there is, over."""
        self.seconds = 0.0  # how long it thinks about each content
        self.takes = math.inf  # so many mails; whoever brings the next one waits
        self.greeting = ""  # the refusal that whoever calls hears first
        self.password = ""  # when set, nobody is served who does not know it
        self.refuses_senders = ""
        self.refusals: dict[str, str] = {}  # of recipients
        self.refuses_everybody = ""  # at the recipient
        self.refuses_data = ""
        self.hangs_at = ""  # "greeting", "recipient" or "content"
        self.drips = 0.0  # seconds between the letters that it says while it hangs; without them it is silent
        self.drops_before_content = False
        self.drops_first_copies = False  # takes a mail, and hangs up without saying so, the first time

    @property
    def address(self) -> str:
        """As EMAIL_URL names it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def copies(self) -> Counter[str]:
        """How many copies of each mail came, by Message-ID."""
        return Counter(mail["Message-ID"] for mail in list(self.mails))

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in list(self.mails) if mail["To"] == address]

    def forget(self) -> None:
        """What came until now."""
        self.mails, self.contents, self.recipients, self.moments = [], [], [], []
        self.calls = self.sign_ins = self.begun = 0

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Nobody listens at its address, and whoever was talking is cut off."""
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(5)
        try:
            yield
        finally:
            self.server = asyncio.run_coroutine_threadsafe(self._create_server(), self.loop).result(5)

    def hang_up(self) -> None:
        """End every conversation, as a server that has no time for idle ones."""
        asyncio.run_coroutine_threadsafe(self._end_conversations(), self.loop).result(5)

    # --- What aiosmtpd calls: in its thread, by its names -------------------------------------------------------------
    def factory(self) -> SMTP:
        return Conversation(self, **self.SMTP_kwargs)

    async def handle_EHLO(self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:  # noqa: N802
        self.calls += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.password and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if self.refuses_senders:
            return self.refuses_senders
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        await self.hang("recipient", server)
        if refusal := self.refusals.get(address, self.refuses_everybody):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        self.begun += 1
        number = self.begun
        await self.hang("content", server)
        while number > self.takes:
            await asyncio.sleep(0.05)
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if self.refuses_data:
            return self.refuses_data
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        is_first = not self.copies[mail["Message-ID"]] if self.drops_first_copies else False
        self.contents.append(envelope.content)
        self.recipients.append(list(envelope.rcpt_tos))
        self.moments.append(time.monotonic())
        self.mails.append(mail)
        if is_first:
            server.transport.abort()
        return "250 OK"

    async def hang(self, place: str, server: SMTP) -> None:
        while self.hangs_at == place and not server.transport.is_closing():
            if self.drips:
                server.transport.write(b"2")
            await asyncio.sleep(self.drips or 0.1)

    def _authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        self.sign_ins += not hasattr(session, "has_tried")  # smtplib tries every mechanism that is offered
        session.has_tried = True
        is_right = isinstance(given, LoginPassword) and given.password.decode() == self.password
        return AuthResult(success=is_right, handled=False)

    async def _close(self) -> None:
        self.server.close()
        await self._end_conversations()

    async def _end_conversations(self) -> None:
        for transport in list(self._talking):
            transport.abort()

    def _trigger_server(self) -> None:
        """Asked to listen on any free port, it knows only now which one that is."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def __enter__(self) -> PostOffice:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.be_well()
        self.hang_up()
        self.stop()


class Conversation(SMTP):
    """With one client, as the office's day is."""

    office: PostOffice

    def __init__(self, office: PostOffice, **options: Any) -> None:
        self.office = office
        super().__init__(office, **options)

    def connection_made(self, transport: Any) -> None:
        self.office._talking.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.office._talking -= {each for each in self.office._talking if each.is_closing()}
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if self.office.greeting:
            self.office.calls += 1
            await self.push(self.office.greeting)
            self.transport.close()
            return
        await self.office.hang("greeting", self)
        with contextlib.suppress(ConnectionError):
            await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 (aiosmtpd's name)
        if self.office.drops_before_content:
            self.transport.abort()
            return
        await super().smtp_DATA(arg)
