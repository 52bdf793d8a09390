// Reads a Dockerfile, as far as ours goes; what it does not know is an error, so that a new instruction can't go unnoticed.

const known = new Set(['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'VOLUME', 'EXPOSE', 'HEALTHCHECK', 'CMD'])

function toInstruction(line) {
  const [, keyword, rest] = /^(\S+)\s+(.*)$/.exec(line) ?? [undefined, line, '']
  if (!known.has(keyword)) throw new Error(`Dockerfile: the check of the image does not know ${keyword}; found: ${line}`)
  return { keyword, rest }
}

function instructionsOf(text) {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map(toInstruction)
}

/** The stages in their order, each with its name, its base image and its instructions. */
export function readStages(text) {
  const stages = []
  for (const instruction of instructionsOf(text)) {
    if (instruction.keyword === 'FROM') {
      const [image, , name = String(stages.length)] = instruction.rest.split(/\s+/)
      stages.push({ name, image, steps: [] })
    } else stages.at(-1).steps.push(instruction)
  }
  return stages
}

/** The words of a `CMD` in JSON, also that of a `HEALTHCHECK`: the form without a shell is the only one that passes signals on. */
export function commandOf({ keyword, rest }) {
  const json = keyword === 'HEALTHCHECK' ? rest.slice(rest.indexOf('CMD ') + 4) : rest
  return JSON.parse(json)
}

/** `.dockerignore` as a function from a path of the context to whether it is left out. */
export function readIgnored(text) {
  const rules = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const anywhere = new Set(rules.filter((rule) => rule.startsWith('**/')).map((rule) => rule.slice(3)))
  const here = new Set(rules.filter((rule) => !rule.startsWith('**/')))
  const unknown = [...anywhere, ...here].find((name) => /[*?![\]]/.test(name))
  if (unknown !== undefined) throw new Error(`.dockerignore: the check of the image does not know the pattern ${unknown}`)
  return (path) => here.has(path) || path.split('/').some((name) => anywhere.has(name))
}
