import type { JsonValue } from '../../../wire/json.ts'
import type { SchemaContext } from './is-instance.ts'
import type { TextHint } from './scalar-instances.ts'

/** Objects and lists with more members are not made. */
export const maxMembers = 200

/** One place in an instance that is being made. */
export interface Making extends SchemaContext, TextHint {
  /** The words of every free text; `undefined` names each after its member. */
  readonly words: string | undefined
  /** How many levels may still lie below. */
  readonly depth: number
  /** How many levels lie above. */
  readonly level: number
  /** Makes an instance of a part. */
  readonly make: (schema: JsonValue, making: Making) => JsonValue | undefined
}

/** Makes a part, one level below. */
export function makePart(schema: JsonValue, making: Making, hint: Partial<TextHint> = {}): JsonValue | undefined {
  return making.make(schema, { ...making, ...hint, depth: making.depth - 1, level: making.level + 1 })
}
