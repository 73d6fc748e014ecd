import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  HashMismatchError,
  InvalidArgumentError,
  type UploadProgress,
  UploadTooLargeError,
} from '../../src/client/index.ts'
import { rejectionOf } from '../job/jobs.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { clientOf } from './support/client-of.ts'
import { fakeJobServer } from './support/fake-job-server.ts'
import { problem } from './support/faults.ts'

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const bytesOf = (size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => (index * 7) % 251)

const fileOf = ({ cleanup }: Pick<TestContext, 'cleanup'>, bytes: Uint8Array): string => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-upload-'))
  cleanup(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'main.js')
  writeFileSync(path, bytes)
  return path
}

suite('JobManagerClient.files', (test) => {
  test('asks once for each of many files that may be missing', async (context) => {
    const server = await fakeJobServer(context)
    const { files } = clientOf(context, server)
    const hashes = Array.from({ length: 15_000 }, (_, index) => hashOf(Buffer.from(String(index))))
    server.files.set(hashes[0]!, Buffer.from(''))
    const missing = await files.missing([...hashes, ...hashes])
    assert.equal(missing, hashes.slice(1))
    assert.is(server.requests.length, 2)
  })

  for (const size of [0, 1, 65_536, 300_000]) {
    for (const kind of ['bytes', 'a file'] as const) {
      test(`uploads ${size} bytes as ${kind}, and tells how far it is`, async (context) => {
        const server = await fakeJobServer(context)
        const { files } = clientOf(context, server)
        const bytes = bytesOf(size)
        const hash = hashOf(bytes)
        const told: UploadProgress[] = []
        const content = kind === 'bytes' ? bytes : { path: fileOf(context, bytes) }
        await files.upload(hash, content, { onProgress: (progress) => told.push(progress) })
        assert.is(Buffer.compare(server.files.get(hash)!, bytes), 0)
        assert.is(server.requests[0]?.headers['content-length'], String(size))
        assert.is(told.at(-1)?.sent ?? 0, size)
        assert.ok(told.every((progress) => progress.hash === hash && progress.total === size))
        assert.is(told.length, Math.ceil(size / 65_536))
      })
    }
  }

  for (const fault of ['reset', 'lose', 'half'] as const) {
    test(`begins again when the connection breaks: ${fault}`, async (context) => {
      const server = await fakeJobServer(context)
      const { files } = clientOf(context, server)
      const bytes = bytesOf(1_000_000)
      server.faults.on(/^PUT/, fault, problem(503, 'ERR_SERVER_BUSY'))
      const sent: number[] = []
      const path = fileOf(context, bytes)
      await files.upload(hashOf(bytes), { path }, { onProgress: (progress) => sent.push(progress.sent) })
      assert.is(Buffer.compare(server.files.get(hashOf(bytes))!, bytes), 0)
      assert.is(sent.filter((count) => count === 65_536).length, 3)
    })
  }

  test('tells what the server says of a file', async (context) => {
    const server = await fakeJobServer(context)
    const { files } = clientOf(context, server)
    const upload = (): Promise<void> => files.upload(hashOf(bytesOf(1)), bytesOf(2))
    assert.instance(await rejectionOf(upload()), HashMismatchError)
    server.faults.on(/./, problem(413, 'ERR_UPLOAD_TOO_LARGE'))
    assert.instance(await rejectionOf(upload()), UploadTooLargeError)
    assert.is(server.requests.length, 2)
  })

  test('is told at once by a server that takes no more of a file', { timeout: 20_000 }, async (context) => {
    const server = await fakeJobServer(context)
    const { files } = clientOf(context, server)
    server.refuseUploads = true
    const error = await rejectionOf(files.upload('a'.repeat(64), bytesOf(20_000_000)))
    assert.instance(error, UploadTooLargeError)
  })

  test('refuses a file that cannot be read, or is not there', async (context) => {
    const server = await fakeJobServer(context)
    const { files } = clientOf(context, server)
    const error = await rejectionOf(files.upload('a'.repeat(64), { path: '/there/is/none' }))
    assert.instance(error, InvalidArgumentError)
    assert.match((error as Error).message, /\/there\/is\/none cannot be read: ENOENT/)
    assert.is(server.requests.length, 0)
  })

  test('refuses a file that gets shorter while it is read', async (context) => {
    const server = await fakeJobServer(context)
    const { files } = clientOf(context, server)
    const path = fileOf(context, bytesOf(500_000))
    const onProgress = (): void => truncateSync(path, 100_000)
    const error = await rejectionOf(files.upload('a'.repeat(64), { path }, { onProgress }))
    assert.instance(error, InvalidArgumentError)
    assert.match((error as Error).message, /it changed meanwhile/)
    assert.is(server.files.size, 0)
  })

  test('ends an upload with what its progress callback throws', async (context) => {
    const server = await fakeJobServer(context)
    const { files } = clientOf(context, server)
    const why = new Error('no more')
    const onProgress = (): void => {
      throw why
    }
    assert.is(await rejectionOf(files.upload('a'.repeat(64), bytesOf(10), { onProgress })), why)
  })
})
