import { systemDeps } from '@proxyapi/core'
import { createNodeTransport } from '@proxyapi/core/node'
import { createProviderTable } from '@proxyapi/core/serving'
import { createMasker } from '@proxyapi/logging'
import { createGateway, type GatewayConfig } from '@proxyapi/server'
import { secretsOf } from '../config/secrets-of.ts'
import { type Examination, examineProvider } from '../doctor/examine-provider.ts'
import { toEgressOptions } from '../egress/egress-options.ts'
import type { CliContext } from '../process.ts'
import { createPaint, toJson } from '../terminal.ts'
import { readFlags, UsageError } from './arguments.ts'
import { configPath, loadOrTell } from './load.ts'

export const doctorHelp = `proxyapi doctor [--config FILE] [--provider NAME] [--timeout-ms N] [--json]

Reaches each provider as the gateway would, step by step: the name (DNS), the connection (TLS), the key, the list of
models, each with its time. Asks nothing that costs. Secrets are not shown.

  --provider NAME  one provider alone
  --timeout-ms N   for each step (5000)
  --json           [{"provider", "type", "host", "findings": [{"check", "ok", "ms", "detail"}]}]
`

const flags = {
  config: { type: 'string' },
  provider: { type: 'string' },
  'timeout-ms': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

function readTimeout(value: string | undefined): number {
  if (value === undefined) return 5_000
  if (/^\d{1,6}$/.test(value) && Number(value) >= 1) return Number(value)
  throw new UsageError(`--timeout-ms is "${value}"; allowed: a whole number from 1 to 999999`)
}

/** The address that a provider is reached at, where it does not depend on the request. */
function urlOf({ name, type, base_url: url }: GatewayConfig['providers'][number]): URL | undefined {
  const usual = createProviderTable().definitionOf(type ?? name)?.baseUrl
  const address = url ?? (typeof usual === 'string' ? usual : undefined)
  return address !== undefined && URL.canParse(address) ? new URL(address) : undefined
}

/** All providers at once; as many at a time as there are. */
async function examine(
  config: GatewayConfig,
  { only, timeoutMs }: { readonly only: string | undefined; readonly timeoutMs: number },
  context: CliContext,
): Promise<readonly Examination[]> {
  const transport = createNodeTransport(toEgressOptions(config, context))
  const gateway = createGateway({ ...config, auth: { api_keys: [] } }, { transport, deps: { ...systemDeps, fetch: transport.fetch } })
  const urls = new Map(config.providers.map((provider) => [provider.name, urlOf(provider)]))
  const chosen = gateway.engine.providers.filter(({ name }) => only === undefined || name === only)
  try {
    if (chosen.length === 0) throw new UsageError(`there is no provider "${only ?? ''}"; there are ${[...urls.keys()].join(', ')}`)
    const now = systemDeps.monotonicNow
    return await Promise.all(chosen.map((provider) => examineProvider({ provider, url: urls.get(provider.name), timeoutMs, now })))
  } finally {
    await gateway.close()
  }
}

function toText(examinations: readonly Examination[], context: CliContext): string {
  const { good, bad, dim } = createPaint(context)
  return examinations
    .map(({ provider, type, host, findings }) => {
      const lines = findings.map(
        ({ check, ok, ms, detail }) => `  ${ok ? good('ok  ') : bad('FAIL')} ${check.padEnd(6)} ${detail} ${dim(`(${ms} ms)`)}\n`,
      )
      return `${provider} (${type}${host === undefined ? '' : `, ${host}`})\n${lines.join('')}`
    })
    .join('')
}

export async function doctor(args: readonly string[], context: CliContext): Promise<number> {
  const values = readFlags(args, flags)
  if (values.help === true) {
    context.out(doctorHelp)
    return 0
  }
  const timeoutMs = readTimeout(values['timeout-ms'])
  const config = loadOrTell(configPath(values.config, context), context, values.json)
  if (config === undefined) return 1
  const examinations = await examine(config, { only: values.provider, timeoutMs }, context)
  const { mask } = createMasker({ secrets: secretsOf(config) })
  const shown = examinations.map((one) => ({
    ...one,
    findings: one.findings.map((finding) => ({ ...finding, detail: mask(finding.detail) })),
  }))
  context.out(values.json === true ? toJson(shown) : toText(shown, context))
  return shown.every(({ findings }) => findings.every(({ ok }) => ok)) ? 0 : 1
}
