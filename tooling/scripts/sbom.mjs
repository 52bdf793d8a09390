// The bill of materials of a release (CycloneDX 1.6): every package that ours need when they run, with licence, digest and what needs it. Equal
// installations give equal bytes. `node tooling/scripts/sbom.mjs FILE` writes it, `--check` makes it twice and validates it against the schema.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import Ajv from 'ajv'
import addFormats from 'ajv-formats'
import { integrities, runtimePackages } from './supply-chain/installed-packages.mjs'

function purlOf({ name, version }) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

const spdxId = /^[A-Za-z0-9.+-]+$/

function toComponent(entry, digests) {
  const { name, version, licence, id, manifest } = entry
  const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name]
  const digest = digests.get(id)
  return {
    type: entry.name === '@proxyapi/gateway' ? 'application' : 'library',
    'bom-ref': purlOf(entry),
    ...(group !== undefined && { group }),
    name: short,
    version,
    ...(typeof manifest.description === 'string' && { description: manifest.description }),
    ...(digest !== undefined && { hashes: [{ alg: 'SHA-512', content: digest }] }),
    licenses: [spdxId.test(licence) ? { license: { id: licence } } : { expression: licence.replace(/^\((.*)\)$/, '$1') }],
    purl: purlOf(entry),
  }
}

/** A UUID of the content, so that the same content has the same one (RFC 9562, version 8). */
function serialOf(content) {
  const hex = createHash('sha256').update(content).digest('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function makeBom() {
  const packages = runtimePackages()
  const digests = integrities()
  const refs = new Map(packages.map((entry) => [entry.id, purlOf(entry)]))
  const gateway = packages.find(({ name }) => name === '@proxyapi/gateway')
  const content = {
    components: packages.filter((entry) => entry !== gateway).map((entry) => toComponent(entry, digests)),
    dependencies: packages.map(({ id, dependencies }) => ({
      ref: refs.get(id),
      dependsOn: [...new Set(dependencies.map((one) => refs.get(one)))].sort(),
    })),
  }
  const body = JSON.stringify(content)
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialOf(body),
    version: 1,
    metadata: { component: toComponent(gateway, digests) },
    ...content,
  }
}

/** What the schema finds wrong. */
function problemsOf(bom) {
  const library = dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'))
  const schema = (name) => JSON.parse(readFileSync(join(library, 'res/schema', `${name}.SNAPSHOT.schema.json`), 'utf8'))
  const ajv = new Ajv({ strict: false, formats: { 'iri-reference': true, 'idn-email': true } })
  addFormats(ajv)
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
  const validate = ajv.compile(schema('bom-1.6'))
  return validate(bom) ? [] : validate.errors.map(({ instancePath, message }) => `${instancePath}: ${message}`)
}

const bom = makeBom()
const text = `${JSON.stringify(bom, null, 2)}\n`
const [target] = process.argv.slice(2)
if (target === '--check') {
  const problems = problemsOf(bom)
  const external = bom.components.filter(({ group }) => group !== '@proxyapi')
  const undigested = external.filter(({ hashes }) => hashes === undefined).map(({ purl }) => `${purl}: the lockfile has no digest of it`)
  if (text !== `${JSON.stringify(makeBom(), null, 2)}\n`) problems.push('two runs give two bills')
  if (external.length < 50) problems.push(`only ${external.length} packages were found`)
  const broken = problemsOf({ ...bom, components: [{ name: 'no type' }] })
  if (broken.length === 0) problems.push('the schema takes a component without a type: this check proves nothing')
  problems.push(...undigested)
  if (problems.length > 0) {
    process.stdout.write(`${problems.join('\n')}\n`)
    process.exit(1)
  }
  process.stdout.write(`a bill of ${bom.components.length} components, valid as CycloneDX 1.6\n`)
} else if (target === undefined) process.stdout.write(text)
else writeFileSync(target, text)
