// The built gateway against hostile providers and hostile clients, one after the other: whatever they do, the process lives, the client gets an
// answer of the right kind, and memory comes back. Prints for each mode what was answered, how long the event loop was blocked and what was held.
// The figures are printed and not judged: they depend on the machine.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { clients } from './hostility/clients.mjs'
import { startGateway } from './hostility/gateway-process.mjs'
import { upstreams } from './hostility/upstreams.mjs'

const timeoutMs = 60_000
/** Text of an answer that is kept; more than the largest that is right. */
const mostKept = 64 * 1024 * 1024
/** What may stay in the heap after all that: caches are bounded at less. */
const maxLeftMb = 160

/** Sends bytes and reads until the connection closes: status, and text. */
function exchange(port, bytes) {
  return new Promise((resolve) => {
    const pieces = []
    let length = 0
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const timer = setTimeout(() => socket.destroy(), timeoutMs)
    socket.on('data', (piece) => {
      length += piece.length
      if (length <= mostKept) pieces.push(piece)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      const text = Buffer.concat(pieces).toString('latin1')
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text: text.slice(text.indexOf('\r\n\r\n') + 4), length })
    })
  })
}

function post(path, body) {
  const bytes = Buffer.from(body)
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${bytes.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), bytes])
}

function toBytes({ path, body, text, raw }) {
  if (raw !== undefined) return raw
  if (body === undefined && text === undefined) return `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`
  return post(path, text ?? JSON.stringify(body))
}

/** A stream is whole, or says that it is not. */
function endsRight(text) {
  return text.includes('data: [DONE]') !== text.includes('"error"')
}

function problemOfUpstream({ stream, status, most = mostKept }, answer) {
  if (answer.status === 0) return 'no answer'
  if (answer.status === 500) return 'an internal error'
  if (status !== undefined && answer.status !== status) return `${answer.status} instead of ${status}`
  if (answer.length > most) return `${answer.length} bytes were passed on`
  return stream && answer.status === 200 && !endsRight(answer.text) ? 'a stream without a right end' : undefined
}

function problemOfClient({ statuses }, { status }) {
  return statuses.includes(status) ? undefined : `${status} instead of ${statuses.join(' or ')}`
}

const problems = []

async function tell(gateway, kind, name, { answer, problem }) {
  const { blockMs, rssMb, heapMb } = await gateway.ask('figures')
  const died = gateway.exit() === undefined ? '' : `, the process ended (${gateway.exit()})`
  process.stdout.write(
    `${kind.padEnd(9)} ${name.padEnd(36)} ${String(answer.status).padStart(3)}  loop blocked ${String(blockMs).padStart(5)} ms, rss ${rssMb} MB, heap ${heapMb} MB\n`,
  )
  if (problem !== undefined || died !== '') problems.push(`${kind} ${name}: ${problem ?? ''}${died}`)
  if (died !== '') throw new Error(`${problems.join('\n')}\n${gateway.log().slice(-2_000)}`)
}

const upstream = createServer((socket) => {
  socket.on('error', () => undefined)
  let head = ''
  const onData = (bytes) => {
    head += bytes.toString('latin1')
    const mode = /"model":"mode-(\d+)"/.exec(head)?.[1]
    if (mode === undefined) return
    socket.off('data', onData).resume()
    upstreams[Number(mode)]?.[1].answer(socket)
  }
  socket.on('data', onData)
}).listen(0, '127.0.0.1')
await once(upstream, 'listening')
const gateway = await startGateway({
  providers: [
    {
      name: 'hostile',
      type: 'openai_compatible',
      base_url: `http://127.0.0.1:${upstream.address().port}/v1`,
      api_key: 'key',
      models: ['*'],
    },
    { name: 'demo', type: 'demo' },
  ],
  circuit_breaker: { enabled: false },
  routing: { retry: { max_attempts: 1, attempts_per_target: 1 } },
  alerting: { enabled: false },
})
try {
  await gateway.ask('collect')
  const { heapMb: before } = await gateway.ask('figures')
  for (const [index, [name, mode]] of upstreams.entries()) {
    await gateway.ask('reset')
    const body = JSON.stringify({
      model: `hostile/mode-${index}`,
      stream: mode.stream === true,
      messages: [{ role: 'user', content: 'x' }],
    })
    const answer = await exchange(gateway.port, post('/v1/chat/completions', body))
    await tell(gateway, 'provider', name, { answer, problem: problemOfUpstream(mode, answer) })
  }
  for (const [name, mode] of clients) {
    await gateway.ask('reset')
    const answer = await exchange(gateway.port, toBytes(mode))
    await tell(gateway, 'client', name, { answer, problem: problemOfClient(mode, answer) })
  }
  await gateway.ask('collect')
  const { heapMb: after } = await gateway.ask('figures')
  if (after - before > maxLeftMb) problems.push(`${after - before} MB stayed in the heap`)
} finally {
  await gateway.stop()
  upstream.close()
}
process.stdout.write(`${upstreams.length} hostile providers and ${clients.length} hostile clients\n`)
if (problems.length > 0) {
  process.stdout.write(`${problems.join('\n')}\n`)
  process.exit(1)
}
process.exit(0)
