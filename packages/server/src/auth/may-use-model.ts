import type { Principal } from './principal.ts'

/** Whether a caller may ask for a model, by the name it wrote. `openai/*` stands for all of a provider. Where there are no keys, everybody may. */
export function mayUseModel(principal: Pick<Principal, 'models'> | undefined, model: string): boolean {
  if (principal === undefined) return true
  return principal.models.some(
    (allowed) => allowed === '*' || allowed === model || (allowed.endsWith('/*') && model.startsWith(allowed.slice(0, -1))),
  )
}
