# The bot alone: no compiler, no tests, no root.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data DATABASE_URL=sqlite:////data/coopbot.db
WORKDIR /app
COPY pyproject.toml requirements.lock ./
# The same versions and hashes as in development, without the tools of development.
RUN pip install --no-cache-dir uv \
 && uv pip install --system --no-cache --compile-bytecode --constraint requirements.lock --requirement pyproject.toml --extra embeddings \
 && pip uninstall --yes --quiet uv \
 && useradd --system --uid 10001 --home-dir /data coopbot \
 && install --directory --owner coopbot /data
COPY bot bot
COPY handlers handlers
COPY locales locales
# Nothing is written at run time, so what is not compiled here would be compiled at each start.
RUN python -m compileall -q bot handlers
USER coopbot
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\", \"8080\")}/healthz', timeout=2)"]
CMD ["python", "-m", "bot", "run"]
