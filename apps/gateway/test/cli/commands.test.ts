import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configJsonSchema, version } from '@proxyapi/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands } from '../../src/commands/table.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { runCli } from './run-cli.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxyapi-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function file(text: string, name = 'gateway.yaml'): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('the command line', () => {
  it('prints its version, for people and for programs', async () => {
    expect((await runCli(['--version'])).out).toBe(`proxyapi ${version}\n`)
    expect(JSON.parse((await runCli(['version', '--json'])).out)).toEqual({ version, node: process.versions.node })
  })

  it.each(commands.map((command) => [command.name, command] as const))(
    'helps with %s, naming only flags that it takes',
    async (name, command) => {
      const { code, out, err } = await runCli([name, '--help'])
      expect([code, out, err]).toEqual([0, command.help, ''])
      const flags = [...new Set([...out.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag ?? ''))]
      for (const flag of flags) {
        const wrong = await runCli([name, flag, '--no-such-flag'])
        expect([flag, wrong.code, /unknown option '?(--[a-z-]+)/i.exec(wrong.err)?.[1] ?? '--no-such-flag']).toEqual([
          flag,
          2,
          '--no-such-flag',
        ])
      }
    },
  )

  it('answers 2 and the way out for a command that there is not', async () => {
    const { code, err } = await runCli(['strat'])
    expect([code, err]).toEqual([
      2,
      `proxyapi: there is no command "strat"; there are ${commands.map(({ name }) => name).join(', ')}\nTry "proxyapi --help".\n`,
    ])
  })

  it('prints the schema that the gateway publishes', async () => {
    expect(JSON.parse((await runCli(['schema'])).out)).toEqual(JSON.parse(JSON.stringify(configJsonSchema())))
  })

  it('colours on a terminal alone', async () => {
    const path = file(
      'providers: [{ name: acme, type: openai_compatible, api_key: key-0123, base_url: "https://acme.example/v1", models: [own] }]\n',
    )
    const isPainted = async (env: Record<string, string>, isTerminal: boolean) =>
      (await runCli(['check', '--config', path], { env, isTerminal })).err.includes('\u001b[')
    expect([
      await isPainted({}, true),
      await isPainted({}, false),
      await isPainted({ NO_COLOR: '1' }, true),
      await isPainted({ TERM: 'dumb' }, true),
    ]).toEqual([true, false, false, false])
  })

  it.each(['bash', 'zsh', 'fish'])('completes in %s', async (shell) => {
    const { code, out } = await runCli(['completion', shell])
    expect(code).toBe(0)
    for (const { name } of commands) expect(out).toContain(name)
    const isInstalled = spawnSync(shell, ['-c', 'exit 0']).status === 0
    if (isInstalled)
      expect(spawnSync(shell, [...(shell === 'fish' ? ['--no-execute'] : ['-n'])], { input: out, encoding: 'utf8' }).stderr).toBe('')
  })

  it('completes commands, and flags of each, as bash does it', async () => {
    const { out } = await runCli(['completion', 'bash'])
    const complete = (...words: readonly string[]): readonly string[] => {
      const array = ['proxyapi', ...words].map((word) => `'${word}'`).join(' ')
      const script = `${out}\nCOMP_WORDS=(${array}); COMP_CWORD=${words.length}; _proxyapi; printf '%s\\n' "\${COMPREPLY[@]}"`
      return spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: folder }).stdout.trim().split('\n')
    }
    expect([complete('im'), complete('import', 'l'), complete('check', '--s')]).toEqual([['import'], ['litellm'], ['--strict']])
  })
})

describe('proxyapi check', () => {
  it('warns of models without a price, keys that lead nowhere and providers without models', async () => {
    const path = file(`providers:
  - { name: openai, api_key: key-of-openai, models: [gpt-4o, gpt-secret] }
  - { name: acme, type: openai_compatible, base_url: "https://acme.example/v1", api_key: key-of-acme, models: [{ id: own, input_usd_per_million: 1, output_usd_per_million: 2 }] }
  - { name: empty, type: demo, models: [] }
auth: { api_keys: [{ name: web, key: web-key-0123, models: ["openai/*", "mistral/*"] }] }
`)
    const checked = await runCli(['check', '--config', path, '--json'])
    const { ok, warnings } = JSON.parse(checked.out) as { ok: boolean; warnings: { kind: string; subject: string }[] }
    expect([checked.code, ok, warnings.map(({ kind, subject }) => `${kind} ${subject}`)]).toEqual([
      0,
      true,
      ['unreachable empty', 'key web', 'price openai/gpt-secret'],
    ])
    expect((await runCli(['check', '--config', path, '--strict'])).code).toBe(1)
  })

  it.each([
    ['a circle', 'models: [{ name: a, targets: [b] }, { name: b, targets: [a] }]', 'leads in a circle'],
    [
      'an unknown target',
      'providers: [{ name: demo, type: demo }]\nmodels: [{ name: a, targets: [acme/x] }]',
      'names no configured provider',
    ],
    ['an unknown setting', 'servr: {}', 'did you mean "server"?'],
  ])('finds %s, with its place', async (_what, text, message) => {
    const path = file(text)
    const { code, out } = await runCli(['check', '--config', path, '--json'])
    const { ok, issues } = JSON.parse(out) as { ok: boolean; issues: { line: number; message: string }[] }
    expect([code, ok, issues[0]?.message.includes(message), (issues[0]?.line ?? 0) >= 1]).toEqual([1, false, true, true])
  })
})

