import { createConfiguredKeys } from '../auth/configured-keys.ts'
import type { KeyStore } from '../auth/key-store.ts'
import type { ReadBudget } from '../auth/rules.ts'
import type { Capability, Feature } from '../capability/capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { toKeys, toRoles } from '../config/to-keys.ts'
import { notKeptRoute } from '../route-table/not-kept-route.ts'
import { createFoundKeys, type FoundKeys } from './found-keys.ts'
import { createIssuedAuthenticator } from './issued-authenticator.ts'
import type { ShownKey } from './key-body.ts'
import { createKeyFeed, type KeyFeed } from './key-feed.ts'
import { keyRoutes } from './key-routes.ts'

interface KeysState {
  readonly found: FoundKeys
  readonly feed: KeyFeed
}

/** The keys of the configuration as the routes show them. */
function configuredKeys(config: GatewayConfig, secret: string): readonly ShownKey[] {
  const written = toKeys(config)
  return createConfiguredKeys(written, secret).principals.map((principal, index) => ({
    ...principal,
    metadata: written[index]?.metadata ?? {},
    source: 'config',
  }))
}

/** Asks the first feature that counts budgets. */
function toReadBudget(features: () => readonly Feature[]): ReadBudget {
  return (holder) => {
    const reader = features().find(({ readBudget }) => readBudget !== undefined)
    return reader?.readBudget?.(holder)
  }
}

function withoutStore(): Feature {
  return { routes: ['/api/keys', '/api/keys/{id}'].map((path) => notKeptRoute({ path, what: 'issued keys', access: 'keys:read' })) }
}

/** Keys that are issued while the gateway runs: routes, and who asks with them. Without a store the routes say so. */
export function createKeysCapability(store: KeyStore | undefined, secret: string): Capability<KeysState | undefined> {
  return {
    name: 'keys',
    open: ({ deps, announcer }) => {
      if (store === undefined) return undefined
      const found = createFoundKeys(store)
      const feed = createKeyFeed({ store, found, deps })
      announcer.subscribe('keys.changed', feed.look)
      return { found, feed }
    },
    compile: (config, state, { deps, gateway, announcer }) => {
      if (store === undefined || state === undefined) return withoutStore()
      const { found, feed } = state
      const roles = toRoles(config.auth)
      return {
        authenticator: createIssuedAuthenticator({ found, roles, secret, onUse: feed.use }),
        routes: keyRoutes({
          store,
          configured: configuredKeys(config, secret),
          roles,
          teams: config.auth.teams.map(({ name }) => name),
          secret,
          now: deps.now,
          newId: deps.newId,
          readBudget: toReadBudget(gateway.features),
          lastUse: feed.lastUse,
          onChange: (ids) => {
            found.forget({ ids })
            announcer.publish('keys.changed', {})
          },
        }),
        degradedBy: () => (feed.failingSinceMs() === undefined ? [] : ["the store of issued keys can't be read"]),
        start: feed.start,
      }
    },
    // The feed and the store live as long as the process, whatever configurations come and go.
    close: async (state) => {
      await state?.feed.close()
      await store?.close()
    },
  }
}
