// The labelled set of personal data: sentences by hand in seven languages with drawn values, sentences by hand with values by hand, and hard
// negatives by hand and drawn. A value is marked as `{{kind|value}}`.
import { createDraw, createRandom, valuesOf } from './values.mjs'

const frames = {
  en: {
    email: ['Please send the contract to % before Friday.', 'my address is %, thanks', 'Contact: %; office hours 9 to 5'],
    phone: ['You can call me at % after six.', 'Phone: %', 'My number is %, ask for Ann.'],
    card: ['Charge it to my card % please.', 'The card number is % and it expires in 2027.'],
    iban: ['Transfer the deposit to % by Monday.', 'IBAN: %'],
    ip: ['The login came from % at noon.', 'Block % in the firewall.'],
    national_id: ['The applicant with % has signed.', 'ID on file: %.'],
  },
  pt: {
    email: ['Envie o contrato para % até sexta-feira.', 'o meu e-mail é %, obrigado'],
    phone: ['Ligue-me para % depois das seis.', 'Telefone: %', 'O meu contacto é %.'],
    card: ['Cobre no meu cartão % por favor.', 'O número do cartão é %.'],
    iban: ['Transfira o sinal para % até segunda.', 'IBAN: %'],
    ip: ['O acesso veio de % ao meio-dia.'],
    national_id: ['O cliente com % já assinou.', 'Documento: %.'],
  },
  de: {
    email: ['Bitte schicken Sie den Vertrag an % bis Freitag.', 'Meine Adresse lautet %, danke'],
    phone: ['Rufen Sie mich unter % an.', 'Telefon: %', 'Handy % (abends)'],
    card: ['Belasten Sie meine Karte % bitte.'],
    iban: ['Überweisen Sie die Anzahlung auf % bis Montag.', 'IBAN: %'],
    ip: ['Die Anmeldung kam von % um zwölf.'],
    national_id: ['Der Antragsteller mit % hat unterschrieben.'],
  },
  es: {
    email: ['Envíe el contrato a % antes del viernes.'],
    phone: ['Llámeme al teléfono % por la tarde.', 'Móvil: %'],
    card: ['Cárguelo a mi tarjeta % por favor.'],
    iban: ['Transfiera el depósito a %.'],
    national_id: ['El solicitante con % ha firmado.'],
  },
  fr: {
    email: ['Envoyez le contrat à % avant vendredi.'],
    phone: ['Appelez-moi au téléphone % ce soir.', 'Mon numéro : %'],
    card: ['Débitez ma carte % svp.'],
    iban: ['Virez la caution sur % lundi.'],
    national_id: ['Le demandeur avec % a signé.'],
  },
  it: { email: ['Mandi il contratto a % entro venerdì.'], phone: ['Mi chiami al cellulare % stasera.'], iban: ['Versi la cauzione su %.'] },
  nl: {
    email: ['Stuur het contract naar % voor vrijdag.'],
    phone: ['Bel me op telefoon % na zes uur.'],
    national_id: ['De aanvrager met % heeft getekend.'],
  },
}

/** What people and machines write around personal data, with values by hand. Those that the forms above don't have stand here too. */
const byHand = [
  ['en', 'From: "Ann O’Neil" <{{email|ann.oneil@example.org}}>\nTo: {{email|sales@example.com}}'],
  ['en', '{"user":{"email":"{{email|kim@example.net}}","ip":"{{ip|198.51.100.23}}","visits":12}}'],
  ['en', 'name,email,phone\nKim,{{email|kim@example.net}},{{phone|+1 415 555 0123}}'],
  ['en', 'Reach Bob ({{email|bob@example.com}}) or the desk, {{phone|+1-202-555-0147}}.'],
  ['en', 'Cardholder paid with {{card|5555 5555 5555 4444}}, ref 0091-22.'],
  ['en', 'ssh root@host; client {{ip|203.0.113.77}}:51544 -> 10:22:01 accepted'],
  ['en', 'My social security number is {{national_id|219-09-9999}}, born in May.'],
  ['en', 'text me on {{phone|07700 900123}} x'],
  ['en', 'my cell: {{phone|4155550123}}'],
  ['en', 'kim[at]example.com is how I spell it'],
  ['en', 'ring {{phone|020 7946 0958}} and ask for the desk'],
  ['pt', 'Olá! Sou a Ana, {{email|ana@exemplo.pt}}, tlm {{phone|912 345 678}}.'],
  ['pt', 'CPF do titular: {{national_id|529.982.247-25}}, RG não informado'],
  ['pt', 'o meu NIF é {{national_id|123456789}} e pago por MB Way'],
  ['pt', 'contribuinte n.º {{national_id|123 456 789}}'],
  ['pt', 'cartão de cidadão {{national_id|00000000 0 ZZ4}}'],
  ['pt', 'whatsapp {{phone|11 91234-5678}} a qualquer hora'],
  ['pt', 'fixo {{phone|21 123 45 67}}, só de manhã'],
  ['de', 'Meine IdNr. lautet {{national_id|86 095 742 719}}.'],
  ['de', 'Tel. {{phone|030 901820}}, Fax {{phone|030 901821}}'],
  ['de', 'Festnetz {{phone|089/1234567}} oder mobil {{phone|0171-1234567}}'],
  ['de', 'Konto {{iban|DE89370400440532013000}} bei der Commerzbank'],
  ['es', 'DNI {{national_id|12345678Z}}, NIE {{national_id|X1234567L}}'],
  ['es', 'mi número es {{phone|612 345 678}}'],
  ['fr', 'N° de sécu : {{national_id|1 84 12 76 451 089 46}}'],
  ['fr', 'joignable au {{phone|06 12 34 56 78}} le soir'],
  ['it', 'Codice fiscale {{national_id|RSSMRA85T10A562S}}'],
  ['nl', 'mijn bsn is {{national_id|111222333}}'],
  ['en', 'AHV {{national_id|756.9217.0769.85}} and personnummer {{national_id|811218-9876}}'],
  ['en', 'NHS number {{national_id|943 476 5919}}'],
  ['en', 'IPv6 peer {{ip|2001:db8::8a2e:370:7334}} is down'],
  ['en', 'SSN without dashes {{national_id|219099999}}'],
]

