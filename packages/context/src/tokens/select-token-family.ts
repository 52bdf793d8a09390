import { tokenFamilies } from './families.table.ts'
import type { TokenFamily, TokenFamilyName } from './token-family.ts'

/** The family of a model id; ids that nothing recognises are counted as `other`. */
export function selectTokenFamily(model: string): TokenFamily {
  const id = model.toLowerCase()
  return tokenFamilies.find(({ pattern }) => pattern.test(id)) ?? familyNamed('other')
}

/** The row of a family. */
export function familyNamed(name: TokenFamilyName): TokenFamily {
  const family = tokenFamilies.find((row) => row.name === name)
  if (family === undefined) throw new Error(`No token family is named '${name}'`)
  return family
}
