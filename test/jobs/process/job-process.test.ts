import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { JobResult } from '../../../src/job/job-result.ts'
import { collectedFrames } from '../../../src/protocol/collected-frames.ts'
import { fromWireError } from '../../../src/protocol/wire-error-codec.ts'
import { suite } from '../../support/suite.ts'
import { fileOf, ForkedJob, lineOf } from './forked-job.ts'

const options = { timeout: 30_000 }

suite(
  'the process of a job',
  (test) => {
    test('runs the program up to its submit, and tells what came of it', async (context) => {
      const job = await new ForkedJob(context).submit('squares', { program: { argv: ['a', '--b'] } })
      const { code, outcome, stdout, stderr } = await job.ended()
      assert.equal([code, stdout, stderr], [0, 'a,--b 2,4\n', ''])
      assert.equal(
        [outcome?.status, outcome?.error, outcome?.savepoint, outcome?.stoppedBy],
        ['completed', null, null, null],
      )
      // By the name that the server has for it.
      assert.equal([outcome?.result?.name, outcome?.result?.nodes.length], ['job', 3])
      const told = await job.report('outcome')
      assert.equal(told.outcome, outcome)
      assert.equal(
        job.reports.filter(({ type }) => type === 'status'),
        [{ type: 'status', status: 'running' }],
      )
      const { id } = outcome!.result!.nodes.find(({ name }) => name === 'seen')!
      assert.equal(await job.collected(id), [1, 4, 9])
    })

    test('has earlier submits come to what they came to, with what they collected', async (context) => {
      const job = new ForkedJob(context)
      job.write('earlier-0', Buffer.concat([...collectedFrames(['c', 'd'])]))
      const result = { jobId: 'the-first' } as JobResult
      const earlier = [{ result, error: null, collected: { n1: 'earlier-0' } }]
      await job.submit('two-jobs', { program: { ordinal: 1, earlier } })
      assert.is((await job.ended()).outcome?.status, 'completed')
      assert.equal(await job.collected('n1'), ['c', 'd', 'the-first'])
    })

    test('tells heartbeats with progress', async (context) => {
      const job = await new ForkedJob(context).submit('counting')
      const beat = await job.report('heartbeat', ({ progress }) => (progress?.read ?? 0) > 5)
      assert.is(beat.progress?.status, 'running')
      assert.ok(beat.rssBytes > beat.heapBytes && beat.heapBytes > 0 && beat.cpuMicros > 0)
      job.order({ type: 'cancel' })
      await job.ended()
    })

    test('fails as in process, with the line of the source, and without secrets', async (context) => {
      const env = { PASSWORD: 'correct horse' }
      const job = await new ForkedJob(context).submit('failing', { secrets: ['PASSWORD'] }, env)
      const { code, outcome } = await job.ended()
      assert.equal([code, outcome?.status], [0, 'failed'])
      const error = fromWireError(outcome!.error!)
      assert.is(error.name, 'JobFailedError')
      assert.match(error.message, 'not a number, says ***')
      const { site, operator } = outcome!.error!
      assert.equal(
        [operator, site?.file, site?.line],
        ['parse', fileOf('failing'), lineOf('failing', '.map(')],
      )
      assert.is(outcome?.error?.cause?.name, 'RangeError')
      assert.match(
        String(outcome?.error?.cause?.stack),
        `${fileOf('failing')}:${lineOf('failing', 'throw new')}:`,
      )
      assert.not.match(JSON.stringify([job.reports, outcome]), 'correct horse')
    })

    test('refuses another graph than the client has, and names the first difference', async (context) => {
      const job = await new ForkedJob(context).submit('squares', { program: { graphHash: '0'.repeat(64) } })
      assert.is((await job.ended()).outcome?.error?.name, 'GraphMismatchError')

      const other = new ForkedJob(context)
      other.write(
        'other.json',
        JSON.stringify({
          name: 'squares',
          nodes: [{ kind: 'source', name: 'source-1', id: 'n0' }],
          services: [],
        }),
      )
      await other.submit('squares', { program: { graphHash: '0'.repeat(64), graph: 'other.json' } })
      const { outcome } = await other.ended()
      assert.match(String(outcome?.error?.message), 'source "source-1"')
      assert.is(outcome?.error?.site?.file, fileOf('squares'))
    })

    test('fails a job whose collected values cannot be brought back', async (context) => {
      const job = await new ForkedJob(context).submit('uncollectable')
      const { outcome } = await job.ended()
      assert.equal([outcome?.status, outcome?.error?.name], ['failed', 'ProgramError'])
      assert.match(String(outcome?.error?.message), 'collect()')
    })
  },
  options,
)

