# One image: dependencies from the lock file, static files collected, an unprivileged user.
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements.lock pyproject.toml ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && VAR_DIR=/data SECRET_KEY=only-for-collectstatic-not-a-secret-of-anyone \
       DJANGO_SETTINGS_MODULE=config.settings.production \
       /venv/bin/python manage.py collectstatic --noinput -v 0

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    VAR_DIR=/data
RUN useradd --system --uid 10001 --home-dir /data app
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build --chown=app /data /data
USER app
VOLUME /data/media
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000"]
