import type { GatewayConfig } from '../config/config-schema.ts'
import type { ConfigRevision, PlacedIssue, ValueOrigin } from '../config/config-source.ts'
import type { ConfigChange } from '../config/diff-config.ts'

/** Who asked for a configuration to be read anew; `instance` is another one of the same gateway. */
export type ReloadOrigin = 'api' | 'signal' | 'file' | 'program' | 'instance'

/** What became of a reload. */
export type ReloadResult =
  | {
      readonly ok: true
      readonly revision: string
      readonly changes: readonly ConfigChange[]
      /** Settings that wait for the next start, of this reload and of those before. */
      readonly takesRestart: readonly string[]
    }
  | { readonly ok: false; readonly issues: readonly PlacedIssue[] }

/** The configuration as it stands. */
export interface ConfigurationReport {
  readonly revision: string
  readonly path: string | undefined
  /** Whether admins may change the file through the API. */
  readonly isWritable: boolean
  /** The file's text without its literal secrets; `undefined` where there is no file. */
  readonly text: string | undefined
  /** What the process runs on, secrets hidden. */
  readonly effective: Readonly<Record<string, unknown>>
  readonly origins: Readonly<Record<string, ValueOrigin>>
  readonly takesRestart: readonly string[]
}

/** What a text would come to. */
export type CheckResult =
  | { readonly ok: true; readonly changes: readonly ConfigChange[] }
  | { readonly ok: false; readonly issues: readonly PlacedIssue[] }

/** How many reloads there were. */
export interface ReloadFigures {
  readonly succeeded: number
  readonly failed: number
  /** Unix milliseconds of the latest configuration that was taken in. */
  readonly loadedAtMs: number
  readonly isLatestGood: boolean
}

/** Reads, checks and replaces the configuration of a running gateway. */
export interface ConfigurationControl {
  /** Reads the configuration anew and takes it in whole, or not at all. One after the other. @throws ProxyApiError `conflict` without a source, `storage_unavailable` when it can't be audited */
  readonly reload: (origin: ReloadOrigin) => Promise<ReloadResult>
  readonly report: () => ConfigurationReport
  readonly check: (text: string) => CheckResult
  /** Replaces the file and reloads. @throws ProxyApiError `conflict` when the file is not at `revision`, `forbidden` when editing is off */
  readonly replace: (text: string, revision: string) => Promise<ReloadResult>
  readonly revisions: () => readonly ConfigRevision[]
  /** Puts an earlier text back. @throws ProxyApiError `not_found`, and as `replace` does */
  readonly restore: (number: number) => Promise<ReloadResult>
  readonly figures: () => ReloadFigures
  readonly config: () => GatewayConfig
}
