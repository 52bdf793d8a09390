/** Words that say little by themselves, in English, Portuguese and Spanish; lower case, without accents. */
const text = `
a about above after again against all also am an and any are as at be because been before being below between both but by can could did do
does doing down during each few for from further get gets getting go goes going got had has have having he her here hers herself him himself
his how i if in into is it its itself just let lets like ll me more most much my myself no nor not now of off oh ok okay on once one only or
other our ours ourselves out over own re really s same she should so some such t than that the their theirs them themselves then there these
they this those through to too under until up upon us ve very was we well were what when where which while who whom whose why will with
would yeah yes yep you your yours yourself d m don didn doesn isn wasn aren won couldn wouldn shouldn um uh mm hmm mhm ah huh gonna wanna
ao aos aquela aquelas aquele aqueles aquilo ate com como da das de dela delas dele deles depois do dos e ela elas ele eles em entre era eram
essa essas esse esses esta estao estas estava este estes eu foi foram ha isso isto ja la lhe lhes mais mas me mesma mesmo meu meus minha
minhas muita muito na nao nas nem no nos nossa nossas nosso nossos num numa o onde os ou para pela pelas pelo pelos pode podem por porque
pra qual quais quando que quem se sem ser seu seus sim sobre sua suas tambem te tem tendo ter teu tinha tua um uma umas uns voce voces
al algo ante aquel aquella aquellas aquellos aqui asi cada cual cuales cuando cuyo del desde donde dos el ella ellas ellos en era eran eres
es esa esas ese eso esos esta estaba estado estan estar estas esto estos fue fueron ha han has hasta hay la las le les lo los mas mi mis mucho
muy ni nosotros nuestra nuestro otra otras otro otros para pero poco por porque puede pueden pues que quien se ser si sido sin sobre son soy su
sus tambien tan tanto te tiene tienen toda todo todos tu tus un una unas uno unos usted ustedes y ya yo
`

/** Words of requests that name no subject: "please summarize what we said". A question made of these asks for nothing in particular. */
const requests = `
please thank thanks continue proceed summarize summarise summary recap explain tell show give help answer question questions look find make
know think want need conversation chat discussion meeting visit transcript whole entire everything above earlier previous let's next so far
obrigado obrigada continue continuar prossiga vamos partir daqui resuma resumir resumo explique diga mostre ajude responda pergunta conversa
favor reuniao gracias continua sigamos resume resumen expliquela dime muestre ayuda responde pregunta conversacion reunion adelante
`

export const stopWords: ReadonlySet<string> = new Set(text.split(/\s+/))
export const requestWords: ReadonlySet<string> = new Set(requests.split(/\s+/))
