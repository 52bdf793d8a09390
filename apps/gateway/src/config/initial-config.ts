import { createProviderTable } from '@proxyapi/core/serving'

/** What a first configuration is made of. */
export interface InitialConfig {
  readonly providers: readonly string[]
  readonly host: string
  readonly port: number
  /** For clients, an admin's; `undefined` makes none. */
  readonly key: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The variables of a provider's key, the usual one first. */
function variablesOf(type: string): readonly string[] {
  const names = createProviderTable().definitionOf(type)?.env?.apiKey
  return names ?? []
}

/** One provider's line; one whose key is not in the environment yet is written as a comment, so that the file starts. */
function providerLine(name: string, env: InitialConfig['env']): string {
  const [usual] = variablesOf(name)
  if (usual === undefined) return `  - { name: ${name} }\n`
  const set = variablesOf(name).find((variable) => (env[variable] ?? '') !== '')
  const line = `- { name: ${name}, api_key: "\${${set ?? usual}}" }`
  return set === undefined ? `  # ${line}   # when ${usual} is set\n` : `  ${line}\n`
}

function authPart(key: string | undefined): string {
  if (key !== undefined) return `auth:\n  api_keys:\n    - { name: admin, key: "${key}", role: admin }\n`
  return '# Without keys only this machine can reach the gateway. A key for a team, with limits:\n# auth:\n#   api_keys:\n#     - { name: web, key: "${WEB_KEY}", models: ["demo/*"], limits: { requests_per_minute: 60 } }\n'
}

/** The text of a first configuration: few settings, and a comment for each thing that people look for next. */
export function initialConfig({ providers, host, port, key, env }: InitialConfig): string {
  const lines = [...new Set([...providers, 'demo'])].map((name) => providerLine(name, env)).join('')
  return `# yaml-language-server: $schema=./proxyapi.schema.json
# "proxyapi schema > proxyapi.schema.json" lets an editor complete and check this file; "proxyapi check" checks it too.

server: { host: ${host}, port: ${port} }

${authPart(key)}
# Clients ask for provider/model, for instance demo/echo, which needs no key.
providers:
${lines}
# A name of your own for several models: the first that can answer does, and others stand in.
models:
  - { name: fast, targets: [demo/echo], fallbacks: [demo/lorem] }

# Equal requests are answered once.
caching: { response_cache: { ttl: 1800 } }

# Changes of this file are taken in while the gateway runs: SIGHUP, or POST /api/config/reload.
logging: { level: INFO }
`
}
