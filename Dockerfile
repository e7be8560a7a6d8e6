# One image for web, ws, worker and beat. The command comes from docker-compose.yml.
FROM python:3.12-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 UV_PYTHON_DOWNLOADS=never \
    VIRTUAL_ENV=/srv/venv PATH=/srv/venv/bin:$PATH VAR_DIR=/srv/var STATIC_ROOT=/srv/static
WORKDIR /srv/app
# LibreOffice draws Word files, tesseract reads photos; without them the house shows text and unread pictures.
RUN apt-get update && apt-get install -y --no-install-recommends \
    libreoffice-writer-nogui tesseract-ocr tesseract-ocr-swe tesseract-ocr-ara \
    fonts-dejavu-core fonts-liberation fonts-crosextra-carlito fonts-noto-core \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /srv/venv && pip install --no-cache-dir --quiet uv
COPY pyproject.toml uv.lock ./
# With bytecode: a container starts seconds sooner, and so does the child that reads each document.
RUN uv sync --active --frozen --no-dev --no-cache --compile-bytecode
COPY . .
RUN python -m compileall -q .
# Only for these two commands; the containers get real ones and refuse to start without.
RUN export DJANGO_SETTINGS_MODULE=motesplats.settings.prod PUBLIC_URL=http://localhost SECRET_KEY=$(head -c 48 /dev/urandom | base64 -w 0) \
    && python manage.py compile_catalogues && python manage.py collectstatic --noinput --verbosity 0 \
    && mkdir -p /srv/var && chown 1000:1000 /srv/var
USER 1000:1000
