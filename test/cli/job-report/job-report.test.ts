import * as assert from 'uvu/assert'
import picocolors from 'picocolors'
import { jobReport } from '../../../src/cli/job-report/job-report.ts'
import type { ReportStyle } from '../../../src/cli/job-report/report-style.ts'
import { widthOf } from '../../../src/cli/output/text-width.ts'
import type { JobInfo } from '../../../src/protocol/job-info.ts'
import { aJob } from '../../client/support/a-job.ts'
import { suite } from '../../support/suite.ts'

const T = Date.parse('2025-01-31T12:00:00.000Z')
const timeAt = (ms: number): string => new Date(T + ms).toISOString()
const style: ReportStyle = {
  now: T + 65_000,
  colors: picocolors.createColors(false),
  columns: Infinity,
  isWide: false,
}

const node = {
  kind: 'map',
  inputs: [],
  parallelism: 1,
  unfinished: 0,
  errors: 0,
  failed: 0,
  deadLettered: 0,
  dropped: 0,
}
const nodes = [
  { ...node, id: 'n1', name: 'read', kind: 'source', in: 0, handled: 0, out: 1200 },
  {
    ...node,
    id: 'n2',
    name: 'parse',
    in: 1200,
    handled: 1000,
    dropped: 199,
    failed: 1,
    errors: 1,
    out: 1000,
  },
]

const failed: JobInfo = aJob({
  name: 'word\ncount',
  status: 'failed',
  startedAt: timeAt(1_000),
  endedAt: timeAt(61_000),
  restarts: 2,
  priority: 5,
  restartedFrom: 'job-0',
  progress: {
    status: 'failed',
    elapsedMs: 1,
    read: 1,
    written: 0,
    sources: [{ node: 'n1', done: 1200, total: 1201, unit: 'files' }],
    edges: [],
    activity: [],
    latency: null,
    nodes: [],
  },
  result: {
    jobId: 'job-1',
    name: 'word count',
    status: 'failed',
    startedAt: timeAt(0),
    endedAt: timeAt(0),
    durationMs: 1,
    restarts: 2,
    restartCauses: [{ at: timeAt(2_000), message: 'no\nmore', operator: 'parse', restoredFrom: 3 }],
    nodes,
    services: [
      { name: 'good', stopped: true, cleaned: true, killed: false },
      { name: 'bad', stopped: true, cleaned: false, killed: false, error: 'it hangs' },
    ],
  },
  error: {
    name: 'JobFailedError',
    lineage: [],
    message:
      'The job failed: x is not a function\n  operator: parse (/app/main.ts:7)\n  record:   {"a":1}\n  remedy:   mend it',
    operator: 'parse',
    site: { file: '/app/main.ts', line: 7, column: 3 },
    record: '{"a":1}',
    remedy: 'mend it',
    cause: {
      name: 'TypeError',
      lineage: [],
      message: 'x is not a function',
      stack: 'TypeError: x\n    at parse (/app/main.ts:7:3)',
      cause: { name: 'Error', lineage: [], message: 'thrown text', thrown: true },
    },
    deadLetters: [
      {
        record: { a: 2 },
        operator: 'parse',
        nodeId: 'n2',
        attempts: 1,
        at: 0,
        error: { name: 'RangeError', lineage: [], message: 'far' },
      },
    ],
  },
})

