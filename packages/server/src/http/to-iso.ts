/** Unix milliseconds as answers of the admin plane write a moment; `null` when there is none. */
export function toIso(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString()
}
