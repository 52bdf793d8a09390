import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGateway, type LoadTestReport } from '@proxyapi/server'
import { listen } from '@proxyapi/server/node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLoadTestStore } from '../../src/state/load-test-store.ts'
import { runCli } from './run-cli.ts'

describe('proxyapi load-test', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'proxyapi-load-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('tests a gateway of its own, and tells first what it will cost', async () => {
    const { code, out, err } = await runCli(['load-test', '--rps', '50', '--duration', '1', '--models', 'demo/echo,demo/lorem'])
    expect([code, err, /^all +50 +0 /m.test(out), / completed\n$/.test(out)]).toEqual([
      0,
      '50 requests to demo/echo, demo/lorem for about $0.0000\n',
      true,
      true,
    ])
  })

  it('has a running gateway test itself, whose reports are kept over restarts', async () => {
    const config = { auth: { api_keys: [{ name: 'ops', key: 'admin-key-0123456789', role: 'admin' }] } }
    const warnings: string[] = []
    const open = () =>
      createGateway(config, { loadTestStore: createLoadTestStore(folder, { warning: (message) => void warnings.push(message) }) })
    const listening = await listen(open(), { host: '127.0.0.1', port: 0 })
    const url = `http://127.0.0.1:${listening.port}`
    const refused = await runCli(['load-test', '--url', url, '--key', 'wrong-key'])
    const flags = ['load-test', '--url', url, '--rps', '20', '--duration', '1', '--stream', '--json']
    const first = await runCli(flags, { env: { PROXYAPI_KEY: 'admin-key-0123456789' } })
    const report = JSON.parse(first.out) as LoadTestReport
    await listening.stop(0)
    expect([refused.code, refused.err.includes('A valid API key is needed')]).toEqual([1, true])
    expect(report).toMatchObject({ status: 'completed', completed: 20, failed: 0, stream: true })
    const again = open()
    const listed = (await (
      await again.fetch('http://127.0.0.1/api/load-test', { headers: { authorization: 'Bearer admin-key-0123456789' } })
    ).json()) as { tests: LoadTestReport[] }
    await again.close()
    expect([listed.tests, readdirSync(join(folder, 'load-tests')).length, warnings]).toEqual([[report], 1, []])
  })

  it.each([
    ['an address where nobody is', ['--url', 'http://127.0.0.1:1'], 1, "can't be reached"],
    ['no address', ['--url', 'nonsense'], 2, '--url is "nonsense"'],
    ['no number', ['--rps', 'many'], 2, '--rps is "many"'],
    ['a provider that there is not', ['--providers', 'acme'], 1, 'There is no provider "acme"'],
  ])('tells of %s', async (_what, flags, code, message) => {
    const ran = await runCli(['load-test', ...flags])
    expect([ran.code, ran.err.includes(message)]).toEqual([code, true])
  })
})
