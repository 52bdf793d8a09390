/** FNV-1a, 32 bits. It keeps ids distinct that differ only in removed characters. */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return (value >>> 0).toString(16).padStart(8, '0')
}

const fitting = /^[A-Za-z0-9_-]{1,64}$/

/** An id of the form that Claude's platforms take (`[A-Za-z0-9_-]`, on Bedrock up to 64 characters). */
export function toToolUseId(id: string): string {
  return fitting.test(id) ? id : `${id.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 50)}_${hash(id)}`
}

/** The ids of one history as they are written. */
export interface ToolIds {
  readonly ofCall: (id: string) => string
  readonly ofResult: (id: string) => string
}

/**
 * Some models number their calls anew in each turn, and Claude refuses an id that is there twice: a later call gets another
 * one, and the results behind it answer that.
 */
export function createToolIds(): ToolIds {
  const used = new Set<string>()
  /** How often an id was there. */
  const counts = new Map<string, number>()
  /** The calls of each id in their order, and how many of them have a result. */
  const calls = new Map<string, { readonly written: string[]; answered: number }>()
  const unused = (wanted: string): string => {
    if (!used.has(wanted)) return wanted
    const count = (counts.get(wanted) ?? 1) + 1
    counts.set(wanted, count)
    const next = toToolUseId(`${wanted}_${count}`)
    return used.has(next) ? unused(wanted) : next
  }
  return {
    ofCall: (id) => {
      const written = unused(toToolUseId(id))
      used.add(written)
      const known = calls.get(id)
      if (known === undefined) calls.set(id, { written: [written], answered: 0 })
      else known.written.push(written)
      return written
    },
    ofResult: (id) => {
      const known = calls.get(id)
      return known?.written[known.answered++] ?? toToolUseId(id)
    },
  }
}
