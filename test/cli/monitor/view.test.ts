import picocolors from 'picocolors'
import * as assert from 'uvu/assert'
import { widthOf } from '../../../src/cli/output/text-width.ts'
import { viewMonitor } from '../../../src/cli/monitor/view/monitor-view.ts'
import { formatClock, formatCount, formatShare } from '../../../src/cli/monitor/view/figures.ts'
import { sparkline } from '../../../src/cli/monitor/view/sparkline.ts'
import { wrap } from '../../../src/cli/output/wrap.ts'
import { suite } from '../../support/suite.ts'
import { AMonitor, job, progress } from './a-monitor.ts'

const full = (columns: number, rows: number): AMonitor => {
  const [words, prices, broken] = [
    job(1, 'running', { name: 'word count', restarts: 2 }),
    job(2, 'running', { name: '価格の計算' }),
    job(3, 'failed', { name: 'a name\u001b[31m that is longer than any column for names could ever be' }),
  ]
  const monitor = new AMonitor(columns, rows)
    .list(words, prices, broken, job(4, 'queued'))
    .press('down', 'down')
  for (let second = 0; second < 20; second++)
    monitor.hear(
      progress(words, second * 1000, second * second * 10, 8000),
      progress(prices, second * 1000, second * 1500),
    )
  return monitor
}

/** All but the time of day. */
const screen = (monitor: AMonitor) =>
  monitor.screen.map((line) => line.replace(/ \d\d:\d\d:\d\d$/, ' hh:mm:ss'))

suite('viewMonitor', (test) => {
  test('fits 80 columns', () => {
    assert.equal(screen(full(80, 10)), [
      'millrace  http://127.0.0.1:19001                       1.9k/s in total  hh:mm:ss',
      '2 running  1 queued  1 failed                                     by submitted ↓',
      '  NAME               STATUS      DONE   RECORDS    RATE  LAST MIN     TIME   RST',
      '  job 4              queued',
      '  a name [31m that…  failed                                           1:05',
      '› 価格の計算         running                29k  1.5k/s       ███     0:19',
      '  word count         running      45%      3.6k   370/s       ▂▅█     0:20     2',
      '',
      '',
      'enter details  l logs  x stop  / filter  s sort  f status  ? help  q quit',
    ])
  })

  test('fits 40 columns', () => {
    assert.equal(screen(full(40, 9)), [
      'millrace  127.0.0.1:19001         1.9k/s',
      '2 running  1 queued  1 failed',
      '  NAME                STATUS        RATE',
      '  job 4               queued',
      '  a name [31m that …  failed',
      '› 価格の計算          running     1.5k/s',
      '  word count          running      370/s',
      '',
      'enter details  l logs  ? help  q quit',
    ])
  })

  test('fits 140 columns', () => {
    assert.equal(screen(full(140, 9)), [
      'millrace  http://127.0.0.1:19001                                                                                   1.9k/s in total  hh:mm:ss',
      '2 running  1 queued  1 failed                                                                                                 by submitted ↓',
      '  NAME                                      STATUS      DONE   RECORDS    RATE  LAST MIN                           TIME   RST  ID',
      '  job 4                                     queued                                                                             00000004',
      '  a name [31m that is longer than any col…  failed                                                                 1:05        00000003',
      '› 価格の計算                                running                29k  1.5k/s                      ██████████     0:19        00000002',
      '  word count                                running      45%      3.6k   370/s                      ▂▂▃▄▅▅▆▇██     0:20     2  00000001',
      '',
      'enter details  l logs  x stop  / filter  s sort  f status  g graph  c cancel  ? help  q quit',
    ])
  })

  test('never shows old figures as new ones', () => {
    const monitor = full(80, 10)
      .hear({ type: 'lost', error: new Error('there is no job server at 127.0.0.1') })
      .wait(11)
    assert.equal(screen(monitor), [
      '⚠ reconnecting to 127.0.0.1:19001: these figures are 12 s old',
      '2 running  1 queued  1 failed                                     by submitted ↓',
      '  NAME               STATUS      DONE   RECORDS    RATE  LAST MIN     TIME   RST',
      '  job 4              queued',
      '  a name [31m that…  failed                                           1:05',
      '› 価格の計算         running                29k       -       ███     0:19',
      '  word count         running      45%      3.6k       -       ▂▅█     0:20     2',
      '',
      '',
      'enter details  l logs  x stop  / filter  s sort  f status  ? help  q quit',
    ])
    monitor.hear({ type: 'open' })
    assert.match(monitor.screen[0]!, 'in total')
  })

  test('is never wider than the terminal, nor longer', () => {
    for (const columns of [1, 5, 20, 39, 40, 60, 79, 81, 120, 200, 300]) {
      for (const rows of [3, 4, 10, 60]) {
        const monitor = full(columns, rows)
        for (const keys of [[], ['enter'], ['g'], ['escape', 'l'], ['?']]) {
          const lines = viewMonitor(
            monitor.press('escape', 'escape', ...keys).state,
            picocolors.createColors(true),
          )
          assert.is(lines.length, rows)
          // Rows beside the table are cut by the screen.
          if (keys.length === 0 && columns >= 20)
            for (const line of lines.slice(2, -1)) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
        }
      }
    }
  })

  test('makes only the jobs on the screen into text', () => {
    let asked = 0
    const jobs = Array.from({ length: 10_000 }, (_, n) => {
      const summary = { ...job(n, 'completed') }
      // What only a row that is shown is asked for.
      return Object.defineProperty(summary, 'restarts', { get: () => (asked++, 0), enumerable: true })
    })
    const monitor = new AMonitor(80, 24).list(...jobs)
    asked = 0
    monitor.press('end', 'pageup')
    assert.is(monitor.screen.length, 24)
    assert.ok(asked < 100, `${asked} rows were asked`)
    assert.is(monitor.selected, 'job 20')
  })

  test('has no colours where there should be none', () => {
    assert.not.match(full(80, 10).screen.join('\n'), '\u001b')
  })

  test('says why there is nothing', () => {
    assert.match(
      new AMonitor().list().screen.join('\n'),
      'there are no jobs: `millrace submit <file>` queues one',
    )
    assert.match(full(80, 10).press('/').type('zzz').screen.join('\n'), 'none of the jobs passes the filter')
    assert.match(new AMonitor().screen[0]!, 'connecting')
  })

  test('shows what is done to each record, and the error', () => {
    const monitor = full(80, 40)
    const failed = [...monitor.state.jobs.values()].find(({ job }) => job.status === 'failed')!.job
    monitor.press('home', 'down', 'enter').tell({
      type: 'looked',
      job: {
        ...failed,
        restartedFrom: null,
        foreign: null,
        process: null,
        progress: null,
        savepoint: null,
        result: null,
        error: {
          name: 'JobFailedError',
          lineage: [],
          message: 'the job has failed\n  operator: look up (/home/me/prices.ts:12)',
          operator: 'look up',
          site: { file: '/home/me/prices.ts', line: 12, column: 4 },
          record: "{ currency: 'XXX' }",
          cause: {
            name: 'RangeError',
            lineage: [],
            message: `there is no rate for ${'a currency '.repeat(9)}`,
          },
        },
      },
    })
    assert.equal(screen(monitor), [
      'millrace  http://127.0.0.1:19001                       1.9k/s in total  hh:mm:ss',
      'a name [31m that is longer than any column for names could ever be        failed',
      'id          00000003-0000-4000-8000-000000000000',
      'status      failed',
      'error       the job has failed',
      'operator    look up',
      'at          /home/me/prices.ts:12',
      "record      { currency: 'XXX' }",
      'cause       there is no rate for a currency a currency a currency a currency a',
      '            currency a currency a currency a currency a currency',
      '',
      'submitted   2025-03-01 hh:mm:ss',
      'started     2025-03-01 hh:mm:ss',
      'ended       2025-03-01 hh:mm:ss',
      'duration    1 min 5 s',
      'restarts    0',
      'keeps       checkpoints',
      'priority    0',
      'ends        by itself',
      '',
      'nothing is known of its operators yet',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      'esc back  l logs  g graph  d delete  ? help  q quit',
    ])
    assert.equal(screen(full(80, 16).press('g')), [
      'millrace  http://127.0.0.1:19001                       1.9k/s in total  hh:mm:ss',
      'Operators of 価格の計算                                                  running',
      'OPERATOR   KIND    RECORDS    RATE',
      'source n0  source      29k  1.5k/s  ██████████████████████████████',
      'sink n1    sink        14k   750/s  ███████████████',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      'esc back  l logs  x stop  c cancel  ? help  q quit',
    ])
  })
})

