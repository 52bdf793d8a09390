FROM node:24-slim AS build
WORKDIR /app
COPY . .
RUN npm run setup
# What is left runs in production: the frozen lockfile without tools, and our packages as they were built. Hoisted, so that every package of ours
# finds the optional peers that the gateway brings along: the drivers of SQLite and Redis.
RUN rm -rf node_modules packages/*/node_modules apps/*/node_modules packages/*/src apps/*/src apps/*/test \
  && node tooling/pnpm/node_modules/pnpm/bin/pnpm.cjs install --prod --frozen-lockfile --offline --node-linker=hoisted

FROM node:24-slim
ENV NODE_ENV=production ENVIRONMENT=production HOST=0.0.0.0 PORT=8000 PROXYAPI_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/packages ./packages
COPY --from=build /app/apps ./apps
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# One plain process, so that it gets its signals itself.
CMD ["node", "apps/gateway/dist/cli.js", "start"]
