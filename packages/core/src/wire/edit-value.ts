import type { JsonEdit } from './edit-json.ts'
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'

/** The edits below each member of a value, by the member's name or place. */
function byMember(edits: readonly JsonEdit[], depth: number): ReadonlyMap<string, readonly JsonEdit[]> {
  const members = new Map<string, JsonEdit[]>()
  for (const edit of edits) {
    const step = String(edit.path[depth])
    const known = members.get(step)
    if (known === undefined) members.set(step, [edit])
    else known.push(edit)
  }
  return members
}

/** A member with its edits: none when it is removed. */
function editedMember(
  value: JsonValue | undefined,
  edits: readonly JsonEdit[] | undefined,
  depth: number,
): readonly (JsonValue | undefined)[] {
  if (edits === undefined) return [value]
  const own = edits.find(({ path }) => path.length === depth)
  if (own === undefined) return [edited(value, edits, depth)]
  return own.text === undefined ? [] : [JSON.parse(own.text) as JsonValue] // the text of an edit is JSON
}

function edited(value: JsonValue | undefined, edits: readonly JsonEdit[], depth: number): JsonValue | undefined {
  const members = byMember(edits, depth)
  if (Array.isArray(value)) {
    return value.flatMap((item: JsonValue, place) =>
      editedMember(item, members.get(String(place)), depth + 1).map((member) => member ?? null),
    )
  }
  return isJsonObject(value) ? editedObject(value, members, depth) : value
}

function editedObject(object: JsonObject, members: ReadonlyMap<string, readonly JsonEdit[]>, depth: number): JsonObject {
  const entries = Object.entries(object)
  return Object.fromEntries(
    entries.flatMap(([name, member]) => editedMember(member, members.get(name), depth + 1).map((written) => [name, written] as const)),
  )
}

/** The same object with some values removed or replaced: what `editJson` does to its bytes. Linear in the value and the edits. */
export function editValue(object: JsonObject, edits: readonly JsonEdit[]): JsonObject {
  return edits.length === 0 ? object : editedObject(object, byMember(edits, 0), 0)
}
