// Where the CPU of a case goes: starts the gateway with --cpu-prof, loads it, and prints self times by package and by function.
//
//   npm run build && node bench/profile.mjs --case plain [--seconds 4] [--top 40] [--node PATH] [--calls] [--keep FOLDER]
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { once as onceEvent } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cases, requestOf } from './cases.mjs'
import { once, throughput } from './load.mjs'
import { createLocator } from './locate.mjs'
import { cpuMicros, installPeers, makeFolder, pinSelf, startGateway, startUpstream, stopAll } from './servers.mjs'

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

/** Self time of each function of a profile in microseconds; idle time is left out. */
function selfTimes({ nodes, samples, timeDeltas }) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const found = new Map()
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id)
    if (frame.functionName === '(idle)' || frame.functionName === '(root)') continue
    const key = `${frame.functionName}|${frame.url}|${frame.lineNumber}|${frame.columnNumber}`
    const own = found.get(key) ?? { frame, micros: 0 }
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
  const folder = makeFolder()
  const gateway = await startGateway(upstream, {
    node: values.node,
    nodeArgs: ['--cpu-prof', '--cpu-prof-interval=250', `--cpu-prof-dir=${folder}`],
  })
  const request = requestOf(values.case, 'proxyapi', upstream)
  const { length } = await once(gateway.port, request)
  const before = cpuMicros(gateway)
  const { answers } = await throughput(gateway.port, request, { seconds, length })
  await new Promise((resolve) => setTimeout(resolve, 500))
  const micros = cpuMicros(gateway) - before
  gateway.child.kill('SIGTERM')
  await onceEvent(gateway.child, 'exit')
  if (values.keep !== undefined) cpSync(folder, values.keep, { recursive: true })
  const profiles = readdirSync(folder).map((name) => ({ name, ...JSON.parse(readFileSync(join(folder, name), 'utf8')) }))
  return { answers, micros, profiles }
}

function report({ answers, micros, profiles }) {
  process.stdout.write(
    `${cases[values.case].title}: ${answers} answers, ${(micros / answers).toFixed(0)} µs of CPU each with the profiler on (all threads, native ones too).\nStart and warm-up are within the profiles; times are per answer.\n`,
  )
  for (const profile of profiles) {
    const times = selfTimes(profile)
    const total = times.reduce((sum, own) => sum + own.micros, 0)
    const [groups, rooms, functions] = [new Map(), new Map(), new Map()]
    for (const { frame, micros: own } of times) {
      const { group, room, place } = locate(frame)
      add(groups, group, own)
      if (room !== undefined) add(rooms, room, own)
      add(functions, `${group.padEnd(18)} ${frame.functionName || '(anonymous)'}  ${place}`, own)
    }
    const options = { answers, total, limit: Number(values.top) }
    process.stdout.write(`\n=== ${profile.name}: ${(total / answers).toFixed(0)} µs an answer in this thread\n`)
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
