import type { JsonEdit } from '../../wire/edit-json.ts'
import { editValue } from '../../wire/edit-value.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readObject, readString } from '../../wire/json.ts'
import { isForeignThinking } from './thinking.ts'

/*
 * A client of this dialect that was answered by other vendors sends their thinking and their signatures back, which Anthropic
 * refuses. They are taken out of the client's own body, and nothing else is touched.
 */

/** What must go out of a block: all of it, a member of it, or nothing. */
function foreignIn(block: JsonObject, model: string): readonly (string | number)[] | undefined {
  if (isForeignThinking(block, model)) return []
  const google = readObject(readObject(block, 'extra_content') ?? {}, 'google')
  return google !== undefined && readString(google, 'thought_signature') !== undefined ? ['extra_content'] : undefined
}

function foreignInMessage(message: JsonValue, place: number, model: string): readonly JsonEdit[] {
  const content = isJsonObject(message) && message['role'] === 'assistant' ? (readArray(message, 'content') ?? []) : []
  const edits = content.flatMap((block, index): JsonEdit[] => {
    const path = isJsonObject(block) ? foreignIn(block, model) : undefined
    return path === undefined ? [] : [{ path: ['messages', place, 'content', index, ...path], text: undefined }]
  })
  // A message without content is refused.
  const isEmptied = edits.length > 0 && edits.every(({ path }) => path.length === 4) && edits.length === content.length
  return isEmptied ? [{ path: ['messages', place], text: undefined }] : edits
}

/** The pieces of a client's own body that only another vendor reads. */
export function foreignPieces(body: JsonObject, model: string): readonly JsonEdit[] {
  return (readArray(body, 'messages') ?? []).flatMap((message, place) => foreignInMessage(message, place, model))
}

/** The body without those pieces. */
export function withoutPieces(body: JsonObject, pieces: readonly JsonEdit[]): JsonObject {
  return editValue(body, pieces)
}
