// What a provider may do to the gateway, one row a mode. `answer` writes onto a raw socket; `stream` says what was asked for. A row's outcome is
// the status that the client sees; what has begun as a stream has to end with an event of error or with its end mark.
const crlf = '\r\n\r\n'
const json = (body, head = '') =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${head}Content-Length: ${Buffer.byteLength(body)}${crlf}${body}`
const error = (status, body) =>
  `HTTP/1.1 ${status} No\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}${crlf}${body}`
const sseHead = `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close${crlf}`
const chat = (over = {}) => ({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  ...over,
})
const event = (choice, over = {}) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: {}, finish_reason: null, ...choice }], ...over })}\n\n`
const text = event({ delta: { content: 'hello' } })
const finish = `${event({ finish_reason: 'stop' })}data: [DONE]\n\n`
const call = (index) =>
  event({ delta: { tool_calls: [{ index, id: `c${index}`, type: 'function', function: { name: 'f', arguments: '{}' } }] } })
const megabyte = 1024 * 1024
const padded = (pad) => JSON.stringify(chat()).replace(/}$/, `,"x":${pad}}`)

/** Writes the same piece again and again for as long as the other side reads, up to `most` bytes. */
function pour(socket, piece, most = 48 * megabyte) {
  let sent = 0
  const more = () => {
    while (!socket.destroyed && sent < most) {
      sent += piece.length
      if (!socket.write(piece)) return socket.once('drain', more)
    }
    socket.end()
  }
  more()
}

/** Writes a head, and then the same piece for as long as the other side reads. */
const poured = (head, piece, most) => (socket) => {
  socket.write(head)
  pour(socket, piece, most)
}

const write =
  (...pieces) =>
  (socket) =>
    socket.end(pieces.join(''))

export const upstreams = [
  ['an index of 130 million', { stream: true, answer: write(sseHead, call(1.3e8), call(0), finish) }],
  ['an index below zero', { stream: true, answer: write(sseHead, call(-1), call(0), finish) }],
  ['a choice of 1e308', { stream: true, answer: write(sseHead, event({ index: 1e308, delta: { content: 'x' } }), text, finish) }],
  ['2,000 calls', { stream: true, answer: write(sseHead, ...Array.from({ length: 2_000 }, (_, index) => call(index)), finish) }],
  ['a plain answer of small objects', { answer: write(json(padded(`[${'{},'.repeat(10e6)}{}]`))) }],
  ['a plain answer of small lists', { answer: write(json(padded(`[${'[],'.repeat(10e6)}[]]`))) }],
  ['a plain answer of nulls', { answer: write(json(padded(`[${'null,'.repeat(6e6)}null]`))) }],
  ['a plain answer that nests', { answer: write(json(padded(`${'['.repeat(5e6)}${']'.repeat(5e6)}`))) }],
  ['a plain answer of one long text', { answer: write(json(JSON.stringify(chat({ system_fingerprint: 'x'.repeat(30 * megabyte) })))) }],
  [
    'a plain answer without an end',
    {
      answer: poured(`HTTP/1.1 200 OK\r\nContent-Type: application/json${crlf}`, Buffer.alloc(megabyte, ' ')),
    },
  ],
  [
    'chunks of one byte',
    {
      answer: poured(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked${crlf}`,
        Buffer.from('1\r\n \r\n'.repeat(10_000), 12 * megabyte),
      ),
    },
  ],
  ['lines without a blank one', { stream: true, answer: poured(sseHead, Buffer.from(': x\n'.repeat(16), 8 * megabyte)) }],
  ['single line ends', { stream: true, answer: poured(sseHead, Buffer.from('a\n'.repeat(8), 4 * megabyte)) }],
  ['comments for ever', { stream: true, answer: poured(sseHead, Buffer.from(':\n\n'.repeat(1_000), 16 * megabyte)) }],
  ['an event of 5 MB', { stream: true, answer: write(sseHead, event({ delta: { content: 'x'.repeat(5 * megabyte) } }), finish) }],
  [
    'an event of small objects',
    { stream: true, answer: write(sseHead, event({}, { x: Array.from({ length: 600_000 }, () => ({})) }), text, finish) },
  ],
  ['an event that nests', { stream: true, answer: write(sseHead, `data: ${'['.repeat(3e6)}\n\n`, text, finish) }],
  ['broken events', { stream: true, answer: write(sseHead, 'data: {\n\n'.repeat(100)) }],
  ['events of nothing', { stream: true, answer: write(sseHead, 'data: {}\n\n'.repeat(50_000), text, finish) }],
  ['an end without a finish', { stream: true, answer: write(sseHead, text) }],
  ['nothing but an end mark', { stream: true, answer: write(sseHead, 'data: [DONE]\n\n') }],
  [
    'an error of 15 MB',
    {
      answer: write(error(400, JSON.stringify({ error: { message: 'x'.repeat(5e6), type: 'y'.repeat(5e6), code: 'z'.repeat(5e6) } }))),
      most: 20_000,
    },
  ],
  ['an error of small objects', { answer: write(error(400, `{"error":{"message":"no","x":[${'{},'.repeat(5e6)}{}]}}`)) }],
  ['the code __proto__', { answer: write(error(400, '{"error":{"message":"no","code":"__proto__"}}')), status: 400 }],
  [
    'the code constructor',
    { answer: write(error(400, '{"error":{"message":"no","type":"constructor","code":"constructor"}}')), status: 400 },
  ],
  [
    'a text that masks slowly',
    { answer: write(error(400, JSON.stringify({ error: { message: 'cookie: a '.repeat(500_000) } }))), status: 400 },
  ],
  ['an error that is a page', { answer: write(`HTTP/1.1 500 No\r\nContent-Type: text/html\r\nContent-Length: 13${crlf}<html></html>`) }],
  ['a retry of 1e30 seconds', { answer: write(`HTTP/1.1 429 No\r\nRetry-After: 1e30\r\nContent-Length: 2${crlf}{}`) }],
  ['a retry of minus one', { answer: write(`HTTP/1.1 429 No\r\nRetry-After: -1\r\nContent-Length: 2${crlf}{}`) }],
  [
    'a finish named constructor',
    {
      answer: write(
        json(JSON.stringify(chat({ choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'constructor' }] }))),
      ),
    },
  ],
  [
    'usage of 1e308',
    { answer: write(json(JSON.stringify(chat({ usage: { prompt_tokens: 1e308, completion_tokens: 1e308, total_tokens: 1e308 } })))) },
  ],
  [
    'usage of words',
    { answer: write(json(JSON.stringify(chat({ usage: { prompt_tokens: 'many', completion_tokens: {}, total_tokens: null } })))) },
  ],
  ['choices that are no list', { answer: write(json(JSON.stringify(chat({ choices: { length: 1e9 } })))) }],
  ['a null', { answer: write(json('null')) }],
  ['nothing at all', { answer: write(json('')) }],
  ['a length that is a lie', { answer: write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000${crlf}{}`) }],
  ['two lengths', { answer: write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3${crlf}{}`) }],
  ['a head of 1 MB', { answer: write(`HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(megabyte)}${crlf}{}`) }],
  ['no HTTP', { answer: write('hello\r\n\r\n') }],
  ['a redirect to itself', { answer: write(`HTTP/1.1 307 No\r\nLocation: /v1/chat/completions\r\nContent-Length: 0${crlf}`) }],
  [
    'a broken gzip',
    { answer: write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 5${crlf}hello`) },
  ],
  ['a socket that closes at once', { answer: (socket) => socket.destroy() }],
]
