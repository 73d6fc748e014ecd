import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { JobInfo } from '../../../src/protocol/job-info.ts'
import { LOG_LINES, sortKeys, statusFilters } from '../../../src/cli/monitor/monitor-state.ts'
import { rowRate } from '../../../src/cli/monitor/job-row.ts'
import { unknownOnScreen } from '../../../src/cli/monitor/update-jobs.ts'
import { suite } from '../../support/suite.ts'
import { AMonitor, became, job, node, progress } from './a-monitor.ts'

const info = (of: ReturnType<typeof job>, given: Partial<JobInfo> = {}): JobInfo =>
  ({ ...of, process: null, progress: null, savepoint: null, error: null, result: null, ...given }) as JobInfo

suite('update: what the server tells', (test) => {
  test('knows the rate of a job from two notices, and forgets it when the job stops', () => {
    const running = job(1, 'running')
    const monitor = new AMonitor()
      .list(running)
      .hear(progress(running, 1000, 100), progress(running, 2000, 400))
    const row = () => monitor.state.jobs.get(running.id)!
    assert.is(rowRate(row()), 300)
    assert.equal(row().nodeRates, { n0: 300, n1: 150 })
    monitor.hear(became({ ...running, status: 'stopped', revision: 2 }), progress(running, 3000, 900))
    assert.is(rowRate(row()), null)
    assert.is(row().progress?.read, 400)
  })

  test('never goes back to an older revision', () => {
    const monitor = new AMonitor().list(job(1, 'completed', { revision: 7 }))
    monitor.hear(became(job(1, 'running', { revision: 6 })))
    monitor.tell(
      { type: 'listing' },
      { type: 'listed', jobs: [job(1, 'running', { revision: 5 })], isLast: true },
    )
    assert.is(monitor.state.jobs.get(job(1, 'running').id)!.job.status, 'completed')
  })

  test('drops what a listing does not show any more, but for what events have told since', () => {
    const monitor = new AMonitor().list(job(1, 'running'), job(2, 'running'))
    monitor.tell({ type: 'listing' }).tell({ type: 'listed', jobs: [job(2, 'running')], isLast: false })
    assert.equal(monitor.names, ['job 2', 'job 1'])
    monitor.hear(became(job(3, 'queued'))).tell({ type: 'listed', jobs: [], isLast: true })
    assert.equal(monitor.names, ['job 3', 'job 2'])
    monitor.hear({ type: 'event', event: { id: 2, at: '', job: job(2, 'running').id, type: 'job_deleted' } })
    assert.equal(monitor.names, ['job 3'])
  })

  test('says that it is not live when the stream is lost, or nothing is heard', () => {
    const monitor = new AMonitor().list(job(1, 'running'))
    assert.is(monitor.state.link.state, 'live')
    monitor.hear({ type: 'lost', error: undefined })
    assert.is(monitor.state.link.state, 'lost')
    // An answer is none of the stream.
    const server = { instance: 'one' } as never
    monitor.tell({ type: 'server', server, now: monitor.state.now })
    assert.is(monitor.state.link.state, 'lost')
    monitor.hear({ type: 'open' })
    assert.is(monitor.state.link.state, 'live')
    monitor.wait(7)
    assert.is(monitor.state.link.state, 'live')
    monitor.wait(1)
    assert.equal([monitor.state.link.state, monitor.state.link.why], ['lost', 'no answer'])
    monitor.tell({ type: 'server', server, now: monitor.state.now })
    assert.is(monitor.state.link.state, 'live')
  })

  test('asks for the figures of jobs on the screen that are over, once', () => {
    const [done, other, running] = [job(1, 'completed'), job(2, 'failed'), job(3, 'running')]
    const monitor = new AMonitor().list(done, other, running, job(4, 'cancelled', { startedAt: null }))
    assert.equal(unknownOnScreen(monitor.state), [other.id, done.id])
    const result = {
      durationMs: 5,
      nodes: [node('n0', 'source', { out: 70 }), node('n1', 'sink', { handled: 60 })],
    }
    monitor.tell({ type: 'looked', job: info(done, { result: result as never }) })
    const { progress } = monitor.state.jobs.get(done.id)!
    assert.equal([progress?.read, progress?.written], [70, 60])
    assert.equal(unknownOnScreen(monitor.state), [other.id])
    // Continued, it has others.
    monitor.hear(
      became({ ...done, status: 'queued', revision: 2 }),
      became({ ...done, status: 'stopped', revision: 3 }),
    )
    assert.equal(unknownOnScreen(monitor.state), [other.id, done.id])
  })
})

