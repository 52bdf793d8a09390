import { InvalidRequestError, ProxyApiError } from '@proxyapi/core'
import type { Awaitable } from '@proxyapi/core/serving'
import { exceededJsonLimit, type JsonLimits } from '@proxyapi/core/wire'
import type { Exchange } from './exchange.ts'
import { nextTurn } from './yield-queue.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

export function tooLarge(maxBytes: number): ProxyApiError {
  return new ProxyApiError({ code: 'payload_too_large', message: `The request body is larger than ${maxBytes} bytes.` })
}

/**
 * What a body may be made of. The largest legitimate ones are conversations of 100,000 messages (Anthropic's limit, API reference, 2026-05) and
 * 300,000 token ids to embed (OpenAI's).
 */
const limits: JsonLimits = { maxDepth: 64, maxContainers: 120_000, maxMembers: 400_000 }
const words: Readonly<Record<keyof JsonLimits, string>> = {
  maxDepth: `nests deeper than ${limits.maxDepth} levels`,
  maxContainers: `has more than ${limits.maxContainers} objects and lists`,
  maxMembers: `has more than ${limits.maxMembers} members`,
}
/** A shorter body can only be too deep. */
const shortest = 64 * 1024

function bracketsOf(text: string): number {
  let count = 0
  for (let at = text.indexOf('['); at !== -1 && count <= limits.maxDepth; at = text.indexOf('[', at + 1)) count++
  for (let at = text.indexOf('{'); at !== -1 && count <= limits.maxDepth; at = text.indexOf('{', at + 1)) count++
  return count
}

/** @throws InvalidRequestError for a body that would be dear to parse */
function checkLimits(text: string): void {
  // Few brackets can't nest deeply: most bodies are not walked.
  if (text.length < shortest && bracketsOf(text) <= limits.maxDepth) return
  const exceeded = exceededJsonLimit(text, limits)
  if (exceeded !== undefined) throw new InvalidRequestError(`The request body ${words[exceeded]}.`)
}

/** Refuses another content type than JSON, and encodings. @throws ProxyApiError `unsupported_media_type` */
export function checkJsonHead(exchange: Exchange): void {
  const type = exchange.header('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new ProxyApiError({
      code: 'unsupported_media_type',
      message: `The content type is "${type.slice(0, 64)}"; allowed: application/json.`,
    })
  }
  const encoding = exchange.header('content-encoding')
  if (encoding !== undefined && encoding !== 'identity') {
    throw new ProxyApiError({
      code: 'unsupported_media_type',
      message: `The content encoding is "${encoding.slice(0, 64)}"; allowed: none.`,
    })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // The engine's own message may quote the body: only the place is passed on.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
    throw new InvalidRequestError(`The request body is not valid JSON${position === undefined ? '' : ` (at character ${position})`}.`)
  }
}

/** Decoding and parsing 1 MB takes about 5 ms together: longer bodies let other requests run in between. */
const longBody = 1024 * 1024

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new InvalidRequestError('The request body is not valid UTF-8.')
  }
}

/** Parses a body at once, or step by step where it is long. @throws what `parseJsonBytes` throws */
export function parseBodyBytes(bytes: Uint8Array, tenant: string | undefined): Awaitable<unknown> {
  return bytes.length < longBody ? parseJsonBytes(bytes) : parseInSteps(bytes, tenant)
}

async function parseInSteps(bytes: Uint8Array, tenant: string | undefined): Promise<unknown> {
  await nextTurn(tenant)
  const text = decode(bytes)
  await nextTurn(tenant)
  checkLimits(text)
  await nextTurn(tenant)
  const value = parse(text)
  await nextTurn(tenant)
  return value
}

/** Parses a body. @throws InvalidRequestError for what is not UTF-8, not JSON, nested too deep or made of too much */
function parseJsonBytes(bytes: Uint8Array): unknown {
  const text = decode(bytes)
  checkLimits(text)
  return parse(text)
}

/** The JSON body of a request. @throws ProxyApiError `payload_too_large`, `unsupported_media_type`, `invalid_request` */
export async function readJsonBody(exchange: Exchange, maxBytes: number): Promise<unknown> {
  checkJsonHead(exchange)
  return parseBodyBytes(await exchange.readBytes(maxBytes), exchange.principal?.id)
}
