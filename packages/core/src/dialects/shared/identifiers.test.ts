import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { IdentifierForm } from '../capabilities.ts'
import { replacements } from './identifiers.ts'

const forms: Readonly<Record<string, IdentifierForm>> = {
  openai: { pattern: /^[A-Za-z0-9_-]{1,64}$/, maxLength: 64 },
  mistral: { pattern: /^[A-Za-z0-9]{9}$/, maxLength: 9 },
  gemini: { pattern: /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/, maxLength: 64 },
  short: { pattern: /^[\s\S]{1,40}$/, maxLength: 40 },
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 90 }),
  fc.string({ minLength: 60, maxLength: 80 }).map((end) => `mcp__server__${end}`),
  fc.stringMatching(/^[A-Za-z0-9]{9}$/),
)

it.each(Object.entries(forms))('gives each text an identifier of the form of %s, and no two the same', (_name, form) => {
  fc.assert(
    fc.property(fc.uniqueArray(text, { maxLength: 20 }), (texts) => {
      const replaced = replacements(new Set(texts), form)
      const written = texts.map((one) => replaced.get(one) ?? one)
      for (const identifier of written) expect(identifier).toMatch(form.pattern)
      expect(new Set(written).size).toBe(texts.length)
      // What has the form stays, whatever the others become.
      for (const one of texts) if (form.pattern.test(one)) expect(replaced.has(one)).toBe(false)
    }),
  )
})

it('keeps a name readable and apart from one that differs at its end only', () => {
  const long = 'mcp__plugin_garden-planner-server_garden-planner__list_watering_intervals'
  const [first, second] = [...replacements(new Set([long, `${long}_2`]), { pattern: /^[A-Za-z0-9_-]{1,64}$/, maxLength: 64 }).values()]
  expect(first).toMatch(/^mcp__plugin_garden_planner_server_garden_planner__list__[0-9a-f]{8}$/)
  expect(second).not.toBe(first)
})

it('gives a text the same identifier beside other texts', () => {
  const form = { pattern: /^[A-Za-z0-9]{9}$/, maxLength: 9 }
  const alone = replacements(new Set(['toolu_01']), form).get('toolu_01')
  expect(replacements(new Set(['call_2', 'toolu_01']), form).get('toolu_01')).toBe(alone)
})

it('leaves a text alone that no identifier can stand for', () => {
  expect(replacements(new Set(['a']), { pattern: /^-$/, maxLength: 1 }).size).toBe(0)
})

it('does not take the place of a text that has the form', () => {
  const form = { pattern: /^[A-Za-z0-9]{9}$/, maxLength: 9 }
  const usual = replacements(new Set(['toolu_01']), form).get('toolu_01') ?? ''
  expect(replacements(new Set(['toolu_01', usual]), form).get('toolu_01')).not.toBe(usual)
})
