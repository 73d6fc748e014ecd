import process from 'node:process'
import { exitCodes } from '../exit-codes.ts'
import { exitCodeOfOutcome, worstOutcome } from '../outcome/outcome.ts'
import { colorsOf, hasColors } from '../output/colors.ts'
import { LiveLines } from '../screen/live-lines.ts'
import { note } from '../terminal.ts'
import { describeUncaught, stuckAt } from './describe-thrown.ts'
import type { FoundProgram } from './find-program.ts'
import { forwardInterrupts } from './forward-interrupts.ts'
import type { ProgramReport } from './messages.ts'
import { noSubmit } from './no-submit.ts'
import { OutputAbove } from './output-above.ts'
import type { ProgramJobs } from '../page/program-jobs.ts'
import { onLines } from './on-lines.ts'
import { ProgramChild, type ProgramEnd } from './program-child.ts'
import { runFrame } from './run-frame.ts'
import { RunState } from './run-state.ts'
import { summaryOf } from './run-summary.ts'

export interface RunSettings {
  readonly args: readonly string[]
  /** Nothing is told but errors. */
  readonly quiet: boolean
  /** Where its jobs are shown, too; null: on no page. */
  readonly page?: ProgramJobs | null
}

/** One run of a program, shown as it goes on. */
export class ProgramRun {
  readonly #program: FoundProgram
  readonly #settings: RunSettings
  readonly #live = new LiveLines()
  readonly #above = new OutputAbove(this.#live)
  readonly #state = new RunState()
  readonly #child: ProgramChild
  #thrown: Extract<ProgramReport, { type: 'threw' }> | null = null
  #stuck: Extract<ProgramReport, { type: 'stuck' }> | null = null
  #interrupted = false

  constructor(program: FoundProgram, settings: RunSettings) {
    this.#program = program
    this.#settings = settings
    const shows = this.#live.isLive && !settings.quiet
    // Where nothing is drawn the program has the terminal, or whatever there is, to itself.
    const page = settings.page ?? null
    const stdout = page !== null || (shows && process.stdout.isTTY) ? 'pipe' : 'inherit'
    const stderr = page !== null || shows ? 'pipe' : 'inherit'
    this.#child = new ProgramChild(program, {
      args: settings.args,
      order: { type: 'run' },
      env: stdout === 'pipe' ? terminalOf(process.stdout) : {},
      output: [stdout, stderr],
      heard: (report) => this.#heard(report),
    })
    const [out, err] = this.#child.outputs
    if (out !== null) this.#above.add(out, process.stdout, () => this.#show())
    if (err !== null) this.#above.add(err, process.stderr, () => this.#show())
    if (page !== null && out !== null) onLines(out, (text) => page.wrote('stdout', text))
    if (page !== null && err !== null) onLines(err, (text) => page.wrote('stderr', text))
  }

  /** Resolves to the exit code when the program has ended, and what became of its jobs is told. */
  async end(): Promise<number> {
    const end = await forwardInterrupts(
      (signal) => {
        if (!this.#interrupted && !this.#settings.quiet) {
          this.#live.aside(() =>
            note('Stopping: what has been read is processed still. Ctrl-C again aborts.'),
          )
        }
        this.#interrupted = true
        this.#child.interrupt(signal)
      },
      () => this.#child.ended,
    )
    this.#live.clear()
    this.#live.close()
    if (this.#thrown !== null) note(await describeUncaught(this.#program, this.#thrown.error))
    if (!this.#settings.quiet) this.#tellSummary(end)
    return this.#exitCode(end)
  }

  /** Has its jobs stop, and the process end. */
  stop(): void {
    this.#child.stop()
  }

  kill(): void {
    this.#child.kill()
  }

  #heard(report: ProgramReport): void {
    if (report.type === 'threw') this.#thrown = report
    else if (report.type === 'stuck') this.#stuck = report
    this.#state.heard(report)
    this.#settings.page?.heard(report, this.#child)
    this.#show()
  }

  #show(): void {
    if (this.#settings.quiet) return
    const { columns, rows } = process.stderr
    const size = { columns: columns || 80, rows: rows || 24 }
    const frame = runFrame(this.#state, size, colorsOf(process.stderr))
    this.#live.show([...this.#above.open, ...frame])
  }

  #tellSummary({ code, signal }: ProgramEnd): void {
    const colors = colorsOf(process.stderr)
    const { jobs, count } = this.#state
    if (count > jobs.length) note(colors.dim(`${count - jobs.length} jobs before these`))
    for (const job of jobs) for (const line of summaryOf(job, colors)) note(line)
    if (signal !== null) note(`'${this.#program.name}' was ended by ${signal}.`)
    else if (code !== 0 && this.#thrown === null && this.#stuck === null) {
      note(`'${this.#program.name}' ended with exit code ${code}.`)
    }
  }

  /** @throws ProgramError when the program has done nothing that this command is for. */
  #exitCode({ code, signal }: ProgramEnd): number {
    if (this.#interrupted || signal === 'SIGINT') return exitCodes.interrupted
    if (signal !== null) return exitCodes.failed
    if (this.#stuck !== null) throw stuckAt(this.#program, this.#stuck.site)
    if (code !== 0) return code ?? exitCodes.failed
    const { jobs, submits } = this.#state
    if (submits === 0) throw noSubmit(this.#program)
    return exitCodeOfOutcome(worstOutcome(jobs.map(({ end }) => end?.result?.status ?? 'failed')))
  }
}

/** A program that writes to a pipe would not know of the terminal behind it. */
function terminalOf(stream: NodeJS.WriteStream): Record<string, string> {
  const { FORCE_COLOR } = process.env
  if (FORCE_COLOR !== undefined || !hasColors(stream)) return {}
  const depth = stream.getColorDepth()
  return { FORCE_COLOR: depth >= 24 ? '3' : depth >= 8 ? '2' : '1' }
}