suite(
  'orders to the process of a job',
  (test) => {
    test('stop: behind a savepoint, from which another goes on with nothing lost and nothing twice', async (context) => {
      const job = await new ForkedJob(context).submit('counting')
      await job.report('heartbeat', ({ progress }) => (progress?.read ?? 0) > 5)
      job.order({ type: 'stop', savepoint: true })
      const first = await job.ended()
      assert.equal([first.code, first.outcome?.status, first.outcome?.stoppedBy], [0, 'stopped', 'order'])
      assert.is(first.outcome?.savepoint?.kind, 'savepoint')
      const before = (await job.collected('n2')).length
      assert.ok(before > 5)
      const resume = { savepoint: first.outcome!.savepoint!.location }
      const limit = before + 50
      await job.submit('counting', { program: { argv: [String(limit)] }, resume })
      const { outcome } = await job.ended()
      assert.is(outcome?.status, 'completed')
      assert.equal(
        await job.collected('n2'),
        Array.from({ length: limit }, (_, n) => n),
      )
    })

    test('stop without a savepoint drains', async (context) => {
      const job = await new ForkedJob(context).submit('counting')
      await job.report('checkpoint')
      job.order({ type: 'stop', savepoint: false })
      const { outcome } = await job.ended()
      assert.equal([outcome?.status, outcome?.savepoint], ['stopped', null])
    })

    test('stop before the program has come to its submit', async (context) => {
      const job = new ForkedJob(context).run('waits', { program: { argv: ['busy'] }, resume: 'latest' })
      await job.report('heartbeat')
      job.order({ type: 'stop', savepoint: true })
      const { code, outcome } = await job.ended()
      assert.equal([code, outcome?.status, outcome?.result, outcome?.resume], [0, 'stopped', null, 'latest'])
    })

    test('cancel', async (context) => {
      const job = await new ForkedJob(context).submit('counting')
      await job.report('status')
      job.order({ type: 'cancel' })
      const { code, outcome } = await job.ended()
      assert.equal([code, outcome?.status, outcome?.error?.name], [0, 'cancelled', 'JobCancelledError'])
      assert.is(outcome?.result?.status, 'cancelled')
    })

    test('stop as soon as a job goes on: from where it was', async (context) => {
      const job = await new ForkedJob(context).submit('restarting')
      await job.report('checkpoint')
      job.kill('SIGKILL')
      await job.ended()
      job.write('fail', '')
      // It fails at its first record, and waits for its restart.
      const again = { resume: 'latest', program: { argv: ['1000000'] } } as const
      await job.submit('restarting', again)
      await job.report('status', ({ status }) => status === 'restarting')
      job.order({ type: 'stop', savepoint: true })
      const { outcome } = await job.ended()
      assert.is(outcome?.status, 'stopped')
      assert.ok(
        job.reports.some(
          (report) => report.type === 'checkpoint' && report.checkpoint.id === outcome?.savepoint?.id,
        ),
      )
    })

    test('savepoint, while the job runs on', async (context) => {
      const job = await new ForkedJob(context).submit('counting')
      await job.report('status')
      job.order({ type: 'savepoint', request: 7 })
      const { request, answer } = await job.report('savepoint')
      assert.is(request, 7)
      assert.is((answer as { checkpoint: { kind: string } }).checkpoint.kind, 'savepoint')
      assert.is(job.outcome(), undefined)
      job.order({ type: 'cancel' })
      await job.ended()
    })

    test('a signal is as an order to stop', async (context) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        const job = await new ForkedJob(context).submit('counting')
        await job.report('checkpoint')
        job.kill(signal)
        const { code, outcome } = await job.ended()
        assert.equal([code, outcome?.status, outcome?.stoppedBy], [0, 'stopped', 'signal'])
        assert.is(outcome?.savepoint?.kind, 'savepoint')
      }
    })
  },
  options,
)

