import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../chat/chunk.ts'
import type { FinishReason } from '../chat/finish-reason.ts'
import { createCompleteness } from './completeness.ts'

const finish = (reason: FinishReason, choice = 0): ChatChunk => ({ type: 'finish', choice, finish: { reason, native: reason } })
const text = (choice = 0): ChatChunk => ({ type: 'text-delta', choice, text: 'x' })
const argument = (argumentsText: string): ChatChunk => ({ type: 'tool-call-delta', choice: 0, index: 0, argumentsText })

function see(...chunks: readonly ChatChunk[]): boolean {
  const completeness = createCompleteness()
  for (const chunk of chunks) completeness.see(chunk)
  return completeness.isComplete()
}

describe('completeness', () => {
  it.each<[string, readonly ChatChunk[], boolean]>([
    ['text without a finish', [text()], false],
    ['nothing at all', [], false],
    ['a finish', [text(), finish('stop')], true],
    ['one of two finishes', [text(0), text(1), finish('stop', 1)], false],
    ['both finishes', [text(0), text(1), finish('stop', 1), finish('length', 0)], true],
    ['a call in pieces', [argument('{"a":'), argument('1}'), finish('tool_calls')], true],
    ['a call without arguments', [argument(''), finish('tool_calls')], true],
    ['a call that its length cut off', [argument('{"a":'), finish('length')], true],
  ])('%s', (_what, chunks, complete) => {
    expect(see(...chunks)).toBe(complete)
  })

  it('refuses a finished call whose arguments are broken off', () => {
    expect(() => see(argument('{"a":'), finish('tool_calls'))).toThrow('broken off')
  })
})
