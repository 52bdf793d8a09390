import { expect, it } from 'vitest'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromOllamaModels } from './models.ts'

it('reads the recorded list in one page', () => {
  const page = fromOllamaModels(fixtures(import.meta.url).json('tags.response.json'))
  expect(page.next).toBeUndefined()
  expect(page.models[1]).toEqual({ id: 'qwen3:4b', name: 'qwen3:4b' })
  expect(page.models).toHaveLength(5)
})

it('reads lists of before `model` had its own field', () => {
  expect(fromOllamaModels({ models: [{ name: 'llama3' }, {}] }).models).toEqual([{ id: 'llama3', name: 'llama3' }])
})

it.each([[null], [{}], [{ models: 1 }]])('takes %j for a bad answer', (body) => {
  expect(() => fromOllamaModels(body)).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
})
