/*
 * A text that a regular expression matches, built by walking the expression: the first alternative, each quantifier at
 * its least. The expression is never executed, since it comes from a client and could backtrack for hours. Supported is
 * what schemas of tools use: classes, groups, alternatives, quantifiers, anchors. A positive look-around or a back
 * reference has no answer here; a negative look-ahead is taken for granted.
 */

/** Longer texts are not built, and longer expressions not read. */
const maxLength = 10_000
const maxSourceLength = 1_000
/** Characters that a negated class is tried with. */
const usualCharacters = [...'aA1 -_.!~\u00e9']
const escapedClasses: Readonly<Record<string, string>> = { d: '1', w: 'a', s: ' ', D: 'a', W: ' ', S: 'a' }
const escapedControls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', 0: '\0' }

/** Raised for an expression that has no answer here. It never leaves this file. */
class Unsupported extends Error {}

interface Reader {
  readonly source: string
  at: number
  /** How often more than its least an unbounded quantifier repeats. */
  readonly extra: number
}

function accept(reader: Reader, text: string): boolean {
  if (!reader.source.startsWith(text, reader.at)) return false
  reader.at += text.length
  return true
}

/** The next code point, which is taken. */
function take(reader: Reader): string {
  const code = reader.source.codePointAt(reader.at)
  if (code === undefined) throw new Unsupported()
  const character = String.fromCodePoint(code)
  reader.at += character.length
  return character
}

function takeMatch(reader: Reader, expression: RegExp): RegExpExecArray | undefined {
  expression.lastIndex = reader.at
  const match = expression.exec(reader.source) ?? undefined
  if (match !== undefined) reader.at += match[0].length
  return match
}

/** A character of a Unicode property: letters unless it speaks of something else. */
function propertyCharacter(name: string, isNegated: boolean): string {
  const isNumber = /^(N|Nd|Number|Decimal_Number)$/.test(name)
  if (isNegated) return isNumber ? 'a' : '1'
  if (isNumber) return '1'
  if (/^(P|Punctuation)/.test(name)) return '.'
  if (/^(Z|Zs|Separator|White_Space)/.test(name)) return ' '
  return /^(Lu|Uppercase)/.test(name) ? 'A' : 'a'
}

/** What stands after a backslash, as one character that it matches. '' for a boundary, which takes none. */
function escaped(reader: Reader): string {
  const code = takeMatch(reader, /u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2})/iy)
  if (code !== undefined) {
    const value = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16)
    if (value > 0x10ffff) throw new Unsupported()
    return String.fromCodePoint(value)
  }
  const property = takeMatch(reader, /([pP])\{(?:\w+=)?(\w+)\}/y)
  if (property !== undefined) return propertyCharacter(property[2] ?? '', property[1] === 'P')
  const letter = take(reader)
  if (letter === 'b' || letter === 'B') return ''
  if (/[1-9k]/.test(letter)) throw new Unsupported()
  return escapedClasses[letter] ?? escapedControls[letter] ?? letter
}

interface ClassMember {
  readonly first: number
  readonly last: number
}

/** What `\d`, `\w` and `\s` hold, for the complement of a class. */
const classRanges: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  d: [['0', '9']],
  w: [
    ['0', '9'],
    ['A', 'Z'],
    ['_', '_'],
    ['a', 'z'],
  ],
  s: [
    ['\t', '\r'],
    [' ', ' '],
    ['\u00a0', '\u00a0'],
  ],
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0
}

function classMember(reader: Reader): readonly ClassMember[] {
  const shorthand = takeMatch(reader, /\\([dws])/y)?.[1]
  if (shorthand !== undefined) return (classRanges[shorthand] ?? []).map(([first, last]) => ({ first: codeOf(first), last: codeOf(last) }))
  const one = (): string => (accept(reader, '\\') ? escaped(reader) || '\b' : take(reader))
  const first = codeOf(one())
  if (reader.source[reader.at] !== '-' || reader.source[reader.at + 1] === ']') return [{ first, last: first }]
  reader.at += 1
  return [{ first, last: codeOf(one()) }]
}

/** A character of a class: of its first member, as plain as it can be. */
function classCharacter(reader: Reader): string {
  const isNegated = accept(reader, '^')
  const members: ClassMember[] = []
  while (!accept(reader, ']')) members.push(...classMember(reader))
  const holds = (character: string): boolean => members.some(({ first, last }) => codeOf(character) >= first && codeOf(character) <= last)
  const first = members[0]
  const character = isNegated
    ? usualCharacters.find((usual) => !holds(usual))
    : (usualCharacters.slice(0, 3).find(holds) ?? (first && String.fromCodePoint(first.first)))
  if (character === undefined) throw new Unsupported()
  return character
}

/** What stands in a group; '' for a negative look-ahead, which is only read. */
function group(reader: Reader): string {
  if (takeMatch(reader, /\?(=|<=|<!)/y) !== undefined) throw new Unsupported()
  const isLookAhead = accept(reader, '?!')
  if (!isLookAhead) takeMatch(reader, /\?(:|<[^>]*>)/y)
  const text = alternatives(reader)
  if (!accept(reader, ')')) throw new Unsupported()
  return isLookAhead ? '' : text
}

function atom(reader: Reader): string {
  const character = take(reader)
  switch (character) {
    case '(':
      return group(reader)
    case '[':
      return classCharacter(reader)
    case '\\':
      return escaped(reader)
    case '^':
    case '$':
      return ''
    case '.':
      return 'a'
    default:
      return character
  }
}

const unboundedQuantifiers: Readonly<Record<string, number>> = { '*': 0, '+': 1 }

/** How often the atom before it is repeated. */
function quantifier(reader: Reader): number {
  const match = takeMatch(reader, /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y)
  if (match === undefined) return 1
  const [, sign, least = '0', comma, most = ''] = match
  if (sign === '?') return 0
  if (sign !== undefined) return (unboundedQuantifiers[sign] ?? 0) + reader.extra
  if (comma === undefined) return Number(least)
  return most === '' ? Number(least) + reader.extra : Math.min(Number(least) + reader.extra, Number(most))
}

function sequence(reader: Reader): string {
  let text = ''
  while (reader.at < reader.source.length && !/[|)]/.test(reader.source[reader.at] ?? '')) {
    const piece = atom(reader)
    const count = quantifier(reader)
    if (text.length + piece.length * count > maxLength) throw new Unsupported()
    text += piece.repeat(count)
  }
  return text
}

/** The first of the alternatives; the others are only read. */
function alternatives(reader: Reader): string {
  const text = sequence(reader)
  while (accept(reader, '|')) sequence(reader)
  return text
}

/**
 * A text that the regular expression matches. `extra` is how often more than its least a quantifier repeats, which makes
 * longer and different texts. `undefined` for an expression that is not supported.
 */
export function patternInstance(source: string, extra = 0): string | undefined {
  if (source.length > maxSourceLength) return undefined
  const reader: Reader = { source, at: 0, extra }
  try {
    const text = alternatives(reader)
    return reader.at === source.length ? text : undefined
  } catch (error) {
    if (error instanceof Unsupported) return undefined
    throw error
  }
}
