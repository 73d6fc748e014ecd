import { fileURLToPath } from 'node:url'

/** Absolute path of a program of `programs/`. */
export const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url))

/** The library as programs find it that a test has written elsewhere. */
export const library: string = new URL('../../src/index.ts', import.meta.url).href
