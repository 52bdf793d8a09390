import type { Recorder } from '@proxyapi/logging/node'
import { type ConfigSource, createAnnouncer, type Gateway, type GatewayConfig, type LimitStores } from '@proxyapi/server'
import { listenForForwarded } from '@proxyapi/server/node'
import { openAnnouncements } from '../instances/open-announcements.ts'
import type { Observation } from '../observation/create-observation.ts'
import type { CliContext } from '../process.ts'
import { buildGateway } from '../state/build-gateway.ts'
import { openLimits } from '../state/open-limits.ts'
import { createControlPath } from './control-path.ts'
import { withWorkersFlushed } from './serve-worker-recorder.ts'
import { serveWorker } from './serve-workers.ts'
import { createPrimaryAnnouncements, type PrimaryAnnouncements } from './worker-announcements.ts'
import { createWorkerPool, type WorkerPool } from './worker-pool.ts'
import { createFork, workerFile } from './worker-process.ts'
import { type GoodReading, type WorkerAddress, type WorkerStart, WorkerStartError } from './worker-start.ts'

/** What several workers are started with. */
export interface PrimaryOptions {
  readonly config: GatewayConfig
  readonly folder: string
  readonly source: ConfigSource
  readonly observation: Observation
  readonly context: CliContext
}

/** A gateway of several processes: this one keeps what exists once, the others answer clients. */
export interface Primary extends WorkerAddress {
  readonly gateway: Gateway
  /** Replaces the workers one after the other. */
  readonly restart: () => Promise<void>
  /** Lets the workers finish, then closes everything. */
  readonly stop: () => Promise<void>
}

/** The settings that are the primary's own, and stay as they are until it is started anew: whatever a worker starts with. */
function withOwn(wanted: GatewayConfig, { server, redis, database, logging }: GatewayConfig): GatewayConfig {
  const { host, port, workers } = server
  return { ...wanted, server: { ...wanted.server, host, port, workers }, redis, database, logging }
}

function readFirst(source: ConfigSource, config: GatewayConfig): GoodReading {
  const reading = source.read()
  // The file may have changed since it was read for the start.
  return reading.ok ? { ...reading, config } : { ok: true, config, origins: {}, revision: 'given' }
}

interface Parts extends PrimaryOptions {
  readonly control: string
  readonly recorder: Recorder
}

/** What of the primary is there only after its pool. */
interface LaterParts {
  readonly gateway: () => Gateway
  readonly stores: () => LimitStores
  readonly announcements: () => PrimaryAnnouncements
}

/** The pool, with what it starts workers with: always the latest configuration. Port 0 is the same for all of them, for the primary binds it. */
function openPool(parts: Parts, { gateway, stores, announcements }: LaterParts): WorkerPool {
  const { config, folder, source, observation, control, recorder } = parts
  const { host, port, workers, shutdown_grace_seconds: graceSeconds } = config.server
  const file = workerFile()
  if (file === undefined) throw new WorkerStartError({ message: 'Workers have no program to run: build the package.' })
  let reading = readFirst(source, config)
  const startOf = (): WorkerStart => ({
    ...{ reading, folder, control, host, workers, secret: observation.secret, port },
  })
  const pool: WorkerPool = createWorkerPool({
    fork: createFork(file),
    logger: observation.logger,
    startOf,
    graceMs: graceSeconds * 1000,
    serve: (channel) =>
      serveWorker(
        {
          recorder,
          stores: stores(),
          onRequest: (request) => gateway().onWorkerRequest(request),
          onEvent: (event) => gateway().onWorkerEvent(event),
          onAnnounced: (text, from) => announcements().onWorkerText(text, (passed) => pool.tellOthers('announce', passed, from)),
        },
        channel,
      ),
  })
  return {
    ...pool,
    takeIn: async (next) => {
      reading = { ...next, config: withOwn(next.config, config) }
      await pool.takeIn(reading)
    },
  }
}

function opened(stores: LimitStores | undefined): LimitStores {
  if (stores === undefined) throw new WorkerStartError({ message: 'Workers were started before there was anything to count with.' })
  return stores
}

/** Starts the workers and what they need of this process. @throws WorkerStartError when they can't be started */
export async function serveWithWorkers(options: PrimaryOptions): Promise<Primary> {
  const { config, observation } = options
  const control = createControlPath(options.folder)
  let stores: LimitStores | undefined
  const { recorder: own } = observation.given
  if (own === undefined) throw new WorkerStartError({ message: 'Workers have no recorder to hand over to.' })
  const pool = openPool(
    { ...options, control: control.path, recorder: own },
    { gateway: () => gateway, stores: () => opened(stores), announcements: () => announcements },
  )
  const announcements = createPrimaryAnnouncements(await openAnnouncements(config), (text) => pool.tellOthers('announce', text))
  const limits = await openLimits(config, options.folder, observation.logger)
  const gateway: Gateway = await buildGateway(config, options, {
    recorder: withWorkersFlushed(own, pool.flush),
    workers: pool,
    announcer: createAnnouncer(announcements.channel),
    limits: { ...limits, onStores: (given) => (stores = given) },
  })
  const endControl = await listenForForwarded(gateway, control.path)
  const stop = async (): Promise<void> => {
    await Promise.all([gateway.drain(config.server.shutdown_grace_seconds * 1000), pool.stop()])
    await endControl()
    await gateway.close()
    control.remove()
  }
  try {
    const address = await pool.start(config.server.workers)
    gateway.start()
    return { ...address, gateway, restart: pool.restart, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
