import { bothDirectives, type CacheDirectives, parseBodyControls, parseCacheControl } from '@proxyapi/context'
import { type CallOptions, InvalidRequestError } from '@proxyapi/core'
import type { Context } from 'hono'
import type { GatewayEnv } from './bindings.ts'

/** Bounds on what a caller may write into a header that we keep. */
const maxTags = 16
const maxTag = 64
const maxUser = 256

function list(value: string | undefined): readonly string[] | undefined {
  const items = value
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
  return items !== undefined && items.length > 0 ? items : undefined
}

function timeoutMs(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const ms = Number(value)
  if (Number.isInteger(ms) && ms > 0) return ms
  throw new InvalidRequestError(
    `X-ProxyAPI-Timeout-Ms is "${value.slice(0, 20)}"; allowed: a whole number of milliseconds above 0.`,
    'X-ProxyAPI-Timeout-Ms',
  )
}

/** More than any model reads. */
const maxCondense = 100_000_000

function condenseOf(value: string | undefined): 'auto' | 'off' | number | undefined {
  if (value === undefined || value === 'auto' || value === 'off') return value
  const tokens = /^\d{1,9}$/.test(value) ? Number(value) : 0
  if (tokens >= 1 && tokens <= maxCondense) return tokens
  throw new InvalidRequestError(
    `X-ProxyAPI-Condense is "${value.slice(0, 20)}"; allowed: auto, off, or a whole number of tokens from 1 to ${maxCondense}.`,
    'X-ProxyAPI-Condense',
  )
}

function userOf(value: string | undefined): string | undefined {
  if (value === undefined || value.length <= maxUser) return value?.trim() || undefined
  throw new InvalidRequestError(`X-ProxyAPI-User has ${value.length} characters; allowed: ${maxUser}.`, 'X-ProxyAPI-User')
}

/** What header and body say about the cache. @throws CacheInputError, which carries our brand */
function cacheDirectives(header: string | undefined, body: unknown): CacheDirectives | undefined {
  if (header === undefined && body === undefined) return undefined
  return bothDirectives(parseBodyControls(body), parseCacheControl(header))
}

/** What a caller may decide about its own request: by headers, and about the cache by the body too. @throws InvalidRequestError */
export function readControls(c: Context<GatewayEnv>, cache?: unknown): CallOptions {
  return {
    timeoutMs: timeoutMs(c.req.header('x-proxyapi-timeout-ms')),
    user: userOf(c.req.header('x-proxyapi-user')),
    tags: list(c.req.header('x-proxyapi-tags'))
      ?.slice(0, maxTags)
      .map((tag) => tag.slice(0, maxTag)),
    cacheDirectives: cacheDirectives(c.req.header('cache-control'), cache),
    overrides: {
      provider: c.req.header('x-proxyapi-provider'),
      strategy: c.req.header('x-proxyapi-strategy'),
      fallbacks: list(c.req.header('x-proxyapi-fallbacks')),
      condense: condenseOf(c.req.header('x-proxyapi-condense')),
    },
  }
}
