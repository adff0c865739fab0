# The portal's one image: web server, worker, clock and commands all run from it.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DJANGO_SETTINGS_MODULE=carportal.settings \
    HOME=/var/lib/carportal \
    DATA_DIR=/var/lib/carportal \
    STATIC_ROOT=/var/lib/carportal/static \
    EVIDENCE_DIR=/var/lib/carportal/evidence \
    PDF_DIR=/var/lib/carportal/pdfs \
    EXPORT_DIR=/var/lib/carportal/exports \
    BIND=0.0.0.0:8000

# Pango sets the PDFs, in fonts out of wheels. Backup and restore need PostgreSQL's programs as new as the
# server, which Debian has not: they come from PostgreSQL's own archive.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/*

# The user's number is fixed, so that a folder for backups can be given to it.
RUN useradd --uid 10001 --no-create-home --home-dir /var/lib/carportal --shell /usr/sbin/nologin carportal \
    && install --directory --owner=carportal --group=carportal /var/lib/carportal \
        /var/lib/carportal/evidence /var/lib/carportal/pdfs /var/lib/carportal/exports

WORKDIR /app
COPY requirements.txt ./
RUN pip install --require-hashes --no-deps --requirement requirements.txt
# What of the repository goes in is listed in .dockerignore.
COPY . ./
RUN python -m compileall -q .

USER carportal
# Static files, and the fonts of PDFs, which take half a minute to make. No engine is asked here: the variables
# are there because the settings want them, and they are not kept in the image.
RUN export SECRET_KEY=only-while-the-image-is-built-and-never-afterwards-0 ALLOWED_HOSTS=build.invalid \
        DATABASE_URL=postgres://build.invalid/none REDIS_URL=redis://build.invalid/0 \
    && python manage.py collectstatic --no-input --verbosity=0 \
    && python manage.py prepare_fonts

EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=15s --start-period=30s CMD ["python", "manage.py", "check_process", "web", "--port=8000"]
CMD ["gunicorn", "--config", "python:carportal.gunicorn"]