/** Nothing in these is personal data. */
const negatives = [
  'Version 1.2.3.4 replaces 1.2.3.3; see chapter 4.1.2.7.',
  'Release v10.0.0.1 is out.',
  'The meeting is on 2024-11-30 from 10:30:00 to 11:45:00, room 12-345.',
  'Am 30.11.2024 um 12:30 Uhr in Raum 4.123.',
  'Em 30/11/2024 foram vendidas 1.234.567 unidades.',
  'Order number 100234567 was shipped, tracking 1Z999AA10123456784.',
  'Invoice 2024-00012345, total 1,234,567.89 USD.',
  'ISBN 978-3-16-148410-0 and ISSN 2049-3630.',
  'EAN 4006381333931, SKU 12345678.',
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
  'uuid 550e8400-e29b-41d4-a716-446655440000',
  'sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'The population was 912 345 678 in 1981.',
  'pi is 3.14159265358979, e is 2.71828182845905',
  'const x = 4111111111111112; // fails the check',
  'card 4111 1111 1111 1112 was a typo',
  'IBAN DE00 3704 0044 0532 0130 00 is not valid',
  'CPF 529.982.247-26 is not valid',
  'DNI 12345678A is not valid',
  'listen on 127.0.0.1:8080 or [::1]:8080 or 0.0.0.0',
  'std::vector<int>::iterator a::b::c',
  '@media (min-width: 400px) and @ann on the forum',
  'user@localhost, foo@bar, git@',
  'npm i @scope/name@1.2.3',
  'lat 38.7223, lon -9.1393; 40.7128, -74.0060',
  'epoch 1732962600000 ms, 1732962600 s',
  'The ratio is 123-45 to 67-89, page 555-1.',
  'Section 123-45-678 of the code',
  'Seats: 12 34 56 78 90 12 34 56',
  'matrix 1 0 0 0 1 0 0 0 1',
  'US patent 10,123,456 and EP 1234567',
  'tel que vu en 1998, 3 500 000 habitants',
  'ruf die Funktion f(1234567) auf',
  'part number 0151-ABC',
  'model XZ-1234567-Q',
  'build 20241130.1 of branch release/2024.11',
  '100.000.000 de euros em 2023',
  '1.234.567.890 is a big number',
  'ratio 1:1000000, scale 1:25000',
  'MAC 00:1A:2B:3C:4D:5E',
  'color #4111AA, rgb(12, 34, 56)',
  'phone book of 1987 with 1234567 entries',
  'Call to action: 3 steps, 10 minutes, 200 people',
  '[EMAIL_1] wrote to [PHONE_2]',
  'https://example.com/items/1234567890?page=2',
  'Flight TP1234 leaves gate 42 at 18:05.',
  'VIN 1HGCM82633A004352',
  'A4 paper is 210 x 297 mm; 8-12-16 pins',
  'temperature 36.6, pressure 120/80, pulse 72',
  'RFC 5321, RFC 6531, ISO 13616-1:2020',
]

function drawnNegatives({ digits, upTo, one }) {
  return one([
    () => `Order ${digits(9)} of customer group ${digits(3)} is ready.`,
    () => `Ticket #${digits(7)}: status ${upTo(9)}.`,
    () => `Bestellnummer ${digits(10)} vom ${1 + upTo(27)}.${1 + upTo(11)}.2024`,
    () => `A fatura ${digits(8)} tem ${upTo(99)} linhas.`,
    () => `{"id":${digits(12)},"at":17${digits(11)},"count":${upTo(9999)}}`,
    () => `Measured ${digits(3)}.${digits(3)} ms, ${digits(2)}.${digits(2)} MB, ${digits(6)} rows.`,
    () => `La referencia ${digits(11)} no existe.`,
    () => `Serial ${digits(4)}-${digits(4)}-${digits(4)}, firmware ${upTo(9)}.${upTo(9)}.${upTo(9)}.`,
  ])()
}

function generated() {
  const draw = createDraw(createRandom(20_241_130))
  const samples = []
  for (const [language, kinds] of Object.entries(frames)) {
    for (const [kind, sentences] of Object.entries(kinds)) {
      for (const sentence of sentences) {
        for (let index = 0; index < 6; index++) {
          const { lead = '', value } = valuesOf[kind](draw)
          samples.push({ language, text: sentence.replace('%', () => `${lead}{{${kind}|${value}}}`) })
        }
      }
    }
  }
  for (let index = 0; index < 120; index++) samples.push({ language: 'none', text: drawnNegatives(draw) })
  return samples
}

/** Every sample: a language and a text with its values marked. */
export function personalDataSamples() {
  const hand = byHand.map(([language, text]) => ({ language, text }))
  return [...generated(), ...hand, ...negatives.map((text) => ({ language: 'none', text }))]
}