suite('update: keys', (test) => {
  const jobs = [
    job(1, 'running', { name: 'b' }),
    job(2, 'failed', { name: 'A' }),
    job(3, 'completed', { name: 'c' }),
  ]

  test('select the first until somebody chooses, then that job wherever it goes', () => {
    const monitor = new AMonitor().list(...jobs)
    assert.is(monitor.selected, 'c')
    monitor.hear(became(job(4, 'queued', { name: 'd' })))
    assert.is(monitor.selected, 'd')
    monitor.press('j', 'down', 'k')
    assert.is(monitor.selected, 'c')
    monitor.hear(became(job(5, 'queued', { name: 'e' })))
    assert.is(monitor.selected, 'c')
    monitor.press('end')
    assert.is(monitor.selected, 'b')
    monitor.hear({ type: 'event', event: { id: 9, at: '', job: jobs[0]!.id, type: 'job_deleted' } })
    assert.is(monitor.selected, 'A')
    monitor.press('home', 'up', 'pageup')
    assert.is(monitor.selected, 'e')
  })

  test('sort by one column after the other, and the other way', () => {
    const monitor = new AMonitor().list(...jobs)
    assert.equal(monitor.names, ['c', 'A', 'b'])
    assert.equal(monitor.press('S').names, ['b', 'A', 'c'])
    assert.equal(monitor.press('s').names, ['A', 'b', 'c'])
    assert.equal(monitor.press('S').names, ['c', 'b', 'A'])
    assert.equal(monitor.press('s').names, ['b', 'A', 'c'])
    for (const key of sortKeys.slice(3)) assert.is(monitor.press('s').state.list.sort, key)
    assert.is(monitor.press('s').state.list.sort, 'submitted')
  })

  test('sort by figures', () => {
    const [a, b, c] = [job(1, 'running'), job(2, 'running', { restarts: 3 }), job(3, 'running')]
    const monitor = new AMonitor().list(a, b, c).wait(10)
    monitor.hear(progress(a, 0, 0), progress(a, 1000, 10), progress(b, 0, 900), progress(b, 1000, 901))
    assert.equal(monitor.press('s', 's', 's').names, ['job 1', 'job 2', 'job 3'])
    assert.equal(monitor.press('s').names, ['job 2', 'job 1', 'job 3'])
    assert.equal(monitor.press('s').names, ['job 1', 'job 2', 'job 3'])
    assert.equal(monitor.press('s').names, ['job 2', 'job 3', 'job 1'])
  })

  test('filter by a text while it is typed, and by status', () => {
    const monitor = new AMonitor()
      .list(...jobs)
      .press('/')
      .type('q')
    assert.equal([monitor.names, monitor.state.isDone], [[], false])
    assert.equal(monitor.press('backspace').type('a').names, ['A'])
    assert.equal(monitor.press('enter').names, ['A'])
    assert.equal(monitor.press('escape').names, ['c', 'A', 'b'])
    assert.equal(monitor.press('/').type('00000002').names, ['A'])
    assert.equal(monitor.press('escape').names, ['c', 'A', 'b'])
    const shown = statusFilters.slice(1).map(() => monitor.press('f').names.join(''))
    assert.equal(shown, ['b', 'b', '', 'A', '', 'c', ''])
    assert.equal(monitor.press('f').names, ['c', 'A', 'b'])
  })

  test('ask before a job is stopped, cancelled or deleted', () => {
    const monitor = new AMonitor().list(...jobs).press('end', 'x')
    assert.match(monitor.screen.at(-1)!, 'Stop “b”? y/N')
    monitor.press('q')
    assert.equal([monitor.state.asking, monitor.state.isDone, monitor.actions], [null, false, []])
    monitor.press('x', 'y', 'c', 'Y', 'd')
    assert.match(monitor.screen.at(-1)!, '“b” is running: stop or cancel it first.')
    monitor.press('home', 'x', 'd', 'enter', 'd', 'y')
    assert.equal(
      monitor.actions.map(({ name, job }) => [name, monitor.state.jobs.get(job)!.job.name]),
      [
        ['stop', 'b'],
        ['cancel', 'b'],
        ['delete', 'c'],
      ],
    )
    const [stop] = monitor.actions
    monitor.tell({ type: 'acted', action: stop!, error: '' })
    assert.match(monitor.screen.at(-1)!, '“b” has been told to stop')
    monitor.tell({ type: 'acted', action: stop!, error: 'no such thing' })
    assert.is(monitor.screen.at(-1), 'no such thing')
    assert.match(monitor.wait(6).screen.at(-1)!, 'quit')
  })

  test('continue a stopped job, and no other', () => {
    const monitor = new AMonitor().list(job(1, 'stopped'), job(2, 'completed')).press('r')
    assert.match(monitor.screen.at(-1)!, 'only a stopped job can be continued')
    monitor.press('down', 'r')
    assert.equal(monitor.actions, [{ name: 'continue', job: job(1, 'stopped').id, title: 'job 1' }])
  })

  test('open pages of a job, and lead back through them', () => {
    const monitor = new AMonitor().list(...jobs).press('enter', 'l', 'g', '?')
    assert.equal(monitor.state.pages, ['list', 'details', 'logs', 'graph', 'help'])
    assert.equal(monitor.press('escape', 'l').state.pages, ['list', 'details', 'logs'])
    monitor.press('escape')
    assert.equal([monitor.state.logs, monitor.state.details?.job], [null, jobs[2]!.id])
    monitor.press('backspace')
    assert.equal([monitor.state.details, monitor.state.pages], [null, ['list']])
    assert.equal(new AMonitor().list().press('enter').state.pages, ['list'])
    assert.ok(monitor.press('q').state.isDone)
  })

  test('never break anything', () => {
    const keys =
      'up down pageup pagedown home end enter escape backspace left right tab / s S f l g x c r d y n ? a'.split(
        ' ',
      )
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...keys), { maxLength: 40 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        (pressed, count, columns, rows) => {
          const statuses = ['running', 'queued', 'failed', 'stopped'] as const
          const all = Array.from({ length: count }, (_, n) => job(n, statuses[n % 4]!))
          const monitor = new AMonitor(columns, rows).list(...all)
          for (const key of pressed) {
            monitor.press(key)
            const { list } = monitor.state
            assert.ok(list.order.length === 0 ? list.index === 0 : list.index < list.order.length)
            assert.ok(
              list.top <= list.index && list.index < list.top + Math.max(1, rows - 4),
              'off the screen',
            )
            assert.is(monitor.screen.length, Math.max(rows, 3))
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

suite('update: logs', (test) => {
  const [one] = [job(1, 'running')]
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => {
      return { seq: from + i, at: one.submittedAt, stream: 'stdout', text: `line ${from + i}` } as const
    })
  const open = () =>
    new AMonitor(80, 8)
      .list(one)
      .press('l')
      .tell({ type: 'logs', job: one.id, lines: lines(1, 100) })
  const shown = (monitor: AMonitor) => monitor.screen.slice(2, -1).map((line) => line.slice(9))

  test('follow the newest lines, until somebody goes back', () => {
    const monitor = open()
    assert.equal(
      shown(monitor),
      [96, 97, 98, 99, 100].map((n) => `line ${n}`),
    )
    monitor.press('up', 'up').tell({ type: 'logs', job: one.id, lines: lines(101, 50) })
    assert.equal(shown(monitor).at(-1), 'line 98')
    assert.match(monitor.screen[1]!, 'f to follow')
    assert.equal(shown(monitor.press('home'))[0], 'line 1')
    assert.equal(shown(monitor.press('pagedown'))[0], 'line 6')
    assert.equal(shown(monitor.press('f')).at(-1), 'line 150')
    assert.equal(shown(monitor.press('up', 'end')).at(-1), 'line 150')
    assert.match(monitor.screen[1]!, 'following')
  })

  test('keep so many lines, and show the oldest of them to who reads what is gone', () => {
    const monitor = open().press('home')
    monitor.tell({ type: 'logs', job: one.id, lines: lines(101, LOG_LINES + 50) })
    assert.is(monitor.state.logs?.lines.length, LOG_LINES)
    assert.equal(shown(monitor)[0], 'line 151')
  })

  test('go sideways', () => {
    assert.equal(shown(open().press('right')).at(-1), '')
    assert.equal(shown(open().press('right', 'left')).at(-1), 'line 100')
  })

  test('are those of the job whose page is open', () => {
    const monitor = open().tell({ type: 'logs', job: 'another', lines: lines(500, 1) })
    assert.is(shown(monitor).at(-1), 'line 100')
    monitor.tell({ type: 'logs-over', job: one.id, error: '' })
    assert.match(monitor.screen[1]!, 'all there is')
    monitor.tell({ type: 'logs', job: one.id, lines: lines(101, 1) })
    assert.match(monitor.screen[1]!, 'running, following')
  })
})
