import process from 'node:process'
import { systemDeps } from '../deps.ts'
import type { Reading } from '../metrics/readings.ts'
import { createEventLoopWatch } from './event-loop.ts'
import { readDisk, readMachine, readNetwork } from './machine-readings.ts'
import { readProcess } from './process-readings.ts'

/** What of the machine is read. */
export interface SystemReaderOptions {
  /** The folder whose file system is watched. Default: the working folder. */
  readonly folder?: string | undefined
  /** Unix milliseconds. Default: the system's clock. */
  readonly now?: (() => number) | undefined
}

/** Reads processor, memory, event loop, disk and network; starts no processes. */
export interface SystemReader {
  /** For `metrics.addGauges`. A folder that is gone costs the disk's values only. */
  readonly read: () => Promise<readonly Reading[]>
  /** Stops watching the event loop. */
  readonly close: () => void
}

/**
 * What the machine and this process are doing.
 *
 * @example
 * const system = createSystemReader({ folder: './.proxyapi' })
 * metrics.addGauges(system.read)
 */
export function createSystemReader({ folder = '.', now = systemDeps.now }: SystemReaderOptions = {}): SystemReader {
  const eventLoop = createEventLoopWatch()
  const startedAtMs = now() - process.uptime() * 1_000
  return {
    read: async () => {
      const [disk, network] = await Promise.all([readDisk(folder).catch(() => []), readNetwork()])
      return [...readProcess(startedAtMs), ...eventLoop.read(), ...readMachine(), ...disk, ...network]
    },
    close: eventLoop.close,
  }
}
