# One image for web, workers, daily work and migrations; what it does is the command that docker-compose.yml gives.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.lock /tmp/requirements.lock
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/requirements.lock
COPY . /app
WORKDIR /app
# Style sheets get their hashed names here; the key made for this step stays in this stage.
RUN CBHI_VAR=/tmp/var STATIC_ROOT=/app/staticfiles /opt/venv/bin/python manage.py collectstatic --no-input \
 && /opt/venv/bin/python -m compileall -q .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin cbhi \
 && install -d -o cbhi -g cbhi /var/lib/cbhi /backups
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    CBHI_MODE=production \
    CBHI_VAR=/var/lib/cbhi \
    STATIC_ROOT=/app/staticfiles \
    OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1
USER cbhi
