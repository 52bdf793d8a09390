import type { Deadlines } from '../call/target-limits.ts'
import type { EngineOptions } from './engine-options.ts'

/** The deadlines of models that have their own, by each name that a caller may write: a virtual model's, `provider/id`, and the bare id of the first provider. */
export function deadlinesByName({
  providers,
  models = [],
}: Pick<EngineOptions, 'providers' | 'models'>): ReadonlyMap<string, Partial<Deadlines>> {
  const found = new Map<string, Partial<Deadlines>>()
  const add = (name: string, deadlines: Partial<Deadlines> | undefined): void => {
    if (deadlines !== undefined && !found.has(name)) found.set(name, deadlines)
  }
  for (const { name, deadlineMs } of models) add(name, deadlineMs)
  for (const provider of providers)
    for (const model of provider.models ?? [])
      if (typeof model !== 'string') {
        add(`${provider.name}/${model.id}`, model.deadlineMs)
        add(model.id, model.deadlineMs)
      }
  return found
}
