/** One bare endpoint that confirms every order at once: what a load driver can be measured against. */

import Fastify from 'fastify'

const app = Fastify({ logger: false, keepAliveTimeout: 65_000 })
app.post('/orders', async (_request, reply) =>
  reply.code(201).send({ orderId: 'o-1', status: 'confirmed', reason: null }),
)
await app.listen({ port: 0, host: '127.0.0.1' })
process.on('disconnect', () => process.exit(0))
process.send?.((app.server.address() as { port: number }).port)
