import { describe, expect, it } from 'vitest'
import { everything } from '../../providers/capability-rows.ts'
import { builtInDefinitions } from '../../providers/registry.ts'
import { parseJson, readString } from '../../wire/json.ts'
import { surfaceCorpusPresent, surfaceExchangesOf } from '../shared/__fixtures__/corpus.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { fromClientModeration, toClientModeration } from './client.ts'

const rows = ['openai', 'mistral'].flatMap((provider) =>
  surfaceExchangesOf(provider, 'moderation').map(([id, exchange]) => ({
    id,
    exchange,
    dialect: builtInDefinitions.find((row) => row.type === provider)?.dialect,
  })),
)
const answered = rows.filter(({ exchange }) => exchange.response.status === 200)
const refused = rows.filter(({ exchange }) => exchange.response.status >= 400)
/** Mistral's chat moderation is another path with inputs of its own; its answers are the same. */
const written = answered.filter(({ id }) => !id.startsWith('mistral/moderation/chat/'))
const anyRequest = fromClientModeration({ input: 'a' })

function asList(input: unknown): unknown {
  return typeof input === 'string' ? [input] : input
}

describe.skipIf(!surfaceCorpusPresent)('the recorded moderation exchanges', () => {
  it('are all there', () => {
    expect([answered.length, refused.length]).toEqual([25, 3])
  })

  it.each(answered)('reads the answer $id', ({ exchange: { expected, response }, dialect }) => {
    const read = dialect?.codecs?.moderations?.fromResponse(parseJson(response.body), countingContext(), anyRequest)
    expect(read?.id).toBe(expected.id)
    expect(read?.model).toBe(expected.model)
    expect(read?.results).toHaveLength(expected.results.length)
    expected.results.forEach((result, index) => {
      const own = read?.results[index]
      const scores = Object.entries(own?.categoryScores ?? {}).sort(([, a], [, b]) => b - a)
      expect(own?.flagged).toBe(result.flagged)
      const flagged = Object.keys(own?.categories ?? {}).filter((name) => own?.categories[name] === true)
      expect(flagged.sort()).toEqual([...result.categories_true].sort())
      expect(Object.keys(own?.categories ?? {})).toHaveLength(result.n_categories)
      expect(scores[0]).toEqual(result.top)
      const kinds = [...new Set(Object.values(own?.categoryAppliedInputTypes ?? {}).flat())].sort()
      expect(kinds).toEqual(result.applied_input_types ?? [])
    })
  })

  it.each(answered.filter(({ id }) => id.startsWith('openai/')))(
    'writes the answer $id for a client as it was',
    ({ exchange, dialect }) => {
      const body = parseJson(exchange.response.body)
      const read = dialect?.codecs?.moderations?.fromResponse(body, countingContext(), anyRequest)
      expect(read && toClientModeration(read, () => '')).toEqual(body)
    },
  )

  it.each(written)('writes the request $id', ({ exchange, dialect }) => {
    const { body } = exchange.request
    const target = { model: readString(body, 'model') ?? '', capabilities: everything, stream: false }
    const encoded = dialect?.codecs?.moderations?.toRequest(fromClientModeration(body), target)
    expect(encoded).toEqual({ body: { ...body, input: asList(body['input']) }, dropped: [] })
  })

  it.each(refused)('reads the error $id', ({ exchange: { expected, response }, dialect }) => {
    const error = dialect?.fromError(response.status, response.headers, parseJson(response.body))
    expect(error?.message).toBe(expected.error.message)
  })
})
