import cluster, { type Worker } from 'node:cluster'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A process that answers requests, as its primary sees it. */
export interface WorkerProcess {
  readonly pid: number | undefined
  /** Sends plain data. A process that has ended takes none. */
  readonly post: (message: unknown) => void
  readonly kill: (signal: NodeJS.Signals) => void
}

export interface WorkerListener {
  readonly onMessage: (message: unknown) => void
  /** Called once, with what it ended by. */
  readonly onExit: (code: number | null, signal: string | null) => void
}

export type ForkWorker = (listener: WorkerListener) => WorkerProcess

/** The worker's program: beside this file in the build; from source (tests), in the build if there is one. `undefined` where there is none. */
export function workerFile(): string | undefined {
  const here = import.meta.url
  const file = fileURLToPath(new URL(here.endsWith('.ts') ? '../../dist/worker.js' : './worker.js', here))
  return existsSync(file) ? file : undefined
}

function fork({ onMessage, onExit }: WorkerListener): WorkerProcess {
  const worker: Worker = cluster.fork()
  worker.on('message', onMessage)
  // A channel that breaks is followed by the exit.
  worker.on('error', () => undefined)
  worker.on('exit', onExit)
  return {
    pid: worker.process.pid,
    post: (message) => {
      if (worker.isConnected()) worker.send(message as object, () => undefined) // plain data; a process that ends meanwhile takes none
    },
    kill: (signal) => worker.process.kill(signal),
  }
}

/** Sets up how workers are made: connections are taken by the primary and given to them in turn. */
export function createFork(file: string): ForkWorker {
  cluster.schedulingPolicy = cluster.SCHED_RR
  // Numbers without bounds, bytes and absent members cross as they are.
  cluster.setupPrimary({ exec: file, args: [], serialization: 'advanced' })
  return fork
}
