/** Which requests may be answered from the cache. */
export interface CacheabilityPolicy {
  /** `deterministic`: only requests at temperature 0 (and, by default, without one); `all`: every request. */
  readonly requests: 'deterministic' | 'all'
  /** Whether a request that names no temperature counts as deterministic. */
  readonly withoutTemperature: boolean
}

export const defaultCacheability: CacheabilityPolicy = { requests: 'deterministic', withoutTemperature: true }

/** Whether a request's answer may be stored and shared. */
export function isCacheableRequest(
  { request, isDeterministic }: { readonly request: { readonly temperature?: unknown }; readonly isDeterministic?: boolean | undefined },
  policy: CacheabilityPolicy,
): boolean {
  if (policy.requests === 'all') return true
  if (isDeterministic !== undefined) return isDeterministic
  const { temperature } = request
  return temperature === undefined || temperature === null ? policy.withoutTemperature : temperature === 0
}

/** Whether an answer with these finish reasons is whole: not cut by a limit, not filtered. */
export function isCacheableAnswer(finishReasons: readonly string[] | undefined): boolean {
  if (finishReasons === undefined) return true
  for (let index = 0; index < finishReasons.length; index++)
    if (finishReasons[index] !== 'stop' && finishReasons[index] !== 'tool_calls') return false
  return finishReasons.length > 0
}
