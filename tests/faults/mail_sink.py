"""`python -m tests.faults.mail_sink PORT FILE`: a slow mail server that writes the Message-ID of each mail it takes.

The text of the newest mail to somebody stands in the folder FILE.mails, in a file named as the address.

It is slow where real servers are, while it looks at the recipient. Between its last "250 OK" and the sender's COMMIT no
protocol can promise anything; that moment is a few milliseconds, and a repeated mail has the same Message-ID.
"""

import asyncio
import sys
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP

SECONDS_PER_MAIL = 0.15


class Sink:
    def __init__(self, file: Path):
        self.file, self.mails = file, file.with_suffix(".mails")
        self.mails.mkdir(exist_ok=True)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        await asyncio.sleep(SECONDS_PER_MAIL)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        for address in envelope.rcpt_tos:
            (self.mails / address).write_text(mail.get_body(("plain",)).get_content())
        with self.file.open("a") as file:
            file.write(mail["Message-ID"] + "\n")
        return "250 OK"


async def serve(port: int, file: Path) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Sink(file)), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
