import * as v from 'valibot'
import { alertingSchema } from './alerting-schema.ts'
import { authSchema } from './auth-schema.ts'
import { chaosSchema } from './chaos-schema.ts'
import { flag, integer, network, number, seconds, secret, text, texts, webOrigin } from './fields.ts'
import { guardrailsSchema } from './guardrails-schema.ts'
import { limitsSchema, rateLimitSchema } from './limits-schema.ts'
import { retentionSchema } from './retention-schema.ts'

const store = (maxSizeMb: number, ttl: number) =>
  v.optional(
    v.strictObject({
      max_size_mb: v.optional(number(0), maxSizeMb),
      ttl: v.optional(number(0), ttl),
      compression: v.optional(flag, true),
    }),
    {},
  )

const responseCache = v.optional(
  v.strictObject({
    max_size_mb: v.optional(number(0), 100),
    ttl: v.optional(number(0), 1800),
    max_ttl: v.optional(number(0)),
    stale_while_revalidate: v.optional(number(0), 0),
    stale_if_error: v.optional(number(0), 86_400),
    cacheable: v.optional(v.picklist(['deterministic', 'temperature_zero', 'all']), 'deterministic'),
    compression: v.optional(flag, true),
    disk_max_size_mb: v.optional(number(0), 512),
  }),
  {},
)

const proxyUrl = v.pipe(
  secret,
  v.check((url) => url === '' || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)), 'an http or https URL'),
)

