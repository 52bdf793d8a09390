import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { regex } from './built-in/regex.ts'
import { holdSecrets } from './built-in/secrets.ts'
import { allow, type GuardrailInput } from './guardrail.ts'
import { findPersonalData, holdPersonalData, personalDataKinds } from './personal-data/find-personal-data.ts'
import { createPlaceholders, holdPlaceholder } from './placeholders.ts'

const kinds = new Set(personalDataKinds)
/** Texts in which values, things that look like placeholders, and prose come in any order. */
const pieces = fc.constantFrom(
  ...['a@b.org', 'ana.silva@exemplo.com.br', '4111 1111 1111 1111', '+49 30 901820', 'DE89 3704 0044 0532 0130 00', '123-45-6789'],
  ...['[EMAIL_1]', '[EMAIL_2]', '[CARD_1]', '[EMAIL_', '[', ']', '[[EMAIL_1]]', '_1]', '[PHONE_999999999]', '[email_1]', 'AB 12 34 56 C'],
  ...[
    ' ',
    '  ',
    '\n',
    ', ',
    'call me at ',
    'Good morning ',
    '"',
    '\\',
    '\\n',
    '12',
    '2024-11-30',
    'ção',
    '😀',
    '203.0.113.9',
    '1 84 12 76 451 089 46',
  ],
)
const text = fc.oneof(
  fc.array(pieces, { maxLength: 14 }).map((list) => list.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
)

function redact(given: string) {
  const placeholders = createPlaceholders()
  placeholders.reserve(given)
  let hidden = ''
  let copied = 0
  for (const { kind, start, end } of findPersonalData(given, kinds)) {
    hidden += given.slice(copied, start) + placeholders.hide(kind, given.slice(start, end))
    copied = end
  }
  return { placeholders, hidden: hidden + given.slice(copied) }
}

/** The text in pieces as a stream would bring it, cut at these places. */
function cut(given: string, places: readonly number[]): readonly string[] {
  const sorted = [...new Set(places.map((place) => place % (given.length + 1)))].sort((a, b) => a - b)
  return [...sorted, given.length].map((end, index) => given.slice(sorted[index - 1] ?? 0, end))
}

/** What a stream gives when each piece that need not wait is judged by itself. */
function inPieces(parts: readonly string[], holdFrom: (text: string) => number, judge: (piece: string, before: string) => string): string {
  let held = ''
  let before = ''
  let out = ''
  parts.forEach((part, index) => {
    const all = held + part
    const end = index === parts.length - 1 ? all.length : holdFrom(all)
    held = all.slice(end)
    out += judge(all.slice(0, end), before)
    before = (before + all.slice(0, end)).slice(-64)
  })
  return out
}

const places = fc.array(fc.nat({ max: 400 }), { maxLength: 12 })

describe('placeholders', () => {
  it('give back exactly what they stand for, also in texts that hold what looks like them', () => {
    fc.assert(
      fc.property(text, (given) => {
        const { placeholders, hidden } = redact(given)
        expect(placeholders.restore(hidden)).toBe(given)
        expect(JSON.parse(placeholders.restore(JSON.stringify(hidden), true))).toBe(given)
      }),
      { numRuns: 2_000 },
    )
  })

  it('give it back however a stream is cut', () => {
    fc.assert(
      fc.property(text, places, (given, at) => {
        const { placeholders, hidden } = redact(given)
        expect(inPieces(cut(hidden, at), holdPlaceholder, (piece) => placeholders.restore(piece))).toBe(given)
      }),
      { numRuns: 2_000 },
    )
  })

  it('are the same for equal values, counted by kind, and begin above what a text already has', () => {
    const placeholders = createPlaceholders()
    placeholders.reserve('see [EMAIL_3]')
    expect([
      placeholders.hide('email', 'a@b.org'),
      placeholders.hide('email', 'c@d.org'),
      placeholders.hide('email', 'a@b.org'),
      placeholders.hide('national_id', '1'),
      placeholders.hide('9 ä', '1'),
    ]).toEqual(['[EMAIL_4]', '[EMAIL_5]', '[EMAIL_4]', '[NATIONAL_ID_4]', '[HIDDEN_4]'])
  })

  it('hold back of a stream only what may become one', () => {
    const held = (given: string): string => given.slice(holdPlaceholder(given))
    expect(['[', '[EM', '[EMAIL_', '[EMAIL_12', 'a [', '[ x', '[EMAIL_1]', '[1', '[em', `[${'A'.repeat(50)}`].map(held)).toEqual([
      '[',
      '[EM',
      '[EMAIL_',
      '[EMAIL_12',
      '[',
      '',
      '',
      '',
      '',
      '',
    ])
  })
})

describe('a guardrail finds in a stream what it finds in the whole text', () => {
  const mark = (piece: string, before: string): string => {
    let marked = ''
    let copied = 0
    for (const { kind, start, end } of findPersonalData(piece, kinds, before)) {
      marked += `${piece.slice(copied, start)}<${kind}>`
      copied = end
    }
    return marked + piece.slice(copied)
  }

  it('personal data', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), places, (list, at) => {
        const given = list.join('')
        expect(inPieces(cut(given, at), holdPersonalData, mark)).toBe(mark(given, ''))
      }),
      { numRuns: 5_000 },
    )
  })

  it('expressions whose matches are within the window', async () => {
    const { check, streaming } = regex({
      ...{
        name: 'r',
        stages: ['output'],
        action: 'redact',
        restore: false,
        kind: 'x',
        streamWindow: 12,
        patterns: ['ab+c', 'project \\w{1,4}'],
      },
    })
    const holdFrom = streaming?.type === 'pieces' ? streaming.holdFrom : () => 0
    const judge = async (piece: string): Promise<string> => {
      const input: GuardrailInput = {
        ...{ stage: 'output', texts: [{ text: piece, role: 'assistant' }], charactersBefore: 0, operation: 'chat', model: 'm' },
        ...{ signal: new AbortController().signal, hide: (_kind, value) => value },
      }
      const verdict = (await check(input)) ?? allow
      return verdict.type === 'redact' ? (verdict.texts[0] ?? '') : piece
    }
    const words = fc.array(fc.constantFrom('a', 'b', 'c', 'abbbc', ' ', 'project ', 'aurora', 'x'), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(words, places, async (list, at) => {
        const given = list.join('')
        let held = ''
        let out = ''
        const parts = cut(given, at)
        for (const [index, part] of parts.entries()) {
          const all = held + part
          const end = index === parts.length - 1 ? all.length : holdFrom(all)
          held = all.slice(end)
          out += await judge(all.slice(0, end))
        }
        expect(out).toBe(await judge(given))
      }),
      { numRuns: 500 },
    )
  })

  it('secrets wait for the end of their line, or of their key', () => {
    const held = (given: string): string => given.slice(holdSecrets(given))
    expect(held('one\ntwo')).toBe('two')
    expect(held('a\nx -----BEGIN PRIVATE KEY-----\nabc\n')).toBe('x -----BEGIN PRIVATE KEY-----\nabc\n')
    expect(held('-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\nz')).toBe('z')
    expect(held('x'.repeat(20_000))).toBe('')
  })
})
