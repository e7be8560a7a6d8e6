"""`python -m motesplats.probe URL`: exit 0 when the process answers 200. For health checks; loads no Django."""

import os
import sys
from urllib.parse import urlsplit

from motesplats.processes import fetch_status

if __name__ == "__main__":
    public = urlsplit(os.environ.get("PUBLIC_URL", ""))
    sys.exit(fetch_status(sys.argv[1], host=public.netloc) != 200)
