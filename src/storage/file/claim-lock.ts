import { randomUUID } from 'node:crypto'
import { link, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CheckpointStoreError } from '../../errors/checkpoint-errors.ts'
import { codeOf, deleteFiles, readIfThere, writeDurably } from './disk.ts'
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts'

const LOCK = 'lock'

interface Owner extends ProcessIdentity {
  readonly host: string
  /** Of this claim alone. */
  readonly token: string
}

interface End {
  /** Who is last in line, if anybody is. */
  readonly owner: Owner | undefined
  /** The file in which the next would stand. */
  readonly next: string
}

/**
 * A folder's lock. The file `lock` names its owner. When that process is dead, whoever comes next creates
 * `lock-after-<token of the dead>`, which only one can; then that file takes the place of `lock`. So the owner is the
 * last of the line that begins at `lock`, and a crash at any moment leaves a line that can be followed. Files come to
 * be by `link`, with all their content.
 */
export class ClaimLock {
  readonly #folder: string
  readonly #token: string

  private constructor(folder: string, token: string) {
    this.#folder = folder
    this.#token = token
  }

  /** @throws CheckpointStoreError when a live process has it. */
  static async acquire(folder: string, host: string): Promise<ClaimLock> {
    const token = randomUUID()
    const own = join(folder, `claim-${token}`)
    try {
      await standInLine(folder, own, { ...ownIdentity(), host, token })
    } finally {
      await rm(own, { force: true })
    }
    const lock = new ClaimLock(folder, token)
    await lock.#sweep()
    return lock
  }

  async isHeld(): Promise<boolean> {
    return (await endOfLine(this.#folder)).owner?.token === this.#token
  }

  async release(): Promise<void> {
    if (await this.isHeld()) await rm(join(this.#folder, LOCK), { force: true })
  }

  /** What those left who died in line, or before they stood in it. */
  async #sweep(): Promise<void> {
    const files = (await readdir(this.#folder)).filter((file) =>
      /^(lock-after|claim)-[0-9a-f-]{36}$/.test(file),
    )
    await deleteFiles(files.map((file) => join(this.#folder, file)))
  }
}

async function standInLine(folder: string, own: string, claim: Owner): Promise<void> {
  const { host, token } = claim
  const lock = join(folder, LOCK)
  await writeDurably(own, JSON.stringify(claim))
  for (;;) {
    const { owner, next } = await endOfLine(folder)
    if (owner !== undefined && (owner.host !== host || isAlive(owner))) throw taken(owner, host, lock)
    try {
      await link(own, next)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        // Whoever has just got the lock took this for what a dead process left.
        await writeDurably(own, JSON.stringify(claim))
      } else if (codeOf(error) !== 'EEXIST') throw error
      continue
    }
    // Meanwhile somebody may have moved to the front of the line, and nothing leads to this place any more.
    if ((await endOfLine(folder)).owner?.token === token) {
      if (next !== lock) await rename(next, lock)
      return
    }
    await rm(next, { force: true })
  }
}

async function endOfLine(folder: string): Promise<End> {
  let owner: Owner | undefined
  let next = join(folder, LOCK)
  for (;;) {
    const content = await readIfThere(next)
    if (content === undefined) return { owner, next }
    owner = parseOwner(content.toString(), next)
    next = join(folder, `lock-after-${owner.token}`)
  }
}

function parseOwner(content: string, file: string): Owner {
  try {
    const { pid, started, host, token } = JSON.parse(content) as Partial<Owner>
    if (Number.isSafeInteger(pid) && typeof host === 'string' && /^[0-9a-f-]{36}$/.test(token ?? '')) {
      return { pid: pid!, host, token: token!, ...(started === undefined ? {} : { started }) }
    }
  } catch {
    // Not JSON: said below.
  }
  throw new CheckpointStoreError(`the lock ${file} cannot be read`, {
    remedy: 'delete it, when you are sure that no run of the job is alive',
  })
}

function taken({ pid, host }: Owner, here: string, file: string): CheckpointStoreError {
  const elsewhere = host === here ? '' : ` on host ${host}`
  return new CheckpointStoreError(`the checkpoints are in use by process ${pid}${elsewhere}: ${file}`, {
    remedy:
      host === here
        ? 'let that run end first, or give the job a name of its own'
        : `let that run end first; if it is dead, delete ${file}`,
  })
}
