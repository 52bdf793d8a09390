import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTracing } from '@proxyapi/logging/node'
import { afterEach, describe, expect, it } from 'vitest'
import { startCollector } from './collector.ts'
import { type Watched, watchedGateway } from './watched-gateway.ts'

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

describe('trouble with the records is said in log, health and metrics', () => {
  const metric = async (ask: Watched['ask'], name: string): Promise<number> =>
    Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await (await ask('/metrics/prometheus')).text())?.[1])

  const troubles = async (ask: Watched['ask']): Promise<readonly [string, boolean]> => {
    const health = (await (await ask('/health?detailed=true')).json()) as {
      readonly status: string
      readonly degraded_by: readonly string[]
    }
    return [health.status, health.degraded_by.includes('records: they can’t be written')]
  }

  it('when a damaged file is set aside', async () => {
    const folder = folderWith((path) => path)
    const first = watchedGateway({}, {}, folder)
    await first.chat()
    await first.settled()
    await first.close()
    const file = join(folder, 'records.db')
    const bytes = readFileSync(file)
    bytes.fill(65, 0, 200)
    writeFileSync(file, bytes)

    const gateway = watchedGateway({}, {}, folder)
    closing.push(gateway.close)
    await gateway.chat()
    await gateway.settled()
    expect(gateway.log()).toMatch(/"level":"ERROR".*"set_aside":"records\.db\.corrupt-\d+".*The records were damaged/)
    expect(readdirSync(folder).some((name) => name.startsWith('records.db.corrupt-'))).toBe(true)
    expect(await (await gateway.ask('/health?detailed=true')).json()).toMatchObject({
      status: 'degraded',
      degraded_by: ['records: a damaged file was set aside'],
    })
    expect(await metric(gateway.ask, 'records_set_aside_total')).toBe(1)
  })

  it('when they can’t be written, and when they can again', async () => {
    const folder = folderWith((path) => path)
    const file = join(folder, 'records.db')
    mkdirSync(file)
    const gateway = watchedGateway({}, {}, folder)
    closing.push(gateway.close)
    await gateway.chat()
    await gateway.settled().catch(() => undefined)
    expect(gateway.log()).toMatch(/"level":"ERROR".*"reason":"SQLITE_CANTOPEN".*Records can’t be written/)
    expect(await troubles(gateway.ask)).toEqual(['degraded', true])
    expect(await metric(gateway.ask, 'records_failing')).toBe(1)

    rmSync(file, { recursive: true })
    await gateway.settled()
    expect(gateway.log()).toContain('Records are written again')
    // The audit event that was lost stays lost.
    expect(await troubles(gateway.ask)).toEqual(['degraded', false])
    expect(await metric(gateway.ask, 'records_failing')).toBe(0)
  })
})
