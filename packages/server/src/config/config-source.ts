import type { GatewayConfig } from './config-schema.ts'

/** One thing that is wrong with a configuration, with its place in the text. */
export interface PlacedIssue {
  /** Counted from 1; `null` where it stands in no text (an environment variable, a flag). */
  readonly line: number | null
  readonly column: number | null
  /** `providers[0].base_url`; empty for the text as a whole. */
  readonly path: string
  /** What was found and what is allowed, without secrets. */
  readonly message: string
}

/** Where the value of a setting comes from. */
export type ValueOrigin =
  | { readonly source: 'file'; readonly line: number; readonly column: number }
  | { readonly source: 'environment' | 'command_line'; readonly name: string }
  | { readonly source: 'default' }

/** A configuration as it was read, or everything that is wrong with it. */
export type ConfigReading =
  | {
      readonly ok: true
      readonly config: GatewayConfig
      /** By the setting's path, `server.port`, `providers.0.weight`; settings that are not named have their default. */
      readonly origins: Readonly<Record<string, ValueOrigin>>
      /** Tells one content from another. */
      readonly revision: string
      /** Texts that came out of references (`${KEY}`): a text that somebody only asks about must not show them. */
      readonly referenced?: readonly string[] | undefined
    }
  | { readonly ok: false; readonly issues: readonly PlacedIssue[] }

/** An earlier text of the configuration file. */
export interface ConfigRevision {
  /** 1 for the first, one more for each. */
  readonly number: number
  /** Unix milliseconds. */
  readonly savedAtMs: number
  readonly revision: string
  readonly bytes: number
}

/** Where a configuration comes from: a file and the environment, for a gateway that is started by the command line. */
export interface ConfigSource {
  /** Of the file; `undefined` where there is none. */
  readonly path: string | undefined
  readonly read: () => ConfigReading
  /** The file's text with its literal secrets hidden behind marks, and the revision that it has now; `undefined` where there is no file. */
  readonly text: () => { readonly text: string; readonly revision: string } | undefined
  /** Reads a text as if it stood in the file. Marks of secrets stand for what they hide. */
  readonly check: (text: string) => ConfigReading
  /** Puts a text in the file's place, and keeps the one before. Returns a function that puts that one back. @throws when the file can't be written */
  readonly write: (text: string) => () => void
  readonly revisions: () => readonly ConfigRevision[]
  /** An earlier text, as `write` takes it; `undefined` where there is none of this number. */
  readonly textOf: (number: number) => string | undefined
}
