import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createKeySetStore } from './key-set-store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'key-set-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const kept = { url: 'https://id.example/keys', text: '{"keys":[]}', readAtMs: 7 }

it('keeps the keys where their owner alone can read them, and tells what it can not keep', () => {
  const warnings: string[] = []
  const logger = { warning: (message: string) => void warnings.push(message) }
  const store = createKeySetStore(folder, logger)
  expect(store.load()).toBeUndefined()
  store.save(kept)
  expect([createKeySetStore(folder, logger).load(), statSync(join(folder, 'jwks.json')).mode & 0o777]).toEqual([kept, 0o600])
  for (const damaged of ['', '[', 'null', '{"url":1}', 'x'.repeat(1_048_577)]) {
    writeFileSync(join(folder, 'jwks.json'), damaged)
    expect(store.load()).toBeUndefined()
  }
  writeFileSync(join(folder, 'a-file'), '')
  createKeySetStore(join(folder, 'a-file'), logger).save(kept)
  expect(warnings).toEqual(['The keys of the identity provider could not be kept'])
})
