// Proves what can be proved of deploy/ without a cluster: the chart renders with the defaults and with everything on, every manifest is what its kind's schema
// allows, the plain manifests are the chart's own, the compose file is one, and every configuration in there is one that the gateway takes.
//   node tooling/scripts/check-deployment.mjs [--write]     --write renders deploy/kubernetes anew
// helm is built with Go, and Kubernetes' and Compose's schemas come from packages: what can't be had is noted and left out.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../bootstrap/machine.mjs'

const { parse, parseAllDocuments, stringify } = createRequire(join(root, 'apps/gateway/package.json'))('yaml')
const helmVersion = 'v3.18.6'
const composeVersion = 'v2.16.2'
const schemasVersion = '1.37.0'
const chart = join(root, 'deploy/helm/proxyapi')
const plain = join(root, 'deploy/kubernetes/proxyapi.yaml')
const tools = join(homedir(), '.cache/proxyapi-tools')
const work = mkdtempSync(join(tmpdir(), 'proxyapi-deploy-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

let failures = 0
function report(name, problem) {
  if (problem !== undefined) failures++
  process.stdout.write(problem === undefined ? `ok    ${name}\n` : `FAIL  ${name}: ${problem}\n`)
}
const note = (text) => process.stdout.write(`note  ${text}\n`)

function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64e6, ...options })
  return { isGood: status === 0, output: stdout ?? '', said: `${stdout ?? ''}${stderr ?? error?.message ?? ''}`.trim() }
}

/** A program at hand or built with Go, whose path is returned. */
function goProgram(name, module) {
  if (run(name, ['version']).isGood) return name
  const built = join(tools, name)
  if (existsSync(built)) return built
  mkdirSync(tools, { recursive: true })
  return run('go', ['install', module], { env: { ...process.env, GOBIN: tools } }).isGood ? built : undefined
}

/** Everything that the chart can make. */
const everything = {
  ingress: { enabled: true, className: 'nginx', host: 'llm.example.com', tlsSecretName: 'llm-tls' },
  serviceMonitor: { enabled: true },
  secret: { existingName: 'proxyapi-keys' },
  image: { digest: `sha256:${'0'.repeat(64)}` },
  imagePullSecrets: [{ name: 'registry' }],
  autoscaling: { enabled: true, requestsInFlight: 0, expectedRequestsPerSecond: 20 },
  persistence: { enabled: true, storageClassName: 'fast' },
  networkPolicy: {
    ingressFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }],
    egressTo: [{ to: [{ podSelector: { matchLabels: { app: 'redis' } } }], ports: [{ port: 6379, protocol: 'TCP' }] }],
  },
  nodeSelector: { 'kubernetes.io/arch': 'amd64' },
  tolerations: [{ key: 'gateway', operator: 'Exists', effect: 'NoSchedule' }],
  podAnnotations: { 'example.com/team': 'platform' },
}
const bare = { autoscaling: { enabled: false }, persistence: { enabled: false }, networkPolicy: { enabled: false } }

function template(helm, values) {
  const file = join(work, 'values.yaml')
  writeFileSync(file, stringify(values))
  return run(helm, ['template', 'proxyapi', chart, '--namespace', 'llm', '--kube-version', '1.31.0', '--values', file])
}

/** Kubernetes' own schemas, strict: a field of a wrong name is an error. What the cluster learns from others (CRDs) is not in them. */
function schemas() {
  const python = join(tools, `schemas-${schemasVersion}`)
  const program = join(python, 'bin/kubernetes-validate')
  if (existsSync(program)) return program
  const isMade = run('python3', ['-m', 'venv', python]).isGood
  return isMade && run(join(python, 'bin/pip'), ['install', '--quiet', `kubernetes-validate==${schemasVersion}`]).isGood
    ? program
    : undefined
}

const isForeign = ({ apiVersion }) => /\.(coreos\.com|istio\.io)\//.test(apiVersion)

function checkManifests(name, text, validate) {
  const documents = parseAllDocuments(text)
  const broken = documents.flatMap(({ errors }) => errors.map(({ message }) => message))
  const manifests = documents.map((document) => document.toJS()).filter((one) => one !== null)
  report(
    `${name}: ${manifests.length} manifests`,
    broken[0] ?? (manifests.some(({ kind }) => kind === undefined) ? 'one has no kind' : undefined),
  )
  if (validate === undefined) return manifests
  const file = join(work, 'manifests.yaml')
  writeFileSync(
    file,
    manifests
      .filter((one) => !isForeign(one))
      .map((one) => stringify(one, { version: '1.1' }))
      .join('---\n'),
  )
  const { isGood, said } = run(validate, ['--strict', '--quiet', file])
  report(`${name}: as their schemas say`, isGood ? undefined : said)
  return manifests
}

