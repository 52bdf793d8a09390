import { writeFileSync } from 'node:fs'

/** Writes a file that only its owner reads: a configuration may hold keys. One that is there is replaced only when asked for. @throws the system's error, `EEXIST` among them */
export function writeNewFile(path: string, text: string, { replace }: { readonly replace: boolean }): void {
  writeFileSync(path, text, { mode: 0o600, flag: replace ? 'w' : 'wx' })
}
