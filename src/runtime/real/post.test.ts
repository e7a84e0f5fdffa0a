import { expect, it, onTestFinished } from 'vitest'
import { aSignal } from '../../../test/support/fake-env.ts'
import { bodyOf, deadPort, listenHttp, listenRaw } from '../../../test/support/strange-servers.ts'
import { NoAnswer } from '../life/no-answer.ts'
import { connectPoster, type Poster } from './post.ts'

function posterTo(port: number, connections?: number): Poster {
  const poster = connectPoster(port, connections)
  onTestFinished(() => poster.close())
  return poster
}

const post = (poster: Poster, body = '{}', signal = aSignal()) => poster.post('/do/x', {}, body, signal)

async function kindOf(posting: Promise<unknown>): Promise<string> {
  const error = await posting.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (!(error instanceof NoAnswer)) throw new Error(`not a NoAnswer: ${String(error)}`)
  return error.kind
}

it('posts, and gives status and text', async () => {
  const port = await listenHttp(async (request, reply) => {
    reply.writeHead(418).end(`${request.method} ${request.url} ${await bodyOf(request)}`)
  })
  expect(await post(posterTo(port), '{"a":"ä"}')).toEqual({ status: 418, text: 'POST /do/x {"a":"ä"}' })
})

it('puts an answer together that comes in pieces, even in the middle of a letter', async () => {
  const whole = Buffer.from('{"a":"ä"}')
  const port = await listenHttp((_, reply) => {
    reply.write(whole.subarray(0, 7))
    setImmediate(() => reply.end(whole.subarray(7)))
  })
  expect((await post(posterTo(port))).text).toBe('{"a":"ä"}')
})

it('says refused, reset or aborted', async () => {
  expect(await kindOf(post(posterTo(await deadPort())))).toBe('refused')
  expect(await kindOf(post(posterTo(await listenRaw((socket) => socket.destroy()))))).toBe('reset')
  expect(await kindOf(post(posterTo(await deadPort()), '{}', AbortSignal.abort()))).toBe('aborted')
})

it('lets a call wait for a connection, and forgets it when the caller has gone meanwhile, at no cost', async () => {
  const arrivals: string[] = []
  const connections = new Set<number | undefined>()
  const gate = Promise.withResolvers<void>()
  const first = Promise.withResolvers<void>()
  const port = await listenHttp(async (request, reply) => {
    connections.add(request.socket.remotePort)
    arrivals.push(await bodyOf(request))
    first.resolve()
    await gate.promise
    reply.end('{}')
  })
  const poster = posterTo(port, 1)
  const controller = new AbortController()
  const posts = [post(poster, 'one'), post(poster, 'two', controller.signal), post(poster, 'three')]
  await first.promise
  controller.abort()
  expect(await kindOf(posts[1] as Promise<unknown>)).toBe('aborted')
  gate.resolve()
  await Promise.all([posts[0], posts[2]])
  expect(arrivals).toEqual(['one', 'three'])
  expect(connections.size).toBe(1)
})

it('ends what is under way, and everything later, when it is closed', async () => {
  const arrived = Promise.withResolvers<void>()
  const poster = connectPoster(await listenRaw(() => arrived.resolve()))
  const posting = kindOf(post(poster))
  await arrived.promise
  await poster.close()
  expect(await posting).toBe('reset')
  expect(await kindOf(post(poster))).toBe('reset')
})
