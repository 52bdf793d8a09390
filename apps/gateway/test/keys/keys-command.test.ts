import { createGateway, createMemoryKeyStore } from '@proxyapi/server'
import { type Listening, listen } from '@proxyapi/server/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../cli/run-cli.ts'

const admin = 'admin-key-0123456789'
let listening: Listening
beforeAll(async () => {
  const auth = { api_keys: [{ name: 'ops', key: admin, role: 'admin' }], teams: [{ name: 'shop' }] }
  listening = await listen(createGateway({ auth }, { keyStore: createMemoryKeyStore() }), { host: '127.0.0.1', port: 0 })
})
afterAll(() => listening.stop(0))

async function run(args: readonly string[], key = admin) {
  const env = { PROXYAPI_ADMIN_KEY: key, PROXYAPI_URL: `http://127.0.0.1:${listening.port}` }
  const ran = await runCli(['keys', ...args], { env })
  return { ...ran, json: (): Record<string, unknown> => JSON.parse(ran.out) as Record<string, unknown> }
}

describe('proxyapi keys', () => {
  it('goes with a key through its life', async () => {
    const fields = [
      '--team',
      'shop',
      '--models',
      'demo/*,openai/x',
      '--requests-per-minute',
      '60',
      '--budget-usd',
      '2.5',
      '--budget-window',
      'day',
    ]
    const made = (await run(['create', '--name', 'web', ...fields, '--json'])).json()
    expect(made).toMatchObject({
      ...{ name: 'web', team: 'shop', models: ['demo/*', 'openai/x'], limits: { requests_per_minute: 60 } },
      budget: { usd: 2.5, window: 'day' },
    })
    const id = String(made['id'])
    expect((await run(['update', id, '--owner', 'ana', '--team', '', '--json'])).json()).toMatchObject({ owner: 'ana', team: null })
    expect((await run(['block', id, '--json'])).json()).toMatchObject({ state: 'blocked' })
    expect((await run(['unblock', id, '--json'])).json()).toMatchObject({ state: 'active' })
    const rotated = (await run(['rotate', id, '--grace-minutes', '5', '--json'])).json()
    expect([rotated['key'] === made['key'], (rotated['previous'] as readonly object[]).length]).toEqual([false, 1])
    const shown = await run(['show', id])
    expect(shown.out.split('\n')[1]?.split('\t').slice(2, 8)).toEqual(['web', 'ana', '-', 'user', 'active', 'issued'])
    const listed = await run(['list'])
    expect(listed.out.split('\n').map((line) => line.split('\t')[2])).toEqual(['name', 'ops', 'web', undefined])
    expect(await run(['delete', id])).toMatchObject({ code: 0, out: 'deleted\n' })
    expect(await run(['show', id])).toMatchObject({ code: 1, err: 'proxyapi: There is no key of this id.\n' })
  })

  it('shows a new key once, in words', async () => {
    const { out } = await run(['create', '--name', 'once'])
    expect(out).toMatch(/^sk-[\w-]{43}\nThis is the key\. It is not shown again\.\n/)
  })

  it('lists all pages', async () => {
    for (let n = 0; n < 205; n++) await run(['create', '--name', 'many', '--owner', 'crowd'])
    expect(((await run(['list', '--owner', 'crowd', '--json'])).json()['keys'] as readonly object[]).length).toBe(205)
  })

  it.each<[args: readonly string[], word: string]>([
    [[], 'expected one of'],
    [['grow'], 'expected one of'],
    [['create'], 'needs --name'],
    [['show'], 'needs the id'],
    [['show', 'a', 'b'], 'one argument too many'],
    [['create', '--name', 'x', '--budget-usd', 'much'], '--budget-usd is "much"; allowed: a number'],
    [['create', '--colour', 'red'], '--colour'],
    [['list', '--url', 'nowhere'], '--url is "nowhere"'],
    [['list', '--key-file', '/none/of/this'], "--key-file can't be read"],
  ])('%j is bad usage', async (args, word) => {
    expect(await run(args)).toMatchObject({ code: 2, err: expect.stringContaining(word) as string })
  })

  it('says what the gateway says, and when there is none', async () => {
    expect(await run(['list'], 'wrong-key-0123456789')).toMatchObject({
      code: 1,
      err: expect.stringContaining('A valid API key is needed') as string,
    })
    expect(await run(['create', '--name', 'x', '--role', 'root'])).toMatchObject({
      ...{ code: 1, err: 'proxyapi: role is "root"; allowed: viewer, user, admin.\n' },
    })
    const away = await run(['list', '--url', 'http://127.0.0.1:1'])
    expect([away.code, away.err]).toEqual([1, expect.stringContaining("http://127.0.0.1:1 can't be asked")])
  })
})
