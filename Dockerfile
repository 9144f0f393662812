# One image for the server, the worker and the release: locked hashes, static files collected, an
# unprivileged user, no compiler in it.
#
#   docker build --build-arg REVISION=$(git rev-parse HEAD) --build-arg VERSION=0.1.0 -t interfede-sites .

FROM python:3.12-slim-trixie AS dependencies
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
# The lock alone first: this layer stays while only the code changes.
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r requirements.lock

FROM dependencies AS build
COPY . .
RUN /venv/bin/pip install --no-deps --no-build-isolation -e . \
    && VAR_DIR=/data SECRET_KEY=only-for-collectstatic-not-a-secret-of-anyone \
       DJANGO_SETTINGS_MODULE=config.settings.production \
       /venv/bin/python manage.py collectstatic --noinput -v 0 \
    && /venv/bin/python -m compileall -q home search cisp_map essor podcasts pedatech site/config

FROM python:3.12-slim-trixie
ARG REVISION=unknown
ARG VERSION=unknown
LABEL org.opencontainers.image.title="interfede-sites" \
      org.opencontainers.image.description="cisp.be, interfede.be et pedatechcisp.be" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.version="${VERSION}"
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    VAR_DIR=/data
# pg_dump and pg_restore for `backup` and `restore`: as new as the server of compose.yaml.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin app
WORKDIR /app
# Code and static files belong to root: the server cannot change what it runs.
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build /data/static /app/collected
RUN install -d -o app -g app /data /data/media /data/packages /data/private /data/backups /data/cache \
    && ln -s /app/collected /data/static
USER app
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000"]
