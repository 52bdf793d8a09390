import type { DialectId } from '../../chat/dialect-id.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import { foreignExtras } from './extras.ts'

/** The fields of a request beyond the neutral ones: those that a dialect can send, and those that are dropped. */
export interface TakenExtras {
  readonly fields: JsonObject
  readonly dropped: readonly string[]
}

/**
 * All extras of a request of the dialect itself; of a foreign one those in `names`, which vendors' users write into any
 * body (`safetySettings`, `guardrailConfig`). Each name leads to its word on the wire.
 */
export function takenExtras(request: ChatRequest, own: DialectId, names: Readonly<Record<string, string>>): TakenExtras {
  const given = request.extras?.fields ?? {}
  if (request.extras?.dialect === own) return { fields: given, dropped: foreignExtras(request, own) }
  const taken = Object.keys(given).filter((name) => Object.hasOwn(names, name))
  return {
    fields: Object.fromEntries(taken.map((name) => [names[name] ?? name, given[name]])),
    dropped: foreignExtras(request, own).filter((name) => !taken.includes(name)),
  }
}
