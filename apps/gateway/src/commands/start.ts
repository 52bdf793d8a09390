import { existsSync } from 'node:fs'
import { isProxyApiError, systemDeps } from '@proxyapi/core'
import { createNodeTransport } from '@proxyapi/core/node'
import type { Logger } from '@proxyapi/logging'
import {
  addressField,
  type ConfigSource,
  createGateway,
  type Gateway,
  type GatewayConfig,
  type GatewayDeps,
  type KeyStore,
  missingChannels,
  version,
} from '@proxyapi/server'
import { createNodeAlertChannel, type Listening, listen } from '@proxyapi/server/node'
import { createConfigFile } from '../config/config-file.ts'
import { type LoadOptions, loadConfig } from '../config/load-config.ts'
import { secretsOf } from '../config/secrets-of.ts'
import { watchFile } from '../config/watch-file.ts'
import { toEgressOptions } from '../egress/egress-options.ts'
import { openAnnouncer } from '../instances/open-announcer.ts'
import { openKeyStore } from '../keys/open-key-store.ts'
import { createObservation, type Observation } from '../observation/create-observation.ts'
import type { CliContext } from '../process.ts'
import { openDataFolder } from '../state/data-folder.ts'
import { createLoadTestStore } from '../state/load-test-store.ts'
import { createProcessMemory } from '../state/memory-watch.ts'
import { openCacheStores } from '../state/open-cache-stores.ts'
import { openLimits } from '../state/open-limits.ts'
import { createRecordingFiles } from '../state/recording-files.ts'
import { readFlags } from './arguments.ts'

export const startHelp = `proxyapi start [--config FILE] [--host HOST] [--port PORT] [--data-dir DIR]

Starts the gateway. Without a file, providers are enabled from the environment (OPENAI_API_KEY, ANTHROPIC_API_KEY, …),
and the built-in demo provider always answers demo/echo, demo/lorem, demo/slow,
demo/embed, demo/rerank and demo/moderation.

  --config FILE   YAML or JSON configuration (PROXYAPI_CONFIG)
  --host HOST     address to bind (HOST; 127.0.0.1)
  --port PORT     port to bind (PORT; 8000)
  --data-dir DIR  folder for state (PROXYAPI_DATA_DIR; ./.proxyapi)
`

const flags = {
  config: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  'data-dir': { type: 'string' },
  help: { type: 'boolean' },
} as const

/** Sections whose capability comes with a later release: set on purpose, they deserve a word. */
function inactive(config: GatewayConfig): readonly string[] {
  return config.server.workers > 1 ? ['server.workers'] : []
}

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
interface Surroundings {
  readonly folder: string
  readonly source: ConfigSource
  readonly observation: Observation
  readonly context: CliContext
}

async function buildGateway(config: GatewayConfig, { folder, source, observation, context }: Surroundings): Promise<Gateway> {
  const transport = createNodeTransport(toEgressOptions(config, context))
  return createGateway(config, {
    ...logOperations(observation.logger),
    ...(await openGatewayState(config, folder, observation)),
    limits: await openLimits(config, folder, observation.logger),
    announcer: await openAnnouncer(config),
    createAlertChannel: createNodeAlertChannel,
    transport,
    deps: { ...systemDeps, fetch: transport.fetch },
    configSource: source,
    loadTestStore: createLoadTestStore(folder, observation.logger),
    recordingStore: createRecordingFiles(folder),
    onReload: logReload(observation.logger),
    onReloadElsewhere: logReloadElsewhere(observation.logger),
    ...observation.given,
  })
}

/** What to try next, told at the first start in a folder. */
function firstSteps(url: string, { keys }: Pick<Gateway, 'keys'>): string {
  const key = keys.length === 0 ? '' : " -H 'authorization: Bearer YOUR_KEY'"
  return `
Try it:    curl ${url}/v1/chat/completions -H 'content-type: application/json'${key} -d '{"model": "demo/echo", "messages": [{"role": "user", "content": "Hello"}]}'
Configure: proxyapi init     Check providers: proxyapi doctor     API: ${url}/docs

`
}

