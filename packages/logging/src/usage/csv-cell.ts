/*
 * A spreadsheet runs what begins with one of these as a formula (OWASP, "CSV Injection"); models and tags are named by callers. A quote
 * before it makes it text.
 */
const formula = /^[=+\-@\t\r]/

/** A value as a cell of CSV (RFC 4180). Pure. */
export function toCsvCell(value: string | number | null | undefined): string {
  if (typeof value !== 'string') return value === null || value === undefined ? '' : String(value)
  const text = formula.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
