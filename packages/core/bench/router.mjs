// CPU that routing costs a call: the engine with all its filters against the bare handler of the same provider.
// Build first (`npm run setup`), then: node packages/core/bench/router.mjs
import { createEngine, createFaultInjector, openCall, systemDeps } from '../dist/index.js'

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
  targetFilter: injector.targetFilter,
  onEvent: () => undefined,
})
const bare = engine.providers[0].chat('echo')
const messages = [{ role: 'user', content: 'Hello' }]

async function drain(answer) {
  if (answer.type === 'stream') for await (const _batch of answer.batches);
}

/** Microseconds of CPU a call. */
async function cost(model, stream, handler) {
  const before = process.cpuUsage()
  for (let i = 0; i < calls; i++) await drain(await openCall({ model, messages, stream }, {}, systemDeps).run(handler))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

for (const stream of [false, true]) {
  const differences = []
  const bares = []
  for (let round = 0; round < rounds; round++) {
    const without = await cost('first/echo', stream, bare)
    const within = await cost('both', stream, engine.handler)
    if (round === 0) continue
    differences.push(within - without)
    bares.push(without)
  }
  console.log(
    `${stream ? 'stream' : 'plain '}  bare ${median(bares).toFixed(1)} µs, routing adds ${median(differences).toFixed(1)} µs of CPU a call`,
  )
}
