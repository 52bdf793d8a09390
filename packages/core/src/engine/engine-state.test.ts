import { expect, it } from 'vitest'
import { createEngine } from './engine.ts'
import { createEngineState } from './engine-state.ts'

it('lets an engine go on where the one before it stood', async () => {
  const state = createEngineState()
  const before = createEngine({ providers: [{ name: 'demo', type: 'demo' }], state })
  before.isolate('demo/echo', true)
  await before.close()
  const heard: string[] = []
  const after = createEngine({ providers: [{ name: 'demo', type: 'demo' }], state, onEvent: ({ type }) => void heard.push(type) })
  const request = { model: 'demo/echo', messages: [{ role: 'user' as const, content: 'Hi' }] }
  await expect(after.chat(request)).rejects.toMatchObject({ code: 'circuit_open' })
  after.isolate('demo/echo', false)
  expect((await after.chat(request)).choices).toHaveLength(1)
  expect(heard).toContain('breaker')
  await state.close()
})
