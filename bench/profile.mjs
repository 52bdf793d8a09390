// Where the CPU of a case goes: profiles all threads of the gateway under load, and prints self times by package and by function.
//
//   npm run build && node bench/profile.mjs --case plain [--seconds 4] [--top 40] [--node PATH] [--keep FILE]
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { cases, requestOf } from './cases.mjs'
import { once, throughput } from './load.mjs'
import { createLocator } from './locate.mjs'
import { cpuMicros, installPeers, pinSelf, startProbed, startUpstream, stopAll } from './servers.mjs'

const { values } = parseArgs({
  options: {
    case: { type: 'string', default: 'plain' },
    seconds: { type: 'string', default: '4' },
    top: { type: 'string', default: '40' },
    node: { type: 'string', default: process.execPath },
    keep: { type: 'string' },
  },
})
if (!(values.case in cases)) {
  process.stderr.write(`There is no case ${values.case}; there are ${Object.keys(cases).join(', ')}.\n`)
  process.exit(2)
}
const seconds = Number(values.seconds)
const locate = createLocator()

/**
 * Self time of each function of a profile in microseconds, without idle time. A native function (of V8, Node or an addon) has no file:
 * its `caller` is the next function above it that has one.
 */
function selfTimes({ nodes, samples, timeDeltas }) {
  const known = new Map(nodes.map((node) => [node.id, node]))
  for (const node of nodes) for (const id of node.children ?? []) known.get(id).parent = node
  const callerOf = ({ callFrame, parent }) => {
    if (callFrame.url !== '' || callFrame.functionName.startsWith('(')) return undefined
    let above = parent
    while (above !== undefined && above.callFrame.url === '') above = above.parent
    return above?.callFrame
  }
  const found = new Map()
  for (const [index, id] of samples.entries()) {
    const node = known.get(id)
    const { callFrame: frame } = node
    if (frame.functionName === '(idle)' || frame.functionName === '(root)') continue
    const caller = callerOf(node)
    const key = [frame, caller].map((own) => `${own?.functionName}|${own?.url}|${own?.lineNumber}|${own?.columnNumber}`).join('|')
    const own = found.get(key) ?? { frame, caller, micros: 0 }
    own.micros += timeDeltas[index] ?? 0
    found.set(key, own)
  }
  return [...found.values()]
}

const add = (sums, key, micros) => sums.set(key, (sums.get(key) ?? 0) + micros)
const descending = (sums) => [...sums].sort((left, right) => right[1] - left[1])

function print(title, sums, { answers, total, limit }) {
  const lines = descending(sums)
    .slice(0, limit)
    .map(([key, micros]) => `${(micros / answers).toFixed(1).padStart(8)} µs ${((micros / total) * 100).toFixed(1).padStart(5)} %  ${key}`)
  process.stdout.write(`\n${title}\n${lines.join('\n')}\n`)
}

async function load() {
  installPeers()
  const upstream = await startUpstream()
  pinSelf()
  const gateway = await startProbed(upstream, { node: values.node })
  const request = requestOf(values.case, 'proxyapi', upstream)
  const { length } = await once(gateway.port, request)
  await throughput(gateway.port, request, { seconds: 1, length })
  await gateway.probe({ begin: 'profile' })
  const before = cpuMicros(gateway)
  const { answers } = await throughput(gateway.port, request, { seconds, length })
  await new Promise((resolve) => setTimeout(resolve, 300))
  const micros = cpuMicros(gateway) - before
  const { main, others } = await gateway.probe({ end: 'profile' })
  return { answers, micros, profiles: [main, ...others].map(({ profile }) => profile) }
}

function report({ answers, micros, profiles }) {
  process.stdout.write(
    `${cases[values.case].title}: ${answers} answers, ${(micros / answers).toFixed(0)} µs of CPU each with the profiler on (all threads, native ones too).\n`,
  )
  for (const [index, profile] of profiles.entries()) {
    if (values.keep !== undefined) writeFileSync(`${values.keep}${index === 0 ? '' : `.${index}`}.cpuprofile`, JSON.stringify(profile))
    const times = selfTimes(profile)
    const total = times.reduce((sum, own) => sum + own.micros, 0)
    const [groups, rooms, functions] = [new Map(), new Map(), new Map()]
    for (const { frame, caller, micros: own } of times) {
      const above = caller === undefined ? undefined : locate(caller)
      const { group, room, place } =
        above === undefined ? locate(frame) : { group: `native < ${above.group}`, room: undefined, place: `called by ${caller.functionName} ${above.place}` }
      add(groups, group, own)
      if (room !== undefined) add(rooms, room, own)
      add(functions, `${group.padEnd(28)} ${frame.functionName || '(anonymous)'}  ${place}`, own)
    }
    const options = { answers, total, limit: Number(values.top) }
    process.stdout.write(`\n=== ${index === 0 ? 'main thread' : `worker ${index}`}: ${(total / answers).toFixed(0)} µs an answer in this thread\n`)
    print('by package', groups, options)
    print('our folders', rooms, options)
    print('functions by self time', functions, options)
  }
}

try {
  report(await load())
} finally {
  stopAll()
}
process.exit()