function startupMessage(listening: Listening, gateway: Gateway, { config, isFirst }: Pick<Start, 'config' | 'isFirst'>): string {
  const url = `http://${listening.host.includes(':') ? `[${listening.host}]` : listening.host}:${listening.port}`
  const providers = gateway.engine.providers.map((provider) => provider.name).join(', ')
  const isOpen = gateway.keys.length === 0 && config.auth.jwt.issuer === ''
  const open = isOpen ? 'No API keys are configured: only this machine can reach the gateway.\n' : ''
  const later = inactive(config)
  const missing = missingChannels(config.alerting).map(addressField)
  const silent = missing.length === 0 ? '' : `Alert channels that rules name are not set up: ${missing.join(', ')}.\n`
  const waiting = later.length === 0 ? '' : `Accepted but not active in this version: ${later.join(', ')}.\n`
  return `ProxyAPI ${version} listens on ${url}\nProviders: ${providers}\n${open}${silent}${waiting}${isFirst ? firstSteps(url, gateway) : ''}`
}

/** What a gateway is started with. */
interface Start {
  readonly config: GatewayConfig
  readonly load: LoadOptions
  readonly folder: string
  /** Whether the folder for state is new. */
  readonly isFirst: boolean
}

/** Reads the configuration anew at SIGHUP and, where it is watched, when its file has changed. Returns a function that ends that. */
function followConfiguration(gateway: Gateway, { load, config }: Start, { context, logger }: { context: CliContext; logger: Logger }) {
  const reload = (origin: 'signal' | 'file'): void => {
    gateway.reload(origin).catch((error: unknown) => {
      logger.error('The configuration could not be read anew', { error: error instanceof Error ? error.message : String(error) })
    })
  }
  context.onHangup(() => reload('signal'))
  if (!config.server.watch_config || load.path === undefined) return () => undefined
  return watchFile(load.path, () => reload('file'))
}

async function serve(start: Start, context: CliContext): Promise<number> {
  const { config, load, folder } = start
  const observation = await createObservation(config, folder, context)
  const { logger } = observation
  const source = createConfigFile({ ...load, dataFolder: folder, onRead: (read) => observation.addSecrets(secretsOf(read)) })
  const gateway = await buildGateway(config, { folder, source, observation, context })
  const { host, port, headers_timeout_seconds: headers, body_timeout_seconds: body, shutdown_grace_seconds: grace } = config.server
  const listening = await listen(gateway, { host, port, headersTimeoutMs: headers * 1000, bodyTimeoutMs: body * 1000 })
  gateway.start()
  context.err(startupMessage(listening, gateway, start))
  const endWatch = followConfiguration(gateway, start, { context, logger })
  return new Promise((resolve) => {
    let stopping = false
    context.onStop((signal) => {
      if (stopping) return context.exit(1)
      stopping = true
      endWatch()
      logger.info('Shutting down', { signal })
      void listening
        .stop(grace * 1000)
        .then(observation.close)
        .then(() => resolve(0))
    })
  })
}

function explain(error: unknown, config: GatewayConfig): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EADDRINUSE') return `Port ${config.server.port} on ${config.server.host} is in use. Choose another with --port.`
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND')
    return `${config.server.host}:${config.server.port} can't be bound (${code}).`
  return isProxyApiError(error) ? error.message : error instanceof Error ? error.message : String(error)
}

export async function start(args: readonly string[], context: CliContext): Promise<number> {
  const values = readFlags(args, flags)
  if (values.help === true) {
    context.out(startHelp)
    return 0
  }
  const path = values.config ?? (context.env['PROXYAPI_CONFIG'] || undefined)
  const load = { path, env: context.env, readFile: context.readFile, host: values.host, port: values.port }
  const loaded = loadConfig(load)
  if (!loaded.ok) {
    context.err(`${loaded.problems.join('\n')}\n`)
    return 1
  }
  try {
    const folder = values['data-dir'] ?? (context.env['PROXYAPI_DATA_DIR'] || './.proxyapi')
    return await serve({ config: loaded.config, load, folder, isFirst: !existsSync(folder) }, context)
  } catch (error) {
    context.err(`${explain(error, loaded.config)}\n`)
    return 1
  }
}
