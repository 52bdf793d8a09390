import type { Capabilities } from '../dialects/capabilities.ts'

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
