import { it } from 'vitest'
import { openWorld } from './support/world.js'
import { validInputs } from './support/valid-inputs.js'
it('x', async () => { const w = await openWorld(); const v = await validInputs(w); for (const [n, [who, input]] of Object.entries(v.inputs)) { try { const r = await w.mutate(n, input, '__typename', who === 'member' ? v.vendor.token : v.vendor.karin); if ('code' in r) console.log(n, JSON.stringify(r)) } catch (e) { console.log(n, String(e)) } }
 console.log(Object.keys(w.app.schema.getMutationType()!.getFields()).filter((n) => !(n in v.inputs))); await w.close() })
