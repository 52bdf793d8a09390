import { readFileSync } from 'node:fs'
import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway } from '@proxyapi/server'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasCorpus, type Replay, replayConfig, schemaPath, startReplay } from './corpus.ts'

const providers = ['anthropic', 'cohere', 'gemini', 'bedrock', 'ollama']
const cases = ['text', 'tool-call', 'max-tokens', 'stream-text', 'stream-tool-call']

describe.skipIf(!hasCorpus)('answers that we write are valid by OpenAI’s own schema', () => {
  let replay: Replay
  let gateway: ReturnType<typeof createGateway>
  let whole: ValidateFunction
  let chunk: ValidateFunction

  beforeAll(async () => {
    replay = await startReplay({})
    gateway = createGateway(replayConfig(replay), { transport: createNodeTransport() })
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema(JSON.parse(readFileSync(schemaPath, 'utf8')) as object, 'openai')
    whole = ajv.compile({ $ref: 'openai#/$defs/CreateChatCompletionResponse' })
    chunk = ajv.compile({ $ref: 'openai#/$defs/CreateChatCompletionStreamResponse' })
  })
  afterAll(async () => {
    await gateway.close()
    await replay.close()
  })

  it.for(providers.flatMap((provider) => cases.map((wanted) => [provider, wanted] as const)))(
    '%s: %s',
    async ([provider, wanted], context) => {
      const exchange = replay
        .find({ provider, endpoint: 'chat', case: wanted })
        .find((one) => one.gateway?.testable && one.flavour === 'native')
      if (exchange === undefined) return context.skip()
      replay.pin({ id: exchange.id })
      const body = JSON.stringify({ ...exchange.openai_request, model: `${provider}/${exchange.model}` })
      const response = await gateway.fetch('http://gateway/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      const text = await response.text()
      const values = exchange.stream
        ? [...text.matchAll(/^data: (\{.*\})$/gm)].map((match) => JSON.parse(match[1] ?? '') as unknown)
        : [JSON.parse(text) as unknown]
      const validate = exchange.stream ? chunk : whole
      expect(values.length).toBeGreaterThan(0)
      for (const value of values) expect([validate(value), validate.errors]).toEqual([true, null])
    },
  )
})
