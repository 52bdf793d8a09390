// CPU that routing costs a call: an engine that chooses, hedges and injects faults against the same provider's own handler.
// Build first (`npm run setup`), then: node packages/core/bench/router.mjs
import { createFaultInjector } from '../dist/chaos.js'
import { chat, createEngine, systemDeps } from '../dist/index.js'
import { createReceiptQueue, openCall } from '../dist/serving.js'

const calls = 20_000
const rounds = 9
const injector = createFaultInjector(systemDeps)
const engine = createEngine({
  providers: [
    { name: 'first', type: 'demo' },
    { name: 'second', type: 'demo' },
  ],
  models: [{ name: 'both', targets: ['first/echo', 'second/echo'], strategy: 'latency', fallbacks: ['first/lorem'] }],
  routing: { hedge: { enabled: true } },
  targetFilters: [injector.targetFilter],
  onEvent: () => undefined,
})
const target = engine.providers[0].serve(chat, 'echo')
const receipts = createReceiptQueue(systemDeps)
const messages = [{ role: 'user', content: 'Hello' }]

// The demo provider asks nothing of its attempt unless the model is slow.
const bare = (request, call) => target(request, call, undefined)

async function drain(answer) {
  if (answer.type === 'stream') for await (const _batch of answer.batches);
}

/** Microseconds of CPU a call. */
async function cost(model, stream, handler) {
  const before = process.cpuUsage()
  for (let i = 0; i < calls; i++) {
    const call = openCall(chat, { model, messages, stream }, { options: {}, deps: systemDeps, receipts })
    await drain(await call.run(handler))
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

for (const stream of [false, true]) {
  const differences = []
  const bares = []
  for (let round = 0; round < rounds; round++) {
    const without = await cost('first/echo', stream, bare)
    const within = await cost('both', stream, engine.handler(chat))
    if (round === 0) continue
    differences.push(within - without)
    bares.push(without)
  }
  console.log(
    `${stream ? 'stream' : 'plain '}  bare ${median(bares).toFixed(1)} µs, routing adds ${median(differences).toFixed(1)} µs of CPU a call`,
  )
}
await engine.close()
