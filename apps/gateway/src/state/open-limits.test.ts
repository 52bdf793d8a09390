import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@proxyapi/logging'
import { assertConfig } from '@proxyapi/server'
import { afterAll, describe, expect, it } from 'vitest'
import { openLimits } from './open-limits.ts'

const folder = mkdtempSync(join(tmpdir(), 'proxyapi-limits-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('what Redis is told was spent before', () => {
  it.each([
    ['is found in a ledger of one’s own', '', true],
    ['is not looked for in a ledger that instances share', 'postgres://localhost/proxyapi', false],
  ])('%s', async (_what, database, isLooked) => {
    const config = assertConfig({ redis: { url: 'redis://127.0.0.1:1' }, database: { url: database } })
    const { shared } = await openLimits(
      config,
      folder,
      createLogger({ level: 'ERROR', format: 'json', write: () => undefined, now: () => 0 }),
    )
    expect(shared?.loadFrom !== undefined).toBe(isLooked)
    await shared?.close()
  })
})
