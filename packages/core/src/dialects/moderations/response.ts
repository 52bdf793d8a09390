import { invalidResponse } from '../../errors/provider-error.ts'
import type { ModerationResponse, ModerationResult } from '../../operations/moderations.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'

/** The fields of an object whose values are of one kind. */
function fieldsOf<Value>(object: JsonObject, read: (value: JsonValue | undefined) => Value | undefined): Readonly<Record<string, Value>> {
  const fields: Record<string, Value> = {}
  for (const [name, value] of Object.entries(object)) {
    const own = read(value)
    if (own !== undefined) fields[name] = own
  }
  return fields
}

function toResult(result: JsonObject): ModerationResult {
  const named = readObject(result, 'categories')
  if (named === undefined) throw invalidResponse('A result has no categories.')
  const categories = fieldsOf(named, (value) => (typeof value === 'boolean' ? value : undefined))
  const flagged = result['flagged']
  const applied = readObject(result, 'category_applied_input_types')
  return {
    flagged: typeof flagged === 'boolean' ? flagged : Object.values(categories).includes(true),
    categories,
    categoryScores: fieldsOf(readObject(result, 'category_scores') ?? {}, (value) => (typeof value === 'number' ? value : undefined)),
    ...(applied !== undefined && {
      categoryAppliedInputTypes: fieldsOf(applied, (value) =>
        Array.isArray(value) ? value.filter((kind) => typeof kind === 'string') : undefined,
      ),
    }),
  }
}

function usageOf(body: JsonObject): ModerationResponse['usage'] {
  const usage = readObject(body, 'usage') ?? {}
  const inputTokens = readNumber(usage, 'prompt_tokens')
  if (inputTokens === undefined) return undefined
  return { inputTokens, outputTokens: 0, totalTokens: readNumber(usage, 'total_tokens') ?? inputTokens }
}

/** Reads an answer of OpenAI or Mistral. The provider's names of categories stay. @throws ProviderError `invalid_response` */
export function fromModerationResponse(body: unknown, context: DecodeContext): ModerationResponse {
  const list = isJsonObject(body) ? readArray(body, 'results') : undefined
  if (!isJsonObject(body) || list === undefined) throw invalidResponse('The answer has no results.')
  const id = readString(body, 'id')
  const usage = usageOf(body)
  return {
    ...(id !== undefined && { id }),
    model: readString(body, 'model') || context.model,
    results: list.filter(isJsonObject).map(toResult),
    ...(usage !== undefined && { usage }),
  }
}
