import type { Receipt } from '@proxyapi/core'
import { afterEach, describe, expect, it } from 'vitest'
import { answeringDeps } from './answering.ts'
import { type Watched, watchedGateway } from './watched-gateway.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const calls = 2_000

function open(caching: boolean): { watched: Watched; receipts: readonly Receipt[] } {
  const receipts: Receipt[] = []
  const provider = (name: string, price: object): object => ({
    ...{ name, type: 'openai_compatible', base_url: `http://${name}.test/v1`, models: [{ id: 'm', ...price }] },
  })
  const config = {
    providers: [
      provider('one', { input_usd_per_million: 1.37, output_usd_per_million: 4.11 }),
      provider('two', { input_usd_per_million: 0.3, output_usd_per_million: 0.7 }),
      provider('unpriced', {}),
    ],
    models: [{ name: 'safe', targets: ['one/m'], fallbacks: ['two/m'] }],
    routing: { retry: { base_delay_ms: 0, max_delay_ms: 1 } },
    circuit_breaker: { failure_threshold: 1_000_000 },
    caching: { enabled: caching },
  }
  const watched = watchedGateway(config, { deps: answeringDeps(), onReceipt: (receipt) => receipts.push(receipt) })
  closing.push(watched.close)
  return { watched, receipts }
}

/** Every fourth call is a stream that is left in the middle or read to its end; the others are whole; some fail. */
async function play({ chat }: Watched, index: number): Promise<void> {
  const model = index % 7 === 0 ? 'unpriced/m' : 'safe'
  const response = await chat({ model, stream: index % 4 === 0, user: `user-${index % 5}` })
  if (index % 8 === 0) await response.body?.cancel()
  else await response.text()
}

function nanoOf(receipts: readonly Receipt[], pick: (receipt: Receipt) => number | null): number {
  return receipts.reduce((sum, receipt) => sum + (pick(receipt) ?? 0), 0)
}

function valuesOf(text: string, name: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

describe('receipts, ledger and metrics', () => {
  it.each([false, true])(
    'tell the same of mixed calls, to the nano-dollar (cache: %s)',
    async (caching) => {
      const { watched, receipts } = open(caching)
      for (let index = 0; index < calls; index += 20) {
        await Promise.all(Array.from({ length: 20 }, (_, offset) => play(watched, index + offset)))
      }
      await watched.settled()
      const rows = await watched.recorder.analytics({ groupBy: 'day' })
      const sum = (field: 'requests' | 'errors' | 'canceled' | 'costNanoUsd' | 'wastedNanoUsd'): number =>
        rows.reduce((total, row) => total + Number(row[field]), 0)
      const text = await (await watched.ask('/metrics/prometheus')).text()

      const paid = nanoOf(receipts, ({ costNanoUsd }) => costNanoUsd)
      const wasted = nanoOf(receipts, ({ wastedNanoUsd }) => wastedNanoUsd)
      const ended = (outcome: Receipt['outcome']): number => receipts.filter((receipt) => receipt.outcome === outcome).length
      const attempts = receipts.flatMap((receipt) => receipt.attempts)
      // Work that outlives the client who began it has a receipt of its own.
      expect(receipts.filter(({ id }) => !id.endsWith('-shared'))).toHaveLength(calls)
      expect(Math.min(paid, ended('complete'), caching ? 1 : ended('error'), caching ? 1 : ended('canceled'))).toBeGreaterThan(0)
      expect([sum('requests'), sum('errors'), sum('canceled')]).toEqual([receipts.length, ended('error'), ended('canceled')])
      expect([sum('costNanoUsd'), sum('wastedNanoUsd')]).toEqual([paid, wasted])
      expect(Math.round(valuesOf(text, 'llm_cost_usd_total') * 1e9)).toBe(paid + wasted)
      expect(valuesOf(text, 'llm_calls_total')).toBe(receipts.length)
      expect(valuesOf(text, 'llm_requests_total')).toBe(attempts.length)
      expect(valuesOf(text, 'llm_tokens_total')).toBe(
        attempts.reduce((total, { usage }) => total + (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0), 0),
      )
      const unknown = attempts.filter(({ costNanoUsd }) => costNanoUsd === null).length
      expect([valuesOf(text, 'llm_unknown_price_calls_total'), unknown > 0]).toEqual([unknown, !caching || unknown > 0])
    },
    60_000,
  )
})
