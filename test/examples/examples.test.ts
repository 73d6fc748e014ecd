import { readdirSync, readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { runExample, startExample } from './run-example.ts'

/** What each example prints, line by line; `unordered` where branches print as they come. */
const outputs: Readonly<Record<string, { lines: readonly string[]; unordered?: true }>> = {
  'word-count': { lines: ['tyger 2', 'in 2', 'the 3', 'of 2', 'what 2', 'or 2'] },
  remote: {
    lines: [
      'on the server: 80 EUR',
      'on the server: 5 EUR',
      'on the server: 7 EUR',
      'on the server: rates: cleaned up',
      'here: completed [ 80, 5, 7 ]',
      "here: [ { name: 'rates', stopped: true, cleaned: true, killed: false } ]",
    ],
  },
  'webhook-receiver': {
    unordered: true,
    lines: [
      'what is not signed is answered 401',
      'squares: queued -> running',
      'squares: running -> completed',
    ],
  },
  'received-webhooks': {
    lines: [
      'done was answered 200',
      'rendering was answered 200',
      'done was answered 200, as one that is known',
      'rendering was answered 401',
      'A bridge at studio is completed',
    ],
  },
  'own-provider': {
    lines: [
      'Synced 2 jobs: 2 new.',
      'A bridge: queued, at studio',
      'A mill: running, at studio',
      'A bridge: queued, at studio',
      'A mill: completed, at studio',
      'a wheel',
      'some water',
      'signed',
    ],
  },
  'stop-and-continue': { lines: ['stopped', 'completed', '200 totals, the last is 19900'] },
  anywhere: { lines: ["completed [ 'brwon' ]"] },
  'foreign-jobs': {
    lines: [
      'Synced 1 job: 1 new.',
      'heartbeats runs at lab',
      'seen from here: cancelled',
      'seen from there: JobCancelledError',
    ],
  },
  'watch-records': {
    lines: ['n0: what n0 gives', 'n2~n3: from n2 to n3', "{ name: 'Dolly' } of 'Dolly'"],
  },
  'follow-progress': { lines: ['all is read, as the runtime tells', 'it is over'] },
  'job-history': { lines: ['it read 120 records', 'its memory is known: true'] },
  'job-progress': {
    lines: [
      '200: Preprocessing, ? %, "Loading the flock"',
      '304',
      '200: Counting, 25 %, "Sheep 30/120: Dolly"',
    ],
  },
  services: {
    lines: [
      'rates: started',
      'invoices: set up',
      'invoice 1: 80.00 EUR',
      'invoice 2: 50.00 EUR',
      'invoice 3: 12.50 EUR',
      'invoices: stopped',
      'rates: stopped',
      'rates: cleaned up',
      'completed',
      "{ name: 'rates', stopped: true, cleaned: true }",
      "{ name: 'invoices', stopped: true, cleaned: true }",
    ],
  },
  threads: {
    lines: [
      'subtasks: t0[0] in process, t1[0] in thread 0 (least loaded, with 0 operators), t1[1] in thread 1 (least loaded, with 0 operators), t2[0] in thread 0 (least loaded, with 2 operators), t2[1] in thread 1 (least loaded, with 2 operators), t3[0] in process',
      '563 primes end with 1',
      '1 primes end with 2',
      '569 primes end with 3',
      '1 primes end with 5',
      '569 primes end with 7',
      '559 primes end with 9',
      'completed',
    ],
  },
  'remote-services': {
    lines: [
      'factors of large numbers',
      'cleaned up',
      '360 = 2 * 2 * 2 * 3 * 3 * 5',
      '9699690 = 2 * 3 * 5 * 7 * 11 * 13 * 17 * 19',
      '600851475143 = 71 * 839 * 1471 * 6857',
      '1000003 = 1000003',
      '7919 = 7919',
      '123456 = 2 * 2 * 2 * 2 * 2 * 2 * 3 * 643',
      "completed { name: 'factoriser', stopped: true, cleaned: true, killed: false }",
    ],
  },
  comap: {
    unordered: true,
    lines: [
      'temperature 21.5 °C',
      'temperature 19.0 °C',
      'door front opened',
      'door garage opened',
      'power 340 W',
      'power 1200 W',
    ],
  },
  join: {
    lines: [
      "inner [ 'chair to Turin', 'lamp to Turin' ]",
      "left [ 'chair to Turin', 'desk to an unknown place', 'lamp to Turin' ]",
      'full [',
      "  'ada: chair, Turin',",
      "  'ada: lamp, Turin',",
      "  'ben: desk, nowhere',",
      "  'cleo: nothing, Cairo'",
      ']',
    ],
  },
  'enrichment-join': {
    unordered: true,
    lines: [
      'a: 100.00 EUR at 1.08 of 09:00',
      'b: 100.00 EUR at 1.1 of 11:00',
      'c: 100.00 EUR at 161 of 09:00',
      'd: 100.00 EUR at 1.09 of 10:00',
      'e: no rate for CHF',
      'f: 100.00 EUR at 163 of 12:00',
    ],
  },
  'feedback-loop': {
    unordered: true,
    lines: [
      '1 takes 0 steps',
      '6 takes 8 steps',
      '7 takes 16 steps',
      '27 takes 111 steps',
      '97 takes 118 steps',
    ],
  },
  'pipeline-service': {
    lines: [
      'the',
      'quick',
      '(nothing)',
      'refused: "f0x" is no word',
      "{ name: 'spelling', stopped: true, cleaned: true, killed: false }",
    ],
  },
  'custom-operator': { lines: ['up 1.5', 'up 3.5', 'down 5.0'] },
  'fan-out': { lines: ['sum 200010000, archived 20000', 'the source waited for the archive'] },
  'dead-letters': {
    unordered: true,
    lines: [
      'bread paid at attempt 1',
      'refund set aside: pay: -5 cannot be paid',
      'rent paid at attempt 3',
      'pay: in 5 = handled 2 + dead-lettered 3',
    ],
  },
  'node-streams': { lines: ['16593 warm days, the first {"day":31,"celsius":20.1}'] },
  retries: {
    lines: [
      'page 1 fetched at attempt 3',
      'page 2 fetched at attempt 3',
      '2 handled, 1 skipped, 7 calls failed',
      'ERR_JOB_FAILED',
      "operator fetch, record 'page 1', cause: 503 Service Unavailable",
    ],
  },
  'fraud-timers': {
    lines: [
      'ALERT ada: 50 cents, then 70000',
      'ALERT dan: 10 cents, then 90000',
      'cleo is cleared at second 160',
    ],
  },
  'side-outputs': {
    unordered: true,
    lines: [
      '200 /index.html',
      '404 /missing',
      '500 /login',
      '200 /about',
      'alarm: /login',
      'not understood: nonsense',
    ],
  },
  'page-view-sessions': {
    unordered: true,
    lines: [
      'ben 09:04 to 09:04, pages: 1',
      'ada 09:00 to 09:57, pages: 4',
      'ben 09:58 to 09:58, pages: 1',
      'too late: ben 09:10 /logout',
      'cleo 10:31 to 10:31, pages: 1',
      'ada 10:35 to 10:35, pages: 1',
    ],
  },
  'async-iterable': { lines: ['2', '3', '5', '7', '11', '13', '17', '19', '23', 'completed'] },
  'batching-sink': {
    lines: [
      'connected',
      'insert 5 rows: 1 to 5',
      'insert 2 rows: 6 to 7',
      'insert 3 rows: 8 to 10',
      'disconnected after 3 inserts',
    ],
  },
  'http-poll': {
    lines: [
      'keyed: [{"id":1,"price":12},{"id":2,"price":250},{"id":4,"price":99}]',
      'keyed: [{"id":5,"price":1000}]',
      'completed after 3 posts',
    ],
  },
  sse: { lines: ['1: 101', '2: 99', '3: 104', '4: 110', '5: 95', 'completed after 4 connections'] },
  'csv-to-jsonl': {
    lines: [
      'line 5 is left out',
      '{"station":"roof","day":"2024-07-02","celsius":21}',
      '{"station":"garden, south","day":"2024-07-02","celsius":24.5}',
      '{"station":"roof","day":"2024-07-03","celsius":20}',
    ],
  },
  schema: {
    unordered: true,
    lines: ['roof 21.5 °C', 'cellar 12.0 °C', 'refused by reading, 2 reasons', 'refused by parse, 1 reason'],
  },
}

suite(
  'examples',
  (test) => {
    for (const [name, { lines, unordered }] of Object.entries(outputs)) {
      test(`${name} prints what it says and ends by itself`, async ({ signal }) => {
        const { stdout, stderr, code } = await runExample(`examples/${name}.ts`, [], signal)
        const printed = stdout.trimEnd().split('\n')
        assert.equal(unordered ? printed.toSorted() : printed, unordered ? lines.toSorted() : lines)
        assert.is(stderr, '')
        assert.is(code, 0)
      })
    }

    test('word-count-resumed is killed, goes on, and writes every line once', async ({ signal }) => {
      const { stdout, stderr, code } = await runExample('examples/word-count-resumed.ts', [], signal)
      const [killed, resumed, ...lines] = stdout.trimEnd().split('\n')
      assert.is(stderr, '')
      assert.is(code, 0)
      assert.match(killed!, /^killed after \d+ of 40000 lines$/)
      const [, behind, read] = /^went on behind line (\d+), and read (\d+) lines to the end$/.exec(resumed!)!
      assert.is(Number(behind) + Number(read), 40_000)
      assert.ok(Number(behind) > 0, 'it did not begin again')
      const counts = (words: string, times: readonly number[]): string[] =>
        words.split(' ').flatMap((word) => times.map((n) => `${word} ${n}`))
      const expected = [
        ...counts('tyger the', [10_000, 20_000, 30_000, 40_000]),
        ...counts('burning bright in forests of night', [10_000, 20_000]),
      ]
      assert.equal(lines.toSorted(), expected.toSorted())
    })

    test('long-running counts what it has seen when it is stopped', async ({ signal }) => {
      const { stdout, code } = await runExample('examples/long-running.ts', ['300'], signal)
      assert.match(stdout, /^\d+ ticks in all$/m)
      assert.match(stdout, /^stopped$/m)
      assert.is(code, 0)
    })

    test('long-running stops gracefully at Ctrl-C', async ({ signal }) => {
      const { child, ended, saw } = startExample('examples/long-running.ts', [], signal)
      await saw('stdout', /20 ticks, mean/)
      child.kill('SIGINT')
      const { stdout, stderr, code } = await ended
      const total = Number(/^(\d+) ticks in all$/m.exec(stdout)?.[1])
      const inBatches = [...stdout.matchAll(/^(\d+) ticks, mean/gm)].map(([, size]) => Number(size))
      assert.is(
        inBatches.reduce((sum, size) => sum + size, 0),
        total,
        'no tick is lost',
      )
      assert.is(stderr, '')
      assert.is(code, 0)
    })

    test('there is no example without a test', () => {
      const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.test.ts'))
        .map((file) => readFileSync(`test/${file}`, 'utf8'))
        .join('\n')
      const programs = readdirSync('examples').filter((file) => file.endsWith('.ts'))
      const untested = programs
        .filter((file) => !(file.replace('.ts', '') in outputs))
        .filter((file) => !file.endsWith('.test.ts') && !tests.includes(`examples/${file}`))
      assert.equal(untested, [])
    })
  },
  { timeout: 60_000 },
)
