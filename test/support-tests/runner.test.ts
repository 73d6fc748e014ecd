import * as assert from 'uvu/assert'
import { type FileResult, runFiles } from '../support/run-files.ts'
import { suite } from '../support/suite.ts'

const fixture = (name: string): string => `test/support-tests/fixtures/${name}.fixture.ts`

const runFixture = async (name: string): Promise<FileResult> => {
  const results = await runFiles([fixture(name)], {
    fileTimeout: 20_000,
    environment: { TEST_LEAK_TIMEOUT: '300' },
  })
  assert.is(results.length, 1)
  return results[0]!
}

const counts = ({ passed, failed, skipped }: FileResult): number[] => [passed, failed, skipped]

suite(
  'runner',
  (test) => {
    test('counts what passed and what was skipped', async () => {
      const result = await runFixture('passing')
      assert.is(result.problem, undefined, result.output)
      assert.equal(counts(result), [2, 0, 1])
    })

    test('counts failures and prints them whatever was thrown', async () => {
      const result = await runFixture('failing')
      assert.equal(counts(result), [1, 5, 0])
      assert.match(result.output, 'Expected values to be strictly equal')
      assert.match(result.output, "'a text'")
      assert.match(result.output, "key: 'k1'")
      assert.match(result.output, 'inner')
      assert.match(result.output, 'cleanup failed')
      assert.match(result.output, 'hook failed')
    })

    test('fails a test that takes too long, and aborts its signal', async () => {
      const result = await runFixture('slow-test')
      assert.equal(counts(result), [0, 1, 0])
      assert.match(result.output, 'did not finish within 50 ms')
      assert.match(result.output, 'the signal was aborted')
    })

    test('fails a file that leaks, and names what it leaks', async () => {
      const result = await runFixture('leaking')
      assert.equal(counts(result), [1, 1, 0])
      assert.match(result.problem!, /^leaked: .*TCPServerWrap x1/)
      assert.match(result.problem!, 'Timeout x1')
    })

    test('ends files that hang or block, and names the test and what it waits for', async () => {
      const files = [fixture('blocked'), fixture('hanging')]
      const [blocked, hanging] = await runFiles(files, { jobs: 2, fileTimeout: 6_000 })
      assert.equal(counts(blocked!), [0, 1, 0])
      assert.match(blocked!.problem!, /^hung: .*in "blocked > does not yield"; .*its event loop is blocked/)
      assert.equal(counts(hanging!), [0, 1, 0])
      assert.match(hanging!.problem!, /^hung: .*in "hanging > waits on a timer"; kept alive by Timeout/)
    })

    test('fails a file that crashes, and keeps what had passed', async () => {
      const result = await runFixture('crashing')
      assert.equal(counts(result), [1, 1, 0])
      assert.is(result.problem, 'ended with code 1 in "crashing > rejects where nobody listens"')
      assert.match(result.output, 'nobody listens')
    })

    test('fails a file that ends the process with code 0', async () => {
      const result = await runFixture('exiting')
      assert.equal(counts(result), [0, 1, 0])
    })

    test('fails a file without tests', async () => {
      assert.equal(counts(await runFixture('no-tests')), [0, 1, 0])
      const result = await runFixture('empty-suite')
      assert.equal(counts(result), [0, 1, 0])
      assert.match(result.output, 'suite "empty" has no tests')
    })

    test('fails a file with two tests of one name', async () => {
      const result = await runFixture('same-name')
      assert.equal(counts(result), [0, 1, 0])
      assert.match(result.output, 'suite "twins" has two tests named "same"')
    })

    test('fails a file that declares a suite too late', async () => {
      const result = await runFixture('late-suite')
      assert.equal(result.failed, 1)
      assert.match(result.output, 'declare suites synchronously')
    })

    test('runs several files and sums them up', async () => {
      const seen: string[] = []
      const files = ['passing', 'failing'].map(fixture)
      const results = await runFiles(files, { jobs: 2, onFile: ({ file }) => seen.push(file) })
      assert.equal(
        results.map(({ failed }) => failed),
        [5, 0],
      )
      assert.equal(seen.sort(), [...files].sort())
    })
  },
  { timeout: 30_000 },
)
