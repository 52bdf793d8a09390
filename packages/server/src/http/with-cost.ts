import { isJsonObject, type JsonObject, parseJson } from '@proxyapi/core/wire'
import type { StreamWriter } from './stream-writer.ts'

/** What an answer cost, as fields of its usage. */
export type CostFields = JsonObject

/** The value with the cost in its usage: at its top, or in the response that a last event of Responses carries. */
function withCostOf(value: JsonObject, cost: CostFields): JsonObject | undefined {
  const { usage, response } = value
  if (isJsonObject(usage)) return { ...value, usage: { ...usage, ...cost } }
  const inner = isJsonObject(response) ? withCostOf(response, cost) : undefined
  return inner && { ...value, response: inner }
}

/** A whole answer with its cost. An answer without usage is left as it is. */
export function bodyWithCost(body: string | Uint8Array, cost: CostFields): string {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  const value = parseJson(text)
  const told = isJsonObject(value) ? withCostOf(value, cost) : undefined
  return told === undefined ? text : JSON.stringify(told)
}

/** One event with its cost; `undefined` when it tells no usage. */
function eventWithCost(event: string, cost: CostFields): string | undefined {
  const line = event.split(/\r?\n/).find((candidate) => candidate.startsWith('data:'))
  const value = line === undefined ? undefined : parseJson(line.slice('data:'.length))
  const told = isJsonObject(value) ? withCostOf(value, cost) : undefined
  return told === undefined || line === undefined ? undefined : event.replace(line, () => `data: ${JSON.stringify(told)}`)
}

/** The events with the cost in the last one that tells usage; `undefined` when none does. */
function eventsWithCost(text: string, cost: CostFields): string | undefined {
  // Most pieces are content, and not worth a parse.
  if (!text.includes('"usage"')) return undefined
  const events = text.split(/(?<=\r?\n\r?\n)/)
  for (let at = events.length - 1; at >= 0; at--) {
    const told = eventWithCost(events[at] ?? '', cost)
    if (told !== undefined) return [...events.slice(0, at), told, ...events.slice(at + 1)].join('')
  }
  return undefined
}

/**
 * Adds the cost to the last usage of a stream. What comes from the last usage on is kept back until the end, since only
 * then the cost is known: it is the end of the stream, and no content.
 */
export function writerWithCost(writer: StreamWriter, costOf: () => CostFields): StreamWriter {
  let kept = ''
  const decoder = new TextDecoder()
  return {
    onBatch: (batch) => {
      const piece = writer.onBatch(batch)
      if (piece === undefined) return undefined
      const text = typeof piece === 'string' ? piece : decoder.decode(piece)
      const tellsUsage = eventsWithCost(text, {}) !== undefined
      if (!tellsUsage && kept === '') return piece
      const before = kept
      kept = tellsUsage ? text : kept + text
      return tellsUsage && before !== '' ? before : undefined
    },
    onEnd: () => {
      const end = kept + writer.onEnd()
      return eventsWithCost(end, costOf()) ?? end
    },
    onError: (error) => kept + writer.onError(error),
  }
}