suite(
  'checkpoints of a job in its process',
  (test) => {
    test('are told as they come and go, and another process goes on from the latest', async (context) => {
      const job = await new ForkedJob(context).submit('counting')
      const removed = await job.report('checkpoints-removed')
      const told = job.reports.flatMap((report) => (report.type === 'checkpoint' ? [report.checkpoint] : []))
      assert.is(told[0]?.kind, 'checkpoint')
      assert.is(removed.locations[0], told[0]?.location)
      job.kill('SIGKILL')
      const killed = await job.ended()
      assert.equal([killed.signal, killed.outcome], ['SIGKILL', undefined])
      const limit = 10 * killed.stdout.split('\n').length + 50
      await job.submit('counting', { program: { argv: [String(limit)] }, resume: 'latest' })
      const { outcome, stdout } = await job.ended()
      assert.is(outcome?.status, 'completed')
      assert.not.match(stdout, 'at 0\n')
      assert.equal(
        await job.collected('n2'),
        Array.from({ length: limit }, (_, n) => n),
      )
    })

    test('are left out with a warning where the pipeline cannot have them', async (context) => {
      const job = await new ForkedJob(context).submit('unsaved', { resume: 'latest' })
      await job.report('status')
      job.order({ type: 'stop', savepoint: true })
      const { outcome, stderr } = await job.ended()
      assert.equal([outcome?.status, outcome?.savepoint], ['stopped', null])
      assert.match(stderr, /^The job keeps no checkpoints.*concat/)
    })

    test('are kept of what a generator gives, which each process makes anew', async (context) => {
      const job = await new ForkedJob(context).submit('generated')
      await job.report('checkpoint')
      job.order({ type: 'stop', savepoint: true })
      const first = await job.ended()
      assert.equal([first.outcome?.status, first.outcome?.savepoint?.kind], ['stopped', 'savepoint'])
      // What the library warns of stands in the log of the job.
      assert.match(first.stderr, 'nothing reads "idle"')
    })

    test('are not taken where the order says so', async (context) => {
      const job = await new ForkedJob(context).submit('squares', { checkpoints: null })
      assert.is((await job.ended()).outcome?.status, 'completed')
      assert.not(job.reports.some(({ type }) => type === 'checkpoint'))
    })
  },
  options,
)

suite(
  'restarts of a job in its process',
  (test) => {
    test('are told with their cause, and go on from a checkpoint', async (context) => {
      const job = await new ForkedJob(context).submit('restarting')
      await job.report('checkpoint')
      job.write('fail', '')
      const { cause } = await job.report('restart')
      assert.match(cause, 'one bad day')
      job.order({ type: 'stop', savepoint: false })
      const { outcome } = await job.ended()
      assert.equal([outcome?.status, outcome?.result?.restarts], ['stopped', 1])
      assert.is(typeof outcome?.result?.restartCauses[0]?.restoredFrom, 'number')
      assert.equal(
        job.reports.flatMap((report) => (report.type === 'status' ? [report.status] : [])),
        ['running', 'restarting', 'running', 'stopping'],
      )
      const seen = await job.collected('n2')
      assert.equal(seen, [...seen.keys()])
    })

    test('do not keep a job from being stopped, to go on from its newest checkpoint', async (context) => {
      const job = await new ForkedJob(context).submit('restarting', { program: { argv: ['1000000'] } })
      await job.report('checkpoint')
      job.write('fail', '')
      await job.report('status', ({ status }) => status === 'restarting')
      job.order({ type: 'stop', savepoint: true })
      const { outcome } = await job.ended()
      assert.equal([outcome?.status, outcome?.error, outcome?.result?.status], ['stopped', null, 'stopped'])
      const told = job.reports.flatMap((report) => (report.type === 'checkpoint' ? [report.checkpoint] : []))
      assert.equal(outcome?.savepoint, told.at(-1))
    })
  },
  options,
)

suite(
  'a job whose server is gone',
  (test) => {
    test('stops behind a savepoint', async (context) => {
      const job = await new ForkedJob(context).submit('counting')
      await job.report('checkpoint')
      job.abandon()
      const { code, outcome } = await job.ended()
      assert.equal([code, outcome?.status, outcome?.stoppedBy], [0, 'stopped', 'server-gone'])
      assert.is(outcome?.savepoint?.kind, 'savepoint')
    })

    test('goes on from what it had saved when it cannot save its state', async (context) => {
      const job = await new ForkedJob(context).submit('counting')
      await job.report('checkpoint')
      const checkpoints = join(job.folder, 'checkpoints')
      renameSync(checkpoints, join(job.folder, 'elsewhere'))
      writeFileSync(checkpoints, 'in the way')
      job.order({ type: 'close' })
      const { code, outcome, stderr } = await job.ended()
      assert.equal([code, outcome?.status, outcome?.stoppedBy], [0, 'stopped', 'server-gone'])
      const told = job.reports.flatMap((report) => (report.type === 'checkpoint' ? [report.checkpoint] : []))
      assert.equal(outcome?.savepoint, told.at(-1))
      assert.match(stderr, 'could not be saved as it was')
    })

    test('is given up where it keeps no checkpoints, or has not begun', async (context) => {
      const job = await new ForkedJob(context).submit('counting', { checkpoints: null })
      await job.report('status')
      const waiting = new ForkedJob(context).run('waits', { program: { argv: ['busy'] } })
      await waiting.report('heartbeat')
      for (const left of [job, waiting]) {
        left.abandon()
        const { code, outcome } = await left.ended()
        assert.equal([code, outcome], [1, undefined])
      }
    })
  },
  options,
)
