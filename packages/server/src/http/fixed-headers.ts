import type { Call, LimitStandings } from '@proxyapi/core'
import type { ReplyHeaders } from './exchange.ts'
import { addLimitLines } from './limit-lines.ts'

/** What an exchange knows of its answer before there is one. */
interface Answered {
  readonly id: string
  readonly allowedOrigin: string | undefined
  readonly limits: LimitStandings | undefined
  readonly call: Call | undefined
}

/**
 * The head of an answer as names and values in turn: its id, that its type is not to be guessed, that nobody keeps it where it does
 * not say otherwise, what is left of the limits that it took from, and for a page of a listed origin that it may read it.
 */
export function toHeaderLines({ id, allowedOrigin, limits, call }: Answered, headers: ReplyHeaders): string[] {
  const lines = ['x-request-id', id, 'x-content-type-options', 'nosniff']
  if (headers['cache-control'] === undefined) lines.push('cache-control', 'no-store')
  if (allowedOrigin !== undefined)
    lines.push('access-control-allow-origin', allowedOrigin, 'access-control-expose-headers', '*', 'vary', 'origin')
  const called = call?.annotations.limits
  if (limits !== undefined || called !== undefined) addLimitLines(lines, limits, called)
  for (const name in headers) lines.push(name, headers[name] ?? '')
  return lines
}

/** The same for a web `Response`. */
export function toHeaderEntries(answered: Answered, headers: ReplyHeaders): [string, string][] {
  const lines = toHeaderLines(answered, headers)
  return Array.from({ length: lines.length / 2 }, (_, index) => [lines[2 * index] ?? '', lines[2 * index + 1] ?? ''])
}
