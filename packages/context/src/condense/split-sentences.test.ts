import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitSentences, wholeCharacter } from './split-sentences.ts'

const split = (line: string): readonly string[] => splitSentences(line).map(({ start, end }) => line.slice(start, end).trim())

describe('splitting a line', () => {
  it.each([
    [
      'English',
      'Dr. Smith paid $3.50 for v1.2.3. She left at 5 p.m. today.',
      ['Dr. Smith paid $3.50 for v1.2.3.', 'She left at 5 p.m. today.'],
    ],
    ['Portuguese', 'A Sra. Lima chegou às 9h. Quem mais vem? Ninguém!', ['A Sra. Lima chegou às 9h.', 'Quem mais vem?', 'Ninguém!']],
    ['Spanish', '¿Dónde está el informe? Está en la mesa.', ['¿Dónde está el informe?', 'Está en la mesa.']],
    [
      'Chinese',
      '今天我们讨论了预算和时间表的问题。明天我们要决定谁来负责项目！',
      ['今天我们讨论了预算和时间表的问题。', '明天我们要决定谁来负责项目！'],
    ],
    ['Arabic', 'هل وصلت السفينة إلى الميناء؟ نعم وصلت أمس مساء.', ['هل وصلت السفينة إلى الميناء؟', 'نعم وصلت أمس مساء.']],
    ['a quoted end', 'He said "we ship on Monday." Then he left the room.', ['He said "we ship on Monday."', 'Then he left the room.']],
    ['gaps', 'first column   second column   third', ['first column', 'second column', 'third']],
    ['marks that end nothing', `Wait${'.'.repeat(30)}for it. Then go.`, [`Wait${'.'.repeat(30)}for it.`, 'Then go.']],
    ['a gap at the end', `The report is ready now.${' '.repeat(40)}`, ['The report is ready now.', '']],
  ])('finds the sentences of %s', (_, line, sentences) => {
    expect(split(line)).toEqual(sentences)
  })

  it('cuts long sentences at the ends of clauses', () => {
    const line = Array.from({ length: 40 }, (_, index) => `clause number ${index} goes on`).join(', ')
    const parts = split(line)
    expect(parts.length).toBeGreaterThan(2)
    for (const part of parts.slice(0, -1)) expect(part).toMatch(/,$/)
  })

  it('gives stretches that together are the line, none long, for any line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), (line) => {
        const stretches = splitSentences(line)
        expect(stretches.map(({ start, end }) => line.slice(start, end)).join('')).toBe(line)
        for (const { start, end } of stretches) expect(end - start).toBeLessThanOrEqual(440)
      }),
    )
  })

  it('never cuts inside a character', () => {
    const line = '👩‍👩‍👧‍👦'.repeat(200)
    for (const { start } of splitSentences(line)) expect(line.slice(start)).toMatch(/^👩/u)
    expect(wholeCharacter('a😀b', 2)).toBe(1)
  })
})
