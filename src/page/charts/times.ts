import { language } from './language.ts'

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const date = { day: 'numeric', month: 'short' } as const

const seconds = new Intl.DateTimeFormat(language, { ...clock, second: '2-digit' })
const minutes = new Intl.DateTimeFormat(language, clock)
const days = new Intl.DateTimeFormat(language, date)
const all = new Intl.DateTimeFormat(language, { ...date, ...clock, second: '2-digit' })

/** On an axis whose marks are so many seconds apart. @param time in seconds since the epoch */
export const axisTime = (time: number, step: number): string =>
  (step < 60 ? seconds : step < 86_400 ? minutes : days).format(time * 1000)

/** With day and seconds. @param time in seconds since the epoch */
export const fullTime = (time: number): string => all.format(time * 1000)
