import type { Call } from '@proxyapi/core'
import type { Guardrail, GuardrailScope } from './guardrail.ts'

function matches(pattern: string, value: string): boolean {
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : pattern === value
}

function isAmong(patterns: readonly string[] | undefined, value: string | undefined): boolean {
  return patterns === undefined || (value !== undefined && patterns.some((pattern) => matches(pattern, value)))
}

/** Whether a guardrail looks at a call. A call that came by no route (one of the gateway's own) matches no pattern of routes. */
function isInScope({ routes, keys, teams, models }: GuardrailScope, call: Call): boolean {
  const { endpoint, principal, requestedModel } = call
  return isAmong(routes, endpoint) && isAmong(keys, principal?.name) && isAmong(teams, principal?.team) && isAmong(models, requestedModel)
}

/** The guardrails that look at a call; the same list where all do. */
export function inScope(guardrails: readonly Guardrail[], call: Call): readonly Guardrail[] {
  return guardrails.every(({ scope }) => scope === undefined)
    ? guardrails
    : guardrails.filter(({ scope }) => scope === undefined || isInScope(scope, call))
}
