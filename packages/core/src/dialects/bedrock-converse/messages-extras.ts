import type { ChatRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import { wordsOf } from './model-traits.ts'

/** The betas of Anthropic's Messages API that Bedrock knows, too (docs.aws.amazon.com/bedrock, Claude request, `anthropic_beta`, 2026-08). */
const betas: ReadonlySet<string> = new Set([
  'computer-use-2025-01-24',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'dev-full-thinking-2025-05-14',
  'fine-grained-tool-streaming-2025-05-14',
  'interleaved-thinking-2025-05-14',
  'output-128k-2025-02-19',
  'token-efficient-tools-2025-02-19',
  'tool-search-tool-2025-10-19',
])

/** Fields of a Messages body that a beta brings, by the beta's name. */
const fieldsOfBetas: Readonly<Record<string, string>> = { 'context-management-2025-06-27': 'context_management' }

/** Fields of the model, and the names of those extras that are in them. */
export interface MessagesExtras {
  readonly fields: JsonObject
  readonly taken: readonly string[]
}

const nothing: MessagesExtras = { fields: {}, taken: [] }

/** What a Messages client says beyond the neutral fields, in fields of the model, where that is Claude. */
export function fromMessagesExtras({ extras }: ChatRequest, model: string): MessagesExtras {
  const header = extras?.dialect === 'anthropic-messages' ? extras.headers?.['anthropic-beta'] : undefined
  if (extras === undefined || header === undefined || wordsOf(model).reasoning !== 'claude') return nothing
  const known = header.split(',').filter((beta) => betas.has(beta))
  if (known.length === 0) return nothing
  const taken = known.flatMap((beta) => fieldsOfBetas[beta] ?? []).filter((name) => extras.fields[name] !== undefined)
  return { fields: { anthropic_beta: known, ...Object.fromEntries(taken.map((name) => [name, extras.fields[name]])) }, taken }
}
