/*
 * Money is counted in whole billionths of a dollar, which a number holds exactly up to nine million dollars. Dollars are for people and charts.
 */

export const nanosPerUsd = 1e9

/** Billionths as dollars, for people and charts; `null` and `undefined` stay what they are. */
export function toUsd(nanoUsd: number): number
export function toUsd(nanoUsd: number | null): number | null
export function toUsd(nanoUsd: number | null | undefined): number | null | undefined
export function toUsd(nanoUsd: number | null | undefined): number | null | undefined {
  return typeof nanoUsd === 'number' ? nanoUsd / nanosPerUsd : nanoUsd
}

/** Billionths of a dollar as a decimal number of dollars, exactly: `544000000` is `0.544`. */
export function toDecimalUsd(nanoUsd: bigint): string {
  const digits = (nanoUsd < 0n ? -nanoUsd : nanoUsd).toString().padStart(10, '0')
  const fraction = digits.slice(-9).replace(/0{1,9}$/, '')
  return `${nanoUsd < 0n ? '-' : ''}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}`
}
