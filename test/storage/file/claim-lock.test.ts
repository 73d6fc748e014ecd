import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { FileCheckpointStore } from '../../../src/storage/file-checkpoint-store.ts'
import { folderNameOf } from '../../../src/storage/file/job-folder.ts'
import { isAlive, ownIdentity } from '../../../src/storage/file/process-identity.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { Child } from '../support/child.ts'
import { emptyFolder } from '../support/folders.ts'
import { bytes, idsOf, manifestOf, take } from '../support/manifests.ts'
import { refused } from '../support/rejection.ts'

const dead = { pid: spawnSync(process.execPath, ['--version']).pid }
const onLinux = existsSync('/proc/self/stat')

interface Place {
  readonly store: FileCheckpointStore
  readonly folder: string
  /** Writes a lock file; gives its token. */
  lock(owner: object, name?: string): Promise<string>
}

async function place(context: TestContext): Promise<Place> {
  const directory = await emptyFolder(context)
  const folder = join(directory, folderNameOf('job'))
  await mkdir(folder)
  return {
    store: new FileCheckpointStore(directory),
    folder,
    async lock(owner, name = 'lock') {
      const token = randomUUID()
      await writeFile(join(folder, name), JSON.stringify({ host: hostname(), token, ...owner }))
      return token
    },
  }
}

async function takesOver({ store, folder }: Place): Promise<void> {
  const claim = await store.claim('job')
  assert.equal(await readdir(folder), ['lock'])
  assert.is(JSON.parse(await readFile(join(folder, 'lock'), 'utf8')).pid, process.pid)
  await claim.release()
  assert.equal(await readdir(folder), [])
}

suite('the lock of a job', (test) => {
  test('is taken over from a process that is dead', async (context) => {
    const at = await place(context)
    await at.lock(dead)
    await takesOver(at)
  })

  test('is not taken over from a process that is alive', async (context) => {
    const at = await place(context)
    const child = new Child('claimer', [join(at.folder, '..')], context)
    await child.line()
    child.say('claim')
    assert.is(await child.line(), 'won')
    const error = await refused(at.store.claim('job'))
    assert.match(error.message, `in use by process ${child.pid}`)
    assert.match(error.message, join(at.folder, 'lock'))
    assert.match(error.remedy!, 'let that run end first')
    await child.kill()
    await takesOver(at)
  })

  const linux: (name: string, body: (context: TestContext) => unknown) => void = onLinux ? test : test.skip

  linux('is taken over from a process whose number another has now', async (context) => {
    const at = await place(context)
    const own = ownIdentity()
    assert.ok(isAlive(own))
    await at.lock(own)
    await refused(at.store.claim('job'))
    await at.lock({ ...own, started: `${own.started}0` })
    await takesOver(at)
  })

  linux('is taken over from a process that has ended and that nobody has waited for', async (context) => {
    // The shell becomes sleep, which does not look after the child it had.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 1000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    context.cleanup(() => parent.kill('SIGKILL'))
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
    )
    const state = async (): Promise<string> =>
      (await readFile(`/proc/${pid}/stat`, 'latin1')).split(') ')[1]![0]!
    while ((await state()) !== 'Z');
    process.kill(pid, 0)
    const at = await place(context)
    await at.lock({ pid })
    await takesOver(at)
  })

  test('of another host is not taken over, unless the host is said to be the same', async (context) => {
    const at = await place(context)
    await at.lock({ ...dead, host: 'pod-1' })
    const error = await refused(at.store.claim('job'))
    assert.match(error.message, 'on host pod-1')
    assert.match(error.remedy!, `delete ${join(at.folder, 'lock')}`)
    await takesOver({ ...at, store: new FileCheckpointStore(at.store.directory, { host: 'pod-1' }) })
  })

  test('that cannot be read is let be', async (context) => {
    const at = await place(context)
    for (const content of ['', '{', 'null', '7', '{"pid":1}', '{"pid":1,"host":"x","token":"../../x"}']) {
      await writeFile(join(at.folder, 'lock'), content)
      const error = await refused(at.store.claim('job'))
      assert.match(error.message, `the lock ${join(at.folder, 'lock')} cannot be read`)
      assert.match(error.remedy!, 'delete it')
    }
    await rm(join(at.folder, 'lock'))
    await takesOver(at)
  })

  test('passes on along a line of dead processes', async (context) => {
    const at = await place(context)
    const first = await at.lock(dead)
    const second = await at.lock(dead, `lock-after-${first}`)
    const third = await at.lock(ownIdentity(), `lock-after-${second}`)
    await refused(at.store.claim('job'))
    await at.lock(dead, `lock-after-${second}`)
    await at.lock(ownIdentity(), `lock-after-${randomUUID()}`)
    await at.lock(dead, `claim-${third}`)
    await takesOver(at)
  })

  test('once lost, lets its former owner do no more harm', async (context) => {
    const at = await place(context)
    const former = await at.store.claim('job')
    await take(former, 'job', 1, [bytes(1)])
    const writer = await former.begin(2, 'checkpoint')
    await writer.put(bytes(2))
    await rm(join(at.folder, 'lock'))
    const next = await at.store.claim('job')
    await take(next, 'job', 2, [bytes(3)])
    const error = await refused(writer.commit(manifestOf('job', 2, [])))
    assert.match(error.message, 'another run has taken')
    await refused(former.remove([1]))
    await former.release()
    assert.equal(await idsOf(next), [2, 1])
    await (await next.load(2)).close()
    await refused(at.store.claim('job'))
    await next.release()
  })

  test('goes to one of many processes', { timeout: 60_000 }, async (context) => {
    const at = await place(context)
    const children = Array.from({ length: 4 }, () => new Child('claimer', [join(at.folder, '..')], context))
    for (const child of children) assert.is(await child.line(), 'ready')
    for (let round = 0; round < 40; round++) {
      if (round % 2 === 1) {
        const first = await at.lock(dead)
        if (round % 4 === 1) await at.lock(dead, `lock-after-${first}`)
      }
      for (const child of children) child.say('claim')
      const answers = await Promise.all(children.map((child) => child.line()))
      assert.equal(answers.sort(), [...Array<string>(3).fill('ERR_CHECKPOINT_STORE'), 'won'])
      for (const child of children) child.say('release')
      await Promise.all(children.map((child) => child.line()))
      assert.equal(await readdir(at.folder), [])
    }
    for (const child of children) await child.kill()
  })
})
