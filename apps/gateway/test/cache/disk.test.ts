import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, createMasker } from '@proxyapi/logging'
import { createPseudonyms } from '@proxyapi/logging/node'
import { assertConfig } from '@proxyapi/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataFolder } from '../../src/state/data-folder.ts'
import { processSecret } from '../../src/state/folder-secret.ts'
import { openCacheStores } from '../../src/state/open-cache-stores.ts'
import { startGateway, startUpstream, type Upstream } from './test-gateway.ts'

let upstream: Upstream
let folder: string

beforeAll(async () => {
  upstream = await startUpstream()
  folder = mkdtempSync(join(tmpdir(), 'proxyapi-cache-'))
})
afterAll(async () => {
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

function world(path: string | undefined) {
  const logger = createLogger({
    level: 'ERROR',
    format: 'json',
    masker: createMasker({ secrets: [] }),
    write: () => undefined,
    now: Date.now,
  })
  return { cache: openCacheStores(assertConfig({}), path, { logger, now: Date.now, secret: 'a secret of these tests' }) }
}

describe('the data folder', () => {
  it('keeps answers over a restart, and gives them when every provider is down', async () => {
    const before = await startGateway(upstream, world(folder))
    const body = await (await before.ask('remember me')).json()
    await before.close()
    upstream.down = true
    const after = await startGateway(upstream, world(folder))
    const again = await after.ask('remember me', { stream: false })
    expect([again.headers.get('x-proxyapi-cache'), again.headers.get('x-proxyapi-provider'), upstream.calls]).toEqual(['hit', 'up', 1])
    expect(await again.json()).toMatchObject({ choices: (body as { choices: unknown }).choices })
    await after.close()
    upstream.down = false
  })

  it('gives up what is held on an end user, also what was stored before a restart', async () => {
    const before = await startGateway(upstream, world(folder))
    await (await before.ask('mine', { user: 'u-1' })).text()
    await before.close()
    const after = await startGateway(upstream, world(folder))
    const removed = await fetch(`${after.url}/api/cache?user=u-1`, { method: 'DELETE' })
    expect(await removed.json()).toMatchObject({ removed: { disk: 1 } })
    expect((await after.ask('mine', { user: 'u-1' })).headers.get('x-proxyapi-cache')).toBe('miss')
    await after.close()
  })

  it('that can’t be made is told, and leaves the cache in memory', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const reasons: string[] = []
    const path = openDataFolder(join(file, 'below'), (reason) => reasons.push(reason))
    expect([path, reasons]).toEqual([undefined, ['ENOTDIR']])
    const front = await startGateway(upstream, world(path))
    await (await front.ask('in memory')).text()
    expect((await front.ask('in memory')).headers.get('x-proxyapi-cache')).toBe('hit')
    await front.close()
  })

  it('makes the same pseudonyms again, and other ones elsewhere', () => {
    const problems: string[] = []
    const pseudonymIn = (where: string, given?: string): string =>
      createPseudonyms(processSecret({ folder: where, given, onError: (message) => problems.push(message) }), 'cache').of('u-1')
    const once = pseudonymIn(folder)
    expect(pseudonymIn(folder)).toBe(once)
    expect(pseudonymIn(join(folder, 'other'))).not.toBe(once)
    expect(once).not.toContain('u-1')
    expect(problems).toEqual([])
    const given = 'one secret of two instances'
    expect(pseudonymIn(folder, given)).toBe(pseudonymIn(join(folder, 'other'), given))
    expect(pseudonymIn(folder, 'short')).toBe(once)
    expect(problems).toEqual([expect.stringContaining('fewer than 16 characters')])
  })
})
