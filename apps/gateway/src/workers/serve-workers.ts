import type { CompletedRequest } from '@proxyapi/logging'
import type { GatewayEvent, Recorder, ToRecorder } from '@proxyapi/logging/node'
import type { LimitStores } from '@proxyapi/server'
import type { Channel } from './channel.ts'
import { serveLimits } from './serve-limits.ts'
import { serveWorkerRecorder } from './serve-worker-recorder.ts'
import type { WorkerService } from './worker-pool.ts'

/** What the primary has that exists once. */
export interface PrimaryServices {
  readonly recorder: Recorder
  /** Called once for each request that a worker has answered. */
  readonly onRequest: (request: CompletedRequest) => void
  /** Called with what changes in a worker's engine. */
  readonly onEvent: (event: GatewayEvent) => void
  readonly stores: LimitStores
  /** Called with what the worker announces. */
  readonly onAnnounced: (text: string, from: Channel) => void
}

/** What the primary does for one worker: it keeps its records, and counts its limits and budgets. */
export function serveWorker({ recorder, onRequest, onEvent, stores, onAnnounced }: PrimaryServices, channel: () => Channel): WorkerService {
  const onRecord = serveWorkerRecorder(recorder, { post: (message) => channel().tell('recorder', message), onRequest })
  const counted = serveLimits(stores)
  return {
    questions: counted.questions,
    topics: {
      ...counted.topics,
      recorder: (message: ToRecorder) => void onRecord(message),
      event: onEvent,
      announce: (text: string) => onAnnounced(text, channel()),
    },
    onEnded: counted.onEnded,
  }
}
