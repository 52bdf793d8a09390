/*
 * Words that turn the meaning of a question around or pin it down while its vector hardly moves. English, Portuguese and
 * Spanish; lower case, without accents. A word that is harmless in another of the languages (Portuguese `no`, "in the")
 * costs a match that would have been right, never one that is wrong.
 */

/** Say that something is not so, or not there. */
export const negations: ReadonlySet<string> = new Set(
  [
    'not no never none nobody nothing nowhere neither nor without except unless cannot non cant dont wont isnt arent doesnt didnt shouldnt',
    'nao nem nunca jamais sem ninguem nenhum nenhuma nada exceto salvo',
    'ni jamas sin nadie ningun ninguno ninguna tampoco excepto',
  ].flatMap((words) => words.split(' ')),
)

/** Pairs of opposites. A text with the one where the other text has the other asks for the contrary. */
export const opposites: readonly (readonly [string, string])[] = [
  'on off|enable disable|enabled disabled|open close|open closed|start stop|increase decrease|add remove|buy sell|before after|max min',
  'maximum minimum|more less|more fewer|allow deny|allow block|true false|install uninstall|up down|best worst|with without|first last',
  'import export|encrypt decrypt|highest lowest|ascending descending|left right|include exclude|input output|hot cold|north south',
  'above below|over under|win lose|show hide|lock unlock|always never|all none|good bad|pros cons|push pull|create delete|upgrade downgrade',
  'ativar desativar|abrir fechar|aberto fechado|iniciar parar|aumentar diminuir|adicionar remover|comprar vender|antes depois|maximo minimo',
  'mais menos|permitir bloquear|verdadeiro falso|instalar desinstalar|melhor pior|com sem|primeiro ultimo|importar exportar|maior menor',
  'esquerda direita|incluir excluir|entrada saida|quente frio|ganhar perder|mostrar ocultar|sempre nunca|todos nenhum|bom mau|criar apagar',
  'activar desactivar|abrir cerrar|abierto cerrado|iniciar detener|disminuir aumentar|anadir quitar|agregar eliminar|antes despues|mas menos',
  'verdadero falso|mejor peor|primero ultimo|mayor menor|izquierda derecha|salida entrada|caliente frio|ganar perder|siempre nunca',
  'todos ninguno|bueno malo|crear borrar|subir bajar|encender apagar',
].flatMap((row) => row.split('|').map((pair): readonly [string, string] => [pair.split(' ')[0] ?? '', pair.split(' ')[1] ?? '']))

/** Prefixes that make a word its contrary. */
export const contraryPrefixes: readonly string[] = ['un', 'dis', 'in', 'im', 'il', 'ir', 'non', 'de', 'des']

/** Words of one meaning in a row, the first as its name: numbers, dates, and what is asked for. */
const pinnedRows: readonly string[] = [
  '2 two dois duas dos',
  '3 three tres',
  '4 four quatro cuatro',
  '5 five cinco',
  '6 six seis',
  '7 seven sete siete',
  '8 eight oito ocho',
  '9 nine nove nueve',
  '10 ten dez diez',
  '11 eleven onze once',
  '12 twelve doze doce dozen duzia docena',
  '20 twenty vinte veinte',
  '30 thirty trinta treinta',
  '40 forty quarenta cuarenta',
  '50 fifty cinquenta cincuenta',
  '100 hundred cem cento cien ciento',
  '1000 thousand mil',
  '1000000 million milhao millon',
  'second segundo',
  'third terceiro tercero',
  'half metade meia mitad medio',
  'double dobro doble twice',
  'january janeiro enero',
  'february fevereiro febrero',
  'march marco marzo',
  'april abril',
  'june junho junio',
  'july julho julio',
  'august agosto',
  'september setembro septiembre',
  'october outubro octubre',
  'november novembro noviembre',
  'december dezembro diciembre',
  'monday lunes',
  'tuesday terca martes',
  'wednesday quarta miercoles',
  'thursday quinta jueves',
  'friday sexta viernes',
  'saturday sabado',
  'sunday domingo',
  'today hoje hoy',
  'yesterday ontem ayer',
  'tomorrow amanha manana',
  'last ultimo ultima passado pasado',
  'next proximo proxima',
  'when quando cuando',
  'where onde donde',
  'who whom quem quien quienes',
  'why porque',
  'many much quantos quantas cuantos cuantas quanto cuanto',
  'only apenas somente solo solamente',
  'all every todos todas cada',
  'most maioria mayoria',
  'least',
  'first primeiro primeira primero primera',
]

/** From a word that pins the meaning to the name of what it says. */
export const pinnedWords: ReadonlyMap<string, string> = new Map(
  pinnedRows.flatMap((row) => {
    const words = row.split(' ')
    return words.map((word): [string, string] => [word, words[0] ?? ''])
  }),
)

/** Words that carry no subject of their own; also what is left of contractions. */
export const functionWords: ReadonlySet<string> = new Set(
  [
    'a an the of to in at by for from and or is are was were be been am do does did can could would will shall should may might must has have had',
    'i me my mine you your we us our he him his she her it its they them their this that these those there here what which how as if than then so',
    'about into just also please tell say give show let know want need like get got help hi hello hey thanks thank s t m re ve ll d ca wo sha',
    'exactly actually really maybe possible possibly kindly ok okay some any',
    'o os as um uma de do da dos das em no na nos nas ao aos por para e ou que qual quais como se eu meu minha voce seu sua ele ela isso isto este',
    'esta esse essa ser foi era tem ter pode poderia devo faz fazer faco diga dizer favor quero preciso gostaria saber ajuda ola oi obrigado me mim',
    'el la los las un una unos unas del al en y con lo le les mi tu su que cual cuales como si yo es son fue era hay ser estar tiene tener puede',
    'podria debo hace hacer hago dime decir quiero necesito gustaria ayuda hola gracias te se eso esto ese',
  ].flatMap((words) => words.split(' ')),
)
