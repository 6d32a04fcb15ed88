# Images of h200-mug; docs/deploy.md says how they are built, run and measured.
#   docker build --target cpu|serverless|timed|base -t h200-mug .
# No stage that ends in an image runs a program of its own architecture: amd64 and arm64 are built on either, without emulation.
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim
ARG RUNTIME_IMAGE=docker.io/library/debian:bookworm-slim

# Node.js for the architecture of the image.
FROM ${NODE_IMAGE} AS node

# Everything is made here, on the machine that builds. Two secrets may be given, and stay in no layer: npmrc (a registry of
# one's own) and ca (a certificate authority of one's own, PEM).
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS tools
WORKDIR /app
COPY deploy/image/with-ca.sh /usr/local/bin/with-ca
COPY package.json package-lock.json ./

# Packages of production for the architecture of the image, without install scripts.
FROM tools AS packages
ARG TARGETARCH=amd64
COPY scripts/deploy/trim-modules.ts scripts/deploy/
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=ca \
    with-ca npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error \
      --os=linux --libc=glibc --cpu="$(with-ca arch ${TARGETARCH})" \
    && node scripts/deploy/trim-modules.ts node_modules "$(with-ca arch ${TARGETARCH})"
# CUDA: 12 or 13 for a RUNTIME_IMAGE that has it; empty: the processor alone.
ARG CUDA=
COPY deploy/image/fetch-cuda.sh deploy/image/
RUN --mount=type=secret,id=ca with-ca sh deploy/image/fetch-cuda.sh "${CUDA}" "${TARGETARCH}"

# What the image has besides: its user, and an init that ends the children of others.
FROM tools AS root
ARG TARGETARCH=amd64
ARG CUDA=
COPY deploy/image/make-root.sh /usr/local/bin/make-root
RUN make-root /out "${TARGETARCH}" "${CUDA}"

# The program, the list of what it is made of, the dashboard.
FROM tools AS program
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=ca \
    with-ca npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY dashboard/package.json dashboard/package-lock.json dashboard/
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=ca \
    cd dashboard && with-ca npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY . .
RUN npm run -s build && npm run -s sbom && cd dashboard && npm run -s build

# It runs once: an image with a program that does not start is not made.
FROM program AS compiled
RUN deploy/image/compile.sh /out

FROM ${RUNTIME_IMAGE} AS base
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=root /out/ /
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=program /app/package.json /app/LICENSE /app/sbom.cdx.json ./
COPY --from=program /app/bin bin
COPY --from=program /app/models models
COPY --from=program /app/examples examples
COPY --from=program /app/dashboard/dist dashboard/dist
COPY --from=program /app/deploy/image/health.mjs /app/deploy/image/timed.sh deploy/image/
COPY --from=program /app/dist dist
COPY --from=compiled /out .cache
# /data and /models are for volumes; the rest of the file system may be read-only.
ENV NODE_ENV=production \
    HOME=/data \
    XDG_CACHE_HOME=/app/.cache \
    H200_DATA_DIR=/data \
    H200_MODELS_DIR=/models
USER 10001:10001
WORKDIR /photos
VOLUME ["/data"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/tini-static", "--", "/usr/local/bin/node", "/app/bin/h200-mug.js"]
CMD ["--help"]
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="h200-mug" \
      org.opencontainers.image.description="Measures a desk photo in millimetres, checks positioning rules and proposes verified moves: MCP, REST, dashboard." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"

# A worker of a RunPod serverless endpoint, of either kind.
FROM base AS serverless
ENV H200_DATA_DIR=/tmp/h200
EXPOSE 80
CMD ["serverless"]

# A server that is paid by the hour: API 8000, MCP 8001, control plane 8002, metrics 9090.
FROM base AS timed
ENV H200_EXTRA_PORTS=8001,8002 \
    H200_METRICS_PORT=9090
EXPOSE 8000 8001 8002 9090
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/usr/local/bin/node", "/app/deploy/image/health.mjs"]
ENTRYPOINT ["/usr/bin/tini-static", "--", "/bin/sh", "/app/deploy/image/timed.sh"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--login"]

# The server on any machine.
FROM base AS cpu
ENV H200_DASHBOARD_PORT=3000 \
    H200_METRICS_PORT=9090
EXPOSE 3000 8000 9090
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/usr/local/bin/node", "/app/deploy/image/health.mjs"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--login"]
