// What a client may do to the gateway, one row a mode: a path and a body, or `raw` bytes. `statuses` are the answers that are right; 0 is a closed
// connection.
const megabyte = 1024 * 1024
const user = (content) => ({ model: 'demo/echo', max_tokens: 5, messages: [{ role: 'user', content }] })
const history = (content) => ({
  max_tokens: 100,
  messages: [
    { role: 'user', content },
    { role: 'assistant', content: 'ok' },
    { role: 'user', content: 'what?' },
  ],
})
const chat = (body, statuses = [200, 400]) => ({ path: '/v1/chat/completions', body, statuses })
const condense = (content) => ({ path: '/api/condense', body: history(content), statuses: [200, 400] })
const count = (content, statuses = [200]) => ({ path: '/v1/messages/count_tokens', body: user(content), statuses })
const text = (body) => ({ path: '/v1/chat/completions', text: body, statuses: [400, 413] })
const raw = (bytes, statuses) => ({ raw: bytes, statuses })
const lines = (...all) => `${all.join('\r\n')}\r\n\r\n`

/** Words that no vocabulary knows, always the same. */
function words(length) {
  let seed = 1
  const word = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed.toString(36)
  }
  return Array.from({ length: Math.floor(length / 7) }, word).join(' ')
}

const evil = (length) => 'cookie: a '.repeat(Math.ceil(length / 10)).slice(0, length)

export const clients = [
  ['20 MB of {}', text(`{"model":"demo/echo","messages":[${'{},'.repeat(6.9e6)}{}]}`)],
  ['20 MB of []', text(`{"model":"demo/echo","messages":[${'[],'.repeat(6.9e6)}[]]}`)],
  ['10 MB of zeros', text(`{"model":"demo/echo","messages":[${'0,'.repeat(5e6)}0]}`)],
  ['10 MB that nest', text('['.repeat(10 * megabyte))],
  ['300,000 messages', text(`{"model":"demo/echo","messages":[${'{"role":"user","content":""},'.repeat(300_000)}{}]}`)],
  ['30,000 messages', chat({ model: 'demo/echo', messages: Array.from({ length: 30_000 }, () => ({ role: 'user', content: 'x' })) })],
  ['21 MB', text(`"${'x'.repeat(21 * megabyte)}"`)],
  ['19 MB of text', chat(user('x'.repeat(19 * megabyte)))],
  ['half a character', chat(user('\ud800'))],
  ['a key of 10 MB that masks slowly', chat({ ...user('x'), logit_bias: { [evil(10 * megabyte)]: 'x' } })],
  ['a key of 10 MB of marks', chat({ ...user('x'), logit_bias: { ['sk-'.repeat(3.4e6)]: 'x' } })],
  ['a role that masks slowly', chat({ model: 'demo/echo', messages: [{ role: evil(megabyte), content: 'x' }] })],
  ['an effort that masks slowly', chat({ ...user('x'), reasoning_effort: evil(megabyte) })],
  ['a model that masks slowly', chat({ ...user('x'), model: evil(megabyte) }, [400, 404])],
  ['a model of claudes', { path: '/v1/messages/count_tokens', body: { ...user('x'), model: 'claude'.repeat(20_000) }, statuses: [200] }],
  ['tabs to the demo', chat(user(`x${'\t'.repeat(megabyte)}`))],
  ['dots to condense', condense('.'.repeat(megabyte))],
  ['line feeds to condense', condense('\n'.repeat(megabyte))],
  ['points to condense', condense('. '.repeat(megabyte / 2))],
  ['brackets to condense', condense('[{'.repeat(megabyte / 2))],
  ['quotes to condense', condense('"\\'.repeat(megabyte / 2))],
  ['a line of words to condense', condense(words(megabyte))],
  ['Thai without spaces to condense', condense('ก'.repeat(300_000))],
  ['random words to count', count(words(2 * megabyte))],
  ['one long word to count', count('a'.repeat(200_000))],
  ['spaces to count', count(' '.repeat(megabyte))],
  [
    'tools of 1 MB to count',
    {
      path: '/v1/messages/count_tokens',
      body: { ...user('x'), tools: [{ name: 'f', input_schema: { type: 'object', description: words(megabyte) } }] },
      statuses: [200, 400],
    },
  ],
  ['a history of dots', chat({ ...history('.'.repeat(megabyte)), model: 'demo/echo' })],
  ['a history of random words', chat({ ...history(words(megabyte)), model: 'demo/echo' })],
  ['__proto__', text('{"__proto__":{"a":1},"constructor":{"prototype":{"b":1}},"model":1}')],
  [
    '1,000 documents of nothing',
    {
      path: '/v1/rerank',
      body: { model: 'demo/rerank', query: 'x', documents: Array.from({ length: 1_000 }, () => '') },
      statuses: [200, 400, 404],
    },
  ],
  ['a search of 10 KB', { path: `/api/models/search?q=${'a%20'.repeat(2_500)}`, statuses: [200, 400] }],
  ['a path of 10 KB', { path: `/${'a/'.repeat(5_000)}`, statuses: [404] }],
  ['a path of percent signs', { path: '/v1/models/%zz', statuses: [400, 404] }],
  ['no HTTP', raw('hello\r\n\r\n', [400])],
  ['a NUL in a header', raw(lines('GET /health HTTP/1.1', 'host: localhost', 'x: a\0b'), [400])],
  ['a head of 100 KB', raw(lines('GET /health HTTP/1.1', 'host: localhost', `x: ${'a'.repeat(100_000)}`), [431])],
  [
    '5,000 headers',
    raw(lines('GET /health HTTP/1.1', 'host: localhost', ...Array.from({ length: 5_000 }, (_, index) => `x-${index}: 1`)), [431]),
  ],
  [
    'two lengths',
    raw(`${lines('POST /v1/chat/completions HTTP/1.1', 'host: localhost', 'content-length: 2', 'content-length: 3')}{}`, [400]),
  ],
  [
    'a length and chunks',
    raw(lines('POST /v1/chat/completions HTTP/1.1', 'host: localhost', 'content-length: 2', 'transfer-encoding: chunked'), [400]),
  ],
  [
    'a chunk of a wrong size',
    raw(
      `${lines('POST /v1/chat/completions HTTP/1.1', 'host: localhost', 'content-type: application/json', 'transfer-encoding: chunked')}zz\r\n`,
      [400],
    ),
  ],
  ['an expectation', raw(`${lines('POST /v1/chat/completions HTTP/1.1', 'host: localhost', 'expect: all', 'content-length: 2')}{}`, [417])],
  ['an upgrade', raw(lines('GET /health HTTP/1.1', 'host: localhost', 'connection: upgrade', 'upgrade: h2c'), [400])],
  ['a tunnel', raw(lines('CONNECT example.com:443 HTTP/1.1', 'host: example.com:443'), [400])],
]