describe('proxyapi init', () => {
  const load = (path: string, env: Record<string, string>) => loadConfig({ path, env, readFile: (one) => readFileSync(one, 'utf8') })

  it('asks three questions, and writes a file that starts', async () => {
    const path = join(folder, 'new.yaml')
    const env = { OPENAI_API_KEY: 'key-of-openai' }
    const { code, out } = await runCli(['init', '--file', path], { env, answers: ['openai,anthropic', 'n', '9000'] })
    const loaded = load(path, env)
    expect([code, /px-[\w-]{32}/.test(out), statSync(path).mode & 0o777]).toEqual([0, true, 0o600])
    expect(loaded).toMatchObject({
      ok: true,
      config: {
        server: { host: '0.0.0.0', port: 9000 },
        providers: [{ name: 'openai', api_key: 'key-of-openai' }, { name: 'demo' }],
        auth: { api_keys: [{ role: 'admin' }] },
      },
    })
    expect(readFileSync(path, 'utf8')).toContain(
      '# - { name: anthropic, api_key: "${ANTHROPIC_API_KEY}" }   # when ANTHROPIC_API_KEY is set',
    )
  })

  it('takes flags instead, and replaces nothing unless told to', async () => {
    const path = join(folder, 'new.yaml')
    const first = await runCli(['init', '--file', path, '--json'])
    const second = await runCli(['init', '--file', path])
    const third = await runCli(['init', '--file', path, '--port', '8100', '--force', '--json'])
    expect([JSON.parse(first.out), second.code, second.err, (JSON.parse(third.out) as { port: number }).port, load(path, {}).ok]).toEqual([
      { file: path, providers: ['demo'], host: '127.0.0.1', port: 8000, key: null },
      1,
      `proxyapi init: ${path} is there already; --force replaces it\n`,
      8100,
      true,
    ])
  })

  it.each([
    ['a provider that there is not', ['--providers', 'acme'], '--providers: providers[0].type'],
    ['a port that is none', ['--port', '99999'], 'the port is "99999"'],
  ])('refuses %s, and writes nothing', async (_what, flags, message) => {
    const path = join(folder, 'new.yaml')
    const { code, err } = await runCli(['init', '--file', path, ...flags])
    expect([code, err.includes(message), existsSync(path)]).toEqual([2, true, false])
  })
})

describe('proxyapi models and doctor', () => {
  async function withServer(status: number, run: (url: string) => Promise<void>): Promise<void> {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify(
          status === 200
            ? {
                object: 'list',
                data: [
                  { id: 'small', object: 'model' },
                  { id: 'large', object: 'model' },
                ],
              }
            : { error: { message: 'Incorrect API key provided: key-of-acme-0123456789' } },
        ),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }
  const configOf = (url: string): string =>
    file(
      `auth: { api_keys: [not-asked-for-0123] }\nproviders: [{ name: acme, type: openai_compatible, base_url: "${url}/v1", api_key: key-of-acme-0123456789 }]\n`,
    )

  it('list what a provider offers, also where clients need a key', async () => {
    await withServer(200, async (url) => {
      const path = configOf(url)
      const { code, out } = await runCli(['models', '--config', path, '--provider', 'acme', '--json'])
      const { models } = JSON.parse(out) as { models: { id: string }[] }
      expect([code, models.map(({ id }) => id).sort()]).toEqual([0, ['large', 'small']])
      const text = await runCli(['models', '--config', path, '--search', 'smal', '--limit', '1'])
      expect(text.out.split('\n').map((line) => line.split(/\s+/)[0])).toEqual(['MODEL', 'acme/small', ''])
    })
  })

  it('tell that a provider can be reached, and how long each step took', async () => {
    await withServer(200, async (url) => {
      const { code, out } = await runCli(['doctor', '--config', configOf(url), '--provider', 'acme', '--json'])
      const [one] = JSON.parse(out) as { provider: string; findings: { check: string; ok: boolean; detail: string; ms: number }[] }[]
      expect([code, one?.provider, one?.findings.map(({ check, ok, detail }) => [check, ok, detail])]).toEqual([
        0,
        'acme',
        [
          ['dns', true, '127.0.0.1'],
          ['key', true, 'is taken'],
          ['models', true, '2 models'],
        ],
      ])
    })
  })

  it('tell a key that is refused, without showing it', async () => {
    await withServer(401, async (url) => {
      const { code, out } = await runCli(['doctor', '--config', configOf(url), '--provider', 'acme'])
      expect([code, out.includes('FAIL key    the key is refused (401)'), out.includes('key-of-acme')]).toEqual([1, true, false])
    })
  })

  it.each([
    ['a name that is not known', 'https://nowhere.invalid', 'dns'],
    ['a port where nobody listens', 'https://127.0.0.1:1', 'tls'],
  ])('tell %s, and try nothing after it', async (_what, url, failing) => {
    const { code, out } = await runCli(['doctor', '--config', configOf(url), '--provider', 'acme', '--timeout-ms', '3000', '--json'])
    const [one] = JSON.parse(out) as { findings: { check: string; ok: boolean }[] }[]
    expect([code, one?.findings.at(-1)]).toMatchObject([1, { check: failing, ok: false }])
  })
})
