/*
 * The words that attempts to take a model over are made of, in English, Portuguese, Spanish, German and French, without accents and in small letters.
 * A rule matches where a word of each of its classes stands in this order, each within so many words of the one before.
 */

export type WordClass =
  | 'you'
  | 'your'
  | 'be'
  | 'override'
  | 'earlier'
  | 'rules'
  | 'reveal'
  | 'secret'
  | 'system'
  | 'obey'
  | 'prompt'
  | 'pretend'
  | 'persona'
  | 'free'
  | 'hide'
  | 'person'
  | 'send'

const words = (list: string): readonly string[] => list.split(/\s+/)

export const wordClasses: Readonly<Record<WordClass, readonly string[]>> = {
  you: words(`you u voce tu te usted du sie vous`),
  your: words(`your its seu sua seus suas teu tua teus tuas tu tus su sus dein deine deinen deiner deines ihre ihren ton ta tes votre vos`),
  be: words(`are have has had got be being tem tens tenha es ser tienes tiene eres bist hast habt as avez etes`),
  override: words(`drop disable abandon suspend deactivate unlearn descarte desative desativa anule abandona desactiva verwirf deaktiviere
    abandonne desactive ignore ignores ignoring disregard disregarding forget override overrides bypass circumvent overrule discard neglect
    ignora ignorar ignore desconsidere desconsiderar desconsidera esqueca esquecer esquece contorne olvida olvidar olvide descarta omite
    ignoriere ignorieren ignorier vergiss vergessen missachte missachten umgehe ubergehe
    ignorez ignorer oublie oubliez oublier contourne contournez neglige`),
  earlier: words(`came dito foram antes antiga vorher zuvor gesagt avant dessus
    previous prior above earlier preceding all any every your system original initial former everything
    anteriores anterior acima previas previa previos previo todas todos tuas suas seu seus sus tus tudo todo sistema
    vorherigen vorherige vorigen bisherigen bisherige obigen obige alle allen alles deine deinen fruheren
    precedentes precedente precedents anterieures anterieur toutes tous tes vos tout`),
  rules: words(`orders commands laws protocol protocols ordens ordenes
    instruction instructions rule rules guideline guidelines prompt prompts policy policies restriction restrictions directive
    directives programming training constraints safeguards filters context conversation told
    instrucoes instrucao regras regra diretrizes restricoes orientacoes comandos instrucciones instruccion reglas regla directrices restricciones
    anweisungen anweisung regeln regel vorgaben richtlinien einschrankungen befehle instruktionen
    consignes consigne regles regle directives restrictions`),
  reveal: words(`paste quote ver cole cola ensename
    zitiere reveal show print repeat output display disclose leak dump tell share expose recite 
    revele revela mostre mostra imprima repita exiba diga divulgue muestra muestrame imprime repite dime
    zeige zeig verrate verrat wiederhole drucke nenne offenbare
    revele revelez montre montrez affiche affichez repete repetez imprime donne`),
  secret: words(`hidden secret confidential verbatim private oculto oculta ocultas secreto secreta secretas confidencial confidenciais
    versteckten versteckte geheimen geheime vertraulichen cache cachees secrets secretes confidentiel confidentielles`),
  system:
    words(`system initial original internal developer exact full raw sistema iniciais inicial interno internas interna originales originais
    internen ursprunglichen systemprompt systemanweisung systemanweisungen systeme initiales internes`),
  obey: words(`follow obey siga seguir sigas obedeca obedecer obedezcas befolge befolgen folge gehorche suis suivez obeis`),
  prompt: words(`context preamble systemprompts configuracao contexto preambulo vorgabe vorgaben kontext contexte
    prompt prompts instructions instruction message rules configuration guidelines directives
    instrucoes instrucao regras mensagem instrucciones reglas mensaje configuracion
    anweisungen anweisung systemprompt systemanweisungen regeln prompt
    instructions consignes regles invite`),
  pretend:
    words(`play operate function continue transform switch opere funcione transforme jogue opera funciona juega arbeite fungiere werde
    fonctionne deviens pretend act roleplay role-play simulate imagine behave become respond answer assume you're now
    finja aja comporte simule responda atue finge actua comportate simula responde
    tu stell benimm verhalte simuliere antworte spiele
    fais agis comporte simule reponds joue`),
  persona: words(`dan jailbroken unrestricted uncensored unfiltered unlimited evil amoral stan aim developer-mode godmode
    irrestrito irrestrita censura desbloqueado desbloqueada sin-censura
    unbeschrankt unbeschrankte unzensiert unzensierte unzensierter ungefiltert ungefilterte debride debridee`),
  free: words(`policy policies boundaries guardrails constraints inhibitions politica politicas restricao restriccion barreiras
    hemmungen einschrankung schranken tabus politique tabous restrictions restriction limits limitations filter filters rules censorship ethics ethical guidelines morals safety
    restricoes limites filtros regras censura etica restricciones limites filtros reglas
    einschrankungen grenzen filter regeln zensur ethik restrictions limites filtres regles censure`),
  hide: words(`no zero keine keinen kein keinerlei nenhum nenhuma ningun ninguna aucun aucune
    not never without secretly silently don't dont nao nunca sem no nunca sin nicht nie ohne heimlich pas jamais sans`),
  person:
    words(`user users human anyone anybody operator usuario usuarios utilizador humano nadie alguien nutzer benutzer menschen niemandem utilisateur
    personne humain`),
  send: words(`send post forward upload exfiltrate email transmit envie envia encaminhe transmita manda reenvia sende schicke ubermittle leite envoie
    envoyez transmets`),
}

