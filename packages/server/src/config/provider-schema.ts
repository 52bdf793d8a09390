import { strategyNames } from '@proxyapi/core/serving'
import * as v from 'valibot'
import { flag, headers, httpUrl, integer, milliseconds, number, seconds, secret, text, texts } from './fields.ts'

const timeouts = v.strictObject({
  connect_ms: v.optional(milliseconds),
  first_token_ms: v.optional(milliseconds),
  idle_ms: v.optional(milliseconds),
  total_ms: v.optional(milliseconds),
})

const recovery = v.picklist(['off', 'buffer', 'continue'])

/** What a model may have of its own: it wins over its provider's. */
const limits = {
  timeout_seconds: v.optional(seconds),
  timeouts: v.optional(timeouts),
  deadline_seconds: v.optional(v.strictObject({ plain: v.optional(seconds), stream: v.optional(seconds) })),
  recovery: v.optional(recovery),
}

/** Dollars per million tokens or search units, up to what core adds up exactly. */
const usd = v.optional(number(0, 4_000))

/** A search may cost more than a million tokens. */
const usdPerMillionSearches = v.optional(number(0, 1_000_000))

/** What an operator may say of a model beyond, or against, the built-in tables. */
const modelFacts = {
  name: v.optional(text),
  description: v.optional(text),
  context_length: v.optional(integer(1)),
  max_output_tokens: v.optional(integer(1)),
  capabilities: v.optional(texts),
  input_usd_per_million: usd,
  cached_input_usd_per_million: usd,
  cache_write_usd_per_million: usd,
  cache_write_one_hour_usd_per_million: usd,
  output_usd_per_million: usd,
  reasoning_usd_per_million: usd,
  audio_input_usd_per_million: usd,
  audio_output_usd_per_million: usd,
  image_input_usd_per_million: usd,
  image_output_usd_per_million: usd,
  search_units_usd_per_million: usd,
  web_searches_usd_per_million: usdPerMillionSearches,
}

const model = v.union([
  v.string(),
  v.strictObject({
    id: text,
    deployment: v.optional(text),
    ...modelFacts,
    ...limits,
  }),
])

/** Facts of one model, by `provider/model`. */
export const modelOverrideSchema = v.strictObject({ model: text, ...modelFacts })

const strategy = v.picklist(strategyNames)

/** A list is for any failure; a mapping says which models follow which failure. */
const fallbacks = v.union([
  texts,
  v.strictObject({
    general: v.optional(texts),
    context_length: v.optional(texts),
    content_policy: v.optional(texts),
    rate_limit: v.optional(texts),
    budget: v.optional(texts),
  }),
])

const provider = v.strictObject({
  name: v.pipe(text, v.regex(/^[A-Za-z0-9._-]{1,64}$/, 'a name of letters, digits, ".", "_" and "-"')),
  /** May be left out where the name is a type. */
  type: v.optional(v.string()),
  api_key: v.optional(secret),
  base_url: v.optional(httpUrl),
  models: v.optional(v.array(model)),
  use_case: v.optional(text),
  weight: v.optional(number(0), 1),
  priority: v.optional(integer(0), 1),
  timeout_seconds: v.optional(seconds),
  timeouts: v.optional(timeouts),
  headers: v.optional(headers),
  recovery: v.optional(recovery, 'off'),
  api_version: v.optional(text),
  region: v.optional(text),
  project: v.optional(text),
  credentials: v.optional(secret),
  access_key_id: v.optional(secret),
  secret_access_key: v.optional(secret),
  session_token: v.optional(secret),
})

/** A provider of one of the given types. */
export function createProviderSchema(types: readonly string[]): typeof provider {
  return v.strictObject({ ...provider.entries, type: v.optional(v.picklist(types)) }) as unknown as typeof provider // a picklist of strings gives a string
}

export const virtualModelSchema = v.strictObject({
  name: text,
  targets: v.pipe(texts, v.minLength(1)),
  strategy: v.optional(strategy),
  fallbacks: v.optional(fallbacks),
  regions: v.optional(v.pipe(texts, v.minLength(1))),
  ...limits,
})

export const routingSchema = v.strictObject({
  strategy: v.optional(strategy, 'round_robin'),
  fallbacks: v.optional(v.record(text, fallbacks), {}),
  retry: v.optional(
    v.strictObject({
      max_attempts: v.optional(integer(1, 10), 4),
      attempts_per_target: v.optional(integer(1, 10), 2),
      base_delay_ms: v.optional(integer(0), 100),
      max_delay_ms: v.optional(integer(0), 2_000),
      budget_percent: v.optional(number(0, 100), 20),
    }),
    {},
  ),
  hedge: v.optional(
    v.strictObject({
      enabled: v.optional(flag, false),
      streams: v.optional(flag, false),
      min_delay_ms: v.optional(integer(0), 500),
      max_percent: v.optional(number(0, 100), 5),
    }),
    {},
  ),
})
