/** Where a span stands: its trace, itself, and whether the trace is recorded. */
export interface TraceContext {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
}

/** The headers by which a trace goes on in another process (W3C Trace Context, 2021). */
export interface TraceHeaders {
  readonly traceparent?: string | undefined
  readonly tracestate?: string | undefined
}

/** Version, trace, parent, flags; versions after 00 may carry more (section 3.2). */
const traceparentShape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const zeros = /^0+$/
/** One member of a tracestate: a key, or a tenant's key, and a printable value (section 3.3). */
const memberShape =
  /^[a-z0-9][a-z0-9_\-*/]{0,240}(?:@[a-z][a-z0-9_\-*/]{0,13})?=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/
const maxMembers = 32
const maxStateLength = 512

/** The context that a `traceparent` header tells; `undefined` when it tells none. */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] = traceparentShape.exec(header?.trim() ?? '') ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (zeros.test(traceId) || zeros.test(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export function toTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}

/** A `tracestate` header that may be passed on: whole, or not at all when it is malformed or too long. */
export function parseTracestate(header: string | undefined): string | undefined {
  if (header === undefined || header.length > maxStateLength) return undefined
  const members = header
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')
  const isGood = members.length > 0 && members.length <= maxMembers && members.every((member) => memberShape.test(member))
  return isGood ? members.join(',') : undefined
}
