"""`python -m tests.faults.mail_sink PORT FILE`: a slow mail server that writes the Message-ID of each mail it takes.

It is slow where real servers are, while it looks at the recipient. Between its last "250 OK" and the sender's COMMIT no
protocol can promise anything; that moment is a few milliseconds, and a repeated mail has the same Message-ID.
"""

import asyncio
import sys
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP

SECONDS_PER_MAIL = 0.15


class Sink:
    def __init__(self, file: Path):
        self.file = file

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        await asyncio.sleep(SECONDS_PER_MAIL)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        with self.file.open("a") as file:
            file.write(message_from_bytes(envelope.content)["Message-ID"] + "\n")
        return "250 OK"


async def serve(port: int, file: Path) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Sink(file)), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
