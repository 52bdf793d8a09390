import type { StreamEvent, StreamScript } from './response-script.ts'
import type { ScriptedFault } from './scripted-fault.ts'
import type { Refusal } from './wire-form.ts'

/** Providers send a ping about every second, which is well within a client's idle limit. */
const pingMs = 1_000
const maxPings = 600

/** The events up to and including the `count`-th token. */
function upToToken(events: readonly StreamEvent[], count: number): readonly StreamEvent[] {
  let seen = 0
  const kept: StreamEvent[] = []
  for (const event of events) {
    if (event.kind === 'token' ? seen++ >= count : event.kind !== 'opening' && event.kind !== 'noise') break
    kept.push(event)
  }
  return kept
}

function noise(afterMs: number, text: string): StreamEvent {
  return { kind: 'noise', afterMs, text }
}

function lastMs(events: readonly StreamEvent[]): number {
  return events.at(-1)?.afterMs ?? 0
}

function stalled(events: readonly StreamEvent[], pings: boolean): StreamScript {
  const start = lastMs(events)
  const sent = pings ? Array.from({ length: maxPings }, (_, index) => noise(start + (index + 1) * pingMs, ': ping\n\n')) : []
  return { events: [...events, ...sent], after: 'timeout' }
}

function insertAfterToken(
  events: readonly StreamEvent[],
  count: number,
  make: (afterMs: number) => readonly StreamEvent[],
): readonly StreamEvent[] {
  const before = upToToken(events, count)
  return [...before, ...make(lastMs(before)), ...events.slice(before.length)]
}

function duplicated(events: readonly StreamEvent[], kind: StreamEvent['kind']): readonly StreamEvent[] {
  const first = events.findIndex((event) => event.kind === kind)
  const event = events[first]
  return event === undefined ? events : [...events.slice(0, first), event, ...events.slice(first)]
}

function slowed(events: readonly StreamEvent[], slowdown: number): readonly StreamEvent[] {
  return events.map((event) => ({ ...event, afterMs: event.afterMs * slowdown }))
}

const malformedEvent = 'data: {"choices":[{"index":0,"del\n\n'

/** Changes the script of a stream as a fault does. Faults that occur before the stream leave it unchanged. */
export function applyFault(script: StreamScript, fault: ScriptedFault, errorEvent: (refusal: Refusal) => string): StreamScript {
  const { events } = script
  switch (fault.type) {
    case 'cut':
      return { events: upToToken(events, fault.afterTokens), after: fault.how }
    case 'stall':
      return stalled(upToToken(events, typeof fault.at === 'object' ? fault.at.afterTokens : 0), fault.pings === true)
    case 'error-event': {
      const refusal: Refusal = { status: 500, message: fault.message ?? 'The engine is gone.', errorType: 'server_error', code: undefined }
      const before = upToToken(events, fault.afterTokens)
      return { events: [...before, noise(lastMs(before), errorEvent(refusal))], after: 'end' }
    }
    case 'malformed':
      return {
        ...script,
        events: insertAfterToken(events, fault.afterTokens, (afterMs) =>
          Array.from({ length: fault.events ?? 1 }, () => noise(afterMs, malformedEvent)),
        ),
      }
    case 'duplicate':
      return { ...script, events: duplicated(events, fault.what) }
    case 'no-end-mark':
      return { events: events.filter((event) => event.kind !== 'end-mark'), after: fault.hangs === true ? 'timeout' : 'end' }
    case 'drip':
      return { ...script, events: slowed(events, fault.slowdown) }
    case 'status':
    case 'refuse':
    case 'reset':
    case 'usage':
    case 'wrong-form':
    case 'html':
    case 'content-filter':
      return script
  }
}
