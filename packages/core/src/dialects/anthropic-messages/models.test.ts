import { expect, it } from 'vitest'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromAnthropicModels } from './models.ts'

it('reads the recorded page', () => {
  expect(fromAnthropicModels(fixtures(import.meta.url).json('models-page.response.json'))).toEqual({
    models: [
      { id: 'claude-sonnet-4-20250514', name: 'Claude Sonnet 4', createdAtSeconds: 0, contextLength: 1_000_000, maxOutputTokens: 64_000 },
    ],
  })
})

it('asks for the next page where there is one', () => {
  expect(fromAnthropicModels({ data: [{ id: 'a' }, {}], has_more: true, last_id: 'a' })).toMatchObject({
    models: [{ id: 'a', createdAtSeconds: undefined }],
    next: { after_id: 'a' },
  })
})

it.each([[null], [{}], [{ data: 1 }]])('takes %j for a bad answer', (body) => {
  expect(() => fromAnthropicModels(body)).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
})
