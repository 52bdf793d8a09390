import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toNameList } from './name-list.ts'

it.each([
  [['seed'], 'seed'],
  [['seed', 'reasoning.effort', 'logit_bias'], 'seed, reasoning.effort, logit_bias'],
  [['a\r\nset-cookie: x', 'b, c', 'n\u00e4me', ''], 'a__set-cookie:_x, b__c, n_me, '],
])('lists %j as %j', (names, list) => {
  expect(toNameList(new Set(names))).toBe(list)
})

it('says how many names it leaves out', () => {
  const names = Array.from({ length: 40 }, (_, index) => `p${index}`)
  expect(toNameList(new Set(names))).toBe(`${names.slice(0, 32).join(', ')}, +8`)
})

it('makes a short header of whatever a client calls its parameters', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 1, maxLength: 80 }), (names) => {
      const list = toNameList(new Set(names))
      expect(() => new Headers({ 'x-proxyapi-dropped-params': list })).not.toThrow()
      expect(list.length).toBeLessThan(2_200)
    }),
  )
})
