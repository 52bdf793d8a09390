import { describe, expect, it } from 'vitest'
import { toOtlpTarget } from './otlp-url.ts'

describe('where spans go', () => {
  it.each([
    ['http://collector:4318', 'http://collector:4318/v1/traces'],
    ['http://collector:4318/', 'http://collector:4318/v1/traces'],
    ['http://collector:4318/v1/traces', 'http://collector:4318/v1/traces'],
    ['https://otlp.example.com/tenant/one?token=t', 'https://otlp.example.com/tenant/one/v1/traces?token=t'],
  ])('is %s completed to %s', (otlpEndpoint, url) => {
    expect(toOtlpTarget({ otlpEndpoint, jaegerEndpoint: 'http://jaeger:14268' })).toEqual({ url })
  })

  it.each(['http://jaeger:14268/api/traces', 'http://jaeger:14268', 'http://jaeger/api/traces'])(
    "is Jaeger's OTLP port for its old collector %s, and says so",
    (jaegerEndpoint) => {
      const target = toOtlpTarget({ jaegerEndpoint })
      expect(target?.url).toBe('http://jaeger:4318/v1/traces')
      expect(target?.note).toContain('jaeger:4318/v1/traces instead of jaeger')
    },
  )

  it('is an OTLP URL of Jaeger as it is', () => {
    expect(toOtlpTarget({ jaegerEndpoint: 'http://jaeger:4318' })).toEqual({ url: 'http://jaeger:4318/v1/traces' })
  })

  it('is left to the environment when nothing is configured', () => {
    expect(toOtlpTarget({ otlpEndpoint: '', jaegerEndpoint: '' })).toBeUndefined()
  })

  it.each([
    [{ otlpEndpoint: 'collector:4318' }, /otlp\.endpoint: not a URL/],
    [{ otlpEndpoint: 'grpc://collector:4317' }, /not a URL/],
    [{ otlpEndpoint: 'http://collector:4317' }, /port 4317 speaks gRPC/],
    [{ jaegerEndpoint: '???' }, /jaeger\.endpoint/],
  ])('is refused when it is %o', (endpoints, message) => {
    const error = { brand: '@proxyapi/error', code: 'invalid_config', retryable: false, message: expect.stringMatching(message) }
    expect(() => toOtlpTarget(endpoints)).toThrow(expect.objectContaining(error))
  })
})
