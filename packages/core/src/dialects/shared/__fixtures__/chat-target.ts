import type { ChatRequest } from '../../../chat/request.ts'
import type { EncodedRequest, EncodeTarget } from '../../dialect.ts'
import type { Capabilities } from '../../capabilities.ts'
import type { Dialect } from '../../dialect.ts'

const all: Capabilities = {
  tools: true,
  parallelTools: true,
  vision: true,
  imageUrls: true,
  audio: true,
  files: true,
  jsonSchema: 'native',
  jsonObject: true,
}

/** Writes a request for a model of a provider that can do everything, unless told otherwise. */
export function encodeFor(
  dialect: Dialect,
  model: string,
  capabilities: Partial<Capabilities> = {},
): (request: Partial<ChatRequest>) => EncodedRequest {
  const target: EncodeTarget = { model, capabilities: { ...all, ...capabilities }, stream: false }
  return (request) => dialect.upstream.toRequest({ model, messages: [{ role: 'user', content: 'Hi' }], ...request }, target)
}
