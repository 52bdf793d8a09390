import { systemDeps } from '@proxyapi/core'
import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway, type GatewayConfig } from '@proxyapi/server'
import { toEgressOptions } from '../egress/egress-options.ts'
import type { CliContext } from '../process.ts'
import { toJson, toTable } from '../terminal.ts'
import { readFlags, UsageError } from './arguments.ts'
import { configPath, loadOrTell } from './load.ts'

export const modelsHelp = `proxyapi models [--config FILE] [--provider NAME] [--search WORDS] [--limit N] [--json]

Lists the models that the configuration's providers offer, with their windows and prices (USD for a million tokens).
Providers without a list of models are asked for theirs; one that can't be asked is told on standard error.

  --provider NAME  of one provider
  --search WORDS   whose names are like these
  --limit N        the most to list (200)
  --json           as GET /api/models answers
`

const flags = {
  config: { type: 'string' },
  provider: { type: 'string' },
  search: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

interface Listed {
  readonly id: string
  readonly provider: string
  readonly context_length: number | null
  readonly input_cost: number | null
  readonly output_cost: number | null
}

function readLimit(value: string | undefined): string {
  if (value === undefined) return '200'
  if (/^\d{1,6}$/.test(value) && Number(value) >= 1) return value
  throw new UsageError(`--limit is "${value}"; allowed: a whole number from 1 on`)
}

interface Question {
  readonly provider?: string | undefined
  readonly search?: string | undefined
  readonly limit: string
}

/** Asks a gateway of this process, without keys: whoever can read its configuration may see its models. */
async function askModels(config: GatewayConfig, { provider, search, limit }: Question, context: CliContext): Promise<readonly Listed[]> {
  const transport = createNodeTransport(toEgressOptions(config, context))
  const open = { ...config, auth: { api_keys: [] }, server: { ...config.server, host: '127.0.0.1' } }
  const gateway = createGateway(open, {
    transport,
    deps: { ...systemDeps, fetch: transport.fetch },
    onDiscoveryFailure: (name, error) => context.err(`${name}: ${error instanceof Error ? error.message : String(error)}\n`),
  })
  try {
    const query = new URLSearchParams({ limit, ...(provider !== undefined && { provider }), ...(search !== undefined && { q: search }) })
    const response = await gateway.fetch(`http://127.0.0.1/api/models${search === undefined ? '' : '/search'}?${query.toString()}`)
    const body = (await response.json()) as { readonly models?: readonly Listed[]; readonly error?: { readonly message: string } } // our own answer
    if (body.models === undefined) throw new UsageError(body.error?.message ?? `the answer was ${response.status}`)
    return body.models
  } finally {
    await gateway.close()
  }
}

/** Dollars per 1,000 tokens, as a million of them cost. */
function perMillion(cost: number | null): string {
  return cost === null ? '?' : String(Number((cost * 1000).toPrecision(6)))
}

function toText(models: readonly Listed[]): string {
  const rows = models.map(({ id, provider, context_length: window, input_cost: input, output_cost: output }) => [
    `${provider}/${id}`,
    window === null ? '?' : String(window),
    perMillion(input),
    perMillion(output),
  ])
  return toTable([['MODEL', 'CONTEXT', 'INPUT', 'OUTPUT'], ...rows])
}

export async function models(args: readonly string[], context: CliContext): Promise<number> {
  const values = readFlags(args, flags)
  if (values.help === true) {
    context.out(modelsHelp)
    return 0
  }
  const limit = readLimit(values.limit)
  const config = loadOrTell(configPath(values.config, context), context, values.json)
  if (config === undefined) return 1
  const listed = await askModels(config, { provider: values.provider, search: values.search, limit }, context)
  context.out(values.json === true ? toJson({ models: listed, count: listed.length }) : toText(listed))
  return 0
}
