/** Servers on 127.0.0.1 that answer as they should not. Each has a port of its own and is gone after the test. */

import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A peer that resets is what these tests are about.
    socket.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    if (!server.listening) return
    server.close()
    await once(server, 'close')
  })
  return (server.address() as AddressInfo).port
}

/** An HTTP server; gives its port. */
export function listenHttp(answer: RequestListener): Promise<number> {
  return listen(createHttpServer(answer))
}

/** A server that does to each connection, once something has arrived on it, whatever the test likes. */
export function listenRaw(onRequest: (socket: Socket) => void): Promise<number> {
  return listen(createServer((socket) => socket.once('data', () => onRequest(socket))))
}

/** A port on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
