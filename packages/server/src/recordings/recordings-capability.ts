import { ProxyApiError } from '@proxyapi/core'
import type { Capability, CapabilityDeps } from '../capability/capability.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { createRecordingFilter } from './recording-filter.ts'
import { createMemoryRecordingStore, type RecordingStore } from './recording-store.ts'
import { createRecordings, type Recordings } from './recordings.ts'
import { recordingsRoutes } from './recordings-routes.ts'

interface RecordingsState {
  readonly recordings: Recordings
  keepMs: number
}

interface RecordingsDeps {
  /** Where recordings are kept; `undefined` keeps them in memory. */
  readonly store: RecordingStore | undefined
  readonly secret: string
}

const dayMs = 86_400_000
const megabyte = 1024 * 1024

function openState({ deps, mask }: CapabilityDeps, { store = createMemoryRecordingStore(), secret }: RecordingsDeps): RecordingsState {
  const state = { keepMs: 0 }
  return Object.assign(state, { recordings: createRecordings({ store, mask, secret, deps, keepMs: () => state.keepMs }) })
}

const startPath = '/api/recordings'

/** Says why nothing can be recorded. */
function refusingRoute(toError: () => ProxyApiError): Route {
  return defineRoute({
    method: 'POST',
    path: startPath,
    access: 'recordings:write',
    audit: 'recording.start',
    summary: 'Answers with an error: nothing is recorded here.',
    handle: () => {
      throw toError()
    },
  })
}

function off(): ProxyApiError {
  return new ProxyApiError({ code: 'forbidden', message: 'Recordings are off. Set recordings.enabled to true in the configuration.' })
}

/** What is recorded would be one worker's share. */
function several(): ProxyApiError {
  const message = 'Recordings are made by gateways of one process. Set server.workers to 1 and start again.'
  return new ProxyApiError({ code: 'conflict', message })
}

/** Records requests with their bodies for a while, where an operator asks for it. A recording that runs goes on over a reload. */
export function createRecordingsCapability(given: RecordingsDeps): Capability<RecordingsState> {
  return {
    name: 'recordings',
    open: (deps) => openState(deps, given),
    compile: (config, state, { deps, onSwap, workers }) => {
      const { recordings } = state
      const { enabled: isEnabled, keep_days: days, max_size_mb: megabytes } = config.recordings
      onSwap(() => {
        state.keepMs = days * dayMs
      })
      const routes = recordingsRoutes(recordings, Math.floor(megabytes * megabyte))
      const { isWanted, onCaptured } = recordings
      const refusal = isEnabled ? workers && several : off
      return {
        // What was recorded before can be read and removed all the same.
        routes:
          refusal === undefined
            ? routes
            : [refusingRoute(refusal), ...routes.filter(({ method, path }) => method !== 'POST' || path !== startPath)],
        ...(refusal === undefined && { filter: createRecordingFilter({ isWanted, onCaptured, defer: deps.defer }) }),
        exportUserData: async (user) => ({ recorded_requests: await recordings.countOf(user) }),
        eraseUserData: async (user) => ({ recorded_requests: await recordings.erase(user) }),
      }
    },
    close: ({ recordings }) => recordings.close(),
  }
}
