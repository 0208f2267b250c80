# The image of web, worker and beat. Debian, not Alpine: the wheels in the lock need glibc.

FROM node:22-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt
COPY . ./
COPY --from=packages /app/node_modules ./node_modules
# Static files need no secrets. What development makes up for want of any must not stay in the image.
RUN DEVELOPMENT=true python manage.py compile_catalogues \
    && DEVELOPMENT=true python manage.py collectstatic --no-input \
    && rm -f var/secrets.json \
    && useradd --system --home-dir /app forum \
    && mkdir -p var/media \
    && chown forum var var/media
USER forum
EXPOSE 8000
CMD ["gunicorn", "forum.wsgi", "--no-control-socket", "-k", "gthread", "--workers", "3", "--threads", "2", "--graceful-timeout", "8", "--worker-tmp-dir", "/dev/shm", "-b", "0.0.0.0:8000"]
