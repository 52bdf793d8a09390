import { type CompiledSchema, compileJsonSchema, type JsonSchema } from '../../config/json-schema.ts'
import { allow, type Guardrail } from '../guardrail.ts'
import type { CommonOptions } from './span-guardrail.ts'

export interface JsonSchemaOptions extends CommonOptions {
  readonly action: 'flag' | 'block'
  readonly schema: JsonSchema
}

/** A longer answer is not parsed. */
const mostCharacters = 1_048_576

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function problemOf(text: string, schema: CompiledSchema): string | undefined {
  if (text.length > mostCharacters) return 'too_long'
  const parsed = parse(text)
  if (parsed === undefined) return 'not_json'
  return schema.validate(parsed.value).valid ? undefined : 'schema'
}

/** Answers that are not JSON of a form. Nothing of a stream is held back: it is judged at its end. */
export function jsonSchema({ name, stages, scope, onFailure, action, schema }: JsonSchemaOptions): Guardrail {
  const compiled = compileJsonSchema(schema)
  return {
    ...{ name, stages, scope, onFailure },
    streaming: { type: 'end' },
    check: ({ texts }) => {
      const said = texts.filter(({ text, part }) => part === 'text' && text.trim() !== '')
      const kinds = [...new Set(said.flatMap(({ text }) => problemOf(text, compiled) ?? []))]
      return kinds.length === 0 ? allow : { type: action, kinds }
    },
  }
}
