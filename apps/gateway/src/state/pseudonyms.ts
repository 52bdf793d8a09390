import { createHmac } from 'node:crypto'
import { drawSecret, folderSecret } from './folder-secret.ts'

/** Keeps these pseudonyms apart from others that are made with the folder's secret. */
const purpose = 'cache-user:'

function secretIn(folder: string | undefined): string {
  try {
    return folder === undefined ? drawSecret() : folderSecret(folder)
  } catch {
    // The folder takes no files: then pseudonyms last as long as the process.
    return drawSecret()
  }
}

/** Makes pseudonyms of end users, the same after a restart: what was stored on somebody must be found to be erased. */
export function createPseudonyms(folder: string | undefined): (user: string) => string {
  const key = secretIn(folder)
  return (user) =>
    createHmac('sha256', key)
      .update(purpose + user)
      .digest('base64url')
      .slice(0, 22)
}
