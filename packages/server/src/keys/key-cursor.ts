import { InvalidRequestError } from '@proxyapi/core'
import type { KeyCursor } from '../auth/key-store.ts'

const form = /^(\d{1,15})\.([0-9A-Za-z_-]{1,64})$/

/** Where the next page begins, as clients hand it back. */
export function toCursor({ createdAtMs, id }: KeyCursor): string {
  return `${createdAtMs}.${id}`
}

/** @throws InvalidRequestError for what no list has answered */
export function fromCursor(text: string | undefined): KeyCursor | undefined {
  if (text === undefined) return undefined
  const [, createdAtMs, id] = form.exec(text) ?? []
  if (createdAtMs === undefined || id === undefined)
    throw new InvalidRequestError('after is no cursor; allowed: the "next" of an earlier page.', 'after')
  return { createdAtMs: Number(createdAtMs), id }
}
