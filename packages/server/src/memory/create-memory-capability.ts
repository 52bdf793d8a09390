import type { Collection, MemoryFigures, MemoryManager, Shedder } from '@proxyapi/context'
import { ProxyApiError } from '@proxyapi/core'
import * as v from 'valibot'
import type { Capability, Feature } from '../capability/capability.ts'
import { createKept, type Kept } from '../capability/kept.ts'
import { toIso } from '../http/to-iso.ts'
import { defineRoute, type Route } from '../route-table/route.ts'

/** Makes the manager of the process, over what can give up memory: cheapest to lose first. */
export type CreateMemory = (shedders: readonly Shedder[]) => MemoryManager

function refuse(): never {
  throw new ProxyApiError({
    code: 'conflict',
    message: 'This gateway does not watch its memory: it runs inside another program, which is asked in its stead.',
  })
}

const collectionSchema = v.object({
  reason: v.string(),
  at: v.nullable(v.string()),
  before_bytes: v.number(),
  after_bytes: v.number(),
  freed_bytes: v.number(),
  duration_ms: v.number(),
})
const figuresSchema = v.looseObject({ leak: v.looseObject({}), last_collection: v.nullable(collectionSchema) })

function toWireCollection(collection: Collection): v.InferInput<typeof collectionSchema> {
  const { reason, atMs, beforeBytes, afterBytes, freedBytes, durationMs } = collection
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

function toWire({ lastCollection, leak, ...figures }: MemoryFigures): v.InferInput<typeof figuresSchema> {
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

function memoryRoutes(memory: MemoryManager | undefined): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/debug/memory',
      access: 'memory:read',
      summary: 'Heap figures, pressure and leak suspicion.',
      answer: figuresSchema,
      handle: () => toWire((memory ?? refuse()).figures()),
    }),
    defineRoute({
      method: 'POST',
      path: '/debug/memory/gc',
      access: 'memory:write',
      summary: 'Collects garbage now.',
      answer: collectionSchema,
      handle: () => toWireCollection(collectNow(memory ?? refuse())),
    }),
  ]
}

function memoryFeature(memory: MemoryManager | undefined): Feature {
  return { routes: memoryRoutes(memory), start: () => memory?.start(), close: async () => memory?.close() }
}

interface MemoryState {
  /** What can give up memory now. */
  shedders: readonly Shedder[]
  readonly kept: Kept<Feature>
}

/** A shedder for each name that asks the present one: the manager may outlive those that it was made with. */
function toLasting(state: MemoryState, names: readonly string[]): readonly Shedder[] {
  const present = (wanted: string): Shedder | undefined => state.shedders.find(({ name }) => name === wanted)
  return names.map((name) => ({
    name,
    shed: (share) => present(name)?.shed(share) ?? 0,
    purgeExpired: () => present(name)?.purgeExpired?.() ?? 0,
  }))
}

/** Figures of memory over HTTP, and the manager's life. `undefined` watches nothing. */
export function createMemoryCapability(create: CreateMemory | undefined): Capability<MemoryState> {
  return {
    name: 'memory',
    open: () => ({ shedders: [], kept: createKept() }),
    compile: (_config, state, context) => {
      const shedders = context.earlier.flatMap((feature) => feature.shedders ?? [])
      context.onSwap(() => {
        state.shedders = shedders
      })
      const names = shedders.map(({ name }) => name)
      return state.kept(names, context, () => memoryFeature(create?.(toLasting(state, names))))
    },
  }
}
