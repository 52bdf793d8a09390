import { isIPv6 } from 'node:net'
import { hasIbanCheck, hasLuhnCheck } from './checksums.ts'
import { nationalIds } from './national-ids.table.ts'

/** A part of a text, by its first character and the one behind its last. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** How far back a word is looked for that says what a number is. */
const contextCharacters = 40

/** What stands before a place: the piece of text before the one that is looked at counts too. */
function contextBefore(text: string, start: number, before: string): string {
  const own = text.slice(Math.max(0, start - contextCharacters), start)
  return own.length === contextCharacters ? own : before.slice(own.length - contextCharacters) + own
}

function spansOf(text: string, pattern: RegExp, accepts: (found: string, start: number) => boolean): readonly Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(pattern)) {
    const [found] = match
    if (accepts(found, match.index)) spans.push({ start: match.index, end: match.index + found.length })
  }
  return spans
}

const separators = /[ ()./-]/g

/** Cards stand together or in groups of 4-4-4-4, 4-4-4-4-3, 4-6-5 or 4-6-4. */
const card =
  /(?<![\w.,-])(?:[2-6]\d{12,18}|[2-6]\d{3}[ -]\d{4}[ -]\d{4}[ -]\d{4}(?:[ -]\d{3})?|3\d{3}[ -]\d{6}[ -]\d{4,5})(?![\d-])(?!\.\d)/g

export function findCards(text: string): readonly Span[] {
  return spansOf(text, card, (found) => hasLuhnCheck(found.replace(separators, '')))
}

/** Lengths by country (SWIFT IBAN registry, release 99). */
const ibanLengths: Readonly<Record<string, number>> = {
  ...{ AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22 },
  ...{ DK: 18, DO: 28, EE: 20, EG: 29, ES: 24, FI: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HR: 21, HU: 28 },
  ...{ IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28, LC: 32, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MD: 24 },
  ...{ ME: 22, MK: 19, MR: 27, MT: 31, MU: 30, NL: 18, NO: 15, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29, RO: 24, RS: 22, SA: 24, SC: 31 },
  ...{ SE: 24, SI: 19, SK: 24, SM: 27, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26, UA: 29, VA: 22, VG: 24, XK: 20 },
}
const ibanStart = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}/g

/** Where an IBAN that begins at `start` ends: its characters with single spaces or hyphens between them; `undefined` when it is none. */
function ibanEnd(text: string, start: number): number | undefined {
  const length = ibanLengths[text.slice(start, start + 2).toUpperCase()]
  if (length === undefined) return undefined
  let compact = ''
  let end = start
  while (end < text.length && compact.length < length) {
    const character = text.charAt(end)
    if (/[A-Za-z0-9]/.test(character)) compact += character.toUpperCase()
    else if ((character !== ' ' && character !== '-') || !/[A-Za-z0-9]/.test(text.charAt(end - 1))) return undefined
    end++
  }
  const isWhole = compact.length === length && !/[A-Za-z0-9]/.test(text.charAt(end))
  return isWhole && hasIbanCheck(compact) ? end : undefined
}

export function findIbans(text: string): readonly Span[] {
  const spans: Span[] = []
  for (const { index } of text.matchAll(ibanStart)) {
    const end = ibanEnd(text, index)
    if (end !== undefined) spans.push({ start: index, end })
  }
  return spans
}

export function findNationalIds(text: string, before: string): readonly Span[] {
  return nationalIds.flatMap(({ pattern, isValid, context }) =>
    spansOf(text, pattern, (found, start) => {
      if (!isValid(found.replace(separators, '').replace('+', '').toUpperCase())) return false
      return context === undefined || context.test(contextBefore(text, start, before))
    }),
  )
}

const ipV4 = /(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-])(?!\.\d)/g
const ipV6 = /(?<![\w:.])[\dA-Fa-f:]{2,39}(?![\w:])/g
/** What four numbers between dots are when they are no address. */
const versionWords =
  /(?:\bversion|\bver|\bv|\brelease|\bbuild|\bfirmware|\bsection|\bchapter|§|\bkapitel|\babschnitt|vers[ãa]o|versi[óo]n|sec[çc][ãa]o)[.:]?\s{0,3}$/i

