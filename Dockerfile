# One image for every part: `serve` (the default), `worker` and `migrate` are commands of the same program.
FROM python:3.11-slim-bookworm AS builder
WORKDIR /build
RUN python3 -m venv /opt/placement
COPY pyproject.toml constraints.txt README.md ./
COPY solver solver
COPY src src
COPY api api
COPY migrations migrations
# Python takes its compiled modules as they are: a copy of the files may have other times, after which it would compile them at each start.
RUN /opt/placement/bin/pip install --no-cache-dir --no-compile --constraint constraints.txt . \
  && /opt/placement/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/placement/lib

FROM python:3.11-slim-bookworm
# Pango sets the text of the PDFs, in a font that has every letter of Swedish.
RUN apt-get update && apt-get install -y --no-install-recommends libpango-1.0-0=1.50.* libpangoft2-1.0-0=1.50.* libharfbuzz-subset0=6.0.* fonts-dejavu-core=2.37-* \
  && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-log-init --create-home --home-dir /var/lib/placement placement
COPY --from=builder /opt/placement /opt/placement
ENV PATH=/opt/placement/bin:$PATH PYTHONUNBUFFERED=1 NUMBA_CACHE_DIR=/var/cache/placement PLACEMENT_LIFE_SIGN_FILE=/tmp/placement-worker
RUN install --directory --owner=placement --group=placement /var/cache/placement
USER 10001
# What the search compiles is compiled here, by its user: a folder that it cannot write to is not used. On another kind of
# processor the first run does it again.
RUN ["python3", "-m", "placement_solver.search.compiling"]
# The default database, an SQLite file, is made in the working directory: mount a volume here to keep it.
WORKDIR /var/lib/placement
EXPOSE 8000
# It tells whether `serve` or `worker` lives, whichever runs here, and asks for no database: a container that waits for its
# database should not be started again, since that mends nothing and gives up what is under way. /readyz is for proxies.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["placement", "health"]
ENTRYPOINT ["placement"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
