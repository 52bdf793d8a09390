import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTracing } from '@proxyapi/logging/node'
import { afterEach, describe, expect, it } from 'vitest'
import { startCollector } from './collector.ts'
import { watchedGateway } from './watched-gateway.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function folderWith(prepare: (folder: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-dead-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  return prepare(folder)
}

describe('a sink that is dead', () => {
  it.each([
    [
      'a file that is a folder',
      (folder: string) => {
        mkdirSync(join(folder, 'records.db'))
        return folder
      },
    ],
    [
      'a data folder that is a file',
      (folder: string) => {
        writeFileSync(join(folder, 'file'), '')
        return join(folder, 'file')
      },
    ],
  ])('fails no request: %s', async (_what, prepare) => {
    const gateway = watchedGateway({}, {}, folderWith(prepare))
    closing.push(gateway.close)
    for (let count = 0; count < 50; count++) expect((await gateway.chat()).status).toBe(200)
    const answer = await gateway.ask('/api/analytics')
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("can't be read or written")])
    expect((await gateway.ask('/metrics')).status).toBe(200)
  })

  it('slows no request: a collector that never answers, whose losses are counted', async () => {
    const collector = await startCollector('hang')
    const tracing = await createTracing({
      otlpEndpoint: collector.url,
      maxSpans: 10,
      maxWaitMs: 10,
      exportTimeoutMs: 50,
      closeTimeoutMs: 50,
    })
    const readGauges = [() => [{ name: 'records_dropped_total', labels: { sink: 'traces' }, value: tracing.dropped() } as const]]
    const gateway = watchedGateway({}, { tracing, readGauges })
    closing.push(collector.close, () => tracing.close(), gateway.close)
    for (let count = 0; count < 50; count++) expect((await gateway.chat()).status).toBe(200)
    const text = await (await gateway.ask('/metrics/prometheus')).text()
    expect(Number(/records_dropped_total\{sink="traces"\} (\d+)/.exec(text)?.[1])).toBeGreaterThan(0)
  })
})
