/** A long run that has no `@` is read once, from its beginning. */
const email = /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g

/** Card numbers begin with 2 to 6 and stand together, or in groups of 4-4-4-4 or 4-6-5 (ISO/IEC 7812, American Express). */
const cardNumber = /(?<!\d)(?:[2-6]\d{12,18}|[2-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}|3\d{3}([ -])\d{6}\2\d{5})(?!\d)/g

/** The check digit of ISO/IEC 7812-1, annex B (Luhn). */
function hasLuhnCheck(digits: string): boolean {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place])
    const doubled = place % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** Hides e-mail addresses. */
export function maskEmails(text: string): string {
  return text.includes('@') ? text.replace(email, '***EMAIL***') : text
}

/** Hides card numbers whose check digit is right. */
export function maskCards(text: string): string {
  return text.replace(cardNumber, (found) => (hasLuhnCheck(found.replace(/\D/g, '')) ? '***CARD***' : found))
}
