import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import type { ModerationPart, ModerationRequest, ModerationResponse, ModerationResult } from '../../operations/moderations.ts'
import { isJsonObject, type JsonObject, type JsonValue, readObject, readString } from '../../wire/json.ts'
import { readText } from '../shared/client-fields.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { unnamedFields } from '../shared/extras.ts'

const known: ReadonlySet<string> = new Set(['model', 'input', 'user'])

function isText(value: JsonValue): value is string {
  return typeof value === 'string'
}

function toPart(value: JsonValue, index: number): ModerationPart {
  const part = isJsonObject(value) ? value : {}
  const text = readString(part, 'text')
  if (part['type'] === 'text' && text !== undefined) return { type: 'text', text }
  const url = readString(readObject(part, 'image_url') ?? {}, 'url')
  if (part['type'] === 'image_url' && url !== undefined) return { type: 'image', url }
  const name = `input[${index}]`
  throw new InvalidRequestError(`${name} is neither {type: "text", text} nor {type: "image_url", image_url: {url}}.`, name)
}

function inputOf(input: JsonValue | undefined): ModerationRequest['input'] {
  if (typeof input === 'string') return { type: 'texts', texts: [input] }
  if (!Array.isArray(input)) throw new InvalidRequestError('input is missing or neither a text nor a list of texts or parts.', 'input')
  if (input.length === 0) throw new InvalidRequestError('input is empty: at least one text or part is needed.', 'input')
  if (input.every(isText)) return { type: 'texts', texts: input }
  return { type: 'parts', parts: input.map(toPart) }
}

/** Reads the body of `POST /v1/moderations`. A list of texts has one result each, a list of parts one result. @throws InvalidRequestError */
export function fromClientModeration(body: JsonObject): ModerationRequest {
  const model = readText(body, 'model')
  return {
    model: model === '' ? undefined : model,
    input: inputOf(body['input']),
    user: readText(body, 'user'),
    extras: unnamedFields(body, known),
  }
}

function toWireResult(result: ModerationResult): JsonObject {
  return definedFields({
    flagged: result.flagged,
    categories: result.categories,
    category_scores: result.categoryScores,
    category_applied_input_types: result.categoryAppliedInputTypes,
  })
}

/** Writes the answer of `POST /v1/moderations`. `usage` is no field of OpenAI's; it appears where a provider counts tokens. */
export function toClientModeration(response: ModerationResponse, newId: () => string): JsonObject {
  const { usage } = response
  return definedFields({
    id: response.id ?? `modr-${newId()}`,
    model: response.model,
    results: response.results.map(toWireResult),
    usage: usage === undefined ? undefined : { prompt_tokens: usage.inputTokens, total_tokens: usage.totalTokens },
  })
}
