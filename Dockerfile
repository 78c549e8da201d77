# One image for every process: `docker run IMAGE web --host 0.0.0.0`, `worker`, `migrate`, `log verify`.
FROM python:3.13-slim-bookworm AS build
# What an image brings beside the product; `--build-arg EXTRAS=otel,s3,screening` screens listings, and is some 500 MB larger.
ARG EXTRAS=otel,s3
WORKDIR /source
COPY pyproject.toml README.md CHANGELOG.md LICENSE hatch_build.py constraints.txt ./
COPY src src
RUN python -m venv /opt/countermark \
    && /opt/countermark/bin/pip install --no-cache-dir --constraint constraints.txt ".[${EXTRAS}]"

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/countermark --create-home countermark
COPY --from=build /opt/countermark /opt/countermark
ENV PATH=/opt/countermark/bin:$PATH \
    COUNTERMARK_HOME=/var/lib/countermark \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /var/lib/countermark
VOLUME /var/lib/countermark
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["countermark"]
CMD ["web", "--host", "0.0.0.0"]
