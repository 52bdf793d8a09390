/** What events tell of. */
export const gatewayEventKinds = [
  'circuit',
  'rest',
  'shed',
  'provider',
  'model',
  'config',
  'alert',
  'chaos',
  'load_test',
  'key',
  'budget',
] as const

/** What an event tells of. */
export type GatewayEventKind = (typeof gatewayEventKinds)[number]

/** What an event meant for requests, as far as it was counted. */
export interface EventEffect {
  /** Requests that another target answered instead. */
  readonly rerouted: number
  /** Requests that failed. */
  readonly failed: number
  /** What failed attempts cost on top, in billionths of a dollar. */
  readonly extraNanoUsd: number
  /** The targets that answered instead, as `provider/model`. */
  readonly to: readonly string[]
}

/** A change in a gateway that an operator wants to see beside its requests. Never holds a prompt, an answer or a key. */
export interface GatewayEvent {
  readonly kind: GatewayEventKind
  /** Unix milliseconds. */
  readonly atMs: number
  /** What it happened to: `provider/model`, the name of a provider, a rule, a key. */
  readonly target: string
  /** The state before; `undefined` where there is none. */
  readonly from?: string | undefined
  /** The state after. */
  readonly to?: string | undefined
  readonly cause?: string | undefined
  readonly effect?: EventEffect | undefined
}

/** An event with its place among the others. */
export interface NumberedEvent extends GatewayEvent {
  /** Later events have larger numbers, also those of another process or of a later start. Made of the time: numbers are not dense. */
  readonly sequence: number
}

/** Which events; all conditions must hold. */
export interface EventQuery {
  readonly kind?: GatewayEventKind | undefined
  /** The event's target, or what it begins with up to a slash: `openai` is also `openai/gpt-4o`. */
  readonly target?: string | undefined
  /** Unix milliseconds, inclusive. */
  readonly fromMs?: number | undefined
  /** Unix milliseconds, exclusive. */
  readonly toMs?: number | undefined
  /** Only events before this one: `next` of the page before. */
  readonly before?: number | undefined
  /** Only events after this one. */
  readonly after?: number | undefined
  /** 1 to 1,000. Default: 50. */
  readonly limit?: number | undefined
}

/** One page of a list of events. */
export interface EventPage {
  /** Newest first. */
  readonly events: readonly NumberedEvent[]
  /** `before` of the next page; `null` behind the last. */
  readonly next: number | null
}

const maxPage = 1_000

/** How many events a page of a query has at most. */
export function eventLimit({ limit = 50 }: Pick<EventQuery, 'limit'>): number {
  return Math.min(maxPage, Math.max(1, Math.trunc(limit)))
}

/** Whether an event is among those that a query asks for. Pure. */
export function matchesEventQuery(query: EventQuery, { kind, target, atMs, sequence }: NumberedEvent): boolean {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, after = -1, before = Number.POSITIVE_INFINITY } = query
  if (query.kind !== undefined && query.kind !== kind) return false
  if (query.target !== undefined && query.target !== target && !target.startsWith(`${query.target}/`)) return false
  return atMs >= fromMs && atMs < toMs && sequence > after && sequence < before
}