suite('figures', (test) => {
  test('are short', () => {
    assert.equal([0, 0.44, 7, 12.6, 999, 999.6, 1234, 9960, 12_345, 999_600, 5.6e6, 1e9].map(formatCount), [
      '0',
      '0.4',
      '7',
      '13',
      '999',
      '1.0k',
      '1.2k',
      '10k',
      '12k',
      '1.0M',
      '5.6M',
      '1.0G',
    ])
    assert.equal([null, 999, 59_999, 60_000, 3_661_000, 86_400_000 * 3 + 3_600_000 * 4].map(formatClock), [
      '',
      '0:00',
      '0:59',
      '1:00',
      '1:01:01',
      '3d 04h',
    ])
    assert.equal([null, 0, 0.5, 0.999, 1].map(formatShare), ['', '0%', '50%', '99%', '100%'])
  })

  test('draw the last minute', () => {
    assert.is(sparkline([], 5), '     ')
    assert.is(sparkline([0, 0], 5), '    ▁')
    assert.is(
      sparkline(
        Array.from({ length: 60 }, (_, n) => n),
        6,
      ),
      '▂▃▅▆▇█',
    )
    assert.is(
      sparkline(
        Array.from({ length: 60 }, () => 3),
        6,
      ),
      '██████',
    )
    assert.is(
      sparkline([...Array.from({ length: 30 }, () => 10), ...Array.from({ length: 30 }, () => 0)], 4),
      '██▁▁',
    )
  })

  test('and texts are broken at spaces', () => {
    assert.equal(wrap('one two three', 7), ['one two', 'three'])
    assert.equal(wrap('onetwothree four', 5), ['onetw', 'othre', 'e fou', 'r'])
    assert.equal(wrap('価格の計算', 4), ['価格', 'の計', '算'])
    assert.equal(wrap('a\nb', 4), ['a', 'b'])
  })
})
