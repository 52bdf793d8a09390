// A provider that costs nothing: canned bytes for a plain answer, for a stream of 60 events, and for a stream that is slow.
import { createServer } from 'node:net'

const event = (delta, finish) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'bench', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
const words = Array.from({ length: 58 }, (_, index) => event({ content: ` word${index}` }, null))
const events = [event({ role: 'assistant', content: '' }, null), ...words, event({}, 'stop'), 'data: [DONE]\n\n']
const chunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

const body = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'bench',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Lorem ipsum dolor sit amet. '.repeat(24), refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 12, completion_tokens: 120, total_tokens: 132 },
})
const plain = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
)
const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
const stream = Buffer.from(`${head}${events.map(chunk).join('')}0\r\n\r\n`)

function answerSlowly(socket) {
  socket.write(head)
  let sent = 0
  const timer = setInterval(() => {
    if (socket.destroyed) return clearInterval(timer)
    socket.write(chunk(events[sent++]))
    if (sent === events.length) {
      clearInterval(timer)
      socket.write('0\r\n\r\n')
    }
  }, 200)
}

/** Only short requests stream: a long one is not searched, so that it costs next to nothing. */
const maxSearched = 16_384

function answer(socket, request) {
  if (request.length > maxSearched) return socket.write(plain)
  if (request.includes('"slow')) return answerSlowly(socket)
  socket.write(request.includes('"stream":true') ? stream : plain)
}

/** Calls back with each whole request; bytes of a long body are counted, and joined once. */
function createRequestReader(onRequest) {
  let pieces = []
  let have = 0
  let wanted = -1
  const measure = () => {
    const bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)
    pieces = [bytes]
    const end = bytes.indexOf('\r\n\r\n')
    if (end === -1) return
    const length = /content-length: (\d+)/i.exec(bytes.latin1Slice(0, end))
    if (length === null && bytes.latin1Slice(0, 4) !== 'GET ') throw new Error(`a request has no length:\n${bytes.latin1Slice(0, end)}`)
    wanted = end + 4 + Number(length?.[1] ?? 0)
  }
  return (incoming) => {
    pieces.push(incoming)
    have += incoming.length
    for (;;) {
      if (wanted === -1) measure()
      if (wanted === -1 || have < wanted) return
      const bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)
      const end = wanted
      pieces = end === bytes.length ? [] : [bytes.subarray(end)]
      have -= end
      wanted = -1
      onRequest(bytes.subarray(0, end))
      if (have === 0) return
    }
  }
}

export const upstream = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {})
  socket.on(
    'data',
    createRequestReader((request) => answer(socket, request)),
  )
})
if (process.argv[1] === import.meta.filename) upstream.listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${upstream.address().port}`))
