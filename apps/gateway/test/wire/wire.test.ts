import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway } from '@proxyapi/server'
import { type Listening, listen } from '@proxyapi/server/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare } from './compare.ts'
import { type Exchange, hasCorpus, type Replay, replayConfig, startReplay } from './corpus.ts'
import { send } from './send.ts'

/** Exchanges that cannot come out equal, each with its reason. */
const invalidGeneration = 'Cohere reports a failed generation; it reaches the client as an error in the stream, not as a clean end'
const partialArguments = 'the SDK gives each piece of a streamed call as a call without a name; we put the pieces together'
const olderOperation = 'recorded with a single-text operation that we do not call: the batch operation serves both'
const exceptions: Readonly<Record<string, string>> = {
  'cohere/stream-odd-finish/command-a-03-2025-2e5967': invalidGeneration,
  'cohere/stream-odd-finish/command-a-03-2025-c79adc': invalidGeneration,
  'gemini/stream-tool-parallel/gemini-3-pro-preview-ada333': partialArguments,
  'gemini/stream-tool-parallel/gemini-3-pro-preview-f86d3a': partialArguments,
  'gemini/embeddings/text-embedding-004-8c3409': olderOperation,
  'ollama/embeddings/llama3-317f8d': olderOperation,
}

describe.skipIf(!hasCorpus)('recorded traffic through the gateway', () => {
  let replay: Replay
  let gateway: Listening
  let url = ''

  beforeAll(async () => {
    replay = await startReplay({ split: 'awkward' })
    gateway = await listen(createGateway(replayConfig(replay), { transport: createNodeTransport() }), { host: '127.0.0.1', port: 0 })
    url = `http://127.0.0.1:${gateway.port}`
  })
  afterAll(async () => {
    await gateway.stop(0)
    await replay.close()
  })

  async function run(exchange: Exchange): Promise<string[]> {
    replay.pin({ id: exchange.id })
    try {
      return compare(exchange, await send(url, exchange))
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)]
    }
  }

  const providers = [
    'openai',
    'anthropic',
    'azure_openai',
    'cohere',
    'xai',
    'gemini',
    'mistral',
    'groq',
    'deepseek',
    'openrouter',
    'bedrock',
    'ollama',
  ]
  it.each(providers)('%s: every exchange equals what its own SDK reads', { timeout: 120_000 }, async (provider) => {
    const exchanges = ['chat', 'embeddings']
      .flatMap((endpoint) => replay.find({ provider, endpoint }))
      .filter((exchange) => exchange.gateway?.testable)
    const failures: Record<string, string[]> = {}
    for (const exchange of exchanges) {
      const problems = await run(exchange)
      if (problems.length > 0 && exceptions[exchange.id] === undefined) failures[exchange.id] = problems
    }
    const failed = Object.keys(failures).length
    if (process.env['WIRE_REPORT'])
      console.log(
        `${provider}: ${exchanges.length - failed} of ${exchanges.length}\n${Object.entries(failures)
          .map(([id, problems]) => `  ${id}: ${problems.join(' | ')}`)
          .join('\n')}`,
      )
    expect(exchanges.length).toBeGreaterThan(0)
    expect(failures).toEqual({})
  })
})
