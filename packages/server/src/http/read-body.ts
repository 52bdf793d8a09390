import { InvalidRequestError, ProxyApiError } from '@proxyapi/core'
import type { Exchange } from './exchange.ts'

const maxDepth = 64

const decoder = new TextDecoder('utf-8', { fatal: true })

export function tooLarge(maxBytes: number): ProxyApiError {
  return new ProxyApiError({ code: 'payload_too_large', message: `The request body is larger than ${maxBytes} bytes.` })
}

const quote = 0x22
const backslash = 0x5c

/** Index of the quote that ends the string whose first quote stands at `start`. */
function endOfString(text: string, start: number): number {
  let index = start + 1
  while (index < text.length && text.charCodeAt(index) !== quote) index += text.charCodeAt(index) === backslash ? 2 : 1
  return index
}

/** How deep brackets nest outside of strings, without building anything. Linear. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === quote) index = endOfString(text, index)
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth)
    else if (code === 0x7d || code === 0x5d) depth--
  }
  return deepest
}

function bracketsOf(text: string): number {
  let count = 0
  for (let at = text.indexOf('['); at !== -1 && count <= maxDepth; at = text.indexOf('[', at + 1)) count++
  for (let at = text.indexOf('{'); at !== -1 && count <= maxDepth; at = text.indexOf('{', at + 1)) count++
  return count
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

/** Parses a body. @throws InvalidRequestError for what is not UTF-8, not JSON or nested too deep */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    throw new InvalidRequestError('The request body is not valid UTF-8.')
  }
  // Few brackets can't nest deeply: most bodies are not walked.
  if (bracketsOf(text) > maxDepth && depthOf(text) > maxDepth)
    throw new InvalidRequestError(`The request body nests deeper than ${maxDepth} levels.`)
  return parse(text)
}

/** The JSON body of a request. @throws ProxyApiError `payload_too_large`, `unsupported_media_type`, `invalid_request` */
export async function readJsonBody(exchange: Exchange, maxBytes: number): Promise<unknown> {
  checkJsonHead(exchange)
  return parseJsonBytes(await exchange.readBytes(maxBytes))
}
