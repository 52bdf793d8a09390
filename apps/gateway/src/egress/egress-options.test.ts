import { readFileSync } from 'node:fs'
import { assertConfig } from '@proxyapi/server'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../config/load-config.ts'
import { toEgressOptions } from './egress-options.ts'

const authority = readFileSync(new URL('../../../../packages/core/src/node/__fixtures__/authority.pem', import.meta.url), 'utf8')
const files: Readonly<Record<string, string>> = {
  'a.pem': authority,
  'two.pem': `${authority}\n# another\n${authority}`,
  'empty.pem': 'nothing',
}
const readFile = (path: string): string => {
  const text = files[path]
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
  return text
}

describe('the proxies', () => {
  it.each<[string, object, Record<string, string>, object | undefined]>([
    ['none', {}, {}, undefined],
    ['that of http:', {}, { HTTP_PROXY: 'http://p:1' }, { http: 'http://p:1', https: '' }],
    ['that of https:', {}, { https_proxy: 'http://p:1' }, { http: '', https: 'http://p:1' }],
    ['lower case before upper case', {}, { HTTPS_PROXY: 'http://upper', https_proxy: 'http://lower' }, { https: 'http://lower' }],
    [
      'one for all where none is its own',
      {},
      { ALL_PROXY: 'http://all', HTTP_PROXY: 'http://p' },
      { http: 'http://p', https: 'http://all' },
    ],
    ['a host and port', {}, { HTTP_PROXY: 'p:3128' }, { http: 'http://p:3128' }],
    ['hosts that are excepted', {}, { HTTP_PROXY: 'http://p', NO_PROXY: 'a,b' }, { noProxy: 'a,b' }],
    [
      'the file’s before the environment’s',
      { proxy: 'http://file' },
      { HTTP_PROXY: 'http://env', NO_PROXY: 'a' },
      { http: 'http://file', https: 'http://file', noProxy: 'a' },
    ],
    ['the file’s exceptions', { no_proxy: 'c' }, { HTTP_PROXY: 'http://env', NO_PROXY: 'a' }, { http: 'http://env', noProxy: 'c' }],
    ['empty variables as none', {}, { HTTP_PROXY: '', HTTPS_PROXY: '' }, undefined],
  ])('are %s', (_name, client, env, expected) => {
    const { proxy } = toEgressOptions(assertConfig({ http_client: client }), { env, readFile })
    if (expected === undefined) expect(proxy).toBeUndefined()
    else expect(proxy).toMatchObject(expected)
  })
})

it.each<[object, object]>([
  [{}, { keepAliveMs: 30_000, maxKeepAliveConnections: undefined }],
  [
    { keepalive_timeout: 5, max_keepalive_connections: 0 },
    { keepAliveMs: 5_000, maxKeepAliveConnections: 0 },
  ],
  [{ max_keepalive_connections: 7 }, { keepAliveMs: 30_000, maxKeepAliveConnections: 7 }],
])('the connections that are kept, of %o', (limits, expected) => {
  expect(toEgressOptions(assertConfig({ http_client: { pool_limits: limits } }), { env: {}, readFile })).toMatchObject(expected)
})

describe('the authorities', () => {
  it.each<[object, Record<string, string>, number | undefined]>([
    [{}, {}, undefined],
    [{}, { NODE_EXTRA_CA_CERTS: 'a.pem' }, undefined],
    [{ ca_file: 'two.pem' }, {}, 2],
    [{ ca_file: 'a.pem' }, { NODE_EXTRA_CA_CERTS: 'two.pem' }, 3],
    [{ ca_file: 'a.pem' }, { NODE_EXTRA_CA_CERTS: 'gone.pem' }, 1],
  ])('of %o with %o', (client, env, count) => {
    expect(toEgressOptions(assertConfig({ http_client: client }), { env, readFile }).ca?.length).toBe(count)
  })
})

describe('a way out that can’t be used stops the start', () => {
  it.each<[string, Record<string, string>, readonly string[]]>([
    ['{ proxy: "ftp://x" }', {}, [expect.stringMatching(/^g\.yaml:1:16 http_client\.proxy: .*an http or https URL/)]],
    ['{ proxy: "nonsense" }', {}, [expect.stringMatching(/^g\.yaml:1:16 http_client\.proxy/)]],
    ['{ ca_file: gone.pem }', {}, [expect.stringMatching(/^g\.yaml:1:16 http_client\.ca_file can't be read \(ENOENT\)/)]],
    ['{ ca_file: empty.pem }', {}, [expect.stringMatching(/^g\.yaml:1:16 http_client\.ca_file holds no certificate/)]],
    ['{}', { HTTPS_PROXY: 'socks5://x:1' }, [expect.stringMatching(/^HTTPS_PROXY is no proxy/)]],
    ['{ ca_file: a.pem }', { HTTPS_PROXY: 'http://p' }, []],
  ])('as %s with %o', (client, env, problems) => {
    const read = (path: string): string => (path === 'g.yaml' ? `http_client: ${client}` : readFile(path))
    const loaded = loadConfig({ path: 'g.yaml', env, readFile: read })
    expect(loaded.ok ? [] : loaded.problems).toEqual(problems)
  })
})
