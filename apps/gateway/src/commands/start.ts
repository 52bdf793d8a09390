import { existsSync } from 'node:fs'
import { isProxyApiError } from '@proxyapi/core'
import type { Logger } from '@proxyapi/logging'
import { addressField, type Gateway, type GatewayConfig, missingChannels, version } from '@proxyapi/server'
import { listen } from '@proxyapi/server/node'
import { createConfigFile } from '../config/config-file.ts'
import { type LoadOptions, loadConfig } from '../config/load-config.ts'
import { secretsOf } from '../config/secrets-of.ts'
import { watchFile } from '../config/watch-file.ts'
import { createObservation } from '../observation/create-observation.ts'
import type { CliContext } from '../process.ts'
import { buildGateway } from '../state/build-gateway.ts'
import { type PrimaryOptions, serveWithWorkers } from '../workers/serve-with-workers.ts'
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

/** What to try next, told at the first start in a folder. */
function firstSteps(url: string, { keys }: Pick<Gateway, 'keys'>): string {
  const key = keys.length === 0 ? '' : " -H 'authorization: Bearer YOUR_KEY'"
  return `
Try it:    curl ${url}/v1/chat/completions -H 'content-type: application/json'${key} -d '{"model": "demo/echo", "messages": [{"role": "user", "content": "Hello"}]}'
Configure: proxyapi init     Check providers: proxyapi doctor     API: ${url}/docs

`
}

function startupMessage({ gateway, host, port }: Serving, { config, isFirst }: Pick<Start, 'config' | 'isFirst'>): string {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const providers = gateway.engine.providers.map((provider) => provider.name).join(', ')
  const isOpen = gateway.keys.length === 0 && config.auth.jwt.issuer === ''
  const open = isOpen ? 'No API keys are configured: only this machine can reach the gateway.\n' : ''
  const missing = missingChannels(config.alerting).map(addressField)
  const silent = missing.length === 0 ? '' : `Alert channels that rules name are not set up: ${missing.join(', ')}.\n`
  const many = config.server.workers > 1 ? `${config.server.workers} workers answer.\n` : ''
  return `ProxyAPI ${version} listens on ${url}\nProviders: ${providers}\n${open}${many}${silent}${isFirst ? firstSteps(url, gateway) : ''}`
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

/** A gateway that takes requests. */
interface Serving {
  readonly gateway: Gateway
  readonly host: string
  readonly port: number
  readonly stop: () => Promise<void>
  /** Replaces the processes that answer; there is nothing to replace where this one does. */
  readonly restart?: (() => Promise<void>) | undefined
}

/** Answers in this process. */
async function serveAlone(options: PrimaryOptions): Promise<Serving> {
  const { config } = options
  const gateway = await buildGateway(config, options)
  const { host, port, headers_timeout_seconds: headers, body_timeout_seconds: body, shutdown_grace_seconds: grace } = config.server
  const listening = await listen(gateway, { host, port, headersTimeoutMs: headers * 1000, bodyTimeoutMs: body * 1000 })
  gateway.start()
  return { gateway, host: listening.host, port: listening.port, stop: () => listening.stop(grace * 1000) }
}

function restartAtSignal({ restart }: Serving, { context, logger }: { readonly context: CliContext; readonly logger: Logger }): void {
  if (restart === undefined) return
  context.onRestart?.(() => {
    restart().catch((error: unknown) => {
      logger.error('Workers could not be replaced', { error: error instanceof Error ? error.message : String(error) })
    })
  })
}

async function serve(start: Start, context: CliContext): Promise<number> {
  const { config, load, folder } = start
  const observation = await createObservation(config, folder, context)
  const { logger } = observation
  const source = createConfigFile({ ...load, dataFolder: folder, onRead: (read) => observation.addSecrets(secretsOf(read)) })
  const options = { config, folder, source, observation, context }
  const serving: Serving = config.server.workers > 1 ? await serveWithWorkers(options) : await serveAlone(options)
  context.err(startupMessage(serving, start))
  const endWatch = followConfiguration(serving.gateway, start, { context, logger })
  restartAtSignal(serving, { context, logger })
  return new Promise((resolve) => {
    let stopping = false
    context.onStop((signal) => {
      if (stopping) return context.exit(1)
      stopping = true
      endWatch()
      logger.info('Shutting down', { signal })
      void serving
        .stop()
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
