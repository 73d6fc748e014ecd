import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { readSettings } from '../../../src/jobs/settings/read-settings.ts'
import type { FileSettings } from '../../../src/jobs/settings/settings-schema.ts'
import { suite, type TestContext } from '../../support/suite.ts'

/** A file with that in it. */
function fileOf({ cleanup }: TestContext, content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-settings-'))
  cleanup(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'server.yaml')
  writeFileSync(path, content)
  return path
}

const read = (context: TestContext, content: string): FileSettings | undefined =>
  readSettings(fileOf(context, content))

/** What is said of a file, without its path. */
function complaint(context: TestContext, content: string | Uint8Array): readonly string[] {
  const path = fileOf(context, content)
  let message = ''
  throws(
    () => readSettings(path),
    (error) => {
      ok(error instanceof InvalidArgumentError)
      message = error.message
      return true
    },
  )
  const [first, ...rest] = message.split('\n')
  equal(first, `The settings in ${path} cannot be used:`)
  return rest.map((line) => line.trim()).filter((line) => !line.startsWith('remedy:'))
}

suite('the settings file of a server', (test) => {
  test('is written in words with underscores, and times in seconds', (context) => {
    const settings = read(
      context,
      `
host: 0.0.0.0
port: 19005
max_running: 4
max_queued: 50
memory_mb: 512
log_level: debug
allowed_hosts: [jobs.example.com]
allowed_origins:
  - https://jobs.example.com
trusted_proxies: [10.0.0.0/8, '::1']
heartbeat_timeout_seconds: 20
drain_timeout_seconds: 0.5
retention: { jobs_seconds: 3600, events: 10 }
limits:
  upload_bytes: 1000
  stream_stall_seconds: 2.5
background:
  job_status_polling: { enabled: true, interval_seconds: 60 }
  queue_processing:
    enabled: false
    interval_seconds: 0.1
`,
    )
    deepEqual(settings, {
      host: '0.0.0.0',
      port: 19005,
      maxRunning: 4,
      maxQueued: 50,
      memoryMb: 512,
      logLevel: 'debug',
      allowedHosts: ['jobs.example.com'],
      allowedOrigins: ['https://jobs.example.com'],
      trustedProxies: ['10.0.0.0/8', '::1'],
      heartbeatTimeout: 20_000,
      drainTimeout: 500,
      retention: { jobs: 3_600_000, events: 10 },
      limits: { uploadBytes: 1000, streamStall: 2500 },
      background: {
        jobStatusPolling: { enabled: true, interval: 60_000 },
        queueProcessing: { enabled: false, interval: 100 },
      },
    })
  })

  test('may be empty, have empty sections, and need not be there', (context) => {
    deepEqual(read(context, ''), {})
    deepEqual(read(context, '# nothing\n'), {})
    deepEqual(read(context, '---\n{}\n'), {})
    deepEqual(read(context, '\uFEFFport: 0\n'), { port: 0 })
    deepEqual(read(context, 'background:\n  # queue_processing:\n  #   enabled: false\nlimits:\n'), {
      background: undefined,
      limits: undefined,
    })
    equal(readSettings(join(tmpdir(), 'millrace-no-such-file.yaml')), undefined)
  })

  test('names for every place line, column, path, what is there and what should be', (context) => {
    deepEqual(
      complaint(
        context,
        `port: 70000
max_running: 1.5
log_level: loud
allowed_hosts: jobs.example.com
background:
  job_status_polling:
    enabled: yes
    interval_seconds: 30s
  queue_processing: 5
limits:
  streams: -1
  idle_timeout_seconds:
trusted_proxies: [10.0.0.0/33]
`,
      ),
      [
        'line 1, column 7: port is 70000, and should be a whole number from 0 to 65535',
        'line 2, column 14: max_running is 1.5, and should be a whole number from 1 to 10000',
        "line 3, column 12: log_level is 'loud', and should be one of debug, info, warn, error",
        "line 4, column 16: allowed_hosts is 'jobs.example.com', and should be a list of host names",
        "line 7, column 14: background.job_status_polling.enabled is 'yes', and should be true or false",
        "line 8, column 23: background.job_status_polling.interval_seconds is '30s', and should be a number of seconds from 0.1 to 86400",
        'line 9, column 21: background.queue_processing is 5, and should be a section',
        'line 11, column 12: limits.streams is -1, and should be a whole number above 0',
        'line 12, column 24: limits.idle_timeout_seconds is empty, and should be a number of seconds from 0.001 to 2147483.647',
        "line 13, column 19: trusted_proxies[0] is '10.0.0.0/33', and should be an address or a range such as 10.0.0.0/8",
      ],
    )
  })

  test('says what an unknown key was probably meant to be', (context) => {
    deepEqual(
      complaint(
        context,
        'max_runing: 3\nbackground:\n  job_status_pooling: {}\n  queue_processing: { intervall_seconds: 2 }\n__proto__: 3\nmaxQueued: 4\n',
      ).map((line) => line.replace(/there may be .*/, 'there may be ...')),
      [
        'line 1, column 1: there is no `max_runing`: did you mean `max_running`?',
        'line 3, column 3: there is no `background.job_status_pooling`: did you mean `job_status_polling`?',
        'line 4, column 23: there is no `background.queue_processing.intervall_seconds`: did you mean `interval_seconds`?',
        'line 5, column 1: there is no `__proto__`: there may be ...',
        'line 6, column 1: there is no `maxQueued`: did you mean `max_queued`?',
      ],
    )
    const [line] = complaint(context, 'limits:\n  nothing: 3\n')
    ok(line!.startsWith('line 2, column 3: there is no `limits.nothing`: there may be upload_bytes, '), line)
  })

  test('says where it is no YAML, or has nothing to do with settings', (context) => {
    deepEqual(complaint(context, 'port: [1\n').length, 1)
    for (const [content, pattern] of [
      ['a: b: c\n', /^line 1, column \d+: /],
      ['port: 1\nport: 2\n', /^line 2, column 1: Map keys must be unique/],
      ['port: 1\n---\nport: 2\n', /^line 2, column 1: Source contains multiple documents/],
      ['port: !secret x\n', /^line 1, column 7: Unresolved tag: !secret/],
      ['1: x\n', /^line 1, column 1: /],
      ['port: *other\n', /unresolved alias/i],
      ['- port\n', /^line 1, column 1: the file is a list, and should be settings, each with its name$/],
      ['nothing', /^line 1, column 1: the file is 'nothing', and should be settings/],
    ] as const) {
      const [line] = complaint(context, content)
      ok(pattern.test(line!), `${content}: ${line}`)
    }
  })

  test('names at most ten places, and counts the others', (context) => {
    const lines = complaint(context, Array.from({ length: 14 }, (_, i) => `k${i}: 1`).join('\n'))
    equal(lines.length, 11)
    equal(lines.at(-1), 'and 4 more')
  })

  test('that is too large, or no file, is refused', (context) => {
    ok(complaint(context, `# ${'x'.repeat(1_000_001)}`)[0]!.startsWith('it has more than 1000000 bytes'))
    throws(() => readSettings(tmpdir()), /cannot be used:\n {2}.*EISDIR/)
    const bombs = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed'].map((pair) => [pair[0], pair[1]])) {
      bombs.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${of}`).join(', ')}]`)
    }
    ok(/alias/.test(complaint(context, bombs.join('\n')).join()))
  })

  test('has places of what stands behind an alias', (context) => {
    const task =
      'background:\n  job_status_polling: &task\n    interval_seconds: 5x\n  queue_processing: *task\n'
    deepEqual(
      complaint(context, task).map((line) => line.replace(/ is .*/, '')),
      [
        'line 3, column 23: background.job_status_polling.interval_seconds',
        'line 3, column 23: background.queue_processing.interval_seconds',
      ],
    )
  })

  test('names files as seen from its folder', (context) => {
    const path = fileOf(context, 'token_file: secrets/token\n')
    equal(readSettings(path)?.tokenFile, join(path, '..', 'secrets', 'token'))
  })

  test('has providers, in the same words, and whatever keys their tables have', (context) => {
    const path = fileOf(
      context,
      `
webhooks: { allow_private: [10.1.0.0/16], timeout_seconds: 5 }
stage_rules:
  - { stage: Baking, words: [bake], progress: true }
providers:
  - name: cluster
    type: ray
    url: http://127.0.0.1:8265
    token_file: cluster.token
    timeout_seconds: 2.5
    retry: { attempts: 1, initial_seconds: 0.1, max_seconds: 1 }
    breaker: { failures: 3, cooldown_seconds: 5, longest_seconds: 60 }
    statuses: { IN_LIMBO: queued }
    polling: { enabled: true, interval_seconds: 10 }
  - name: predictions
    type: replicate
    token_env: REPLICATE_TOKEN
    webhook_url: https://jobs.example.com/api/v1/webhooks/predictions
    webhook: { secrets_env: WEBHOOK_SECRETS, allow_from: [203.0.113.0/24] }
    price: { per_second: 0.001, currency: USD }
  - name: own_api
    type: http
    url: https://api.example.com
    headers: { X-Team_Name: a, someKey: b }
    get: { path: 'jobs/{id}' }
    cancel: { path: 'jobs/{id}/stop', body: { doIt: true, time_seconds: 3 } }
    list: { path: 'jobs?after={cursor}', next: { style: cursor, at: next_page }, page_size: 50 }
    fields: { id: id, status: state, submitted_at: created_at }
`,
    )
    const { providers, webhooks, stageRules } = readSettings(path)!
    deepEqual(webhooks, { allowPrivate: ['10.1.0.0/16'], timeout: 5000 })
    deepEqual(stageRules, [{ stage: 'Baking', words: ['bake'], progress: true }])
    deepEqual(JSON.parse(JSON.stringify(providers)), [
      {
        name: 'cluster',
        type: 'ray',
        url: 'http://127.0.0.1:8265',
        tokenFile: join(path, '..', 'cluster.token'),
        timeout: 2500,
        retry: { attempts: 1, initial: 100, max: 1000 },
        breaker: { failures: 3, cooldown: 5000, longest: 60_000 },
        statuses: { IN_LIMBO: 'queued' },
        polling: { enabled: true, interval: 10_000 },
      },
      {
        name: 'predictions',
        type: 'replicate',
        tokenEnv: 'REPLICATE_TOKEN',
        webhook: {
          secretsEnv: 'WEBHOOK_SECRETS',
          allowFrom: ['203.0.113.0/24'],
          url: 'https://jobs.example.com/api/v1/webhooks/predictions',
        },
        price: { perSecond: 0.001, currency: 'USD' },
      },
      {
        name: 'own_api',
        type: 'http',
        url: 'https://api.example.com',
        headers: { 'X-Team_Name': 'a', someKey: 'b' },
        get: { path: 'jobs/{id}' },
        cancel: { path: 'jobs/{id}/stop', body: { doIt: true, time_seconds: 3 } },
        list: { path: 'jobs?after={cursor}', next: { style: 'cursor', at: 'next_page' }, pageSize: 50 },
        fields: { id: 'id', status: 'state', submittedAt: 'created_at' },
      },
    ])
  })

  test('names what is wrong with a provider, and shows nothing that is secret', (context) => {
    const lines = complaint(
      context,
      `providers:
  - name: cluster
    type: rya
  - name: one
    type: ray
    url: http://user:hunter2@127.0.0.1
    token: [hunter2]
    timeout: 5
    polling: { interval_seconds: 0 }
    statuses: { PENDING: waiting }
  - name: two
    type: millrace
    token: hunter2 with spaces
  - name: api
    type: http
    url: https://api.example.com
    get: { path: jobs }
    list: { path: jobs, next: { style: cursor } }
    fields: { id: id, status: state, submittedAt: x }
    headers: { Authorization: 3 }
  - 5
`,
    )
    ok(!lines.join('\n').includes('hunter2'))
    deepEqual(
      lines.map((line) => line.replace(/: there may be .*/, '').replace(/\s+/g, ' ')),
      [
        "line 3, column 11: providers[0].type is 'rya', and should be a provider whose type is one of millrace, ray, replicate, http",
        'line 6, column 10: providers[1].url should be a url without credentials in it: give them as `token`, `tokenEnv` or `tokenFile`',
        'line 7, column 12: providers[1].token is a list, and should be a text',
        'line 8, column 5: there is no `providers[1].timeout`',
        'line 9, column 34: providers[1].polling.interval_seconds is 0, and should be a number of seconds above 0 to 2147483.647',
        "line 10, column 26: providers[1].statuses.PENDING is 'waiting', and should be one of pending, uploading, queued, running, stopping, restarting, stopped, completed, failed, cancelled",
        'line 11, column 5: providers[2].url is missing, and should be an absolute url',
        'line 13, column 12: providers[2].token should be a text without spaces and line breaks',
        "line 17, column 18: providers[3].get.path is 'jobs', and should be a path with {id} in it",
        'line 18, column 31: providers[3].list.next.at is missing, and should be a JSON pointer such as /status/phase, or names with dots between',
        'and 3 more',
      ],
    )
    deepEqual(
      complaint(context, `providers:\n${'  - { name: a, type: ray, url: "http://a" }\n'.repeat(2)}`),
      ["line 3, column 13: providers[1].name is 'a', and should be a name that no other provider has"],
    )
  })

  test('is written in the documentation as it is read', (context) => {
    let found = 0
    for (const page of ['server-settings', 'foreign-jobs', 'webhooks', 'providers', 'progress']) {
      const text = readFileSync(new URL(`../../../docs/${page}.md`, import.meta.url), 'utf8')
      for (const [, yaml = ''] of text.matchAll(/```yaml\n([^]*?)```/g)) {
        found++
        ok(Object.keys(read(context, yaml)!).length > 0, page)
      }
    }
    ok(found >= 2)
  })
})
