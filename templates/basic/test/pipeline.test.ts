// The pipeline in virtual time: minutes take milliseconds, and every run is the same.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { marbles } from 'millrace/testing'
import { parse, traffic } from '../src/pipeline.ts'

const line = (time: string, path: string, status: number): string =>
  `192.0.2.1 - - [10/Oct/2025:${time} +0000] "GET ${path} HTTP/1.1" ${status} 12`

test('counts requests in windows of five minutes', async () => {
  await marbles(({ env, cold, expectStream, expectSubscriptions }) => {
    const log = cold('a 3m b 2m c 5s |', {
      a: line('09:00:30', '/', 200),
      b: line('09:03:30', '/', 503),
      c: line('09:05:30', '/', 200),
    })
    // The first window ends when a line says that it is later, the last one with the log.
    expectStream(traffic(env.fromObservable(log))).toBe('- 3m - 2m x 5s (y|)', {
      x: { from: '2025-10-10T09:00:00.000Z', path: '/', requests: 2, failed: 1 },
      y: { from: '2025-10-10T09:05:00.000Z', path: '/', requests: 1, failed: 0 },
    })
    expectSubscriptions(log).toBe('^ 3m - 2m - 5s !')
  })
})

test('has room for lines that come ten seconds late', async () => {
  await marbles(({ env, cold, expectStream }) => {
    const log = cold('abc|', {
      a: line('09:04:58', '/docs', 200),
      b: line('09:05:07', '/docs', 200),
      c: line('09:04:59', '/docs', 200),
    })
    const counts = traffic(env.fromObservable(log)).map(({ requests }) => requests)
    expectStream(counts).toBe('---(xy|)', { x: 2, y: 1 })
  })
})

test('leaves out what is no line of a log', async () => {
  await marbles(({ env, cold, expectStream, expectDeadLetters }) => {
    const log = cold('ab|', { a: 'GET / HTTP/1.1', b: line('09:00:00', '/', 200) })
    const counts = traffic(env.fromObservable(log)).map(({ requests }) => requests)
    expectStream(counts).toBe('--(x|)', { x: 1 })
    expectDeadLetters().toBe('a-|', { a: 'GET / HTTP/1.1' })
  })
})

test('reads the common log format', () => {
  const text = '127.0.0.1 - frank [10/Oct/2025:13:55:36 +0200] "GET /a.gif HTTP/1.0" 404 2326'
  assert.deepEqual(parse(text), { at: Date.parse('2025-10-10T11:55:36Z'), path: '/a.gif', status: 404 })
  assert.throws(() => parse('127.0.0.1 - - [yesterday] "GET / HTTP/1.0" 200 1'), RangeError)
})
