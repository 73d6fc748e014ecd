import process from 'node:process'
import type { RecordedPipeline } from '../../environment/recorded-pipeline.ts'
import { speakUp } from '../../environment/seat/hush.ts'
import { type SlotSeat, slotSeat } from '../../environment/seat/slot-seat.ts'
import { toPortableError } from '../../errors/portable-error-codec.ts'
import { isPassing } from '../protocol/is-passing.ts'
import type { ClusterEngine } from '../engine/cluster-engine.ts'
import type { StartRegionHost } from '../region/region-host-contract.ts'
import type { SlotCommand, SlotNews, SlotOrder } from '../protocol/slot-messages.ts'

/** Exit code of a process that could not do its part for now: it is started anew, however often. */
export const PASSING_EXIT = 75

/** Loads what runs regions: a program that only submits does not need it. */
export type LoadRegionHost = () => Promise<StartRegionHost>

const loadRegionHost: LoadRegionHost = async () => (await import('../region/region-host.ts')).startRegionHost

/**
 * In a process of a slot: has the next submit take its part in the job if it is the job's.
 * @param engine of the program; where it is there, the order says.
 */
export function clusterSeat(
  engine: ClusterEngine,
  load: LoadRegionHost = loadRegionHost,
): SlotSeat | undefined {
  const seat = slotSeat()
  seat?.expect((recorded, order) => void takePart(recorded, order as SlotOrder, engine, load))
  return seat
}

/** From here on the process does what its worker says, until that is gone. */
async function takePart(
  recorded: RecordedPipeline,
  order: SlotOrder,
  engine: ClusterEngine,
  load: LoadRegionHost,
): Promise<void> {
  const tell = (news: SlotNews): void => {
    // A worker that is gone by the time it arrives is no error of the program.
    if (process.connected) process.send?.(news, () => {})
  }
  try {
    const start = await load()
    speakUp()
    // Where nobody reads what the program writes, its part is taken all the same.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
    let heeded = 0
    const host = start({
      recorded,
      order,
      engine: engine.at(order.address),
      tell: (news) => tell({ type: 'news', heeded, news }),
      refuse: (error) => {
        // Another process may find the engine there.
        if (isPassing(error)) process.exit(PASSING_EXIT)
        tell({ type: 'refused', error })
      },
    })
    process.on('message', (command: SlotCommand) => {
      if (command.type === 'end') return void host.close().finally(() => process.exit(0))
      heeded = command.number
      host.heed(command.order)
    })
    process.channel?.ref()
    tell({ type: 'seated' })
  } catch (error) {
    tell({ type: 'refused', error: toPortableError(error) })
  }
}
