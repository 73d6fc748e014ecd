import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { JobActiveError } from '../../errors/job-server-errors.ts'
import { isActive } from '../../job/job-status.ts'
import { describeJob } from '../job-reference/describe-job.ts'
import { findJob } from '../job-reference/find-job.ts'
import { printOne } from '../output/listing.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'

export interface RestartOptions {
  readonly force: boolean
  /** Names of variables of the environment. */
  readonly secrets: readonly string[]
}

/** Restarts a job, and prints the id of the new one. */
export async function restartJob(
  reference: string,
  { force, secrets }: RestartOptions,
  connection: ServerConnection,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { client, settings, signal } = connection
  const values = secretsOf(secrets, env)
  const job = await findJob(reference, connection)
  if (isActive(job.status) && !force) {
    throw new JobActiveError(`${describeJob(job)} is ${job.status}.`, {
      remedy: 'stop it first, or give --force, which cancels it',
    })
  }
  const again = await client.jobs.restart(job.id, {
    force,
    signal,
    ...(secrets.length === 0 ? {} : { secrets: values }),
  })
  note(`Restarted ${describeJob(job)} as ${describeJob(again)}: it is ${again.status}`)
  await printOne(again, settings.output.value, { name: ({ id }) => id, text: () => again.id })
}

function secretsOf(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const missing = names.filter((name) => env[name] === undefined)
  if (missing.length === 0) return Object.fromEntries(names.map((name) => [name, env[name]!]))
  throw new InvalidArgumentError(`There is no variable ${missing.join(', ')} in the environment.`, {
    remedy: `set it for this call: ${missing[0]}=... millrace restart ...`,
  })
}
