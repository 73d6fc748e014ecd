import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { AmbiguousJobError, findJob } from '../../../src/cli/job-reference/find-job.ts'
import { lastListing, rememberListing } from '../../../src/cli/job-reference/last-listing.ts'
import { resolveSettings } from '../../../src/cli/settings/settings.ts'
import { JobNotFoundError } from '../../../src/client/index.ts'
import { rejectionOf } from '../../job/jobs.ts'
import { clientOf } from '../../client/support/client-of.ts'
import { fakeJobServer } from '../../client/support/fake-job-server.ts'
import { suite, type TestContext } from '../../support/suite.ts'

const ids = {
  count: '7f3c2a1b-0000-4000-8000-000000000001',
  prices: '7f3c9999-0000-4000-8000-000000000002',
  digits: '12345678-0000-4000-8000-000000000003',
  other: '2abcdef0-0000-4000-8000-000000000004',
}

/** Finds among four jobs, of which the last listing had two. Gives the job's id, and what was said. */
async function finding(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-state-'))
  context.cleanup(() => rmSync(folder, { recursive: true }))
  process.env['XDG_STATE_HOME'] = folder
  const server = await fakeJobServer(context)
  server.put({ id: ids.count, name: 'word count', status: 'running' })
  server.put({ id: ids.prices, name: 'prices', status: 'failed' })
  server.put({ id: ids.digits, name: 'prices', status: 'queued' })
  server.put({ id: ids.other, name: '7f3c9999', status: 'queued' })
  const url = `http://127.0.0.1:${server.port}`
  const connection = {
    client: clientOf(context, server),
    settings: resolveSettings({ url }, { XDG_CONFIG_HOME: folder }),
    signal: context.signal,
  }
  rememberListing(url, [
    { id: ids.prices, name: 'prices' },
    { id: ids.count, name: 'word count' },
  ])
  const find = async (reference: string): Promise<readonly [id: string, said: string]> => {
    const { write } = process.stderr
    let said = ''
    process.stderr.write = (text: string | Uint8Array) => (said += String(text)) !== ''
    try {
      return [(await findJob(reference, connection)).id, said]
    } finally {
      process.stderr.write = write
    }
  }
  return { find, server, url, connection }
}

