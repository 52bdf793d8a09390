/* Check digits, which tell a number that was given out from one that merely has its length. All take digits without separators. */

function digitAt(digits: string, index: number): number {
  return digits.charCodeAt(index) - 48
}

/** The sum of digits times weights. */
function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * digitAt(digits, index), 0)
}

function isRepeated(digits: string): boolean {
  return digits.split('').every((digit) => digit === digits[0])
}

/** ISO/IEC 7812-1, annex B: cards, and Swedish personal numbers. */
export function hasLuhnCheck(digits: string): boolean {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = digitAt(digits, digits.length - 1 - place)
    const doubled = place % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** ISO 13616 with ISO 7064 mod 97-10: `iban` in capitals without spaces. */
export function hasIbanCheck(iban: string): boolean {
  let rest = 0
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}

/** Brazil, CPF: two check digits mod 11. */
export function isCpf(digits: string): boolean {
  if (digits.length !== 11 || isRepeated(digits)) return false
  const check = (length: number): number => {
    let sum = 0
    for (let index = 0; index < length; index++) sum += digitAt(digits, index) * (length + 1 - index)
    return ((sum * 10) % 11) % 10
  }
  return check(9) === digitAt(digits, 9) && check(10) === digitAt(digits, 10)
}

/** Portugal, NIF of a person (begins with 1, 2, 3 or 45). */
export function isNif(digits: string): boolean {
  if (digits.length !== 9 || !/^(?:[123]|45)/.test(digits)) return false
  const rest = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
  return digitAt(digits, 8) === (rest < 2 ? 0 : 11 - rest)
}

/** Portugal, number of the citizen card: Luhn over letters and digits, letters from 10. */
export function isCitizenCard(characters: string): boolean {
  if (characters.length !== 12) return false
  let sum = 0
  for (let index = 0; index < characters.length; index++) {
    const value = Number.parseInt(characters.charAt(index), 36)
    const doubled = index % 2 === 0 ? value * 2 : value
    sum += doubled > 9 && index % 2 === 0 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** Germany, tax identification number: ISO 7064 mod 11,10, and of the first ten digits exactly one comes twice or three times. */
export function isSteuerId(digits: string): boolean {
  if (digits.length !== 11 || digits.startsWith('0')) return false
  const counts = [...'0123456789'].map((digit) => digits.slice(0, 10).split(digit).length - 1)
  if (counts.filter((count) => count > 1).length !== 1 || Math.max(...counts) > 3) return false
  let product = 10
  for (let index = 0; index < 10; index++) {
    const sum = (digitAt(digits, index) + product) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (11 - product) % 10 === digitAt(digits, 10)
}

const spanishLetters = 'TRWAGMYFPDXBNJZSQVHLCKE'

/** Spain, DNI and NIE: a letter mod 23; X, Y and Z stand for 0, 1 and 2. */
export function isDni(characters: string): boolean {
  const lead = 'XYZ'.indexOf(characters.charAt(0))
  const digits = lead === -1 ? characters.slice(0, 8) : `${lead}${characters.slice(1, 8)}`
  return /^\d{8}$/.test(digits) && characters.charAt(8) === spanishLetters[Number(digits) % 23]
}

const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23] as const

/** Italy, codice fiscale: a letter mod 26 (decree of 12 March 1974). */
export function isCodiceFiscale(code: string): boolean {
  let sum = 0
  for (let index = 0; index < 15; index++) {
    const character = code.charAt(index)
    const place = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65
    sum += index % 2 === 0 ? (oddValues[place] ?? 0) : place
  }
  return code.charCodeAt(15) - 65 === sum % 26
}

/** France, NIR: thirteen digits and a key of 97. */
export function isNir(digits: string): boolean {
  return digits.length === 15 && 97 - (Number(digits.slice(0, 13)) % 97) === Number(digits.slice(13))
}

/** The Netherlands, BSN: mod 11. */
export function isBsn(digits: string): boolean {
  return digits.length === 9 && !isRepeated(digits) && weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0
}

/** Poland, PESEL: mod 10. */
export function isPesel(digits: string): boolean {
  return digits.length === 11 && weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
}

/** The United Kingdom, NHS number: mod 11. */
export function isNhsNumber(digits: string): boolean {
  if (digits.length !== 10) return false
  const check = 11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)
  return (check === 11 ? 0 : check) === digitAt(digits, 9)
}

/** Switzerland, AHV number: EAN-13 that begins with 756. */
export function isAhv(digits: string): boolean {
  return digits.length === 13 && weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0
}

/** The United States, SSN: no check digit, but numbers that are never given out. */
export function isSsn(digits: string): boolean {
  return digits.length === 9 && !/^(?:000|666|9)/.test(digits) && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000'
}

/** Sweden, personnummer: a date, and Luhn over ten digits. */
export function isPersonnummer(digits: string): boolean {
  const ten = digits.slice(-10)
  const month = Number(ten.slice(2, 4))
  const day = Number(ten.slice(4, 6))
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hasLuhnCheck(ten)
}
