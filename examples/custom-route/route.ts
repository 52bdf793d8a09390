import { type Capability, defineRoute } from '@proxyapi/server'
import * as v from 'valibot'

type Counts = Map<string, number>

/** Counts finished calls by model, and shows them to admins. */
export function callCounts(): Capability<Counts> {
  return {
    name: 'call-counts',
    open: () => new Map(),
    compile: (_config, counts) => ({
      onReceipt: ({ requestedModel }) => void counts.set(requestedModel, (counts.get(requestedModel) ?? 0) + 1),
      routes: [
        defineRoute({
          method: 'GET',
          path: '/api/call-counts',
          access: 'admin',
          summary: 'Counts of finished calls by model.',
          answer: v.record(v.string(), v.number()),
          handle: () => Object.fromEntries(counts),
        }),
      ],
    }),
  }
}
