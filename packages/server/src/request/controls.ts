import { bothDirectives, type CacheDirectives, parseBodyControls, parseCacheControl } from '@proxyapi/context'
import { type CallOptions, InvalidRequestError, ProxyApiError } from '@proxyapi/core'
import { mayUseModel } from '../auth/may-use-model.ts'
import type { Exchange } from '../http/exchange.ts'
import type { GatewayFields } from './gateway-fields.ts'

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

const noControls: CallOptions = {}

/** What a caller may decide about its own request: by headers, and by the fields of the body that are the gateway's. @throws InvalidRequestError */
function readControls(exchange: Exchange, own?: GatewayFields): CallOptions {
  // Most requests have none of these headers: then there is nothing to look up.
  if (own === undefined && !exchange.hasControls()) return noControls
  return {
    timeoutMs: timeoutMs(exchange.header('x-proxyapi-timeout-ms')),
    user: userOf(exchange.header('x-proxyapi-user')),
    tags: list(exchange.header('x-proxyapi-tags'))
      ?.slice(0, maxTags)
      .map((tag) => tag.slice(0, maxTag)),
    cacheDirectives: cacheDirectives(exchange.header('cache-control'), own?.cache),
    overrides: {
      provider: exchange.header('x-proxyapi-provider'),
      strategy: exchange.header('x-proxyapi-strategy'),
      fallbacks: own?.fallbacks ?? list(exchange.header('x-proxyapi-fallbacks')),
      condense: condenseOf(exchange.header('x-proxyapi-condense')),
    },
  }
}

/**
 * Returns what headers and body say, which had to be read for the check.
 *
 * @throws ProxyApiError `forbidden` for a model, or a fallback of the caller's own, that the key may not use
 */
export function assertAllowed(exchange: Exchange, model: string, own?: GatewayFields): CallOptions {
  const controls = readControls(exchange, own)
  if (exchange.principal === undefined) return controls
  const refused = [model, ...(controls.overrides?.fallbacks ?? [])].find((name) => !mayUseModel(exchange.principal, name))
  if (refused === undefined) return controls
  throw new ProxyApiError({ code: 'forbidden', message: `This key may not use the model "${refused}".`, param: 'model' })
}
