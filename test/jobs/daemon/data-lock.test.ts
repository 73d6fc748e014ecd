import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { typescript } from '../../support/node-arguments.ts'
import { dataFolder } from '../../../src/jobs/daemon/data-folder.ts'
import { DataLock } from '../../../src/jobs/daemon/data-lock.ts'
import { DataFolderInUseError } from '../../../src/errors/daemon-errors.ts'
import { StoreError } from '../../../src/errors/job-server-errors.ts'
import { ownIdentity } from '../../../src/storage/file/process-identity.ts'
import { writeServerFile } from '../../../src/jobs/daemon/server-file.ts'
import { suite, type TestContext } from '../../support/suite.ts'

const temporary = ({ cleanup }: TestContext): ReturnType<typeof dataFolder> => {
  const root = mkdtempSync(join(tmpdir(), 'millrace-lock-'))
  cleanup(() => rmSync(root, { recursive: true, force: true }))
  return dataFolder(root)
}

const holder = fileURLToPath(new URL('fixtures/holds-lock.ts', import.meta.url))

suite('DataLock', (test) => {
  test('is had by one at a time', (context) => {
    const folder = temporary(context)
    const first = DataLock.acquire(folder)
    assert.throws(
      () => DataLock.acquire(folder),
      (error: unknown) => error instanceof DataFolderInUseError,
    )
    first.release()
    DataLock.acquire(folder).release()
  })

  test('names the process of the server that has it', (context) => {
    const folder = temporary(context)
    const lock = DataLock.acquire(folder)
    writeServerFile(folder.serverFile, {
      ...ownIdentity(),
      state: 'running',
      host: '127.0.0.1',
      port: 1,
      version: '1',
      startedAt: '',
      options: {},
      withToken: false,
    })
    assert.throws(() => DataLock.acquire(folder), `is in use by the server of process ${process.pid}`)
    lock.release()
  })

  test('ends with a process that is killed, and not with the children that it leaves', async (context) => {
    const folder = temporary(context)
    const child = spawn(process.execPath, [...typescript(), holder, folder.root], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    context.cleanup(() => child.kill('SIGKILL'))
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const grandchild = Number(said.toString())
    context.cleanup(() => process.kill(grandchild, 'SIGKILL'))
    assert.throws(() => DataLock.acquire(folder), 'is in use by another server')
    child.kill('SIGKILL')
    await once(child, 'exit')
    process.kill(grandchild, 0)
    DataLock.acquire(folder).release()
  })

  test('says what is wrong with the folder', (context) => {
    const folder = temporary(context)
    const missing = dataFolder(join(folder.root, 'missing'))
    assert.throws(
      () => DataLock.acquire(missing),
      (error: unknown) => error instanceof StoreError && error.message.includes(missing.root),
    )
  })
})