suite('findJob', (test) => {
  test('takes whole ids without a word, and asks once', async (context) => {
    const { find, server } = await finding(context)
    assert.equal(await find(ids.count), [ids.count, ''])
    assert.is(server.requests.length, 1)
  })

  test('takes names, beginnings of ids and numbers, and says which job that is', async (context) => {
    const { find, server } = await finding(context)
    const cases = {
      'word count': [ids.count, 'word count is 7f3c2a1b "word count", running\n'],
      '7f3c2': [ids.count, '7f3c2 is 7f3c2a1b "word count", running\n'],
      '2a': [ids.other, '2a is 2abcdef0 "7f3c9999", queued\n'],
      '1234': [ids.digits, '1234 is 12345678 "prices", queued\n'],
      '%1': [ids.prices, '%1 is 7f3c9999 "prices", failed\n'],
      '%2': [ids.count, '%2 is 7f3c2a1b "word count", running\n'],
      // Others begin with them.
      '1': [ids.prices, '1 is 7f3c9999 "prices", failed (by its number; an id begins with it too)\n'],
      '2': [ids.count, '2 is 7f3c2a1b "word count", running (by its number; an id begins with it too)\n'],
      // The listing had two.
      '12': [ids.digits, '12 is 12345678 "prices", queued\n'],
    }
    for (const [reference, expected] of Object.entries(cases)) {
      server.requests.length = 0
      assert.equal(await find(reference), expected, reference)
      assert.ok(server.requests.length <= 2, reference)
    }
  })

  test('names the candidates of what is ambiguous', async (context) => {
    const { find, server } = await finding(context)
    const cases: Record<string, readonly string[]> = {
      '7f3c': [ids.count, ids.prices, ids.other].filter((id) => id.startsWith('7f3c')),
      prices: [ids.prices, ids.digits],
      // One's name, and the beginning of another's id.
      '7f3c9999': [ids.prices, ids.other],
    }
    for (const [reference, candidates] of Object.entries(cases)) {
      const error = (await rejectionOf(find(reference))) as AmbiguousJobError
      assert.instance(error, AmbiguousJobError)
      const named = error.message.match(/[0-9a-f]{8}-\S{27}/g)
      assert.equal(named?.sort(), [...candidates].sort(), reference)
      assert.match(error.message, 'give more of the id, or its number')
    }
    for (let n = 0; n < 12; n++) server.put({ id: `many-${n}`, name: '\u001b[2Jmany\u202e' })
    const error = (await rejectionOf(find('many-'))) as AmbiguousJobError
    assert.match(error.message, /\n {2}many-9 {2} \[2Jmany ?, queued, of \S+\n {2}and 2 more\n/)
    assert.not.match(error.message, /[\u001b\u202e]/)
  })

  test('takes digits for a number only where that can be told from an id and a name', async (context) => {
    const { find, server, url } = await finding(context)
    const listed = Array.from({ length: 1300 }, (_, n) => ({ id: `listed-${n + 1}`, name: `n${n + 1}` }))
    rememberListing(url, listed)
    for (const { id, name } of listed.slice(1200)) server.put({ id, name })
    server.put({ id: 'named', name: '1299' })
    server.put({ id: 'beginning', name: '5' })
    for (const [reference, other] of [
      ['1234', ids.digits],
      ['1299', 'named'],
      ['5', 'beginning'],
    ] as const) {
      const error = (await rejectionOf(find(reference))) as AmbiguousJobError
      assert.instance(error, AmbiguousJobError)
      assert.match(error.message, `${reference} is the number of listed-${reference} "n${reference}"`)
      assert.match(error.message, `could also be\n  ${other}  `)
      assert.match(error.message, `give %${reference} for the number`)
    }
    assert.equal(await find('%1234'), ['listed-1234', '%1234 is listed-1234 "n1234", queued\n'])
    assert.equal(await find('1235'), ['listed-1235', '1235 is listed-1235 "n1235", queued\n'])
    // It never means one of them when the listing has not got it.
    rememberListing(url, [])
    assert.is((await find('1234'))[0], ids.digits)
    assert.is((await find('5'))[0], 'beginning')
  })

  test('does not find what is not there', async (context) => {
    const { find, server, url } = await finding(context)
    for (const reference of [
      'nobody',
      '',
      'x'.repeat(201),
      '%',
      '%0',
      '99',
      '\u001b[2J',
      ids.count.replace('1b', '1c'),
    ]) {
      const error = (await rejectionOf(find(reference))) as Error
      assert.instance(error, JobNotFoundError, reference)
      assert.match(error.message, '`millrace list --all`')
      assert.not.match(error.message, '\u001b')
    }
    assert.match(
      ((await rejectionOf(find('%3'))) as Error).message,
      'no job number 3 in the last listing: it had 2.',
    )
    server.remove(ids.prices)
    for (const reference of ['1', '%1']) {
      const error = (await rejectionOf(find(reference))) as Error
      assert.instance(error, JobNotFoundError)
      assert.match(error.message, `${reference} was 7f3c9999 "prices", which is not there any more.`)
    }
    rememberListing(url, [])
    assert.match(((await rejectionOf(find('%1'))) as Error).message, 'there was none yet')
  })
})

suite('the last listing', (test) => {
  test('is of a server and a user, and none where it cannot be kept', async (context) => {
    const { url } = await finding(context)
    const env = { XDG_STATE_HOME: process.env['XDG_STATE_HOME'] }
    assert.is(lastListing(url, env).length, 2)
    assert.equal(lastListing('http://elsewhere', env), [])
    assert.equal(lastListing(url, { XDG_STATE_HOME: '/nowhere' }), [])
    rememberListing(url, [{ id: 'a', name: 'b' }], { XDG_STATE_HOME: '/dev/null' })
    assert.equal(lastListing(url, { XDG_STATE_HOME: '/dev/null' }), [])
    rememberListing(url, [], env)
    assert.equal(lastListing(url, env), [])
  })
})
