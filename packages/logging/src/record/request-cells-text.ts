import type { AttemptRecord, CallRecord, PriceRecord, RecordedError, RecordedPrincipal, UsageRecord } from './call-record.ts'
import type { CompletedRequest } from './completed-request.ts'
import { numberOrNull, quote, quoteAll, quoteOrNull } from './json-text.ts'

/*
 * The same as `JSON.stringify(toRequestCells(request))`, written at once: without the arrays, at a quarter of the cost. The end user is left out:
 * what is stored has a pseudonym in a column of its own. A test holds both against each other.
 */

function priceText(nanoUsd: number | null | undefined): string {
  return nanoUsd === null ? '"?"' : numberOrNull(nanoUsd)
}

function rareUsageText({ imageInputTokens, imageOutputTokens, webSearches, served }: UsageRecord): string {
  if (imageInputTokens === undefined && imageOutputTokens === undefined && webSearches === undefined && served === undefined) return ''
  const how = served === undefined ? 'null' : `[${quoteOrNull(served.tier)},${quoteOrNull(served.geo)}]`
  return `,${numberOrNull(imageInputTokens)},${numberOrNull(imageOutputTokens)},${numberOrNull(webSearches)},${how}`
}

function priceOfText(priced: PriceRecord | undefined): string {
  if (priced === undefined) return ''
  const { source, parts, rates } = priced
  let text = `,[${quote(source)}`
  for (const name in parts) {
    const cost = parts[name]
    if (cost !== undefined && cost !== 0) text += `,${quote(name)},${numberOrNull(rates?.[name])},${numberOrNull(cost)}`
  }
  return `${text}]`
}

function usageText(usage: UsageRecord | undefined): string {
  if (usage === undefined) return 'null'
  const whole = `[${numberOrNull(usage.inputTokens)},${numberOrNull(usage.outputTokens)},${numberOrNull(usage.totalTokens)}`
  const input = `,${numberOrNull(usage.cachedInputTokens)},${numberOrNull(usage.cacheWriteTokens)},${numberOrNull(usage.cacheWriteOneHourTokens)}`
  const audio = `,${numberOrNull(usage.audioInputTokens)},${numberOrNull(usage.audioOutputTokens)}`
  return `${whole}${input},${numberOrNull(usage.reasoningTokens)}${audio},${numberOrNull(usage.searchUnits)}${rareUsageText(usage)}]`
}

const since = (base: number, atMs: number | undefined): string => (atMs === undefined ? 'null' : numberOrNull(atMs - base))

function attemptText(attempt: AttemptRecord, base: number): string {
  const { limit, faults } = attempt
  const target = `[${quote(attempt.provider)},${quote(attempt.model)},${since(base, attempt.startedAtMs)},${quote(attempt.reason)}`
  const times = `,${since(base, attempt.answeredAtMs)},${since(base, attempt.endedAtMs)}`
  const end = `,${quote(attempt.outcome)},${numberOrNull(attempt.upstreamStatus)},${usageText(attempt.usage)}`
  const cost = `,${quoteOrNull(attempt.usageEstimated)},${priceText(attempt.costNanoUsd)},${faults === undefined ? 'null' : quoteAll(faults)}`
  const wait = `,${numberOrNull(attempt.waitedMs)},${quoteOrNull(attempt.waitedFor)}`
  const ended = limit === undefined ? 'null' : `[${quote(limit.name)},${numberOrNull(limit.ms)}]`
  return `${target}${times}${end}${cost}${wait},${ended},${quoteOrNull(attempt.causeCode)}${priceOfText(attempt.priced)}]`
}

function attemptTexts(attempts: readonly AttemptRecord[], base: number): string {
  let text = ''
  for (const attempt of attempts) text += text === '' ? attemptText(attempt, base) : `,${attemptText(attempt, base)}`
  return `[${text}]`
}