function isPersonalV4(found: string): boolean {
  const parts = found.split('.')
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return false
  return !/^(?:0|127|255)\./.test(found)
}

/** At least three groups, so that `::1`, times and names in code are none. */
function isPersonalV6(found: string): boolean {
  return isIPv6(found) && /\d/.test(found) && found.split(':').filter((group) => group !== '').length >= 3
}

export function findIps(text: string, before: string): readonly Span[] {
  const v4 = spansOf(text, ipV4, (found, start) => isPersonalV4(found) && !versionWords.test(contextBefore(text, start, before)))
  return text.includes(':') ? [...v4, ...spansOf(text, ipV6, isPersonalV6)] : v4
}

/** With a country's code, or in the form that one country writes and no other number has. */
const clearPhones: readonly RegExp[] = [
  /(?<![\w+.])\+[1-9]\d{0,2}[ ()./-]{0,3}(?:\d[ ()./-]{0,2}){6,12}\d(?![\d-])/g,
  /(?<![\w.-])(?:1[ .-])?\([2-9]\d{2}\) ?\d{3}[ .-]\d{4}(?![\w-])/g, // North America
  /(?<![\w.-])(?:1[ .-])?[2-9]\d{2}([.-])\d{3}[.-]\d{4}(?![\w-])/g,
  /(?<![\w.-])\(\d{2}\) ?9?\d{4}[- ]\d{4}(?![\w-])/g, // Brazil
  /(?<![\w.-])\d{2} 9\d{4}-\d{4}(?![\w-])/g,
  /(?<![\w.,-])0[1-9](?:[ .]\d{2}){4}(?![\w-])(?![ .]\d{2}(?!\d))/g, // France
  /(?<![\w.,-])0[1-9]\d{1,3}[ /-]\d{6,8}(?![\w-])/g, // Germany
  /(?<![\w.,-])\(?0[127]\d{2,3}\)? \d{3} ?\d{3,4}(?![\w-])/g, // the United Kingdom
  /(?<![\w.,-])\(?0[12]\d\)? \d{4} \d{4}(?![\w-])/g,
]
const phoneWords =
  /(?:phone|\btel\b(?! que)|\btlm\b|\bfixo\b|\bring\b|\bmobile|\bcell\b|\bcall(?: me| us| him| her)?\b|\bfax\b|whats ?app|\bsms\b|\btext me\b|telefon|telefone|telem[óo]vel|celular|tel[ée]fono|m[óo]vil|t[ée]l[ée]phone|portable|cellulare|handy|\bmobil|\bruf|\bligar?\b|\bligue\b|contacto?\b|erreichbar|n[uú]m[ée]ro|reach me)/i
/** Seven to thirteen digits in groups. */
const anyNumber = /(?<![\w+.,-])(?<!\w\()\(?\d(?:[ ()./-]{0,2}\d){6,12}(?![\w-])/g
/** Dates, and numbers with decimals or thousands. */
const noPhone = /^(?:\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}\/\d{1,2}\/\d{4}|\d{1,3}(?:\.\d{3}){1,4}|\d+\.\d+)/

/** How near the word must be. */
const phoneContext = 28

function isPhone(found: string): boolean {
  const digits = found.replace(/\D/g, '')
  return digits.length >= 7 && digits.length <= 15 && !/^(\d)\1{1,20}$/.test(digits)
}

export function findPhones(text: string, before: string): readonly Span[] {
  const clear = clearPhones.flatMap((pattern) => spansOf(text, pattern, isPhone))
  const named = spansOf(
    text,
    anyNumber,
    (found, start) => isPhone(found) && !noPhone.test(found) && phoneWords.test(contextBefore(text, start, before).slice(-phoneContext)),
  )
  return [...clear, ...named]
}
