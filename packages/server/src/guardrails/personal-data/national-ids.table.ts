import {
  isAhv,
  isBsn,
  isCitizenCard,
  isCodiceFiscale,
  isCpf,
  isDni,
  isNhsNumber,
  isNif,
  isNir,
  isPersonnummer,
  isPesel,
  isSsn,
  isSteuerId,
} from './checksums.ts'

/** A form in which a country writes its numbers of persons. */
export interface NationalId {
  readonly name: string
  readonly pattern: RegExp
  /** Whether a find without its separators, in capitals, was given out. */
  readonly isValid: (characters: string) => boolean
  /** A word that must stand shortly before, where the form alone says too little. */
  readonly context?: RegExp | undefined
}

/*
 * Bare digits are asked for a word before them, because one number in ten or eleven passes any check digit. Every pattern is bounded, and every
 * context is tried on a few dozen characters.
 */
export const nationalIds: readonly NationalId[] = [
  { name: 'us_ssn', pattern: /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g, isValid: isSsn },
  { name: 'us_ssn', pattern: /(?<![\w.-])\d{3} ?\d{2} ?\d{4}(?![\w-])/g, isValid: isSsn, context: /\bssn\b|social security/i },
  {
    name: 'uk_nino',
    pattern: /(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)/g,
    isValid: (characters) => !/^(?:BG|GB|NK|KN|TN|NT|ZZ)/.test(characters),
  },
  { name: 'uk_nhs', pattern: /(?<![\w.-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w-])/g, isValid: isNhsNumber, context: /\bnhs\b/i },
  { name: 'br_cpf', pattern: /(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])/g, isValid: isCpf },
  { name: 'br_cpf', pattern: /(?<![\w.-])\d{9}-?\d{2}(?![\w-])/g, isValid: isCpf, context: /\bcpf\b/i },
  {
    name: 'pt_nif',
    pattern: /(?<![\w.-])\d{3} ?\d{3} ?\d{3}(?![\w-])/g,
    isValid: isNif,
    context: /\bnif\b|contribuinte|n[uú]mero fiscal/i,
  },
  { name: 'pt_cc', pattern: /(?<!\w)\d{8}[ -]?\d ?[A-Z]{2}\d(?!\w)/g, isValid: isCitizenCard },
  {
    name: 'de_steuer_id',
    pattern: /(?<![\w.-])\d{2} ?\d{3} ?\d{3} ?\d{3}(?![\w-])/g,
    isValid: isSteuerId,
    context: /steuer|\bidnr\b|identifikationsnummer|\btax id|\btin\b/i,
  },
  { name: 'es_dni', pattern: /(?<![\w.-])\d{8}[ -]?[A-Z](?!\w)/g, isValid: isDni },
  { name: 'es_nie', pattern: /(?<![\w.-])[XYZ]-?\d{7}-?[A-Z](?!\w)/g, isValid: isDni },
  { name: 'it_cf', pattern: /(?<!\w)[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?!\w)/gi, isValid: isCodiceFiscale },
  { name: 'fr_nir', pattern: /(?<![\w.-])[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?![\w-])/g, isValid: isNir },
  {
    name: 'nl_bsn',
    pattern: /(?<![\w.-])\d{3}[ .]?\d{3}[ .]?\d{3}(?![\w-])/g,
    isValid: isBsn,
    context: /\bbsn\b|burgerservice|sofi-?nummer/i,
  },
  { name: 'pl_pesel', pattern: /(?<![\w.-])\d{11}(?![\w-])/g, isValid: isPesel, context: /\bpesel/i },
  { name: 'se_personnummer', pattern: /(?<![\w.-])(?:\d{2})?\d{6}[-+]\d{4}(?![\w-])/g, isValid: isPersonnummer },
  { name: 'ch_ahv', pattern: /(?<![\w.-])756\.\d{4}\.\d{4}\.\d{2}(?![\w-])/g, isValid: isAhv },
]
