import * as v from 'valibot'
import type { Capability, Feature } from '../capability/capability.ts'
import { fromStore } from '../http/store-answer.ts'
import { defineRoute } from '../route-table/route.ts'
import { signErasure } from './erasure-receipt.ts'

const path = '/api/privacy/users/{id...}'

async function gather<T>(parts: readonly Promise<Readonly<Record<string, T>>>[]): Promise<Record<string, T>> {
  const answers = await Promise.all(parts.map((part) => fromStore("end users' records", part)))
  return Object.assign({}, ...answers) as Record<string, T> // records of T, one over the other
}

const receiptSchema = v.object({
  object: v.literal('erasure_receipt'),
  user: v.string(),
  erased: v.record(v.string(), v.number()),
  request_id: v.string(),
  erased_at: v.string(),
  signature: v.object({ algorithm: v.literal('ed25519'), public_key: v.string(), value: v.string() }),
})

interface PrivacyDeps {
  readonly features: () => readonly Feature[]
  /** Signs receipts. */
  readonly secret: string
  /** Unix milliseconds. */
  readonly now: () => number
}

function privacyFeature({ features, secret, now }: PrivacyDeps): Feature {
  return {
    routes: [
      defineRoute({
        method: 'GET',
        path,
        access: 'privacy:read',
        subject: 'id',
        summary: 'Everything that is held on an end user.',
        answer: v.object({ user: v.string(), held: v.record(v.string(), v.unknown()) }),
        handle: async (exchange) => {
          const { id: user = '' } = exchange.params
          return { user, held: await gather(features().flatMap((feature) => feature.exportUserData?.(user) ?? [])) }
        },
      }),
      defineRoute({
        method: 'DELETE',
        path,
        access: 'privacy:write',
        subject: 'id',
        summary: 'Erases an end user everywhere, and answers with a signed receipt.',
        answer: receiptSchema,
        handle: async (exchange) => {
          const { id: user = '' } = exchange.params
          const erased = await gather(features().flatMap((feature) => feature.eraseUserData?.(user) ?? []))
          return { ...signErasure({ user, erased, request_id: exchange.id, erased_at: new Date(now()).toISOString() }, secret) }
        },
      }),
    ],
  }
}

/** What the gateway holds on an end user, over all capabilities, and its erasure with a signed receipt. `secret` signs: the same for as long as receipts are to verify. */
export function createPrivacyCapability(secret: string): Capability {
  return {
    name: 'privacy',
    open: () => undefined,
    compile: (_config, _state, { deps, gateway }) => privacyFeature({ features: gateway.features, secret, now: deps.now }),
  }
}
