"""A real SMTP server on the loopback address that remembers what it took and refuses when told to."""

from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from motesplats.daemons import free_port


class Mailhouse:
    """`rcpt` and `data`: what the server answers; None means yes. `taken`: the messages it has accepted."""

    def __init__(self):
        self.taken, self.sessions, self.rcpt, self.data = [], set(), None, None
        self.port, self._controller = free_port(), None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.data:
            return self.data
        self.sessions.add(session.peer)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def open(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def close(self):
        if self._controller:
            self._controller.stop()
            self._controller = None
