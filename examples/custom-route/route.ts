import { type Capability, defineRoute } from '@proxyapi/server'
import * as v from 'valibot'

/** Counts finished calls by model, and shows them to admins. */
export function callCounts(): Capability {
  return {
    name: 'call-counts',
    open: () => new Map<string, number>(),
    compile: (_config, counts) => ({
      onReceipt: ({ requestedModel }) => counts.set(requestedModel, (counts.get(requestedModel) ?? 0) + 1),
      routes: [
        defineRoute({
          method: 'GET',
          path: '/api/call-counts',
          access: 'admin',
          operation: 'call_counts.read',
          answer: v.record(v.string(), v.number()),
          handle: () => Object.fromEntries(counts),
        }),
      ],
    }),
  }
}