/** The names that a workload and what points at it must share. */
function checkLinks(name, manifests) {
  const of = (kind) => manifests.filter((one) => one.kind === kind)
  const [set] = of('StatefulSet')
  const labels = Object.entries(set.spec.template.metadata.labels)
  const matches = (wanted) =>
    Object.entries(wanted).every(([key, value]) => labels.some(([own, ownValue]) => own === key && ownValue === value))
  const selectors = [
    ...of('Service').map(({ metadata, spec }) => [metadata.name, spec.selector]),
    ...of('PodDisruptionBudget').map(({ metadata, spec }) => [metadata.name, spec.selector.matchLabels]),
    ...of('NetworkPolicy').map(({ metadata, spec }) => [metadata.name, spec.podSelector.matchLabels]),
  ]
  const lost = selectors.filter(([, wanted]) => !matches(wanted)).map(([one]) => one)
  report(`${name}: selectors find the pods`, lost.length === 0 ? undefined : `not those of ${lost.join(', ')}`)
  const services = of('Service').map(({ metadata }) => metadata.name)
  report(`${name}: the set's own service is there`, services.includes(set.spec.serviceName) ? undefined : set.spec.serviceName)
}

/** Asks the built gateway whether it takes a configuration; variables that it names are set. */
function checkConfig(name, text) {
  const file = join(work, 'gateway.yaml')
  writeFileSync(file, text)
  const names = [...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, variable]) => variable)
  const env = { PATH: process.env.PATH, ...Object.fromEntries(names.map((variable) => [variable, `value-of-${variable.toLowerCase()}`])) }
  const { isGood, said } = run(process.execPath, [join(root, 'apps/gateway/dist/cli.js'), 'check', '--config', file], { env })
  report(`${name}: the gateway takes its configuration`, isGood ? undefined : said)
}

function checkPlain(validate) {
  const manifests = checkManifests('plain manifests', readFileSync(plain, 'utf8'), validate)
  checkLinks('plain manifests', manifests)
  checkConfig('plain manifests', manifests.find(({ kind }) => kind === 'ConfigMap').data['gateway.yaml'])
}

/** What the chart makes of its defaults, of everything that it can do, and of nothing beyond the least. */
function checkRendered(helm, validate) {
  const lint = run(helm, ['lint', '--strict', chart])
  report('helm lint', lint.isGood ? undefined : lint.said)
  const head =
    '# The chart with its defaults: node tooling/scripts/check-deployment.mjs --write. Make the secret `proxyapi-keys` first (deploy/README.md).\n'
  const rendered = template(helm, { secret: { existingName: 'proxyapi-keys' } })
  const text = head + rendered.output
  if (process.argv.includes('--write') && rendered.isGood) writeFileSync(plain, text)
  report(
    'the plain manifests are what the chart makes',
    rendered.isGood ? (text === readFileSync(plain, 'utf8') ? undefined : 'they differ: run it with --write') : rendered.said,
  )
  checkPlain(validate)
  for (const [name, given] of [
    ['everything on', everything],
    ['everything off', bare],
  ]) {
    const { isGood, output, said } = template(helm, given)
    report(`helm template, ${name}`, isGood ? undefined : said)
    if (isGood) checkLinks(name, checkManifests(name, output, validate))
  }
  const refused = [{ replicas: 0 }, { autoscaling: { minReplica: 1 } }, { image: { digest: 'sha256:short' } }]
  for (const given of refused) report(`helm refuses ${JSON.stringify(given)}`, template(helm, given).isGood ? 'it took it' : undefined)
}

function checkChart() {
  const values = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'))
  checkConfig('chart', stringify(values.config))
  const validate = schemas()
  if (validate === undefined) note("Kubernetes' schemas could not be installed: manifests are not checked against them")
  checkManifests('istio', readFileSync(join(root, 'deploy/istio/proxyapi.yaml'), 'utf8'), validate)
  const helm = goProgram('helm', `helm.sh/helm/v3/cmd/helm@${helmVersion}`)
  if (helm === undefined) {
    note('helm is not here and could not be built: the chart is not rendered')
    checkPlain(validate)
    return
  }
  checkRendered(helm, validate)
}

