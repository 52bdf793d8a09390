import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createToolIds, toToolUseId } from './tool-ids.ts'

it('leaves an id that fits', () => {
  expect(toToolUseId('tooluse_A-1')).toBe('tooluse_A-1')
})

it.each(['', 'a b', 'call.1', 'ü', 'x'.repeat(65)])('makes one that fits of %j, always the same', (id) => {
  expect(toToolUseId(id)).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
  expect(toToolUseId(id)).toBe(toToolUseId(id))
})

it('keeps different ids different', () => {
  expect(toToolUseId('a.b')).not.toBe(toToolUseId('a:b'))
  fc.assert(fc.property(fc.string(), (id) => /^[A-Za-z0-9_-]{1,64}$/.test(toToolUseId(id))))
})

it('gives a call whose id was there before another one, and its results the same', () => {
  const ids = createToolIds()
  expect([ids.ofCall('call_0'), ids.ofResult('call_0'), ids.ofCall('call_0'), ids.ofResult('call_0'), ids.ofCall('call_0')]).toEqual([
    ...['call_0', 'call_0', 'call_0_2', 'call_0_2', 'call_0_3'],
  ])
  expect(ids.ofResult('nobody')).toBe('nobody')
})
