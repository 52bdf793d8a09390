import * as v from 'valibot'
import type { RouteFacts } from '../http/route-facts.ts'
import type { Route } from './route.ts'

/** Whether gateways hold each JSON answer to the schema of its row. The repository's tests switch it on; it costs a parse of every answer. */
export const answerChecks = { isEnabled: false }

/** A check that fails for an answer that its row does not describe; `undefined` while checks are off. */
export function toAnswerCheck({ method, path, answer }: Route): RouteFacts['checkAnswer'] {
  if (!answerChecks.isEnabled) return undefined
  return (contentType, body) => {
    if (contentType !== 'application/json') return
    if (answer === undefined) throw new Error(`${method} ${path} answers JSON, and its row has no schema for it.`)
    const value: unknown = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body))
    const { issues } = v.safeParse(answer, value)
    if (issues !== undefined)
      throw new Error(`${method} ${path} answers what its row does not describe: ${JSON.stringify(v.flatten(issues))}`)
  }
}
