import type { KeysAt } from './config-issue.ts'

/** The part of valibot's schemas that is walked; they are plain objects. */
interface AnySchema {
  readonly type: string
  readonly entries?: Readonly<Record<string, AnySchema>>
  readonly wrapped?: AnySchema
  readonly item?: AnySchema
  readonly options?: readonly AnySchema[]
}

function stepInto(schema: AnySchema | undefined, step: string | number): AnySchema | undefined {
  if (schema === undefined) return undefined
  if (schema.wrapped !== undefined) return stepInto(schema.wrapped, step)
  if (schema.options !== undefined) return schema.options.map((option) => stepInto(option, step)).find((found) => found !== undefined)
  return typeof step === 'number' ? schema.item : schema.entries?.[step]
}

function entriesOf(schema: AnySchema | undefined): readonly string[] {
  if (schema === undefined) return []
  if (schema.wrapped !== undefined) return entriesOf(schema.wrapped)
  if (schema.options !== undefined) return schema.options.flatMap(entriesOf)
  return Object.keys(schema.entries ?? {})
}

/** What keys a schema knows at a path, for errors about those that it does not know. */
export function keysOf(schema: object): KeysAt {
  return (path) => entriesOf(path.reduce<AnySchema | undefined>(stepInto, schema as AnySchema)) // a valibot schema, see above
}
