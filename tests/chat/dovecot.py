"""A real IMAP server on loopback, alone in a folder of its own: Debian's dovecot-imapd, started as a child process."""

import getpass
import imaplib
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from motesplats import daemons

BINARY = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
mail_location = maildir:{folder}/%u
mail_uid = {mail}
mail_gid = {mail}
first_valid_uid = 0
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={mail} gid={mail} home={folder}/home-%u
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """Has the users svar and andra, both with the password "hemligt / 1"."""

    password = "hemligt / 1"

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = daemons.free_port()

    def start(self) -> None:
        for name in ("run", "state"):
            (self.folder / name).mkdir(mode=0o755)
        self.folder.chmod(0o755)
        is_root = os.getuid() == 0
        me = getpass.getuser()
        people = {"login": "dovenull", "internal": "dovecot", "group": "dovecot", "mail": "mail"} if is_root else {}
        people = people or dict.fromkeys(("login", "internal", "group", "mail"), me)
        (self.folder / "users").write_text("".join(f"{user}:{self.password}::::::\n" for user in ("svar", "andra")))
        (self.folder / "users").chmod(0o644)
        config = self.folder / "dovecot.conf"
        config.write_text(CONFIG.format(folder=self.folder, port=self.port, **people))
        if is_root:
            for user in ("svar", "andra"):
                for name in (user, f"home-{user}"):
                    (self.folder / name).mkdir(mode=0o777)
                    (self.folder / name).chmod(0o777)
        self.process = subprocess.Popen(
            [BINARY, "-F", "-c", config],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            preexec_fn=daemons.die_with_parent,
        )
        daemons.wait_until(lambda: daemons.answers(self.port), what="dovecot")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def url(self, user: str = "svar", *, folder: str = "INBOX", password: str = "hemligt%20%2F%201") -> str:
        return f"imap://{user}:{password}@127.0.0.1:{self.port}/{folder}"

    def put(self, raw: bytes, user: str = "svar") -> None:
        """A mail is delivered."""
        with self._logged_in(user) as server:
            assert server.append("INBOX", None, None, raw)[0] == "OK"

    @contextmanager
    def delivering(self, user: str = "svar"):
        """As `put`, for many."""
        with self._logged_in(user) as server:
            yield lambda raw: server.append("INBOX", None, None, raw)

    def left(self, user: str = "svar", folder: str = "INBOX") -> int:
        """How many mails lie in a folder; deleted ones, too."""
        with self._logged_in(user) as server:
            return int(server.select(folder, readonly=True)[1][0])

    def make_folder(self, name: str, user: str = "svar") -> None:
        with self._logged_in(user) as server:
            server.create(name)

    def empty(self) -> None:
        for user in ("svar", "andra"):
            with self._logged_in(user) as server:
                if int(server.select("INBOX")[1][0]):
                    server.store("1:*", "+FLAGS", r"(\Deleted)")
                    server.expunge()

    @contextmanager
    def _logged_in(self, user: str):
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        try:
            server.login(user, self.password)
            yield server
        finally:
            server.logout()
