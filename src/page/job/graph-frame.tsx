import { useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { scaleOf } from './graph-scale.ts'

interface GraphFrameProps {
  /** Of what is drawn, in its own measure. */
  readonly width: number
  readonly height: number
  /** What is seen first of a graph that is too large. */
  readonly start: { readonly x: number; readonly y: number }
  /** What is drawn. */
  readonly children: ComponentChildren
}

/** Where a graph is drawn: as large as there is room for; one that is too large is scrolled, or seen as a whole. */
export function GraphFrame({ width, height, start, children }: GraphFrameProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null)
  const room = useSignal({ width: 0, height: 0 })
  const isWhole = useSignal(false)
  useLayoutEffect(() => {
    const measure = (): void => {
      const { clientWidth = 0 } = frame.current ?? {}
      // As high as the style lets the frame become.
      room.value = { width: clientWidth, height: innerHeight * 0.6 }
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(frame.current!)
    return () => observer.disconnect()
  }, [])
  const size = { width, height }
  const usual = scaleOf(size, room.value, false)
  const isLarge = width * usual > room.value.width + 1 || height * usual > room.value.height + 1
  const scale = isWhole.value && isLarge ? scaleOf(size, room.value, true) : usual
  useLayoutEffect(() => {
    const { clientWidth, clientHeight } = frame.current!
    frame.current!.scrollTo(start.x * scale - clientWidth / 2, start.y * scale - clientHeight / 2)
  }, [scale, width, height])
  return (
    <div class="graph-frame">
      <div ref={frame} class="graph-scroll" tabIndex={0} role="group" aria-label="Operators of the job">
        <svg width={width * scale} height={height * scale} viewBox={`0 0 ${width} ${height}`}>
          {children}
        </svg>
      </div>
      {isLarge ? (
        <div class="graph-foot">
          <button type="button" aria-pressed={isWhole.value} onClick={() => (isWhole.value = !isWhole.value)}>
            Whole graph
          </button>
        </div>
      ) : null}
    </div>
  )
}
