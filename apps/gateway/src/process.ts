/** The process as the program sees it: the one place, with `cli.ts`, `worker.ts` and `system-context.ts`, where the real one is taken from. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>
  /** A file's text; `-` is standard input. */
  readonly readFile: (path: string) => string
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Lines of `out` that could not be written. */
  readonly lostLines?: (() => number) | undefined
  /** Whether people read what is printed. Default: no. */
  readonly isTerminal?: boolean | undefined
  /** Asks the person at the terminal; `undefined` where there is none. */
  readonly ask?: ((question: string) => Promise<string>) | undefined
  /** Calls back at SIGTERM and SIGINT. */
  readonly onStop: (callback: (signal: string) => void) => void
  /** Calls back at SIGHUP, which then does not end the process. */
  readonly onHangup: (callback: () => void) => void
  /** Calls back at SIGUSR2, which then does not end the process. */
  readonly onRestart?: ((callback: () => void) => void) | undefined
  /** Ends the process at once. */
  readonly exit: (code: number) => void
}
