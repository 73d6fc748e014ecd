// Given to node with `--import`, in the built copy: makes it read TypeScript, as tsx does, but what is built already.

import { register } from 'node:module'
import process from 'node:process'

register('./hooks.js', import.meta.url)
process.setSourceMapsEnabled(true)