export interface InjectionRule {
  readonly name: string
  /** How sure a match makes, 0 to 1. */
  readonly weight: number
  readonly classes: readonly WordClass[]
  /** The most words between two of them. */
  readonly within: number
}

export const injectionRules: readonly InjectionRule[] = [
  { name: 'override_instructions', weight: 0.8, classes: ['override', 'earlier', 'rules'], within: 4 },
  { name: 'override_instructions', weight: 0.8, classes: ['override', 'rules', 'earlier'], within: 3 },
  { name: 'override_rules', weight: 0.45, classes: ['override', 'rules'], within: 3 },
  { name: 'reveal_secret', weight: 0.7, classes: ['reveal', 'secret', 'prompt'], within: 4 },
  { name: 'reveal_secret', weight: 0.7, classes: ['reveal', 'prompt', 'secret'], within: 3 },
  { name: 'reveal_system', weight: 0.4, classes: ['reveal', 'system', 'prompt'], within: 4 },
  { name: 'reveal_system', weight: 0.4, classes: ['reveal', 'prompt', 'system'], within: 3 },
  { name: 'reveal_prompt', weight: 0.65, classes: ['reveal', 'your', 'prompt'], within: 5 },
  { name: 'without_limits', weight: 0.65, classes: ['you', 'be', 'hide', 'free'], within: 3 },
  { name: 'override_rules', weight: 0.65, classes: ['override', 'your', 'rules'], within: 3 },
  { name: 'override_earlier', weight: 0.35, classes: ['override', 'earlier'], within: 2 },
  { name: 'reveal_earlier', weight: 0.35, classes: ['reveal', 'earlier'], within: 3 },
  { name: 'persona', weight: 0.6, classes: ['pretend', 'persona'], within: 6 },
  { name: 'without_limits', weight: 0.5, classes: ['pretend', 'hide', 'free'], within: 12 },
  { name: 'hide_from_user', weight: 0.35, classes: ['hide', 'reveal', 'person'], within: 3 },
  { name: 'send_secrets', weight: 0.6, classes: ['send', 'secret', 'prompt'], within: 6 },
  { name: 'send_secrets', weight: 0.5, classes: ['send', 'system', 'prompt'], within: 6 },
  { name: 'disobey', weight: 0.5, classes: ['hide', 'obey', 'rules'], within: 4 },
]

/** Texts that only the framing of a conversation has, or that are known by name. In small letters, without accents. */
export const injectionMarks: readonly { readonly name: string; readonly weight: number; readonly mark: string }[] = [
  ...['<|im_start|>', '<|im_end|>', '<|system|>', '<|endoftext|>', '<|start_header_id|>', '[inst]', '[/inst]', '<<sys>>', '</system>'].map(
    (mark) => ({ name: 'chat_markup', weight: 0.6, mark }),
  ),
  ...[
    '### system',
    '### new instructions',
    '# new instructions',
    'system override',
    'admin override',
    'begin new session',
    'new system prompt',
    'disable safety',
    'ausser kraft',
    '<system>',
  ].map((mark) => ({ name: 'fake_system', weight: 0.5, mark })),
  ...[
    'do anything now',
    'developer mode enabled',
    'you are now dan',
    'enable developer mode',
    'jailbreak mode',
    'god mode enabled',
    'opposite mode',
    'sudo mode',
    'modo desenvolvedor',
    'entwicklermodus',
  ].map((mark) => ({ name: 'jailbreak', weight: 0.6, mark })),
]