/** The JSON Schema of Compose files, as Compose itself uses it. */
function composeSchema() {
  const { isGood, output } = run('go', ['mod', 'download', '-json', `github.com/compose-spec/compose-go/v2@${composeVersion}`], {
    cwd: work,
  })
  const file = isGood ? join(JSON.parse(output).Dir, 'schema/compose-spec.json') : undefined
  return file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

function checkCompose() {
  const compose = parse(readFileSync(join(root, 'deploy/docker-compose.yml'), 'utf8'), { merge: true })
  const schema = composeSchema()
  if (schema === undefined) note("Compose's schema could not be had: the compose file is not checked against it")
  else {
    const { default: Ajv } = createRequire(join(root, 'apps/gateway/package.json'))('ajv/dist/2020.js')
    const validate = new Ajv({ strict: false, formats: { duration: true, ports: true, expose: true, subnet_ip_address: true } }).compile(
      schema,
    )
    report('compose: as its schema says', validate(compose) ? undefined : JSON.stringify(validate.errors?.slice(0, 3)))
  }
  const soft = Object.entries(compose.services).filter(
    ([, one]) => one.read_only !== true || one.cap_drop?.[0] !== 'ALL' || one.security_opt?.[0] !== 'no-new-privileges:true',
  )
  report('compose: no service has more rights than it needs', soft.length === 0 ? undefined : soft.map(([name]) => name).join(', '))
  const open = Object.entries(compose.services).filter(
    ([name, one]) => name !== 'gateway' && (one.ports ?? []).some((port) => !port.startsWith('127.0.0.1:')),
  )
  report('compose: the gateway alone is reachable from elsewhere', open.length === 0 ? undefined : open.map(([name]) => name).join(', '))
  const text = readFileSync(join(root, 'deploy/docker-compose.yml'), 'utf8')
  const guessable = [...text.matchAll(/\w*(?:PASSWORD|KEY)[^\n]*\$\{\w*(?:PASSWORD|API_KEY|METRICS_KEY)\w*:-[^}]+\}/g)].map(
    ([line]) => line,
  )
  report('compose: no password has a default', guessable.length === 0 ? undefined : guessable.join('; '))
  const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) =>
    volumes.filter((one) => one.startsWith('./')).map((one) => one.split(':')[0]),
  )
  const missing = mounted.filter((path) => !existsSync(join(root, 'deploy', path)))
  report('compose: what is mounted is there', missing.length === 0 ? undefined : missing.join(', '))
  const example = readFileSync(join(root, 'deploy/.env.example'), 'utf8')
  const demanded = [...new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name))]
  const untold = demanded.filter((name) => !example.includes(`${name}=`))
  report('compose: what must be set is in .env.example', untold.length === 0 ? undefined : untold.join(', '))
  checkConfig('compose', readFileSync(join(root, 'deploy/gateway.yaml'), 'utf8'))
}

function checkService() {
  if (!run('systemd-analyze', ['--version']).isGood) {
    note('systemd-analyze is not here: the unit is not checked')
    return
  }
  const unit = readFileSync(join(root, 'deploy/systemd/proxyapi.service'), 'utf8').replace('/usr/bin/node', process.execPath)
  const file = join(work, 'proxyapi.service')
  writeFileSync(file, unit)
  const { isGood, said } = run('systemd-analyze', ['verify', '--man=no', file])
  report('systemd unit', isGood && !said.includes('proxyapi.service:') ? undefined : said)
}

function checkRules() {
  if (!run('promtool', ['--version']).isGood) {
    note('promtool is not here: the rules are not tested')
    return
  }
  const folder = join(root, 'deploy/prometheus')
  const tests = readdirSync(folder).filter((name) => name.endsWith('.test.yml'))
  for (const test of tests) {
    const { isGood, said } = run('promtool', ['test', 'rules', test], { cwd: folder })
    report(`promtool test rules ${test}`, isGood ? undefined : said)
  }
  // The file of the key is the container's own.
  const config = readFileSync(join(folder, 'prometheus.yml'), 'utf8')
    .replace('/run/secrets/metrics_key', join(work, 'key'))
    .replaceAll(/^ {2}- (\w+(?:-\w+)*\.yml)$/gm, `  - ${folder}/$1`)
  writeFileSync(join(work, 'key'), 'key')
  writeFileSync(join(work, 'prometheus.yml'), config)
  const { isGood, said } = run('promtool', ['check', 'config', join(work, 'prometheus.yml')])
  report('promtool check config', isGood ? undefined : said)
}

checkChart()
checkCompose()
checkService()
checkRules()
process.exit(failures === 0 ? 0 : 1)
