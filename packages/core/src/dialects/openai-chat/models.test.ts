import { expect, it } from 'vitest'
import { fromOpenAiModels } from './models.ts'

it.each([
  ['OpenAI', { data: [{ id: 'gpt-4o', created: 7, owned_by: 'system' }] }, { id: 'gpt-4o', createdAtSeconds: 7 }],
  [
    'OpenRouter',
    { data: [{ id: 'a/b', name: 'B', description: 'd', context_length: 9, top_provider: { max_completion_tokens: 3 } }] },
    { id: 'a/b', name: 'B', description: 'd', contextLength: 9, maxOutputTokens: 3 },
  ],
  ['Groq', { data: [{ id: 'g', context_window: 9, max_completion_tokens: 3 }] }, { contextLength: 9, maxOutputTokens: 3 }],
  ['Mistral', { data: [{ id: 'm', max_context_length: 9 }] }, { contextLength: 9 }],
  ['Together', [{ id: 't' }, {}, 7], { id: 't' }],
])('reads the list of %s', (_name, body, model) => {
  const page = fromOpenAiModels(body)
  expect(page.next).toBeUndefined()
  expect(page.models).toMatchObject([model])
})

it.each([[null], [{}], [{ data: 1 }]])('takes %j for a bad answer', (body) => {
  expect(() => fromOpenAiModels(body)).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
})
