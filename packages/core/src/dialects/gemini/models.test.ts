import { expect, it } from 'vitest'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromGeminiModels } from './models.ts'

const { json } = fixtures(import.meta.url)

it('reads a page, with ids as they are called and the way to the next page', () => {
  const page = fromGeminiModels(json('models-synthetic.response.json'))
  expect(page.next).toEqual({ pageToken: expect.any(String) })
  expect(page.models).toHaveLength(2)
  for (const model of page.models) {
    expect(model.id).not.toContain('/')
    expect(model.contextLength).toBeGreaterThan(0)
  }
})

it('tells what a model is for, and reads Vertex as well', () => {
  const models = [{ name: 'models/a', supportedGenerationMethods: ['generateContent', 'countTokens'], thinking: true }]
  expect(fromGeminiModels({ models }).models[0]?.capabilities).toEqual(['chat', 'reasoning'])
  expect(fromGeminiModels({ publisherModels: [{ name: 'publishers/google/models/b' }, {}] })).toEqual({
    models: [expect.objectContaining({ id: 'b' })],
  })
})

it.each([undefined, [], {}, { error: {} }])('refuses %j', (body) => {
  expect(() => fromGeminiModels(body)).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
})
