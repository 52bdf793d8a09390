import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReasoningRequest, reasoningEfforts } from '../../chat/request.ts'
import type { ReasoningSupport } from '../capabilities.ts'
import { nearestEffort, toReasoningWish } from './reasoning-wish.ts'

const never: ReasoningSupport = { mode: 'never' }
const steps: ReasoningSupport = { mode: 'optional', efforts: ['low', 'medium', 'high'], off: 'effort' }
const always: ReasoningSupport = { mode: 'always', efforts: ['low', 'high'] }
const own: ReasoningSupport = { mode: 'optional', efforts: ['default'], off: 'effort' }
const wordless: ReasoningSupport = { mode: 'always', efforts: [] }
const budgets: ReasoningSupport = { mode: 'optional', budget: { least: 1_024, most: 24_576 }, efforts: [], off: 'budget' }

describe('toReasoningWish', () => {
  it.each<readonly [string, ReasoningRequest | undefined, ReasoningSupport | undefined, object]>([
    ['nothing', undefined, steps, { say: 'unsaid', fate: 'kept' }],
    ['an effort that the model takes', { effort: 'low' }, steps, { say: 'effort', effort: 'low', fate: 'kept' }],
    ['an effort below', { effort: 'minimal' }, steps, { say: 'effort', effort: 'low', fate: 'changed' }],
    ['an effort above', { effort: 'max' }, steps, { say: 'effort', effort: 'high', fate: 'changed' }],
    ['an effort between two', { effort: 'medium' }, always, { say: 'effort', effort: 'high', fate: 'changed' }],
    ['an effort, of a model with a word of its own', { effort: 'high' }, own, { say: 'effort', effort: 'default', fate: 'changed' }],
    ['an effort, of a model that takes none', { effort: 'high' }, wordless, { say: 'unsaid', fate: 'dropped' }],
    ['an effort, of a model that does not reason', { effort: 'high' }, never, { say: 'unsaid', fate: 'dropped' }],
    ['an effort, of an unknown model', { effort: 'max' }, undefined, { say: 'effort', effort: 'max', fate: 'kept' }],
    ['a budget', { budgetTokens: 500 }, budgets, { say: 'budget', budgetTokens: 1_024, fate: 'changed' }],
    ['a budget that fits', { budgetTokens: 5_000 }, budgets, { say: 'budget', budgetTokens: 5_000, fate: 'kept' }],
    ['a budget, of a model with efforts', { budgetTokens: 5_000 }, steps, { say: 'effort', effort: 'medium', fate: 'changed' }],
    ['no reasoning', { mode: 'disabled' }, steps, { say: 'off', fate: 'kept' }],
    ['no reasoning, whatever the effort', { mode: 'disabled', effort: 'high' }, steps, { say: 'off', fate: 'kept' }],
    ['a budget of nothing', { budgetTokens: 0 }, budgets, { say: 'off', fate: 'kept' }],
    ['no reasoning, of a model that does not reason', { mode: 'disabled' }, never, { say: 'unsaid', fate: 'kept' }],
    ['no reasoning, of one that always does', { effort: 'none' }, always, { say: 'effort', effort: 'low', fate: 'changed' }],
    ['no reasoning, of one that can’t be told', { effort: 'none' }, wordless, { say: 'unsaid', fate: 'dropped' }],
    ['no reasoning, of an unknown model', { mode: 'disabled' }, undefined, { say: 'unsaid', fate: 'dropped' }],
    ['the effort none, of an unknown model', { effort: 'none' }, undefined, { say: 'off', fate: 'kept' }],
    ['reasoning without an amount', { mode: 'enabled' }, steps, { say: 'on', fate: 'kept' }],
    ['reasoning, of one that always does', { mode: 'adaptive' }, always, { say: 'unsaid', fate: 'kept' }],
    ['reasoning, of one that never does', { mode: 'enabled' }, never, { say: 'unsaid', fate: 'dropped' }],
  ])('tells a model of %s', (_name, reasoning, support, wish) => {
    expect(toReasoningWish(reasoning, support)).toEqual(wish)
  })

  it('says only words that the model takes', () => {
    const efforts = fc.subarray(['default', ...reasoningEfforts.filter((effort) => effort !== 'none')])
    const asked = fc.record({
      effort: fc.option(fc.constantFrom(...reasoningEfforts), { nil: undefined }),
      budgetTokens: fc.option(fc.nat(100_000), { nil: undefined }),
      mode: fc.option(fc.constantFrom('adaptive', 'enabled', 'disabled'), { nil: undefined }),
    })
    fc.assert(
      fc.property(efforts, fc.constantFrom('never', 'always', 'optional'), asked, (words, mode, reasoning) => {
        const wish = toReasoningWish(reasoning, { mode, efforts: words })
        if (wish.say === 'effort') expect(words).toContain(wish.effort)
        expect(['off', 'budget']).not.toContain(wish.say)
        if (mode === 'never') expect(wish.say).toBe('unsaid')
      }),
    )
  })
})

it('finds no effort among none', () => {
  expect(nearestEffort('low', [])).toBeUndefined()
})
