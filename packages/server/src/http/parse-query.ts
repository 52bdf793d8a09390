import { InvalidRequestError } from '@proxyapi/core'
import * as v from 'valibot'

/** Of a wrong name or value, as much is shown. */
const maxShown = 40

/** A whole number, as a query spells it. */
export function whole(min: number, max: number) {
  const allowed = `a whole number from ${min} to ${max}`
  return v.pipe(v.string(), v.regex(/^\d{1,9}$/, allowed), v.transform(Number), v.minValue(min, allowed), v.maxValue(max, allowed))
}

export function text(max: number) {
  return v.pipe(v.string(), v.maxLength(max, `at most ${max} characters`))
}

const timeWords = 'a time such as 2026-01-31 or 2026-01-31T12:00:00Z, or Unix milliseconds'

function toMs(given: string): number {
  return /^\d{1,15}$/.test(given) ? Number(given) : /^\d{4}-\d{2}-\d{2}/.test(given) ? Date.parse(given) : Number.NaN
}

/** A moment as Unix milliseconds. */
export function moment() {
  return v.pipe(v.string(), v.transform(toMs), v.number(timeWords))
}

/** The parameters of a query: others are refused. */
export type QuerySchema = v.StrictObjectSchema<v.ObjectEntries, undefined>

function toMessage(schema: QuerySchema, issue: v.BaseIssue<unknown>, param: string): string {
  if (issue.type === 'strict_object') {
    return `There is no parameter "${param}"; allowed: ${Object.keys(schema.entries).join(', ')}.`
  }
  return `${param} is ${JSON.stringify(String(issue.input).slice(0, maxShown))}; allowed: ${issue.message}.`
}

/**
 * Reads a request's parameters.
 *
 * @throws InvalidRequestError naming the parameter, what was found and what is allowed
 */
export function parseQuery<const Schema extends QuerySchema>(
  schema: Schema,
  parameters: Readonly<Record<string, readonly string[]>>,
): v.InferOutput<Schema> {
  const repeated = Object.entries(parameters).find(([, values]) => values.length > 1)
  if (repeated !== undefined) {
    const name = repeated[0].slice(0, maxShown)
    throw new InvalidRequestError(`${name} is given ${repeated[1].length} times; allowed: once.`, name)
  }
  const parsed = v.safeParse(schema, Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values[0]])))
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const param = (v.getDotPath(issue) ?? '').slice(0, maxShown)
  throw new InvalidRequestError(toMessage(schema, issue, param), param)
}
