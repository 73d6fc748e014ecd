import process from 'node:process'
import { realClock } from '../../time/real-clock.ts'
import { colorsOf } from '../output/colors.ts'
import { hasUnicode, toAscii } from '../screen/ascii.ts'
import { fullScreen } from '../screen/full-screen.ts'
import type { ServerConnection } from '../server-connection.ts'
import type { MonitorOptions } from './monitor-state.ts'
import { monitorStates } from './monitor-states.ts'
import { viewMonitor } from './view/monitor-view.ts'

/** Shows all jobs of a server on the terminal until somebody quits. */
export async function runMonitor(
  { client, settings, signal }: ServerConnection,
  { interval, ...options }: Omit<MonitorOptions, 'url'> & { readonly interval: number },
): Promise<void> {
  // What is refused at once is told where it can be read.
  await client.server({ signal })
  const colors = colorsOf(process.stdout)
  const isUnicode = hasUnicode(process.env, process.platform)
  const { stdin, stdout } = process
  await fullScreen(
    { stdin, stdout, clock: realClock },
    (events) =>
      monitorStates(
        { client, clock: realClock, interval },
        { url: settings.url.value, ...options },
        events,
        signal,
      ),
    (state) => {
      const frame = viewMonitor(state, colors)
      return isUnicode ? frame : frame.map(toAscii)
    },
  )
}
