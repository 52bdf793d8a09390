import { describe, expect, it } from 'vitest'
import { parseBodyControls } from './body-controls.ts'
import { parseCacheControl } from './cache-control.ts'
import { defaultCacheability, isCacheableAnswer, isCacheableRequest } from './cacheability.ts'
import { bothDirectives, type CacheDirectives, noDirectives } from './directives.ts'

describe('Cache-Control of a request', () => {
  it.each<[string | undefined, Partial<CacheDirectives>]>([
    [undefined, {}],
    ['', {}],
    ['no-store', { lookup: false, store: false, isPrivate: true }],
    ['No-Cache', { lookup: false }],
    ['only-if-cached, max-age=60', { onlyIfCached: true, maxAgeSeconds: 60 }],
    ['max-age="5"', { maxAgeSeconds: 5 }],
    ['max-age=0', { maxAgeSeconds: 0 }],
    ['max-age=-1, max-stale, private', {}],
    ['max-age=1e9', {}],
  ])('%s', (header, expected) => {
    expect(parseCacheControl(header)).toEqual({ ...noDirectives, ...expected })
  })
})

describe("LiteLLM's cache object", () => {
  it.each<[unknown, Partial<CacheDirectives>]>([
    [undefined, {}],
    [null, {}],
    [{}, {}],
    [{ 'no-cache': true }, { lookup: false }],
    [{ 'no-store': true }, { store: false }],
    [
      { ttl: 300, 's-maxage': 600 },
      { ttlSeconds: 300, maxAgeSeconds: 600 },
    ],
    [{ namespace: 'mine', 'use-cache': true }, { namespace: 'mine' }],
  ])('%j', (cache, expected) => {
    expect(parseBodyControls(cache)).toEqual({ ...noDirectives, ...expected })
  })

  it.each<[unknown, string, string]>([
    [true, 'cache', 'cache must be an object such as {"no-cache": true}; found boolean.'],
    [[], 'cache', 'cache must be an object such as {"no-cache": true}; found a list.'],
    [{ ttl: '300' }, 'cache.ttl', 'cache.ttl must be a number of seconds from 0 to 31536000; found string.'],
    [{ 's-maxage': -1 }, 'cache.s-maxage', 'cache.s-maxage must be a number of seconds from 0 to 31536000; found -1.'],
    [{ 'no-cache': 1 }, 'cache.no-cache', 'cache.no-cache must be true or false; found number.'],
    [{ namespace: 'n'.repeat(300) }, 'cache.namespace', 'cache.namespace must be a text of at most 256 characters; found 300 characters.'],
  ])('refuses %j and says what is wrong', (cache, param, message) => {
    expect(() => parseBodyControls(cache)).toThrow(
      expect.objectContaining({ brand: '@proxyapi/error', code: 'invalid_request', param, message }),
    )
  })

  it('joins with the header so that what either forbids is forbidden', () => {
    const both = bothDirectives(parseCacheControl('max-age=60'), parseBodyControls({ 's-maxage': 30, 'no-store': true, ttl: 5 }))
    expect(both).toEqual({ ...noDirectives, store: false, maxAgeSeconds: 30, ttlSeconds: 5, namespace: undefined })
  })
})

describe('what is cacheable', () => {
  it.each<[unknown, boolean, boolean]>([
    [0, true, true],
    [undefined, true, true],
    [undefined, false, false],
    [null, false, false],
    [0.2, true, false],
    ['0', true, false],
  ])('a request at temperature %s (without one: %s) is: %s', (temperature, withoutTemperature, expected) => {
    expect(isCacheableRequest({ request: { temperature } }, { requests: 'deterministic', withoutTemperature })).toBe(expected)
  })

  it('takes every request where the operator wants it', () => {
    expect(isCacheableRequest({ request: { temperature: 1 } }, { ...defaultCacheability, requests: 'all' })).toBe(true)
  })

  it.each<[readonly string[], boolean]>([
    [['stop'], true],
    [['stop', 'tool_calls'], true],
    [['length'], false],
    [['stop', 'content_filter'], false],
    [[], false],
  ])('an answer that ended with %j is: %s', (reasons, expected) => {
    expect(isCacheableAnswer(reasons)).toBe(expected)
  })
})