const databaseUrl = v.pipe(
  secret,
  v.check((url) => url === '' || /^postgres(?:ql)?:\/\//.test(url), 'a URL that begins with postgres://'),
)

const semantic = v.optional(
  v.strictObject({
    enabled: v.optional(flag, false),
    model: v.optional(text),
    threshold: v.optional(number(0, 1), 0.95),
    max_entries: v.optional(integer(1, 1_000_000), 2000),
  }),
  {},
)

/** Levels by the names that other tools have for them: syslog's, Python's and Node's. */
const levelNames: Readonly<Record<string, string>> = {
  TRACE: 'DEBUG',
  VERBOSE: 'DEBUG',
  NOTICE: 'INFO',
  WARN: 'WARNING',
  ERR: 'ERROR',
  FATAL: 'ERROR',
  CRITICAL: 'ERROR',
}

const logLevel = v.pipe(
  text,
  v.toUpperCase(),
  v.transform((name) => (Object.hasOwn(levelNames, name) ? (levelNames[name] ?? name) : name)),
  v.picklist(['DEBUG', 'INFO', 'WARNING', 'ERROR']),
)

export const operationsSchemas = {
  guardrails: guardrailsSchema,
  retention: retentionSchema,
  /** Requests with their bodies, which an admin may record for up to an hour. */
  recordings: v.optional(
    v.strictObject({
      enabled: v.optional(flag, true),
      /** After their end. */
      keep_days: v.optional(number(0.001, 365), 7),
      /** Of one recording. */
      max_size_mb: v.optional(number(0.01, 256), 64),
    }),
    {},
  ),
  server: v.optional(
    v.strictObject({
      host: v.optional(text, '127.0.0.1'),
      port: v.optional(integer(0, 65_535), 8000),
      workers: v.optional(integer(1, 1024), 1),
      max_body_mb: v.optional(number(0.001, 1024), 20),
      shutdown_grace_seconds: v.optional(number(0), 30),
      max_in_flight: v.optional(integer(1), 1000),
      max_queue: v.optional(integer(0), 200),
      /** Names of the gateway besides loopback and the address that it binds. */
      allowed_hosts: v.optional(texts, []),
      /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
      trusted_proxies: v.optional(v.pipe(v.array(network), v.maxLength(1_000)), []),
      cors: v.optional(v.strictObject({ origins: v.optional(v.array(webOrigin), []) }), {}),
      headers_timeout_seconds: v.optional(number(0.001), 10),
      body_timeout_seconds: v.optional(number(0.001), 30),
      deadline_seconds: v.optional(v.strictObject({ plain: v.optional(seconds, 600), stream: v.optional(seconds, 1800) }), {}),
      /** Between two signs of life in a silent stream; 0 sends none. */
      stream_keepalive_seconds: v.optional(number(0, 86_400), 15),
      /** Takes changes of the configuration file in as they are saved. */
      watch_config: v.optional(flag, false),
    }),
    {},
  ),
  circuit_breaker: v.optional(
    v.strictObject({
      enabled: v.optional(flag, true),
      failure_threshold: v.optional(integer(1), 5),
      failure_rate: v.optional(number(0.01, 1), 0.5),
      minimum_calls: v.optional(integer(1), 20),
      window_seconds: v.optional(number(1, 3_600), 30),
      recovery_timeout: v.optional(number(0), 60),
      half_open_max_calls: v.optional(integer(1), 3),
      adaptive_timeout: v.optional(flag, true),
    }),
    {},
  ),
  http_client: v.optional(
    v.strictObject({
      pool_limits: v.optional(
        v.strictObject({
          /** `undefined` is `server.max_in_flight`: whoever is let in finds a connection. */
          max_connections: v.optional(integer(1)),
          /** Idle connections to each provider that are kept; `undefined` keeps all, since a new one costs a handshake. */
          max_keepalive_connections: v.optional(integer(0)),
          keepalive_timeout: v.optional(number(0), 30),
        }),
        {},
      ),
      /** For every upstream; empty takes `HTTPS_PROXY` and `HTTP_PROXY`. */
      proxy: v.optional(proxyUrl, ''),
      no_proxy: v.optional(text, ''),
      /** A file of authorities in PEM that are trusted besides Node's own. */
      ca_file: v.optional(text, ''),
      /** Names that may lead to private addresses although the public name system could have them. */
      private_hosts: v.optional(texts, []),
    }),
    {},
  ),
  caching: v.optional(
    v.strictObject({
      enabled: v.optional(flag, true),
      response_cache: responseCache,
      summary_cache: store(50, 3600),
      scope: v.optional(v.picklist(['key', 'shared']), 'key'),
      semantic,
    }),
    {},
  ),
  warming: v.optional(
    v.strictObject({
      enabled: v.optional(flag, true),
      interval: v.optional(number(1), 300),
      preload_popular: v.optional(flag, true),
      preload_threshold: v.optional(integer(1), 10),
      max_cost_usd: v.optional(number(0), 0.01),
    }),
    {},
  ),
  condensation: v.optional(
    v.strictObject({
      enabled: v.optional(flag, true),
      truncation_threshold: v.optional(integer(1)),
      summary_max_tokens: v.optional(integer(1), 512),
      model: v.optional(text),
      preservation_floor: v.optional(number(0, 1), 0.2),
    }),
    {},
  ),
  auth: authSchema,
  rate_limit: rateLimitSchema,
  limits: limitsSchema,
  logging: v.optional(
    v.strictObject({
      level: v.optional(logLevel, 'INFO'),
      format: v.optional(v.picklist(['json', 'text']), 'json'),
      audit: v.optional(flag, true),
    }),
    {},
  ),
  telemetry: v.optional(
    v.strictObject({
      enabled: v.optional(flag, false),
      service_name: v.optional(text, 'proxyapi'),
      jaeger: v.optional(v.strictObject({ enabled: v.optional(flag, false), endpoint: v.optional(text, '') }), {}),
      otlp: v.optional(v.strictObject({ endpoint: v.optional(text, '') }), {}),
    }),
    {},
  ),
  console: v.optional(
    v.strictObject({
      /** Lets admins change the configuration file through the API. */
      edit_config: v.optional(flag, false),
    }),
    {},
  ),
  metrics: v.optional(v.strictObject({ public: v.optional(flag, false) }), {}),
  alerting: v.optional(alertingSchema, {}),
  chaos_engineering: v.optional(chaosSchema, {}),
  memory: v.optional(
    v.strictObject({
      max_usage_percent: v.optional(number(1, 100), 85),
      gc_threshold_percent: v.optional(number(1, 100), 80),
      monitoring_interval: v.optional(number(1), 30),
      cache_cleanup_interval: v.optional(number(1), 300),
    }),
    {},
  ),
  database: v.optional(v.strictObject({ url: v.optional(databaseUrl, '') }), {}),
  redis: v.optional(v.strictObject({ url: v.optional(secret, ''), max_size_mb: v.optional(number(1), 512) }), {}),
}
