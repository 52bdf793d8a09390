import { describe, expect, it } from 'vitest'
import { createMasker } from './masker.ts'

describe('a masker', () => {
  const masker = createMasker({ secrets: ['hunter2-very-secret'] })

  it.each([
    ['an OpenAI key', 'key sk-abcdefghijklmnopqrstuvwxyz0123456789', 'key sk-abc***789'],
    ['an Anthropic key', 'sk-ant-api03-abcdefghijklmnop-qrstuvwxyz012345', 'sk-ant-api***345'],
    ["another vendor's mark within a key", 'AIzaSyaaaaaaaaa_sk-aaaaaaaaaaaaaaaaaaaa', 'AIzaSy***'],
    ['a key behind what is no token', 'eyJabcdefg-xai-abcdefghijklmnopqrst', 'eyJabcdefg-xai-ab***rst'],
    ['a Google key', 'AIzaSyA1234567890abcdefghijklmnopqrstuv', 'AIzaSy***'],
    ['an AWS key', 'AKIAIOSFODNN7EXAMPLE', 'AKIAIO***'],
    ['a bearer token', 'Authorization: Bearer abcdef123456789', 'Authorization: Bearer ***'],
    ['a URL with credentials', 'redis://user:pass@host:6379', 'redis://***:***@host:6379'],
    ['an assignment', 'api_key=abcdefghijklmnop', 'api_key=***MASKED***'],
    ['the last values of a list', '{"api_keys": ["first-one", "second-one"]}', '{"api_keys": ["***MASKED***", "***MASKED***"]}'],
    ['the second of a list', '{"api_keys": ["", "second-one"]}', '{"api_keys": ["", "***MASKED***"]}'],
    ['a field of CSV', '1;"{""token"":""abcdefgh"",""a"":1}"', '1;"{""token"":""***MASKED***"",""a"":1}"'],
    ['a key in a path', '/v1/L2Orcue2l2vCUxUyL46T5adHiUXz7og3/x', '/v1/***/x'],
    ['a password of digits', 'password=12345678 token=12345678', 'password=***MASKED*** token=12345678'],
    ['a value with escapes', '{"password":"ab\\"cd ef","x":1}', '{"password":"***MASKED***","x":1}'],
    ['a value in JSON inside JSON', '"{\\"token\\":\\"abcdefgh\\"}"', '"{\\"token\\":\\"***MASKED***\\"}"'],
    ['a key of digits', 'api-key: 99415083878243266165704900443912', 'api-key: ***MASKED***'],
    ['what masking uncovers', '://aaaaaaaaaaaaaaaaa%22aaaaaaaaaaaaaaaaaa+aaUa5aJaaaXaaaQa/aaGa@', '://***@'],
    ['a query', 'https://host/v1?key=abcdefgh&model=x', 'https://host/v1?key=***MASKED***&model=x'],
    ['a header', 'api-key: 0123abcd4567', 'api-key: ***MASKED***'],
    ['all cookies', 'Cookie: a=b; c=d', 'Cookie: ***MASKED***'],
    ['an error of OpenAI', 'Incorrect API key provided: 0123456789abcdef.', 'Incorrect API key provided: ***MASKED***.'],
    ['a private key that is cut off', '{"a":"-----BEGIN RSA PRIVATE KEY-----MIIE","b":1}', '{"a":"***PRIVATE KEY***","b":1}'],
    ['a Slack webhook', 'https://hooks.slack.com/services/T0/B0/abcdefgh', 'https://hooks.slack.com/services/***'],
    ['a user name that is a token', 'https://ghtoken1234567890@github.com', 'https://***@github.com'],
    ['a secret known by value', 'it is hunter2-very-secret!', 'it is ***!'],
  ])('hides %s', (_what, text, masked) => {
    expect(masker.mask(text)).toBe(masked)
  })

  it.each([
    ['prose', 'The token count is 12 and the secret of cooking is time. Invalid token: unexpected end.'],
    ['words with hyphens', 'task-management-system-overview, sk-learn-contrib-extension-modules'],
    ['authentication as a subject', 'basic authentication, Basic Auth and bearer tokens'],
    ['numbers of tokens', '{"token":12.5,"max_tokens":100,"tokens":150}'],
    ['trace and request ids', '4bf92f3577b34da6a3ce929d0e0e4736 chatcmpl-9xYzABCdef123 req_011CdeLa8H1R3DhE32egd7dE'],
    ['names and paths', 'getUserNameFromDatabaseById2Async /srv/Alice/project2/src/components/App'],
    ['names of settings', 'npm_config_registry_of_our_own_packages task_sk_live_value AQ.E SG.x'],
    ['counts, lists of names and empty values', 'token: 5, ["token", "password"], {"token":"","a":1,"b":""}, key+value'],
    ['references to secrets', 'api_key: ${OPENAI_API_KEY}, "token": null'],
    ['a plain user name', 'ssh://git@github.com/x'],
    ['a certificate', '-----BEGIN CERTIFICATE-----abc-----END CERTIFICATE-----'],
    ['personal data, unless asked', 'a@b.co 4111 1111 1111 1111'],
  ])('leaves %s alone', (_what, text) => {
    expect(masker.mask(text)).toBe(text)
  })

  it.each([
    ['an address', 'to ada.l+x@example.co.uk.', 'to ***EMAIL***.'],
    ['a card', 'card 4111 1111 1111 1111 123', 'card ***CARD*** 123'],
    ['a card without spaces', '5555555555554444', '***CARD***'],
    ['an American Express card', '3782-822463-10005', '***CARD***'],
    ['a wrong check digit', '4111111111111112', '4111111111111112'],
    ['a time in milliseconds', '1732450000000', '1732450000000'],
  ])('hides personal data when asked: %s', (_what, text, masked) => {
    expect(createMasker({ emails: true, cards: true }).mask(text)).toBe(masked)
  })

  it.each([
    ['words that follow the name of a header', `${'cookie: a '.repeat(60)}end`, `${'cookie: a '.repeat(60)}end`],
    ['a secret behind them', `${'cookie: a '.repeat(60)}cookie: sid=0123abcd`, 'cookie: ***MASKED***'],
    ['a secret behind a placeholder', 'cookie: ${ cookie: sid=0123abcd }', 'cookie: ${ cookie: ***MASKED***'],
    ['a secret on the next line', `${'cookie: a '.repeat(60)}\ncookie: sid=0123abcd`, `${'cookie: a '.repeat(60)}\ncookie: ***MASKED***`],
  ])('reads the rest of a line once: %s', (_what, text, masked) => {
    expect(masker.mask(text)).toBe(masked)
  })

  it('cuts a text that is far too long between two words', () => {
    const masked = masker.mask('word key sk-abcdefghijklmnopqrstuvwxyz0123456789 '.repeat(10_000))
    expect(masked.length).toBeLessThan(256 * 1024)
    expect(masked).toMatch(/(?:word|key|\*{3}789) \[cut\]$/)
    expect(masked).not.toContain('sk-abcdef')
  })

  it('learns secrets later, and leaves short ones out', () => {
    const growing = createMasker()
    growing.addSecret('correct horse')
    growing.addSecret('abc')
    expect(growing.mask('correct horse abc correct%20horse')).toBe('*** abc ***')
  })

  it('hides what stands under the name of a secret', () => {
    const config = { api_key: 'sk-abcdefghijklmnop1234', api_keys: ['a', ''], token: 5, key: 'ops', clientSecret: 'x' }
    const masked = { api_key: 'sk-abc***234', api_keys: ['***MASKED***', ''], token: 5, key: 'ops', clientSecret: '***MASKED***' }
    expect(masker.maskValue(config)).toEqual(masked)
  })

  it('hides what an object or a list holds under the name of a secret, and leaves the rest', () => {
    const value = {
      api_keys: [{ name: 'ops', key: 'plain-key', role: 'admin' }],
      rawHeaders: ['Host', 'x', 'api-key', '0123abcd', 'Accept', '*'],
      headers: [{ name: 'Authorization', value: 'none-of-yours' }],
      fields: ['token', 'password'],
      password: 1234,
      max_tokens: 5,
    }
    expect(masker.maskValue(value)).toEqual({
      api_keys: [{ name: 'ops', key: '***MASKED***', role: 'admin' }],
      rawHeaders: ['Host', 'x', 'api-key', '***MASKED***', 'Accept', '*'],
      headers: [{ name: 'Authorization', value: '***MASKED***' }],
      fields: ['token', 'password'],
      password: '***MASKED***',
      max_tokens: 5,
    })
  })

  it('masks every string inside a value', () => {
    expect(masker.maskValue({ a: ['hunter2-very-secret'], b: { c: 1 } })).toEqual({ a: ['***'], b: { c: 1 } })
  })
})
