import { type Signal, useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { type ChartData, indexAt, inWords, knownLines, valueAt } from './chart-data.ts'
import type { ChartKind } from './chart-kinds.ts'
import { dataOf, plot, resized } from './plot.ts'

interface ChartProps {
  readonly kind: ChartKind
  readonly data: ChartData
  /** The time that all charts are looked at, in seconds since the epoch; null: the newest. */
  readonly moment: Signal<number | null>
}

/** One chart, with a legend that has the values of the moment, and in words what it shows. */
export function Chart({ kind, data, moment }: ChartProps): JSX.Element {
  const into = useRef<HTMLDivElement>(null)
  const drawn = useRef<uPlot | null>(null)
  const newest = useRef(data)
  newest.current = data
  useEffect(() => {
    const box = into.current!
    const made = plot(
      box,
      kind,
      () => newest.current.restarts,
      (time) => {
        // It also moves when data come in and when others are pointed to.
        if (box.matches(':hover')) moment.value = time
      },
    )
    drawn.current = made
    box.addEventListener('mouseleave', () => (moment.value = null))
    const sizes = new ResizeObserver(() => resized(made, box.clientWidth))
    sizes.observe(box)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const redraw = (): void => made.redraw(false)
    dark.addEventListener('change', redraw)
    const themes = new MutationObserver(redraw)
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      themes.disconnect()
      sizes.disconnect()
      dark.removeEventListener('change', redraw)
      made.destroy()
      drawn.current = null
    }
  }, [kind])
  useEffect(() => {
    drawn.current?.setData(dataOf(kind, data))
    if (drawn.current !== null) pointTo(drawn.current, data, moment.peek())
  }, [kind, data])
  useSignalEffect(() => {
    const time = moment.value
    if (drawn.current !== null) pointTo(drawn.current, newest.current, time)
  })
  return (
    <section class="chart" aria-labelledby={`chart-${kind.id}`}>
      <h2 id={`chart-${kind.id}`}>{kind.title}</h2>
      <ul class="legend">
        {knownLines(kind, data).map((line) => {
          const { name, color, look } = line
          const known = valueAt(data, line, moment.value)
          return (
            <li key={name}>
              <svg class={`swatch ${look} ${color.slice(2)}`} width="22" height="10" aria-hidden="true">
                <line x1="0" y1="5" x2="22" y2="5" />
                {look === 'dots' ? <circle cx="11" cy="5" r="3" /> : null}
              </svg>
              <span class="faint">{name}</span> <b>{known === null ? '–' : kind.format(known)}</b>
            </li>
          )
        })}
      </ul>
      <div class="plot" ref={into} aria-hidden="true" />
      <p class="small in-words">{inWords(kind, data)}</p>
    </section>
  )
}

/** Puts the cursor of a chart there, unless it is, because it is where it came from. */
function pointTo(drawn: uPlot, { times }: ChartData, time: number | null): void {
  if (time === null) return drawn.setCursor({ left: -10, top: -10 }, false)
  if (drawn.cursor.idx === indexAt(times, time)) return
  drawn.setCursor({ left: drawn.valToPos(time, 'x'), top: 0 }, false)
}
