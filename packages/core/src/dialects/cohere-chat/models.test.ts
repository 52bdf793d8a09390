import { expect, it } from 'vitest'
import { fromCohereModels } from './models.ts'

it('reads a page, its models and the way to the next', () => {
  const model = {
    name: 'command-a',
    endpoints: ['chat'],
    features: ['tools', 'chat'],
    supports_vision: true,
    context_length: 288_000,
    config: { max_output_tokens: 8_000 },
  }
  expect(fromCohereModels({ models: [model, { endpoints: [] }, 7], next_page_token: 'p2' })).toEqual({
    models: [
      {
        id: 'command-a',
        name: 'command-a',
        contextLength: 288_000,
        maxOutputTokens: 8_000,
        capabilities: ['chat', 'tools', 'vision'],
      },
    ],
    next: { page_token: 'p2' },
  })
})

it('has no next page behind the last', () => {
  expect(fromCohereModels({ models: [], next_page_token: '' })).toEqual({ models: [] })
})

it.each([[null], [{}], [{ data: [] }]])('takes %j for a bad answer', (body) => {
  expect(() => fromCohereModels(body)).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
})
