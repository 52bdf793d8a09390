/**
 * A name as one segment of a path. A segment of dots alone would lead out of its place (RFC 3986 section 5.2.4), and encoding leaves
 * dots as they are.
 */
export function pathSegment(name: string): string {
  return /^\.{1,2}$/.test(name) ? name.replaceAll('.', '%2E') : encodeURIComponent(name)
}
