import type { Unit } from './analyse-message.ts'
import type { ConversationProfile, PlacedUnit } from './conversation-profile.ts'
import { hasCue } from './scan-words.ts'
import { numbersInSteps, type Steps } from './steps.ts'
import type { Weights } from './weights.ts'

/** A profile but for what is made of it here. */
type Unweighed = Omit<ConversationProfile, 'priors' | 'divisors'>

const errorLine = /\b\w*(?:Error|Exception)\b\s*:|\b(?:error|fatal|failed|panic)\b/i

function kindFactor({ unit, message }: PlacedUnit, { messages, style: weights }: Unweighed): number {
  if (unit.kind === 'trace') return weights.trace
  if (unit.kind === 'code') return weights.code
  if (errorLine.test((messages[message]?.text ?? '').slice(unit.start, unit.end))) return weights.error
  if (unit.kind === 'heading') return weights.heading
  return unit.kind === 'list' ? weights.list : 1
}

const cueFactors = ['firstPerson', 'instruction', 'time', 'decision'] as const

function cueFactor(unit: Unit, weights: Weights): number {
  let factor = 1
  for (const name of cueFactors) if (hasCue(unit.cues, name)) factor *= weights[name]
  if (unit.isExclamation) factor *= weights.exclamation
  if (unit.isQuestion) factor *= weights.question
  const numbers = unit.items.reduce((sum, { kind }) => sum + (kind === 'number' ? 1 : 0), 0)
  return factor * (1 + weights.perNumber * Math.min(4, numbers))
}

/** From this share of data on, what was done last counts most. */
export const dataFrom = 0.35

/** Users say what they want in few words, assistants answer at length: the rarer voice weighs more. */
function isUserRare({ userShare }: Unweighed): boolean {
  return userShare > 0 && userShare < 0.4
}

/** How much a unit of the user counts beside one of anybody else. */
export function userFactor(profile: Unweighed, most: number): number {
  return isUserRare(profile) ? most : 1
}

function recencyFactor(message: number, { dataShare, messages, style: weights }: Unweighed): number {
  if (dataShare < dataFrom) return 1
  const position = (message + 1) / Math.max(1, messages.length)
  return weights.oldest + weights.newest * position ** weights.recencyExponent
}

/** What a message of some length says first, it is about. */
function firstFactor(message: number, { style, messages }: Unweighed): number {
  return (messages[message]?.units.length ?? 0) >= style.firstFrom ? style.first : 1
}

/** What each unit is worth before it is known what is asked: who says it, how, when, and what it holds. */
export function* unitPriors(profile: Unweighed): Steps<Float64Array> {
  const user = userFactor(profile, profile.style.user)
  return yield* numbersInSteps(profile.units.length, (index) => {
    const placed = profile.units[index] as PlacedUnit // within the list
    const role = profile.messages[placed.message]?.role === 'user' ? user : 1
    const place = index === profile.firstUnits[placed.message] ? firstFactor(placed.message, profile) : 1
    return role * place * kindFactor(placed, profile) * cueFactor(placed.unit, profile.style) * recencyFactor(placed.message, profile)
  })
}
