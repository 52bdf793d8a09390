import { expect, it } from 'vitest'
import { requestOf, requestWith } from '../record/__fixtures__/call.ts'
import { drawMixedCalls } from '../record/__fixtures__/mixed-calls.ts'
import { fromEntryText, toEntryText } from './entry-text.ts'
import { toLedgerEntry } from './ledger-entry.ts'
import { positions } from './requests.sql.ts'

const requests = [
  ...drawMixedCalls(500, 11, 0).map(({ receipt }) => requestOf(receipt)),
  requestWith({ status: 401, error: { code: 'invalid_api_key', message: '', fault: 'caller' } }),
]

it('writes fields in the order of their positions, and reads them again', () => {
  for (const request of requests) {
    const entry = toLedgerEntry(request, 'user_"x"')
    const text = toEntryText(entry)
    expect(JSON.parse(text)).toEqual(positions.map(([, field]) => entry[field]))
    expect(fromEntryText(text)).toEqual(entry)
  }
})
