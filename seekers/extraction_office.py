"""A DOCX or ODT becomes a PDF by LibreOffice, from a copy that fetches nothing. Imports no Django.

`python -m seekers.extraction_office <folder>` runs confined (confinement.py): reads job.json, writes converted.pdf, or
nothing when LibreOffice is not here or fails; office.json says what the copy had to leave out, or why there is none.
"""

import json
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

from seekers import packed_files

COPYING_BYTES = 512 * 1024**2  # of address space, before LibreOffice begins
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{items}
</oor:items>
"""
ITEM = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
HABITS = [  # no macros, no links, nothing from elsewhere; a proxy where nobody answers
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableOLEAutomation", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Common/Load", "UpdateDocumentMode", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    *[("Inet/Settings", f"ooInet{kind}ProxyName", "127.0.0.1") for kind in ("HTTP", "HTTPS", "FTP")],
    *[("Inet/Settings", f"ooInet{kind}ProxyPort", "9") for kind in ("HTTP", "HTTPS", "FTP")],
]


def main(folder: Path) -> None:
    job = json.loads((folder / "job.json").read_text())
    copy = folder / f"copy.{job['format']}"
    said = {"refusal": "", "fetches": False}
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (COPYING_BYTES, most))
    try:
        said["fetches"] = packed_files.copy_safely(job["files"][0][0], str(copy))
    except packed_files.Unfit as problem:
        said["refusal"] = str(problem)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, MemoryError, zipfile.zlib.error):
        said["refusal"] = "could_not_read"
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    (folder / "office.json").write_text(json.dumps(said))
    if not said["refusal"] and job["soffice"]:
        _convert(job["soffice"], copy, folder)


def _convert(soffice: str, copy: Path, folder: Path) -> None:
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    items = "\n".join(ITEM.format(path=path, name=name, value=value) for path, name, value in HABITS)
    (profile / "registrymodifications.xcu").write_text(PROFILE.format(items=items))
    subprocess.run(  # noqa: S603
        [
            soffice,
            f"-env:UserInstallation={profile.parent.as_uri()}",
            *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard"),
            *("--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder), str(copy)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    made = copy.with_suffix(".pdf")
    if made.exists():
        made.rename(folder / "converted.pdf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
