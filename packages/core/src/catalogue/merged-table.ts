import { sourceLists } from './lists.table.ts'
import { fromBedrockId } from './model-id.ts'
import type { ModelRow, VendorTable } from './model-row.ts'
import { vendorTables } from './models.table.ts'
import { parseList } from './parse-list.ts'

/*
 * What is known of a vendor's models comes from two places: facts from public lists, which a script reads, and names, descriptions and
 * corrections that people write. A person's fact wins; an alias that the list has a row of its own for is that row.
 */

/** An id as a vendor's rows are compared by. */
export function toRowKey(vendor: string, id: string): string {
  const lower = id.toLowerCase()
  return vendor === 'bedrock' ? fromBedrockId(lower).id : lower
}

/** What a person wrote of a model, before what the list says. */
function mergeRow(written: ModelRow, listed: ModelRow | undefined): ModelRow {
  if (listed === undefined) return written
  const known = Object.entries(written).filter(([, value]) => value !== undefined)
  // A price that a person wrote stands in place of the list's, and beside those of single regions where the list has no other.
  const { usd, regionalUsd, ...facts } = listed
  const price = written.usd === undefined ? { usd, regionalUsd } : { regionalUsd: usd === undefined ? regionalUsd : undefined }
  return { ...facts, ...price, ...(Object.fromEntries(known) as unknown as ModelRow) } // the fields of `written` that are there
}

/** One vendor's table: what people wrote, over what the list has. */
export interface MergedTable {
  readonly rows: readonly ModelRow[]
  readonly source: string
  readonly updatedAt: string
}

function mergeTable(vendor: string, table: VendorTable): MergedTable {
  const list = sourceLists[vendor]
  if (list === undefined) return { rows: table.models, source: table.source, updatedAt: table.updatedAt }
  const listed = new Map(parseList(list).map((row) => [toRowKey(vendor, row.id), row]))
  const written = table.models.map((row) => {
    const aliases = row.aliases?.filter((alias) => !listed.has(toRowKey(vendor, alias)))
    return mergeRow({ ...row, aliases }, listed.get(toRowKey(vendor, row.id)))
  })
  const keys = new Set(table.models.map((row) => toRowKey(vendor, row.id)))
  const others = [...listed].flatMap(([key, row]) => (keys.has(key) ? [] : [row]))
  return { rows: [...written, ...others], source: `${table.source}, by ${list.source}`, updatedAt: list.updatedAt }
}

const noModels: MergedTable = { rows: [], source: '', updatedAt: '' }

/** Made when it is first asked for. */
function createMergedTables(): (vendor: string) => MergedTable {
  const made = new Map<string, MergedTable>()
  return (vendor) => {
    const known = made.get(vendor)
    if (known !== undefined) return known
    const table = Object.hasOwn(vendorTables, vendor) ? vendorTables[vendor] : undefined
    if (table === undefined) return noModels
    const merged = mergeTable(vendor, table)
    made.set(vendor, merged)
    return merged
  }
}

/** The models of a vendor by its type; none for a type without a table. */
export const mergedTable: (vendor: string) => MergedTable = /* @__PURE__ */ createMergedTables()
