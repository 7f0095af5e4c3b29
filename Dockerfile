# The server in an image without a shell. docs/deployment.md says how to run it.
#   docker build --tag tintype .

FROM node:24-trixie-slim AS build
WORKDIR /source
COPY . .
RUN npm ci \
  && npx turbo run build --filter=tintype \
  && npm pack --workspace tintype --pack-destination /tmp
# As users install it: the bundle, and sharp with the libraries of this platform.
WORKDIR /app
RUN npm install --omit=dev --no-package-lock /tmp/tintype-*.tgz \
  && mkdir /empty

FROM gcr.io/distroless/nodejs24-debian13:nonroot
COPY --from=build /app/node_modules /app/node_modules
# A new volume gets this owner.
COPY --from=build --chown=65532:65532 /empty /data
# Otherwise glibc keeps memory of images in as many arenas as there are threads.
ENV MALLOC_ARENA_MAX=2 \
  NODE_ENV=production \
  TINTYPE_HOST=0.0.0.0 \
  TINTYPE_PORT=3000 \
  TINTYPE_DATA_DIR=/data
USER 65532:65532
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:' + process.env.TINTYPE_PORT + (process.env.TINTYPE_BASE_PATH ?? '').replace(/\\/$/, '') + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node", "/app/node_modules/tintype/dist/main.js"]
