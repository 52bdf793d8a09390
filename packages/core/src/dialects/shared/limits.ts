import type { ChatParameters } from '../../chat/request.ts'
import type { Capabilities } from '../capabilities.ts'
import { digestOf } from './digest.ts'
import { toPseudonym } from './pseudonym.ts'

type Draft = { -readonly [Name in keyof ChatParameters]: ChatParameters[Name] }

const limitless = Number.POSITIVE_INFINITY
/** Hexadecimal digits of a digest. */
const digestLength = 64

/** A key that is too long is replaced by its digest: equal keys stay equal. */
function shortKey(key: string, maxLength: number): string {
  return key.length <= maxLength ? key : digestOf(key).slice(0, Math.min(digestLength, maxLength))
}

function lowered(value: number | undefined, limit: number = limitless): number | undefined {
  return value !== undefined && value > limit ? limit : undefined
}

function fittingUser(user: string, { limits, opaqueUser }: Capabilities): string {
  return toPseudonym(user, { maxLength: limits?.user ?? limitless, opaque: opaqueUser === true })
}

/** The parameters of a request that exceed what a model takes, with the values that it gets in their place. */
export function withinLimits(request: ChatParameters, capabilities: Capabilities): ChatParameters {
  const { limits = {} } = capabilities
  const { stop, user, promptCacheKey } = request
  const fitting: Draft = {
    maxTokens: lowered(request.maxTokens, limits.maxTokens),
    temperature: lowered(request.temperature, limits.temperature),
    topLogprobs: lowered(request.topLogprobs, limits.topLogprobs),
    stop: stop !== undefined && stop.length > (limits.stop ?? limitless) ? stop.slice(0, limits.stop) : undefined,
    user: user === undefined ? undefined : fittingUser(user, capabilities),
    promptCacheKey: promptCacheKey === undefined ? undefined : shortKey(promptCacheKey, limits.promptCacheKey ?? limitless),
  }
  const names = (Object.keys(fitting) as (keyof Draft)[]).filter((name) => fitting[name] !== undefined && fitting[name] !== request[name])
  return Object.fromEntries(names.map((name) => [name, fitting[name]]))
}
