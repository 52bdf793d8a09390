import type { ChatRequest } from '../../chat/request.ts'
import { type JsonObject, readObject } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { withPairedResults } from '../shared/paired-results.ts'
import { isAnyStrict } from '../shared/strict-tools.ts'
import { supportedRequest } from '../shared/supported.ts'
import { toGeminiExtras } from './request-extras.ts'
import { toGeminiHistory } from './request-messages.ts'
import { toGeminiParameters } from './request-parameters.ts'
import { toGeminiTools } from './request-tools.ts'

/** Merges settings that the client wrote itself with those derived from neutral fields; the client's win. */
function mergedConfig(extras: JsonObject, parameters: JsonObject): JsonObject {
  const config = { ...readObject(parameters, 'generationConfig'), ...readObject(extras, 'generationConfig') }
  return Object.keys(config).length === 0 ? {} : { generationConfig: config }
}

/** Writes a request for `generateContent`; model and streaming stand in the path. */
export function toGeminiRequest(given: ChatRequest, target: EncodeTarget): EncodedRequest {
  const { request, dropped, changed } = supportedRequest(given, target.capabilities, 'gemini')
  const history = withPairedResults(request.messages)
  const { contents, system } = toGeminiHistory(history.messages, target)
  const extras = toGeminiExtras(request)
  const parameters = toGeminiParameters(request, target)
  const changes = [...changed, ...(history.isChanged ? ['messages'] : []), ...(parameters.changed ?? [])]
  return {
    body: {
      ...extras.fields,
      contents,
      ...system,
      ...toGeminiTools(request),
      ...mergedConfig(extras.fields, parameters.body),
    },
    dropped: [...dropped, ...parameters.dropped, ...(isAnyStrict(request) ? ['strict'] : []), ...extras.dropped],
    ...(changes.length > 0 && { changed: changes }),
  }
}
