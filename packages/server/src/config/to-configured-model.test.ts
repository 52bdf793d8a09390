import { priceOf } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { parseConfig } from './parse-config.ts'
import { toEngineOptions } from './to-engine-options.ts'

function modelsOf(models: readonly unknown[]) {
  const parsed = parseConfig({ providers: [{ name: 'local', type: 'openai_compatible', base_url: 'http://127.0.0.1:1/v1', models }] })
  return parsed.ok ? toEngineOptions(parsed.config).providers[0]?.models : parsed.issues
}

describe('a configured model', () => {
  it('may be its id alone, or have a deployment', () => {
    expect(modelsOf(['a', { id: 'b', deployment: 'c' }])).toEqual(['a', { id: 'b', deployment: 'c' }])
  })

  it('may say what it is and what it costs, in dollars per million tokens', () => {
    const models = modelsOf([{ id: 'b', context_length: 8_192, price: { input: 0.5, cached_input: '0.05', output: 1.5 } }])
    const overrides = { contextLength: 8_192, inputUsdPerMillion: 0.5, cachedInputUsdPerMillion: 0.05, outputUsdPerMillion: 1.5 }
    expect(models).toEqual([{ id: 'b', deployment: undefined, overrides }])
    expect(priceOf({ type: 'openai_compatible', model: 'b', overrides })?.rates).toEqual({ input: 5e8, cachedInput: 5e7, output: 1.5e9 })
  })

  it.each([
    { model: { id: 'b', price: { input: -1 } } },
    { model: { id: 'b', price: { input: 4_001 } } },
    { model: { id: 'b', price: { inputs: 1 } } },
    { model: { id: 'b', context_length: 0 } },
  ])('is refused when it says $model', ({ model }) => {
    const issues = modelsOf([model])
    expect(JSON.stringify(issues)).toContain('models')
    expect(issues).toHaveLength(1)
  })
})
