import * as assert from 'uvu/assert'
import { reportSchema } from '../../../src/jobs/supervisor/report-schema.ts'
import { suite } from '../../support/suite.ts'
import { ForkedJob } from './forked-job.ts'

const PASSWORD = 'correct horse battery staple'

suite(
  'records that the process of a job shows',
  (test) => {
    test('are told only while they are asked for, cut, and without secrets', async (context) => {
      const job = await new ForkedJob(context).submit('shows', { secrets: ['PASSWORD'] }, { PASSWORD })
      const { points } = await job.report('taps')
      const keyed = points.find(({ from, to }) => from === 'n2' && to !== null)!
      assert.ok(keyed !== undefined && points.some(({ id }) => id === 'n0'), JSON.stringify(points))
      await job.report('heartbeat', ({ progress }) => (progress?.read ?? 0) > 20)
      const tapped = () => job.reports.filter(({ type }) => type === 'tapped')
      assert.equal(tapped(), [])

      job.order({ type: 'tap', point: 'n0', lease: 60_000 })
      job.order({ type: 'tap', point: keyed.id, lease: 60_000 })
      job.order({ type: 'tap', point: 'nowhere', lease: 60_000 })
      const source = await job.report('tapped', ({ point, batch }) => point === 'n0' && batch.passed > 20)
      assert.match(source.batch.records[0]!.text, /^\d+$/)
      const edge = await job.report('tapped', ({ point }) => point === keyed.id)
      const [record] = edge.batch.records
      assert.match(record!.text, /^\{ text: 'x{275}\*\*\*', n: \d+ \}$/)
      assert.is(record!.key, "'key ***'")
      for (const report of tapped()) assert.ok(reportSchema.safeParse(report).success)
      assert.not(tapped().some((report) => /correct|horse|staple/.test(JSON.stringify(report))))

      for (const point of ['n0', keyed.id]) job.order({ type: 'untap', point })
      // Answered behind what was told before.
      job.order({ type: 'savepoint', request: 1 })
      await job.report('savepoint')
      const before = tapped().length
      const { length } = job.reports
      await job.report('heartbeat', (beat) => job.reports.indexOf(beat) > length + 30)
      assert.is(tapped().length, before)
      job.order({ type: 'cancel' })
      await job.ended()
    })
  },
  { timeout: 30_000 },
)
