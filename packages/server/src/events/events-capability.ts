import type { CompletedRequest } from '@proxyapi/logging'
import type { GatewayEvent, Recorder } from '@proxyapi/logging/node'
import type { Capability, CapabilityDeps } from '../capability/capability.ts'
import { createEngineEvents, type EngineEvents, toldEngineEvents } from './engine-events.ts'
import { createEventLog, type EventLog } from './event-log.ts'
import { eventRoutes } from './event-routes.ts'

interface EventsState {
  readonly log: EventLog
  readonly engine: EngineEvents
}

const keyAction = /^key\.(create|update|delete|rotate|block|unblock)$/
const keyStates: Readonly<Record<string, string>> = {
  create: 'issued',
  update: 'changed',
  delete: 'deleted',
  rotate: 'rotated',
  block: 'blocked',
  unblock: 'unblocked',
}

/** A change of an issued key, of the action that made it. */
function toKeyEvent({ audit = '', auditObject, endedAtMs, key }: CompletedRequest): GatewayEvent | undefined {
  const action = keyAction.exec(audit)?.[1]
  if (action === undefined) return undefined
  const cause = key === undefined ? undefined : `by ${key.name}`
  return { kind: 'key', atMs: endedAtMs, target: (auditObject ?? 'key').replace(/^key /, ''), to: keyStates[action], cause }
}

/** Keeps what changes in a gateway, and tells it as it happens. `tell` is given what changes in this process's engine where another process keeps it: what concerns the gateway as a whole is told there. */
export function createEventsCapability(recorder: Recorder | undefined, tell?: (event: GatewayEvent) => void): Capability<EventsState> {
  return {
    name: 'events',
    open: ({ deps, mask }: CapabilityDeps) => {
      const log = createEventLog({ recorder, mask }, deps)
      return { log, engine: createEngineEvents(tell ?? log.add, deps) }
    },
    compile: (_config, { log, engine }, { deps }) => ({
      routes: eventRoutes(log, deps),
      events: toldEngineEvents,
      onEvent: engine.onEvent,
      onReceipt: engine.onReceipt,
      onGatewayEvent: tell === undefined ? log.add : undefined,
      recordAction: async (action) => {
        const event = toKeyEvent(action)
        if (event !== undefined) log.add(event)
      },
      start: engine.start,
      readGauges: () => [{ name: 'records_dropped_total', labels: { sink: 'events' }, value: log.dropped() }],
    }),
    close: async ({ log, engine }) => {
      engine.close()
      await log.close()
    },
  }
}
