import type { StageEnvironment } from './stage-environment.ts'

/**
 * Lets a stage go on with the watermark it had: else what was late would be taken for timely, until the next watermark
 * comes.
 */
export function keepWatermark({ state, eventTime }: StageEnvironment): void {
  state.value('watermark', {
    save: () => (Number.isFinite(eventTime.watermark) ? eventTime.watermark : undefined),
    load: (saved) => {
      eventTime.watermark = saved as number
    },
    // Subtasks that were behind the others may have told less to what follows.
    redeal: (saved) => (saved.length === 0 ? undefined : Math.min(...(saved as number[]))),
  })
}
