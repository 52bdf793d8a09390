import { InvalidRequestError } from '@proxyapi/core'
import type { ClientChat, DialectId } from '@proxyapi/core/dialects'
import * as v from 'valibot'

/** One wire language in which clients ask for chat: a path, a dialect and the gross shape of its body. */
export interface Surface {
  readonly path: string
  /** One sentence for readers of the API. */
  readonly summary: string
  /** What kind of call it makes, in the words of traces. */
  readonly operation: 'chat' | 'text_completion'
  /** The gross shape of its body and of its whole answer. */
  readonly schema: v.GenericSchema
  readonly answer: v.GenericSchema
  /** The dialect whose bytes may go out untouched; `undefined` where no provider speaks it. */
  readonly dialect: DialectId | undefined
  readonly client: ClientChat<unknown>
  /** Whether the client asks for usage at the end of its stream. */
  readonly includeUsage: (body: Readonly<Record<string, unknown>>) => boolean
  readonly parse: (body: unknown) => Readonly<Record<string, unknown>>
}

function pathOf(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? []).reduce((path, item) => {
    const key = String(item.key)
    return typeof item.key === 'number' ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
  }, '')
}

/** Checks a client's body. @throws InvalidRequestError naming the first field that is wrong, what was found and what is allowed. */
export function parseBody<const Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body, { abortEarly: true })
  if (result.success) return result.output
  const issue = result.issues[0]
  const path = pathOf(issue)
  const where = path === '' ? 'The body' : path
  const expected = issue.expected ?? 'another value'
  const message =
    issue.input === undefined ? `${where} is missing.` : `${where}: expected ${expected}, found ${issue.received.slice(0, 80)}.`
  throw new InvalidRequestError(message, path === '' ? undefined : path)
}

/** A number as JSON gives it, within a range. */
export function numberWithin(min: number, max: number) {
  return v.nullish(v.pipe(v.number(), v.finite(), v.minValue(min), v.maxValue(max)))
}

export function integerWithin(min: number, max: number) {
  return v.nullish(v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max)))
}

export const modelName = v.pipe(v.string(), v.minLength(1))

export const text = v.nullish(v.string())
export const flag = v.nullish(v.boolean())
