import type { Fault } from './fault.ts'
import type { Moment, Telling } from './performance.ts'
import type { Refusal } from './wire-form.ts'

/** More than a client's idle limit apart from each other, pings would prove nothing; a second is what providers do. */
const pingMs = 1_000
const maxPings = 600

/** The moments up to and with the `count`-th token. */
function upToToken(moments: readonly Moment[], count: number): readonly Moment[] {
  let seen = 0
  const kept: Moment[] = []
  for (const moment of moments) {
    if (moment.kind === 'token' ? seen++ >= count : moment.kind !== 'opening' && moment.kind !== 'noise') break
    kept.push(moment)
  }
  return kept
}

function noise(afterMs: number, text: string): Moment {
  return { kind: 'noise', afterMs, text }
}

function lastMs(moments: readonly Moment[]): number {
  return moments.at(-1)?.afterMs ?? 0
}

function stalled(moments: readonly Moment[], pings: boolean): Telling {
  const start = lastMs(moments)
  const sent = pings ? Array.from({ length: maxPings }, (_, index) => noise(start + (index + 1) * pingMs, ': ping\n\n')) : []
  return { moments: [...moments, ...sent], after: 'silence' }
}

function insertAfterToken(moments: readonly Moment[], count: number, make: (afterMs: number) => readonly Moment[]): readonly Moment[] {
  const before = upToToken(moments, count)
  return [...before, ...make(lastMs(before)), ...moments.slice(before.length)]
}

function duplicated(moments: readonly Moment[], kind: Moment['kind']): readonly Moment[] {
  const first = moments.findIndex((moment) => moment.kind === kind)
  const moment = moments[first]
  return moment === undefined ? moments : [...moments.slice(0, first), moment, ...moments.slice(first)]
}

function slowed(moments: readonly Moment[], slowdown: number): readonly Moment[] {
  return moments.map((moment) => ({ ...moment, afterMs: moment.afterMs * slowdown }))
}

const broken = 'data: {"choices":[{"index":0,"del\n\n'

/** What a fault makes of a streamed answer. Faults that strike before there is a stream leave it as it is. */
export function applyFault(telling: Telling, fault: Fault, errorEvent: (refusal: Refusal) => string): Telling {
  const { moments } = telling
  switch (fault.type) {
    case 'cut':
      return { moments: upToToken(moments, fault.afterTokens), after: fault.how }
    case 'stall':
      return stalled(upToToken(moments, typeof fault.at === 'object' ? fault.at.afterTokens : 0), fault.pings === true)
    case 'error-event': {
      const refusal: Refusal = { status: 500, message: fault.message ?? 'The engine is gone.', errorType: 'server_error', code: undefined }
      const before = upToToken(moments, fault.afterTokens)
      return { moments: [...before, noise(lastMs(before), errorEvent(refusal))], after: 'end' }
    }
    case 'malformed':
      return {
        ...telling,
        moments: insertAfterToken(moments, fault.afterTokens, (afterMs) =>
          Array.from({ length: fault.events ?? 1 }, () => noise(afterMs, broken)),
        ),
      }
    case 'duplicate':
      return { ...telling, moments: duplicated(moments, fault.what) }
    case 'no-end-mark':
      return { moments: moments.filter((moment) => moment.kind !== 'end-mark'), after: fault.hangs === true ? 'silence' : 'end' }
    case 'drip':
      return { ...telling, moments: slowed(moments, fault.slowdown) }
    case 'status':
    case 'refuse':
    case 'reset':
    case 'usage':
    case 'wrong-form':
    case 'html':
    case 'content-filter':
      return telling
  }
}
