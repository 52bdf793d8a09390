import type { IncomingMessage } from 'node:http'
import { InvalidRequestError, ProxyApiError } from '@proxyapi/core'
import type { Context } from 'hono'
import type { GatewayEnv } from '../request/bindings.ts'

/** A refused body is read on and thrown away, so that the caller sees the refusal and not a reset; but no longer than this. */
const discardBytes = 32 * 1024 * 1024
const maxDepth = 64

const decoder = new TextDecoder('utf-8', { fatal: true })

function tooLarge(maxBytes: number): ProxyApiError {
  return new ProxyApiError({ code: 'payload_too_large', message: `The request body is larger than ${maxBytes} bytes.` })
}

/** Reads a Node request to its end, keeping nothing beyond `maxBytes`. */
function readNode(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let pieces: Buffer[] = []
    let length = 0
    incoming.on('data', (piece: Buffer) => {
      length += piece.length
      if (length <= maxBytes) pieces.push(piece)
      else pieces = []
      if (length > discardBytes) incoming.destroy()
    })
    incoming.once('end', () =>
      length > maxBytes
        ? reject(tooLarge(maxBytes))
        : resolve(pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)),
    )
    incoming.once('error', reject)
    incoming.once('close', () => {
      if (!incoming.complete) reject(new ProxyApiError({ code: 'client_closed_request', message: 'The caller left while sending.' }))
    })
  })
}

async function readWeb(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length')) > maxBytes) throw tooLarge(maxBytes)
  const bytes = new Uint8Array(await request.arrayBuffer())
  if (bytes.length > maxBytes) throw tooLarge(maxBytes)
  return bytes
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

function checkHead(c: Context<GatewayEnv>): void {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new ProxyApiError({
      code: 'unsupported_media_type',
      message: `The content type is "${type.slice(0, 64)}"; allowed: application/json.`,
    })
  }
  const encoding = c.req.header('content-encoding')
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

/** Whether a request brings a body at all. */
export function hasBody(c: Context<GatewayEnv>): boolean {
  if (c.env?.incoming === undefined) return c.req.raw.body !== null
  return c.req.header('transfer-encoding') !== undefined || (c.req.header('content-length') ?? '0') !== '0'
}

/** The JSON body of a request. @throws ProxyApiError `payload_too_large`, `unsupported_media_type`, `invalid_request` */
export async function readJsonBody(c: Context<GatewayEnv>, maxBytes: number): Promise<unknown> {
  checkHead(c)
  const incoming = c.env?.incoming
  const bytes = incoming === undefined ? await readWeb(c.req.raw, maxBytes) : await readNode(incoming, maxBytes)
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
