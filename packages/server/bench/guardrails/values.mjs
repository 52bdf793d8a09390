// Values of personal data, drawn by a seeded generator. Check digits are computed here and not by the finders that are measured.

/** Mulberry32: the same numbers for the same seed. */
export function createRandom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function createDraw(random) {
  const upTo = (most) => Math.floor(random() * (most + 1))
  const one = (items) => items[upTo(items.length - 1)]
  const digits = (count) => Array.from({ length: count }, () => upTo(9)).join('')
  return { upTo, one, digits }
}

function luhnDigit(digits) {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const value = Number(digits[digits.length - 1 - index]) * (index % 2 === 0 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return String((10 - (sum % 10)) % 10)
}

function mod97(text) {
  let rest = 0n
  for (const character of text) rest = BigInt(`${rest}${Number.parseInt(character, 36)}`) % 97n
  return rest
}

function group(text, size, separator = ' ') {
  return text.match(new RegExp(`.{1,${size}}`, 'g')).join(separator)
}

const ibanForms = {
  DE: ['d', 18],
  PT: ['d', 21],
  ES: ['d', 20],
  FR: ['d', 23],
  NL: ['a4d', 10],
  GB: ['a4d', 14],
  CH: ['d', 17],
  IT: ['a1d', 22],
}

function iban({ one, digits }) {
  const country = one(Object.keys(ibanForms))
  const [form, length] = ibanForms[country]
  const lead = form === 'a4d' ? one(['ABNA', 'WEST', 'INGB', 'BARC']) : form === 'a1d' ? 'X' : ''
  const bban = lead + digits(length)
  const check = String(98n - mod97(`${bban}${country}00`)).padStart(2, '0')
  return `${country}${check}${bban}`
}

function card({ one, digits }) {
  const [prefix, length] = one([
    ['4', 16],
    ['51', 16],
    ['55', 16],
    ['2221', 16],
    ['34', 15],
    ['37', 15],
    ['6011', 16],
  ])
  const body = prefix + digits(length - prefix.length - 1)
  const number = body + luhnDigit(body)
  if (length === 15) return one([number, `${number.slice(0, 4)} ${number.slice(4, 10)} ${number.slice(10)}`])
  return one([number, group(number, 4), group(number, 4, '-')])
}

function cpf({ digits, one }) {
  const base = digits(9)
  const check = (text) => {
    const sum = [...text].reduce((total, digit, index) => total + Number(digit) * (text.length + 1 - index), 0)
    return String(((sum * 10) % 11) % 10)
  }
  const first = check(base)
  const whole = base + first + check(base + first)
  return one([`${whole.slice(0, 3)}.${whole.slice(3, 6)}.${whole.slice(6, 9)}-${whole.slice(9)}`, `CPF ${whole}`])
}

function nif({ digits, one }) {
  const base = one(['1', '2']) + digits(7)
  const rest = [...base].reduce((sum, digit, index) => sum + Number(digit) * (9 - index), 0) % 11
  return base + (rest < 2 ? '0' : String(11 - rest))
}

function steuerId({ upTo }) {
  const order = [...'0123456789'].sort(() => upTo(1) - 0.5)
  if (order[0] === '0') order.reverse()
  order[9] = order[8]
  let product = 10
  for (const digit of order) {
    const sum = (Number(digit) + product) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return order.join('') + String((11 - product) % 10)
}

function dni({ digits }) {
  const number = digits(8)
  return number + 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23]
}

function bsn(draw) {
  for (;;) {
    const base = draw.one(['1', '2', '3']) + draw.digits(7)
    const check = [...base].reduce((sum, digit, index) => sum + Number(digit) * (9 - index), 0) % 11
    if (check < 10) return base + check
  }
}

function pesel({ digits, upTo }) {
  const base = `${digits(2)}${String(1 + upTo(11)).padStart(2, '0')}${String(1 + upTo(27)).padStart(2, '0')}${digits(4)}`
  const sum = [...base].reduce((total, digit, index) => total + Number(digit) * [1, 3, 7, 9][index % 4], 0)
  return base + String((10 - (sum % 10)) % 10)
}

function nir({ one, digits, upTo }) {
  const base = `${one(['1', '2'])}${digits(2)}${String(1 + upTo(11)).padStart(2, '0')}${String(10 + upTo(80))}${digits(3)}${digits(3)}`
  const key = String(97 - (Number(base) % 97)).padStart(2, '0')
  const parts = [base.slice(0, 1), base.slice(1, 3), base.slice(3, 5), base.slice(5, 7), base.slice(7, 10), base.slice(10, 13), key]
  return one([parts.join(' '), parts.join('')])
}

function ssn({ upTo, digits }) {
  return `${String(100 + upTo(500)).replace('666', '665')}-${String(10 + upTo(80))}-${1 + upTo(8)}${digits(3)}`
}

function nino({ one, digits }) {
  const number = digits(6)
  const [prefix, suffix] = [one(['AB', 'CE', 'JG', 'PM', 'SK']), one(['A', 'B', 'C', 'D'])]
  return one([`${prefix}${number}${suffix}`, `${prefix} ${group(number, 2)} ${suffix}`])
}

const names = [
  'ana.silva',
  'j.mueller',
  'maria_lopez',
  'pierre-dupont',
  'li.wei',
  'o.connor',
  'joao.ferreira99',
  'k.nowak',
  'sven',
  'r2d2.fan',
]
const hosts = [
  'example.com',
  'exemplo.com.br',
  'beispiel.de',
  'empresa.pt',
  'mail.example.co.uk',
  'societe.fr',
  'uni-example.edu',
  'a-b.io',
]

const phones = [
  ({ digits, upTo }) => `+1 ${201 + upTo(700)} 555 ${digits(4)}`,
  ({ digits, upTo }) => `(${201 + upTo(700)}) 555-${digits(4)}`,
  ({ digits, upTo }) => `${201 + upTo(700)}-555-${digits(4)}`,
  ({ digits }) => `+49 30 ${digits(7)}`,
  ({ digits }) => `0151 2${digits(7)}`,
  ({ digits }) => `+351 91${digits(1)} ${digits(3)} ${digits(3)}`,
  ({ digits }) => `+55 (11) 9${digits(4)}-${digits(4)}`,
  ({ digits }) => `(21) 9${digits(4)}-${digits(4)}`,
  ({ digits }) => `+44 20 7${digits(3)} ${digits(4)}`,
  ({ digits }) => `06 ${group(digits(8), 2)}`,
  ({ digits }) => `+34 6${digits(2)} ${digits(3)} ${digits(3)}`,
]

/** Values by kind; `lead` stands before a value where people write it, and belongs to the sentence. */
export const valuesOf = {
  email: (draw) => ({ value: `${draw.one(names)}@${draw.one(hosts)}` }),
  phone: (draw) => ({ value: draw.one(phones)(draw) }),
  card: (draw) => ({ value: card(draw) }),
  iban: (draw) => {
    const made = iban(draw)
    return { value: draw.one([made, group(made, 4)]) }
  },
  ip: (draw) => ({
    value: draw.one([
      `203.0.113.${draw.upTo(255)}`,
      `198.51.100.${draw.upTo(255)}`,
      `10.${draw.upTo(255)}.${draw.upTo(255)}.7`,
      `2001:db8:${draw.digits(4)}::${draw.digits(3)}`,
    ]),
  }),
  national_id: (draw) =>
    draw.one([
      () => ({ value: ssn(draw) }),
      () => ({ value: nino(draw) }),
      () => {
        const made = cpf(draw)
        return made.startsWith('CPF ') ? { lead: 'CPF ', value: made.slice(4) } : { value: made }
      },
      () => ({ lead: 'NIF ', value: nif(draw) }),
      () => ({ lead: 'Steuer-ID ', value: steuerId(draw) }),
      () => ({ value: dni(draw) }),
      () => ({ lead: 'BSN ', value: bsn(draw) }),
      () => ({ lead: 'PESEL ', value: pesel(draw) }),
      () => ({ value: nir(draw) }),
    ])(),
}
