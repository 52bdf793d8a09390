import type { ConversationProfile, PlacedUnit } from './profile-conversation.ts'
import { hasCue } from './scan-words.ts'

const errorLine = /\b\w*(?:Error|Exception)\b\s*:|\b(?:error|fatal|failed|panic)\b/i

/** From this share of data on, a history is the run of an agent. */
export const agenticFrom = 0.35

function kindFactor({ unit, message }: PlacedUnit, { messages }: ConversationProfile): number {
  if (unit.kind === 'trace') return 0.4
  if (unit.kind !== 'code' && errorLine.test((messages[message]?.text ?? '').slice(unit.start, unit.end))) return 1.3
  return 1
}

function cueFactor({ unit }: PlacedUnit): number {
  let factor = 1
  if (hasCue(unit.cues, 'firstPerson')) factor *= 1.5
  if (hasCue(unit.cues, 'instruction')) factor *= 1.5
  if (hasCue(unit.cues, 'time')) factor *= 1.25
  if (hasCue(unit.cues, 'decision')) factor *= 1.1
  if (unit.isExclamation) factor *= 0.3
  const numbers = unit.items.reduce((sum, { kind }) => sum + (kind === 'number' ? 1 : 0), 0)
  return factor * (1 + 0.2 * Math.min(4, numbers))
}

/** Users say what they want in few words, assistants answer at length: the rarer voice weighs more. */
function isUserRare({ agentic, userShare }: ConversationProfile): boolean {
  return agentic < agenticFrom && userShare > 0 && userShare < 0.4
}

/** How much a unit of the user counts beside one of anybody else. */
export function userFactor(profile: ConversationProfile, most: number): number {
  return isUserRare(profile) ? most : 1
}

function recencyFactor(message: number, { agentic, messages }: ConversationProfile): number {
  if (agentic < agenticFrom) return 1
  const position = (message + 1) / Math.max(1, messages.length)
  return 0.5 + 1.5 * position ** 2
}

/** What each unit is worth before it is known what is asked: who says it, how, when, and what it holds. */
export function unitPriors(profile: ConversationProfile): Float64Array {
  const user = userFactor(profile, 4)
  return Float64Array.from(profile.units, (placed) => {
    const role = profile.messages[placed.message]?.role === 'user' ? user : 1
    return role * kindFactor(placed, profile) * cueFactor(placed) * recencyFactor(placed.message, profile)
  })
}
