# Maitre as a container: see docs/install.md. Built from this repository: docker build -t maitre .
#
# The last stage has the program, the C library and certificates: no shell, no package manager, no other program. It
# runs with a read-only root: all that it writes is in /var/lib/maitre.
ARG DEBIAN=bookworm-slim

FROM debian:${DEBIAN} AS build
# BuildKit hands the host's on; this one is the oldest that a zip archive can tell.
ARG SOURCE_DATE_EPOCH=315532800
# The base image says which versions there are.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends binutils ca-certificates libpython3.11 python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY LICENSE README.md pyproject.toml ./
COPY packaging/build packaging/constraints.txt packaging/
COPY packaging/making packaging/making
COPY systemd systemd
COPY appliance appliance
COPY tui tui
RUN packaging/build --work /build --image /image && install --directory --mode=0700 /data/maitre

FROM scratch
COPY --from=build /image /
COPY --from=build --chown=8080:8080 /data/ /var/lib/
ENV PATH=/usr/local/bin LANG=C.UTF-8 SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    MAITRE_DATA_DIR=/var/lib/maitre MAITRE_HOST=0.0.0.0 MAITRE_LOG_FORMAT=json
USER 8080:8080
VOLUME /var/lib/maitre
EXPOSE 8080
# The server stops by itself within ten seconds of SIGTERM, as the first process, too; it starts no others but a backup.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=3 CMD ["maitre", "health"]
ENTRYPOINT ["maitre"]
CMD ["serve"]
