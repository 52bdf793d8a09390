import { describe, expect, it } from 'vitest'
import { classifyFailure } from './classify-failure.ts'
import type { FailureClass } from './failure-class.ts'

describe('the class of a failure', () => {
  it.each<[FailureClass, number, { message?: string; code?: string; type?: string }]>([
    ['invalid_request', 400, {}],
    ['authentication', 401, {}],
    ['quota', 402, {}],
    ['authentication', 403, {}],
    ['unknown_model', 404, {}],
    ['server', 408, {}],
    ['invalid_request', 413, {}],
    ['rate_limit', 429, {}],
    ['quota', 429, { code: 'insufficient_quota' }],
    ['server', 500, {}],
    ['server', 529, { type: 'overloaded_error' }],
    ['context_length', 400, { code: 'context_length_exceeded' }],
    ['context_length', 400, { message: "This model's maximum context length is 8192 tokens." }],
    ['context_length', 400, { message: 'prompt is too long: 250000 tokens > 200000 maximum' }],
    ['context_length', 400, { message: 'Input is too long for requested model.' }],
    ['context_length', 400, { message: 'Input Tokens Exceeded: number of input tokens exceeds maximum length' }],
    ['server', 500, { message: 'prompt is too long' }],
    ['content_policy', 400, { code: 'content_filter' }],
    ['authentication', 400, { code: 'API_KEY_INVALID' }],
    ['unknown_model', 404, { code: 'DeploymentNotFound' }],
    ['invalid_request', 418, {}],
  ])('%s for %i %o', (failure, status, fault) => {
    expect(classifyFailure(status, { message: '', ...fault })).toBe(failure)
  })

  it("asks the provider's own rows first", () => {
    const rows = [{ status: 498, failure: 'content_policy', source: 'test' }] as const
    expect(classifyFailure(498, { message: '' }, rows)).toBe('content_policy')
  })
})
