import { readFileSync } from 'node:fs'
import { configJsonSchema } from '@proxyapi/server'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const validate = new Ajv({ allowUnionTypes: true }).compile(configJsonSchema())

function problems(text: string): readonly string[] {
  return validate(parse(text)) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
}

describe('the JSON Schema that editors use', () => {
  it('takes our example', () => {
    expect(problems(readFileSync(new URL('../../../../deploy/gateway.yaml', import.meta.url), 'utf8'))).toEqual([])
  })

  it('takes references, words for levels, lists and mappings where the gateway does', () => {
    const text = [
      '$schema: ./proxyapi.schema.json',
      'server: { port: "${PORT}", workers: "2" }',
      'logging: { level: warn }',
      'routing: { fallbacks: { "*": [demo/echo], a: { context_length: [demo/lorem] } } }',
      'auth: { api_keys: ["${API_KEY}", { name: ops, key: k, role: admin }] }',
      'alerting: { interval: 10s, rules: [{ name: slow, condition: "p95_latency > 5s", for: 2m }] }',
    ].join('\n')
    expect(problems(text)).toEqual([])
  })

  it.each([
    ['an unknown key', 'servr: {}', ' must NOT have additional properties'],
    ['a wrong type', 'server: { port: [1] }', '/server/port must be integer'],
    ['a number out of range', 'server: { port: 70000 }', '/server/port must be <= 65535'],
    ['a choice that there is not', 'routing: { strategy: fastest }', '/routing/strategy must be equal to one of the allowed values'],
  ])('refuses %s', (_what, text, problem) => {
    expect(problems(text)).toContain(problem)
  })
})
