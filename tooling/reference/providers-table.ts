import type { ProviderDefinition } from '../../packages/core/src/index.ts'

/** What a wire language is called outside our code. */
const languages: Readonly<Record<string, string>> = {
  'openai-chat': 'OpenAI Chat Completions',
  'anthropic-messages': 'Anthropic Messages',
  'cohere-chat': 'Cohere Chat v2',
  gemini: 'Gemini generateContent',
  'bedrock-converse': 'Bedrock Converse',
  ollama: 'Ollama Chat',
}

const code = (text: string): string => `\`${text}\``

function languageOf({ dialect, paths, variant }: ProviderDefinition): string {
  if (paths.chat === undefined) return ''
  const own = languages[dialect.id] ?? dialect.id
  return variant === undefined ? own : `${own}, OpenAI Responses`
}

function variablesOf({ env = {}, credentials = [{ required: ['apiKey'] }], keyless }: ProviderDefinition): string {
  const ways = credentials.map(({ required }) => required.flatMap((option) => (env[option] ?? []).slice(0, 1)))
  const complete = ways.filter((names) => names.length > 0).map((names) => names.map(code).join(' and '))
  return keyless === true ? (env.baseUrl ?? []).slice(0, 1).map(code).join('') : complete.join(', or ')
}

function operationsOf({ paths }: ProviderDefinition): string {
  const operations = [
    ['chat', paths.chat],
    ['embeddings', paths.embeddings],
    ['rerank', paths.rerank],
    ['moderations', paths.moderations],
    ['its list of models', paths.models],
  ] as const
  return operations.flatMap(([name, path]) => (path === undefined ? [] : [name])).join(', ')
}

/** One row for each kind of provider that calls a service. */
export function providersTable(definitions: readonly ProviderDefinition[]): string {
  const rows = definitions.map((row) => `| ${code(row.type)} | ${variablesOf(row)} | ${languageOf(row)} | ${operationsOf(row)} |`)
  return ['| `type` | enabled by the environment | is spoken to in | offers |', '| --- | --- | --- | --- |', ...rows].join('\n')
}
