import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { digestOf } from './digest.ts'

it('is SHA-256', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(digestOf(text)).toBe(createHash('sha256').update(text).digest('hex'))
    }),
  )
  for (let length = 0; length < 200; length++)
    expect(digestOf('a'.repeat(length))).toBe(createHash('sha256').update('a'.repeat(length)).digest('hex'))
})
