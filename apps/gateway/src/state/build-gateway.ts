import { isProxyApiError, systemDeps } from '@proxyapi/core'
import { createNodeTransport } from '@proxyapi/core/node'
import type { Logger } from '@proxyapi/logging'
import {
  type ConfigSource,
  createAnnouncer,
  createGateway,
  type Gateway,
  type GatewayConfig,
  type GatewayDeps,
  type KeyStore,
} from '@proxyapi/server'
import { createNodeAlertChannel } from '@proxyapi/server/node'
import { toEgressOptions } from '../egress/egress-options.ts'
import { openAnnouncements } from '../instances/open-announcements.ts'
import { openKeyStore } from '../keys/open-key-store.ts'
import type { Observation } from '../observation/create-observation.ts'
import type { CliContext } from '../process.ts'
import { openDataFolder } from './data-folder.ts'
import { createKeySetStore } from './key-set-store.ts'
import { createLoadTestStore } from './load-test-store.ts'
import { createProcessMemory } from './memory-watch.ts'
import { createModelListStore } from './model-list-store.ts'
import { openCacheStores } from './open-cache-stores.ts'
import { openLimits } from './open-limits.ts'
import { createRecordingFiles } from './recording-files.ts'

/** Alerts and experiments are told in the log too. */
function logOperations(logger: Logger): Pick<GatewayDeps, 'onAlert' | 'onExperiment'> {
  return {
    onAlert: ({ alertId, rule, severity, status, values }) => {
      const data = { rule, severity, alert_id: alertId, values }
      if (status === 'firing') logger.warning('Alert is firing', data)
      else logger.info('Alert is resolved', data)
    },
    onExperiment: (report) => {
      const { experiment_id, experiment_name, status, verdict, seed, faults_injected } = report
      const data = { experiment_id, experiment_name, status, verdict, seed, faults_injected }
      logger.warning(status === 'running' ? 'Chaos experiment has begun' : 'Chaos experiment has ended', data)
    },
  }
}

/** Where issued keys are kept. A database that was asked for must be there; without a data folder none can be issued. */
async function openKeys(config: GatewayConfig, folder: string | undefined, { logger, secret }: Observation): Promise<KeyStore | undefined> {
  try {
    return await openKeyStore({ config, folder, secret })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (isProxyApiError(error)) throw error
    if (config.database.url !== '')
      throw new Error(`The database of database.url can't be used: ${reason || 'no connection'}`, { cause: error })
    logger.error('keys.db can’t be used, no keys can be issued', { error: reason })
    return undefined
  }
}

/** One line for each time that the configuration is read anew. */
function logReload(logger: Logger): NonNullable<GatewayDeps['onReload']> {
  return (result, origin) => {
    if (!result.ok) {
      const issues = result.issues.map(({ line, column, message }) => (line === null ? message : `${line}:${column ?? 1} ${message}`))
      logger.error('The configuration is not valid, and the one before stays at work', { origin, issues })
      return
    }
    const { revision, changes, takesRestart } = result
    const changed = changes.map(({ path }) => path)
    logger.info(changed.length === 0 ? 'The configuration is as it was' : 'The configuration has been taken in', {
      origin,
      revision,
      changed,
    })
    if (takesRestart.length > 0) logger.warning('Settings wait for the next start', { takes_restart: takesRestart })
  }
}

/** One line for each configuration that another instance has taken in and this one has not. */
function logReloadElsewhere(logger: Logger): NonNullable<GatewayDeps['onReloadElsewhere']> {
  return ({ there, here = 'none' }) =>
    logger.warning('Another instance has taken in a configuration that differs from the file here, and this one stays as it is', {
      there,
      here,
    })
}

/** Where state lies, and what keeps it. Without a folder the gateway starts all the same. */
async function openGatewayState(
  config: GatewayConfig,
  dataDir: string,
  observation: Observation,
): Promise<Pick<GatewayDeps, 'cache' | 'createMemory' | 'load' | 'keyStore'>> {
  const { logger, secret } = observation
  const folder = openDataFolder(dataDir, (reason) =>
    logger.warning('The data folder can’t be used, state is kept in memory alone', { data_dir: dataDir, reason }),
  )
  return {
    keyStore: await openKeys(config, folder, observation),
    cache: openCacheStores(config, folder, { logger, secret, now: systemDeps.now }),
    ...createProcessMemory(config, logger),
  }
}

/** What a gateway is put up in. */
export interface Surroundings {
  readonly folder: string
  readonly source: ConfigSource
  readonly observation: Observation
  readonly context: CliContext
}

/** A gateway of this process, with its state. `more` takes the place of what a gateway that is alone has. */
export async function buildGateway(
  config: GatewayConfig,
  { folder, source, observation, context }: Surroundings,
  more: GatewayDeps = {},
): Promise<Gateway> {
  const transport = createNodeTransport(toEgressOptions(config, context))
  return createGateway(config, {
    ...logOperations(observation.logger),
    ...(await openGatewayState(config, folder, observation)),
    createAlertChannel: createNodeAlertChannel,
    transport,
    deps: { ...systemDeps, fetch: transport.fetch },
    configSource: source,
    loadTestStore: createLoadTestStore(folder, observation.logger),
    modelLists: createModelListStore(folder, observation.logger),
    keySetStore: createKeySetStore(folder, observation.logger),
    recordingStore: createRecordingFiles(folder),
    onReload: logReload(observation.logger),
    onReloadElsewhere: logReloadElsewhere(observation.logger),
    ...observation.given,
    ...more,
    announcer: more.announcer ?? createAnnouncer(await openAnnouncements(config)),
    limits: more.limits ?? (await openLimits(config, folder, observation.logger)),
  })
}
