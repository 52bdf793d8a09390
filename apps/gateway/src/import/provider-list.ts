import type { Tree } from '../config/tree.ts'
import { withoutEmpty } from './write-config.ts'

/** A provider's settings without its name and models: an account. */
export type Account = Readonly<Record<string, unknown>> & { readonly type: string }

interface Entry {
  readonly name: string
  readonly account: Account
  readonly models: Map<string, Tree>
  takesAny: boolean
}

/** Providers as they are found in another gateway's file: each account once, with all of its models. */
export interface ProviderList {
  /** The name of the provider of an account, which gets a model if there is one; `*` takes any. */
  readonly nameOf: (account: Account, model?: { readonly id: string; readonly facts?: Tree }) => string
  /** As our file has them. */
  readonly toConfig: () => readonly Tree[]
}

function freeName(type: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? type : `${type}-${number}`
    if (!taken.includes(name)) return name
  }
}

function toProvider({ name, account, models, takesAny }: Entry): Tree {
  const { type, ...rest } = account
  const listed = [...models].map(([id, facts]) => (Object.keys(facts).length === 0 ? id : { id, ...facts }))
  return withoutEmpty({ name, ...(name !== type && { type }), ...rest, models: takesAny ? [...listed, '*'] : listed })
}

export function createProviderList(): ProviderList {
  const entries = new Map<string, Entry>()
  return {
    nameOf: (account, model) => {
      const key = JSON.stringify(account)
      const taken = [...entries.values()].map(({ name }) => name)
      const entry = entries.get(key) ?? { name: freeName(account.type, taken), account, models: new Map<string, Tree>(), takesAny: false }
      entries.set(key, entry)
      if (model?.id === '*') entry.takesAny = true
      else if (model !== undefined) entry.models.set(model.id, { ...entry.models.get(model.id), ...model.facts })
      return entry.name
    },
    toConfig: () => [...entries.values()].map(toProvider),
  }
}
