import { tokenFamilies } from './families.table.ts'
import type { TokenFamily, TokenFamilyName } from './token-family.ts'

/** What of a model's name tells its family: names come from callers, and no vendor's is longer. */
const longestName = 256

function isOf({ pattern, vendor }: TokenFamily, id: string): boolean {
  if (vendor === undefined) return pattern.test(id)
  const start = id.indexOf(vendor)
  return start !== -1 && pattern.test(id.slice(start + vendor.length))
}

/** The family of a model id; ids that nothing recognises are counted as `other`. */
export function selectTokenFamily(model: string): TokenFamily {
  const id = model.slice(0, longestName).toLowerCase()
  return tokenFamilies.find((family) => isOf(family, id)) ?? familyNamed('other')
}

/** The row of a family. */
export function familyNamed(name: TokenFamilyName): TokenFamily {
  const family = tokenFamilies.find((row) => row.name === name)
  if (family === undefined) throw new Error(`No token family is named '${name}'`)
  return family
}
