import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createGateway, createMemoryKeyStore } from '@proxyapi/server'
import { type Listening, listen } from '@proxyapi/server/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { runCli } from '../cli/run-cli.ts'

const document = readFileSync(fileURLToPath(new URL('../../../../docs/keys.md', import.meta.url)), 'utf8')
const blocksOf = (language: string): readonly string[] =>
  [...document.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '')
const commands = blocksOf('sh').flatMap((block) => block.trim().split('\n'))

const admin = 'admin-key-0123456789'
let listening: Listening
beforeAll(async () => {
  const auth = { api_keys: [{ name: 'ops', key: admin, role: 'admin' }], teams: [{ name: 'shop' }] }
  listening = await listen(createGateway({ auth }, { keyStore: createMemoryKeyStore() }), { host: '127.0.0.1', port: 0 })
})
afterAll(() => listening.stop(0))

async function run(command: string, id: string): Promise<{ readonly code: number; readonly out: string }> {
  const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => (quoted ?? bare ?? '').replace('$ID', id))
  const env = { PROXYAPI_ADMIN_KEY: admin, PROXYAPI_URL: `http://127.0.0.1:${listening.port}` }
  const { code, out, err } = await runCli(args.slice(1), { env })
  return { code, out: out + err }
}

describe('docs/keys.md', () => {
  it('has commands that work, one after the other', async () => {
    let id = ''
    const own = commands.filter((command) => command.startsWith('proxyapi '))
    expect(own.length).toBe(8)
    for (const command of own) {
      const { code, out } = await run(command, id)
      expect([command, code, out.includes('proxyapi:')]).toEqual([command, 0, false])
      if (id === '') id = (JSON.parse(out) as { readonly id: string }).id // what was made first
    }
  })

  it('has requests that are answered', async () => {
    const own = commands.filter((command) => command.startsWith('curl '))
    expect(own.length).toBe(2)
    for (const command of own) {
      const script = command.replaceAll('127.0.0.1:8000', `127.0.0.1:${listening.port}`)
      const { stdout: answer } = await promisify(execFile)('bash', ['-c', script], { env: { ...process.env, PROXYAPI_ADMIN_KEY: admin } })
      expect(Object.keys(JSON.parse(answer) as object)).not.toContain('error')
    }
  })

  it.each(blocksOf('yaml'))('has a configuration that is accepted: %s', (text) => {
    expect(loadConfig({ path: 'gateway.yaml', env: {}, readFile: () => text })).toMatchObject({ ok: true })
  })

  it('names the areas that there are', () => {
    const areas = createGateway({ chaos_engineering: { enabled: true } }, { keyStore: createMemoryKeyStore() }).routes.flatMap(
      ({ access }) => (typeof access === 'string' && access.includes(':') ? access.slice(0, access.indexOf(':')) : []),
    )
    expect(document).toContain(
      `areas are ${[...new Set(areas)]
        .sort()
        .map((area) => `\`${area}\``)
        .join(', ')} |`,
    )
  })
})