function cacheText({ cache }: CallRecord): string {
  if (cache === undefined) return 'null'
  const { status, level, ageSeconds, similarity, savedNanoUsd } = cache
  return `[${quote(status)},${quoteOrNull(level)},${numberOrNull(ageSeconds)},${numberOrNull(similarity)},${priceText(savedNanoUsd)}]`
}

function condensationText({ condensation }: CallRecord): string {
  if (condensation === undefined) return 'null'
  const { fromTokens, toTokens, preservation, savedNanoUsd } = condensation
  return `[${numberOrNull(fromTokens)},${numberOrNull(toTokens)},${numberOrNull(preservation)},${priceText(savedNanoUsd)}]`
}

function principalText(principal: RecordedPrincipal | undefined): string {
  if (principal === undefined) return 'null'
  const { id, name, role, team } = principal
  return `[${quote(id)},${quote(name)},${quote(role)}${team === undefined ? '' : `,${quote(team)}`}]`
}

function errorText(error: RecordedError | undefined): string {
  return error === undefined ? 'null' : `[${quote(error.code)},${quote(error.fault)}]`
}

function routeText({ route, guardrails }: CallRecord, base: number): string {
  if (route === undefined) return guardrails === undefined ? '' : ',null'
  const leftOut = route.leftOut.map(
    ({ provider, model, why, untilMs }) => `[${quote(provider)},${quote(model)},${quote(why)},${since(base, untilMs)}]`,
  )
  return `,[${quote(route.strategy)},[${leftOut.join(',')}]]`
}

function guardrailsText(guardrails: NonNullable<CallRecord['guardrails']>): string {
  const cells = guardrails.map(({ name, stage, verdict, kinds }) => `[${quote(name)},"${stage}","${verdict}",${quoteAll(kinds)}]`)
  return `,[${cells.join(',')}]`
}

function callText(call: CallRecord, base: number): string {
  const who = `[${quote(call.id)},${quote(call.operation)},${principalText(call.principal)},null`
  const what = `,${quote(call.requestedModel)},${quoteOrNull(call.model)},${quoteOrNull(call.provider)},${call.stream}`
  const end = `,${quote(call.outcome)},${errorText(call.error)},${attemptTexts(call.attempts, base)},${numberOrNull(call.winner)}`
  const cost = `,${usageText(call.usage)},${numberOrNull(call.costNanoUsd)},${numberOrNull(call.wastedNanoUsd)}`
  const filters = `,${cacheText(call)},${condensationText(call)},${quoteAll(call.dropped)},${quoteAll(call.tags)}`
  const times = `,${since(base, call.startedAtMs)},${since(base, call.firstContentAtMs)},${since(base, call.endedAtMs)}`
  const rest = `,${quoteOrNull(call.traceId)},${call.changed === undefined ? 'null' : quoteAll(call.changed)}${routeText(call, base)}`
  return `${who}${what}${end}${cost}${filters}${times}${rest}${call.guardrails === undefined ? '' : guardrailsText(call.guardrails)}]`
}

function phasesText({ phases }: CompletedRequest): string {
  if (phases === undefined) return 'null'
  const { authMs, queueMs, cacheMs, condenseMs } = phases
  return `[${numberOrNull(authMs)},${numberOrNull(queueMs)},${numberOrNull(cacheMs)},${numberOrNull(condenseMs)}]`
}

/** The JSON of `toRequestCells`, without the end user. Pure. */
export function toRequestCellsText(request: CompletedRequest): string {
  const { endpoint, path, call } = request
  const route = `[${quote(request.id)},${quote(request.method)},${quote(endpoint)},${endpoint === 'other' ? quote(path) : 'null'}`
  const times = `,${numberOrNull(request.status)},${numberOrNull(request.startedAtMs)},${since(request.startedAtMs, request.endedAtMs)}`
  const who = `,${principalText(request.key)},${errorText(request.error)},${quoteOrNull(request.authFailure)},${quoteOrNull(request.traceId)}`
  return `${route}${times}${who},${phasesText(request)},${call === undefined ? 'null' : callText(call, request.startedAtMs)}]`
}
