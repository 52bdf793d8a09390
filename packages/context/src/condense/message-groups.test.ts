import { describe, expect, it } from 'vitest'
import type { ConversationMessage, ConversationRole } from './message.ts'
import { planGroups } from './message-groups.ts'

const say = (role: ConversationRole): ConversationMessage => ({ role, content: role })
const call = (...ids: readonly string[]): ConversationMessage => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id })),
})
const spans = (groups: readonly { readonly start: number; readonly end: number }[]): readonly string[] =>
  groups.map(({ start, end }) => `${start}-${end}`)

describe('planning groups', () => {
  it.each([
    [
      'fixes the system prompt and the last user turn',
      [say('system'), say('user'), say('assistant'), say('user')],
      ['0-1', '3-4'],
      ['1-2', '2-3'],
    ],
    [
      'keeps calls with their results',
      [say('user'), call('a', 'b'), say('tool'), say('tool'), say('assistant'), say('user')],
      ['5-6'],
      ['0-1', '1-4', '4-5'],
    ],
    ['fixes results that wait for an answer', [say('user'), call('a'), say('tool')], ['0-1', '1-3'], []],
    ['fixes calls that wait for their results', [say('user'), say('assistant'), call('a')], ['0-1', '2-3'], ['1-2']],
    ['fixes nothing of an empty list', [], [], []],
  ])('%s', (_, messages, fixed, open) => {
    const plan = planGroups(messages)
    expect(spans(plan.fixed)).toEqual(fixed)
    expect(spans(plan.open)).toEqual(open)
  })
})
