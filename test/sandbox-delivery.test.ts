// What the Stripe stand-in owes beyond single calls: webhooks, its state, its life as a process.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Stripe from 'stripe'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { connect, control, incident, paid, pay, secret, types, useSandbox } from './support/sandbox.js'

const bench = useSandbox()
const { receive, start } = bench

describe('M3 webhooks', () => {
  it('M3 an event that is answered with 500 comes again under the same id', async () => {
    const receiver = await receive()
    receiver.answers.push(500, 500)
    const { sandbox, stripe } = await start({ webhook: { url: receiver.url, secret } })
    await stripe.customers.create({ name: 'again' })
    await sandbox.drain()
    expect(sandbox.undelivered()).toMatchObject([{ type: 'customer.created', attempts: 1, lastAnswer: '500' }])
    await expect.poll(() => receiver.events.length).toBe(1)
    expect(new Set(receiver.ids).size).toBe(1)
    expect(receiver.ids).toHaveLength(3)
    await sandbox.redeliver(receiver.ids[0]!)
    expect(receiver.ids).toHaveLength(4)
    expect((await stripe.events.retrieve(receiver.ids[0]!)).pending_webhooks).toBe(0)
  })

  it('M3 paused webhooks wait, single ones can be sent out of order, and a webhook may be set late', async () => {
    const receiver = await receive()
    const { sandbox, stripe } = await start()
    await stripe.customers.create({ name: 'a' })
    sandbox.setWebhook({ url: receiver.url, secret })
    await sandbox.drain()
    await control(sandbox, 'pause-webhooks', {})
    const later = await stripe.products.create({ name: 'b' })
    await stripe.products.update(later.id, { name: 'c' })
    await sandbox.drain()
    expect(types(receiver)).toEqual(['customer.created'])
    const [updated] = (await stripe.events.list({ types: ['product.updated'] })).data
    await control(sandbox, 'redeliver', { event: updated!.id })
    expect((await control(sandbox, 'state')).undelivered).toMatchObject([{ type: 'product.created' }])
    await control(sandbox, 'resume-webhooks', {})
    expect(receiver.events.map(({ type }) => type)).toEqual(['customer.created', 'product.updated', 'product.created'])
  })

  it('M5 the controls refuse a web page', async () => {
    const { sandbox } = await start()
    const answer = await fetch(`${sandbox.url}/_sandbox/state`, { headers: { origin: 'https://elsewhere.example' } })
    expect(answer.status).toBe(403)
  })
})

describe('M5 state', () => {
  it('M5 a restart loses nothing that was acknowledged, and goes on delivering', async () => {
    const statePath = join(bench.folder, 'deep', 'stripe.json')
    const first = await start({ statePath })
    const customer = await first.stripe.customers.create({ name: 'kept' }, { idempotencyKey: 'k1' })
    const session = await first.stripe.checkout.sessions.create(incident({ customer: customer.id }))
    await first.sandbox.advance(60_000)
    await pay(session, '4000000000000002')
    expect(statSync(statePath).mode & 0o777).toBe(0o600)
    // No stop: what a killed process leaves behind is what stands in the file now.

    const receiver = await receive()
    const { sandbox, stripe } = await start({ statePath, webhook: { url: receiver.url, secret } })
    await sandbox.drain()
    expect(types(receiver)).toContain('payment_intent.payment_failed')
    expect((await stripe.customers.create({ name: 'kept' }, { idempotencyKey: 'k1' })).id).toBe(customer.id)
    expect(sandbox.now().getTime() - Date.now()).toBeGreaterThan(59_000)
    const open = await stripe.checkout.sessions.retrieve(session.id)
    expect(open.url).toContain(String(sandbox.port))
    expect((await pay(open, paid)).status).toBe(303)
    await sandbox.drain()
    expect(types(receiver)).toContain('checkout.session.completed')
    expect(sandbox.undelivered()).toEqual([])
  })
})

/** Compiles sandbox/ into the test's folder and starts it there, as `npm start` does beside the server. */
function compile(): string {
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2024 }
  const target = join(bench.folder, 'sandbox')
  mkdirSync(target)
  writeFileSync(join(bench.folder, 'package.json'), '{"type":"module"}')
  for (const name of readdirSync('sandbox').filter(file => file.endsWith('.ts'))) {
    const { outputText } = ts.transpileModule(readFileSync(join('sandbox', name), 'utf8'), { compilerOptions: options })
    writeFileSync(join(target, name.replace(/ts$/, 'js')), outputText)
  }
  return join(target, 'main.js')
}

async function run(main: string, ...args: string[]): Promise<{ child: ChildProcess; port: number; ended: Promise<unknown> }> {
  const statePath = join(bench.folder, 'state.json')
  const child = spawn(process.execPath, [main, '--state', statePath, ...args], { stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = new Promise(resolve => child.once('exit', (code, signal) => resolve(code ?? signal)))
  bench.onEnd(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const line = await new Promise<string>(resolve => child.stdout!.once('data', (chunk: Buffer) => resolve(chunk.toString())))
  return { child, ended, port: (JSON.parse(line) as { port: number }).port }
}

describe('M5 the sandbox as a process of its own', () => {
  it('M5 kill -9 loses nothing that was answered, and what was not delivered is delivered after the restart', async () => {
    const main = compile()
    const receiver = await receive()
    receiver.answers.push(...Array<number>(20).fill(503))
    const webhook = ['--webhook', receiver.url, '--secret', secret]
    const first = await run(main, ...webhook)
    const names = Array.from({ length: 20 }, (_, i) => `c${i}`)
    await Promise.all(names.map(name => connect(first.port).customers.create({ name })))
    first.child.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    receiver.answers.length = 0

    const second = await run(main, ...webhook)
    const kept = await connect(second.port).customers.list({ limit: 100 })
    expect(kept.data.map(({ name }) => name).sort()).toEqual([...names].sort())
    await expect.poll(() => new Set(receiver.events.map(event => (event.data.object as Stripe.Customer).name)).size).toBe(20)
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
  })

  it('M5 it ends when its parent is gone: by a closed stdin, or by the number given', async () => {
    const main = compile()
    const piped = await run(main)
    piped.child.stdin!.end()
    expect(await piped.ended).toBe(0)

    const parent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const watching = await run(main, '--parent', String(parent.pid))
    watching.child.stdin!.end()
    expect((await connect(watching.port).customers.list()).data).toEqual([])
    parent.kill('SIGKILL')
    expect(await watching.ended).toBe(0)
  })
})
