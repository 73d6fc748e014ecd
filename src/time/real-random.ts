import { randomInt } from 'node:crypto'

const STEPS = 2 ** 32

/** From 0 up to 1, never 1: what spreads retries where no other source of randomness is injected. */
export const realRandom = (): number => randomInt(STEPS) / STEPS
