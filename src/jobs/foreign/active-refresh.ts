import type { RefreshReport } from '../../protocol/provider-info.ts'
import { activeJobs } from './active-jobs.ts'
import { failureReason } from './failure-reason.ts'
import type { ForeignContext } from './foreign-context.ts'
import { RefreshRound } from './refresh-round.ts'
import type { WatchedProvider } from './watched-provider.ts'
import { within } from './within.ts'

/** Milliseconds for a round, however short those who wait for it have time. */
const DEADLINE = 60_000
/** Jobs that are named in a report. */
const MOST_NAMED = 100

interface Refreshing {
  readonly round: RefreshRound
  readonly ended: Promise<void>
  /** What the round itself failed with. */
  error: unknown
}

type NotRefreshed = RefreshReport['notRefreshed'][number]

/** Refreshes the active jobs of providers when somebody asks for it: each provider once for all who do. */
export class ActiveRefresh {
  readonly #context: ForeignContext
  readonly #under = new Map<string, Refreshing>()

  constructor(context: ForeignContext) {
    this.#context = context
  }

  /**
   * Rejects with StoreError only.
   * @param gone names of providers that have active jobs here, and that nobody can ask
   */
  async refresh(
    providers: readonly WatchedProvider[],
    gone: readonly string[],
    { deadline, signal }: { readonly deadline: number; readonly signal?: AbortSignal | undefined },
  ): Promise<RefreshReport> {
    const { clock, closing } = this.#context
    const refreshing = providers.map((watched) => [watched.name, this.#refreshing(watched)] as const)
    const late = (): Error => new Error('time is up')
    await within({ clock, ms: deadline, signal: signal ?? closing, late }, () =>
      Promise.all(refreshing.map(([, { ended }]) => ended)),
    ).catch(() => {})
    const reports = refreshing.map(([name, each]) => reportOf(name, each))
    const left = [
      ...reports.flatMap(({ notRefreshed }) => notRefreshed),
      ...gone.flatMap((name) => this.#gone(name)),
    ]
    return {
      refreshed: reports.reduce((sum, { refreshed }) => sum + refreshed, 0),
      notRefreshed: left.slice(0, MOST_NAMED),
      notRefreshedTotal: left.length,
    }
  }

  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    await Promise.all([...this.#under.values()].map(({ ended }) => ended))
  }

  #refreshing(watched: WatchedProvider): Refreshing {
    const { name } = watched
    const under = this.#under.get(name)
    if (under !== undefined) return under
    const { store, clock, closing } = this.#context
    const round = new RefreshRound(watched, this.#context, {
      references: activeJobs(store, name),
      cause: `seen at ${name}, on a refresh`,
      spacing: 0,
    })
    const late = (): Error => new Error('time is up')
    const refreshing: Refreshing = {
      round,
      error: null,
      ended: within({ clock, ms: DEADLINE, signal: closing, late }, (inTime) => round.run(inTime))
        .catch((error: unknown) => void (refreshing.error = error))
        .finally(() => this.#under.delete(name)),
    }
    this.#under.set(name, refreshing)
    return refreshing
  }

  #gone(provider: string): readonly NotRefreshed[] {
    const reason = `There is no provider '${provider}' here any more.`
    return activeJobs(this.#context.store, provider).map(({ id: job }) => ({ job, provider, reason }))
  }
}

function reportOf(
  provider: string,
  { round, error }: Refreshing,
): { readonly refreshed: number; readonly notRefreshed: readonly NotRefreshed[] } {
  const { refreshed, failed, waiting } = round.report
  const trouble = round.stoppedBy ?? error
  const why = trouble === null ? `${provider} has not answered in time.` : failureReason(trouble)
  return {
    refreshed,
    notRefreshed: [
      ...[...failed].map(([job, reason]) => ({ job, provider, reason })),
      ...waiting.map(({ id }) => ({ job: id, provider, reason: why })),
    ],
  }
}
