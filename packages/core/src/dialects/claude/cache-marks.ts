import type { CacheBreakpoint } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { cacheMarksOf, withCacheMarks } from '../shared/cache-marks.ts'

/** More marks are refused, a mark on the whole request included (platform.claude.com and docs.aws.amazon.com, prompt caching, 2026-11). */
const mostMarks = 4

export interface ClaudeCacheMarks {
  readonly request: ChatRequest
  readonly changed: readonly string[]
}

/**
 * Marks that end later take the earlier ones with them into their own cache entry, so that a mark of five minutes before one
 * of an hour, which is refused, may as well last an hour: it costs nothing more.
 */
function hoursFirst(marks: readonly CacheBreakpoint[]): readonly CacheBreakpoint[] {
  const lastHour = marks.findLastIndex(({ ttl }) => ttl === '1h')
  return marks.map((mark, index) => (index < lastHour && mark.ttl !== '1h' ? { ttl: '1h' } : mark))
}

/**
 * A request whose cache marks are not refused: an hour before five minutes, and four at most. The last ones stay, since each
 * of them covers what the earlier ones do. Where the platform keeps nothing for an hour, marks last as long as it keeps them.
 */
export function withClaudeCacheMarks(
  request: ChatRequest,
  { keepsHour, isWholeMarked = false }: { readonly keepsHour: boolean; readonly isWholeMarked?: boolean },
): ClaudeCacheMarks {
  const given = cacheMarksOf(request)
  if (given.length === 0) return { request, changed: [] }
  const most = isWholeMarked ? mostMarks - 1 : mostMarks
  const wanted = keepsHour ? hoursFirst(given) : given.map((mark) => (mark.ttl === undefined ? mark : {}))
  const kept = wanted.map((mark, index) => (index < wanted.length - most ? undefined : mark))
  if (kept.every((mark, index) => mark?.ttl === given[index]?.ttl && mark !== undefined)) return { request, changed: [] }
  return { request: withCacheMarks(request, kept), changed: ['cache_control'] }
}
