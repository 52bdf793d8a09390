// A provider that costs nothing: canned bytes for a plain answer, a stream of 60 events, and a slow stream.
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
const plain = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
const stream = `${head}${events.map(chunk).join('')}0\r\n\r\n`

function slow(socket) {
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

const server = createServer({ noDelay: true }, (socket) => {
  let waiting = ''
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    waiting += bytes.toString('latin1')
    for (;;) {
      const end = waiting.indexOf('\r\n\r\n')
      if (end === -1) return
      const length = Number(/content-length: (\d+)/i.exec(waiting.slice(0, end))?.[1] ?? 0)
      if (waiting.length < end + 4 + length) return
      const request = waiting.slice(end + 4, end + 4 + length)
      waiting = waiting.slice(end + 4 + length)
      if (request.includes('"slow')) slow(socket)
      else socket.write(request.includes('"stream":true') ? stream : plain)
    }
  })
})
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('ready'))
