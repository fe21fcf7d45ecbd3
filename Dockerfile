# Maitre as a container: see docs/install.md. Built from this repository: docker build -t maitre .
#
# The last stage has neither a compiler nor pip, and runs with a read-only root: all that it writes is in /var/lib/maitre.
ARG DEBIAN=bookworm-slim

FROM debian:${DEBIAN} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# The base image says which versions there are.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends binutils ca-certificates python3 python3-pip python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY packaging/constraints.txt packaging/
RUN python3 -m venv /build \
    && /build/bin/pip install --constraint packaging/constraints.txt pip setuptools wheel
COPY pyproject.toml README.md LICENSE ./
COPY appliance appliance
COPY tui tui
RUN /build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /build/bin/pip install --no-compile --target /opt/maitre --constraint packaging/constraints.txt /wheels/*.whl
COPY packaging/slim packaging/
RUN packaging/slim /opt/maitre && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/maitre

FROM debian:${DEBIAN}
# The base image says which versions there are.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log /usr/share/doc /usr/share/man \
    && groupadd --system --gid 8080 maitre \
    && useradd --system --uid 8080 --gid maitre --home-dir /var/lib/maitre --shell /usr/sbin/nologin maitre \
    && install --directory --owner=maitre --group=maitre --mode=0700 /var/lib/maitre
COPY --from=build /opt/maitre /opt/maitre
COPY packaging/maitre.sh /usr/local/bin/maitre
ENV PYTHONPATH=/opt/maitre PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    MAITRE_DATA_DIR=/var/lib/maitre MAITRE_HOST=0.0.0.0 MAITRE_LOG_FORMAT=json
USER 8080:8080
VOLUME /var/lib/maitre
EXPOSE 8080
# The server stops by itself within ten seconds of SIGTERM, as the first process, too; it starts no others.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=3 CMD ["maitre", "health"]
ENTRYPOINT ["maitre"]
CMD ["serve"]
