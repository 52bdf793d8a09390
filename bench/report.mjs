// From figures of rounds to tables.

export const median = (values) => {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)]
}
export const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]

const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
/** The median over the rounds of a figure's ratio to the same round of the limit. */
const ratio = (own, limit, field) => median(own.map((round, index) => round[field] / limit[index][field]))

/** A row of medians: what a server does in a case, beside that case's limit. */
function summarize(own, limit) {
  return {
    perSecond: median(own.map((round) => round.perSecond)),
    share: ratio(own, limit, 'perSecond'),
    cpuMicros: median(own.map((round) => round.cpuMicros)),
    limitCpuMicros: median(limit.map((round) => round.cpuMicros)),
    cpuShare: 1 / ratio(own, limit, 'cpuMicros'),
    busy: median(own.map((round) => round.busy)),
    rounds: own.length,
  }
}

export function summarizeRates(figures, cases) {
  return Object.entries(figures).flatMap(([name, servers]) =>
    Object.keys(servers).map((server) => ({ case: name, title: cases[name].title, server, ...summarize(servers[server], servers[cases[name].limit]) })),
  )
}

/** Latencies beside those of the pass-through in the same round. */
export function summarizeLatencies(latency) {
  const limit = latency['pass-through']
  const added = (own, field) => median(own.map((round, index) => round[field] - limit[index][field]))
  return Object.entries(latency).map(([server, own]) => ({
    server,
    p50Ms: median(own.map((round) => round.p50Ms)),
    p99Ms: median(own.map((round) => round.p99Ms)),
    addedP50Ms: added(own, 'p50Ms'),
    addedP99Ms: added(own, 'p99Ms'),
    rssMb: median(own.map((round) => round.rssMb)),
  }))
}

export function toText({ rates, latencies, processes, machine }) {
  const parts = []
  if (rates.length > 0)
    parts.push(
      table(
        ['case', 'server', 'requests/s', 'share of the limit', 'CPU a request', 'the limit over this CPU', 'core busy'],
        rates.map((row) => [
          row.title,
          row.server,
          row.perSecond.toFixed(0),
          row.share.toFixed(3),
          `${row.cpuMicros.toFixed(0)} µs`,
          row.cpuShare.toFixed(3),
          `${(row.busy * 100).toFixed(0)} %`,
        ]),
      ),
    )
  if (latencies.length > 0)
    parts.push(
      table(
        ['at 100 requests/s', 'p50', 'p99', 'added p50', 'added p99', 'RSS under this load'],
        latencies.map((row) => [
          row.server,
          ...[row.p50Ms, row.p99Ms, row.addedP50Ms, row.addedP99Ms].map((ms) => `${ms.toFixed(2)} ms`),
          `${row.rssMb.toFixed(0)} MB`,
        ]),
      ),
    )
  parts.push(
    table(
      ['process', 'start to listening', 'RSS idle', 'peak RSS of the whole run'],
      Object.entries(processes).map(([server, own]) => [
        server,
        `${own.startMs.toFixed(0)} ms`,
        `${own.idleMb.toFixed(0)} MB`,
        `${own.peakMb.toFixed(0)} MB`,
      ]),
    ),
  )
  const { node, rounds, seconds, pinned, heldMb, notes } = machine
  parts.push(
    [
      `Node ${node}; medians of ${rounds} interleaved rounds of ${seconds} s; ${pinned ? 'one core a process' : 'not pinned'}.`,
      ...(heldMb === undefined ? [] : [`1,000 slow streams held open: +${heldMb.toFixed(0)} MB.`]),
      ...notes,
    ].join('\n'),
  )
  return `${parts.join('\n\n')}\n`
}
