import { isJsonObject, type JsonObject, type JsonValue, readString } from '../../wire/json.ts'

function valueText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** One line `name: value` for each field; a single field is its bare value. */
function fieldLines(document: JsonObject, names: readonly string[]): string {
  const present = names.filter((name) => document[name] !== undefined && document[name] !== null)
  const [only] = present
  if (only !== undefined && present.length === 1) return valueText(document[only])
  return present.map((name) => `${name}: ${valueText(document[name])}`).join('\n')
}

/**
 * The text of a document for providers that rank texts only. Of an object it is the rank fields in their order; without
 * rank fields its `text` (the default of Cohere's first API), and without a `text` all of its fields.
 */
export function documentText(document: string | JsonObject, rankFields?: readonly string[]): string {
  if (!isJsonObject(document)) return document
  if (rankFields !== undefined && rankFields.length > 0) return fieldLines(document, rankFields)
  return readString(document, 'text') ?? fieldLines(document, Object.keys(document))
}
