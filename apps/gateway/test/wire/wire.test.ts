import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway } from '@proxyapi/server'
import { listen, type Listening } from '@proxyapi/server/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare } from './compare.ts'
import { type Exchange, hasCorpus, type Replay, replayConfig, startReplay } from './corpus.ts'
import { send } from './send.ts'

/** Exchanges that cannot come out equal, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {}

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

  const providers = ['openai', 'anthropic', 'azure_openai', 'cohere', 'xai', 'gemini', 'mistral', 'groq', 'deepseek', 'openrouter', 'bedrock', 'ollama']
  it.each(providers)('%s: every exchange equals what its own SDK reads', { timeout: 120_000 }, async (provider) => {
    const exchanges = ['chat', 'embeddings'].flatMap((endpoint) => replay.find({ provider, endpoint })).filter((exchange) => exchange.gateway?.testable)
    const failures: Record<string, string[]> = {}
    for (const exchange of exchanges) {
      const problems = await run(exchange)
      if (problems.length > 0 && exceptions[exchange.id] === undefined) failures[exchange.id] = problems
    }
    const failed = Object.keys(failures).length
    if (process.env['WIRE_REPORT']) console.log(`${provider}: ${exchanges.length - failed} of ${exchanges.length}\n${Object.entries(failures).map(([id, problems]) => `  ${id}: ${problems.join(' | ')}`).join('\n')}`)
    expect(exchanges.length).toBeGreaterThan(0)
    expect(failures).toEqual({})
  })
})
