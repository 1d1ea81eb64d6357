# One image for every part: `serve` (the default), `worker` and `migrate` are commands of the same program.
FROM python:3.11-slim-bookworm AS builder
WORKDIR /build
RUN python3 -m venv /opt/placement
COPY pyproject.toml constraints.txt README.md ./
COPY solver solver
COPY src src
COPY api api
COPY migrations migrations
# What the search compiles is compiled here; on another kind of processor the first run does it again, in its home.
RUN /opt/placement/bin/pip install --no-cache-dir --constraint constraints.txt . \
  && /opt/placement/bin/python -m placement_solver.search.compiling

FROM python:3.11-slim-bookworm
# Pango sets the text of the PDFs, in a font that has every letter of Swedish.
RUN apt-get update && apt-get install -y --no-install-recommends libpango-1.0-0=1.50.* libpangoft2-1.0-0=1.50.* libharfbuzz-subset0=6.0.* fonts-dejavu-core=2.37-* \
  && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-log-init --create-home --home-dir /var/lib/placement placement
COPY --from=builder /opt/placement /opt/placement
ENV PATH=/opt/placement/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
# The default database, an SQLite file, is made in the working directory: mount a volume here to keep it.
WORKDIR /var/lib/placement
EXPOSE 8000
# A container that runs `worker` answers no HTTP: start it with the healthcheck off.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["placement"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
