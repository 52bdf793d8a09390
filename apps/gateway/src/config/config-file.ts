import type { ConfigReading, ConfigSource, GatewayConfig, PlacedIssue } from '@proxyapi/server'
import { createConfigRevisions, replaceFile, revisionOf } from './config-revisions.ts'
import { hideSecrets, type KeptSecret, leftMark, restoreSecrets } from './kept-secrets.ts'
import { type LoadedConfig, type LoadOptions, loadConfig, loadText } from './load-config.ts'

export interface ConfigFileOptions extends LoadOptions {
  /** Where earlier texts are kept. */
  readonly dataFolder: string
  /** Called with each configuration that is read, before anything of it is shown. */
  readonly onRead: (config: GatewayConfig) => void
}

/** As they stand in the file; what stands in none comes last. */
function byPlace(a: PlacedIssue, b: PlacedIssue): number {
  const [lineA, lineB] = [a.line ?? Number.MAX_SAFE_INTEGER, b.line ?? Number.MAX_SAFE_INTEGER]
  return lineA - lineB || (a.column ?? 0) - (b.column ?? 0)
}

/** The configuration of a process that was started from the command line: read anew as it was at the start. */
export function createConfigFile(options: ConfigFileOptions): ConfigSource {
  const { path, readFile, dataFolder, onRead } = options
  const revisions = createConfigRevisions(dataFolder)
  const rawText = (): string | undefined => {
    try {
      return path === undefined ? undefined : readFile(path)
    } catch {
      return undefined
    }
  }
  /** Those of the last text that could be read: a file that is being repaired still has them. */
  let kept: readonly KeptSecret[] = []
  const toReading = (loaded: LoadedConfig, raw: string): ConfigReading => {
    if (!loaded.ok) return { ok: false, issues: [...loaded.issues].sort(byPlace) }
    onRead(loaded.config)
    return { ...loaded, revision: revisionOf(raw) }
  }
  const restored = (text: string): string => restoreSecrets(text, kept)
  return {
    path,
    read: () => toReading(loadConfig(options), rawText() ?? ''),
    text: () => {
      const raw = rawText()
      if (raw === undefined) return undefined
      const hidden = hideSecrets(raw, options)
      if (hidden.kept.length > 0) kept = hidden.kept
      // A text that can't be parsed hides nothing by itself: what the one before hid is hidden.
      const text = kept.reduce((shown, { name, spelled }) => shown.replaceAll(spelled, `«kept:${name}»`), hidden.text)
      return { text, revision: revisionOf(raw) }
    },
    check: (given) => {
      const text = restored(given)
      const mark = leftMark(text)
      if (mark !== undefined) {
        const message = `«kept:${mark.name}» stands for a secret of the file that there is none of; write the secret, or a reference to it`
        return { ok: false, issues: [{ line: mark.line, column: mark.column, path: mark.name, message }] }
      }
      return toReading(loadText(text, path ?? 'configuration', options), text)
    },
    write: (text) => {
      const before = rawText()
      if (path === undefined || before === undefined) throw new Error('there is no configuration file to replace')
      revisions.keep(before)
      replaceFile(path, restored(text))
      return () => replaceFile(path, before)
    },
    revisions: revisions.list,
    textOf: revisions.textOf,
  }
}
