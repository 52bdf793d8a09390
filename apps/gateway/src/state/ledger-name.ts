import { randomBytes } from 'node:crypto'
import { keptWord } from './kept-word.ts'

/** Names the folder's ledger among those of all instances; `undefined` where the folder keeps nothing. */
export function ledgerName(folder: string): string | undefined {
  try {
    return keptWord({ folder, name: 'instance', draw: () => randomBytes(8).toString('hex'), minLength: 16 })
  } catch {
    return undefined
  }
}
