import type { Capabilities, IdentifierForm, ReasoningSupport } from '../dialects/capabilities.ts'

/** Everything that OpenAI itself takes: rows name what differs. */
export const everything = {
  tools: true,
  parallelTools: true,
  vision: true,
  imageUrls: true,
  audio: true,
  files: true,
  jsonSchema: 'native',
  jsonObject: true,
} as const satisfies Capabilities

/** For providers of embeddings and rerank. */
export const noChat = {
  tools: false,
  parallelTools: false,
  vision: false,
  imageUrls: false,
  audio: false,
  files: false,
  jsonSchema: 'none',
  jsonObject: false,
} as const satisfies Capabilities

/** Names of functions as OpenAI takes them, and most vendors of its dialect with it (platform.openai.com/docs/api-reference/chat/create, 2026-08). */
const functionNames: IdentifierForm = { pattern: /^[A-Za-z0-9_-]{1,64}$/, maxLength: 64 }

/** What vendors of OpenAI's dialect have in common. */
export const openAiStyle = {
  ...everything,
  toolNames: functionNames,
  limits: { user: 64, topLogprobs: 20, promptCacheKey: 64 },
} as const satisfies Capabilities

/** Fields of OpenAI's messages that vendors refuse who check messages against a list of their own. */
export const strictMessageFields: readonly string[] = ['name', 'refusal', 'annotations', 'audio', 'cache_control']

/** What a row says of a family of models. */
export type ModelFamily = readonly [RegExp, Partial<Capabilities>]

/** A row whose models differ: the first family that a name belongs to adds what it takes. */
export function byFamily(row: Capabilities, families: readonly ModelFamily[]): (model: string) => Capabilities {
  return (model) => ({ ...row, ...families.find(([pattern]) => pattern.test(model))?.[1] })
}

export const neverReasons: ReasoningSupport = { mode: 'never' }
/** Reasons in every answer, and can't be told how much. */
export const alwaysReasons: ReasoningSupport = { mode: 'always', efforts: [] }
/** OpenAI's open model, wherever it runs. */
export const gptOssReasoning: ReasoningSupport = { mode: 'always', efforts: ['low', 'medium', 'high'] }
