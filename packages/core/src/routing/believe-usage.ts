import type { Usage } from '../chat/usage.ts'
import { isCount } from '../chat/usage.ts'

/*
 * Which of a provider's figures can be true. Idea: a count is a whole number; an answer that says something has tokens, and so has its prompt;
 * no request has more tokens than it holds or its model's window. What can't be true is left out, never corrected: who meters estimates it.
 */

/** The most tokens that a call can have had. */
export interface UsageBounds {
  readonly maxInputTokens: number
  readonly maxOutputTokens: number
  readonly maxSearchUnits: number
}

/** Asked for only when a figure is large. */
type Bounds = () => UsageBounds

/** What is believed of a provider's figures. A side that is not is `undefined`, and its parts are left out. */
export interface BelievedUsage {
  readonly inputTokens: number | undefined
  readonly outputTokens: number | undefined
  /** Whether a figure was there and could not be true, as opposed to none being there. */
  readonly isImplausible: boolean
  /** The parts that stand. */
  readonly parts: Omit<Usage, 'inputTokens' | 'outputTokens' | 'totalTokens'>
}

/** Figures up to here are believed without looking at the request. */
const alwaysPossible = 1_024
/** Search units that are believed of any request: providers cut long documents in their own way. */
const alwaysPossibleUnits = 4
/** No call has been seen to make as many searches. */
const maxSearches = 1_000

const inputParts = ['cachedInputTokens', 'cacheWriteTokens', 'cacheWriteOneHourTokens', 'audioInputTokens', 'imageInputTokens'] as const
const outputParts = ['reasoningTokens', 'audioOutputTokens', 'imageOutputTokens'] as const
type PartName = (typeof inputParts)[number] | (typeof outputParts)[number]

/** Whether a figure says something, and needs no look at the request to be believed. */
export function isOrdinary(tokens: number): boolean {
  return tokens > 0 && tokens <= alwaysPossible && isCount(tokens)
}

function isPossible(tokens: number, bounds: Bounds, side: keyof UsageBounds): boolean {
  return isCount(tokens) && (tokens <= alwaysPossible || tokens <= bounds()[side])
}

/** A part is no larger than its whole; providers have been seen to report such. */
function partsOf(usage: Usage, names: readonly PartName[], whole: number): Partial<Record<PartName, number>> {
  const known = names.flatMap((name) => {
    const value = usage[name]
    return value === undefined || !isCount(value) ? [] : [[name, Math.min(value, whole)] as const]
  })
  return Object.fromEntries(known)
}

function isSane(usage: Usage, names: readonly PartName[], whole: number): boolean {
  for (const name of names) {
    const value = usage[name]
    if (value !== undefined && !(isCount(value) && value <= whole)) return false
  }
  return true
}

function isUnits(units: number, bounds: Bounds): boolean {
  return isCount(units) && (units <= alwaysPossibleUnits || units <= bounds().maxSearchUnits)
}

/** Charged tokens are no more than were counted, but for a provider's own rounding. */
function isCharged(billed: number, counted: number): boolean {
  return isCount(billed) && billed <= counted + alwaysPossible
}

function isSearches(searches: number): boolean {
  return isCount(searches) && searches <= maxSearches
}

function isOtherwiseSane(usage: Usage, bounds: Bounds): boolean {
  const { inputTokens, outputTokens, searchUnits = 0, webSearches = 0 } = usage
  return (
    isCount(usage.totalTokens) &&
    isUnits(searchUnits, bounds) &&
    isSearches(webSearches) &&
    isCharged(usage.billedInputTokens ?? 0, inputTokens) &&
    isCharged(usage.billedOutputTokens ?? 0, outputTokens) &&
    isCount(usage.toldNanoUsd ?? 0)
  )
}

/** Whether all of a provider's figures can be true: what most answers pass, without a new object. */
export function isBelievable(usage: Usage, bounds: Bounds): boolean {
  const { inputTokens, outputTokens } = usage
  return (
    isPossible(inputTokens, bounds, 'maxInputTokens') &&
    isPossible(outputTokens, bounds, 'maxOutputTokens') &&
    isSane(usage, inputParts, inputTokens) &&
    isSane(usage, outputParts, outputTokens) &&
    isOtherwiseSane(usage, bounds)
  )
}

/** What is kept of a figure: nothing where it can't be true. */
function kept(value: number | undefined, is: (value: number) => boolean): number | undefined {
  return value !== undefined && is(value) ? value : undefined
}

/** Sorts out what can't be true. Pure. */
export function believeUsage(usage: Usage, bounds: Bounds): BelievedUsage {
  const input = isPossible(usage.inputTokens, bounds, 'maxInputTokens') ? usage.inputTokens : undefined
  const output = isPossible(usage.outputTokens, bounds, 'maxOutputTokens') ? usage.outputTokens : undefined
  return {
    inputTokens: input,
    outputTokens: output,
    isImplausible: !isBelievable(usage, bounds),
    parts: {
      ...(input !== undefined && partsOf(usage, inputParts, input)),
      ...(output !== undefined && partsOf(usage, outputParts, output)),
      searchUnits: kept(usage.searchUnits, (units) => isUnits(units, bounds)),
      webSearches: kept(usage.webSearches, isSearches),
      billedInputTokens: input === undefined ? undefined : kept(usage.billedInputTokens, (billed) => isCharged(billed, input)),
      billedOutputTokens: output === undefined ? undefined : kept(usage.billedOutputTokens, (billed) => isCharged(billed, output)),
      served: usage.served,
      toldNanoUsd: kept(usage.toldNanoUsd, isCount),
    },
  }
}
