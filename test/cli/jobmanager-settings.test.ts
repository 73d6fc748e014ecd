import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../src/client/index.ts'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

const token = 'a-token-of-a-file-0123456789'

/** What the server of a data folder says that it does by itself. */
async function background(millrace: Millrace): Promise<unknown> {
  const client = new JobManagerClient({ port: millrace.server!.port, token })
  try {
    return (await client.server()).background
  } finally {
    await client.close()
  }
}

/** `key value origin` of the rows that are asked for. */
async function rows(
  millrace: Millrace,
  keys: readonly string[],
  args: readonly string[] = [],
): Promise<unknown> {
  const { code, out, err } = await millrace.call(['jobmanager', 'settings', '-o', 'json', ...args])
  assert.is(code, 0, err)
  const all = JSON.parse(out) as readonly { key: string; value: unknown; origin: string }[]
  return keys.map((wanted) => {
    const row = all.find(({ key }) => key === wanted)
    return row && [row.value, row.origin]
  })
}

suite(
  'settings of a job server',
  (test) => {
    test('come from flags, the environment and a file, and stay over a restart', async (context) => {
      const millrace = new Millrace(context)
      const file = join(millrace.data, 'server.yaml')
      writeFileSync(
        file,
        'port: 0\nmax_running: 3\ntoken_file: token\nbackground:\n  job_status_polling: { interval_seconds: 50 }\n  queue_processing: { enabled: false }\n',
      )
      writeFileSync(join(millrace.data, 'token'), token)
      const started = await millrace.call(['jobmanager', 'start'], {
        env: { MILLRACE_JOB_POLL_INTERVAL: '40' },
      })
      assert.is(started.code, 0, started.err)
      assert.equal(await background(millrace), {
        job_status_polling: { enabled: true, interval_seconds: 40 },
        queue_processing: { enabled: false, interval_seconds: 5 },
      })
      const polling = 'background.job_status_polling.interval_seconds'
      const keys = ['port', 'max_running', 'host', polling, 'background.queue_processing.enabled']
      assert.equal(await rows(millrace, keys), [
        [0, file],
        [3, file],
        ['127.0.0.1', 'default'],
        [40, join(millrace.data, 'server.json')],
        [false, file],
      ])
      assert.equal(
        await rows(millrace, ['max_running', polling], ['--poll-interval', '2', '--max-running', '5']),
        [
          [5, '--max-running'],
          [2, '--poll-interval'],
        ],
      )

      writeFileSync(file, 'port: 0\nmax_running: 2\ntoken_file: token\n')
      const { pid } = millrace.server!
      const restarted = await millrace.jobmanager('restart')
      assert.is(restarted.code, 0, restarted.err)
      assert.is.not(millrace.server!.pid, pid)
      assert.equal(await background(millrace), {
        job_status_polling: { enabled: true, interval_seconds: 40 },
        queue_processing: { enabled: true, interval_seconds: 5 },
      })

      // What is wrong is told while the old server runs, which goes on.
      writeFileSync(file, 'port: none\n')
      const running = millrace.server!.pid
      const refused = await millrace.jobmanager('restart')
      assert.is(refused.code, 2)
      assert.match(refused.err, `The settings in ${file} cannot be used`)
      assert.match(
        refused.err,
        "line 1, column 7: port is 'none', and should be a whole number from 0 to 65535",
      )
      assert.is(millrace.server!.pid, running)
      await background(millrace)
    })

    test('can be elsewhere, as a flag or a variable says', async (context) => {
      const millrace = new Millrace(context)
      mkdirSync(join(millrace.data, 'etc'))
      writeFileSync(join(millrace.data, 'etc', 'one.yaml'), 'max_running: 11\n')
      writeFileSync(join(millrace.data, 'etc', 'two.yaml'), 'max_running: 12\n')
      const env = { MILLRACE_SERVER_SETTINGS: 'etc/one.yaml' }
      const of = async (...args: readonly string[]): Promise<string> => {
        const { out, err } = await millrace.call(['jobmanager', 'settings', ...args], { env })
        return out.split('\n').find((line) => line.startsWith('max_running')) ?? err
      }
      assert.match(await of(), new RegExp(`^max_running +11 +${join(millrace.data, 'etc', 'one.yaml')}$`))
      assert.match(await of('--settings', 'etc/two.yaml'), / 12 .*two\.yaml$/)
      const missing = await millrace.call(['jobmanager', 'start', '--settings', 'etc/three.yaml'], { env })
      assert.is(missing.code, 2)
      assert.match(missing.err, `There are no settings in ${join(millrace.data, 'etc', 'three.yaml')}`)
      assert.is(millrace.server, undefined)
    })

    test('that make no sense are refused alike, wherever they are', async (context) => {
      const millrace = new Millrace(context)
      const file = join(millrace.data, 'server.yaml')
      for (const wrong of ['0', '-1', 'soon', '1e3', '86401', '0x10', ' ']) {
        const ofFlag = await millrace.jobmanager('settings', `--poll-interval=${wrong}`)
        assert.is(ofFlag.code, 2, wrong)
        assert.match(ofFlag.err, /--poll-interval <seconds>.* seconds from 0\.1 to 86400/s)
      }
      const env = { MILLRACE_JOB_POLL_INTERVAL: 'soon' }
      const ofEnvironment = await millrace.call(['jobmanager', 'start'], { env })
      assert.is(ofEnvironment.code, 2)
      assert.match(ofEnvironment.err, /'soon' from env 'MILLRACE_JOB_POLL_INTERVAL' is invalid/)
      const empty = { MILLRACE_JOB_POLL_INTERVAL: '', MILLRACE_SERVER_SETTINGS: '' }
      assert.is((await millrace.call(['jobmanager', 'settings'], { env: empty })).code, 0)
      writeFileSync(file, 'background: { job_status_polling: { interval_seconds: 86401 } }\n')
      const ofFile = await millrace.jobmanager('run')
      assert.is(ofFile.code, 2)
      assert.match(ofFile.err, 'is 86401, and should be a number of seconds from 0.1 to 86400')
      writeFileSync(file, 'token_file: nowhere\n')
      const noToken = await millrace.jobmanager('settings')
      assert.is(noToken.code, 2)
      assert.match(noToken.err, `the token file ${join(millrace.data, 'nowhere')} cannot be read`)
    })

    test('show of a token only that there is one', async (context) => {
      const millrace = new Millrace(context)
      const env = { MILLRACE_TOKEN: token }
      const { out } = await millrace.call(['jobmanager', 'settings'], { env })
      assert.match(out, /\ntoken +\*{8} +MILLRACE_TOKEN\n/)
      assert.not.match(out, token)
    })
  },
  { timeout: 120_000 },
)
