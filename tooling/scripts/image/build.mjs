// Follows a Dockerfile's stages without Docker: a folder stands for each stage's file system, and this machine's Node for the base image.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { environment, root } from '../../bootstrap/machine.mjs'
import { commandOf, readIgnored, readStages } from './dockerfile.mjs'

/** Where the image runs with its users; here everything belongs to whoever runs the check. */
const withoutUsers = 'chown() { :; }; '

function inside({ folder, workdir }, path) {
  return join(folder, resolve(workdir, path))
}

/** Absolute paths of an image in a text of it; those of programs (`/bin/sh`) don't occur in ours. */
function mapped({ folder }, text) {
  return text.replaceAll(/(^|[\s=])(\/[a-z]\w*)/g, (_, before, path) => `${before}${join(folder, path)}`)
}

function copyContext(target, isIgnored) {
  const filter = (path) => !isIgnored(relative(root, path).split(sep).join('/'))
  cpSync(root, target, { recursive: true, filter, verbatimSymlinks: true })
}

function copyFrom(stage, source, target) {
  if (stage === undefined) throw new Error(`COPY --from: there is no such stage for ${source}`)
  const from = inside(stage, source)
  if (!existsSync(from)) throw new Error(`COPY --from: the stage has no ${source}`)
  cpSync(from, target, { recursive: true, verbatimSymlinks: true })
}

function copy(stage, words, { stages, isIgnored }) {
  const from = /^--from=(.+)$/.exec(words[0])?.[1]
  const [source, destination, ...more] = from === undefined ? words : words.slice(1)
  if (more.length > 0) throw new Error(`COPY with several sources is not followed: ${words.join(' ')}`)
  if (from === undefined && source !== '.') throw new Error(`COPY of a part of the context is not followed: ${source}`)
  const target = inside(stage, destination.endsWith('./') ? join(destination, source.split('/').at(-1)) : destination)
  mkdirSync(dirname(target), { recursive: true })
  if (from === undefined) copyContext(target, isIgnored)
  else copyFrom(stages.get(from), source, target)
}

/** The cache of the build is taken over: what is tested is what the stages leave behind, not that the compiler works. */
const buildEnvironment = { ...environment, TURBO_CACHE_DIR: process.env.TURBO_CACHE_DIR ?? join(root, '.turbo/cache') }

function run(stage, command) {
  const script = withoutUsers + mapped(stage, command)
  const options = { cwd: inside(stage, '.'), env: { ...buildEnvironment, ...stage.env }, encoding: 'utf8' }
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], options)
  if (status !== 0) throw new Error(`RUN ${command}\n${stdout}\n${stderr}`)
}

function setVariables(stage, rest) {
  for (const pair of rest.split(/\s+/)) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(pair) ?? []
    if (name === undefined) throw new Error(`ENV that is not followed: ${pair}`)
    stage.env[name] = mapped(stage, value)
  }
}

function follow(stage, { keyword, rest }, context) {
  if (keyword === 'WORKDIR') {
    stage.workdir = resolve(stage.workdir, rest)
    mkdirSync(inside(stage, '.'), { recursive: true })
  } else if (keyword === 'COPY') copy(stage, rest.split(/\s+/), context)
  else if (keyword === 'RUN') run(stage, rest)
  else if (keyword === 'ENV') setVariables(stage, rest)
  else if (keyword === 'CMD') stage.command = commandOf({ keyword, rest })
  else if (keyword === 'HEALTHCHECK') stage.healthcheck = commandOf({ keyword, rest })
}

/** Builds every stage in a folder of its own, and gives the last one: its folder to work in, its variables, its commands. */
export function buildImage(folder) {
  const stages = new Map()
  const isIgnored = readIgnored(readFileSync(join(root, '.dockerignore'), 'utf8'))
  let last
  for (const { name, steps } of readStages(readFileSync(join(root, 'Dockerfile'), 'utf8'))) {
    last = { folder: join(folder, name), workdir: '/', env: {}, command: undefined, healthcheck: undefined }
    stages.set(name, last)
    for (const step of steps) follow(last, step, { stages, isIgnored })
  }
  const { env, command, healthcheck } = last
  return { app: inside(last, '.'), env, command, healthcheck }
}
