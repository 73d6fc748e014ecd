import process from 'node:process'
import { JobCancelledError, JobFailedError } from '../../job/job-errors.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import { RemoteJob } from '../../remote/remote-job.ts'
import { runToEnd } from '../../remote/run-to-end.ts'
import { type SentJob, sendJob } from '../../remote/send-job.ts'
import { exitCodes } from '../exit-codes.ts'
import { InterruptedError, untilInterrupted } from '../interrupts.ts'
import { describeOutcome, exitCodeOfOutcome } from '../outcome/outcome.ts'
import { printOne } from '../output/listing.ts'
import { LiveLines } from '../screen/live-lines.ts'
import { resolveSettings, type Settings } from '../settings/settings.ts'
import { note } from '../terminal.ts'
import { findProgram } from './find-program.ts'
import { forwardInterrupts } from './forward-interrupts.ts'
import { runUpToSubmit } from './halted-program.ts'
import { JobScreen } from './job-screen.ts'
import { saveBundle } from './save-bundle.ts'
import { programServer } from './program-server.ts'
import { submitRequest } from './submit-request.ts'
import { givenVariables, type GivenSubmitOptions } from './submit-settings.ts'
import { describeUpload } from './describe-upload.ts'

type Client = ReturnType<typeof programServer>

/** Submits the job of a program, and waits for its end unless told otherwise; sets the exit code by what became of it. */
export async function submitProgram(
  name: string,
  args: readonly string[],
  given: GivenSubmitOptions,
): Promise<void> {
  const settings = resolveSettings(given, process.env)
  const variables = givenVariables(given)
  const program = findProgram(name)
  const order = { type: 'submit', ordinal: given.ordinal } as const
  const env = { ...variables.env, ...variables.secrets }
  const { submit } = await runUpToSubmit(program, 'submit', { order, args, env })
  const submission = submitRequest(program, submit, { args, given, variables })
  if (given.save !== undefined) return saveBundle(given.save, submission)
  const { toBundle, request } = submission
  const client = programServer(settings, submit)
  const live = new LiveLines()
  const send = async (signal: AbortSignal): Promise<SentJob> => {
    const onUpload = (upload: Parameters<typeof describeUpload>[0]): void =>
      live.show([describeUpload(upload)])
    const warn = (warning: string): void => live.aside(() => note(warning))
    live.show([`Bundling ${name}`])
    try {
      return await sendJob(client, toBundle, request, { signal, onUpload, warn })
    } finally {
      live.clear()
    }
  }
  try {
    if (given.detach === true) await detach(await untilInterrupted(send), settings)
    else await wait(send, client, { settings, live })
  } finally {
    live.close()
    await client.close()
  }
}

async function detach({ info }: SentJob, { output }: Settings): Promise<void> {
  await printOne(info, output.value, { name: ({ id }) => id, text: () => info.id })
}

async function wait(
  send: (signal: AbortSignal) => Promise<SentJob>,
  client: Client,
  { settings, live }: { readonly settings: Settings; readonly live: LiveLines },
): Promise<void> {
  const screen = new JobScreen(client, live, settings.output.value)
  let interrupted = false
  let job: RemoteJob | undefined
  const submit = async (signal: AbortSignal): Promise<RemoteJob> => {
    const { info, root } = await send(signal)
    note(`Submitted "${info.name}" as ${info.id}`)
    screen.follow(info)
    return (job = new RemoteJob(client, info, { ...nothing, root }))
  }
  const cancelled = (): Error => new InterruptedError()
  let failure: Error | null = null
  try {
    await forwardInterrupts(
      () => void (interrupted = true),
      () => runToEnd(submit, { detach: false, logs: screen.log, signal: undefined, cancelled }),
    )
  } catch (error) {
    if (!(error instanceof JobFailedError || error instanceof JobCancelledError)) throw error
    failure = error
  } finally {
    screen.close()
  }
  await tell(await job!.info(), failure, settings)
  if (interrupted) process.exitCode = exitCodes.interrupted
}

/** Nobody here has what `collect()` has received there. */
const nothing = { timeout: Infinity, collects: [], fill: () => {}, ended: () => {} }

async function tell(info: JobInfo, thrown: Error | null, { output }: Settings): Promise<void> {
  const format = output.value
  // Its lines have the names of the sources here.
  note(describeOutcome(thrown instanceof JobFailedError ? { ...info, error: null } : info))
  if (thrown instanceof JobFailedError) note(thrown.message)
  if (format !== 'table' && format !== 'wide') {
    await printOne(info, format, { name: ({ id }) => id, text: () => info.id })
  }
  process.exitCode = exitCodeOfOutcome(info.status)
}
