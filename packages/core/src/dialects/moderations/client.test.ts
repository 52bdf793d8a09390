import { describe, expect, it } from 'vitest'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { exchangeFixtures } from '../shared/__fixtures__/exchange-fixture.ts'
import { fromClientModeration, toClientModeration } from './client.ts'
import { openAiModerations } from './moderation-codec.ts'

const fixture = exchangeFixtures(import.meta.url)

describe('fromClientModeration', () => {
  it.each([
    ['one text', 'a', { type: 'texts', texts: ['a'] }],
    ['texts', ['a', 'b'], { type: 'texts', texts: ['a', 'b'] }],
    [
      'parts',
      [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: 'data:,' } },
      ],
      {
        type: 'parts',
        parts: [
          { type: 'text', text: 'a' },
          { type: 'image', url: 'data:,' },
        ],
      },
    ],
  ])('reads %s', (_name, input, expected) => {
    expect(fromClientModeration({ input }).input).toEqual(expected)
  })

  it('keeps model, user and fields without a name', () => {
    expect(fromClientModeration({ input: 'a', model: 'm', user: 'u', x: 1 })).toMatchObject({ model: 'm', user: 'u', extras: { x: 1 } })
    expect(fromClientModeration({ input: 'a' }).model).toBeUndefined()
  })

  it.each([
    [undefined, 'input'],
    [[], 'input'],
    [7, 'input'],
    [['a', { type: 'text', text: 'b' }], 'input[0]'],
    [[{ type: 'text' }], 'input[0]'],
    [
      [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: 'x' },
      ],
      'input[1]',
    ],
  ])('refuses %j', (input, param) => {
    expect(() => fromClientModeration({ input })).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
  })
})

describe('toClientModeration', () => {
  it.each(['openai-array', 'openai-parts', 'openai-11'])('writes %s as it was read', (name) => {
    const { request, response } = fixture(name)
    const read = openAiModerations.fromResponse(response, countingContext(), fromClientModeration(request))
    expect(toClientModeration(read, () => 'new')).toEqual(response)
  })

  it('draws an id where the provider gives none', () => {
    expect(toClientModeration({ model: 'm', results: [] }, () => 'new')).toEqual({ id: 'modr-new', model: 'm', results: [] })
  })
})
