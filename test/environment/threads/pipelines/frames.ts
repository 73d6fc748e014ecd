import { END, type EnvironmentOptions, LocalEnvironment } from '../../../../src/index.ts'

export interface FramesSettings {
  readonly frames: number
  readonly transfer: boolean
}

/** A frame, and numbers in a buffer of its own. */
export interface Frame {
  readonly id: number
  readonly samples: Float64Array
}

/** Sums of frames, worked out in threads. What the source has made is kept, to see what becomes of it. */
export function frames(
  { frames: count, transfer }: FramesSettings,
  options: EnvironmentOptions = {},
): {
  readonly env: LocalEnvironment
  readonly made: readonly Frame[]
  readonly sums: { readonly values: readonly number[] }
} {
  const env = new LocalEnvironment('frames', { threads: { count: 2 }, ...options })
  const made: Frame[] = []
  const sums = env
    .fromSource(
      () => {
        if (made.length === count) return END
        const frame = { id: made.length, samples: new Float64Array(64).fill(made.length) }
        made.push(frame)
        return frame
      },
      { transfer },
    )
    .keyBy(({ id }) => id)
    .map(({ samples }) => samples.reduce((sum, sample) => sum + sample, 0), {
      placement: 'thread',
      parallelism: 2,
    })
    .collect()
  return { env, made, sums }
}
