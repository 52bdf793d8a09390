import { systemDeps } from '@proxyapi/core'
import { createLineBuffer, createLogger, createMasker, type Logger, type Reading } from '@proxyapi/logging'
import { createSystemReader, type Recorder, type Tracing } from '@proxyapi/logging/node'
import type { GatewayConfig, GatewayDeps } from '@proxyapi/server'
import { secretsOf } from '../config/secrets-of.ts'
import type { CliContext } from '../process.ts'
import { openRecorder } from '../records/open-recorder.ts'
import { processSecret } from '../state/folder-secret.ts'
import { logLosses, logNotice } from './log-records.ts'
import { startTracing } from './start-tracing.ts'

/** How a gateway process tells and keeps what it does: log, metrics of the machine, traces, records. */
export interface Observation {
  readonly logger: Logger
  /** What pseudonyms of people and ids of keys are made with. */
  readonly secret: string
  /** For `createGateway`. */
  readonly given: Pick<GatewayDeps, 'mask' | 'secret' | 'onInternalError' | 'onDiscoveryFailure' | 'tracing' | 'readGauges' | 'recorder'>
  /** Hides these too from now on: another configuration has brought them. */
  readonly addSecrets: (secrets: readonly string[]) => void
  /** Flushes everything; the last thing before the process ends. */
  readonly close: () => Promise<void>
}

function logFailures(logger: Logger): Pick<GatewayDeps, 'onInternalError' | 'onDiscoveryFailure'> {
  return {
    onInternalError: (error, requestId) =>
      logger.error('Internal error', {
        request_id: requestId,
        cause: error.cause instanceof Error ? error.cause.stack : String(error.cause),
      }),
    onDiscoveryFailure: (provider, error) =>
      logger.warning('Model discovery failed', { provider, error: error instanceof Error ? error.message : String(error) }),
  }
}

function readDropped(logger: Logger, tracing: Tracing | undefined, lostLines = 0): readonly Reading[] {
  const dropped = { log: logger.dropped() + lostLines, traces: tracing?.dropped() ?? 0 }
  return Object.entries(dropped).map(([sink, value]) => ({ name: 'records_dropped_total', labels: { sink }, value }))
}

/** What a process is given by another one that has it already: a worker by its primary. */
export interface GivenObservation {
  readonly secret?: string | undefined
  readonly recorder?: Recorder | undefined
}

/** The process that is observed. */
interface ObservedProcess extends Pick<CliContext, 'env' | 'out' | 'lostLines'> {
  readonly given?: GivenObservation | undefined
}

export async function createObservation(
  config: GatewayConfig,
  folder: string,
  { given = {}, ...process }: ObservedProcess,
): Promise<Observation> {
  const secrets = secretsOf(config)
  const masker = createMasker({ secrets })
  const lines = createLineBuffer({ write: process.out, setTimer: systemDeps.setTimer })
  const { level, format } = config.logging
  const logger = createLogger({ level, format, masker, write: lines.write, now: systemDeps.now })
  const tracing = await startTracing(config, process.env, { logger, masker })
  const system = createSystemReader({ folder })
  const secret =
    given.secret ??
    processSecret({
      folder,
      given: process.env['PROXYAPI_SECRET'],
      onError: (message) => logger.error('The secret of the data folder can’t be used', { error: message }),
    })
  const recorder =
    given.recorder ??
    openRecorder({
      folder,
      config,
      secrets: [...secrets, secret],
      out: process.out,
      secret,
      onNotice: (notice) => logNotice(logger, notice),
    })
  return {
    logger,
    secret,
    given: {
      recorder,
      ...logFailures(logger),
      mask: masker.mask,
      secret,
      tracing,
      readGauges: [system.read, () => readDropped(logger, tracing, process.lostLines?.())],
    },
    addSecrets: (added) => {
      for (const one of added) masker.addSecret(one)
      // A recorder that is gone is told by the records that it loses.
      void recorder.addSecrets(added).catch(() => undefined)
    },
    close: async () => {
      system.close()
      await tracing?.close()
      logLosses(logger, recorder.figures())
      lines.flush()
    },
  }
}
