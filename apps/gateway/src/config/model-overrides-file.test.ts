import { expect, it } from 'vitest'
import { loadConfig } from './load-config.ts'

const gateway = 'model_overrides_file: prices.yaml\nmodel_overrides: [{ model: demo/echo, input_usd_per_million: 1 }]\n'

function load(prices: string | undefined): ReturnType<typeof loadConfig> {
  return loadConfig({
    path: '/etc/gateway/gateway.yaml',
    env: { FEE: '3' },
    readFile: (path) => {
      if (path === '/etc/gateway/gateway.yaml') return gateway
      if (path !== '/etc/gateway/prices.yaml' || prices === undefined) throw new Error(`unexpected ${path}`)
      return prices
    },
  })
}

it('adds the models of a file beside the configuration, with the environment in it', () => {
  const loaded = load('- { model: openai/gpt-4o, input_usd_per_million: 2, output_usd_per_million: "${FEE}" }\n')
  expect(loaded.ok && loaded.config.model_overrides).toEqual([
    { model: 'demo/echo', input_usd_per_million: 1 },
    { model: 'openai/gpt-4o', input_usd_per_million: 2, output_usd_per_million: 3 },
  ])
})

it.each([
  ['a file that is not there', undefined, 'model_overrides_file: prices.yaml cannot be read'],
  ['a file that is no list', 'model: a/b\n', '/etc/gateway/prices.yaml:1:1 the overrides must be a list of models'],
  ['broken YAML', '- [', '/etc/gateway/prices.yaml:1:'],
  [
    'an unknown key, at its own place',
    '- model: a/b\n  input_usd: 1\n',
    '/etc/gateway/prices.yaml:2:3 model_overrides[1].input_usd: unknown key',
  ],
  ['a price that can’t be one', '- model: a/b\n  input_usd_per_million: -1\n', '/etc/gateway/prices.yaml:2:3'],
])('says where %s is wrong', (_name, prices, problem) => {
  const loaded = load(prices)
  expect(loaded.ok ? [] : loaded.problems).toEqual([expect.stringContaining(problem)])
})
