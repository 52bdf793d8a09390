/** The name and the generation of a Claude model. */
export interface ClaudeId {
  readonly family: string
  /** Major times 100 plus minor: 4.5 is 405. */
  readonly version: number
}

const families = 'opus|sonnet|haiku|fable|mythos'
/** Dates have eight digits and are no versions. */
const familyFirst = new RegExp(`claude-(${families})-(\\d{1,2})(?:[-.](\\d{1,2}))?(?!\\d)`)
const versionFirst = new RegExp(`claude-(?:v|instant-v)?(\\d)(?:[-.](\\d))?(?:-(${families}))?(?!\\d)`)

function toId(family: string | undefined, major: string | undefined, minor: string | undefined): ClaudeId {
  return { family: family ?? '', version: Number(major) * 100 + Number(minor ?? 0) }
}

/**
 * Reads ids of all platforms: `claude-opus-4-1-20250805`, `us.anthropic.claude-3-5-haiku-20241022-v1:0`, `claude-sonnet-4.5`.
 * `undefined` for models of other vendors and for ids that tell no version.
 */
export function claudeIdOf(model: string): ClaudeId | undefined {
  const id = model.toLowerCase()
  const later = familyFirst.exec(id)
  if (later !== null) return toId(later[1], later[2], later[3])
  const early = versionFirst.exec(id)
  if (early !== null) return toId(early[3], early[1], early[2])
  // The preview of the fifth generation has no number.
  return id.includes('claude-mythos') ? { family: 'mythos', version: 407 } : undefined
}
