import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { JobInfo, JobSummary, ProgressReport, ProviderInfo, SyncResult } from '../../src/client/index.ts'
import { listening } from '../providers/support/fake-api.ts'
import { FakeRay } from '../providers/support/fake-ray.ts'
import { suite } from '../support/suite.ts'
import { Millrace, type Said } from './millrace.ts'

suite(
  'jobs that run elsewhere, on the command line',
  (test) => {
    test('are found, listed, shown, followed and cancelled', async (context) => {
      const millrace = new Millrace(context)
      const ray = await listening(context, new FakeRay())
      ray.token = 'secret-of-ray'
      writeFileSync(
        join(millrace.data, 'server.yaml'),
        `port: 0
background: { job_status_polling: { enabled: false } }
providers:
  - { name: cluster, type: ray, url: "${ray.url}", token_env: RAY_TOKEN, retry: { attempts: 0 } }
  - { name: nowhere, type: ray, url: "http://127.0.0.1:9/", retry: { attempts: 0 } }
`,
      )
      const call = (...args: readonly string[]): Promise<Said> => millrace.call(args)
      const unset = await call('jobmanager', 'start')
      assert.is(unset.code, 2)
      assert.match(unset.err, 'RAY_TOKEN, which is not set')
      const env = { RAY_TOKEN: ray.token }
      const started = await millrace.call(['jobmanager', 'start'], { env })
      assert.is(started.code, 0, started.err)
      const settings = await millrace.call(['jobmanager', 'settings'], { env })
      assert.match(settings.out, /\nproviders\.cluster\.token_env +RAY_TOKEN +\S+server\.yaml\n/)

      // What has ended long ago is not taken in.
      const end_time = Date.now() - 60_000
      ray.put({ submission_id: 'one', status: 'RUNNING', entrypoint: 'python one.py' })
      ray.put({ submission_id: 'two', status: 'RUNNING' })
      ray.put({ submission_id: 'three', status: 'DANCING' })
      ray.put({ submission_id: 'four', status: 'FAILED', message: 'out of luck', end_time })
      ray.logs.set('one', 'loading\nstep 1500/5000\n')

      const synced = await call('sync')
      assert.is(synced.code, 1, synced.err)
      assert.match(synced.err, /^nowhere cannot be asked: /m)
      assert.match(
        synced.err,
        'cluster calls a status `DANCING`, which is not in its table: it changes nothing',
      )
      const again = await call('sync', '--provider', 'cluster', '--limit', '2', '-o', 'json')
      assert.is(again.code, 0, again.err)
      const result = JSON.parse(again.out) as SyncResult
      assert.equal([result.synced, result.failed], [2, []])
      const nobody = await call('sync', '--provider', 'nobody')
      assert.is(nobody.code, 3, nobody.err)

      const providers = await call('providers')
      assert.match(
        providers.out,
        /^NAME +TYPE +STATE +ACTIVE +POLLED +SYNCED +LAST ERROR\ncluster +ray +ok +3 +no +\d+ s ago\n/,
      )
      assert.match(providers.out, /\nnowhere +ray +failing +0 +no +never +/)
      const cluster = await call('providers', 'cluster')
      assert.match(cluster.out, /\nunknown statuses +DANCING\n?/)
      const info = JSON.parse((await call('providers', 'cluster', '-o', 'json')).out) as ProviderInfo
      assert.equal([info.name, info.activeJobs], ['cluster', 3])
      assert.is((await call('providers', 'nobody')).code, 3)

      const listed = await call('list', '--sort', 'name')
      assert.match(listed.out, /^# +ID +NAME +PROVIDER +STATUS +SUBMITTED/)
      assert.match(listed.out, / cluster +running /)
      const wide = await call('list', '--wide', '--provider', 'cluster', '--status', 'failed')
      assert.match(wide.out, /PROVIDER +EXTERNAL ID +STATUS .*\n1 .* cluster +four +failed /)
      assert.is((await call('list', '--provider', 'local', '-o', 'name')).out, '')
      const jobs = JSON.parse((await call('list', '-o', 'json')).out) as readonly JobSummary[]
      const idOf = (external: string): string => jobs.find(({ externalId }) => externalId === external)!.id
      const [one, two, failed] = [idOf('one'), idOf('two'), idOf('four')]

      const shown = await call('show', one)
      assert.match(shown.out, /\nruns at +cluster\nknown there as +one\nstatus there +RUNNING\n/)
      assert.match(shown.out, /\nas of +\S+, \d+ s ago\n?/)
      const verbose = await call('show', failed, '--verbose')
      assert.match(verbose.out, 'out of luck')
      assert.match((await call('logs', one)).out, 'step 1500/5000')
      const progress = await call('progress', one, failed)
      assert.is(progress.code, 0, progress.err)
      assert.match(progress.out, /^ID +NAME +STAGE +PROGRESS +LEFT +LAST LINE\n/)
      assert.match(progress.out, / Training +30\.0 % .*step 1500\/5000\n/)
      const [report] = JSON.parse(
        (await call('progress', one, '-o', 'json')).out,
      ) as readonly ProgressReport[]
      assert.equal([report!.job, report!.progress, report!.from], [one, 30, 'logs'])
      assert.is((await call('progress', 'nothing-like-it')).code, 3)

      // What can only be done where a job runs is refused, with what to do instead.
      for (const args of [
        ['stop', one],
        ['restart', failed],
        ['savepoints', one, '--take'],
      ]) {
        const refused = await call(...args)
        assert.is(refused.code, 1, args.join(' '))
        assert.match(refused.err, 'remedy', args.join(' '))
      }
      const following = millrace.call(['progress', one, two, '--follow', '-o', 'ndjson'])
      const waiting = millrace.call(['wait', one])
      const watching = millrace.call(['watch', one])
      const cancelled = await call('cancel', two, '--yes')
      assert.is(cancelled.code, 0, cancelled.err)
      assert.match(cancelled.err, /Cancelled \S+ /)
      ray.put({ submission_id: 'one', status: 'SUCCEEDED', end_time })
      const fresh = await call('list', '--sync-active', '--status', 'completed', '-o', 'name')
      assert.is(fresh.out, `${one}\n`)
      const followed = await following
      assert.is(followed.code, 0, followed.err)
      const lines = followed.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as ProgressReport)
      assert.is(lines.findLast(({ job }) => job === one)!.status, 'completed')
      assert.is(lines.findLast(({ job }) => job === two)!.status, 'cancelled')
      assert.is((await waiting).code, 0)
      const watched = await watching
      assert.is(watched.code, 0, watched.err)

      ray.token = 'another'
      const late = await call('list', '--sync-active', '--provider', 'cluster')
      assert.is(late.code, 0)
      assert.match(late.err, /^1 job is shown as last known:\n {2}cluster: /)
      const unreachable = await call('cancel', idOf('three'), '--yes', '--no-wait')
      assert.is(unreachable.code, 1)

      const deleted = await call('delete', one, failed, '--yes')
      assert.is(deleted.code, 0, deleted.err)
      ray.token = env.RAY_TOKEN
      await call('sync', '--provider', 'cluster')
      const left = JSON.parse((await call('list', '-o', 'json')).out) as readonly JobInfo[]
      assert.equal(left.map(({ externalId }) => externalId).sort(), ['three', 'two'])
    })
  },
  { timeout: 300_000 },
)
