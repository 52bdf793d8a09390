import type { SchemaView } from './config-issue.ts'

/** The part of valibot's schemas that is walked; they are plain objects. */
interface AnySchema {
  readonly type: string
  /** What it takes, in valibot's words. */
  readonly expects?: string
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

const plainWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  Object: 'a mapping',
  Array: 'a list',
}

/** What a schema takes at a path, for errors about what is not there or not known. */
export function viewOf(schema: object): SchemaView {
  const at = (path: readonly (string | number)[]): AnySchema | undefined =>
    path.reduce<AnySchema | undefined>(stepInto, schema as AnySchema) // a valibot schema, see above
  return {
    keysAt: (path) => entriesOf(at(path)),
    expectedAt: (path) => {
      const { expects } = at(path) ?? {}
      return expects === undefined ? undefined : (plainWords[expects] ?? expects)
    },
  }
}
