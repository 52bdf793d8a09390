import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { GatewayEvent } from '@proxyapi/logging/node'
import type { Principal } from '../auth/principal.ts'
import type { Capability, CapabilityDeps } from '../capability/capability.ts'
import type { LoadTestReport } from './load-test-report.ts'
import { loadTestRoutes } from './load-test-routes.ts'
import { createLoadTests, type LoadTestStore, type LoadTests } from './load-tests.ts'

/** Whose the requests of a test are: they may ask models and nothing else, and are the first to be turned away. */
const principal: Principal = {
  id: 'load-test',
  kind: 'issued',
  name: 'load test',
  role: 'user',
  permissions: new Set(['user']),
  models: ['*'],
  routes: ['/v1/chat/completions'],
  tags: [],
  criticality: 'sheddable',
}

interface LoadTestState {
  readonly tests: LoadTests
  /** What lets the requests of a test in; it never leaves the process. */
  readonly credential: string
  maxInFlight: number
}

function isSame(given: string, credential: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(credential)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** A test has begun or ended. */
function toEvent({ test_id: target, status, tier, reason }: LoadTestReport, atMs: number): GatewayEvent {
  const from = status === 'running' ? undefined : 'running'
  return { kind: 'load_test', atMs, target, from, to: status, cause: reason ?? `tier ${tier}` }
}

function openState({ deps, gateway, observers }: CapabilityDeps, store: LoadTestStore | undefined): LoadTestState {
  const state = { credential: `px-load-test-${randomBytes(24).toString('hex')}`, maxInFlight: 1 }
  const tests = createLoadTests({
    engine: gateway.engine,
    ask: (request) => gateway.fetch(request),
    credential: state.credential,
    maxInFlight: () => state.maxInFlight,
    store,
    onChange: (report) => observers.onGatewayEvent(toEvent(report, deps.now())),
    deps,
  })
  return Object.assign(state, { tests })
}

/** Load tests: requests at a steady rate through the whole gateway, against its own providers. One that runs goes on over a reload. */
export function createLoadTestCapability(store: LoadTestStore | undefined): Capability<LoadTestState> {
  return {
    name: 'load-test',
    open: (deps) => openState(deps, store),
    compile: ({ server }, state, { deps, onSwap }) => {
      onSwap(() => {
        state.maxInFlight = server.max_in_flight
      })
      return {
        routes: loadTestRoutes(state.tests, deps),
        authenticator: {
          name: 'load-test',
          authenticate: (given) => (state.tests.isRunning() && isSame(given, state.credential) ? principal : undefined),
        },
        status: () => ({ load_test: { running: state.tests.isRunning() } }),
      }
    },
    close: async ({ tests }) => tests.close(),
  }
}
