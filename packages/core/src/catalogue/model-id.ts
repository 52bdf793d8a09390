/** How vendors write one model's id in several ways. Each function is linear in the id. */

/** Dates, `-latest`, Google's revision (`-001`) and Vertex's `@version`. */
const versionSuffix = /(?:-\d{4}-\d{2}-\d{2}|-\d{8}|-latest|-00\d|@[a-z0-9-]{1,16})$/
/** Bedrock's inference profiles: geography, or `global` at the base price. docs.aws.amazon.com/bedrock, Inference profiles, 2026. */
const bedrockRegion = /^(us-gov|us|eu|apac|jp|au|ca|sa|in|uk|global)\./
/**
 * OpenRouter's variants that are priced by their model's row: at its price, or at that of the host that answers, which OpenRouter tells with the
 * answer (openrouter.ai/docs, model variants, 2026-11).
 */
const variants: readonly string[] = [':thinking', ':beta', ':extended', ':nitro', ':floor', ':online', ':exacto']

export function withoutVersion(id: string): string {
  return id.replace(versionSuffix, '')
}

/** What stands after the last slash: `models/x`, `publishers/google/models/x` and Bedrock's ARNs end in the id. */
export function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1)
}

export interface BedrockId {
  readonly id: string
  /** The geography that an inference profile keeps the call in, which some models charge for; `undefined` without a profile. */
  readonly region: string | undefined
}

/** `arn:…/us.anthropic.claude-3-haiku-20240307-v1:0` is `anthropic.claude-3-haiku-20240307-v1` in `us`. */
export function fromBedrockId(name: string): BedrockId {
  const profile = lastSegment(name)
  const region = bedrockRegion.exec(profile)
  const rest = region === null ? profile : profile.slice(region[0].length)
  const colon = rest.indexOf(':')
  return { id: colon === -1 ? rest : rest.slice(0, colon), region: region?.[1] }
}

/** `a/b:thinking` is `a/b`, and so is `a/b:thinking:online`; what is no variant stays. */
export function withoutVariant(id: string): string {
  let bare = id
  let variant = variants.find((suffix) => bare.endsWith(suffix))
  while (variant !== undefined) {
    bare = bare.slice(0, -variant.length)
    variant = variants.find((suffix) => bare.endsWith(suffix))
  }
  return bare
}

const arn = /^arn:aws[a-z-]*:bedrock:([a-z0-9-]{1,32}):/

/** The region that an ARN names; `undefined` for what is none. */
export function arnRegion(name: string): string | undefined {
  return arn.exec(name)?.[1]
}
