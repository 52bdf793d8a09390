import { isJsonObject, type JsonObject, parseJson } from '../../wire/json.ts'

/** Longer runs of digits are no longer exact once they have been a JavaScript number. */
const inexact = /\d{16,}/

/** A model's arguments as the object that a vendor wants; what is no object is kept under a name of its own. */
export function toArgumentsObject(argumentsText: string): JsonObject {
  // Some vendors send an empty text or `null` for a call without arguments.
  const text = argumentsText.trim()
  const parsed = text === '' || text === 'null' ? {} : parseJson(argumentsText)
  return isJsonObject(parsed) ? parsed : { arguments: argumentsText }
}

/** A tool's result as an object, for vendors who take one; `undefined` when it is none or would lose digits on the way. */
export function toResultObject(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{') || inexact.test(text)) return undefined
  const parsed = parseJson(text)
  return isJsonObject(parsed) ? parsed : undefined
}
