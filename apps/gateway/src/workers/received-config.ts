import type { ConfigSource } from '@proxyapi/server'
import { toWorkerConfig } from './worker-config.ts'
import type { GoodReading, WorkerStart } from './worker-start.ts'

/** A configuration that comes from the primary, which has read and checked it. */
export interface ReceivedConfig {
  readonly source: ConfigSource
  readonly receive: (reading: GoodReading) => void
  readonly latest: () => GoodReading
}

function refuse(): never {
  throw new Error('The configuration is the primary’s to read and to change.')
}

/** The configuration of a worker: what the primary has sent last, as one of several runs on it. */
export function createReceivedConfig({ reading, workers }: Pick<WorkerStart, 'reading' | 'workers'>): ReceivedConfig {
  const toOwn = (received: GoodReading): GoodReading => ({ ...received, config: toWorkerConfig(received.config, workers) })
  let latest = toOwn(reading)
  return {
    latest: () => latest,
    receive: (received) => {
      latest = toOwn(received)
    },
    source: {
      path: undefined,
      read: () => latest,
      text: () => undefined,
      check: refuse,
      write: refuse,
      revisions: () => [],
      textOf: () => undefined,
    },
  }
}
