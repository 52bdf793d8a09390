import type { Collection, MemoryFigures, MemoryManager, Shedder } from '@proxyapi/context'
import { ProxyApiError } from '@proxyapi/core'
import type { Capability } from '../capability/capability.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import { toIso } from '../http/to-iso.ts'

/** Makes the manager of the process, over what can give up memory: cheapest to lose first. */
export type CreateMemory = (shedders: readonly Shedder[]) => MemoryManager

function refuse(): never {
  throw new ProxyApiError({
    code: 'conflict',
    message: 'This gateway does not watch its memory: it runs inside another program, which is asked in its stead.',
  })
}

function toWireCollection({
  reason,
  atMs,
  beforeBytes,
  afterBytes,
  freedBytes,
  durationMs,
}: Collection): Readonly<Record<string, unknown>> {
  return {
    reason,
    at: toIso(atMs),
    before_bytes: beforeBytes,
    after_bytes: afterBytes,
    freed_bytes: freedBytes,
    duration_ms: durationMs,
  }
}

function toSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function toWire({ lastCollection, leak, ...figures }: MemoryFigures): Readonly<Record<string, unknown>> {
  const snake = (record: object): Readonly<Record<string, unknown>> =>
    Object.fromEntries(Object.entries(record).map(([name, value]: [string, unknown]) => [toSnake(name), value]))
  return {
    ...snake(figures),
    leak: snake(leak),
    last_collection: lastCollection === undefined ? null : toWireCollection(lastCollection),
  }
}

function collectNow(memory: MemoryManager): Collection {
  const collection = memory.collect()
  if (collection !== undefined) return collection
  throw new ProxyApiError({ code: 'conflict', message: 'Garbage can’t be collected by hand in this process.' })
}

/** `GET /debug/memory`, `POST /debug/memory/gc`, and the manager's life. */
export function createMemoryCapability(create: CreateMemory | undefined, shedders: readonly Shedder[]): Capability {
  const memory = create?.(shedders)
  return {
    addRoutes: (app) => {
      app.get('/debug/memory', (c) => replyJson(c, toWire((memory ?? refuse()).figures())))
      app.post('/debug/memory/gc', (c) => replyJson(c, toWireCollection(collectNow(memory ?? refuse()))))
      app.all('/debug/memory', refuseMethod('GET'))
      app.all('/debug/memory/gc', refuseMethod('POST'))
    },
    start: () => memory?.start(),
    close: async () => memory?.close(),
  }
}
