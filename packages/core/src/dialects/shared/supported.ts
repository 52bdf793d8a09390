import type { ChatRequest, ResponseFormat } from '../../chat/request.ts'
import type { Capabilities } from '../capabilities.ts'
import { droppedParameters } from './dropped.ts'

/** A request without the parameters that its provider refuses, and their names in the client's spelling. */
export interface SupportedRequest {
  readonly request: ChatRequest
  readonly dropped: readonly string[]
}

type Draft = { -readonly [Name in keyof ChatRequest]: ChatRequest[Name] }

function takesFormat(format: ResponseFormat, capabilities: Capabilities): boolean {
  if (format.type === 'json_schema') return capabilities.jsonSchema === 'native'
  return format.type === 'text' || capabilities.jsonObject
}

/** Leaves out the parameters that the provider's table says it refuses. */
export function supportedRequest(request: ChatRequest, capabilities: Capabilities): SupportedRequest {
  const format = request.responseFormat
  const refused = new Set(capabilities.unsupported)
  if (format !== undefined && !takesFormat(format, capabilities)) refused.add('responseFormat')
  if (refused.size === 0) return { request, dropped: [] }
  const draft: Draft = { ...request }
  for (const name of refused) draft[name] = undefined
  return { request: draft, dropped: droppedParameters(request, [...refused]) }
}
