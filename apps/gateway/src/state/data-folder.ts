import { accessSync, constants } from 'node:fs'
import { makeFolder } from './make-folder.ts'

/** The folder for state, made where it is missing; `undefined` when it can't be used, which is told and no reason not to start. */
export function openDataFolder(path: string, onFailure: (code: string) => void): string | undefined {
  try {
    makeFolder(path)
    accessSync(path, constants.W_OK | constants.X_OK)
    return path
  } catch (error) {
    onFailure(error instanceof Error && 'code' in error ? String(error.code) : 'unknown')
    return undefined
  }
}
