import type { Receipt } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'
import type { Recorder, RecorderFigures } from '@proxyapi/logging/node'
import type { Capability, Feature } from '../capability/capability.ts'

/** The request that a call would have had, which the gateway made by itself. */
function toInternalRequest(call: Receipt): CompletedRequest {
  const { id, startedAtMs, endedAtMs, principal: key, error, traceId } = call
  return { id, method: '', endpoint: 'internal', path: '', status: 0, startedAtMs, endedAtMs, key, error, traceId, call }
}

/** What an operator should know of the records. Those that were lost stay lost: health says so until the process ends. */
function troublesOf({ isFailing, setAside, dropped }: RecorderFigures): readonly string[] {
  const lost = dropped.queue + dropped.store + dropped.worker + dropped.audit
  return [
    ...(isFailing ? ['records: they can’t be written'] : []),
    ...(setAside > 0 ? ['records: a damaged file was set aside'] : []),
    ...(lost > 0 ? [`records: lost so far: ${lost}`] : []),
  ]
}

function recordingFeature(recorder: Recorder): Feature {
  return {
    onRequest: recorder.push,
    onReceipt: (receipt, origin) => {
      if (origin === 'gateway') recorder.push(toInternalRequest(receipt))
    },
    readGauges: () => {
      const { dropped, isFailing, setAside } = recorder.figures()
      const lost = { queue: dropped.queue, requests: dropped.store, worker: dropped.worker }
      return [
        ...Object.entries(lost).map(([sink, value]) => ({ name: 'records_dropped_total', labels: { sink }, value }) as const),
        { name: 'records_failing', value: isFailing ? 1 : 0 },
        { name: 'records_set_aside_total', value: setAside },
      ]
    },
    degradedBy: () => troublesOf(recorder.figures()),
    exportUserData: async (user) => ({ ...(await recorder.user(user)) }),
    eraseUserData: async (user) => {
      const { audit, ...erased } = await recorder.eraseUser(user)
      return { ...erased, ...(audit !== undefined && { audit }) }
    },
  }
}

/** Hands every request, and every call that the gateway made by itself, to the recorder. */
export function createRecordingCapability(recorder: Recorder): Capability<Feature> {
  return { name: 'recording', open: () => recordingFeature(recorder), compile: (_config, feature) => feature, close: recorder.close }
}
