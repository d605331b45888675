import type { Story } from '../player.js'
import { kyst } from './kyst.js'
import { lofoten } from './lofoten.js'
import { norrsken } from './norrsken.js'
import { others } from './others.js'
import { tind } from './tind.js'

/** Every story, customer by customer. */
export const stories: readonly Story[] = [...lofoten, ...tind, ...kyst, ...norrsken, ...others]
