/*
 * A memory hit through the whole gateway against a bare `node:http` server that answers the same body: both in this
 * process's children, interleaved, medians of requests per second of the server's own CPU time.
 *
 *   pnpm build && node bench/cache-hit.mjs
 */
import { fork } from 'node:child_process'
import { createServer, Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'

const body = JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'What is a cache? '.repeat(20) }] })
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
const path = '/v1/chat/completions'
const rounds = 9
const requestsPerRound = 4000
const connections = 32

function ask(port, agent) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: '127.0.0.1', method: 'POST', path, headers, agent }, (response) => {
      const pieces = []
      response.on('data', (piece) => pieces.push(piece))
      response.on('end', () => resolve({ text: Buffer.concat(pieces).toString(), cache: response.headers['x-proxyapi-cache'] }))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function serve(kind) {
  const answerTime = () => process.send({ cpuMicros: Object.values(process.cpuUsage()).reduce((sum, part) => sum + part, 0) })
  if (kind === 'bare') {
    const answer = Buffer.from(process.argv[3], 'base64')
    const server = createServer((incoming, outgoing) => {
      incoming.resume()
      incoming.on('end', () => outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer))
    })
    server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
  } else {
    const { createGateway } = await import('../packages/server/dist/index.js')
    const { listen } = await import('../packages/server/dist/node.js')
    const { port } = await listen(createGateway({}), { host: '127.0.0.1', port: 0 })
    process.send({ port })
  }
  process.on('message', answerTime)
}

function start(kind, ...more) {
  const child = fork(fileURLToPath(import.meta.url), [kind, ...more])
  return new Promise((resolve) => child.once('message', ({ port }) => resolve({ child, port, agent: new Agent({ keepAlive: true, maxSockets: connections }) })))
}

function cpuOf({ child }) {
  return new Promise((resolve) => {
    child.once('message', ({ cpuMicros }) => resolve(cpuMicros))
    child.send('cpu')
  })
}

async function round({ port, agent, ...server }) {
  const before = await cpuOf(server)
  let left = requestsPerRound
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left-- > 0) await ask(port, agent)
    }),
  )
  return (requestsPerRound * 1e6) / ((await cpuOf(server)) - before)
}

const median = (values) => [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)]

async function compare() {
  const gateway = await start('gateway')
  await ask(gateway.port, gateway.agent)
  const { text, cache } = await ask(gateway.port, gateway.agent)
  if (cache !== 'hit') throw new Error(`The second request was a ${cache} and no hit.`)
  const bare = await start('bare', Buffer.from(text).toString('base64'))
  const seen = { gateway: [], bare: [] }
  for (let count = 0; count < rounds + 2; count++) {
    seen.gateway.push(await round(gateway))
    seen.bare.push(await round(bare))
  }
  const [hits, plain] = [median(seen.gateway.slice(2)), median(seen.bare.slice(2))]
  console.log(`gateway ${Math.round(hits)} hits, bare ${Math.round(plain)} requests per second of CPU: ratio ${(hits / plain).toFixed(3)}`)
  for (const { child } of [gateway, bare]) child.kill()
}

if (process.argv[2] === undefined) await compare()
else await serve(process.argv[2])
