import { expect, it } from 'vitest'
import { parseConfig } from './parse-config.ts'

const providers = [
  { name: 'openai', api_key: 'k', models: ['gpt-4o', { id: 'o3' }] },
  { name: 'house', type: 'openai_compatible', base_url: 'http://house', models: ['*'] },
]

function issuesOf(input: object): readonly string[] {
  const parsed = parseConfig({ providers, ...input })
  return parsed.ok ? [] : parsed.issues.map(({ path, message, found }) => `${path.join('.')} ${message} ${found}`)
}

it.each<[string, object, readonly string[]]>([
  ['a listed model', { models: [{ name: 'a', targets: ['openai/gpt-4o', 'openai/o3', 'house/any', 'demo/echo', 'auto:chat'] }] }, []],
  [
    'another virtual model',
    {
      models: [
        { name: 'a', targets: ['b'] },
        { name: 'b', targets: ['openai/o3'] },
      ],
    },
    [],
  ],
  [
    'a model that is not listed',
    { models: [{ name: 'a', targets: ['openai/gpt-5'] }] },
    ['models.0.targets.0 names a model that "openai" does not list "openai/gpt-5"'],
  ],
  [
    'an unknown provider',
    { models: [{ name: 'a', targets: ['openai/o3'], fallbacks: ['nope/x'] }] },
    ['models.0.fallbacks.0 names no configured provider "nope/x"'],
  ],
  [
    'an unknown fallback by kind',
    { routing: { fallbacks: { 'openai/o3': { rate_limit: ['openai/x'] } } } },
    ['routing.fallbacks.openai/o3.rate_limit.0 names a model that "openai" does not list "openai/x"'],
  ],
  ['a bare name that somebody may know', { models: [{ name: 'a', targets: ['gpt-4o', 'llama'] }] }, []],
  [
    'a bare name that nobody can know',
    { providers: [providers[0]], models: [{ name: 'a', targets: ['gtp-4o'] }] },
    ['models.0.targets.0 names no model "gtp-4o"'],
  ],
  ['itself', { models: [{ name: 'a', targets: ['a'] }] }, ['models.0.targets.0 leads in a circle a → a']],
  [
    'a circle of fallbacks',
    {
      models: [
        { name: 'a', targets: ['openai/o3'], fallbacks: ['b'] },
        { name: 'b', targets: ['openai/gpt-4o'], fallbacks: ['a'] },
      ],
    },
    ['models.0.fallbacks.0 leads in a circle a → b → a'],
  ],
  [
    'a circle through routing',
    { routing: { fallbacks: { 'openai/o3': ['house/x'], 'house/x': ['house/y'], 'house/y': ['openai/o3'] } } },
    ['routing.fallbacks.openai/o3.0 leads in a circle openai/o3 → house/x → house/y → openai/o3'],
  ],
  ['a fallback of everything', { routing: { fallbacks: { '*': ['openai/o3'], 'openai/gpt-4o': ['openai/o3'] } } }, []],
])('finds what is wrong with %s', (_name, input, issues) => {
  expect(issuesOf(input)).toEqual(issues)
})
