import 'reflect-metadata'
import { demoTokens, loadDemo } from '../../src/demo/load.js'
import { MONDAY, openWorld, type World } from './world.js'

export interface DemoWorld {
  readonly world: World
  /** Ingrid's at Havblikk, and Karin's at Lofoten Tørrfisk. */
  readonly tokens: { member: string; contact: string }
  readonly loadedInMs: number
}

/** A world with the demo world in it, loaded at the start instant as `npm start` loads it. */
export async function openDemo(start: Date = MONDAY): Promise<DemoWorld> {
  const world = await openWorld(start)
  const before = performance.now()
  await loadDemo(world.app, { canPay: true })
  const loadedInMs = performance.now() - before
  const { member, contact } = await demoTokens(world.app)
  if (!member || !contact) throw new Error('The demo world has no Ingrid or no Karin.')
  return { world, tokens: { member, contact }, loadedInMs }
}
