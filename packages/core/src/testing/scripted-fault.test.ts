import { expect, it } from 'vitest'
import { type FaultRule, selectFault } from './scripted-fault.ts'

const fault = { type: 'reset' } as const

it.each<[string, FaultRule, number, boolean]>([
  ['always', { fault }, 5, true],
  ['a share that was drawn', { fault, share: 0.6 }, 5, true],
  ['a share that was not drawn', { fault, share: 0.4 }, 5, false],
  ['before its time', { fault, fromMs: 10 }, 9, false],
  ['from its time on', { fault, fromMs: 10 }, 10, true],
  ['until its end', { fault, untilMs: 10 }, 9, true],
  ['after its end', { fault, untilMs: 10 }, 10, false],
  ['in a burst', { fault, fromMs: 5, burst: { everyMs: 100, forMs: 10 } }, 214, true],
  ['between bursts', { fault, fromMs: 5, burst: { everyMs: 100, forMs: 10 } }, 215, false],
])('occurs or not: %s', (_when, rule, atMs, occurs) => {
  expect(selectFault([rule], atMs, () => 0.5)).toBe(occurs ? fault : undefined)
})

it('takes the first rule that hits', () => {
  const rules: readonly FaultRule[] = [{ fault: { type: 'html' }, untilMs: 1 }, { fault }, { fault: { type: 'refuse' } }]
  expect(selectFault(rules, 1, () => 0)).toBe(fault)
})
