/** Bits that a word sets on the sentence it stands in. */
export const cue = { firstPerson: 1, instruction: 2, time: 4, decision: 8, negation: 16 } as const

const firstPerson = `i me my mine myself we our us eu meu meus minha minhas mim nos nosso nossa yo mi mis nuestro nuestra nosotros`
const instruction = `always never must should shall require required requires requirement prefer preferred prefers remember ensure avoid only
 cannot sempre nunca deve devem deveria precisa precisam obrigatorio prefiro lembre evite somente siempre debe deben deberia necesita obligatorio
 prefiero recuerda evita solamente`
const time = `today tomorrow yesterday tonight week weeks month months year years day days hour hours deadline due schedule scheduled monday tuesday
 wednesday thursday friday saturday sunday january february march april june july august september october november december jan feb mar apr jun
 jul aug sep sept oct nov dec hoje amanha ontem semana semanas mes meses ano anos dia dias hora horas prazo segunda terca quarta quinta sexta
 sabado domingo janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro hoy manana ayer lunes martes miercoles
 jueves viernes enero febrero marzo mayo junio julio septiembre octubre noviembre diciembre plazo`
const decision = `decide decided decision agree agreed approve approved choose chose chosen conclude concluded conclusion confirm confirmed plan
 planned result error failed failure cause fixed decidimos decidido decisao acordo aprovado aprovada escolhido conclusao confirmado erro falha
 decision acuerdo aprobado elegido confirmado fallo`
const negation = `not no never none nobody nothing without neither nor nao nunca nenhum nenhuma ninguem nada sem nem ningun ninguna nadie sin ni`

/** Which cues a folded word carries. */
export const cueWords: ReadonlyMap<string, number> = collect([
  [firstPerson, cue.firstPerson],
  [instruction, cue.instruction],
  [time, cue.time],
  [decision, cue.decision],
  [negation, cue.negation],
])

function collect(rows: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const words = new Map<string, number>()
  for (const [text, bit] of rows) for (const word of text.split(/\s+/)) words.set(word, (words.get(word) ?? 0) | bit)
  return words
}
