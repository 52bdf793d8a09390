import { digestOf } from './digest.ts'

const emailAddress = /[^\s@]@[^\s@]+\.[^\s@]/
/** Nothing but digits and what stands between them in a telephone number. */
const telephoneNumber = /^\+?[\d\s().-]+$/
const leastDigits = 7

function saysWho(user: string): boolean {
  return emailAddress.test(user) || (telephoneNumber.test(user) && user.replace(/\D/g, '').length >= leastDigits)
}

/**
 * The end user's id as a provider takes it: the same one, or its digest when it is too long or says who it is. The digest of a user is
 * the same in every request, so that abuse can still be told apart.
 */
export function toPseudonym(user: string, { maxLength, opaque }: { readonly maxLength: number; readonly opaque: boolean }): string {
  const isTaken = user.length <= maxLength && !(opaque && saysWho(user))
  return isTaken ? user : digestOf(user).slice(0, maxLength)
}