suite('the report of a job', (test) => {
  test('says of one that failed where, with what and why', () => {
    assert.equal(jobReport(failed, null, style).split('\n'), [
      'id              job-1',
      'name            word count',
      'status          failed',
      'submitted       2025-01-31T12:00:00.000Z, 1 min 5 s ago',
      'started         2025-01-31T12:00:01.000Z, 1 min 4 s ago',
      'ended           2025-01-31T12:01:01.000Z, 4 s ago',
      'lasted          1 min',
      'restarts        2',
      'priority        5',
      'restarted from  job-0',
      '',
      'why it failed  The job failed: x is not a function',
      '  operator     parse',
      '  source       /app/main.ts:7:3',
      '  record       {"a":1}',
      '  cause        TypeError: x is not a function',
      '  cause        thrown text',
      '  what to do   mend it',
      '',
      'Sources',
      'SOURCE   DONE     OF  UNIT    %',
      'read    1,200  1,201  files  99',
      '',
      'Operators',
      'OPERATOR     IN    OUT  DROPPED  DEAD  FAILED  ERRORS',
      'read             1,200        0     0       0       0',
      'parse     1,200  1,000      199     0       1       1',
      '',
      'Services',
      'SERVICE  STOPPED  CLEANED UP  KILLED  ERROR',
      'bad      yes      no          no      it hangs',
    ])
  })

  test('says the rest where that is asked for', () => {
    const checkpoint = {
      id: 3,
      kind: 'checkpoint' as const,
      location: '/c/3',
      takenAt: timeAt(5_000),
      bytes: 1_500,
      durationMs: 340,
    }
    const transition = { from: null, to: 'queued' as const, at: timeAt(0), cause: 'It was\nsubmitted' }
    const { durationMs: _, ...unmeasured } = checkpoint
    const details = { checkpoints: [checkpoint, { ...unmeasured, id: 2 }], transitions: [transition] }
    const lines = jobReport(failed, details, style).split('\n')
    assert.ok(lines.includes('  dead letters  parse: {"a":2}: RangeError: far'))
    const at = lines.indexOf('  stack         TypeError: x')
    assert.is(lines[at + 1], '                    at parse (/app/main.ts:7:3)')
    assert.equal(lines.slice(lines.indexOf('Services')), [
      'Services',
      'SERVICE  STOPPED  CLEANED UP  KILLED  ERROR',
      'good     yes      yes         no',
      'bad      yes      no          no      it hangs',
      '',
      'Restarts',
      'AT                        OPERATOR  WENT ON FROM  BECAUSE',
      '2025-01-31T12:00:02.000Z  parse     checkpoint 3  no',
      '',
      'Checkpoints',
      'ID  KIND        TAKEN        SIZE    TOOK  LOCATION',
      ' 3  checkpoint  1 min ago  1.5 kB  340 ms  /c/3',
      ' 2  checkpoint  1 min ago  1.5 kB          /c/3',
      '',
      'History',
      'AT                        STATUS  BECAUSE',
      '2025-01-31T12:00:00.000Z  queued  It was',
    ])
  })

  test('says of one that runs how its process is, and of others what comes next', () => {
    const process = {
      pid: 4711,
      startedAt: timeAt(0),
      heartbeatAt: timeAt(64_000),
      rssBytes: 120e6,
      heapBytes: 40e6,
      cpu: 0.456,
    }
    const report = (change: Partial<JobInfo>): string => jobReport(aJob(change), null, style)
    assert.match(
      report({ status: 'running', process }),
      'process    4711, 46 % of a core, 120 MB of memory, 40 MB in its heap, heard of 1 s ago',
    )
    assert.match(report({ position: 1 }), 'status     queued, the next to start')
    assert.match(report({ position: 3 }), 'status     queued, 2 before it')
    assert.match(report({ status: 'stopped' }), 'continues  from the beginning')
    const savepoint = { id: 4, kind: 'savepoint' as const, location: '/', takenAt: timeAt(0), bytes: 10 }
    assert.match(report({ status: 'stopped', savepoint }), 'continues  from savepoint 4, 10 B, of 2025-')
    const error = { name: 'JobCancelledError', lineage: [], message: 'cancelled by me' }
    assert.match(report({ status: 'cancelled', error }), '\n\nwhy  cancelled by me')
  })

  test('is never wider than the terminal, and leaves nothing of an error out', () => {
    for (const columns of [24, 30, 40, 60]) {
      const report = jobReport(failed, null, { ...style, columns })
      for (const line of report.split('\n')) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
      const words = report.replaceAll(/\s+/g, '')
      assert.match(words, 'Thejobfailed:xisnotafunction')
      assert.match(words, '/app/main.ts:7:3')
    }
  })
})
