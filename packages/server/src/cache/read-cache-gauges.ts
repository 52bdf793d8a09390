import type { CacheFigures, SemanticFigures } from '@proxyapi/context'
import type { Reading } from '@proxyapi/logging'
import { toCacheGauges } from '../capability/cache-gauges.ts'

/** The response cache in memory, and its index of meanings. Levels behind it may be shared by processes, and are no memory of this one. */
export function readCacheGauges({ levels }: Pick<CacheFigures, 'levels'>, semantic: SemanticFigures | undefined): readonly Reading[] {
  const memory = levels.find(({ level }) => level === 'memory')
  return [
    ...(memory === undefined ? [] : toCacheGauges('response_cache', memory)),
    ...(semantic === undefined ? [] : toCacheGauges('semantic_index', semantic)),
  ]
}
