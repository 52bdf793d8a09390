import { findEmails } from './find-emails.ts'
import { findCards, findIbans, findIps, findNationalIds, findPhones, type Span } from './find-numbers.ts'

/** Kinds of personal data that are recognised. Names, addresses of streets and dates of birth are not: they have no form. */
export const personalDataKinds = ['email', 'phone', 'card', 'iban', 'national_id', 'ip'] as const
export type PersonalDataKind = (typeof personalDataKinds)[number]

/** One find in a text. */
export interface PersonalData extends Span {
  readonly kind: PersonalDataKind
}

/** Of two finds in one place the one whose kind comes first stands: those with check digits before those without. */
const finders: readonly { readonly kind: PersonalDataKind; readonly find: (text: string, before: string) => readonly Span[] }[] = [
  { kind: 'email', find: findEmails },
  { kind: 'iban', find: findIbans },
  { kind: 'card', find: findCards },
  { kind: 'national_id', find: findNationalIds },
  { kind: 'ip', find: findIps },
  { kind: 'phone', find: findPhones },
]

const needsDigits = /\d{2}/

/**
 * What of a text is personal data, in order and without overlaps. `before` is what stood before the text, where it is a piece of a longer one. Linear
 * in the text.
 */
export function findPersonalData(text: string, kinds: ReadonlySet<PersonalDataKind>, before = ''): readonly PersonalData[] {
  const found: PersonalData[] = []
  const hasDigits = needsDigits.test(text)
  for (const { kind, find } of finders) {
    if (!kinds.has(kind) || (!hasDigits && kind !== 'email')) continue
    for (const { start, end } of find(text, before)) found.push({ kind, start, end })
  }
  const rank = (kind: PersonalDataKind): number => finders.findIndex((finder) => finder.kind === kind)
  const taken = found.sort((a, b) => a.start - b.start || rank(a.kind) - rank(b.kind))
  const kept: PersonalData[] = []
  for (const one of taken) {
    const last = kept.at(-1)
    if (last === undefined || one.start >= last.end) kept.push(one)
    else if (rank(one.kind) < rank(last.kind)) kept[kept.length - 1] = one
  }
  return kept
}

/** Longer pieces than this are not held back: no find is. */
const longestFind = 340

/** As many spaces as may stand within a number. */
const widestGap = 3

function isSpace(text: string, index: number): boolean {
  return /\s/.test(text.charAt(index))
}

function wordStart(text: string, end: number, floor: number): number {
  let start = end
  while (start > floor && !isSpace(text, start - 1)) start--
  return start
}

/** The end of the word before `start`, over a gap that a number may have; `undefined` when there is none. */
function wordEndBefore(text: string, start: number, floor: number): number | undefined {
  let end = start
  while (end > floor && start - end < widestGap && text.charAt(end - 1) === ' ') end--
  return end > floor && (end < start || start === text.length) && !isSpace(text, end - 1) ? end : undefined
}

/**
 * From which character on a text may be the beginning of a find that is not there yet: the word that has not ended, and before it the words with
 * digits, and two capitals before those, that it may belong to.
 */
export function holdPersonalData(text: string): number {
  const floor = Math.max(0, text.length - longestFind)
  let start = wordStart(text, text.length, floor)
  for (;;) {
    const end = wordEndBefore(text, start, floor)
    if (end === undefined) return start
    const from = wordStart(text, end, floor)
    const word = text.slice(from, end)
    if (!/\d|^[(+]/.test(word)) return /(?<!\w)[A-Z]{2}$/.test(word) ? end - 2 : start
    start = from
  }
}
